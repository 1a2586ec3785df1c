// What the runtime must know about a policy set besides its code.
#ifndef POLC_COMPILER_CODEGEN_MANIFEST_H_
#define POLC_COMPILER_CODEGEN_MANIFEST_H_

#include "compiler/codegen/layout.h"
#include "compiler/ir/ir.h"
#include "runtime/abi/manifest.h"

namespace polc::codegen {

/// `layout` is that of `module`.
runtime::Manifest MakeManifest(const ir::Module& module, const Layout& layout);

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_MANIFEST_H_
