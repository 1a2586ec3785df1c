// The tables of a module (runtime/abi/tables.h): its policies, rules, schemas,
// limits and marks, and the index over them. Internal to codegen.
#ifndef POLC_COMPILER_CODEGEN_WRITE_TABLES_H_
#define POLC_COMPILER_CODEGEN_WRITE_TABLES_H_

#include "compiler/codegen/codegen.h"
#include "compiler/codegen/emitter.h"
#include "compiler/codegen/kept.h"
#include "compiler/codegen/layout.h"

namespace polc::codegen {

/// Adds all to the blob that is kept. What is left of the header is for who
/// links: sizes, and what the emitter knows at its end.
runtime::TablesHeader WriteTables(const ir::Module& module,
                                  const ir::Languages& langs,
                                  const ir::Digests& digests,
                                  const Layout& layout, const Tuning& tuning,
                                  Emitter* emitter, Kept* kept);

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_WRITE_TABLES_H_
