// The phases that a policy set goes through, for every command and the shim:
// read, parse, check, lower, automata, native code. A command says how far it
// needs to go.
#ifndef POLC_COMPILER_DRIVER_SESSION_H_
#define POLC_COMPILER_DRIVER_SESSION_H_

#include <memory>
#include <optional>

#include "compiler/codegen/codegen.h"
#include "compiler/diag/diag.h"
#include "compiler/driver/readings.h"
#include "compiler/driver/set.h"
#include "compiler/ir/ir.h"
#include "compiler/ir/languages.h"
#include "compiler/ir/parts.h"
#include "compiler/sema/sema.h"

namespace polc::driver {

enum class Phase { kParse, kCheck, kLower, kNative };

/// What a set has become, as far as it was asked for and came.
struct Session {
  std::unique_ptr<PolicySet> set;  // always there
  std::optional<sema::Program> program;
  std::optional<ir::Module> module;
  ir::Parts parts;  // of the module's rules, if they were asked for
  std::optional<ir::Languages> languages;
  std::unique_ptr<codegen::Native> native;
  double front_ms = 0;  // from text to the module
};

/// Goes through the phases up to and including `last`, or to the first that
/// reports an error: then the members of that phase and later ones are empty.
/// `readings`, if given, has what earlier states of the set were read from, and
/// `compiler` has made native code of them; then they have this one's.
Session Run(const SetOptions& options, Phase last, diag::Diagnostics* diags,
            Readings* readings = nullptr,
            codegen::Compiler* compiler = nullptr);

}  // namespace polc::driver

#endif  // POLC_COMPILER_DRIVER_SESSION_H_
