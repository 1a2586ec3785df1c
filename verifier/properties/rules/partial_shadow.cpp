// partial-shadow: one rule takes most of what a rule of another effect matches.
// Of a rule whose arguments can have but few values: those of an enum, true
// and false, missing. Where an argument may be any text or number there is no
// most. Rules that look at more than arguments, into lists, or compare two
// values are left alone.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "verifier/memo/bytes.h"
#include "verifier/properties/rules/asked_kinds.h"

namespace polc::verifier {
namespace {

using smt::Bool;
using smt::Not;

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

struct Most {
  smt::Wide all = 0;
  smt::Wide taken = 0;
};

bool IsMost(const Most& most) {
  return most.all >= 4 && most.taken != most.all &&
         most.taken * 4 >= most.all * 3;
}

class PartialShadow {
 public:
  explicit PartialShadow(Run* run)
      : run_(*run), module_(run->module()), places_(module_.rules.size()) {
    for (const ir::Policy& policy : module_.policies) {
      for (size_t i = 0; i < policy.rules.size(); ++i) {
        places_[policy.rules[i].value()] = i;
      }
    }
    for (size_t r = 0; r < module_.rules.size(); ++r) {
      by_name_.emplace(module_.rules[r].name, ir::RuleId(r));
    }
  }

  void Check(ir::RuleId id) {
    const ir::Rule& rule = module_.rule(id);
    const std::set<size_t> others = MayTakeMost(id);
    alone_.clear();
    std::optional<bool> counts;  // asked for when it is needed
    const std::vector<ir::RuleId>& rules = module_.policy(rule.policy).rules;
    for (const size_t place : others) {
      const ir::RuleId other = rules[place];
      Most most;
      if (!counts) counts = CountAll(id, std::nullopt, &most);
      if (!*counts) return;
      most = {};
      if (!CountAll(id, other, &most)) {
        if (unknown_) return;
        continue;
      }
      if (!IsMost(most)) continue;
      return Report(id, other, most);
    }
  }

 private:
  // Which rules before it in the policy may take most of it. Cheap, and left
  // out only if they surely do not: by the lists of requests. Of several slices
  // one must take most in one.
  std::set<size_t> MayTakeMost(ir::RuleId id) {
    const ir::Rule& rule = module_.rule(id);
    const std::vector<ir::RuleId>& rules = module_.policy(rule.policy).rules;
    std::set<size_t> others;
    for (SliceModel* model : run_.Touched(id)) {
      std::vector<std::string> names;
      const auto add = [&](ir::RuleId other) {
        if (module_.rule(other).effect == rule.effect) return;
        names.push_back(module_.rule(other).name);
        others.insert(places_[other.value()]);
      };
      if (const auto noted = run_.NotedText("most", *model)) {
        Reader in(*noted);
        while (in.good() && !in.at_end()) add(by_name_.at(in.Text()));
        continue;
      }
      const Bool matches = model->Rule(id)->guard.is_true;
      if (!model->Weigh(matches, Bool::Of(false))) {
        for (const ir::RuleId other : rules) {
          if (other == id) break;
          add(other);
        }
        continue;
      }
      for (const RuleCode& other : model->policy(rule.policy).rules) {
        if (other.id == id) break;
        if (module_.rule(other.id).effect == rule.effect) continue;
        const auto share = model->Weigh(matches, Not(other.guard.is_false));
        if (share && (share->part * 4 < share->all * 3 || share->part == 0)) {
          continue;
        }
        add(other.id);
      }
      Writer out;
      for (const std::string& name : names) out.Text(name);
      run_.NoteText("most", *model, out.bytes());
    }
    return others;
  }

  // False if they can't be counted.
  bool CountAll(ir::RuleId id, std::optional<ir::RuleId> other, Most* most) {
    unknown_ = false;
    for (SliceModel* model : run_.Touched(id)) {
      if (!AddOnce(model, id, other, most)) return false;
    }
    return true;
  }

  // Noted under the other's name; where that is not tried, under none.
  bool AddOnce(SliceModel* model, ir::RuleId id,
               std::optional<ir::RuleId> other, Most* most) {
    if (other) {
      const auto& slices = run_.TouchedSlices(*other);
      const bool tried =
          std::any_of(slices.begin(), slices.end(), [&](size_t slice) {
            return &run_.slices()[slice] == &model->slice();
          });
      if (!tried) other.reset();
    }
    const auto known = alone_.find(model);
    if (!other && known != alone_.end()) {
      most->all += known->second;
      return true;
    }
    const std::string what =
        other ? "kinds " + module_.rule(*other).name : "kinds";
    Most one;
    if (const auto noted = run_.NotedText(what, *model)) {
      Reader in(*noted);
      one.all = ReadWide(&in);
      one.taken = ReadWide(&in);
    } else {
      if (model->space().approximate() || !Add(model, id, other, &one)) {
        return false;
      }
      Writer out;
      WriteWide(one.all, &out);
      WriteWide(one.taken, &out);
      run_.NoteText(what, *model, out.bytes());
    }
    if (!other) alone_[model] = one.all;
    most->all += one.all;
    most->taken += one.taken;
    return true;
  }

  // Never negative.
  static void WriteWide(smt::Wide n, Writer* out) {
    out->Number(static_cast<uint64_t>(n >> 64));
    out->Number(static_cast<uint64_t>(n));
  }
  static smt::Wide ReadWide(Reader* in) {
    const auto high = static_cast<smt::Wide>(in->Number());
    return high << 64 | static_cast<smt::Wide>(in->Number());
  }

  bool Add(SliceModel* model, ir::RuleId id, std::optional<ir::RuleId> other,
           Most* most) {
    std::set<ir::FieldId> fields;
    const RuleCode* taker = other ? model->Rule(*other) : nullptr;
    if (!FieldsOf(module_, model, module_.rule(id).guard, &fields)) {
      return false;
    }
    if (taker != nullptr &&
        !FieldsOf(module_, model, module_.rule(*other).guard, &fields)) {
      return false;
    }
    if (!AcceptsSome(model)) return true;
    std::vector<const Node*> nodes;
    for (const ir::FieldId field : fields) {
      nodes.push_back(model->space().Resolve(field, nullptr));
      if (nodes.back() == nullptr) return false;
    }
    const Bool matches = model->Rule(id)->guard.is_true;
    const Bool taken =
        taker == nullptr ? Bool::Of(false) : Not(taker->guard.is_false);
    Kinds::Count count = KindsOf(model).Of(nodes, matches, taken);
    if (count.status == Kinds::Status::kTied) {
      count = AskForKinds(model, nodes, matches, taken);
    }
    if (count.status == Kinds::Status::kTooMany) {
      unknown_ = true;
      const ir::Rule& rule = module_.rule(id);
      run_.Unknown(rule.range, rule.name,
                   fmt::format("what another rule takes of `{}`", rule.name),
                   "its requests are of too many kinds to count");
    }
    if (count.status != Kinds::Status::kCounted) return false;
    most->all += count.all;
    most->taken += count.taken;
    return true;
  }

  // What the counted arguments do not bear on is met by some request.
  bool AcceptsSome(SliceModel* model) {
    const auto known = accepts_.find(model);
    if (known != accepts_.end()) return known->second;
    const Found found = model->Exists({model->accepted()}, "accepted");
    if (found.status == smt::Status::kUnknown) return true;
    return accepts_[model] = found.status == smt::Status::kSat;
  }

  const Kinds& KindsOf(SliceModel* model) {
    std::vector<Bool> demands;
    for (const DemandCode& demand : model->demands()) {
      demands.push_back(demand.holds);
    }
    return model->Kept<Kinds>(model->space(), std::move(demands));
  }

  // A request of the rule that the other takes, or leaves; empty if none is
  // found.
  std::string Show(ir::RuleId id, ir::RuleId other, bool taken) {
    for (SliceModel* model : run_.Touched(id)) {
      const RuleCode* taker = model->Rule(other);
      const Bool takes =
          taker == nullptr ? Bool::Of(false) : Not(taker->guard.is_false);
      const Found found = model->Find(
          {model->accepted(), model->Literal(model->Rule(id)->guard.is_true),
           model->Literal(taken ? takes : Not(takes))},
          "partial");
      if (found.status != smt::Status::kSat) continue;
      std::string unknown;
      const auto shown = run_.Confirm(
          *model, found,
          [&](const Witness& w) {
            return eval::Evaluate(module_, module_.rule(id).guard, w.request) ==
                       ir::Verdict::kTrue &&
                   (eval::Evaluate(module_, module_.rule(other).guard,
                                   w.request) != ir::Verdict::kFalse) == taken;
          },
          &unknown);
      if (shown) return shown->json;
      if (run_.report().bug) return "";
    }
    return "";
  }

  void Report(ir::RuleId id, ir::RuleId by, const Most& most) {
    const ir::Rule& rule = module_.rule(id);
    const ir::Rule& other = module_.rule(by);
    std::string left = Show(id, by, false);
    std::string taken = Show(id, by, true);
    if (run_.report().bug) return;
    run_.diags()
        ->Report(diag::Kind::kPartialShadow, rule.range,
                 fmt::format("{} `{}` takes most of what {} `{}` matches: {} "
                             "of {} kinds of requests",
                             ir::EffectName(other.effect), other.name,
                             ir::EffectName(rule.effect), rule.name, most.taken,
                             most.all))
        .Note(other.range, fmt::format("`{}` is tried first", other.name))
        .With({.rule = rule.name,
               .by = {other.name},
               .witness = std::move(left),
               .witness_shadowed = std::move(taken)});
  }

  Run& run_;
  const ir::Module& module_;
  std::vector<size_t> places_;  // of rules in their policies
  std::map<std::string, ir::RuleId> by_name_;
  // Of the rule that is checked: its kinds of requests where the other rule is
  // not tried. Most rules are tried in few slices of a rule of many.
  std::map<const SliceModel*, smt::Wide> alone_;
  bool unknown_ = false;
  std::map<const SliceModel*, bool> accepts_;
};

}  // namespace

void CheckPartialShadows(Run* run) {
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
