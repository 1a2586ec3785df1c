// partial-shadow: one rule takes most of what a rule of another effect matches.
// Of a rule whose arguments can have but few values: those of an enum, true
// and false, missing. Where an argument may be any text or number there is no
// most. Rules that look at more than arguments, into lists, or compare two
// values are left alone.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "verifier/properties/run.h"

namespace polc::verifier {
namespace {

using ir::Kind;
using smt::Bool;
using smt::Not;

// Requests of one rule that are counted; a rule of more kinds has no most.
constexpr size_t kMostCells = 64;
constexpr size_t kMostKinds = 1'000'000;
// Rules of a set: who has more would read too many notes.
constexpr size_t kMostRules = 200;

// Fields of a guard's tests; false if it does more than test single fields.
bool FieldsOf(const ir::Module& module, SliceModel* model, ir::CondId id,
              std::set<ir::FieldId>* out) {
  const Tri tri = model->Encode(id);
  if (tri.is_true.is_const() && tri.is_false.is_const()) return true;
  const ir::Cond& cond = module.cond(id);
  switch (cond.kind) {
    case ir::CondKind::kConst:
      return true;
    case ir::CondKind::kTest:
      out->insert(cond.field);
      return module.field(cond.field).root == ir::Root::kArgs &&
             cond.test.kind != ir::TestKind::kSize &&
             cond.test.kind != ir::TestKind::kOnly;
    case ir::CondKind::kNot:
    case ir::CondKind::kAnd:
    case ir::CondKind::kOr:
      return std::all_of(cond.operands.begin(), cond.operands.end(),
                         [&](ir::CondId operand) {
                           return FieldsOf(module, model, operand, out);
                         });
    default:
      return false;
  }
}

// That the node's value is told from the one it has in `values`.
void AddUnlike(const SliceModel& model, const Node& node,
               const Assignment& values, std::vector<Bool>* out) {
  const NodeValue& value = values[node.number];
  out->push_back(Not(node.Is(value.kind)));
  const auto add = [&](Bool literal, bool holds) {
    out->push_back(holds ? Not(literal) : literal);
  };
  if (value.kind == Kind::kBool) add(node.flag, value.flag);
  if (value.kind == Kind::kString) {
    for (const auto& [lang, holds] : node.in) {
      add(holds, model.space().facts()->Contains(lang, value.text));
    }
  }
  if (value.kind == Kind::kNumber) {
    const auto at = std::lower_bound(node.cuts.begin(), node.cuts.end(),
                                     value.number + 0.0);
    const auto below = static_cast<size_t>(at - node.cuts.begin());
    const bool on = at != node.cuts.end() && *at == value.number;
    out->push_back(Not(node.RankIs(2 * below + (on ? 1 : 0))));
    // Which it is on a cut point, the point says.
    if (!on)
      add(node.whole, value.number == static_cast<double>(
                                          static_cast<int64_t>(value.number)));
  }
}

// How many texts the cell of `text` holds: of an enum's values those that no
// test tells from it; 0 if they can't be counted.
size_t TextsLike(const SliceModel& model, const Node& node,
                 const std::string& text) {
  Facts* facts = model.space().facts();
  std::optional<size_t> least;
  for (const auto& [lang, holds] : node.in) {
    const std::vector<std::string>* members = facts->Members(lang);
    if (members == nullptr || !facts->Contains(lang, text)) continue;
    const auto like = std::count_if(
        members->begin(), members->end(), [&](const std::string& other) {
          return std::all_of(node.in.begin(), node.in.end(),
                             [&](const auto& entry) {
                               return facts->Contains(entry.first, other) ==
                                      facts->Contains(entry.first, text);
                             });
        });
    least = std::min(least.value_or(SIZE_MAX), static_cast<size_t>(like));
  }
  return least.value_or(0);
}

// One of finitely many that the tests and the schema name.
bool IsCut(const Node& node, double number) {
  return std::binary_search(node.cuts.begin(), node.cuts.end(), number + 0.0);
}

struct Count {
  size_t cells = 0;
  size_t taken = 0;
  size_t all = 0;
  std::optional<Witness> one_taken, one_left;
};

class PartialShadow {
 public:
  explicit PartialShadow(Run* run) : run_(*run), module_(run->module()) {}

  void Check(ir::RuleId id) {
    const ir::Rule& rule = module_.rule(id);
    for (const ir::RuleId other : module_.policy(rule.policy).rules) {
      if (other == id) return;
      if (module_.rule(other).effect == rule.effect) continue;
      if (!Overlap(id, other)) continue;
      const std::optional<Count> count = Compare(id, other);
      if (run_.report().bug) return;
      if (!count || count->taken * 4 < count->all * 3 || count->all < 4 ||
          count->taken == count->all) {
        continue;
      }
      return Report(rule, module_.rule(other), *count);
    }
  }

 private:
  bool Overlap(ir::RuleId id, ir::RuleId other) {
    for (SliceModel* model : run_.Touched(id)) {
      const RuleCode* taker = model->Rule(other);
      if (taker == nullptr) continue;
      const Found found = model->Glance(
          {model->accepted(), model->Literal(model->Rule(id)->guard.is_true),
           model->Literal(Not(taker->guard.is_false))},
          "overlap");
      if (found.status != smt::Status::kUnsat) return true;
    }
    return false;
  }

  // Nullopt: they share nothing, or can't be counted.
  std::optional<Count> Compare(ir::RuleId id, ir::RuleId other) {
    Count count;
    for (SliceModel* model : run_.Touched(id)) {
      if (model->space().approximate() || !Add(model, id, other, &count)) {
        return std::nullopt;
      }
    }
    return count;
  }

  bool Add(SliceModel* model, ir::RuleId id, ir::RuleId other, Count* count) {
    std::set<ir::FieldId> fields;
    const RuleCode* taker = model->Rule(other);
    if (!FieldsOf(module_, model, module_.rule(id).guard, &fields)) {
      return false;
    }
    if (taker != nullptr &&
        !FieldsOf(module_, model, module_.rule(other).guard, &fields)) {
      return false;
    }
    std::vector<Bool> asked = {model->accepted(),
                               model->Literal(model->Rule(id)->guard.is_true)};
    for (;;) {
      const Found found = model->Find(asked, "count");
      if (found.status == smt::Status::kUnsat) return true;
      if (found.status != smt::Status::kSat) {
        return false;
      }
      std::string unknown;
      auto witness = run_.Confirm(
          *model, found,
          [&](const Witness& w) {
            return eval::Evaluate(module_, module_.rule(id).guard, w.request) ==
                   ir::Verdict::kTrue;
          },
          &unknown);
      if (!witness) return false;
      const bool taken =
          eval::Evaluate(module_, module_.rule(other).guard,
                         witness->request) != ir::Verdict::kFalse;
      if (++count->cells > kMostCells) return false;
      size_t weight = 1;
      for (const ir::FieldId field : fields) {
        const Node* node = model->space().Resolve(field, nullptr);
        if (node == nullptr) return false;
        const NodeValue& value = found.assignment[node->number];
        if (value.kind == Kind::kString) {
          weight *= TextsLike(*model, *node, value.text);
        }
        const bool counted =
            value.kind != Kind::kList && value.kind != Kind::kObject &&
            (value.kind != Kind::kNumber || IsCut(*node, value.number));
        if (!counted || weight == 0) return false;
        if (weight > kMostKinds) return false;
      }
      count->all += weight;
      count->taken += taken ? weight : 0;
      auto& shown = taken ? count->one_taken : count->one_left;
      if (!shown) shown = std::move(witness);
      std::vector<Bool> unlike;
      for (const ir::FieldId field : fields) {
        const Node* node = model->space().Resolve(field, nullptr);
        if (node == nullptr) return false;
        AddUnlike(*model, *node, found.assignment, &unlike);
      }
      const Bool next = smt::Or(unlike);
      if (next.is_false()) return true;
      asked.push_back(model->Literal(next));
    }
  }

  void Report(const ir::Rule& rule, const ir::Rule& other, const Count& count) {
    run_.diags()
        ->Report(diag::Kind::kPartialShadow, rule.range,
                 fmt::format("{} `{}` takes most of what {} `{}` matches: {} "
                             "of {} kinds of requests",
                             ir::EffectName(other.effect), other.name,
                             ir::EffectName(rule.effect), rule.name,
                             count.taken, count.all))
        .Note(other.range, fmt::format("`{}` is tried first", other.name))
        .With(
            {.rule = rule.name,
             .by = {other.name},
             .witness = count.one_left ? count.one_left->json : "",
             .witness_shadowed = count.one_taken ? count.one_taken->json : ""});
  }

  Run& run_;
  const ir::Module& module_;
};

}  // namespace

void CheckPartialShadows(Run* run) {
  if (run->module().rules.size() > kMostRules) return;
  PartialShadow check(run);
  std::vector<Task> tasks;
  for (size_t i = 0; i < run->module().rules.size(); ++i) {
    const ir::RuleId id(i);
    if (run->dead_rules().contains(id) || run->redundant_rules().contains(id)) {
      continue;
    }
    tasks.push_back({run->module().rules[i].name, run->TouchedSlices(id),
                     [=, &check] { check.Check(id); }});
  }
  run->Perform("partial-shadow", tasks);
}

}  // namespace polc::verifier
