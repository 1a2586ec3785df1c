// Numbers and texts computed from a request. Internal to the evaluator.
#ifndef POLC_COMPILER_EVAL_TERMS_H_
#define POLC_COMPILER_EVAL_TERMS_H_

#include <compare>
#include <optional>
#include <string>

#include "compiler/eval/request_view.h"
#include "compiler/ir/ir.h"

namespace polc::eval {

/// A number: a decimal, or a double of a request that nothing was done to.
class Number {
 public:
  Number() : Number(Decimal()) {}
  explicit Number(Decimal value) : place_{value.units(), true} {}
  explicit Number(double value) : written_(value), place_(PlaceOf(value)) {}

  /// What arithmetic can be done with; empty if it is out of range.
  std::optional<Decimal> decimal() const {
    return place_.exact ? Decimal::OfUnits(place_.floor) : std::nullopt;
  }
  /// Exact, of whatever was written.
  std::strong_ordering operator<=>(const Number& other) const;
  bool operator==(const Number& other) const {
    return (*this <=> other) == std::strong_ordering::equal;
  }

 private:
  std::optional<double> written_;
  DecimalPlace place_;
};

struct TermValue {
  /// Not there: an error, of field `blame` if that is valid.
  bool ok = true;
  ir::FieldId blame;
  /// Every field has a value, but what is computed from them has none.
  bool out_of_range = false;
  Number number;  // unless the term is a text
  std::string text;
};

class Terms {
 public:
  /// All must outlive it; `element` may be null.
  Terms(const ir::Module& module, const RequestView& view, const Value* element)
      : module_(module), view_(view), element_(element) {}

  TermValue Evaluate(ir::TermId term) const;
  /// A kCalculate; `*blame` is set if it is an error.
  ir::Verdict Calculate(const ir::Cond& cond, ir::FieldId* blame) const;

 private:
  TermValue OfField(const ir::Term& term) const;
  TermValue OfString(const ir::Term& term, const std::string& text) const;
  TermValue OfZone(const ir::Term& term) const;
  TermValue OfOperands(const ir::Term& term, ir::TermId id) const;
  ir::FieldId FirstField(ir::TermId term) const;
  ir::Verdict Member(const TermValue& left, bool is_text,
                     const Value& list) const;

  const ir::Module& module_;
  const RequestView& view_;
  const Value* element_;
};

}  // namespace polc::eval

#endif  // POLC_COMPILER_EVAL_TERMS_H_
