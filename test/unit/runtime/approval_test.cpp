// Approvals, on the hand-written policy of fake_code.h.
#include "runtime/approval.h"

#include <gtest/gtest.h>

#include "test/unit/runtime/fake_code.h"

namespace polc::runtime {
namespace {

constexpr int64_t kNow = 1'000'000;
constexpr int64_t kWithin = 600;

class ApprovalTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_FALSE(document_.Read(
        R"({"tool":"pay","args":{"amount":5000},"caller":{"subject":"bot"}})",
        {"s", kNow}));
    request_ = document_.view();
    ask_.decision = engine_->Decide(request_);
    ask_.asked_at = kNow;
    ask_.subject = "bot";
    EXPECT_TRUE(Settle(store_.get(), kNow, &ask_.decision).empty());
    ASSERT_EQ(ask_.decision.effect, Effect::kAsk);
  }
  Answered ApproveAt(int64_t now, const Approver& approver) {
    request_.now = now;
    return Approve(*engine_, store_.get(), request_, approver, &ask_);
  }

  std::unique_ptr<Engine> engine_ = testing::FakeEngine();
  std::unique_ptr<Store> store_ = MakeMemoryStore();
  RequestDocument document_;
  RequestView request_;
  Ask ask_;
};

TEST_F(ApprovalTest, ApprovedItGoesOutWithoutTheChargeThatWasShort) {
  ASSERT_EQ(ask_.decision.grounds.limits.size(), 1u);
  const Answered answered =
      ApproveAt(kNow + kWithin - 1, {"alice", {{"boss"}}});
  EXPECT_EQ(answered.decision.effect, Effect::kAllow);
  EXPECT_EQ(answered.decision.by, By::kRule);
  EXPECT_EQ(answered.decision.rule, "f.big");
  EXPECT_EQ(answered.decision.reason, "");
  EXPECT_TRUE(answered.decision.charges.empty());
  EXPECT_TRUE(answered.taken.empty());
  EXPECT_FALSE(answered.is_open);
}

TEST_F(ApprovalTest, EndsWithItsTime) {
  for (const int64_t now : {kNow + kWithin, kNow - 1}) {
    const Answered answered = ApproveAt(now, {"alice", {}});
    EXPECT_EQ(answered.decision.effect, Effect::kDeny);
    EXPECT_EQ(answered.decision.by, By::kApproval);
    EXPECT_EQ(answered.decision.rule, "f.big");
    EXPECT_EQ(answered.decision.reason,
              "nobody approved this call within 600 seconds");
    EXPECT_FALSE(answered.is_open);
  }
}

TEST_F(ApprovalTest, NobodyApprovesTheirOwnCall) {
  const Answered answered = ApproveAt(kNow, {"bot", {{"boss"}}});
  EXPECT_EQ(answered.decision.effect, Effect::kDeny);
  EXPECT_EQ(answered.decision.by, By::kApproval);
  EXPECT_TRUE(answered.is_open);
  EXPECT_EQ(ApproveAt(kNow, {{}, {}}).decision.effect, Effect::kAllow);
}

TEST_F(ApprovalTest, WantsTheRoleThatTheRuleNames) {
  ask_.decision.grounds.limits.clear();
  const Answered answered = ApproveAt(kNow, {"alice", {{"clerk"}}});
  EXPECT_EQ(answered.decision.effect, Effect::kDeny);
  EXPECT_EQ(answered.decision.reason, "role `boss` must approve this call");
  EXPECT_TRUE(answered.is_open);
}

TEST_F(ApprovalTest, WaitsForEveryoneWhoMustApprove) {
  // Anyone may let a limit be passed; the rule's ask stays.
  const Answered first = ApproveAt(kNow + 1, {"alice", {{"clerk"}}});
  EXPECT_EQ(first.decision.effect, Effect::kAsk);
  EXPECT_TRUE(first.is_open);
  const Answered second = ApproveAt(kNow + 2, {"eve", {{"boss"}}});
  EXPECT_EQ(second.decision.effect, Effect::kAllow);
}

TEST_F(ApprovalTest, ARejectionDenies) {
  const Answered answered = Reject(ask_);
  EXPECT_EQ(answered.decision.effect, Effect::kDeny);
  EXPECT_EQ(answered.decision.by, By::kApproval);
  EXPECT_EQ(answered.decision.rule, "f.big");
  EXPECT_FALSE(answered.is_open);
}

}  // namespace
}  // namespace polc::runtime
