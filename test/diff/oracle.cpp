#include "test/diff/oracle.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "compiler/eval/request_view.h"

namespace polc::testing {
namespace {

using ir::CondId;
using ir::CondKind;
using ir::Effect;
using ir::Kind;
using ir::Verdict;

ir::Verdict EvaluateWith(const ir::Module& module, CondId id,
                         const eval::Request& request, CondId part,
                         Verdict instead) {
  if (id == part) return instead;
  const ir::Cond& cond = module.cond(id);
  const auto operand = [&](size_t i) {
    return EvaluateWith(module, cond.operands[i], request, part, instead);
  };
  switch (cond.kind) {
    case CondKind::kNot:
      return ir::Not(operand(0));
    case CondKind::kAnd:
    case CondKind::kOr: {
      const bool all = cond.kind == CondKind::kAnd;
      Verdict v = all ? Verdict::kTrue : Verdict::kFalse;
      for (size_t i = 0; i < cond.operands.size(); ++i) {
        v = all ? ir::And(v, operand(i)) : ir::Or(v, operand(i));
      }
      return v;
    }
    default:
      return eval::Evaluate(module, id, request);
  }
}

using Visit = std::function<void(CondId, bool positive)>;

void ForLeaves(const ir::Module& module, CondId id, bool positive,
               const Visit& visit) {
  const ir::Cond& cond = module.cond(id);
  const bool joins = cond.kind == CondKind::kAnd || cond.kind == CondKind::kOr;
  if (!joins && cond.kind != CondKind::kNot) return visit(id, positive);
  for (const CondId operand : cond.operands) {
    ForLeaves(module, operand, positive != (cond.kind == CondKind::kNot),
              visit);
  }
}

// A test of its elements refuses strings.
bool Refuses(const ir::Module& module, CondId id) {
  const ir::Cond& cond = module.cond(id);
  if (cond.test.domain.valid()) return true;
  return std::any_of(cond.operands.begin(), cond.operands.end(),
                     [&](CondId operand) { return Refuses(module, operand); });
}

Kind KindOf(const ir::Module& module, ir::FieldId field,
            const eval::Request& request) {
  return eval::RequestView(request).Find(module.field(field), nullptr).kind;
}

std::string ValueText(const ir::Module& module, ir::FieldId field,
                      const eval::Request& request) {
  const eval::RequestView view(request);
  const eval::Read read = view.Find(module.field(field), nullptr);
  std::string text(ir::KindName(read.kind));
  if (read.kind == Kind::kString) text += read.value->text;
  if (read.kind == Kind::kNumber) text += std::to_string(read.value->number);
  if (read.kind == Kind::kBool) text += read.value->boolean ? "1" : "0";
  return text;
}

}  // namespace

Oracle::Oracle(const Small& small) : small_(small), module_(small.module) {
  for (const eval::Request& request : small.requests) AddRow(request);
}

void Oracle::AddRow(const eval::Request& request) {
  Row row;
  row.request = &request;
  row.decision = eval::Decide(module_, request);
  if (row.decision.by == eval::By::kSchema) return;
  for (const ir::Mark& mark : module_.marks) {
    eval::Request holding = request;
    holding.marks.push_back(mark.name);
    if (request.marks.empty() &&
        eval::Decide(module_, holding).effect > row.decision.effect) {
      permitting_.insert(mark.name);
    }
    row.mark_fails |=
        eval::Evaluate(module_, mark.on, request) == Verdict::kError;
  }
  for (size_t r = 0; r < module_.rules.size(); ++r) {
    row.guard.push_back(
        eval::Evaluate(module_, module_.rules[r].guard, request));
    auto& parts = row.part.emplace_back();
    for (const ir::RulePart& part : small_.parts.rules[r]) {
      parts.push_back(eval::Evaluate(module_, part.without, request));
    }
  }
  for (const ir::Limit& limit : module_.limits) {
    row.on.push_back(limit.on.valid()
                         ? eval::Evaluate(module_, limit.on, request)
                         : Verdict::kFalse);
    bool unpayable = false;
    for (const ir::Key& key : limit.keys) {
      const Kind kind = KindOf(module_, key.field, request);
      unpayable |= kind != Kind::kString && kind != Kind::kNumber;
    }
    const ir::Term& cost = module_.term(limit.cost);
    unpayable |= cost.kind == ir::TermKind::kNumber &&
                 KindOf(module_, cost.field, request) != Kind::kNumber;
    row.unpayable.push_back(unpayable);
  }
  for (const ir::Policy& policy : module_.policies) {
    int vote = -1;
    for (const ir::RuleId id : policy.rules) {
      if (row.guard[id.value()] == Verdict::kFalse) continue;
      vote = id.index;
      break;
    }
    row.vote.push_back(vote);
  }
  for (const ir::Assertion& a : module_.assertions) {
    const bool inside =
        eval::Evaluate(module_, a.target, request) == Verdict::kTrue &&
        eval::Evaluate(module_, a.when, request) != Verdict::kFalse;
    row.asserted.emplace_back(inside, row.decision.effect);
  }
  rows_.push_back(std::move(row));
}

Oracle::Outcome Oracle::Decide(const Row& row, size_t changed,
                               Verdict instead) const {
  bool deny = row.mark_fails;
  bool ask = false;
  bool allow = false;
  std::vector<int> charged(module_.limits.size(), 0);
  for (const ir::Policy& policy : module_.policies) {
    const ir::Rule* vote = nullptr;
    bool error = false;
    for (const ir::RuleId id : policy.rules) {
      const Verdict v = id.value() == changed ? instead : row.guard[id.value()];
      if (v == Verdict::kFalse) continue;
      error = v == Verdict::kError;
      vote = &module_.rule(id);
      break;
    }
    deny |= error;
    if (error) continue;
    if (vote == nullptr) {
      deny |= policy.default_effect == ir::DefaultEffect::kDeny;
      ask |= policy.default_effect == ir::DefaultEffect::kAsk;
      allow |= policy.default_effect == ir::DefaultEffect::kAllow;
      continue;
    }
    deny |= vote->effect == Effect::kDeny;
    ask |= vote->effect == Effect::kAsk;
    allow |= vote->effect == Effect::kAllow;
    if (vote->effect == Effect::kDeny) continue;
    for (const ir::Charge& charge : vote->charges) {
      int& level = charged[charge.limit.value()];
      level = std::max(level, charge.or_ask ? 1 : 2);
    }
  }
  for (size_t l = 0; l < charged.size(); ++l) {
    deny |= row.on[l] == Verdict::kError;
    if (row.on[l] == Verdict::kTrue) charged[l] = 2;
    deny |= charged[l] != 0 && row.unpayable[l];
  }
  if (deny || (!ask && !allow)) return {Effect::kDeny, {}};
  return {ask ? Effect::kAsk : Effect::kAllow, charged};
}

// Some decision is another without the rule, or without a part of it.
bool Oracle::Missed(size_t rule, int part) const {
  return Any([&](const Row& row) {
    const Verdict instead =
        part < 0 ? Verdict::kFalse : row.part[rule][static_cast<size_t>(part)];
    return Decide(row, rule, instead) != Decide(row, rule, row.guard[rule]);
  });
}

bool Oracle::Votes(const Row& row, size_t r) const {
  return Matches(row, r) &&
         row.vote[module_.rules[r].policy.value()] == static_cast<int>(r);
}

bool Oracle::Decides(const Row& row, size_t r) const {
  if (!Votes(row, r)) return false;
  return module_.rules[r].effect != Effect::kAllow ||
         row.decision.effect == Effect::kAllow;
}

bool Oracle::Takes(const Row& row, size_t j, size_t r) const {
  const ir::Rule& other = module_.rules[j];
  if (row.guard[j] == Verdict::kFalse) return false;
  if (other.policy == module_.rules[r].policy) return j < r;
  if (other.effect == Effect::kDeny) return true;
  return row.vote[other.policy.value()] == static_cast<int>(j) &&
         (other.effect == Effect::kAsk || row.guard[j] == Verdict::kError);
}

bool Oracle::TakenByDefault(const Row& row, size_t r) const {
  for (size_t p = 0; p < module_.policies.size(); ++p) {
    if (module_.rules[r].policy.value() == p || row.vote[p] >= 0) continue;
    const auto d = module_.policies[p].default_effect;
    if (d == ir::DefaultEffect::kDeny || d == ir::DefaultEffect::kAsk) {
      return true;
    }
  }
  return false;
}

// A limit or mark denies: its condition, key or cost has no value.
bool Oracle::Fails(const Row& row) const {
  if (row.mark_fails) return true;
  for (size_t l = 0; l < module_.limits.size(); ++l) {
    if (row.on[l] == Verdict::kError) return true;
    bool charged = row.on[l] == Verdict::kTrue;
    for (const int vote : row.vote) {
      if (vote < 0) continue;
      const auto place = static_cast<size_t>(vote);
      const ir::Rule& rule = module_.rules[place];
      if (!Matches(row, place) || rule.effect == Effect::kDeny) continue;
      for (const ir::Charge& charge : rule.charges) {
        charged |= charge.limit.value() == l;
      }
    }
    if (charged && row.unpayable[l]) return true;
  }
  return false;
}

bool Oracle::Covers(size_t r, const std::set<std::string>& by, bool defaults,
                    bool charges) const {
  return !Any([&](const Row& row) {
    if (!Matches(row, r) || (charges && Fails(row))) return false;
    for (size_t j = 0; j < module_.rules.size(); ++j) {
      if (by.contains(module_.rules[j].name) && Takes(row, j, r)) return false;
    }
    return !(defaults && TakenByDefault(row, r));
  });
}

std::set<std::string> Oracle::Expected() const {
  std::set<std::string> expected;
  std::set<size_t> dead;
  AddRules(&expected, &dead);
  AddLimits(dead, &expected);
  AddSet(&expected);
  return expected;
}

void Oracle::AddRules(std::set<std::string>* expected,
                      std::set<size_t>* dead) const {
  for (size_t r = 0; r < module_.rules.size(); ++r) {
    const std::string& name = module_.rules[r].name;
    const bool allow = module_.rules[r].effect == Effect::kAllow;
    if (!Any([&](const Row& row) { return Matches(row, r); })) {
      expected->insert("never-matches " + name);
      dead->insert(r);
      continue;
    }
    if (!Any([&](const Row& row) { return Decides(row, r); })) {
      expected->insert((allow ? "unreachable-allow " : "shadowed-rule ") +
                       name);
      dead->insert(r);
      continue;
    }
    const bool missed = Missed(r, -1);
    if (!missed) {
      expected->insert("redundant-rule " + name);
    } else {
      AddOperands(r, expected);
    }
    if (ErrorDenies(r)) expected->insert("error-denies " + name);
    if (allow && EmptyAll(r)) expected->insert("empty-all " + name);
    if (missed && PartlyShadowed(r)) expected->insert("partial-shadow " + name);
  }
}

void Oracle::AddOperands(size_t r, std::set<std::string>* expected) const {
  const auto& parts = small_.parts.rules[r];
  if (parts.empty()) return;
  const std::string& name = module_.rules[r].name;
  if (!Any([&](const Row& row) {
        return row.part[r][0] == Verdict::kTrue && !Matches(row, r);
      })) {
    expected->insert("always-matches " + name);
    return;
  }
  uint32_t inside = 0;  // of one that was reported
  for (size_t p = 1; p < parts.size(); ++p) {
    if (parts[p].range.begin < inside || Missed(r, static_cast<int>(p))) {
      continue;
    }
    expected->insert("redundant-condition " + name + " " +
                     std::to_string(parts[p].range.begin));
    inside = parts[p].range.end;
  }
}

// An error that comes of a text's spelling alone, or of a number that readers
// disagree about.
bool Oracle::Excused(const Row& row, CondId id) const {
  const ir::Cond& cond = module_.cond(id);
  const eval::Request& request = *row.request;
  for (const ir::FieldId field : {cond.field, cond.other}) {
    if (field.valid() && KindOf(module_, field, request) == Kind::kBigInt) {
      return true;
    }
  }
  if (cond.kind == CondKind::kAll) {
    return Refuses(module_, cond.operands[0]) &&
           KindOf(module_, cond.field, request) == Kind::kList;
  }
  return cond.kind == CondKind::kTest && cond.test.domain.valid() &&
         KindOf(module_, cond.field, request) == Kind::kString;
}

bool Oracle::ErrorDenies(size_t r) const {
  return Any([&](const Row& row) {
    if (row.guard[r] != Verdict::kError) return false;
    bool plain = true;
    ForLeaves(module_, module_.rules[r].guard, true, [&](CondId id, bool) {
      plain &= eval::Evaluate(module_, id, *row.request) != Verdict::kError ||
               !Excused(row, id);
    });
    return plain &&
           Decide(row, r, Verdict::kFalse) != Decide(row, r, Verdict::kError);
  });
}

bool Oracle::EmptyAll(size_t r) const {
  std::vector<CondId> lists;
  const CondId guard = module_.rules[r].guard;
  ForLeaves(module_, guard, true, [&](CondId id, bool positive) {
    if (positive && module_.cond(id).kind == CondKind::kAll) {
      lists.push_back(id);
    }
  });
  return Any([&](const Row& row) {
    return !lists.empty() && Decides(row, r) &&
           std::any_of(lists.begin(), lists.end(), [&](CondId list) {
             const eval::RequestView view(*row.request);
             const eval::Read read =
                 view.Find(module_.field(module_.cond(list).field), nullptr);
             return read.kind == Kind::kList && read.value->items.empty() &&
                    EvaluateWith(module_, guard, *row.request, list,
                                 Verdict::kFalse) != Verdict::kTrue;
           });
  });
}

bool Oracle::PartlyShadowed(size_t r) const {
  const ir::Rule& rule = module_.rules[r];
  for (const ir::RuleId other : module_.policy(rule.policy).rules) {
    if (other.value() == r) return false;
    const ir::Rule& taker = module_.rule(other);
    if (taker.effect == rule.effect) continue;
    std::set<std::string> all, taken;
    bool counted = true;
    for (const Row& row : rows_) {
      if (!Matches(row, r)) continue;
      std::set<ir::FieldId> fields;
      const auto collect = [&](const ir::Rule& of) {
        if (eval::Evaluate(module_, of.target, *row.request) !=
            Verdict::kTrue) {
          return;
        }
        ForLeaves(module_, of.guard, true, [&](CondId id, bool) {
          const ir::Cond& cond = module_.cond(id);
          if (cond.kind == CondKind::kConst) return;
          if (cond.kind != CondKind::kTest) {
            counted = false;
            return;
          }
          const ir::Root root = module_.field(cond.field).root;
          if (root == ir::Root::kTool) return;
          counted &= root == ir::Root::kArgs &&
                     cond.test.kind != ir::TestKind::kSize &&
                     cond.test.kind != ir::TestKind::kOnly;
          fields.insert(cond.field);
        });
      };
      collect(rule);
      collect(taker);
      if (!counted) break;
      std::string key = *row.request->tool;
      for (const ir::FieldId field : fields) {
        key += " " + ValueText(module_, field, *row.request);
      }
      all.insert(key);
      if (row.guard[other.value()] != Verdict::kFalse) taken.insert(key);
    }
    if (!counted || all.size() < 4) continue;
    if (taken.size() * 4 >= all.size() * 3 && taken.size() != all.size()) {
      return true;
    }
  }
  return false;
}

void Oracle::AddLimits(const std::set<size_t>& dead,
                       std::set<std::string>* expected) const {
  for (size_t l = 0; l < module_.limits.size(); ++l) {
    const ir::Limit& limit = module_.limits[l];
    bool used = false;
    bool fits = false;
    bool free = false;
    for (const Row& row : rows_) {
      for (const eval::Charge& charge : row.decision.charges) {
        if (charge.limit.value() != l) continue;
        used = true;
        fits |= charge.amount <= limit.amount;
        free |= charge.amount == Decimal();
      }
    }
    bool charged_by_rule = false;
    bool alive = false;
    for (size_t r = 0; r < module_.rules.size(); ++r) {
      for (const ir::Charge& charge : module_.rules[r].charges) {
        if (charge.limit.value() != l) continue;
        charged_by_rule = true;
        alive |= !dead.contains(r);
      }
    }
    if (!used) {
      if (limit.on.valid() || !charged_by_rule || alive) {
        expected->insert("limit-unused " + limit.name);
      }
      continue;
    }
    if (!fits) expected->insert("limit-blocks-all " + limit.name);
    if (free) expected->insert("free-charge " + limit.name);
    for (size_t by = 0; by < module_.limits.size(); ++by) {
      if (by == l || !NeverBinds(l, by)) continue;
      if (by > l && NeverBinds(by, l)) continue;
      expected->insert("limit-never-binds " + limit.name);
      break;
    }
  }
}

// As many calls as `by` lets through fit under the limit, whatever they cost.
bool Oracle::NeverBinds(size_t l, size_t by) const {
  const ir::Limit& limit = module_.limits[l];
  const ir::Limit& other = module_.limits[by];
  const ir::Term& cost = module_.term(other.cost);
  if (cost.kind != ir::TermKind::kConstant) return false;
  for (const ir::Key& key : other.keys) {
    if (std::find(limit.keys.begin(), limit.keys.end(), key) ==
        limit.keys.end()) {
      return false;
    }
  }
  const auto most = other.amount.units() / cost.value.units();
  if (most == 0) return false;
  bool used = false;
  const bool outside = Any([&](const Row& row) {
    bool charged = false;
    bool held = false;
    bool lasts = false;
    for (const eval::Charge& charge : row.decision.charges) {
      if (charge.limit.value() == l) {
        charged = true;
        lasts = charge.amount.units() * most <= limit.amount.units();
      }
      held |= charge.limit.value() == by && !charge.or_ask;
    }
    used |= charged;
    return charged && !(held && lasts);
  });
  return used && !outside;
}

void Oracle::AddSet(std::set<std::string>* expected) const {
  for (size_t a = 0; a < module_.assertions.size(); ++a) {
    const ir::Assertion& assertion = module_.assertions[a];
    if (Any([&](const Row& row) {
          return row.asserted[a].first &&
                 (row.asserted[a].second == assertion.effect) !=
                     assertion.always;
        })) {
      expected->insert("assertion-failed " + assertion.name);
    }
  }
  for (const std::string& mark : permitting_) {
    expected->insert("mark-permits " + mark);
  }
  if (Any([](const Row& row) {
        return row.decision.effect == Effect::kAllow &&
               *row.request->tool == "u" && row.decision.charges.empty();
      })) {
    expected->insert("unlimited-write u");
  }
  if (!Any([](const Row& row) {
        return row.decision.effect != Effect::kDeny;
      })) {
    expected->insert("allows-nothing ");
    return;
  }
  for (const char* tool : {"t", "u"}) {
    eval::Request request;
    request.server = "s";
    request.tool = tool;
    const bool covered = std::any_of(
        module_.rules.begin(), module_.rules.end(), [&](const ir::Rule& rule) {
          return eval::Evaluate(module_, rule.target, request) ==
                 Verdict::kTrue;
        });
    if (!covered) expected->insert(std::string("uncovered-tool ") + tool);
  }
}

}  // namespace polc::testing
