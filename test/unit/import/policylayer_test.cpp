#include "compiler/import/policylayer.h"

#include <gtest/gtest.h>

namespace polc::import {
namespace {

class PolicyLayerTest : public testing::Test {
 protected:
  std::string Pol(const std::string& json) {
    file_ = files_.Add("dir/refunds.json", json);
    const auto made = FromPolicyLayer(files_, file_, &diags_);
    if (!made) return "";
    pieces_ = made->pieces;
    return made->pol;
  }
  std::string Problem(const std::string& json) {
    EXPECT_EQ(Pol(json), "") << json;
    return diags_.all().empty() ? "" : diags_.all().back().message;
  }

  source::Files files_;
  source::FileId file_;
  diag::Diagnostics diags_;
  std::vector<Piece> pieces_;
};

TEST_F(PolicyLayerTest, TranslatesARateCap) {
  EXPECT_EQ(Pol(R"({"version": "1", "default": "deny", "tools": {"run-x": {
      "limits": [{"counter": "run-x_rate", "window": "minute", "max": 10,
      "scope": "grant"}]}}})"),
            "policy refunds;\n"
            "limit limit_run_x_rate = 10 per minute per grant;\n"
            "allow allow_run_x tool \"run-x\" charge limit_run_x_rate;\n"
            "default deny;\n");
}

TEST_F(PolicyLayerTest, ConditionsAreTwoValuedAsInTheSource) {
  EXPECT_EQ(Pol(R"({"version": "1", "default": "allow", "hide": ["*"],
      "tools": {"t": {"deny_if": [{"conditions": [{"path": "args.amount",
      "op": "gt", "value": 100}, {"path": "args.to", "op": "neq", "value":
      "me"}], "on_deny": "too \"much\""}, {"conditions": []}], "require":
      [{"conditions": [{"path": "args.a.odd key", "op": "exists", "value":
      true}]}]}}})"),
            "policy refunds;\n"
            "deny hide_all \"hidden by the policy\" tool \"*\";\n"
            "deny require_t tool \"t\" when not (has args.a[\"odd key\"]);\n"
            "deny deny_t \"too \\\"much\\\"\" tool \"t\" when (has args.amount "
            "and args.amount is number and args.amount > 100) and (has args.to "
            "and not (has args.to and args.to is string and args.to == "
            "\"me\"));\n"
            "deny deny_t_2 tool \"t\" when true;\n"
            "allow allow_t tool \"t\";\n"
            "default allow;\n");
}

TEST_F(PolicyLayerTest, PiecesPointIntoTheJson) {
  const std::string pol = Pol(
      R"({"version": "1", "default": "deny", "tools": {"run_checkov": {}}})");
  ASSERT_FALSE(pieces_.empty());
  for (const Piece& piece : pieces_) {
    if (pol.substr(piece.pol_begin, 5) != "allow") continue;
    EXPECT_EQ(files_.text(piece.source), "\"run_checkov\"");
  }
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
      {R"({"version": "1", "default": "deny", "tools": {"a": {"deny_if":
          [{"conditions": [{"path": "args.x", "op": "near", "value": 1}]}]}}})",
       "no operator `near`"},
      {"{\"version\": ", "cannot read this file"},
  };
  for (const auto& [json, problem] : rows) {
    const std::string said = Problem(json);
    EXPECT_NE(said.find(problem), std::string::npos) << said;
  }
}

}  // namespace
}  // namespace polc::import
