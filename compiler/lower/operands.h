// The sides of a test.
#ifndef POLC_COMPILER_LOWER_OPERANDS_H_
#define POLC_COMPILER_LOWER_OPERANDS_H_

#include <optional>
#include <string>
#include <vector>

#include "compiler/lower/lowering.h"
#include "compiler/sema/constants.h"

namespace polc::lower {

/// What stands on a side: a constant, an argument, or what is computed from
/// an argument.
struct Operand {
  enum class Form : uint8_t {
    kConstant,
    kField,
    kPath,
    kUrl,
    kIp,
    kLength,
    kSize,
    kTerm
  };
  Form form = Form::kField;
  /// The value of kConstant; else what `??` gives for absence, or what the
  /// computation is about when there is no field (`url("...").host`).
  std::optional<sema::Constant> constant;
  ir::FieldId field;
  std::string member;  // of kUrl
  ir::TermId term;     // of kTerm: a number
  /// Of kTerm: kWeekday and kDate are numbers that policies write as texts.
  ast::Type type = ast::Type::kNumber;
};
Operand OperandOf(Lowering* lowering, const ast::Expr& expr);

/// One question about one value: of its type, and if so in a language, in
/// intervals, or true.
struct Question {
  ast::Type type = ast::Type::kString;
  ir::LangId language;
  std::vector<ir::Interval> intervals;
};
Question StringQuestion(ir::LangId language);
Question NumberQuestion(std::vector<ir::Interval> intervals);
Question BoolQuestion();

/// The condition that the operand's value is what is asked for: an error if it
/// is absent without a default, of another type, or cannot be computed.
ir::CondId Ask(Lowering* lowering, const Operand& operand,
               const Question& question);

}  // namespace polc::lower

#endif  // POLC_COMPILER_LOWER_OPERANDS_H_
