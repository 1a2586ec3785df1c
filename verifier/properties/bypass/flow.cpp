// flow-bypass: a sequence of calls after which what a mark was to guard is
// allowed: by a rule that is tried before the one that guards it, or because
// the call that is to set the mark, written otherwise, sets none.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "verifier/properties/bypass/rewritten.h"
#include "verifier/properties/bypass/spellings.h"
#include "verifier/witness.h"

namespace polc::verifier {
namespace {

using smt::Bool;
using smt::Not;

bool Reads(const ir::Module& module, ir::CondId id, const ir::Field& wanted) {
  const ir::Cond& cond = module.cond(id);
  if (cond.kind == ir::CondKind::kTest && module.field(cond.field) == wanted) {
    return true;
  }
  return std::any_of(
      cond.operands.begin(), cond.operands.end(),
      [&](ir::CondId operand) { return Reads(module, operand, wanted); });
}

bool Sets(const Witness& witness, size_t mark) {
  return std::any_of(witness.decision.marks.begin(),
                     witness.decision.marks.end(),
                     [&](ir::MarkId id) { return id.value() == mark; });
}

using Marks = std::set<size_t>;  // places in the module's table

Marks SetBy(const Witness& witness) {
  Marks out;
  for (const ir::MarkId id : witness.decision.marks) out.insert(id.value());
  return out;
}

// That the caller holds the mark; false where nothing asks.
Bool Holds(const Space& space, const ir::Mark& mark) {
  const Node* marks = space.root(ir::Root::kMarks);
  if (marks == nullptr) return Bool::Of(false);
  const auto held = marks->members.find({mark.name, -1});
  return held == marks->members.end() ? Bool::Of(false)
                                      : held->second->Is(ir::Kind::kBool);
}

// That a text of the caller is told apart from `text` by nothing.
void AddText(const Space& space, ir::Root root,
             const std::optional<std::string>& text, std::vector<Bool>* out) {
  const Node* node = space.root(root);
  if (node == nullptr) return;
  const Bool is_text = node->Is(ir::Kind::kString);
  out->push_back(text ? is_text : Not(is_text));
  if (!text) return;
  for (const auto& [lang, in] : node->in) {
    out->push_back(space.facts()->Contains(lang, *text) ? in : Not(in));
  }
}

class FlowBypass {
 public:
  FlowBypass(Run* run, size_t mark)
      : run_(*run),
        module_(run->module()),
        place_(mark),
        mark_(module_.marks[mark]),
        field_{ir::Root::kMarks, {{mark_.name, -1}}},
        sets_(*run) {}

  void Check() {
    for (size_t r = 0; r < module_.rules.size(); ++r) {
      const ir::RuleId id(r);
      const ir::Rule& rule = module_.rules[r];
      if (rule.effect == ir::Effect::kAllow || run_.dead_rules().contains(id) ||
          !Reads(module_, rule.guard, field_)) {
        continue;
      }
      unknown_.clear();
      done_ = false;
      if (rule.effect == ir::Effect::kAsk) CheckEarlier(id);
      if (!done_) CheckWriting(id);
      if (run_.report().bug) return;
      if (done_ || unknown_.empty()) continue;
      run_.Unknown(
          rule.range, rule.name,
          fmt::format("whether mark `{}` can be walked around before "
                      "what {} `{}` is to guard",
                      mark_.name, ir::EffectName(rule.effect), rule.name),
          unknown_);
    }
  }

 private:
  // The condition if the mark were held, or not.
  Tri With(bool held, SliceModel* model, ir::CondId id) {
    const Tri as_is = model->Encode(id);
    if (as_is.is_true.is_const() && as_is.is_false.is_const()) return as_is;
    const ir::Cond& cond = module_.cond(id);
    switch (cond.kind) {
      case ir::CondKind::kTest: {
        if (module_.field(cond.field) != field_) break;
        const auto kind = held ? ir::Kind::kBool : ir::Kind::kMissing;
        switch (cond.on[static_cast<size_t>(kind)]) {
          case ir::Outcome::kFalse:
            return Tri::Of(ir::Verdict::kFalse);
          case ir::Outcome::kError:
            return Tri::Of(ir::Verdict::kError);
          default:
            return Tri::Of(ir::Verdict::kTrue);
        }
      }
      case ir::CondKind::kNot: {
        const Tri of = With(held, model, cond.operands[0]);
        return {of.is_false, of.is_true};
      }
      case ir::CondKind::kAnd:
      case ir::CondKind::kOr: {
        std::vector<Bool> trues, falses;
        for (const ir::CondId operand : cond.operands) {
          const Tri of = With(held, model, operand);
          trues.push_back(of.is_true);
          falses.push_back(of.is_false);
        }
        if (cond.kind == ir::CondKind::kAnd) {
          return {smt::And(trues), smt::Or(falses)};
        }
        return {smt::Or(trues), smt::And(falses)};
      }
      default:
        break;
    }
    return as_is;
  }

  // That the marks which a caller holds are these.
  void AddHeld(const Space& space, const Marks& held,
               std::vector<Bool>* out) const {
    for (size_t m = 0; m < module_.marks.size(); ++m) {
      const Bool holds = Holds(space, module_.marks[m]);
      if (!holds.is_const())
        out->push_back(held.contains(m) ? holds : Not(holds));
    }
  }

  // Another set of marks than these is set. `code_of` gives a mark's.
  template <typename CodeOf>
  Bool SetsOthers(const Marks& set, const CodeOf& code_of) const {
    std::vector<Bool> others;
    for (size_t m = 0; m < module_.marks.size(); ++m) {
      const ChargeCode* code = code_of(m);
      if (code == nullptr) continue;
      others.push_back(set.contains(m) ? Not(code->charged) : code->charged);
    }
    return smt::Or(others);
  }

  // A call of the slice with `asked`, after `first` has set `set`.
  void FindSecond(SliceModel* model, std::vector<Bool> asked, const Marks& set,
                  const Witness& first, const Shows& shows, ir::RuleId id,
                  const std::string& message) {
    AddHeld(model->space(), set, &asked);
    std::vector<Bool> caller = asked;
    AddText(model->space(), ir::Root::kGrant, first.request.caller.grant,
            &caller);
    AddText(model->space(), ir::Root::kSubject, first.request.caller.subject,
            &caller);
    AddText(model->space(), ir::Root::kSession, first.request.session, &caller);
    for (const auto* question : {&caller, &asked}) {
      const Found found = model->Find(*question, "guarded");
      if (found.status == smt::Status::kUnknown) unknown_ = found.reason;
      if (found.status != smt::Status::kSat) continue;
      const eval::Request second =
          MakeRequest(model->space(), found.assignment, found.now);
      const auto calls = Sequence(&run_, first.request, second, shows);
      if (run_.report().bug) return;
      if (calls) return Report(module_.rule(id), *calls, message);
      unknown_ = "it hangs on who calls, or when";
    }
  }

  // Of a rule's requests where the mark is held and makes the rule take them,
  // those that are allowed all the same.
  void CheckEarlier(ir::RuleId id) {
    for (SliceModel* second : run_.Touched(id)) {
      const Tri without = With(false, second, module_.rule(id).guard);
      const std::vector<Bool> asked = {
          second->accepted(), second->Decided(ir::Effect::kAllow),
          second->Literal(
              smt::And({second->Rule(id)->guard.is_true,
                        Holds(second->space(), mark_), Not(without.is_true)}))};
      if (second->Exists(asked, "guarded").status == smt::Status::kUnsat) {
        continue;
      }
      for (const auto& first : run_.models()) {
        FindFirst(first.get(), second, asked, id);
        if (done_ || run_.report().bug) return;
      }
    }
  }

  // Each set of marks that a call which sets the mark can set is tried once.
  void FindFirst(SliceModel* model, SliceModel* second,
                 const std::vector<Bool>& then, ir::RuleId id) {
    const auto code_of = [&](size_t m) {
      return ChargeOf(*model, module_.limits.size() + m);
    };
    const ChargeCode* code = code_of(place_);
    if (code == nullptr || code->charged.is_false()) return;
    std::vector<Bool> asked = {model->accepted(), model->permitted(),
                               model->Literal(code->charged)};
    AddHeld(model->space(), {}, &asked);
    for (;;) {
      const Found found = model->Find(asked, "setter");
      if (found.status == smt::Status::kUnknown) unknown_ = found.reason;
      if (found.status != smt::Status::kSat) return;
      const auto setter = run_.Confirm(
          *model, found, [&](const Witness& w) { return Sets(w, place_); },
          &unknown_);
      if (!setter) return;
      FindSecond(
          second, then, SetBy(*setter), *setter,
          [&](const Witness& a, const Witness& b) {
            return Sets(a, place_) &&
                   eval::Evaluate(module_, module_.rule(id).guard, b.request) ==
                       ir::Verdict::kTrue;
          },
          id,
          fmt::format("what ask `{}` is to guard once mark `{}` is set is "
                      "allowed by another rule",
                      module_.rule(id).name, mark_.name));
      const Bool others = SetsOthers(SetBy(*setter), code_of);
      if (done_ || run_.report().bug || others.is_false()) return;
      asked.push_back(model->Literal(others));
    }
  }

  // A call that sets the mark, written so that it sets none; then one that the
  // rule would take if the mark were held, and that is allowed without.
  void CheckWriting(ir::RuleId id) {
    if (!mark_.on.valid()) return;
    std::vector<std::pair<SliceModel*, std::vector<Bool>>> seconds;
    for (SliceModel* model : run_.Touched(id)) {
      const Tri held = With(true, model, module_.rule(id).guard);
      const Tri without = With(false, model, module_.rule(id).guard);
      std::vector<Bool> asked = {
          model->accepted(), model->Decided(ir::Effect::kAllow),
          model->Literal(smt::And({held.is_true, Not(without.is_true),
                                   Not(Holds(model->space(), mark_))}))};
      if (model->Exists(asked, "guarded").status != smt::Status::kUnsat) {
        seconds.emplace_back(model, std::move(asked));
      }
    }
    if (seconds.empty()) return;
    for (const auto& model : run_.models()) {
      const ChargeCode* code = ChargeOf(*model, module_.limits.size() + place_);
      if (code == nullptr || code->charged.is_false()) continue;
      const bool ended = ForRewritings(
          &run_, model.get(), mark_.on, &sets_,
          [&](Twin* twin) {
            Unset(twin, seconds, id);
            return done_ || run_.report().bug.has_value();
          },
          &unknown_);
      if (ended) return;
    }
  }

  void Unset(
      Twin* twin,
      const std::vector<std::pair<SliceModel*, std::vector<Bool>>>& seconds,
      ir::RuleId id) {
    const auto code_of = [&](size_t m) { return twin->MarkOf(true, m); };
    const ChargeCode* as_is = twin->MarkOf(false, place_);
    const ChargeCode* otherwise = code_of(place_);
    if (as_is == nullptr) return;
    std::vector<Bool> asked = {twin->as_is().permitted(),
                               twin->Literal(as_is->charged),
                               twin->otherwise().permitted()};
    if (otherwise != nullptr) {
      asked.push_back(twin->Literal(Not(otherwise->charged)));
    }
    AddHeld(twin->space(), {}, &asked);
    for (;;) {
      const Twin::Pair pair = twin->Find(asked);
      if (pair.status == smt::Status::kUnknown) unknown_ = pair.reason;
      if (pair.status != smt::Status::kSat) return;
      const auto setter = run_.Decide(pair.first);
      const auto other = setter ? run_.Decide(pair.second) : std::nullopt;
      if (!other) return;
      if (!Sets(*setter, place_) || Sets(*other, place_) ||
          other->decision.effect == ir::Effect::kDeny) {
        if (twin->exact()) {
          run_.report().bug = fmt::format(
              "a call written otherwise does not show what it was to show: {}",
              other->json);
        }
        unknown_ = "it hangs on a comparison that is not encoded exactly";
        return;
      }
      for (const auto& [model, then] : seconds) {
        FindSecond(
            model, then, SetBy(*other), *other,
            [&](const Witness& a, const Witness&) { return !Sets(a, place_); },
            id,
            fmt::format("with {} a call sets no mark `{}`, and what {} `{}` is "
                        "to guard is allowed",
                        pair.what, mark_.name,
                        ir::EffectName(module_.rule(id).effect),
                        module_.rule(id).name));
        if (done_ || run_.report().bug) return;
      }
      const Bool others = SetsOthers(SetBy(*other), code_of);
      if (others.is_false()) return;
      asked.push_back(twin->Literal(others));
    }
  }

  // The second call's rules are those that allow it after the first.
  void Report(const ir::Rule& rule, const std::vector<eval::Request>& calls,
              const std::string& message) {
    const auto first = run_.Decide(calls[0]);
    eval::Request later = calls[1];
    for (const size_t mark : first ? SetBy(*first) : Marks()) {
      later.marks.push_back(module_.marks[mark].name);
    }
    const auto second = run_.Decide(std::move(later));
    if (!second) return;
    done_ = true;
    run_.Refuted();
    diag::Builder report =
        run_.diags()->Report(diag::Kind::kFlowBypass, rule.range, message);
    report.Note(mark_.range, fmt::format("mark `{}` is set here", mark_.name));
    std::vector<std::string> by;
    for (const ir::RuleId id : second->decision.rules) {
      by.push_back(module_.rule(id).name);
      report.Note(module_.rule(id).range,
                  fmt::format("`{}` allows the second call", by.back()));
    }
    report.With({.rule = rule.name,
                 .by = std::move(by),
                 .witness = SequenceJson(calls),
                 .witness_shadowed = ""});
  }

  Run& run_;
  const ir::Module& module_;
  size_t place_;
  const ir::Mark& mark_;
  ir::Field field_;
  AlikeSets sets_;
  bool done_ = false;  // reported, of the present rule
  std::string unknown_;
};

}  // namespace

void CheckFlowBypasses(Run* run) {
  for (size_t i = 0; i < run->module().marks.size(); ++i) {
    FlowBypass(run, i).Check();
    if (run->report().bug) return;
  }
}

}  // namespace polc::verifier
