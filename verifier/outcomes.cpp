#include "verifier/outcomes.h"

#include "verifier/encode/slice_model.h"
#include "verifier/properties/explain.h"
#include "verifier/witness.h"

namespace polc::verifier {
namespace {

// Some request of the model satisfies `asked` and is decided `effect`.
Answer Decides(const ir::Module& module, SliceModel* model,
               std::vector<smt::Bool> asked, ir::Effect effect) {
  asked.push_back(model->accepted());
  asked.push_back(model->Decided(effect));
  const bool loose = model->space().approximate();
  const Found found =
      loose ? model->Find(asked, "outcome") : model->Exists(asked, "outcome");
  if (found.status == smt::Status::kUnsat) return Answer::kNo;
  if (found.status == smt::Status::kUnknown) return Answer::kMaybe;
  if (!loose) return Answer::kYes;
  const eval::Request request =
      MakeRequest(model->space(), found.assignment, found.now);
  const eval::Decision decision = eval::Decide(module, request);
  const bool shown =
      decision.effect == effect && decision.by != eval::By::kSchema;
  return shown ? Answer::kYes : Answer::kMaybe;
}

// As Decides. What is too much to ask at once may be shown by one rule.
Answer EffectIn(const ir::Module& module, SliceModel* model,
                ir::Effect effect) {
  const Answer answer = Decides(module, model, {}, effect);
  if (answer != Answer::kMaybe || model->space().approximate()) return answer;
  for (const PolicyCode& policy : model->policies()) {
    for (const RuleCode& rule : policy.rules) {
      if (module.rule(rule.id).effect != effect) continue;
      const Found found = FindDecided(module, model, rule.id);
      if (found.status == smt::Status::kSat) return Answer::kYes;
    }
  }
  return answer;
}

bool IsCharged(const ir::Module& module, SliceModel* model,
               const ChargeCode& charge) {
  const smt::Bool charged = model->Literal(charge.charged);
  return Decides(module, model, {charged}, ir::Effect::kAllow) != Answer::kNo ||
         Decides(module, model, {charged}, ir::Effect::kAsk) != Answer::kNo;
}

void AddRules(const ir::Module& module, SliceModel* model, Outcomes* out) {
  for (const PolicyCode& policy : model->policies()) {
    for (const RuleCode& rule : policy.rules) {
      const Found found = FindDecided(module, model, rule.id);
      if (found.status != smt::Status::kUnsat) out->rules.push_back(rule.id);
    }
    const Found found = model->Exists(
        {model->accepted(), model->Literal(policy.none_matched)}, "default");
    if (found.status != smt::Status::kUnsat) out->defaults.push_back(policy.id);
  }
  for (const ChargeCode& charge : model->charges()) {
    if (!IsCharged(module, model, charge)) continue;
    const size_t limits = module.limits.size();
    if (charge.index < limits) {
      out->limits.push_back(ir::LimitId(charge.index));
    } else {
      out->marks.push_back(ir::MarkId(charge.index - limits));
    }
  }
}

std::vector<Outcomes> Examine(const ir::Module& module,
                              const ir::Languages& languages,
                              const smt::Options& options, bool with_rules) {
  Facts facts(module, languages);
  smt::Context context(options);
  std::vector<Outcomes> all;
  for (const Slice& slice : MakeSlices(module)) {
    Outcomes& out = all.emplace_back();
    out.slice = slice;
    out.effects.fill(Answer::kMaybe);
    SliceModel model(module, slice, &facts, &context);
    if (model.space().too_large()) continue;
    for (const ir::Effect effect :
         {ir::Effect::kDeny, ir::Effect::kAsk, ir::Effect::kAllow}) {
      out.effects[static_cast<size_t>(effect)] =
          EffectIn(module, &model, effect);
    }
    if (with_rules) AddRules(module, &model, &out);
    out.slice.schemas.clear();  // of a module that may not live as long
  }
  return all;
}

}  // namespace

std::vector<Outcomes> OutcomesOf(const ir::Module& module,
                                 const ir::Languages& languages,
                                 const smt::Options& options) {
  return Examine(module, languages, options, false);
}

std::vector<Outcomes> OutcomesWithRules(const ir::Module& module,
                                        const ir::Languages& languages,
                                        const smt::Options& options) {
  return Examine(module, languages, options, true);
}

}  // namespace polc::verifier
