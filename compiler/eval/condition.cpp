// Conditions, by structural recursion (at most ir::kMaxCondDepth deep). `and`
// stops at the first false operand and `or` at the first true one; neither
// changes the value, only which errors are met on the way.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "compiler/automata/reference.h"
#include "compiler/eval/evaluator.h"
#include "compiler/support/check.h"
#include "compiler/support/utf8.h"

namespace polc::eval {
namespace {

using ir::CompareOp;
using ir::Cond;
using ir::CondKind;
using ir::Kind;
using ir::Verdict;

Verdict OfBool(bool b) { return b ? Verdict::kTrue : Verdict::kFalse; }

bool Holds(const ir::Interval& interval, double number) {
  const bool above =
      interval.lo_open ? number > interval.lo : number >= interval.lo;
  const bool below =
      interval.hi_open ? number < interval.hi : number <= interval.hi;
  return above && below;
}

Verdict NumberVerdict(const ir::Test& test, double number) {
  if (test.integral && std::trunc(number) != number) return Verdict::kFalse;
  return OfBool(std::any_of(
      test.intervals.begin(), test.intervals.end(),
      [&](const ir::Interval& interval) { return Holds(interval, number); }));
}

Verdict StringVerdict(const ir::Module& module, const ir::Test& test,
                      const std::string& text) {
  if (test.max_bytes != 0 && text.size() > test.max_bytes) {
    return Verdict::kError;
  }
  if (test.domain.valid() && !InLanguage(module, test.domain, text)) {
    return Verdict::kError;
  }
  return OfBool(InLanguage(module, test.language, text));
}

bool Between(size_t n, const ir::Test& test) {
  return test.lo <= n && n <= test.hi;
}

Verdict LookAt(const ir::Module& module, const ir::Test& test,
               const Value& value) {
  switch (test.kind) {
    case ir::TestKind::kString:
      return StringVerdict(module, test, value.text);
    case ir::TestKind::kNumber:
      return NumberVerdict(test, value.number);
    case ir::TestKind::kBool:
      return OfBool(value.boolean);
    case ir::TestKind::kLength:
      return OfBool(Between(CountCodePoints(value.text), test));
    case ir::TestKind::kSize:
      return OfBool(Between(value.items.size(), test));
    case ir::TestKind::kOnly:
      return OfBool(std::all_of(
          value.names.begin(), value.names.end(), [&](const auto& name) {
            return std::binary_search(test.keys.begin(), test.keys.end(), name);
          }));
    case ir::TestKind::kNone:
      break;
  }
  POLC_UNREACHABLE("a test of nothing looked at a value");
}

bool IsUnder(const std::vector<std::string>& path,
             const std::vector<std::string>& folder) {
  return path.size() >= folder.size() &&
         std::equal(folder.begin(), folder.end(), path.begin());
}

// `right` must be one segment as it stands: "a/b", "" or "." would name
// another folder than the one that the policy's author thought of.
Verdict UnderJoin(const std::string& prefix, const std::string& left,
                  const std::string& right) {
  const auto path = automata::ParsePath(left);
  auto folder = automata::ParsePath(prefix);
  if (!path || !folder || !automata::IsPathSegment(right)) {
    return Verdict::kError;
  }
  folder->push_back(right);
  return OfBool(IsUnder(*path, *folder));
}

bool IsScalar(Kind kind) {
  return kind == Kind::kString || kind == Kind::kNumber || kind == Kind::kBool;
}

Verdict ScalarsEqual(const Value& a, const Value& b) {
  if (a.kind != b.kind || !IsScalar(a.kind)) return Verdict::kError;
  if (a.kind == Kind::kString) return OfBool(a.text == b.text);
  if (a.kind == Kind::kBool) return OfBool(a.boolean == b.boolean);
  return OfBool(a.number == b.number);
}

Verdict MemberVerdict(const Read& left, const Read& right) {
  if (right.kind != Kind::kList) return Verdict::kError;
  Verdict any = Verdict::kFalse;
  for (const Value& item : right.value->items) {
    any = ir::Or(any, IsScalar(left.kind) ? ScalarsEqual(*left.value, item)
                                          : Verdict::kError);
  }
  return any;
}

}  // namespace

Verdict TestVerdict(const ir::Module& module, const Cond& cond,
                    const Read& read) {
  switch (cond.on[static_cast<size_t>(read.kind)]) {
    case ir::Outcome::kFalse:
      return Verdict::kFalse;
    case ir::Outcome::kTrue:
      return Verdict::kTrue;
    case ir::Outcome::kError:
      return Verdict::kError;
    case ir::Outcome::kTest:
      return LookAt(module, cond.test, *read.value);
  }
  POLC_UNREACHABLE("no such outcome");
}

Verdict CompareVerdict(const Cond& cond, const Read& left, const Read& right) {
  if (cond.op == CompareOp::kMember) return MemberVerdict(left, right);
  if (left.kind != right.kind || !IsScalar(left.kind)) return Verdict::kError;
  const Value& a = *left.value;
  const Value& b = *right.value;
  if (cond.op == CompareOp::kEqual) return ScalarsEqual(a, b);
  if (cond.op == CompareOp::kUnderJoin) {
    if (left.kind != Kind::kString) return Verdict::kError;
    return UnderJoin(cond.prefix, a.text, b.text);
  }
  if (left.kind != Kind::kNumber) return Verdict::kError;
  return OfBool(cond.op == CompareOp::kLess ? a.number < b.number
                                            : a.number <= b.number);
}

bool LeftIsBad(const Cond& cond, const Read& left) {
  switch (cond.op) {
    case CompareOp::kEqual:
    case CompareOp::kMember:
      return !IsScalar(left.kind);
    case CompareOp::kLess:
    case CompareOp::kLessEqual:
      return left.kind != Kind::kNumber;
    case CompareOp::kUnderJoin:
      return left.kind != Kind::kString ||
             !automata::ParsePath(left.value->text);
  }
  return true;
}

Finding Evaluator::Evaluate(ir::CondId id, Scope* scope) {
  const auto key = static_cast<uint32_t>(id.value());
  if (const Finding* known = scope->known.Find(key)) return *known;
  const Finding finding = Compute(module_.cond(id), scope);
  scope->known.Add(key, finding);
  return finding;
}

Finding Evaluator::Compute(const Cond& cond, Scope* scope) {
  switch (cond.kind) {
    case CondKind::kConst:
      return {cond.verdict, {}};
    case CondKind::kTest:
      return Test(cond, *scope);
    case CondKind::kCompare:
      return Compare(cond, *scope);
    case CondKind::kCalculate:
      return Calculate(cond, *scope);
    case CondKind::kNot: {
      Finding finding = Evaluate(cond.operands[0], scope);
      finding.verdict = ir::Not(finding.verdict);
      return finding;
    }
    case CondKind::kAnd:
    case CondKind::kOr:
      return Fold(cond, scope);
    case CondKind::kAll:
      return All(cond, *scope);
  }
  POLC_UNREACHABLE("no such condition");
}

Finding Evaluator::Test(const Cond& cond, const Scope& scope) const {
  const Read read = view_.Find(module_.field(cond.field), scope.element);
  Finding finding;
  finding.verdict = TestVerdict(module_, cond, read);
  if (finding.verdict == Verdict::kError) finding.error_field = cond.field;
  return finding;
}

Finding Evaluator::Compare(const Cond& cond, const Scope& scope) const {
  const Read left = view_.Find(module_.field(cond.field), scope.element);
  const Read right = view_.Find(module_.field(cond.other), scope.element);
  Finding finding;
  finding.verdict = CompareVerdict(cond, left, right);
  if (finding.verdict == Verdict::kError) {
    finding.error_field = LeftIsBad(cond, left) ? cond.field : cond.other;
  }
  return finding;
}

Finding Evaluator::Calculate(const Cond& cond, const Scope& scope) const {
  Finding finding;
  finding.verdict = Terms(module_, view_, scope.element)
                        .Calculate(cond, &finding.error_field);
  return finding;
}

Finding Evaluator::Fold(const Cond& cond, Scope* scope) {
  const bool is_and = cond.kind == CondKind::kAnd;
  const Verdict last = is_and ? Verdict::kFalse : Verdict::kTrue;
  Finding all{ir::Not(last), {}};
  for (const ir::CondId operand : cond.operands) {
    const Finding one = Evaluate(operand, scope);
    all.verdict = is_and ? ir::And(all.verdict, one.verdict)
                         : ir::Or(all.verdict, one.verdict);
    if (!all.error_field.valid()) all.error_field = one.error_field;
    if (one.verdict == last) break;
  }
  return all;
}

Finding Evaluator::All(const Cond& cond, const Scope& scope) {
  const Read read = view_.Find(module_.field(cond.field), scope.element);
  if (read.kind != Kind::kList) return Test(cond, scope);
  Finding all{Verdict::kTrue, {}};
  for (const Value& element : read.value->items) {
    Scope inner;
    inner.element = &element;
    const Finding one = Evaluate(cond.operands[0], &inner);
    all.verdict = ir::And(all.verdict, one.verdict);
    if (!all.error_field.valid()) all.error_field = one.error_field;
    if (one.verdict == Verdict::kFalse) break;
  }
  return all;
}

ir::Verdict Evaluate(const ir::Module& module, ir::CondId cond,
                     const Request& request, ir::FieldId* error_field) {
  const Finding finding = Evaluator(module, request).Evaluate(cond);
  if (error_field != nullptr) *error_field = finding.error_field;
  return finding.verdict;
}

}  // namespace polc::eval
