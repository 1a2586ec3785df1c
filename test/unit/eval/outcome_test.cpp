// Every kind of test on every kind of value: the whole table, as the language's
// manual would print it.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "compiler/eval/eval.h"
#include "compiler/ir/builder.h"

namespace polc::eval {
namespace {

using ir::Kind;
using ir::Outcome;
using ir::Verdict;

Value Of(Kind kind) {
  Value value;
  value.kind = kind;
  return value;
}

Value Number(double number) {
  Value value = Of(Kind::kNumber);
  value.number = number;
  return value;
}

void Put(const std::string& name, Value member, Value* object) {
  object->names.push_back(name);
  object->items.push_back(std::move(member));
}

Value List(std::vector<Value> items) {
  Value value = Of(Kind::kList);
  value.items = std::move(items);
  return value;
}

// A request whose args.x.y is of `kind`.
Request Holding(Kind kind) {
  Request request;
  Value parent = Value::Object();
  switch (kind) {
    case Kind::kMissing:
      break;
    case Kind::kBad:
      Put("x", Number(1), &request.args);
      return request;
    case Kind::kNumber:
      Put("y", Number(5), &parent);
      break;
    case Kind::kString:
      Put("y", Value::String("five"), &parent);
      break;
    case Kind::kList:
      Put("y", List({Number(1), Number(2)}), &parent);
      break;
    case Kind::kObject: {
      Value object = Value::Object();
      Put("k", Number(1), &object);
      Put("y", object, &parent);
      break;
    }
    default:
      Put("y", Of(kind), &parent);
  }
  Put("x", parent, &request.args);
  return request;
}

char Letter(Verdict v) { return "FTE"[static_cast<int>(v)]; }

// Verdicts for missing, null, bool, number, bigint, string, list, object, bad.
std::string Row(const ir::Module& module, ir::CondId cond) {
  std::string row;
  for (int kind = 0; kind < ir::kKindCount; ++kind) {
    row += Letter(Evaluate(module, cond, Holding(static_cast<Kind>(kind))));
  }
  return row;
}

class OutcomeTest : public ::testing::Test {
 protected:
  ir::Module module_;
  ir::Builder builder_{&module_};
  ir::FieldId f_ =
      builder_.MakeField({ir::Root::kArgs, {{"x", -1}, {"y", -1}}});

  ir::CondId Test(const ir::Test& test, Kind kind) {
    ir::Outcomes on = ir::AllOutcomes(Outcome::kError);
    on[static_cast<size_t>(kind)] = Outcome::kTest;
    return builder_.MakeTest(f_, on, test);
  }
  std::string StringRow(const std::string& text) {
    ir::Test test;
    test.kind = ir::TestKind::kString;
    test.language = builder_.SetOf({text});
    return Row(module_, Test(test, Kind::kString));
  }
};

TEST_F(OutcomeTest, Strings) {
  EXPECT_EQ(StringRow("five"), "EEEEETEEE");
  EXPECT_EQ(StringRow("six"), "EEEEEFEEE");
}

TEST_F(OutcomeTest, StringsOutsideTheirDomain) {
  ir::Test test;
  test.kind = ir::TestKind::kString;
  test.language = builder_.SetOf({"five"});
  test.domain = builder_.MakeLang({ir::LangKind::kUrl, {}, {}, 0, 0});
  EXPECT_EQ(Row(module_, Test(test, Kind::kString)), "EEEEEEEEE");
  test.domain = ir::LangId();
  test.max_bytes = 3;
  EXPECT_EQ(Row(module_, Test(test, Kind::kString)), "EEEEEEEEE");
  test.max_bytes = 4;
  EXPECT_EQ(Row(module_, Test(test, Kind::kString)), "EEEEETEEE");
}

TEST_F(OutcomeTest, Numbers) {
  ir::Test test;
  test.kind = ir::TestKind::kNumber;
  test.intervals = {{5, 5}};
  EXPECT_EQ(Row(module_, Test(test, Kind::kNumber)), "EEETEEEEE");
  test.intervals = {{-INFINITY, 5, false, true}, {5, INFINITY, true, false}};
  EXPECT_EQ(Row(module_, Test(test, Kind::kNumber)), "EEEFEEEEE");
}

TEST_F(OutcomeTest, BoolsLengthsSizesMembers) {
  ir::Test test;
  test.kind = ir::TestKind::kBool;
  EXPECT_EQ(Row(module_, Test(test, Kind::kBool)), "EEFEEEEEE");
  test.kind = ir::TestKind::kLength;
  test.lo = test.hi = 4;
  EXPECT_EQ(Row(module_, Test(test, Kind::kString)), "EEEEETEEE");
  test.kind = ir::TestKind::kSize;
  EXPECT_EQ(Row(module_, Test(test, Kind::kList)), "EEEEEEFEE");
  test.lo = test.hi = 2;
  EXPECT_EQ(Row(module_, Test(test, Kind::kList)), "EEEEEETEE");
  ir::Test only;
  only.kind = ir::TestKind::kOnly;
  only.keys = {"j", "k"};
  EXPECT_EQ(Row(module_, Test(only, Kind::kObject)), "EEEEEEETE");
  only.keys = {"j"};
  EXPECT_EQ(Row(module_, Test(only, Kind::kObject)), "EEEEEEEFE");
}

TEST_F(OutcomeTest, TypesAlone) {
  // has, is null, is string
  const std::pair<const char*, const char*> rows[] = {
      {"FFTTTTTTE", "FFTTTTTTE"},
      {"FTFFFFFFE", "FTFFFFFFE"},
      {"EEFFFTFFE", "EEFFFTFFE"}};
  for (const auto& [table, expected] : rows) {
    ir::Outcomes on;
    for (size_t i = 0; i < on.size(); ++i) {
      on[i] = table[i] == 'F'   ? Outcome::kFalse
              : table[i] == 'T' ? Outcome::kTrue
                                : Outcome::kError;
    }
    EXPECT_EQ(Row(module_, builder_.MakeTest(f_, on)), expected);
  }
}

TEST_F(OutcomeTest, QuantifiersOfWhatIsNoList) {
  const ir::FieldId element = builder_.MakeField({ir::Root::kElement, {}});
  ir::Outcomes on = ir::AllOutcomes(Outcome::kError);
  on[static_cast<size_t>(Kind::kNumber)] = Outcome::kTest;
  ir::Test one;
  one.kind = ir::TestKind::kNumber;
  one.intervals = {{1, 1}};
  const ir::CondId body = builder_.MakeTest(element, on, one);
  const ir::Outcomes error = ir::AllOutcomes(Outcome::kError);
  EXPECT_EQ(Row(module_, builder_.All(f_, error, body)), "EEEEEEFEE");
  EXPECT_EQ(Row(module_, builder_.Any(f_, error, body)), "EEEEEETEE");
  const ir::Outcomes yes = ir::AllOutcomes(Outcome::kTrue);
  EXPECT_EQ(Row(module_, builder_.All(f_, yes, body)), "TTTTTTFTT");
}

TEST_F(OutcomeTest, Comparisons) {
  using ir::CompareOp;
  // With itself.
  EXPECT_EQ(Row(module_, builder_.Compare(CompareOp::kEqual, f_, f_)),
            "EETTETEEE");
  EXPECT_EQ(Row(module_, builder_.Compare(CompareOp::kLess, f_, f_)),
            "EEEFEEEEE");
  EXPECT_EQ(Row(module_, builder_.Compare(CompareOp::kLessEqual, f_, f_)),
            "EEETEEEEE");
  const ir::FieldId grant = builder_.MakeField({ir::Root::kGrant, {}});
  EXPECT_EQ(Row(module_, builder_.Compare(CompareOp::kEqual, f_, grant)),
            "EEEEEFEEE");
}

TEST_F(OutcomeTest, OneSegmentUnderAFolder) {
  const ir::FieldId subject = builder_.MakeField({ir::Root::kSubject, {}});
  const ir::CondId cond =
      builder_.Compare(ir::CompareOp::kUnderJoin, f_, subject, "/home");
  auto verdict = [&](const std::string& path, const std::string& who) {
    Request request;
    Value parent = Value::Object();
    Put("y", Value::String(path), &parent);
    Put("x", parent, &request.args);
    request.caller.subject = who;
    return Letter(Evaluate(module_, cond, request));
  };
  EXPECT_EQ(verdict("/home/al/x", "al"), 'T');
  EXPECT_EQ(verdict("/home/./al", "al"), 'T');
  EXPECT_EQ(verdict("/home/alice", "al"), 'F');
  EXPECT_EQ(verdict("/home/al/../bo", "al"), 'E');
  for (const char* who : {"", ".", "..", "a/b", "/", "%61", "a\\b", "C:"}) {
    EXPECT_EQ(verdict("/home/al", who), 'E') << who;
  }
}

TEST_F(OutcomeTest, ReadingPaths) {
  Request request;
  Put("list", List({Value::String("a"), Of(Kind::kNull)}), &request.args);
  Put("null", Of(Kind::kNull), &request.args);
  Put("s", Value::String("text"), &request.args);
  auto kind = [&](ir::Field field) {
    for (int i = 0; i < ir::kKindCount; ++i) {
      ir::Outcomes on = ir::AllOutcomes(Outcome::kFalse);
      on[i] = Outcome::kTrue;
      const ir::CondId cond = builder_.MakeTest(builder_.MakeField(field), on);
      if (Evaluate(module_, cond, request) == Verdict::kTrue) {
        return std::string(ir::KindName(static_cast<Kind>(i)));
      }
    }
    return std::string();
  };
  using ir::Root;
  EXPECT_EQ(kind({Root::kArgs, {}}), "object");
  EXPECT_EQ(kind({Root::kArgs, {{"list", -1}, {"", 0}}}), "string");
  EXPECT_EQ(kind({Root::kArgs, {{"list", -1}, {"", 1}}}), "null");
  EXPECT_EQ(kind({Root::kArgs, {{"list", -1}, {"", 2}}}), "missing");
  EXPECT_EQ(kind({Root::kArgs, {{"list", -1}, {"a", -1}}}), "bad");
  EXPECT_EQ(kind({Root::kArgs, {{"null", -1}, {"a", -1}, {"b", -1}}}),
            "missing");
  EXPECT_EQ(kind({Root::kArgs, {{"s", -1}, {"a", -1}, {"b", -1}}}), "bad");
  EXPECT_EQ(kind({Root::kArgs, {{"s", -1}, {"", 0}}}), "bad");
  EXPECT_EQ(kind({Root::kSubject, {}}), "missing");
  EXPECT_EQ(kind({Root::kSession, {}}), "bad");
  EXPECT_EQ(kind({Root::kRoles, {}}), "list");
  EXPECT_EQ(kind({Root::kDefined, {}}), "bool");
  EXPECT_EQ(kind({Root::kTool, {}}), "missing");
}

TEST_F(OutcomeTest, NamesTheFirstErrorMet) {
  auto string_test = [&](const std::string& name) {
    ir::Test test;
    test.kind = ir::TestKind::kString;
    test.language = builder_.SetOf({"v"});
    ir::Outcomes on = ir::AllOutcomes(Outcome::kError);
    on[static_cast<size_t>(Kind::kString)] = Outcome::kTest;
    return builder_.MakeTest(
        builder_.MakeField({ir::Root::kArgs, {{name, -1}}}), on, test);
  };
  Request request;
  Put("t", Value::String("v"), &request.args);
  const ir::CondId t = string_test("t");
  const ir::CondId a = string_test("a");
  const ir::CondId b = string_test("b");
  auto first = [&](ir::CondId cond) {
    ir::FieldId field;
    Evaluate(module_, cond, request, &field);
    return field.valid() ? ir::FieldName(module_.field(field)) : "";
  };
  EXPECT_EQ(first(builder_.And({t, a, b})), "args.a");
  EXPECT_EQ(first(builder_.Or({b, a})), "args.b");
  EXPECT_EQ(first(builder_.Or({t, a})), "");
  EXPECT_EQ(first(builder_.And({builder_.Not(t), a})), "");
  // Met on the way, though the value is true.
  EXPECT_EQ(first(builder_.Or({a, t})), "args.a");
}

}  // namespace
}  // namespace polc::eval
