// With a constant on one side a comparison is a question about the other;
// with two arguments it is a test of two fields, and `??` on a side splits it
// by whether the argument is there.
#include "compiler/lower/comparisons.h"

#include <algorithm>

#include "compiler/automata/path.h"
#include "compiler/automata/reference.h"
#include "compiler/lower/compute.h"
#include "compiler/lower/operands.h"
#include "compiler/support/check.h"

namespace polc::lower {
namespace {

using ast::Expr;
using ast::ExprKind;
using ast::Type;
using ir::CompareOp;
using ir::CondId;
using ir::Interval;
using ir::Kind;
using ir::LangKind;
using ir::Outcome;
using ir::Outcomes;

using Form = Operand::Form;

// The operator as seen from the other side.
ExprKind Flip(ExprKind op) {
  switch (op) {
    case ExprKind::kLess:
      return ExprKind::kGreater;
    case ExprKind::kLessEqual:
      return ExprKind::kGreaterEqual;
    case ExprKind::kGreater:
      return ExprKind::kLess;
    case ExprKind::kGreaterEqual:
      return ExprKind::kLessEqual;
    default:
      return op;
  }
}

Interval IntervalOf(ExprKind op, double number) {
  Interval out;
  if (op != ExprKind::kLess && op != ExprKind::kLessEqual) out.lo = number;
  if (op != ExprKind::kGreater && op != ExprKind::kGreaterEqual) {
    out.hi = number;
  }
  out.lo_open = op == ExprKind::kGreater;
  out.hi_open = op == ExprKind::kLess;
  return out;
}

// What a comparison does beside comparing: `ignoring case`, of strings.
struct Operator {
  ExprKind kind = ExprKind::kEqual;
  bool fold = false;
};

// `operand OP constant`.
CondId WithConstant(Lowering* l, Operator op, const Operand& operand,
                    const sema::Constant& constant) {
  if (operand.form == Form::kTerm && constant.type == Type::kString) {
    const double code = CodeOf(operand.type, constant.text);
    return Ask(l, operand, NumberQuestion({IntervalOf(op.kind, code)}));
  }
  switch (constant.type) {
    case Type::kString:
      return Ask(l, operand,
                 StringQuestion(l->b.SetOf({constant.text}, op.fold)));
    case Type::kNumber:
      return Ask(l, operand,
                 NumberQuestion({IntervalOf(op.kind, constant.number)}));
    default: {
      const CondId is_true = Ask(l, operand, BoolQuestion());
      return constant.boolean ? is_true : l->b.Not(is_true);
    }
  }
}

CondId Has(Lowering* l, ir::FieldId field) {
  Outcomes on = ir::AllOutcomes(Outcome::kTrue);
  SetOutcome(&on, Kind::kMissing, Outcome::kFalse);
  SetOutcome(&on, Kind::kNull, Outcome::kFalse);
  SetOutcome(&on, Kind::kBad, Outcome::kError);
  return l->b.MakeTest(field, on);
}

CondId CompareFields(Lowering* l, ExprKind op, ir::FieldId left,
                     ir::FieldId right) {
  if (op == ExprKind::kGreater || op == ExprKind::kGreaterEqual) {
    return CompareFields(l, Flip(op), right, left);
  }
  CompareOp compare = CompareOp::kEqual;
  if (op == ExprKind::kLess) compare = CompareOp::kLess;
  if (op == ExprKind::kLessEqual) compare = CompareOp::kLessEqual;
  return l->b.Compare(compare, left, right);
}

// `cond`, but an error where `valid`, which is never false, is one.
CondId Strictly(Lowering* l, CondId valid, CondId cond) {
  return l->b.Or({l->b.And({valid, cond}), l->b.Not(valid)});
}

// True, or an error where the operand of `ip(...)` is no address.
CondId IsAddress(Lowering* l, const Operand& operand) {
  return Ask(l, operand, StringQuestion(l->b.MakeLang(ir::Lang())));
}

bool IsDefaulted(const Operand& operand) {
  return operand.form == Form::kField && operand.constant.has_value();
}

CondId CompareOperands(Lowering* l, Operator op, Operand left, Operand right);

// Splits by whether a plain argument with a default is there.
CondId CompareDefaulted(Lowering* l, Operator op, const Operand& left,
                        const Operand& right) {
  Operand present = left;
  present.constant.reset();
  Operand absent;
  absent.form = Form::kConstant;
  absent.constant = left.constant;
  const CondId has = Has(l, left.field);
  return l->b.Or(
      {l->b.And({has, CompareOperands(l, op, present, right)}),
       l->b.And({l->b.Not(has), CompareOperands(l, op, absent, right)})});
}

// Two values of which one at least is computed. An address is equal to what is
// spelled alike.
CondId CompareTerms(Lowering* l, Operator op, const Operand& left,
                    const Operand& right) {
  Type type = TypeOf(left);
  if (type == Type::kAny) type = TypeOf(right);
  CondId cond =
      Calculate(l, op.kind, TermOf(l, left, type), TermOf(l, right, type));
  for (const Operand* side : {&right, &left}) {
    if (side->form == Form::kIp) cond = Strictly(l, IsAddress(l, *side), cond);
  }
  return cond;
}

CondId CompareOperands(Lowering* l, Operator op, Operand left, Operand right) {
  if (!FoldOperand(&left) || !FoldOperand(&right)) {
    return l->b.Const(ir::Verdict::kError);
  }
  if (right.form == Form::kConstant) {
    return WithConstant(l, op, left, *right.constant);
  }
  if (left.form == Form::kConstant) {
    return WithConstant(l, {Flip(op.kind), op.fold}, right, *left.constant);
  }
  POLC_CHECK(!op.fold, "a comparison of two arguments was not checked");
  if (IsDefaulted(left)) return CompareDefaulted(l, op, left, right);
  if (IsDefaulted(right)) {
    return CompareDefaulted(l, {Flip(op.kind)}, right, left);
  }
  if (left.form == Form::kField && right.form == Form::kField) {
    return CompareFields(l, op.kind, left.field, right.field);
  }
  return CompareTerms(l, op, left, right);
}

ir::LangId SetLanguage(Lowering* l, const Expr& set,
                       const sema::SetValue& value, bool fold) {
  if (set.kind != ExprKind::kPath) return l->b.SetOf(value.strings, fold);
  auto& languages = l->set_languages[fold ? 1 : 0];
  const auto known = languages.find(set.symbol);
  if (known != languages.end()) return known->second;
  const ir::LangId language = l->b.SetOf(value.strings, fold);
  languages.emplace(set.symbol, language);
  return language;
}

// Membership of no set at all is false, but for what cannot be read or
// compared.
CondId InNothing(Lowering* l, const Operand& operand) {
  if (operand.form != Form::kField) {
    return Ask(l, operand,
               operand.form == Form::kConstant &&
                       operand.constant->type == Type::kNumber
                   ? NumberQuestion({})
                   : StringQuestion(l->b.SetOf({})));
  }
  Outcomes on = ir::AllOutcomes(Outcome::kError);
  SetOutcome(&on, Kind::kString, Outcome::kFalse);
  SetOutcome(&on, Kind::kNumber, Outcome::kFalse);
  if (operand.constant) {
    SetOutcome(&on, Kind::kMissing, Outcome::kFalse);
    SetOutcome(&on, Kind::kNull, Outcome::kFalse);
  }
  return l->b.MakeTest(operand.field, on);
}

bool IsNumeric(const Operand& operand) {
  return operand.form == Form::kLength || operand.form == Form::kSize ||
         operand.form == Form::kTerm ||
         (operand.form == Form::kUrl && operand.member == "port");
}

CondId InSet(Lowering* l, const Operand& operand, const Expr& set, bool fold) {
  sema::SetValue storage;
  const sema::SetValue* value = sema::SetOf(l->program, set, &storage);
  POLC_CHECK(value != nullptr, "a set was not checked");
  using Of = sema::SetValue::Of;
  if (value->of == Of::kStrings && operand.form != Form::kTerm) {
    return Ask(l, operand, StringQuestion(SetLanguage(l, set, *value, fold)));
  }
  if (value->of == Of::kAnything && !IsNumeric(operand)) {
    return InNothing(l, operand);
  }
  std::vector<double> numbers = value->numbers;
  for (const std::string& text : value->strings) {
    numbers.push_back(CodeOf(operand.type, text));
  }
  std::sort(numbers.begin(), numbers.end());
  std::vector<Interval> points;
  for (const double number : numbers) {
    points.push_back(IntervalOf(ExprKind::kEqual, number));
  }
  return Ask(l, operand, NumberQuestion(std::move(points)));
}

bool ReadsElement(const Lowering& l, const Operand& operand) {
  const ir::Module& module = *l.b.module();
  bool reads = false;
  const auto look = [&](ir::FieldId id) {
    reads |= id.valid() && module.field(id).root == ir::Root::kElement;
  };
  look(operand.field);
  if (operand.term.valid()) {
    ir::EachTerm(module, operand.term,
                 [&](const ir::Term& term) { look(term.field); });
  }
  return reads;
}

// `x in args.list`: equal to any of its elements. Within a quantifier whose
// element is looked for, the list's own element would hide that one, so this
// is one question.
CondId InList(Lowering* l, Operand operand, ir::FieldId list, bool fold) {
  if (!FoldOperand(&operand)) return l->b.Const(ir::Verdict::kError);
  if (operand.form == Form::kIp) {
    const CondId valid = IsAddress(l, operand);
    operand.form = Form::kPath;  // the string as it is
    return Strictly(l, valid, InList(l, operand, list, fold));
  }
  if (IsDefaulted(operand)) {
    // Decided outside, so that the list's body has one element only.
    Operand present = operand;
    present.constant.reset();
    Operand absent;
    absent.form = Form::kConstant;
    absent.constant = operand.constant;
    const CondId has = Has(l, operand.field);
    return l->b.Or({l->b.And({has, InList(l, present, list, fold)}),
                    l->b.And({l->b.Not(has), InList(l, absent, list, fold)})});
  }
  if (ReadsElement(*l, operand)) {
    if (operand.form == Form::kField) {
      return l->b.Compare(CompareOp::kMember, operand.field, list);
    }
    return l->b.MemberOf(TermOf(l, operand, TypeOf(operand)), list);
  }
  Operand element;
  element.field = l->b.MakeField({ir::Root::kElement, {}});
  return l->b.Any(
      list, ir::AllOutcomes(Outcome::kError),
      CompareOperands(l, {ExprKind::kEqual, fold}, element, operand));
}

ir::LangId Globs(Lowering* l, const Expr& patterns, bool fold) {
  if (patterns.kind == ExprKind::kString) {
    return l->b.LangOf(LangKind::kGlob, patterns.text, fold);
  }
  sema::SetValue storage;
  const sema::SetValue* value = sema::SetOf(l->program, patterns, &storage);
  POLC_CHECK(value != nullptr, "a set was not checked");
  std::vector<ir::LangId> any;
  for (const std::string& pattern : value->strings) {
    any.push_back(l->b.LangOf(LangKind::kGlob, pattern, fold));
  }
  if (any.empty()) return l->b.SetOf({});
  if (any.size() == 1) return any[0];
  return l->b.MakeLang({LangKind::kOr, {}, std::move(any), 0, 0});
}

ir::LangId LanguageOf(Lowering* l, const Expr& expr) {
  const Expr& right = expr.operands[1];
  const bool fold = expr.ignoring_case;
  switch (expr.kind) {
    case ExprKind::kLike:
      return Globs(l, right, fold);
    case ExprKind::kMatches:
      return l->b.LangOf(LangKind::kMatches, right.text, fold);
    case ExprKind::kFinds:
      return l->b.LangOf(LangKind::kFinds, right.text, fold);
    case ExprKind::kStartsWith:
      return l->b.LangOf(LangKind::kPrefix, right.text, fold);
    case ExprKind::kEndsWith:
      return l->b.LangOf(LangKind::kSuffix, right.text, fold);
    case ExprKind::kContains:
      return l->b.LangOf(LangKind::kContains, right.text, fold);
    default:
      return l->b.LangOf(LangKind::kPathUnder, right.text);
  }
}

// The folder that is one segment longer than `prefix` and holds the constant
// path is known, so the question is whether the segment is its last.
CondId ConstantUnder(Lowering* l, const std::string& path,
                     const std::string& prefix, ir::FieldId segment) {
  const auto at = automata::ParsePath(path);
  const auto top = automata::ParsePath(prefix);
  POLC_CHECK(top.has_value(), "a folder was not checked");
  if (!at) return l->b.Const(ir::Verdict::kError);
  const bool below = at->size() > top->size() &&
                     std::equal(top->begin(), top->end(), at->begin());
  ir::Test test;
  test.kind = ir::TestKind::kString;
  test.language = below ? l->b.SetOf({(*at)[top->size()]}) : l->b.SetOf({});
  test.domain = l->b.MakeLang({LangKind::kPathSegment, {}, {}, 0, 0});
  test.max_bytes = automata::kMaxPathBytes - 1;  // with the slash
  Outcomes on = ir::AllOutcomes(Outcome::kError);
  SetOutcome(&on, Kind::kString, Outcome::kTest);
  return l->b.MakeTest(segment, on, std::move(test));
}

// `path(a) under "/home" / b`.
CondId UnderJoin(Lowering* l, const Expr& expr) {
  const Expr& join = expr.operands[1];
  const Operand path = OperandOf(l, expr.operands[0]);
  const std::string& prefix = join.operands[0].text;
  const ir::FieldId segment = FieldOf(l, join.operands[1]);
  if (path.constant && path.constant->type != Type::kString) {
    return l->b.Const(ir::Verdict::kError);
  }
  if (!path.field.valid()) {
    return ConstantUnder(l, path.constant->text, prefix, segment);
  }
  const CondId under =
      l->b.Compare(CompareOp::kUnderJoin, path.field, segment, prefix);
  if (!path.constant) return under;
  const CondId has = Has(l, path.field);
  return l->b.Or({l->b.And({has, under}),
                  l->b.And({l->b.Not(has), ConstantUnder(l, path.constant->text,
                                                         prefix, segment)})});
}

}  // namespace

CondId LowerComparison(Lowering* lowering, const Expr& expr) {
  Operator op{expr.kind, expr.ignoring_case};
  if (expr.kind == ExprKind::kNotEqual) op.kind = ExprKind::kEqual;
  return CompareOperands(lowering, op, OperandOf(lowering, expr.operands[0]),
                         OperandOf(lowering, expr.operands[1]));
}

CondId LowerMembership(Lowering* lowering, const Expr& expr) {
  const Operand left = OperandOf(lowering, expr.operands[0]);
  const Expr& right = expr.operands[1];
  if (right.kind == ExprKind::kCall) {  // cidr("...")
    return Ask(lowering, left,
               StringQuestion(lowering->b.LangOf(LangKind::kCidr,
                                                 right.operands[0].text)));
  }
  if (right.kind == ExprKind::kRange) {
    const auto end = [&](const Expr& expr) {
      const auto constant = sema::ConstantOf(expr);
      return constant->type == Type::kString ? CodeOf(left.type, constant->text)
                                             : constant->number;
    };
    Interval closed;
    closed.lo = end(right.operands[0]);
    closed.hi = end(right.operands[1]);
    return Ask(lowering, left, NumberQuestion({closed}));
  }
  if (right.kind == ExprKind::kSet || right.ref == ast::Ref::kSet) {
    return InSet(lowering, left, right, expr.ignoring_case);
  }
  return InList(lowering, left, FieldOf(lowering, right), expr.ignoring_case);
}

CondId LowerStringTest(Lowering* lowering, const Expr& expr) {
  if (expr.operands[1].kind == ExprKind::kJoin) {
    return UnderJoin(lowering, expr);
  }
  return Ask(lowering, OperandOf(lowering, expr.operands[0]),
             StringQuestion(LanguageOf(lowering, expr)));
}

}  // namespace polc::lower
