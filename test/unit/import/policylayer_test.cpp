#include "test/unit/import/import_support.h"

namespace polc::import {
namespace {

class PolicyLayerTest : public ImportTest {
 protected:
  std::string Json(const std::string& text) {
    return Pol(text, "dir/refunds.json");
  }
  std::string JsonProblem(const std::string& text) {
    return Problem(text, "dir/refunds.json");
  }
};

TEST_F(PolicyLayerTest, TranslatesARateCap) {
  EXPECT_EQ(Json(R"({"version": "1", "default": "deny", "tools": {"run-x": {
      "limits": [{"counter": "run-x_rate", "window": "minute", "max": 10,
      "scope": "grant"}]}}})"),
            "policy refunds;\n"
            "limit run_x_rate = 10 per minute per grant on tool \"run-x\";\n"
            "allow listed tool \"run-x\";\n"
            "default deny;\n");
}

TEST_F(PolicyLayerTest, DeniesByConditions) {
  EXPECT_EQ(Json(R"({"version": "1", "default": "allow", "hide": ["*"],
      "tools": {"t": {"deny_if": [{"conditions": [{"path": "args.amount",
      "op": "gt", "value": 100}, {"path": "args.to", "op": "neq", "value":
      "me"}], "on_deny": "too \"much\""}, {"conditions": []}], "require":
      [{"conditions": [{"path": "args.a.odd key", "op": "exists", "value":
      true}]}]}}})"),
            "policy refunds;\n"
            "deny hidden \"hidden by the policy\" tool \"*\";\n"
            "deny require_t tool t when not has args.a[\"odd key\"];\n"
            "deny deny_t\n"
            "  \"too \\\"much\\\"\"\n"
            "  tool t\n"
            "  when has args.amount and args.amount > 100 and "
            "args.to != \"me\";\n"
            "deny deny_t_2 tool t;\n"
            "default allow;\n");
  EXPECT_TRUE(Says("a call without `args.amount` is not denied by this"));
}

TEST_F(PolicyLayerTest, ToolsShareACounterThatBothName) {
  const std::string limit =
      R"({"counter": "writes", "window": "day", "max": 5, "scope": "grant"})";
  EXPECT_EQ(Json(R"({"version": "1", "default": "deny", "tools": {"a":
      {"limits": [)" +
                 limit + R"(]}, "b": {"limits": [)" + limit + "]}}}"),
            "policy refunds;\n"
            "limit writes = 5 per day per grant on tool a, b;\n"
            "allow listed tool a, b;\n"
            "default deny;\n");
}

TEST_F(PolicyLayerTest, NoPolicyDeniesAll) {
  EXPECT_EQ(Json("null\n"), "policy refunds;\ndefault deny;\n");
}

TEST_F(PolicyLayerTest, PiecesPointIntoTheJson) {
  const auto made = Translate(
      R"({"version": "1", "default": "deny", "tools": {"run_checkov": {}}})",
      "refunds.json");
  ASSERT_TRUE(made);
  size_t found = 0;
  for (const Piece& piece : made->pieces) {
    const std::string pol =
        made->pol.substr(piece.pol_begin, piece.pol_end - piece.pol_begin);
    if (!pol.starts_with("allow") && pol != "run_checkov") continue;
    EXPECT_EQ(files_.text(piece.source), "\"run_checkov\"");
    ++found;
  }
  EXPECT_EQ(found, 2u);
}

TEST_F(PolicyLayerTest, ReadsEscapesOfJson) {
  EXPECT_EQ(Json(R"({"version": "1", "default": "deny", "tools": {"t": {
      "deny_if": [{"on_deny": "no \ud83d\ude00 \/ \u202e\t{x}"}]}}})"),
            "policy refunds;\n"
            "deny deny_t \"no \xF0\x9F\x98\x80 / \\u202e\\u0009{{x}}\" tool "
            "t;\n"
            "default deny;\n");
}

TEST_F(PolicyLayerTest, RefusesWhatTheFormatDoesNotDefine) {
  const std::pair<const char*, const char*> rows[] = {
      {"[]", "is an object"},
      {R"({"version": "2", "default": "deny"})", "the only version"},
      {R"({"version": "1"})", "`default` must be"},
      {R"({"version": "1", "default": "deny", "tool": {}})", "no key `tool`"},
      {R"({"version": "1", "default": "deny", "tools": {"a": {}, "a": {}}})",
       "here twice"},
      {R"({"version": "1", "default": "deny", "tools": {"a": {"limits":
          [{"counter": "c", "window": "year", "max": 1, "scope": "grant"}]}}})",
       "`window` is"},
      {R"({"version": "1", "default": "deny", "tools": {"a": {"limits":
          [{"counter": "c", "window": "day", "max": 1, "scope": "ip"}]}}})",
       "the only `scope`"},
      {R"({"version": "1", "default": "deny", "tools": {"a": {"limits":
          [{"counter": "c", "window": "day", "max": -1, "scope": "grant"}]}}})",
       "`max` is"},
      {R"({"version": "1", "default": "deny", "tools": {"a": {"deny_if":
          [{"conditions": [{"path": "args.x", "op": "near", "value": 1}]}]}}})",
       "no operator `near`"},
      {"{\"version\": ", "cannot read this file"},
  };
  for (const auto& [json, problem] : rows) {
    const std::string said = JsonProblem(json);
    EXPECT_NE(said.find(problem), std::string::npos) << said;
  }
}

}  // namespace
}  // namespace polc::import
