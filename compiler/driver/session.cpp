#include "compiler/driver/session.h"

#include <chrono>
#include <vector>

#include "compiler/ir/text.h"
#include "compiler/lower/lower.h"

namespace polc::driver {
namespace {

using Clock = std::chrono::steady_clock;

// True if `cond` tests a string against `lang`, or a language made from it.
bool Uses(const ir::Module& module, ir::CondId cond, ir::LangId lang) {
  std::vector<bool> made_from(module.langs.size(), false);
  for (size_t i = lang.value(); i < module.langs.size(); ++i) {
    made_from[i] = i == lang.value();
    for (const ir::LangId operand : module.langs[i].operands) {
      made_from[i] = made_from[i] || made_from[operand.value()];
    }
  }
  std::vector<ir::CondId> open = {cond};
  std::vector<bool> seen(module.conds.size(), false);
  while (!open.empty()) {
    const ir::CondId at = open.back();
    open.pop_back();
    if (!at.valid() || seen[at.value()]) continue;
    seen[at.value()] = true;
    const ir::Cond& node = module.cond(at);
    for (const ir::LangId used : {node.test.language, node.test.domain}) {
      if (used.valid() && made_from[used.value()]) return true;
    }
    open.insert(open.end(), node.operands.begin(), node.operands.end());
  }
  return false;
}

// The condition that a language is written in, or that uses what it is in.
source::Range RangeOf(const ir::Module& module, ir::LangId lang) {
  for (const ir::Rule& rule : module.rules) {
    if (!Uses(module, rule.guard, lang)) continue;
    return rule.when_range.valid() ? rule.when_range : rule.range;
  }
  for (const ir::Limit& limit : module.limits) {
    if (Uses(module, limit.on, lang)) return limit.range;
  }
  for (const ir::Assertion& assertion : module.assertions) {
    if (Uses(module, assertion.target, lang) ||
        Uses(module, assertion.when, lang)) {
      return assertion.range;
    }
  }
  for (const ir::Bound& bound : module.bounds) {
    if (Uses(module, bound.target, lang) || Uses(module, bound.when, lang)) {
      return bound.range;
    }
  }
  for (const ir::Flow& flow : module.flows) {
    for (const ir::CondId cond :
         {flow.target, flow.when, flow.after_target, flow.after_when}) {
      if (Uses(module, cond, lang)) return flow.range;
    }
  }
  for (const ir::Same& same : module.sames) {
    if (Uses(module, same.target, lang) || Uses(module, same.when, lang)) {
      return same.range;
    }
  }
  return {};
}

// Lowers and makes the automata; a pattern too large to run fast is refused
// here.
void Lower(Session* session, bool with_parts, Clock::time_point start,
           ir::LanguageMemory* memory, diag::Diagnostics* diags) {
  std::optional<ir::Module> module = lower::Lower(
      *session->program, diags, with_parts ? &session->parts : nullptr);
  if (!module) return;
  module->digest = session->set->digest;
  const Result<void> valid = ir::Validate(*module);
  POLC_CHECK(valid.has_value(), valid ? "" : valid.error().message);
  session->front_ms =
      std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  ir::LangId failed;
  Result<ir::Languages> languages =
      ir::Languages::Make(*module, &failed, memory);
  if (!languages) {
    diags->Report(diag::Kind::kPatternTooLarge, RangeOf(*module, failed),
                  languages.error().message);
    return;
  }
  session->module = std::move(*module);
  session->languages = std::move(*languages);
}

Session RunPhases(const SetOptions& options, Phase last,
                  diag::Diagnostics* diags, Readings* readings,
                  codegen::Compiler* compiler) {
  const auto start = Clock::now();
  Session session;
  session.set = ReadSet(options, diags, readings);
  if (session.set->loaded.empty() || last == Phase::kParse) return session;
  session.set->suppressions = SuppressionsOf(session.set->loaded);
  session.program =
      sema::Check(session.set->files, std::move(session.set->loaded), diags);
  if (!session.program || last == Phase::kCheck) return session;
  Lower(&session, options.with_parts, start,
        compiler != nullptr ? compiler->languages() : nullptr, diags);
  if (!session.module || last == Phase::kLower) return session;
  Result<std::unique_ptr<codegen::Native>> native =
      compiler != nullptr
          ? compiler->Compile(*session.module, *session.languages)
          : codegen::Compile(*session.module, *session.languages);
  POLC_CHECK(native.has_value(), native ? "" : native.error().message);
  session.native = std::move(*native);
  return session;
}

}  // namespace

Session Run(const SetOptions& options, Phase last, diag::Diagnostics* diags,
            Readings* readings, codegen::Compiler* compiler) {
  Session session = RunPhases(options, last, diags, readings, compiler);
  Suppress(&session.set->suppressions, diags);
  return session;
}

}  // namespace polc::driver
