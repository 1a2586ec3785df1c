// limit-never-binds: another limit is charged for every call that this one is
// charged for, and lets through no more in this one's window, by its keys,
// than fit here whatever they cost.
#include <fmt/format.h>

#include "verifier/properties/overrun.h"
#include "verifier/properties/run.h"

namespace polc::verifier {
namespace {

using smt::Bool;
using smt::Not;

class Binding {
 public:
  explicit Binding(Run* run) : run_(*run), module_(run->module()) {}

  void Check(size_t place) {
    const ir::Limit& limit = module_.limits[place];
    if (limit.window == ir::Window::kConcurrent) return;
    for (size_t other = 0; other < module_.limits.size(); ++other) {
      if (other == place || !Covers(other, place)) continue;
      // Of two that hold each other the one written later is reported.
      if (other > place && Covers(place, other)) continue;
      return Report(limit, module_.limits[other]);
    }
  }

 private:
  // The `other` limit holds what is charged to `place` below its amount.
  bool Covers(size_t other, size_t place) {
    const ir::Limit& limit = module_.limits[place];
    const auto most = MostUnder(module_, module_.limits[other], BoundOf(limit));
    // One that lets nothing through is reported as such.
    if (!most || *most <= 0) return false;
    const ir::Term& cost = module_.term(limit.cost);
    ir::CondId lasts;
    if (cost.kind != ir::TermKind::kConstant) {
      const auto& all = run_.cost_questions(place).lasts;
      const auto found = all.find(other);
      if (found == all.end()) return false;
      lasts = found->second;
    } else if (cost.value.units() * *most > limit.amount.units()) {
      return false;
    }
    bool charged = false;
    for (const auto& model : run_.models()) {
      const ChargeCode* code = ChargeOf(*model, place);
      if (code == nullptr || code->charged.is_false()) continue;
      const ChargeCode* by = ChargeOf(*model, other);
      Bool held = by != nullptr ? by->firmly : Bool();
      if (lasts.valid()) held = smt::And(held, model->Encode(lasts).is_true);
      const std::vector<Bool> asked = {model->accepted(), model->permitted(),
                                       model->Literal(code->charged)};
      if (model->Exists(asked, "binding").status == smt::Status::kUnsat) {
        continue;
      }
      charged = true;
      std::vector<Bool> outside = asked;
      outside.push_back(model->Literal(Not(held)));
      if (model->Exists(outside, "binding").status != smt::Status::kUnsat) {
        return false;
      }
    }
    return charged;
  }

  void Report(const ir::Limit& limit, const ir::Limit& by) {
    const bool by_schema =
        module_.term(limit.cost).kind != ir::TermKind::kConstant;
    run_.Refuted();
    run_.diags()
        ->Report(
            diag::Kind::kLimitNeverBinds, limit.range,
            by_schema
                ? fmt::format("`{}` never binds: no call costs so much that "
                              "those which `{}` lets through use it up",
                              limit.name, by.name)
                : fmt::format("`{}` never binds: `{}` is used up first",
                              limit.name, by.name))
        .Note(by.range, fmt::format("`{}` counts every call that `{}` does",
                                    by.name, limit.name))
        .With({.rule = limit.name,
               .by = {by.name},
               .witness = "",
               .witness_shadowed = ""});
  }

  Run& run_;
  const ir::Module& module_;
};

}  // namespace

ir::Bound BoundOf(const ir::Limit& limit) {
  ir::Bound bound;
  bound.name = limit.name;
  bound.amount = limit.amount;
  bound.window = limit.window;
  bound.in_any = limit.rolling;
  bound.keys = limit.keys;
  bound.effect = ir::Effect::kAllow;
  return bound;
}

void CheckBinding(Run* run) {
  Binding binding(run);
  for (size_t i = 0; i < run->module().limits.size(); ++i) binding.Check(i);
}

}  // namespace polc::verifier
