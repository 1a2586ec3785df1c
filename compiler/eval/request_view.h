// Reads fields out of a request: the one place that knows what a path finds.
// For the evaluator, and for who shows what it found.
#ifndef POLC_COMPILER_EVAL_REQUEST_VIEW_H_
#define POLC_COMPILER_EVAL_REQUEST_VIEW_H_

#include <array>
#include <string>

#include "compiler/eval/eval.h"
#include "compiler/ir/ir.h"

namespace polc::eval {

class RequestView {
 public:
  /// `request` must outlive the view.
  explicit RequestView(const Request& request);

  /// What `field` finds; `element` is that of the innermost quantifier.
  Read Find(const ir::Field& field, const Value* element) const;
  /// Unix time in seconds.
  int64_t now() const { return now_; }

 private:
  // What each root holds; the value is not read where the kind is absent.
  std::array<Value, ir::kRootCount> roots_;
  std::array<ir::Kind, ir::kRootCount> kinds_;
  int64_t now_;
};

/// The shortest decimal that reads back to `number`; 0 for -0.
std::string NumberText(double number);

}  // namespace polc::eval

#endif  // POLC_COMPILER_EVAL_REQUEST_VIEW_H_
