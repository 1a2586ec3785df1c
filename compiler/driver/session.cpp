#include "compiler/driver/session.h"

#include "compiler/ir/text.h"
#include "compiler/lower/lower.h"

namespace polc::driver {
namespace {

// Lowers and makes the automata; a pattern too large to run fast is refused
// here, with the place that lowering remembered.
void Lower(Session* session, diag::Diagnostics* diags) {
  std::optional<ir::Module> module = lower::Lower(*session->program, diags);
  if (!module) return;
  module->digest = session->set->digest;
  const Result<void> valid = ir::Validate(*module);
  POLC_CHECK(valid.has_value(), valid ? "" : valid.error().message);
  Result<ir::Languages> languages = ir::Languages::Make(*module);
  if (!languages) {
    diags->Report(diag::Kind::kPatternTooLarge, {}, languages.error().message);
    return;
  }
  session->module = std::move(*module);
  session->languages = std::move(*languages);
}

}  // namespace

Session Run(const SetOptions& options, Phase last, diag::Diagnostics* diags) {
  Session session;
  session.set = ReadSet(options, diags);
  if (session.set->loaded.empty() || last == Phase::kParse) return session;
  session.program =
      sema::Check(session.set->files, std::move(session.set->loaded), diags);
  if (!session.program || last == Phase::kCheck) return session;
  Lower(&session, diags);
  if (!session.module || last == Phase::kLower) return session;
  Result<std::unique_ptr<codegen::Native>> native =
      codegen::Compile(*session.module, *session.languages);
  POLC_CHECK(native.has_value(), native ? "" : native.error().message);
  session.native = std::move(*native);
  return session;
}

}  // namespace polc::driver
