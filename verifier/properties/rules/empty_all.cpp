// empty-all: an allow that an empty list satisfies. `all` of no elements is
// true, and many servers take an empty list for "everything".
#include <fmt/format.h>

#include <set>

#include "compiler/eval/request_view.h"
#include "verifier/properties/rules/guards.h"

namespace polc::verifier {
namespace {

using smt::Bool;
using smt::Not;

bool IsEmptyList(const ir::Field& field, const eval::Request& request) {
  const eval::RequestView view(request);
  const eval::Read read = view.Find(field, nullptr);
  return read.kind == ir::Kind::kList && read.value->items.empty();
}

class EmptyAll {
 public:
  EmptyAll(Run* run, ir::RuleId id)
      : run_(*run), module_(run->module()), id_(id), rule_(module_.rule(id)) {}

  void Check() {
    for (SliceModel* model : run_.Touched(id_)) {
      VisitLeaves(module_, model, rule_.guard,
                  [&](ir::CondId part, bool positive) {
                    const ir::Cond& cond = module_.cond(part);
                    if (cond.kind == ir::CondKind::kAll && positive) {
                      CheckPart(model, part, cond);
                    }
                  });
      if (run_.report().bug) return;
    }
  }

 private:
  void CheckPart(SliceModel* model, ir::CondId part, const ir::Cond& cond) {
    if (reported_.contains(cond.field) || run_.report().bug) return;
    const Node* list = model->space().Resolve(cond.field, nullptr);
    const auto filled = list->size.find(1);
    if (filled == list->size.end()) return;
    const Tri without = EncodeWith(module_, model, rule_.guard, part,
                                   Tri::Of(ir::Verdict::kFalse));
    std::vector<Bool> asked = DecidesAsked(module_, model, id_);
    asked.push_back(model->Decided(ir::Effect::kAllow));
    asked.push_back(
        model->Literal(smt::And({list->Is(ir::Kind::kList), Not(filled->second),
                                 Not(without.is_true)})));
    const Found found = model->Find(asked, "empty-all");
    if (found.status != smt::Status::kSat) return Undecided(cond, found);
    const ir::Field& field = module_.field(cond.field);
    std::string unknown;
    const auto shown = run_.Confirm(
        *model, found,
        [&](const Witness& w) {
          return DecidedBy(w.decision, id_) &&
                 w.decision.effect == ir::Effect::kAllow &&
                 IsEmptyList(field, w.request);
        },
        &unknown);
    if (!shown) return;
    reported_.insert(cond.field);
    run_.Refuted();
    run_.diags()
        ->Report(diag::Kind::kEmptyAll,
                 rule_.when_range.valid() ? rule_.when_range : rule_.range,
                 fmt::format("allow `{}` permits a call with no element in "
                             "`{}`: `all` of an empty list is true",
                             rule_.name, ir::FieldName(field)))
        .Help(
            "ask for `size(...) > 0` as well, unless the server does nothing "
            "then")
        .With({.rule = rule_.name,
               .by = {},
               .witness = shown->json,
               .witness_shadowed = ""});
  }

  void Undecided(const ir::Cond& cond, const Found& found) {
    if (found.status != smt::Status::kUnknown) return;
    reported_.insert(cond.field);
    run_.Unknown(
        rule_.range, rule_.name,
        fmt::format("whether an empty list satisfies rule `{}`", rule_.name),
        found.reason);
  }

  Run& run_;
  const ir::Module& module_;
  ir::RuleId id_;
  const ir::Rule& rule_;
  std::set<ir::FieldId> reported_;
};

}  // namespace

void CheckEmptyLists(Run* run) {
  const ir::Module& module = run->module();
  bool quantified = false;
  for (const ir::Cond& cond : module.conds) {
    quantified |= cond.kind == ir::CondKind::kAll;
  }
  if (!quantified) return;
  std::vector<Task> tasks;
  for (size_t i = 0; i < module.rules.size(); ++i) {
    const ir::RuleId id(i);
    if (module.rules[i].effect != ir::Effect::kAllow) continue;
    if (run->dead_rules().contains(id)) continue;
    tasks.push_back({module.rules[i].name, run->TouchedSlices(id),
                     [=] { EmptyAll(run, id).Check(); }});
  }
  run->Perform("empty-all", tasks);
}

}  // namespace polc::verifier
