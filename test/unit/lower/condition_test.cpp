// What a condition means, from its text to the evaluator's verdict: tables of
// operators against every kind of value, and the laws of the language.
#include <gtest/gtest.h>

#include <limits>

#include "compiler/eval/eval.h"
#include "compiler/ir/text.h"
#include "test/unit/sema/check_support.h"

namespace polc::testing {
namespace {

using eval::Value;
using ir::Kind;
using ir::Verdict;

constexpr char kDeclarations[] =
    "set s = {\"a\", \"b\"};\nset n = {1, 2};\nset none = s - s;\n"
    "predicate is_a(x) = x == \"a\" or x like \"A*\";\n"
    "predicate twice(x, y) = is_a(x) and not is_a(y);\n"
    "predicate below(o) = has o.k and o.k == \"a\";\n";

// The guard of a rule about every request, so the condition alone decides.
class Condition {
 public:
  explicit Condition(const std::string& text)
      : set_("policy p;\n" + std::string(kDeclarations) + "deny d when " +
             text + ";\n") {
    module_ = set_.Lower();
    EXPECT_TRUE(module_.has_value()) << text << "\n" << set_.Problems();
    if (!module_) return;
    const auto valid = ir::Validate(*module_);
    EXPECT_TRUE(valid.has_value()) << text;
  }

  Verdict On(const eval::Request& request) const {
    return eval::Evaluate(*module_, module_->rules[0].guard, request);
  }

 private:
  PolicySet set_;
  std::optional<ir::Module> module_;
};

Value Number(double number) {
  Value out;
  out.kind = Kind::kNumber;
  out.number = number;
  return out;
}

Value Bool(bool boolean) {
  Value out;
  out.kind = Kind::kBool;
  out.boolean = boolean;
  return out;
}

Value OfKind(Kind kind) {
  Value out;
  out.kind = kind;
  return out;
}

Value List(std::vector<Value> items) {
  Value out;
  out.kind = Kind::kList;
  out.items = std::move(items);
  return out;
}

Value Object(std::string name, Value value) {
  Value out = Value::Object();
  out.names.push_back(std::move(name));
  out.items.push_back(std::move(value));
  return out;
}

// A request whose `args` are {"x": value, "y": other}, what is absent left out.
eval::Request Request(const std::optional<Value>& x,
                      const std::optional<Value>& y = std::nullopt) {
  eval::Request out;
  out.tool = "t";
  const auto add = [&](const char* name, const std::optional<Value>& value) {
    if (!value) return;
    out.args.names.emplace_back(name);
    out.args.items.push_back(*value);
  };
  add("x", x);
  add("y", y);
  return out;
}

std::vector<std::optional<Value>> Values() {
  Value big = OfKind(Kind::kBigInt);
  big.number = 1e300;
  return {std::nullopt,
          OfKind(Kind::kNull),
          Bool(true),
          Bool(false),
          Number(1),
          Number(2.5),
          Number(-3),
          big,
          Value::String("a"),
          Value::String("b"),
          Value::String("Abc"),
          Value::String(""),
          Value::String("/srv/data/x"),
          Value::String("/srv/../etc"),
          Value::String("https://h.example/p"),
          List({}),
          List({Value::String("a"), Number(1)}),
          List({Value::String("q"), Value::String("a")}),
          Value::Object(),
          Object("k", Value::String("a")),
          Object("k", Number(1))};
}

// One letter a value of Values(): f, t or E.
std::string Row(const std::string& condition) {
  const Condition compiled(condition);
  std::string out;
  for (const auto& value : Values()) {
    const Verdict verdict = compiled.On(Request(value));
    out += verdict == Verdict::kError  ? 'E'
           : verdict == Verdict::kTrue ? 't'
                                       : 'f';
  }
  return out;
}

TEST(LowerCondition, EveryOperatorOnEveryKind) {
  struct {
    const char* condition;
    const char* row;
  } kRows[] = {
      // absent, null, bool x2, number x3, big, string x7, list x3, object x3
      {"has args.x", "ffttttttttttttttttttt"},
      {"args.x is null", "ftfffffffffffffffffff"},
      {"args.x is string",
       "EEffffffttttttt"
       "ffffff"},
      {"args.x is number",
       "EEfftttt"
       "fffffffffffff"},
      {"args.x is list",
       "EEfffffffffffff"
       "tttfff"},
      {"args.x is object",
       "EEffffffffffffff"
       "ffttt"},
      {"args.x is bool", "EEttfffffffffffffffff"},
      {"args.x", "EEtfEEEEEEEEEEEEEEEEE"},
      {"args.x ?? true", "tttfEEEEEEEEEEEEEEEEE"},
      {"args.x == false", "EEftEEEEEEEEEEEEEEEEE"},
      {"args.x == \"a\"", "EEEEEEEEtffffffEEEEEE"},
      {"args.x ?? \"a\" == \"a\"", "ttEEEEEEtffffffEEEEEE"},
      {"args.x != \"a\"", "EEEEEEEEfttttttEEEEEE"},
      {"args.x == 1", "EEEEtffEEEEEEEEEEEEEE"},
      {"args.x > 1", "EEEEftfEEEEEEEEEEEEEE"},
      {"1 <= args.x", "EEEEttfEEEEEEEEEEEEEE"},
      {"args.x ?? 7 > 1", "ttEEftfEEEEEEEEEEEEEE"},
      {"args.x in n", "EEEEtffEEEEEEEEEEEEEE"},
      {"args.x in s", "EEEEEEEEttfffffEEEEEE"},
      {"args.x in -3..1", "EEEEtftEEEEEEEEEEEEEE"},
      // Of strings, though it has none; of nothing that is known.
      {"args.x in none", "EEEEEEEEfffffffEEEEEE"},
      {"args.x in {}", "EEEEfffEfffffffEEEEEE"},
      {"args.x like {\"a*\", \"A?c\"}", "EEEEEEEEtftffffEEEEEE"},
      {"args.x matches \"[ab]\"", "EEEEEEEEttfffffEEEEEE"},
      {"args.x finds \"b\"",
       "EEEEEEEEfttfff"
       "fEEEEEE"},
      {"args.x starts with \"A\"", "EEEEEEEEfftffffEEEEEE"},
      {"args.x ends with \"c\"", "EEEEEEEEfftfftfEEEEEE"},
      {"args.x contains \"srv\"",
       "EEEEEEEEfffft"
       "tfEEEEEE"},
      {"path(args.x) under \"/srv\"", "EEEEEEEEEEEEtEEEEEEEE"},
      {"path(args.x ?? \"/srv/a\") under \"/srv\"", "ttEEEEEEEEEEtEEEEEEEE"},
      {"url(args.x).host == \"h.example\"", "EEEEEEEEEEEEEEtEEEEEE"},
      {"url(args.x).port in {443}", "EEEEEEEEEEEEEEtEEEEEE"},
      {"url(args.x ?? \"http://h/\").port != 443", "ttEEEEEEEEEEEEfEEEEEE"},
      {"url(args.x).host is ip", "EEEEEEEEEEEEEEfEEEEEE"},
      {"ip(args.x) == \"10.0.0.1\"", "EEEEEEEEEEEEEEEEEEEEE"},
      {"ip(args.x ?? \"10.0.0.1\") in cidr(\"10.0.0.0/8\")",
       "ttEEEEEEEEEEEEEEEEEEE"},
      {"length(args.x) in 1..3",
       "EEEEEEEEtttfff"
       "fEEEEEE"},
      {"length(args.x ?? \"abcd\") > 3.5",
       "ttEEEEEEffffttt"
       "EEEEEE"},
      {"size(args.x) == 2", "EEEEEEEEEEEEEEEfttEEE"},
      {"args.x == \"A\" ignoring case", "EEEEEEEEtffffffEEEEEE"},
      {"args.x ?? \"A\" != \"a\" ignoring case", "ffEEEEEEfttttttEEEEEE"},
      {"args.x in {\"aBC\", \"B\"} ignoring case", "EEEEEEEEfttffffEEEEEE"},
      {"args.x in s ignoring case", "EEEEEEEEttfffffEEEEEE"},
      {"args.x not like \"A*\" ignoring case", "EEEEEEEEftfttttEEEEEE"},
      {"args.x matches \"[^B]+\" ignoring case",
       "EEEEEEEEtfffttt"
       "EEEEEE"},
      {"args.x finds \"[C-F]\" ignoring case", "EEEEEEEEfftftttEEEEEE"},
      {"args.x starts with \"aB\" ignoring case", "EEEEEEEEfftffffEEEEEE"},
      {"args.x ends with \"BC\" ignoring case", "EEEEEEEEfftffffEEEEEE"},
      {"args.x contains \"SRV\" ignoring case", "EEEEEEEEffffttfEEEEEE"},
      {"\"A\" in args.x ignoring case", "EEEEEEEEEEEEEEEfttEEE"},
      {"args.x.k == \"a\"", "EEEEEEEEEEEEEEEEEEEtE"},
      {"args.x.k ?? \"a\" == \"a\"", "ttEEEEEEEEEEEEEEEEttE"},
      {"args.x[1] ?? \"z\" == \"a\"", "ffEEEEEEEEEEEEEfEtEEE"},
      {"has args.x.k", "ffEEEEEEEEEEEEEEEEftt"},
      {"any v in args.x (v == \"a\")", "EEEEEEEEEEEEEEEfttEEE"},
      {"all v in args.x (v == \"q\")", "EEEEEEEEEEEEEEEtffEEE"},
      {"\"a\" in args.x", "EEEEEEEEEEEEEEEfttEEE"},
      {"below(args.x)", "ffEEEEEEEEEEEEEEEEftE"},
      {"is_a(args.x)", "EEEEEEEEtftffffEEEEEE"},
      {"is_a(\"Ab\")", "ttttttttttttttttttttt"},
      {"1 + 1 == 2 and \"b\" not like \"a*\"", "ttttttttttttttttttttt"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Row(row.condition), row.row) << row.condition;
  }
}

TEST(LowerCondition, LawsHoldForEveryValue) {
  const std::pair<const char*, const char*> kLaws[] = {
      {"args.x != \"a\"", "not (args.x == \"a\")"},
      {"args.x in {\"a\", \"b\"}", "args.x == \"a\" or args.x == \"b\""},
      {"args.x in {\"A\", \"bC\"} ignoring case",
       "args.x == \"a\" ignoring case or args.x == \"Bc\" ignoring case"},
      {"args.x in {1, 2.5}", "args.x == 1 or args.x == 2.5"},
      {"args.x not in s", "not (args.x in s)"},
      {"args.x not like \"a*\"", "not (args.x like \"a*\")"},
      {"all v in args.x (v == \"a\")", "not (any v in args.x (v != \"a\"))"},
      {"args.x in 1..2.5", "args.x >= 1 and args.x <= 2.5"},
      {"1 < args.x", "args.x > 1"},
      {"is_a(args.x)", "args.x == \"a\" or args.x like \"A*\""},
      {"twice(args.x, args.x ?? \"a\")",
       "(args.x == \"a\" or args.x like \"A*\") and not "
       "(args.x ?? \"a\" == \"a\" or args.x ?? \"a\" like \"A*\")"},
      {"not (args.x == \"a\" and args.x.k == 1)",
       "not (args.x == \"a\") or not (args.x.k == 1)"},
      {"args.x == true", "args.x"},
      {"args.x like \"*\"", "args.x contains \"\""},
      {"\"a\" in args.x", "any v in args.x (v == \"a\")"},
      {"args.x == \"a\" or has args.x", "has args.x or args.x == \"a\""},
  };
  for (const auto& [left, right] : kLaws) {
    EXPECT_EQ(Row(left), Row(right)) << left << " | " << right;
  }
}

// Two arguments, with and without defaults, against the same said in words.
TEST(LowerCondition, TwoArguments) {
  const std::pair<const char*, const char*> kPairs[] = {
      {"args.x ?? 1 == args.y",
       "has args.x and args.x == args.y or not has args.x and 1 == args.y"},
      {"args.x < args.y", "args.y > args.x"},
      {"args.x ?? 1 <= (args.y ?? 2)",
       "(has args.x and has args.y and args.x <= args.y) or "
       "(has args.x and not has args.y and args.x <= 2) or "
       "(not has args.x and has args.y and 1 <= args.y) or "
       "(not has args.x and not has args.y)"},
  };
  for (const auto& [left, right] : kPairs) {
    const Condition a(left);
    const Condition b(right);
    for (const auto& x : Values()) {
      for (const auto& y : Values()) {
        EXPECT_EQ(a.On(Request(x, y)), b.On(Request(x, y))) << left;
      }
    }
  }
}

TEST(LowerCondition, ArgumentInAList) {
  const Condition in("args.x in args.y");
  const auto verdict = [&](Value x, Value y) {
    return in.On(Request(std::move(x), std::move(y)));
  };
  EXPECT_EQ(verdict(Value::String("a"), List({Value::String("a")})),
            Verdict::kTrue);
  EXPECT_EQ(verdict(Value::String("a"), List({Value::String("b")})),
            Verdict::kFalse);
  EXPECT_EQ(verdict(Value::String("a"), List({Number(1)})), Verdict::kError);
  EXPECT_EQ(verdict(Value::String("a"), List({Number(1), Value::String("a")})),
            Verdict::kTrue);
  EXPECT_EQ(verdict(Value::String("a"), Value::String("a")), Verdict::kError);
}

TEST(LowerCondition, UnderAJoinedSegment) {
  const Condition joined("path(args.x) under \"/home\" / args.y");
  const Condition defaulted(
      "path(args.x ?? \"/home/al/x\") under \"/home\" / args.y");
  const Condition constant("path(\"/home/al\") under \"/home\" / args.y");
  const auto absent = std::optional<Value>();
  const auto text = [](const char* s) {
    return std::optional<Value>(Value::String(s));
  };
  struct {
    std::optional<Value> x;
    std::optional<Value> y;
    Verdict joined;
    Verdict defaulted;
    Verdict constant;
  } kCases[] = {
      {text("/home/al/a"), text("al"), Verdict::kTrue, Verdict::kTrue,
       Verdict::kTrue},
      {text("/home/alan"), text("al"), Verdict::kFalse, Verdict::kFalse,
       Verdict::kTrue},
      {text("/home/bo/../al"), text("al"), Verdict::kError, Verdict::kError,
       Verdict::kTrue},
      {text("/home/a"), text(".."), Verdict::kError, Verdict::kError,
       Verdict::kError},
      {text("/home/a/b"), text("a/b"), Verdict::kError, Verdict::kError,
       Verdict::kError},
      {text("/home/bo"), text("bo"), Verdict::kTrue, Verdict::kTrue,
       Verdict::kFalse},
      {absent, text("al"), Verdict::kError, Verdict::kTrue, Verdict::kTrue},
      {absent, text("bo"), Verdict::kError, Verdict::kFalse, Verdict::kFalse},
      {absent, text(""), Verdict::kError, Verdict::kError, Verdict::kError},
      {text("/home/al"), absent, Verdict::kError, Verdict::kError,
       Verdict::kError},
      {Number(1), text("al"), Verdict::kError, Verdict::kError, Verdict::kTrue},
  };
  for (const auto& row : kCases) {
    const eval::Request request = Request(row.x, row.y);
    EXPECT_EQ(joined.On(request), row.joined);
    EXPECT_EQ(defaulted.On(request), row.defaulted);
    EXPECT_EQ(constant.On(request), row.constant);
  }
}

TEST(LowerCondition, Addresses) {
  struct {
    const char* condition;
    const char* text;
    Verdict verdict;
  } kCases[] = {
      {"ip(args.x) in cidr(\"10.0.0.0/8\")", "10.1.2.3", Verdict::kTrue},
      {"ip(args.x) in cidr(\"10.0.0.0/8\")", "11.1.2.3", Verdict::kFalse},
      {"ip(args.x) in cidr(\"10.0.0.0/8\")", "010.1.2.3", Verdict::kError},
      {"ip(args.x) in cidr(\"10.0.0.0/8\")", "::ffff:10.1.2.3",
       Verdict::kError},
      {"ip(args.x) not in cidr(\"10.0.0.0/8\")", "h.example", Verdict::kError},
      {"ip(args.x) not in cidr(\"10.0.0.0/8\")", "::1", Verdict::kTrue},
      {"ip(args.x) == \"::1\"", "::1", Verdict::kTrue},
      {"ip(args.x) != \"::1\"", "0:0::1", Verdict::kError},
      {"ip(args.x) in {\"::1\", \"10.0.0.1\"}", "10.0.0.1", Verdict::kTrue},
      {"ip(args.x) in {\"::1\", \"10.0.0.1\"}", "10.0.0.2", Verdict::kFalse},
      {"url(args.x).host is ip", "http://10.0.0.1/", Verdict::kTrue},
      {"url(args.x).host is ip", "http://[FE80::1]:80/", Verdict::kTrue},
      {"url(args.x).host is ip", "http://0x7f.1/", Verdict::kError},
      {"url(args.x).host in cidr(\"10.0.0.0/8\")", "http://10.9.9.9:8080/x",
       Verdict::kTrue},
      {"url(args.x).host in cidr(\"10.0.0.0/8\")", "http://10.example/",
       Verdict::kFalse},
      {"url(args.x).host in cidr(\"fe80::/10\")", "http://[FEBF::1]/",
       Verdict::kTrue},
  };
  for (const auto& row : kCases) {
    EXPECT_EQ(Condition(row.condition).On(Request(Value::String(row.text))),
              row.verdict)
        << row.condition << " of " << row.text;
  }
}

TEST(LowerCondition, TheCaller) {
  const Condition roles("\"sre\" in caller.roles and caller.grant == \"ci\"");
  eval::Request request = Request(std::nullopt);
  request.caller.grant = "ci";
  EXPECT_EQ(roles.On(request), Verdict::kFalse);
  request.caller.roles = {"dev", "sre"};
  EXPECT_EQ(roles.On(request), Verdict::kTrue);
  const Condition subject("caller.subject ?? \"nobody\" == \"nobody\"");
  EXPECT_EQ(subject.On(request), Verdict::kTrue);
  const Condition session("session == \"s\"");
  EXPECT_EQ(session.On(request), Verdict::kError);
  request.session = "s";
  EXPECT_EQ(session.On(request), Verdict::kTrue);
}

TEST(LowerCondition, OnlyTheseMembers) {
  const Condition only("args only {x, y}");
  EXPECT_EQ(only.On(Request(Number(1), Number(2))), Verdict::kTrue);
  eval::Request more = Request(Number(1));
  more.args.names.emplace_back("z");
  more.args.items.push_back(Number(1));
  EXPECT_EQ(only.On(more), Verdict::kFalse);
}

}  // namespace
}  // namespace polc::testing
