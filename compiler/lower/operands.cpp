// Here the outcome tables of ir.h are written. Everything an operator does
// about absence and wrong types is in Ask(): the kind that the question is
// about is tested, what `??` says is decided now, the rest is an error.
#include "compiler/lower/operands.h"

#include <algorithm>
#include <cmath>

#include "compiler/automata/path.h"
#include "compiler/lower/compute.h"
#include "compiler/lower/literals.h"
#include "compiler/support/check.h"
#include "compiler/support/utf8.h"

namespace polc::lower {
namespace {

using ast::Expr;
using ast::ExprKind;
using ast::Type;
using ir::Interval;
using ir::Kind;
using ir::LangKind;
using ir::Outcome;
using ir::Outcomes;
using ir::TestKind;
using ir::Verdict;

// Whole numbers lo..hi, both ends included.
struct Run {
  uint64_t lo = 0;
  uint64_t hi = 0;
};

// The whole numbers from `least` to `most` that lie in the intervals.
std::vector<Run> WholeNumbers(const std::vector<Interval>& intervals,
                              uint64_t least, uint64_t most) {
  std::vector<Run> out;
  // Doubles above this are all whole, and no length is near it.
  constexpr double kLarge = 9007199254740992.0;
  for (const Interval& interval : intervals) {
    double lo = std::ceil(interval.lo);
    if (interval.lo_open && lo == interval.lo) ++lo;
    double hi = std::floor(interval.hi);
    if (interval.hi_open && hi == interval.hi) --hi;
    Run run{least, most};
    if (lo > kLarge || hi < 0) continue;
    if (lo > static_cast<double>(least)) run.lo = static_cast<uint64_t>(lo);
    if (hi < kLarge) run.hi = std::min(most, static_cast<uint64_t>(hi));
    if (run.lo <= run.hi) out.push_back(run);
  }
  return out;
}

class Asker {
 public:
  Asker(Lowering* lowering, const Operand& operand, const Question& question)
      : l_(*lowering), operand_(operand), question_(question) {}

  ir::CondId Run() {
    switch (operand_.form) {
      case Operand::Form::kConstant:
        return l_.b.Const(OfConstant());
      case Operand::Form::kField:
        return Field();
      case Operand::Form::kPath:
        return Text(PathTest());
      case Operand::Form::kUrl:
        return Text(UrlTest());
      case Operand::Form::kIp:
        return Text(IpTest());
      case Operand::Form::kLength:
        return Counted(TestKind::kLength, Kind::kString);
      case Operand::Form::kSize:
        return Counted(TestKind::kSize, Kind::kList);
      case Operand::Form::kTerm:
        return l_.b.InIntervals(operand_.term, question_.intervals);
    }
    POLC_UNREACHABLE("a new form of operand");
  }

 private:
  Verdict OfConstant() const {
    const sema::Constant& constant = *operand_.constant;
    if (constant.type != question_.type) return Verdict::kError;
    bool holds = constant.boolean;
    if (question_.type == Type::kString) {
      holds = Accepts(*l_.b.module(), question_.language, constant.text);
    } else if (question_.type == Type::kNumber) {
      holds = InIntervals(question_.intervals, constant.number);
    }
    return holds ? Verdict::kTrue : Verdict::kFalse;
  }

  // A test of `kind`; `absent` is the verdict on the default, if there is one.
  ir::CondId Make(Kind kind, ir::Test test, std::optional<Verdict> absent) {
    if (!operand_.field.valid()) return l_.b.Const(*absent);
    Outcomes on = ir::AllOutcomes(Outcome::kError);
    SetOutcome(&on, kind,
               test.kind == TestKind::kNone ? Outcome::kFalse : Outcome::kTest);
    if (absent) {
      SetOutcome(&on, Kind::kMissing, OutcomeOf(*absent));
      SetOutcome(&on, Kind::kNull, OutcomeOf(*absent));
    }
    return l_.b.MakeTest(operand_.field, on, std::move(test));
  }

  ir::CondId Field() {
    ir::Test test;
    Kind kind = Kind::kBool;
    if (question_.type == Type::kString) {
      test.kind = TestKind::kString;
      test.language = question_.language;
      kind = Kind::kString;
    } else if (question_.type == Type::kNumber) {
      test.kind =
          question_.intervals.empty() ? TestKind::kNone : TestKind::kNumber;
      test.intervals = question_.intervals;
      kind = Kind::kNumber;
    } else {
      test.kind = TestKind::kBool;
    }
    std::optional<Verdict> absent;
    if (operand_.constant) absent = OfConstant();
    return Make(kind, std::move(test), absent);
  }

  // A string test of the argument itself, for a question about its parts.
  ir::CondId Text(ir::Test test) {
    std::optional<Verdict> absent;
    if (operand_.constant) {
      absent = operand_.constant->type == Type::kString
                   ? TestText(*l_.b.module(), test, operand_.constant->text)
                   : Verdict::kError;
    }
    return Make(Kind::kString, std::move(test), absent);
  }

  ir::Test PathTest() {
    ir::Test test;
    test.kind = TestKind::kString;
    test.language = question_.language;
    test.domain = l_.b.MakeLang({LangKind::kPath, {}, {}, 0, 0});
    test.max_bytes = automata::kMaxPathBytes;
    return test;
  }

  // One address has one spelling, so equal addresses are equal strings.
  ir::Test IpTest() {
    ir::Test test;
    test.kind = TestKind::kString;
    test.language = question_.language;
    test.domain = l_.b.MakeLang({LangKind::kIp, {}, {}, 0, 0});
    return test;
  }

  ir::Test UrlTest() {
    ir::Test test;
    test.kind = TestKind::kString;
    test.domain = l_.b.MakeLang({LangKind::kUrl, {}, {}, 0, 0});
    if (operand_.member == "port") {
      constexpr uint64_t kMaxPort = 65535;
      std::vector<ir::LangId> runs;
      for (const struct Run& run :
           WholeNumbers(question_.intervals, 1, kMaxPort)) {
        runs.push_back(Ports(run.lo, run.hi));
      }
      test.language = AnyOf(std::move(runs));
      // A URL whose scheme has no port of its own has none to compare.
      test.domain = l_.b.MakeLang(
          {LangKind::kAnd, {}, {test.domain, Ports(1, kMaxPort)}, 0, 0});
      return test;
    }
    LangKind kind = LangKind::kUrlQuery;
    if (operand_.member == "scheme") kind = LangKind::kUrlScheme;
    if (operand_.member == "host") kind = LangKind::kUrlHost;
    if (operand_.member == "path") kind = LangKind::kUrlPath;
    test.language = l_.b.MakeLang({kind, {}, {question_.language}, 0, 0});
    return test;
  }

  ir::LangId Ports(uint64_t lo, uint64_t hi) {
    return l_.b.MakeLang({LangKind::kUrlPort,
                          {},
                          {},
                          static_cast<int32_t>(lo),
                          static_cast<int32_t>(hi)});
  }

  ir::LangId AnyOf(std::vector<ir::LangId> languages) {
    if (languages.empty()) return l_.b.SetOf({});
    if (languages.size() == 1) return languages[0];
    return l_.b.MakeLang({LangKind::kOr, {}, std::move(languages), 0, 0});
  }

  // Each run of whole numbers is a test of its own; all agree on errors.
  ir::CondId Counted(TestKind test_kind, Kind kind) {
    std::vector<ir::CondId> any;
    const uint64_t most = std::numeric_limits<uint64_t>::max();
    for (const struct Run& run : WholeNumbers(question_.intervals, 0, most)) {
      ir::Test test;
      test.kind = test_kind;
      test.lo = run.lo;
      test.hi = run.hi;
      any.push_back(Make(kind, std::move(test), OfCount(run)));
    }
    if (any.empty()) return Make(kind, {}, OfCount({1, 0}));
    return l_.b.Or(std::move(any));
  }

  std::optional<Verdict> OfCount(struct Run run) const {
    if (!operand_.constant) return std::nullopt;
    if (operand_.constant->type != Type::kString ||
        operand_.form != Operand::Form::kLength) {
      return Verdict::kError;
    }
    const uint64_t count = CountCodePoints(operand_.constant->text);
    return count >= run.lo && count <= run.hi ? Verdict::kTrue
                                              : Verdict::kFalse;
  }

  Lowering& l_;
  const Operand& operand_;
  const Question& question_;
};

}  // namespace

Operand OperandOf(Lowering* lowering, const Expr& expr) {
  Operand out;
  const bool is_arithmetic =
      expr.kind == ExprKind::kAdd || expr.kind == ExprKind::kSubtract ||
      expr.kind == ExprKind::kMultiply || expr.kind == ExprKind::kNegate;
  if (IsPlainTerm(expr) || (is_arithmetic && !sema::IsConstant(expr))) {
    out.form = Operand::Form::kTerm;
    out.term = TermOf(lowering, expr);
    out.type = expr.type;
    return out;
  }
  switch (expr.kind) {
    case ExprKind::kPath:
      out.field = FieldOf(lowering, expr);
      return out;
    case ExprKind::kDefault:
      out.field = FieldOf(lowering, expr.operands[0]);
      out.constant = sema::ConstantOf(expr.operands[1]);
      return out;
    case ExprKind::kMember:
      out = OperandOf(lowering, expr.operands[0]);
      out.member = expr.text;
      return out;
    case ExprKind::kCall:
      out = OperandOf(lowering, expr.operands[0]);
      out.form = expr.text == "path"     ? Operand::Form::kPath
                 : expr.text == "url"    ? Operand::Form::kUrl
                 : expr.text == "ip"     ? Operand::Form::kIp
                 : expr.text == "length" ? Operand::Form::kLength
                                         : Operand::Form::kSize;
      return out;
    default:
      out.form = Operand::Form::kConstant;
      out.constant = sema::ConstantOf(expr);
      POLC_CHECK(out.constant.has_value(), "an operand was not checked");
      return out;
  }
}

Question StringQuestion(ir::LangId language) {
  return {Type::kString, language, {}};
}

Question NumberQuestion(std::vector<Interval> intervals) {
  return {Type::kNumber, {}, std::move(intervals)};
}

Question BoolQuestion() { return {Type::kBool, {}, {}}; }

ir::CondId Ask(Lowering* lowering, const Operand& operand,
               const Question& question) {
  return Asker(lowering, operand, question).Run();
}

}  // namespace polc::lower
