#include "tools/polc/test/coverage.h"

#include <array>
#include <map>

#include "compiler/support/check.h"

namespace polc::tool {
namespace {

using ir::Verdict;
using lower::Term;

// What the whole condition comes to if a part of it is false, true, an error.
using Outcomes = std::array<Verdict, 3>;

constexpr std::array<Verdict, 3> kVerdicts = {Verdict::kFalse, Verdict::kTrue,
                                              Verdict::kError};

Verdict Join(Term::Kind kind, Verdict a, Verdict b) {
  return kind == Term::Kind::kAnd ? ir::And(a, b) : ir::Or(a, b);
}

// One `when` on one request: the value of each term, then for each test
// whether the value of the whole hangs on it.
class Deciding {
 public:
  Deciding(const ir::Module& module, const eval::Request& request,
           std::vector<OperandCoverage>* operands)
      : module_(module), request_(request), operands_(*operands) {}

  void Run(const Term& when) {
    Value(when);
    next_value_ = 0;
    Decide(when, kVerdicts);
  }

 private:
  // Values are stored in the order in which Decide will ask for them.
  Verdict Value(const Term& term) {
    const size_t place = values_.size();
    values_.push_back(Verdict::kError);
    Verdict value = Verdict::kError;
    switch (term.kind) {
      case Term::Kind::kTest:
        value = eval::Evaluate(module_, term.cond, request_);
        break;
      case Term::Kind::kNot:
        value = ir::Not(Value(term.operands[0]));
        break;
      case Term::Kind::kAnd:
      case Term::Kind::kOr:
        value = Unit(term.kind);
        for (const Term& operand : term.operands) {
          value = Join(term.kind, value, Value(operand));
        }
        break;
    }
    values_[place] = value;
    sizes_.resize(values_.size());
    sizes_[place] = values_.size() - place;
    return value;
  }

  static Verdict Unit(Term::Kind kind) {
    return kind == Term::Kind::kAnd ? Verdict::kTrue : Verdict::kFalse;
  }

  void Decide(const Term& term, const Outcomes& outcomes) {
    const size_t place = next_value_++;
    switch (term.kind) {
      case Term::Kind::kTest:
        return Count(values_[place], outcomes);
      case Term::Kind::kNot:
        return Decide(term.operands[0],
                      {outcomes[1], outcomes[0], outcomes[2]});
      case Term::Kind::kAnd:
      case Term::Kind::kOr:
        return DecideJoined(term, place, outcomes);
    }
  }

  void DecideJoined(const Term& term, size_t place, const Outcomes& outcomes) {
    // What the operands after each come to, then before each.
    std::vector<Verdict> after(term.operands.size() + 1, Unit(term.kind));
    std::vector<size_t> places(term.operands.size());
    size_t at = place + 1;
    for (size_t& operand : places) {
      operand = at;
      at += sizes_[at];
    }
    for (size_t i = places.size(); i-- > 0;) {
      after[i] = Join(term.kind, values_[places[i]], after[i + 1]);
    }
    Verdict before = Unit(term.kind);
    for (size_t i = 0; i < places.size(); ++i) {
      const Verdict others = Join(term.kind, before, after[i + 1]);
      Outcomes inner;
      for (size_t v = 0; v < inner.size(); ++v) {
        const Verdict joined = Join(term.kind, kVerdicts[v], others);
        inner[v] = outcomes[static_cast<size_t>(joined)];
      }
      Decide(term.operands[i], inner);
      before = Join(term.kind, before, values_[places[i]]);
    }
  }

  void Count(Verdict value, const Outcomes& outcomes) {
    OperandCoverage& operand = operands_[next_operand_++];
    if (outcomes[0] == outcomes[1]) return;
    operand.as_true += value == Verdict::kTrue;
    operand.as_false += value == Verdict::kFalse;
  }

  const ir::Module& module_;
  const eval::Request& request_;
  std::vector<OperandCoverage>& operands_;
  std::vector<Verdict> values_;  // of terms, each before its operands
  std::vector<size_t> sizes_;    // terms below and with it
  size_t next_value_ = 0;
  size_t next_operand_ = 0;
};

void ListOperands(const Term& term, std::vector<OperandCoverage>* out) {
  if (term.kind == Term::Kind::kTest) out->push_back({term.range});
  for (const Term& operand : term.operands) ListOperands(operand, out);
}

}  // namespace

Coverage::Coverage(const sema::Program& program, const ir::Module& module)
    : module_(module), terms_(lower::LowerTerms(program)) {
  std::map<std::string, size_t> by_name;
  for (size_t i = 0; i < program.rules.size(); ++i) {
    const auto& rule = program.rules[i];
    RuleCoverage& out = rules_.emplace_back();
    out.name = program.ModuleName(rule.file) + "." + rule.decl->name.text;
    out.range = rule.range;
    if (terms_.is_written[i]) ListOperands(terms_.whens[i], &out.operands);
    by_name[out.name] = i;
  }
  for (const ir::Rule& rule : module.rules) {
    const auto found = by_name.find(rule.name);
    POLC_CHECK(found != by_name.end(), "a rule that no file declares");
    index_of_.push_back(found->second);
    rules_[found->second].effect = rule.effect;
  }
}

void Coverage::Add(const eval::Request& request) {
  // Rules are not asked about what the schema refuses.
  if (eval::Decide(module_, request).by == eval::By::kSchema) return;
  for (const ir::Policy& policy : module_.policies) {
    if (ir::Covers(policy, request.server)) AddPolicy(policy, request);
  }
}

void Coverage::AddPolicy(const ir::Policy& policy,
                         const eval::Request& request) {
  for (const ir::RuleId id : policy.rules) {
    RuleCoverage& rule = rules_[index_of_[id.value()]];
    ++rule.tried;
    AddOperands(id, request);
    const Verdict guard =
        eval::Evaluate(module_, module_.rule(id).guard, request);
    if (guard == Verdict::kFalse) continue;
    ++(guard == Verdict::kTrue ? rule.voted : rule.failed);
    return;
  }
}

void Coverage::AddOperands(ir::RuleId id, const eval::Request& request) {
  const size_t index = index_of_[id.value()];
  const ir::CondId target = module_.rule(id).target;
  if (!terms_.is_written[index] ||
      eval::Evaluate(module_, target, request) != Verdict::kTrue) {
    return;
  }
  Deciding(terms_.module, request, &rules_[index].operands)
      .Run(terms_.whens[index]);
}

Coverage::Count Coverage::CountRules() const {
  Count count;
  for (const RuleCoverage& rule : rules_) {
    ++count.all;
    count.covered += rule.voted > 0;
  }
  return count;
}

Coverage::Count Coverage::CountOperands() const {
  Count count;
  for (const RuleCoverage& rule : rules_) {
    for (const OperandCoverage& operand : rule.operands) {
      ++count.all;
      count.covered += operand.covered();
    }
  }
  return count;
}

int Coverage::Percent() const {
  const Count rules = CountRules();
  const Count operands = CountOperands();
  const uint64_t all = rules.all + operands.all;
  if (all == 0) return 100;
  return static_cast<int>(100 * (rules.covered + operands.covered) / all);
}

}  // namespace polc::tool
