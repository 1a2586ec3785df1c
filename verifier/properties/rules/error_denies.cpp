// error-denies: a guard that is an error on a call which the schema accepts,
// where the error denies what the policy permits otherwise. A path or a URL
// that is refused for its spelling is no such error: it is what path() and
// url() are for. Nor is a value of another type where the schema says nothing
// of its type, or one that no argument gives; nor a whole number that readers
// disagree about, which no rule could ask for. What the reading of an optional
// argument does is said where it is read (optional-argument).
#include <fmt/format.h>

#include <map>

#include "verifier/properties/rules/guards.h"
#include "verifier/properties/rules/variant.h"

namespace polc::verifier {
namespace {

using ir::Kind;
using smt::And;
using smt::Bool;
using smt::Not;
using smt::Or;

// Fields of a computed value.
void FieldsOf(const ir::Module& module, ir::TermId id,
              std::vector<ir::FieldId>* out) {
  if (!id.valid()) return;
  const ir::Term& term = module.term(id);
  if (ir::ReadsField(term.kind)) out->push_back(term.field);
  for (const ir::TermId operand : term.operands) {
    FieldsOf(module, operand, out);
  }
}

class ErrorDenies {
 public:
  ErrorDenies(Run* run, SliceModel* model)
      : run_(*run),
        module_(run->module()),
        model_(model),
        variants_(model->Kept<Variants>(module_, model)) {}

  // False if the rule was reported, or could not be decided.
  bool Check(ir::RuleId id) {
    const RuleCode* code = model_->Rule(id);
    const Bool error = code->guard.IsError();
    if (error.is_false()) return true;
    std::vector<Bool> asked = Plain(id);
    asked.push_back(model_->accepted());
    asked.push_back(model_->Literal(error));
    if (model_->Exists(asked, "error").status == smt::Status::kUnsat) {
      return true;
    }
    const Tri as_false = {code->guard.is_true, Or(code->guard.is_false, error)};
    asked.push_back(model_->Literal(variants_.Changes(id, as_false)));
    const Found found = model_->Find(asked, "error-denies");
    if (found.status == smt::Status::kUnsat) return true;
    const ir::Rule& rule = module_.rule(id);
    std::string unknown = found.reason;
    std::optional<Witness> shown;
    if (found.status == smt::Status::kSat) {
      shown = run_.Confirm(
          *model_, found,
          [&](const Witness& w) {
            return w.decision.effect == ir::Effect::kDeny &&
                   w.decision.by != eval::By::kSchema &&
                   eval::Evaluate(module_, rule.guard, w.request) ==
                       ir::Verdict::kError;
          },
          &unknown);
    }
    if (shown) {
      Report(id, *shown);
    } else if (!run_.report().bug) {
      run_.Unknown(
          rule.range, rule.name,
          fmt::format("whether an error of rule `{}` denies", rule.name),
          unknown);
    }
    return false;
  }

 private:
  // That no error comes of a text's spelling or of arithmetic alone.
  std::vector<Bool> Plain(ir::RuleId id) {
    std::vector<Bool> plain;
    VisitLeaves(module_, model_, module_.rule(id).guard,
                [&](ir::CondId part, bool) {
                  const Bool excused = Or(Excused(part), Disputed(part));
                  if (!excused.is_false()) {
                    plain.push_back(model_->Literal(
                        Not(And(model_->Encode(part).IsError(), excused))));
                  }
                });
    return plain;
  }

  // The schema takes a value of any type there.
  bool IsFree(ir::FieldId field) {
    const auto known = free_.find(field);
    if (known != free_.end()) return known->second;
    const Node* node = model_->space().Resolve(field, nullptr);
    for (const Kind kind : {Kind::kBool, Kind::kList, Kind::kObject}) {
      const Found found = model_->Exists(
          {model_->accepted(), model_->Literal(node->Is(kind))}, "free");
      if (found.status == smt::Status::kUnsat) return free_[field] = false;
      // Whoever asks again has to be told again that it is not known.
      if (found.status == smt::Status::kUnknown) return true;
    }
    return free_[field] = true;
  }

  // It reads a whole number beyond what a double holds.
  Bool Disputed(ir::CondId part) {
    const ir::Cond& cond = module_.cond(part);
    Bool disputed;
    for (const ir::FieldId field : {cond.field, cond.other}) {
      if (!field.valid()) continue;
      const Node* node = model_->space().Resolve(field, nullptr);
      disputed = Or(disputed, node->Is(Kind::kBigInt));
    }
    return disputed;
  }

  // Where an error of the part is none to speak of.
  Bool Excused(ir::CondId part) {
    const ir::Cond& cond = module_.cond(part);
    const auto is = [&](ir::FieldId field, Kind kind) {
      return model_->space().Resolve(field, nullptr)->Is(kind);
    };
    if (cond.field.valid()) {
      if (module_.field(cond.field).root != ir::Root::kArgs) {
        return Bool::Of(true);
      }
      if (IsFree(cond.field)) {
        return Not(
            Or(is(cond.field, Kind::kMissing), is(cond.field, Kind::kNull)));
      }
    }
    switch (cond.kind) {
      case ir::CondKind::kTest:
        if (!cond.test.domain.valid() && cond.test.max_bytes == 0) return {};
        return is(cond.field, Kind::kString);
      case ir::CondKind::kCompare:
        if (cond.op != ir::CompareOp::kUnderJoin) return {};
        return And(is(cond.field, Kind::kString),
                   is(cond.other, Kind::kString));
      case ir::CondKind::kCalculate: {
        std::vector<ir::FieldId> fields;
        FieldsOf(module_, cond.left, &fields);
        FieldsOf(module_, cond.right, &fields);
        std::vector<Bool> present;
        for (const ir::FieldId field : fields) {
          present.push_back(
              Not(Or(is(field, Kind::kMissing), is(field, Kind::kNull))));
        }
        return And(present);
      }
      case ir::CondKind::kAll:
        return InList(cond.operands[0]) ? is(cond.field, Kind::kList) : Bool();
      default:
        return {};
    }
  }

  // Some test of the elements refuses texts for their spelling.
  bool InList(ir::CondId body) const {
    const ir::Cond& cond = module_.cond(body);
    if (cond.test.domain.valid() || cond.test.max_bytes != 0) return true;
    if (cond.kind == ir::CondKind::kCalculate) return true;
    if (cond.op == ir::CompareOp::kUnderJoin) return true;
    for (const ir::CondId operand : cond.operands) {
      if (InList(operand)) return true;
    }
    return false;
  }

  void Report(ir::RuleId id, const Witness& witness) {
    const ir::Rule& rule = module_.rule(id);
    ir::FieldId field;
    (void)eval::Evaluate(module_, rule.guard, witness.request, &field);
    run_.Refuted();
    run_.diags()
        ->Report(diag::Kind::kErrorDenies,
                 rule.when_range.valid() ? rule.when_range : rule.range,
                 fmt::format("{} `{}` can be an error on a call that the "
                             "schema accepts, which denies it: `{}` is missing "
                             "or of another type",
                             ir::EffectName(rule.effect), rule.name,
                             field.valid() ? ir::FieldName(module_.field(field))
                                           : "an argument"))
        .Help("say what is meant then: `has`, `is` or `??`")
        .With({.rule = rule.name,
               .by = {},
               .witness = witness.json,
               .witness_shadowed = ""});
  }

  Run& run_;
  const ir::Module& module_;
  SliceModel* model_;
  Variants& variants_;
  std::map<ir::FieldId, bool> free_;
};

// The argument's reading has been reported where it is written.
bool IsSaid(const diag::Diagnostics& diags, const ir::Rule& rule) {
  for (const diag::Diagnostic& d : diags.all()) {
    if (d.kind == diag::Kind::kOptionalArgument &&
        d.range.file == rule.range.file && d.range.begin >= rule.range.begin &&
        d.range.end <= rule.range.end) {
      return true;
    }
  }
  return false;
}

}  // namespace

void CheckErrors(Run* run) {
  const ir::Module& module = run->module();
  std::set<ir::RuleId> done = run->dead_rules();
  for (size_t i = 0; i < module.rules.size(); ++i) {
    if (IsSaid(run->reported(), module.rules[i])) done.insert(ir::RuleId(i));
  }
  const auto check = [run](ir::RuleId id) {
    for (SliceModel* model : run->Touched(id)) {
      if (model->slice().schemas.empty()) continue;
      if (run->Noted("fine", *model)) continue;
      ErrorDenies& one = model->Kept<ErrorDenies>(run, model);
      if (!one.Check(id) || run->report().bug) return;
      run->Note("fine", *model, 1);
    }
  };
  std::vector<Task> tasks;
  for (size_t i = 0; i < module.rules.size(); ++i) {
    const ir::RuleId id(i);
    if (done.contains(id)) continue;
    tasks.push_back(
        {module.rules[i].name, run->TouchedSlices(id), [=] { check(id); }});
  }
  run->Perform("error-denies", tasks);
}

}  // namespace polc::verifier
