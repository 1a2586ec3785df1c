// Every test kind on every kind of value, against the evaluator.
#include <cmath>
#include <limits>

#include "test/unit/codegen/testing.h"

namespace polc {
namespace {

using eval::Value;
using ir::Kind;
using ir::Outcome;
using ir::TestKind;
using ir::Verdict;
using testing::Conditions;
using testing::ListValue;
using testing::NumberValue;
using testing::With;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// For each kind, a request in which `args.x.y` is of that kind.
eval::Request RequestOf(Kind kind) {
  Value value;
  value.kind = kind;
  if (kind == Kind::kString) value.text = "abc";
  if (kind == Kind::kBool) value.boolean = true;
  if (kind == Kind::kNumber) value.number = 3;
  if (kind == Kind::kBad) return With("x", Value::String("no object"));
  Value x = Value::Object();
  if (kind != Kind::kMissing) {
    x.names = {"y"};
    x.items = {value};
  }
  return With("x", x);
}

ir::Test TestOf(TestKind kind, ir::Builder* b) {
  ir::Test test;
  test.kind = kind;
  if (kind == TestKind::kString) test.language = b->SetOf({"abc", "d"});
  if (kind == TestKind::kNumber) test.intervals = {{1, 5, false, false}};
  if (kind == TestKind::kLength || kind == TestKind::kSize) test.hi = 3;
  if (kind == TestKind::kOnly) test.keys = {"a"};
  return test;
}

Kind LookedAt(TestKind kind) {
  switch (kind) {
    case TestKind::kNone:
      return Kind::kMissing;
    case TestKind::kString:
    case TestKind::kLength:
      return Kind::kString;
    case TestKind::kNumber:
      return Kind::kNumber;
    case TestKind::kBool:
      return Kind::kBool;
    case TestKind::kSize:
      return Kind::kList;
    case TestKind::kOnly:
      return Kind::kObject;
  }
  return Kind::kMissing;
}

TEST(Tests, OutcomeTablesOfEveryKind) {
  Conditions c;
  const ir::FieldId field =
      c.b().MakeField({ir::Root::kArgs, {{"x", -1}, {"y", -1}}});
  std::vector<size_t> limits;
  for (int kind = 0; kind <= static_cast<int>(TestKind::kOnly); ++kind) {
    for (int shift = 0; shift < 3; ++shift) {
      // Each kind's outcome takes all three values over the shifts.
      ir::Outcomes on;
      for (int k = 0; k < ir::kKindCount; ++k) {
        on[static_cast<size_t>(k)] = static_cast<Outcome>((k + shift) % 3);
      }
      const auto test_kind = static_cast<TestKind>(kind);
      if (test_kind != TestKind::kNone) {
        on[static_cast<size_t>(LookedAt(test_kind))] = Outcome::kTest;
      }
      limits.push_back(
          c.Add(c.b().MakeTest(field, on, TestOf(test_kind, &c.b()))));
    }
  }
  c.Compile();
  for (int kind = 0; kind < ir::kKindCount; ++kind) {
    SCOPED_TRACE(ir::KindName(static_cast<Kind>(kind)));
    for (const size_t limit : limits) {
      c.Ask(limit, RequestOf(static_cast<Kind>(kind)));
    }
  }
}

TEST(Tests, NumbersAtAndBesideTheEnds) {
  Conditions c;
  const ir::FieldId x = c.Arg("x");
  std::vector<size_t> limits;
  const std::vector<std::vector<ir::Interval>> sets = {
      {},
      {{-kInfinity, kInfinity, false, false}},
      {{1, 2, false, false}},
      {{1, 2, true, true}},
      {{0, 0, false, false}},
      {{0, kInfinity, true, false}},
      {{-kInfinity, 0, true, true}},
      {{1, 3, false, false}, {3, 5, true, false}},
      {{-1, 1, true, true}, {1, 2, true, true}, {2, 2.5, true, false}},
      {{-2, -2}, {-1, -1}, {0, 0}, {1, 1}, {2, 2}, {3, 3}, {10, 11, true}},
  };
  for (const auto& set : sets) {
    limits.push_back(c.Add(c.Numbers(x, set)));
    limits.push_back(c.Add(c.Numbers(x, set, /*integral=*/true)));
  }
  c.Compile();
  constexpr double kMax = std::numeric_limits<double>::max();
  std::vector<double> numbers = {-0.0,
                                 5e-324,
                                 -5e-324,
                                 0.5,
                                 1.5,
                                 1e15,
                                 kMax,
                                 -kMax,
                                 1e-9,
                                 4503599627370496.0,
                                 4503599627370495.5};
  for (const double n : {-2., -1., 0., 1., 2., 2.5, 3., 4., 5., 10., 11.}) {
    numbers.push_back(n);
    numbers.push_back(std::nextafter(n, kInfinity));
    numbers.push_back(std::nextafter(n, -kInfinity));
  }
  for (const double n : numbers) {
    SCOPED_TRACE(n);
    for (const size_t limit : limits) c.Ask(limit, With("x", NumberValue(n)));
  }
}

TEST(Tests, StringsInLanguages) {
  Conditions c;
  const ir::FieldId x = c.Arg("x");
  std::vector<std::string> many;  // its automaton needs wide rows
  for (int i = 0; i < 3000; ++i) {
    many.push_back("id-" + std::to_string(i * 7919 % 100003));
  }
  std::vector<size_t> limits;
  auto& b = c.b();
  for (const ir::LangId lang :
       {b.SetOf({}), b.SetOf({""}), b.SetOf({"a"}), b.SetOf({"a", "ab", "b"}),
        b.SetOf(many), b.LangOf(ir::LangKind::kPrefix, "id-1"),
        b.LangOf(ir::LangKind::kSuffix, "9"),
        b.LangOf(ir::LangKind::kContains, "d-"),
        b.LangOf(ir::LangKind::kGlob, "*-1*\xC3\xA9?"),
        b.LangOf(ir::LangKind::kMatches, "id-[0-9]{2,4}"),
        b.MakeLang({ir::LangKind::kAny, {}, {}, 0, 0})}) {
    limits.push_back(c.Add(c.Text(x, lang)));
    limits.push_back(
        c.Add(c.Text(x, b.MakeLang({ir::LangKind::kNot, {}, {lang}, 0, 0}))));
  }
  c.Compile();
  std::vector<std::string> texts = {"",
                                    "a",
                                    "ab",
                                    "b",
                                    "abc",
                                    "id-",
                                    "id-1",
                                    "id-100002",
                                    "id-x9",
                                    "\xC3\xA9",
                                    "a-1\xC3\xA9\xF0\x9F\x98\x80"};
  texts.insert(texts.end(), many.begin(), many.begin() + 50);
  for (const std::string& text : texts) {
    SCOPED_TRACE(text);
    for (const size_t limit : limits) {
      c.Ask(limit, With("x", Value::String(text)));
    }
  }
}

// Looked for from the first place on that has the text a match begins with.
TEST(Tests, TextsThatMayBeAnywhere) {
  Conditions c;
  const ir::FieldId x = c.Arg("x");
  auto& b = c.b();
  const std::string dashes(70, '-');
  std::vector<size_t> limits;
  for (const ir::LangId lang :
       {b.LangOf(ir::LangKind::kContains, "aab"),
        b.LangOf(ir::LangKind::kContains, dashes + "x"),
        b.LangOf(ir::LangKind::kContains, "\xC3\xA9"),
        b.LangOf(ir::LangKind::kFinds, "aab[0-9]"),
        b.LangOf(ir::LangKind::kFinds, "aab$"),
        b.LangOf(ir::LangKind::kFinds, "aa(?:b|aab)c*d"),
        b.LangOf(ir::LangKind::kFinds, "ab^c"),
        b.LangOf(ir::LangKind::kFinds, "\xC3\xA9[\xC3\xA8\xC3\xA9]z")}) {
    limits.push_back(c.Add(c.Text(x, lang)));
    limits.push_back(
        c.Add(c.Text(x, b.MakeLang({ir::LangKind::kNot, {}, {lang}, 0, 0}))));
  }
  c.Compile();
  for (const std::string& text :
       std::vector<std::string>{"",
                                "a",
                                "aa",
                                "aab",
                                "aaab",
                                "baab",
                                "aabaab",
                                "aab-aab7",
                                "aab7x",
                                "aabx",
                                "aaaabcd",
                                "aaabc",
                                "aabaaaabccd",
                                "abc",
                                "ab^c",
                                "\xC3\xA9",
                                "\xC3\xA8\xC3\xA9z",
                                "\xC3\xA9\xC3\xA9\xC3\xA9z",
                                dashes,
                                dashes + "x",
                                "x" + dashes + dashes + "x-",
                                dashes + "y" + dashes}) {
    SCOPED_TRACE(text);
    for (const size_t limit : limits) {
      c.Ask(limit, With("x", Value::String(text)));
    }
  }
}

TEST(Tests, DomainsAndBoundsAreErrors) {
  Conditions c;
  auto& b = c.b();
  ir::Test test;
  test.kind = TestKind::kString;
  test.language = b.LangOf(ir::LangKind::kPathUnder, "/srv");
  test.domain = b.MakeLang({ir::LangKind::kPath, {}, {}, 0, 0});
  test.max_bytes = 12;
  const size_t strict =
      c.Add(b.MakeTest(c.Arg("x"), Conditions::Looked(Kind::kString), test));
  test.domain = {};
  const size_t bounded =
      c.Add(b.MakeTest(c.Arg("x"), Conditions::Looked(Kind::kString), test));
  c.Compile();
  auto ask = [&](size_t limit, const char* text) {
    return c.Ask(limit, With("x", Value::String(text)));
  };
  EXPECT_EQ(ask(strict, "/srv/x"), Verdict::kTrue);
  EXPECT_EQ(ask(strict, "/etc"), Verdict::kFalse);
  EXPECT_EQ(ask(strict, "/srv/../etc"), Verdict::kError);
  EXPECT_EQ(ask(strict, "srv"), Verdict::kError);
  EXPECT_EQ(ask(strict, "/srv/1234567"), Verdict::kTrue);
  EXPECT_EQ(ask(strict, "/srv/12345678"), Verdict::kError);
  EXPECT_EQ(ask(bounded, "srv"), Verdict::kFalse);
  EXPECT_EQ(ask(bounded, "/srv/12345678"), Verdict::kError);
}

TEST(Tests, LengthsCountCodePoints) {
  Conditions c;
  std::vector<size_t> limits;
  for (uint64_t lo = 0; lo < 5; ++lo) {
    for (uint64_t hi = lo; hi < 6; ++hi) {
      ir::Test test;
      test.kind = TestKind::kLength;
      test.lo = lo;
      test.hi = hi;
      limits.push_back(c.Add(
          c.b().MakeTest(c.Arg("x"), Conditions::Looked(Kind::kString), test)));
    }
  }
  c.Compile();
  for (const char* text : {"", "a", "ab", "abcd", "abcdef", "\xC3\xA9",
                           "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80\xC3\xA9z"}) {
    for (const size_t limit : limits) {
      c.Ask(limit, With("x", Value::String(text)));
    }
  }
}

}  // namespace
}  // namespace polc
