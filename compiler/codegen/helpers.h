// The part of every compiled module that does not depend on the policy set.
#ifndef POLC_COMPILER_CODEGEN_HELPERS_H_
#define POLC_COMPILER_CODEGEN_HELPERS_H_

namespace polc::codegen {

/// LLVM text IR of the entry points and of the functions that generated code
/// calls. Its external constants are the tables that the emitter fills in.
extern const char kHelpers[];
/// The rest of it: text that follows kHelpers.
extern const char kTestHelpers[];

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_HELPERS_H_
