// Decision IR to native code, through LLVM: in process for a JIT (ORC), or as
// text IR, assembly and ELF objects. The code implements the entry points of
// runtime/abi/native.h; the tables that say which guards can apply
// (runtime/abi/tables.h) and the manifest travel with it.
//
// Every function validates the module it generates and is deterministic: the
// same module and languages give the same bytes. No LLVM type appears here.
#ifndef POLC_COMPILER_CODEGEN_CODEGEN_H_
#define POLC_COMPILER_CODEGEN_CODEGEN_H_

#include <memory>
#include <string>

#include "compiler/ir/ir.h"
#include "compiler/ir/languages.h"
#include "compiler/support/result.h"
#include "runtime/abi/native.h"

namespace polc::codegen {

struct Kept;

/// What changes how fast an answer is found, never the answer.
struct Tuning {
  /// Lists of fewer guards are gone through without an index. 1 makes even
  /// small policies use one: for tests.
  uint32_t index_from = 16;
};

/// Compiled code in this process, with its data. Thread-safe to call: the code
/// writes nothing but the frame and the votes given to it.
class Native {
 public:
  ~Native();
  Native(const Native&) = delete;
  Native& operator=(const Native&) = delete;

  /// Lives as long as this object.
  const pol_code& code() const { return code_; }

 private:
  struct Jit;
  explicit Native(std::unique_ptr<Jit> jit);
  friend class Compiler;

  std::unique_ptr<Jit> jit_;
  pol_code code_;
};

/// Compiles sets each of which resembles the one before: what they share is
/// made once. What comes out is what Compile() below makes of the set alone,
/// byte for byte. Takes memory in proportion to the last set. Not for several
/// threads at once; what it made may be used, and go, whenever.
class Compiler {
 public:
  explicit Compiler(const Tuning& tuning = {});
  ~Compiler();
  Compiler(const Compiler&) = delete;
  Compiler& operator=(const Compiler&) = delete;

  Result<std::unique_ptr<Native>> Compile(const ir::Module& module,
                                          const ir::Languages& langs);
  /// For the languages of the sets to come.
  ir::LanguageMemory* languages() { return languages_.get(); }

 private:
  Tuning tuning_;
  std::unique_ptr<Kept> kept_;
  std::unique_ptr<ir::LanguageMemory> languages_;
};

/// Compiles a valid module (ir::Validate) whose languages are `langs`. An
/// error is LLVM's own, e.g. that memory for code cannot be had.
Result<std::unique_ptr<Native>> Compile(const ir::Module& module,
                                        const ir::Languages& langs,
                                        const Tuning& tuning = {});

/// The generated module as LLVM's text IR.
Result<std::string> EmitLlvm(const ir::Module& module,
                             const ir::Languages& langs);
/// Assembly text for this machine's architecture, any of its processors.
Result<std::string> EmitAssembly(const ir::Module& module,
                                 const ir::Languages& langs);
/// The bytes of a relocatable ELF object. Its one exported symbol is
/// `pol_module`, a `pol_code`; it imports none.
Result<std::string> EmitObject(const ir::Module& module,
                               const ir::Languages& langs);
/// The bytes of a shared library made of that object by LLVM's linker, lld:
/// what runtime/aot.h opens. An error says that lld is missing, or what it
/// said.
Result<std::string> EmitLibrary(const ir::Module& module,
                                const ir::Languages& langs);

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_CODEGEN_H_
