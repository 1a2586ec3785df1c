#include "runtime/engine.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <memory>
#include <string>

#include "test/unit/runtime/fake_code.h"

namespace polc::runtime {
namespace {

class EngineTest : public ::testing::Test {
 protected:
  /// The decision on a request as `polc eval` reads it, charges taken.
  std::string Decide(const std::string& request) {
    RequestDocument document;
    const auto error =
        document.Read(request, {.server = "s", .now = 1'000'000'000});
    if (error) return "malformed: " + *error;
    Decision decision = engine_->Decide(document.view());
    Settle(store_.get(), document.view().now, &decision);
    return DecisionJson(decision);
  }

  std::unique_ptr<Engine> engine_ = testing::FakeEngine();
  std::unique_ptr<Store> store_ = MakeMemoryStore();
};

constexpr const char* kNoCharges =
    R"(,"charges":[],"retry_after":null,"marks":[]})";

TEST_F(EngineTest, SaysWhichRuleAndWhy) {
  EXPECT_EQ(Decide(R"({"tool":"delete_repo","args":{"id":"a\nb"}})"),
            R"({"decision":"deny","by":"rule","rule":"f.no_delete",)"
            R"("reason":"not a\\u{a}b")" +
                std::string(kNoCharges));
  EXPECT_EQ(Decide(R"({"tool":"delete_repo"})"),
            R"({"decision":"deny","by":"rule","rule":"f.no_delete",)"
            R"x("reason":"not (absent)")x" +
                std::string(kNoCharges));
  EXPECT_EQ(Decide(R"({"tool":"pay","args":{"amount":2000}})"),
            R"({"decision":"ask","by":"rule","rule":"f.big",)"
            R"("reason":"rule `f.big` asks for approval")" +
                std::string(kNoCharges));
  EXPECT_EQ(Decide(R"({"tool":"pay","args":{"amount":-1}})"),
            R"({"decision":"deny","by":"default","rule":null,)"
            R"("reason":"no rule of policy `f` allows this call")" +
                std::string(kNoCharges));
}

TEST_F(EngineTest, DeniesErrors) {
  const std::string denial =
      R"({"decision":"deny","by":"error","rule":"f.big",)"
      R"("reason":"rule `f.big` could not be decided: `args.amount` is )"
      R"(missing or of the wrong type")" +
      std::string(kNoCharges);
  for (const char* amount :
       {"\"60\"", "true", "null", "[60]", "{\"v\":60}", "9007199254740993"}) {
    EXPECT_EQ(Decide(R"({"tool":"pay","args":{"amount":)" +
                     std::string(amount) + "}}"),
              denial)
        << amount;
  }
  EXPECT_EQ(Decide(R"({"tool":"pay"})"), denial);
}

TEST_F(EngineTest, TakesWhatTheCallCosts) {
  EXPECT_EQ(Decide(R"({"tool":"pay","args":{"amount":0.99}})"),
            R"({"decision":"allow","by":"rule","rule":"f.pay","reason":"",)"
            R"("charges":[{"limit":"f.budget","key":{},"amount":0.99}],)"
            R"("retry_after":null,"marks":[]})");
  EXPECT_NE(Decide(R"({"tool":"pay","args":{"amount":99.02}})")
                .find(R"("by":"limit","rule":"f.budget")"),
            std::string::npos);
  EXPECT_NE(Decide(R"({"tool":"pay","args":{"amount":99.01}})").find("allow"),
            std::string::npos);
  // More places than are counted: no cost, no call.
  EXPECT_NE(
      Decide(R"({"tool":"pay","args":{"amount":1e-10}})").find("\"error\""),
      std::string::npos);
}

TEST_F(EngineTest, CountsForEachKeyAndSaysHowLongToWait) {
  const std::string call = R"({"tool":"echo","caller":{"grant":"ci"}})";
  EXPECT_NE(Decide(call).find(
                R"([{"limit":"f.calls","key":{"grant":"ci"},"amount":1}])"),
            std::string::npos);
  Decide(call);
  EXPECT_EQ(Decide(call),
            R"({"decision":"deny","by":"limit","rule":"f.calls",)"
            R"("reason":"limit `f.calls` is used up; try again in 20 seconds",)"
            R"("charges":[],"retry_after":20,"marks":[]})");
  EXPECT_NE(Decide(R"({"tool":"echo"})").find("allow"), std::string::npos);
}

TEST_F(EngineTest, HoldsTheSchema) {
  EXPECT_EQ(Decide(R"({"tool":"echo","args":{"text":"a","x":1}})"),
            R"({"decision":"deny","by":"schema","rule":null,)"
            R"("reason":"`args` must have no member but `text`")" +
                std::string(kNoCharges));
  EXPECT_EQ(Decide(R"({"tool":"rename_repo"})"),
            R"({"decision":"deny","by":"schema","rule":null,)"
            R"("reason":"the server has no tool `rename_repo`")" +
                std::string(kNoCharges));
}

TEST_F(EngineTest, WalksLists) {
  const auto decide = [&](const std::string& tags) {
    return Decide(R"({"tool":"tag","args":{"tags":)" + tags + "}}");
  };
  EXPECT_NE(decide("[]").find("allow"), std::string::npos);
  EXPECT_NE(decide(R"(["a",["b"],"c"])").find("default"), std::string::npos);
  EXPECT_NE(decide(R"(["a","b"])").find("allow"), std::string::npos);
  EXPECT_NE(decide(R"("a")").find("error"), std::string::npos);
}

TEST_F(EngineTest, ShowsWhatSomeCallCouldUse) {
  const Caller caller;
  EXPECT_TRUE(engine_->ToolVisible("s", caller, "echo"));
  EXPECT_TRUE(engine_->ToolVisible("s", caller, "pay"));
  EXPECT_FALSE(engine_->ToolVisible("s", caller, "delete_repo"));
  EXPECT_FALSE(engine_->ToolVisible("s", caller, "unknown"));
}

TEST_F(EngineTest, ReadsRequestsStrictly) {
  for (const char* request :
       {"", "[]", "{}", R"({"tool":"a","tool":"b"})", R"({"tool":1})",
        R"({"tool":"echo","other":1})", R"({"tool":"e cho"})",
        R"({"tool":"echo","args":[]})", R"({"tool":"echo","now":"today"})",
        R"({"tool":"echo","prompt":"p"})", R"({"method":"resources/read"})",
        R"({"tool":"echo","caller":{"roles":[1]}})",
        R"({"resource":"a","args":{"uri":"b"}})"}) {
    EXPECT_TRUE(Decide(request).starts_with("malformed: ")) << request;
  }
  EXPECT_NE(Decide(R"({"resource":"file:///docs"})").find("allow"),
            std::string::npos);
}

TEST_F(EngineTest, GivesAResourceItsUri) {
  RequestDocument document;
  ASSERT_FALSE(document.Read(R"({"resource":"u","args":{"x":1}})", {}));
  EXPECT_EQ(document.view().args.Find("uri").text(), "u");
  EXPECT_EQ(document.view().args.Find("x").number(), 1);
}

TEST(EngineCreateTest, RefusesDamagedCode) {
  pol_code code = {};
  std::string error;
  EXPECT_FALSE(Engine::Create(code, nullptr, &error));
  code.abi_version = POL_ABI_VERSION;
  code.size = sizeof code;
  EXPECT_FALSE(Engine::Create(code, nullptr, &error));
  Manifest manifest;
  manifest.rules.emplace_back();  // of a policy that is not there
  const std::string bytes = EncodeManifest(manifest);
  code.manifest = reinterpret_cast<const uint8_t*>(bytes.data());
  code.manifest_size = bytes.size();
  EXPECT_FALSE(Engine::Create(code, nullptr, &error));
  EXPECT_FALSE(error.empty());
}

TEST(EngineCreateTest, RefusesAnIntervalThatEndsAtNoNumber) {
  const auto engine = [](double lo, double hi) {
    Manifest manifest = testing::FakeManifest();
    ManifestCalculation& made = manifest.calculations.emplace_back();
    made.operation = 3;  // ir::Calculation::kIn
    made.left.emplace_back().text = "1";
    made.intervals.push_back(
        {std::bit_cast<uint64_t>(lo), std::bit_cast<uint64_t>(hi)});
    return testing::FakeEngine(manifest);
  };
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(engine(1, std::numeric_limits<double>::infinity()));
  EXPECT_FALSE(engine(1, kNone));
  EXPECT_FALSE(engine(kNone, 1));
}

}  // namespace
}  // namespace polc::runtime
