// Marks and leases, in every store: set, held and forgotten under any step of
// the clock; decided on and set in one step; leases that end with their taker.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "runtime/limits/store.h"

namespace polc::runtime {
namespace {

using Status = TakeResult::Status;

constexpr int64_t kNow = 1'768'473'000;

Decimal D(std::string_view text) { return *Decimal::OfText(text); }

const MarkSpec kSeen{"p.seen", "grant", 600};

class MarksTest : public ::testing::TestWithParam<const char*> {
 protected:
  MarksTest() {
    std::string name = ::testing::TempDir() + "polc_marks_XXXXXX";
    folder_ = mkdtemp(name.data());
    store_ = Open();
  }
  ~MarksTest() override { std::filesystem::remove_all(folder_); }

  std::string file() const { return folder_ + "/state.db"; }
  bool is_shared() const { return std::string(GetParam()) == "sqlite:"; }
  std::unique_ptr<Store> Open() const {
    std::string error;
    auto store = OpenStore(
        is_shared() ? GetParam() + file() : std::string(GetParam()), &error);
    EXPECT_NE(store, nullptr) << error;
    return store;
  }
  void Sql(const char* sql) const {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(db);
    sqlite3_close(db);
  }

  Status Set(const std::string& holder, int64_t now,
             const MarkSpec& mark = kSeen) {
    const Marking marking{&mark, holder};
    return store_
        ->Take(Going{.draws = {}, .sets = {&marking, 1}}, now, TakeMode::kTake)
        .status;
  }
  bool IsHeld(const std::string& holder, int64_t now,
              const MarkSpec& mark = kSeen) {
    const Marking marking{&mark, holder};
    std::string error;
    const auto held = store_->Held({&marking, 1}, now, &error);
    EXPECT_TRUE(held.has_value()) << error;
    return held && held->at(0);
  }
  TakeResult Lease(const LimitSpec& limit, const std::string& key) {
    const Draw draw{&limit, key, D("1")};
    return store_->Take({&draw, 1}, kNow, TakeMode::kTake);
  }

  std::string folder_;
  std::unique_ptr<Store> store_;
};

// What only a store in a file has: other processes, and what they left.
class MarksFileTest : public MarksTest {};

TEST_P(MarksTest, IsHeldForItsLifetimeByItsHolder) {
  EXPECT_FALSE(IsHeld("a", kNow));
  EXPECT_EQ(Set("a", kNow), Status::kTaken);
  EXPECT_TRUE(IsHeld("a", kNow));
  EXPECT_FALSE(IsHeld("b", kNow));
  EXPECT_TRUE(IsHeld("a", kNow + 599));
  EXPECT_FALSE(IsHeld("a", kNow + 600));
  EXPECT_FALSE(IsHeld("a", kNow, {"p.other", "grant", 600}));
  EXPECT_FALSE(IsHeld("a", kNow, {"p.seen", "session", 600}));
}

TEST_P(MarksTest, SettingItAgainMakesItLastLonger) {
  Set("a", kNow);
  Set("a", kNow + 300);
  EXPECT_TRUE(IsHeld("a", kNow + 899));
  EXPECT_FALSE(IsHeld("a", kNow + 900));
  // A shorter lifetime, of a policy that was loaded since, takes none away.
  Set("a", kNow + 300, {"p.seen", "grant", 1});
  EXPECT_TRUE(IsHeld("a", kNow + 899));
}

TEST_P(MarksTest, AClockThatStepsBackEndsNoMarkTwice) {
  Set("a", kNow);
  Set("b", kNow + 1000);  // the mark's clock from now on
  EXPECT_FALSE(IsHeld("a", kNow + 1)) << "it had ended";
  EXPECT_EQ(Set("a", kNow), Status::kTaken);
  EXPECT_TRUE(IsHeld("a", kNow + 1599));
}

TEST_P(MarksTest, WhatWasDecidedOnIsReadAgain) {
  const Marking read{&kSeen, "a"};
  const MarkSpec other{"p.other", "grant", 60};
  const Marking set{&other, "a"};
  const LimitSpec limit{"p.l", D("5"), Window::kDay};
  const Draw draw{&limit, "k", D("1")};
  const auto go = [&](bool held) {
    return store_
        ->Take(Going{{&draw, 1}, {&set, 1}, {&read, 1}, {held}}, kNow,
               TakeMode::kTake)
        .status;
  };
  EXPECT_EQ(go(true), Status::kChanged);
  EXPECT_FALSE(IsHeld("a", kNow, other)) << "set by a call that did not go out";
  EXPECT_EQ(go(false), Status::kTaken);
  Set("a", kNow);
  EXPECT_EQ(go(false), Status::kChanged);
  EXPECT_EQ(go(true), Status::kTaken);
}

TEST_P(MarksTest, ACallThatIsShortSetsNothing) {
  const LimitSpec limit{"p.l", D("1"), Window::kDay};
  const Draw draw{&limit, "k", D("2")};
  const Marking set{&kSeen, "a"};
  EXPECT_EQ(
      store_->Take(Going{{&draw, 1}, {&set, 1}}, kNow, TakeMode::kTake).status,
      Status::kShort);
  EXPECT_FALSE(IsHeld("a", kNow));
}

TEST_P(MarksFileTest, SurvivesItsProcess) {
  Set("a", kNow);
  store_ = Open();
  EXPECT_TRUE(IsHeld("a", kNow + 599));
}

TEST_P(MarksFileTest, AFullMarkDeniesAndBuriesWhatEnded) {
  Set("a", kNow);
  Sql("INSERT INTO holders(mark_id, key, until) WITH RECURSIVE n(i) AS "
      "(VALUES (2) UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
      "SELECT m.id, randomblob(32), h.until FROM n, marks m, holders h;"
      "UPDATE marks SET live = (SELECT count(*) FROM holders);");
  EXPECT_EQ(Set("b", kNow), Status::kUnavailable);
  EXPECT_EQ(Set("a", kNow), Status::kTaken) << "it is held already";
  EXPECT_EQ(Set("b", kNow + 601), Status::kTaken);
}

TEST_P(MarksTest, ALeaseIsBackWhenItIsGivenBack) {
  const LimitSpec limit{"p.slow", D("2"), Window::kConcurrent};
  const TakeResult first = Lease(limit, "a");
  EXPECT_EQ(first.status, Status::kTaken);
  EXPECT_EQ(LeasesOf(first.receipt).size(), 1u);
  EXPECT_EQ(Lease(limit, "a").status, Status::kTaken);
  const TakeResult third = Lease(limit, "a");
  ASSERT_EQ(third.status, Status::kShort);
  EXPECT_EQ(third.shortages[0].retry_after, std::nullopt);
  EXPECT_EQ(Lease(limit, "b").status, Status::kTaken);
  EXPECT_TRUE(store_->Refund(first.receipt));
  EXPECT_EQ(Lease(limit, "a").status, Status::kTaken);
  EXPECT_TRUE(store_->Refund(first.receipt)) << "twice gives back once";
  EXPECT_EQ(Lease(limit, "a").status, Status::kShort);
}

TEST_P(MarksFileTest, LeasesAreSharedAndEndWithTheirTaker) {
  const LimitSpec limit{"p.slow", D("1"), Window::kConcurrent};
  EXPECT_EQ(Lease(limit, "a").status, Status::kTaken);
  const std::unique_ptr<Store> taker = std::exchange(store_, Open());
  EXPECT_EQ(Lease(limit, "a").status, Status::kShort);
  // The taker is not heard of any more.
  Sql("UPDATE leases SET until = 1");
  EXPECT_EQ(Lease(limit, "a").status, Status::kTaken);
}

TEST_P(MarksFileTest, RenewingKeepsALease) {
  const LimitSpec limit{"p.slow", D("1"), Window::kConcurrent};
  const TakeResult taken = Lease(limit, "a");
  const std::unique_ptr<Store> taker = std::exchange(store_, Open());
  Sql("UPDATE leases SET until = 1");
  EXPECT_TRUE(taker->Renew());
  EXPECT_EQ(Lease(limit, "a").status, Status::kShort);
  // One that was taken for dead comes back with its call.
  Sql("DELETE FROM leases");
  EXPECT_TRUE(taker->Renew());
  EXPECT_EQ(Lease(limit, "a").status, Status::kShort);
  EXPECT_TRUE(taker->Refund(taken.receipt));
  EXPECT_TRUE(taker->Renew());
  EXPECT_EQ(Lease(limit, "a").status, Status::kTaken);
}

TEST_P(MarksFileTest, ALeaseOfAnEarlierBootIsNone) {
  const LimitSpec limit{"p.slow", D("1"), Window::kConcurrent};
  EXPECT_EQ(Lease(limit, "a").status, Status::kTaken);
  Sql("UPDATE leases SET boot = 'another'");
  EXPECT_EQ(Lease(limit, "a").status, Status::kTaken);
}

TEST_P(MarksFileTest, AFileOfTheFirstVersionIsBroughtUpToDate) {
  const LimitSpec limit{"p.l", D("1"), Window::kDay};
  EXPECT_EQ(Lease(limit, "k").status, Status::kTaken);
  store_.reset();
  Sql("DROP TABLE holders; DROP TABLE marks; DROP TABLE leases;"
      "PRAGMA user_version = 1");
  store_ = Open();
  EXPECT_EQ(Lease(limit, "k").status, Status::kShort) << "what was counted";
  EXPECT_EQ(Set("a", kNow), Status::kTaken);
  EXPECT_TRUE(IsHeld("a", kNow));
}

std::string NameOf(const ::testing::TestParamInfo<const char*>& info) {
  return std::string(info.param) == "memory:" ? "Memory" : "Sqlite";
}

INSTANTIATE_TEST_SUITE_P(Stores, MarksTest,
                         ::testing::Values("memory:", "sqlite:"), NameOf);
INSTANTIATE_TEST_SUITE_P(Stores, MarksFileTest, ::testing::Values("sqlite:"),
                         NameOf);

}  // namespace
}  // namespace polc::runtime
