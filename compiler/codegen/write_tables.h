// The tables of a module (runtime/abi/tables.h): its policies, rules, schemas,
// limits and marks, and the index over them. Internal to codegen.
#ifndef POLC_COMPILER_CODEGEN_WRITE_TABLES_H_
#define POLC_COMPILER_CODEGEN_WRITE_TABLES_H_

#include "compiler/codegen/blob.h"
#include "compiler/codegen/codegen.h"
#include "compiler/codegen/emitter.h"
#include "compiler/codegen/layout.h"

namespace polc::codegen {

/// Adds all to `blob`. What is left of the header is for who finishes it:
/// sizes, and what the emitter knows at its end.
runtime::TablesHeader WriteTables(const ir::Module& module,
                                  const ir::Languages& langs,
                                  const Layout& layout, const Tuning& tuning,
                                  Emitter* emitter, Blob* blob);

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_WRITE_TABLES_H_
