// Connectives, quantifiers and votes: large ones, shared ones, and which error
// is named.
#include "test/unit/codegen/testing.h"

namespace polc {
namespace {

using eval::Value;
using ir::CondId;
using ir::Verdict;
using testing::Conditions;
using testing::ListValue;
using testing::NumberValue;
using testing::With;

// Arguments a0, a1, …: "t" true, "f" false, anything else an error for a test
// that its member is "t" among "t" and "f".
eval::Request Letters(const std::string& letters) {
  eval::Request request = With("unused", Value::String(""));
  for (size_t i = 0; i < letters.size(); ++i) {
    if (letters[i] == 'e') continue;  // missing
    request.args.names.push_back("a" + std::to_string(i));
    request.args.items.push_back(Value::String(std::string(1, letters[i])));
  }
  return request;
}

std::vector<CondId> Operands(Conditions* c, size_t n) {
  std::vector<CondId> operands;
  for (size_t i = 0; i < n; ++i) {
    operands.push_back(c->Is(c->Arg("a" + std::to_string(i)), "t"));
  }
  return operands;
}

TEST(Conds, FoldsOfEveryVerdict) {
  Conditions c;
  const auto a = Operands(&c, 4);
  auto& b = c.b();
  const std::vector<CondId> conds = {
      b.And({a[0], a[1], a[2], a[3]}),
      b.Or({a[0], a[1], a[2], a[3]}),
      b.Or({b.And({a[0], a[1]}), b.Not(b.And({a[2], a[3]}))}),
      b.And({b.Or({a[0], b.Not(a[1])}), b.Not(b.Or({a[2], a[3]}))}),
      b.Not(b.Or({b.And({a[0], b.Not(a[0])}), a[1]})),
      b.And({a[0], b.Const(Verdict::kError), a[1]}),
      b.Or({b.Const(Verdict::kError), a[2]}),
      b.Const(Verdict::kError),
      b.True()};
  for (const CondId cond : conds) c.Add(cond);
  c.Compile();
  const std::string letters = "tfe";
  for (int i = 0; i < 81; ++i) {
    std::string text;
    for (int n = i, k = 0; k < 4; ++k, n /= 3) text += letters[n % 3];
    SCOPED_TRACE(text);
    for (size_t k = 0; k < conds.size(); ++k) c.Ask(k, Letters(text));
  }
}

TEST(Conds, WideFoldsAreSplitAndKeepTheirOrder) {
  Conditions c;
  constexpr size_t kWide = 100;
  const auto a = Operands(&c, kWide);
  const size_t all = c.Add(c.b().And(a));
  const size_t any = c.Add(c.b().Or(a));
  const size_t mixed = c.Add(c.b().Not(c.b().And({c.b().Or(a), a[7]})));
  c.Compile();
  for (const size_t at : {0u, 1u, 15u, 16u, 17u, 47u, 48u, 98u, 99u}) {
    for (const char first : {'t', 'f', 'e'}) {
      for (const char rest : {'t', 'f'}) {
        std::string text(kWide, rest);
        text[at] = first;
        text[(at * 31 + 5) % kWide] = 'e';
        for (const size_t limit : {all, any, mixed}) {
          c.Ask(limit, Letters(text));
        }
      }
    }
  }
}

// Each level uses the one below twice: 2^100 steps if each use were evaluated.
CondId Chain(Conditions* c, CondId at, CondId first, CondId second) {
  auto& b = c->b();
  for (int i = 0; i < 50; ++i) {
    at = b.Or({b.And({at, first}), b.And({b.Not(at), second})});
  }
  return at;
}

TEST(Conds, SharedOnesAreEvaluatedOnce) {
  Conditions c;
  auto& b = c.b();
  const auto a = Operands(&c, 3);
  c.Add(Chain(&c, a[0], a[1], a[2]));
  c.Add(b.Not(Chain(&c, b.Or({a[1], a[0]}), a[2], a[1])));
  c.Compile();
  for (const char* text : {"ttt", "tff", "ett", "tet", "eee", "fte", "tee"}) {
    SCOPED_TRACE(text);
    for (size_t k = 0; k < 2; ++k) c.Ask(k, Letters(text));
  }
}

TEST(Conds, SharedOnesOfElementsAreEvaluatedOnceForEach) {
  Conditions c;
  auto& b = c.b();
  const ir::Outcomes on = ir::AllOutcomes(ir::Outcome::kError);
  const CondId name = c.Is(c.Element("name"), "a");
  const CondId low = c.Numbers(c.Element("count"), {{0, 9}});
  const CondId outside = c.Is(c.Arg("y"), "z");
  const CondId chain = Chain(&c, name, low, b.Or({low, outside}));
  c.Add(b.All(c.Arg("x"), on, chain));
  // Of the request, but used within.
  const CondId wide = Chain(&c, outside, c.Is(c.Arg("w"), "w"), outside);
  c.Add(b.Any(c.Arg("x"), on, b.And({chain, b.Or({wide, name})})));
  c.Compile();
  auto record = [](const char* text, double number) {
    Value value = Value::Object();
    value.names = {"name", "count"};
    value.items = {Value::String(text), NumberValue(number)};
    return value;
  };
  const std::vector<Value> values = {record("a", 1), record("b", 1),
                                     record("a", 70), record("b", 70),
                                     Value::Object()};
  for (const Value& first : values) {
    for (const Value& second : values) {
      eval::Request request = With("x", ListValue({first, second}));
      for (const char* y : {"z", "o"}) {
        request.args.names.push_back("y");
        request.args.items.push_back(Value::String(y));
        for (size_t k = 0; k < 2; ++k) c.Ask(k, request);
        request.args.names.pop_back();
        request.args.items.pop_back();
      }
      for (size_t k = 0; k < 2; ++k) c.Ask(k, request);
    }
  }
}

TEST(Conds, QuantifiersReadElementsAndNest) {
  Conditions c;
  auto& b = c.b();
  ir::Outcomes on = ir::AllOutcomes(ir::Outcome::kError);
  on[static_cast<size_t>(ir::Kind::kMissing)] = ir::Outcome::kTrue;
  const CondId is_a = c.Is(c.Element("name"), "a");
  const CondId low = c.Numbers(c.Element("count"), {{0, 9}});
  // The same body over two lists, beside an argument of the request.
  c.Add(b.All(c.Arg("x"), on, is_a));
  c.Add(b.All(c.Arg("y"), on, is_a));
  c.Add(
      b.Any(c.Arg("x"), on, b.And({is_a, low, b.Not(c.Is(c.Arg("y"), "z"))})));
  c.Add(b.All(
      c.Arg("x"), on,
      b.Or({is_a, b.All(c.Element("items"), on, c.Is(c.Element(), "b"))})));
  c.Compile();
  auto record = [](Value name, Value count, Value items) {
    Value value = Value::Object();
    value.names = {"name", "count", "items"};
    value.items = {std::move(name), std::move(count), std::move(items)};
    return value;
  };
  const Value a = record(Value::String("a"), NumberValue(3), ListValue({}));
  const Value big = record(Value::String("a"), NumberValue(30), Value());
  const Value other =
      record(Value::String("o"), Value(), ListValue({Value::String("b")}));
  const Value mixed = record(Value::String("o"), NumberValue(1),
                             ListValue({NumberValue(1), Value::String("c")}));
  const std::vector<Value> values = {a, big, other, mixed, NumberValue(1)};
  std::vector<eval::Request> requests = {With("z", a), With("x", a),
                                         With("x", ListValue({}))};
  for (const Value& first : values) {
    for (const Value& second : values) {
      requests.push_back(With("x", ListValue({first, second})));
      requests.push_back(With("y", ListValue({first, second})));
    }
  }
  for (const eval::Request& request : requests) {
    for (size_t limit = 0; limit < 4; ++limit) c.Ask(limit, request);
  }
}

TEST(Conds, ComparisonsBlameTheRightSide) {
  Conditions c;
  auto& b = c.b();
  const ir::FieldId x = c.Arg("a0");
  const ir::FieldId y = c.Arg("a1");
  for (const ir::CompareOp op : {ir::CompareOp::kEqual, ir::CompareOp::kLess,
                                 ir::CompareOp::kLessEqual}) {
    c.Add(b.Compare(op, x, y));
  }
  c.Add(b.Compare(ir::CompareOp::kUnderJoin, x, y, "/home"));
  c.Compile();
  const std::vector<Value> values = {Value(),
                                     Value::String("/home/b/c"),
                                     Value::String("b"),
                                     Value::String("/home/../b"),
                                     NumberValue(1),
                                     NumberValue(2),
                                     ListValue({}),
                                     Value::Object()};
  for (const Value& left : values) {
    for (const Value& right : values) {
      eval::Request request = With("a0", left);
      request.args.names.push_back("a1");
      request.args.items.push_back(right);
      for (size_t limit = 0; limit < 4; ++limit) c.Ask(limit, request);
      request.args.names.pop_back();
      request.args.items.pop_back();
      for (size_t limit = 0; limit < 4; ++limit) c.Ask(limit, request);
    }
  }
}

// Claims are known where arguments are not: the sets are exact.
TEST(Conds, SetsOfVerdictsWhereArgumentsAreUnknown) {
  Conditions c;
  auto& b = c.b();
  auto claim = [&](const char* name) {
    return c.Is(b.MakeField({ir::Root::kClaims, {{name, -1}}}), "t");
  };
  const CondId x = claim("x");
  const CondId y = claim("y");
  const CondId any = c.Is(c.Arg("x"), "t");
  for (const CondId cond :
       {b.And({x, y}), b.Or({x, y}), b.Not(b.And({b.Not(y), b.Not(x)})),
        b.And({any, x}), b.And({x, any}), b.Or({any, x}), b.Or({x, any}),
        b.And({any, x, y}), b.Or({any, x, y}), b.Not(any)}) {
    c.Add(cond);
  }
  c.Compile();
  const std::string letters = "tfe";
  auto bits = [](ir::Verdict v) -> uint32_t {
    return v == Verdict::kTrue    ? POL_TRUE
           : v == Verdict::kFalse ? POL_FALSE
                                  : POL_ERROR;
  };
  for (const char first : letters) {
    for (const char second : letters) {
      eval::Request request = With("x", Value::String("t"));
      auto add = [&](const char* name, char letter) {
        if (letter == 'e') return;
        request.caller.claims.names.push_back(name);
        request.caller.claims.items.push_back(
            Value::String(std::string(1, letter)));
      };
      add("x", first);
      add("y", second);
      // Every verdict of the argument's test: true, false, an error.
      auto possible = [&](size_t limit) {
        uint32_t set = 0;
        for (const char letter : letters) {
          request.args = With("x", Value::String(std::string(1, letter))).args;
          if (letter == 'e') request.args = Value::Object();
          set |= bits(c.Ask(limit, request));
        }
        return set;
      };
      for (size_t limit = 0; limit < 10; ++limit) {
        const uint32_t expected = possible(limit);
        testing::NativeRequest native(c.set(), request, /*is_abstract=*/true);
        EXPECT_EQ(native.LimitCovers(limit), expected)
            << limit << " " << first << second;
      }
    }
  }
}

TEST(Conds, IndexesOutOfRangeCoverNothing) {
  Conditions c;
  c.Add(c.b().True());
  c.Compile();
  const eval::Request request = With("x", Value());
  testing::NativeRequest native(c.set(), request);
  EXPECT_EQ(native.LimitCovers(0), uint32_t{POL_TRUE});
  EXPECT_EQ(native.LimitCovers(1), uint32_t{POL_FALSE});
  EXPECT_EQ(native.MarkCovers(0), uint32_t{POL_FALSE});
  int32_t demand = 5;
  EXPECT_EQ(native.Schema(0, &demand), uint32_t{POL_FALSE});
  EXPECT_EQ(demand, -1);
}

}  // namespace
}  // namespace polc
