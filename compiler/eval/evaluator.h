// Conditions on one request. Internal to the evaluator.
#ifndef POLC_COMPILER_EVAL_EVALUATOR_H_
#define POLC_COMPILER_EVAL_EVALUATOR_H_

#include <string_view>

#include "compiler/eval/eval.h"
#include "compiler/eval/request_view.h"
#include "compiler/eval/terms.h"
#include "compiler/ir/ir.h"
#include "compiler/support/number_map.h"

namespace polc::eval {

/// A condition's value and the first field whose test was an error on the
/// way, whether or not that error reached the value.
struct Finding {
  ir::Verdict verdict = ir::Verdict::kError;
  ir::FieldId error_field;
};

class Evaluator {
 public:
  /// Both must outlive the evaluator.
  Evaluator(const ir::Module& module, const Request& request)
      : module_(module), view_(request) {}

  Finding Evaluate(ir::CondId cond) { return Evaluate(cond, &top_); }
  Read Find(ir::FieldId field) const {
    return view_.Find(module_.field(field), nullptr);
  }
  /// A term outside of quantifiers.
  TermValue Find(ir::TermId term) const {
    return Terms(module_, view_, nullptr).Evaluate(term);
  }

 private:
  // Conditions are a DAG: each is evaluated once for each element of the
  // quantifiers around it.
  struct Scope {
    const Value* element = nullptr;
    NumberMap<Finding> known;  // by condition
  };

  Finding Evaluate(ir::CondId cond, Scope* scope);
  Finding Compute(const ir::Cond& cond, Scope* scope);
  Finding Test(const ir::Cond& cond, const Scope& scope) const;
  Finding Compare(const ir::Cond& cond, const Scope& scope) const;
  Finding Calculate(const ir::Cond& cond, const Scope& scope) const;
  Finding Fold(const ir::Cond& cond, Scope* scope);
  Finding All(const ir::Cond& cond, const Scope& scope);

  const ir::Module& module_;
  RequestView view_;
  Scope top_;
};

/// The verdict of a test on what its field found.
ir::Verdict TestVerdict(const ir::Module& module, const ir::Cond& cond,
                        const Read& read);

/// The verdict of a comparison on what its two fields found.
ir::Verdict CompareVerdict(const ir::Cond& cond, const Read& left,
                           const Read& right);

/// True if the left side of a comparison is an error whatever the right is.
bool LeftIsBad(const ir::Cond& cond, const Read& left);

/// Membership, by the plain meaning of how the language was written.
bool InLanguage(const ir::Module& module, ir::LangId lang,
                std::string_view text);

}  // namespace polc::eval

#endif  // POLC_COMPILER_EVAL_EVALUATOR_H_
