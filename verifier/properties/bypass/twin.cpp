#include "verifier/properties/bypass/twin.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/support/json_string.h"
#include "verifier/properties/bypass/spellings.h"
#include "verifier/witness.h"

namespace polc::verifier {
namespace {

using ir::CondKind;
using ir::Kind;
using smt::Bool;
using smt::Not;

// Pairs of texts that a question is asked again for.
constexpr int kMostRounds = 400;
constexpr size_t kPairStates = 60'000;
// Of a walk that only makes a fact say more.
constexpr size_t kReasonStates = 8'000;

// Where the other writing stands: where no policy looks.
constexpr const char* kPlace = "another writing";

// A membership of one of the two texts.
struct Membership {
  bool first = true;
  LangNo lang = 0;
  bool in = false;
  Bool holds;  // of the node
};

AlikePair WalkWith(const std::vector<Alike>& ways, const Facts& facts,
                   const std::vector<Membership>& all, size_t max_states) {
  Memberships first, second;
  for (const Membership& m : all) {
    const automata::Dfa* dfa = facts.DfaOf(m.lang);
    if (dfa == nullptr) continue;
    Memberships& side = m.first ? first : second;
    (m.in ? side.in : side.out).push_back(dfa);
  }
  return FindAlike(ways, first, second, false, max_states);
}

}  // namespace

Twin::Twin(const Run& run, const SliceModel& model, const Slice& other,
           const Writing* text)
    : slice_(model.slice()),
      text_(text),
      facts_(model.space().facts()),
      module_(run.module()) {
  module_.assertions.clear();
  module_.bounds.clear();
  module_.flows.clear();
  module_.sames.clear();
  const ir::Part whole = ir::WholeOf(module_);
  Rewrite(slice_, other);
  const size_t limits = whole.limits.end;
  const size_t marks = whole.marks.end;
  ir::Part part;
  part.limits = {limits, module_.limits.size()};
  part.marks = {marks, module_.marks.size()};
  encoding_ = std::make_unique<Encoding>(
      module_, std::vector<const Slice*>{&slice_, &second_}, facts_,
      model.space().context());
  if (space().too_large()) return;
  // The first set's are as they were; those behind them are the other's.
  as_is_ = std::make_unique<SetCode>(module_, slice_, whole, encoding_.get());
  otherwise_ =
      std::make_unique<SetCode>(module_, second_, part, encoding_.get());
  exact_ = exact_ && !space().approximate();
  std::vector<Bool> demands;
  for (const SetCode* set : {as_is_.get(), otherwise_.get()}) {
    for (const DemandCode& demand : set->demands()) {
      demands.push_back(demand.holds);
    }
  }
  AddText(&demands);
  accepted_ = encoding_->Literal(smt::And(demands));
  if (!space().context()->options().list_requests) return;
  encoding_->search()->Enumerate(accepted_, std::move(demands), true);
}

// Both are texts, and short enough for what asks how long they are.
void Twin::AddText(std::vector<Bool>* demands) {
  if (text_ == nullptr) return;
  first_node_ = space().Resolve(text_->field, nullptr);
  second_node_ = space().Resolve(other_text_, nullptr);
  unread_ = first_node_ == nullptr || second_node_ == nullptr;
  if (unread_) return;
  for (const Node* node : {first_node_, second_node_}) {
    demands->push_back(node->Is(Kind::kString));
    for (const auto& [bytes, longer] : node->longer) {
      demands->push_back(Not(longer));
    }
    const Shape& shape = *node->shape;
    exact_ = exact_ && !shape.compared && !shape.measured && !shape.ported &&
             !shape.timed;
  }
}

const ChargeCode* Twin::MarkOf(bool otherwise, size_t mark) const {
  const SetCode& set = otherwise ? *otherwise_ : *as_is_;
  const size_t behind = otherwise ? module_.marks.size() / 2 : 0;
  for (const ChargeCode& charge : set.charges()) {
    if (charge.index == module_.limits.size() + behind + mark) return &charge;
  }
  return nullptr;
}

ir::FieldId Twin::Moved(ir::FieldId id) {
  return text_ != nullptr && id == text_->field ? other_text_ : id;
}

ir::TermId Twin::Moved(ir::TermId id) {
  if (!id.valid()) return id;
  if (const auto& known = terms_[id.value()]) return *known;
  ir::Term term = module_.term(id);
  bool moved = false;
  if (term.field.valid()) {
    exact_ = exact_ && !(other_tool_ &&
                         module_.field(term.field).root == ir::Root::kTool);
    const ir::FieldId to = Moved(term.field);
    moved = to != term.field;
    term.field = to;
  }
  for (ir::TermId& operand : term.operands) {
    const ir::TermId to = Moved(operand);
    moved |= to != operand;
    operand = to;
  }
  ir::TermId out = id;
  if (moved) {
    out = ir::TermId(module_.terms.size());
    module_.terms.push_back(std::move(term));
  }
  terms_[id.value()] = out;
  return out;
}

ir::CondId Twin::Moved(ir::CondId id) {
  if (!id.valid()) return id;
  if (const auto& known = conds_[id.value()]) return *known;
  const ir::CondId out = Compute(id);
  conds_[id.value()] = out;
  return out;
}

ir::CondId Twin::Compute(ir::CondId id) {
  ir::Cond cond = module_.cond(id);
  const auto add = [&](ir::Cond made) {
    module_.conds.push_back(std::move(made));
    return ir::CondId(module_.conds.size() - 1);
  };
  const auto is_tool = [&](ir::FieldId field) {
    return other_tool_ && field.valid() &&
           module_.field(field).root == ir::Root::kTool;
  };
  if (cond.kind == CondKind::kTest && is_tool(cond.field) &&
      module_.field(cond.field).steps.empty()) {
    ir::Cond decided;
    const ir::Outcome on = cond.on[static_cast<size_t>(Kind::kString)];
    decided.verdict = on == ir::Outcome::kTrue    ? ir::Verdict::kTrue
                      : on == ir::Outcome::kFalse ? ir::Verdict::kFalse
                      : on == ir::Outcome::kError
                          ? ir::Verdict::kError
                          : TestString(facts_, cond.test, *other_tool_);
    return add(decided);
  }
  // Compared with what is no name: found by replay, or not.
  if (is_tool(cond.field) || is_tool(cond.other)) exact_ = false;
  bool moved = false;
  const auto move = [&](auto& part) {
    if (!part.valid()) return;
    const auto to = Moved(part);
    moved |= to != part;
    part = to;
  };
  move(cond.field);
  move(cond.other);
  move(cond.left);
  move(cond.right);
  for (ir::CondId& operand : cond.operands) move(operand);
  return moved ? add(std::move(cond)) : id;
}

void Twin::Rewrite(const Slice& slice, const Slice& other) {
  if (slice.tool != other.tool) other_tool_ = other.tool;
  if (text_ != nullptr) {
    ir::Field place{ir::Root::kClaims, {{kPlace, -1}}};
    while (std::find(module_.fields.begin(), module_.fields.end(), place) !=
           module_.fields.end()) {
      place.steps[0].member += "_";
    }
    module_.fields.push_back(std::move(place));
    other_text_ = ir::FieldId(module_.fields.size() - 1);
  }
  conds_.resize(module_.conds.size());
  terms_.resize(module_.terms.size());
  const size_t policies = module_.policies.size();
  const size_t limits = module_.limits.size();
  const size_t marks = module_.marks.size();
  const auto behind = [&](std::vector<ir::PolicyId> ids) {
    for (ir::PolicyId& id : ids) id = ir::PolicyId(id.value() + policies);
    return ids;
  };
  for (size_t i = 0; i < limits; ++i) {
    ir::Limit limit = module_.limits[i];
    limit.on = Moved(limit.on);
    limit.cost = Moved(limit.cost);
    for (ir::Key& key : limit.keys) key.field = Moved(key.field);
    limit.policies = behind(limit.policies);
    module_.limits.push_back(std::move(limit));
  }
  for (size_t i = 0; i < marks; ++i) {
    ir::Mark mark = module_.marks[i];
    mark.on = Moved(mark.on);
    mark.key.field = Moved(mark.key.field);
    mark.policies = behind(mark.policies);
    module_.marks.push_back(std::move(mark));
  }
  for (size_t p = 0; p < policies; ++p) {
    ir::Policy policy = module_.policies[p];
    for (ir::RuleId& id : policy.rules) {
      ir::Rule rule = module_.rule(id);
      rule.policy = ir::PolicyId(policies + p);
      rule.target = Moved(rule.target);
      rule.guard = Moved(rule.guard);
      for (ir::Charge& charge : rule.charges) {
        charge.limit = ir::LimitId(charge.limit.value() + limits);
      }
      module_.rules.push_back(std::move(rule));
      id = ir::RuleId(module_.rules.size() - 1);
    }
    module_.policies.push_back(std::move(policy));
  }
  second_ = other;
  second_.policies = behind(other.policies);
  second_.schemas.clear();
  for (const ir::ToolSchema* schema : other.schemas) {
    auto moved = std::make_unique<ir::ToolSchema>(*schema);
    std::vector<ir::Demand> demands(schema->demands.begin(),
                                    schema->demands.end());
    for (ir::Demand& demand : demands) demand.cond = Moved(demand.cond);
    moved->demands = ir::DemandList(std::move(demands));
    second_.schemas.push_back(moved.get());
    schemas_.push_back(std::move(moved));
  }
}

// Two texts of the model's memberships; if there are none, the solver learns
// why.
AlikePair Twin::PairOf(const Found& found, bool* learned) {
  std::vector<Membership> all;
  for (const Node* node : {first_node_, second_node_}) {
    const std::string& text = found.assignment[node->number].text;
    for (const auto& [lang, in] : node->in) {
      if (facts_->DfaOf(lang) == nullptr) continue;
      all.push_back(
          {node == first_node_, lang, facts_->Contains(lang, text), in});
    }
  }
  const AlikePair pair = WalkWith(text_->ways, *facts_, all, kPairStates);
  if (pair.status != AlikePair::Status::kEmpty) return pair;
  for (size_t i = all.size(); i-- > 0;) {
    std::vector<Membership> fewer = all;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    const AlikePair left = WalkWith(text_->ways, *facts_, fewer, kReasonStates);
    if (left.status == AlikePair::Status::kEmpty) all = std::move(fewer);
  }
  std::vector<Bool> unlike;
  for (const Membership& m : all) {
    unlike.push_back(m.in ? Not(m.holds) : m.holds);
  }
  facts_learned_.push_back(encoding_->Literal(smt::Or(unlike)));
  *learned = true;
  return pair;
}

Twin::Pair Twin::Find(const std::vector<Bool>& asked) {
  Pair out;
  for (int round = 0; round < kMostRounds; ++round) {
    std::vector<Bool> all = {accepted_};
    all.insert(all.end(), asked.begin(), asked.end());
    all.insert(all.end(), facts_learned_.begin(), facts_learned_.end());
    const Found found = encoding_->search()->Find(all, "twin");
    out.status = found.status;
    out.reason = found.reason;
    if (found.status != smt::Status::kSat) return out;
    AlikePair texts;
    if (text_ != nullptr) {
      bool learned = false;
      texts = PairOf(found, &learned);
      if (learned) continue;
      if (texts.status == AlikePair::Status::kBound) break;
    }
    out.first = MakeRequest(space(), found.assignment, found.now);
    if (text_ != nullptr) {
      eval::Value& claims = out.first.caller.claims;
      const std::string& place = module_.field(other_text_).steps[0].member;
      const auto at =
          std::find(claims.names.begin(), claims.names.end(), place);
      if (at != claims.names.end()) {
        claims.items.erase(claims.items.begin() + (at - claims.names.begin()));
        claims.names.erase(at);
      }
    }
    out.second = out.first;
    if (other_tool_) {
      out.second.tool = other_tool_;
      out.what = fmt::format("the tool as `{}`", *other_tool_);
    }
    if (text_ == nullptr) return out;
    const ir::Field& field = module_.field(text_->field);
    std::string* first = TextAt(field, &out.first);
    std::string* second = TextAt(field, &out.second);
    POLC_CHECK(first != nullptr && second != nullptr, "a text that is none");
    *first = texts.first;
    *second = texts.second;
    if (texts.first != texts.second) {
      if (!out.what.empty()) out.what += " and ";
      out.what += fmt::format("`{}` as {}", ir::FieldName(field),
                              JsonString(texts.second));
    }
    return out;
  }
  out.status = smt::Status::kUnknown;
  out.reason = "texts that are written otherwise are too many to tell apart";
  return out;
}

}  // namespace polc::verifier
