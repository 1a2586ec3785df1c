// Counters: exact under threads, processes, kills and stepped clocks, in every
// store; and what a store does when its file is not what it was.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "runtime/limits/store.h"

namespace polc::runtime {
namespace {

using Status = TakeResult::Status;

// 2026-01-15T10:30:00Z, a Thursday.
constexpr int64_t kNow = 1'768'473'000;

Decimal D(std::string_view text) { return *Decimal::OfText(text); }

LimitSpec Spec(std::string name, std::string_view amount, Window window,
               bool rolling = false) {
  return {std::move(name), D(amount), window, rolling};
}

class Directory {
 public:
  Directory() {
    std::string name = ::testing::TempDir() + "polc_limits_XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  std::string file() const { return path_ + "/state.db"; }
  std::string url() const { return "sqlite:" + file(); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::unique_ptr<Store> Open(const std::string& url) {
  std::string error;
  auto store = OpenStore(url, &error);
  EXPECT_NE(store, nullptr) << error;
  return store;
}

TakeResult Take(Store* store, const LimitSpec& limit, std::string_view key,
                std::string_view amount, int64_t now,
                TakeMode mode = TakeMode::kTake) {
  const Draw draw{&limit, key, D(amount)};
  return store->Take({&draw, 1}, now, mode);
}

bool Takes(Store* store, const LimitSpec& limit, std::string_view key,
           std::string_view amount, int64_t now) {
  return Take(store, limit, key, amount, now).status == Status::kTaken;
}

/// How often 1 can be taken still.
int Room(Store* store, const LimitSpec& limit, std::string_view key,
         int64_t now) {
  int n = 0;
  while (Takes(store, limit, key, "1", now)) ++n;
  return n;
}

void Sql(const std::string& file, const char* sql) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(db);
  sqlite3_close(db);
}

/// Gives the only limit in the file as many counters as it may have; to take
/// them one by one would be a test of the disk.
void FillTables(const std::string& file) {
  Sql(file,
      "INSERT INTO counters(limit_id, key, last) WITH RECURSIVE n(i) AS "
      "(VALUES (2) UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
      "SELECT l.id, randomblob(32), l.latest FROM n, limits l;"
      "UPDATE limits SET live = (SELECT count(*) FROM counters);");
}

/// Runs `body` in a child; its exit status is what body returns.
template <typename Body>
pid_t Fork(Body body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  return child;
}

int Wait(pid_t child) {
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(WindowTest, HoldsItsInstant) {
  struct Case {
    Window window;
    int64_t now, start, end;
  };
  const Case cases[] = {
      {Window::kSecond, kNow, kNow, kNow + 1},
      {Window::kMinute, kNow + 59, kNow, kNow + 60},
      {Window::kHour, kNow, kNow - 1800, kNow + 1800},
      {Window::kDay, kNow, 1'768'435'200, 1'768'521'600},
      // Monday 2026-01-12 to Monday 2026-01-19.
      {Window::kWeek, kNow, 1'768'176'000, 1'768'780'800},
      {Window::kWeek, 1'768'175'999, 1'767'571'200, 1'768'176'000},
      {Window::kMonth, kNow, 1'767'225'600, 1'769'904'000},
      // February of a leap year.
      {Window::kMonth, 1'709'210'096, 1'706'745'600, 1'709'251'200},
      {Window::kMonth, 0, 0, 31 * 86'400},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(WindowStart(c.window, c.now), c.start) << c.now;
    EXPECT_EQ(WindowEnd(c.window, c.now), c.end) << c.now;
  }
}

TEST(CounterKeyTest, TellsNeighboursApart) {
  const std::vector<std::string> lists[] = {
      {"a", "b.c"}, {"a.b", "c"}, {"a.b.c"}, {"a", "b", "c"}, {},
      {""},         {"", ""},     {"1:a"},   {"a", ""},       {"", "a"},
  };
  std::set<std::string> keys;
  for (const auto& list : lists) keys.insert(CounterKey(list));
  EXPECT_EQ(keys.size(), std::size(lists));
}

// Everything that all stores must do.
class StoreTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override { store_ = Open(url()); }
  std::string url() const { return GetParam() ? directory_.url() : "memory:"; }

  Directory directory_;
  std::unique_ptr<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(Stores, StoreTest, ::testing::Bool(),
                         [](const auto& info) {
                           return info.param ? "Sqlite" : "Memory";
                         });

TEST_P(StoreTest, IsExactUnderThreads) {
  const LimitSpec limit = Spec("p.l", "1000", Window::kDay);
  std::atomic<int> taken = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 250; ++n) {
        taken += Takes(store_.get(), limit, "k", "1", kNow);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, 1000);
}

TEST_P(StoreTest, RollsWithTheWindowAndSaysWhen) {
  const LimitSpec limit = Spec("p.l", "2", Window::kMinute);
  EXPECT_EQ(Room(store_.get(), limit, "k", kNow + 7), 2);
  const TakeResult result = Take(store_.get(), limit, "k", "1", kNow + 7);
  ASSERT_EQ(result.status, Status::kShort);
  ASSERT_EQ(result.shortages.size(), 1u);
  EXPECT_EQ(result.shortages[0].retry_after, 53);
  EXPECT_EQ(Room(store_.get(), limit, "other", kNow + 7), 2);
  EXPECT_EQ(Room(store_.get(), limit, "k", kNow + 59), 0);
  EXPECT_EQ(Room(store_.get(), limit, "k", kNow + 60), 2);
}

TEST_P(StoreTest, NeverRefillsWhenTheClockStepsBack) {
  for (const bool rolling : {false, true}) {
    const LimitSpec limit = Spec("p.l", "3", Window::kMinute, rolling);
    EXPECT_EQ(Room(store_.get(), limit, "k", kNow), 3);
    EXPECT_EQ(Room(store_.get(), limit, "k", kNow - 3600), 0);
    EXPECT_FALSE(Takes(store_.get(), limit, "k", "1", kNow + 30));
    // Ten years ahead by mistake, with another key, and back: what the first
    // key used must not be forgotten.
    constexpr int64_t kLater = kNow + 315'360'000;
    const LimitSpec day = Spec("p.d", "3", Window::kDay, rolling);
    EXPECT_EQ(Room(store_.get(), day, "k", kNow), 3);
    EXPECT_TRUE(Takes(store_.get(), day, "other", "1", kLater));
    EXPECT_EQ(Room(store_.get(), day, "k", kLater), 3);
    EXPECT_EQ(Room(store_.get(), day, "k", kNow), 0);
    const TakeResult result = Take(store_.get(), day, "k", "1", kNow);
    ASSERT_EQ(result.shortages.size(), 1u);
    EXPECT_GT(result.shortages[0].retry_after, 315'000'000);
  }
}

TEST_P(StoreTest, RollingWindowsForgetLateNeverEarly) {
  const LimitSpec limit = Spec("p.l", "2", Window::kHour, true);
  EXPECT_TRUE(Takes(store_.get(), limit, "k", "1", kNow + 59));
  EXPECT_TRUE(Takes(store_.get(), limit, "k", "1", kNow + 60));
  EXPECT_FALSE(Takes(store_.get(), limit, "k", "1", kNow + 60));
  const TakeResult result = Take(store_.get(), limit, "k", "1", kNow + 100);
  ASSERT_EQ(result.shortages.size(), 1u);
  EXPECT_EQ(result.shortages[0].retry_after, 3660 - 100);
  EXPECT_FALSE(Takes(store_.get(), limit, "k", "1", kNow + 3659));
  EXPECT_TRUE(Takes(store_.get(), limit, "k", "1", kNow + 3660));
  EXPECT_FALSE(Takes(store_.get(), limit, "k", "1", kNow + 3660));
}

TEST_P(StoreTest, CountsDecimalsExactly) {
  const LimitSpec limit = Spec("p.l", "99", Window::kDay);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(Takes(store_.get(), limit, "k", "0.99", kNow)) << i;
  }
  EXPECT_FALSE(Takes(store_.get(), limit, "k", "0.000000001", kNow));
  EXPECT_TRUE(Takes(store_.get(), limit, "k", "0", kNow));
}

TEST_P(StoreTest, CountsNearTheBound) {
  const LimitSpec limit =
      Spec("p.l", "999999999999999.999999999", Window::kMonth);
  EXPECT_TRUE(
      Takes(store_.get(), limit, "k", "999999999999999.999999998", kNow));
  EXPECT_FALSE(
      Takes(store_.get(), limit, "k", "999999999999999.999999999", kNow));
  EXPECT_FALSE(Takes(store_.get(), limit, "k", "0.000000002", kNow));
  EXPECT_TRUE(Takes(store_.get(), limit, "k", "0.000000001", kNow));
  EXPECT_FALSE(Takes(store_.get(), limit, "k", "0.000000001", kNow));
}

TEST_P(StoreTest, SaysWhatNeverFits) {
  const LimitSpec limit = Spec("p.l", "5", Window::kDay);
  for (const char* amount : {"5.000000001", "-1", "-0.000000001"}) {
    const TakeResult result = Take(store_.get(), limit, "k", amount, kNow);
    ASSERT_EQ(result.status, Status::kShort) << amount;
    EXPECT_EQ(result.shortages[0].retry_after, std::nullopt);
  }
  EXPECT_EQ(Room(store_.get(), limit, "k", kNow), 5);
  const LimitSpec nothing = Spec("p.none", "0", Window::kDay);
  EXPECT_FALSE(Takes(store_.get(), nothing, "k", "1", kNow));
}

TEST_P(StoreTest, TakesAllOrNone) {
  const LimitSpec a = Spec("p.a", "10", Window::kDay);
  const LimitSpec b = Spec("p.b", "1", Window::kDay);
  EXPECT_TRUE(Takes(store_.get(), b, "k", "1", kNow));
  const Draw draws[] = {{&a, "k", D("1")}, {&b, "k", D("1")}};
  const TakeResult result = store_->Take(draws, kNow, TakeMode::kTake);
  ASSERT_EQ(result.status, Status::kShort);
  ASSERT_EQ(result.shortages.size(), 1u);
  EXPECT_EQ(result.shortages[0].draw, 1u);
  EXPECT_EQ(Room(store_.get(), a, "k", kNow), 10);
  EXPECT_EQ(store_->Take(Going{}, kNow, TakeMode::kTake).status,
            Status::kTaken);
}

TEST_P(StoreTest, AddsUpDrawsOfOneCounter) {
  const LimitSpec limit = Spec("p.l", "3", Window::kDay);
  const Draw two[] = {{&limit, "k", D("2")}, {&limit, "k", D("2")}};
  EXPECT_EQ(store_->Take(two, kNow, TakeMode::kTake).status, Status::kShort);
  const Draw three[] = {{&limit, "k", D("1")}, {&limit, "k", D("2")}};
  EXPECT_EQ(store_->Take(three, kNow, TakeMode::kTake).status, Status::kTaken);
  EXPECT_EQ(Room(store_.get(), limit, "k", kNow), 0);
}

TEST_P(StoreTest, LooksWithoutTaking) {
  const LimitSpec limit = Spec("p.l", "1", Window::kDay);
  for (int i = 0; i < 3; ++i) {
    const auto result =
        Take(store_.get(), limit, "k", "1", kNow, TakeMode::kLook);
    EXPECT_EQ(result.status, Status::kTaken);
    EXPECT_TRUE(result.receipt.empty());
  }
  EXPECT_EQ(Room(store_.get(), limit, "k", kNow), 1);
  EXPECT_EQ(Take(store_.get(), limit, "k", "1", kNow, TakeMode::kLook).status,
            Status::kShort);
}

TEST_P(StoreTest, RefundsToTheWindowItCameFrom) {
  const LimitSpec limit = Spec("p.l", "2.5", Window::kMinute);
  const TakeResult first = Take(store_.get(), limit, "k", "2.25", kNow);
  EXPECT_FALSE(Takes(store_.get(), limit, "k", "2.5", kNow));
  EXPECT_TRUE(store_->Refund(first.receipt));
  const TakeResult second = Take(store_.get(), limit, "k", "2.5", kNow);
  ASSERT_EQ(second.status, Status::kTaken);
  // In the next minute it is too late to give back.
  EXPECT_TRUE(Takes(store_.get(), limit, "k", "2.5", kNow + 60));
  EXPECT_TRUE(store_->Refund(second.receipt));
  EXPECT_FALSE(Takes(store_.get(), limit, "k", "0.5", kNow + 60));
  EXPECT_TRUE(store_->Refund({}));
}

TEST_P(StoreTest, KeepsCountersApart) {
  const LimitSpec limit = Spec("p.l", "1", Window::kDay);
  const std::string keys[] = {CounterKey(std::vector<std::string>{"a", "b.c"}),
                              CounterKey(std::vector<std::string>{"a.b", "c"}),
                              "n1",
                              "s1",
                              "",
                              std::string("s\0x", 3),
                              "s",
                              std::string(1 << 20, 'x'),
                              "s\xff"};
  for (const std::string& key : keys) {
    EXPECT_EQ(Room(store_.get(), limit, key, kNow), 1);
  }
  const LimitSpec others[] = {Spec("p.l", "1", Window::kHour),
                              Spec("p.l", "1", Window::kDay, true),
                              Spec("p.m", "1", Window::kDay)};
  for (const LimitSpec& other : others) {
    EXPECT_EQ(Room(store_.get(), other, "n1", kNow), 1);
  }
  // Another amount keeps the counter.
  EXPECT_EQ(Room(store_.get(), Spec("p.l", "4", Window::kDay), "n1", kNow), 3);
}

TEST_P(StoreTest, TakesAbsurdClocks) {
  const LimitSpec limit = Spec("p.l", "1", Window::kMonth);
  EXPECT_TRUE(Takes(store_.get(), limit, "k", "1", INT64_MIN));
  EXPECT_FALSE(Takes(store_.get(), limit, "k", "1", 5));
  EXPECT_TRUE(Takes(store_.get(), limit, "k", "1", INT64_MAX));
  EXPECT_FALSE(Takes(store_.get(), limit, "k", "1", INT64_MAX));
}

TEST_P(StoreTest, BoundsTheKeysThatAreAlive) {
  const LimitSpec limit = Spec("p.l", "5", Window::kMinute);
  const size_t taken = GetParam() ? 1 : kMaxLiveKeys;
  for (size_t i = 0; i < taken; ++i) {
    ASSERT_TRUE(Takes(store_.get(), limit, "k" + std::to_string(i), "1", kNow));
  }
  if (GetParam()) FillTables(directory_.file());
  const TakeResult result = Take(store_.get(), limit, "one more", "1", kNow);
  ASSERT_EQ(result.status, Status::kShort);
  EXPECT_EQ(result.shortages[0].retry_after, 60);
  EXPECT_TRUE(Takes(store_.get(), limit, "k0", "1", kNow));
  EXPECT_TRUE(
      Takes(store_.get(), Spec("p.m", "5", Window::kMinute), "k", "1", kNow));
  EXPECT_TRUE(Takes(store_.get(), limit, "one more", "1", kNow + 60));
  EXPECT_TRUE(Takes(store_.get(), limit, "and more", "1", kNow + 60));
}

TEST(SqliteStoreTest, IsExactAcrossProcesses) {
  const Directory directory;
  const LimitSpec limit = Spec("p.l", "300", Window::kDay);
  std::vector<pid_t> children;
  for (int i = 0; i < 2; ++i) {
    children.push_back(Fork([&] {
      auto store = Open(directory.url());
      int taken = 0;
      for (int n = 0; n < 200; ++n) {
        // Busy is a refusal, but not for lack of room.
        TakeResult result;
        do {
          result = Take(store.get(), limit, "k", "1", kNow);
        } while (result.status == Status::kUnavailable);
        taken += result.status == Status::kTaken;
      }
      return taken;
    }));
  }
  int taken = 0;
  for (const pid_t child : children) taken += Wait(child);
  EXPECT_EQ(taken, 300);
}

TEST(SqliteStoreTest, LosesNothingAcknowledgedWhenKilled) {
  const Directory directory;
  const LimitSpec limit = Spec("p.l", "1000000", Window::kDay);
  int acknowledged = 0;
  constexpr int kRounds = 8;
  for (int round = 0; round < kRounds; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = Fork([&] {
      auto store = Open(directory.url());
      while (Takes(store.get(), limit, "k", "1", kNow)) {
        if (write(ends[1], "x", 1) != 1) break;
      }
      return 1;
    });
    close(ends[1]);
    char byte = 0;
    // Killed after so many acknowledgements, wherever it then is.
    for (int n = 0; n < 20 + 7 * round; ++n) {
      ASSERT_EQ(read(ends[0], &byte, 1), 1);
      ++acknowledged;
    }
    kill(child, SIGKILL);
    while (read(ends[0], &byte, 1) == 1) ++acknowledged;
    close(ends[0]);
    EXPECT_EQ(Wait(child), -1);
  }
  auto store = Open(directory.url());
  const std::string used = std::to_string(acknowledged + kRounds);
  const LimitSpec most = Spec("p.l", used, Window::kDay);
  // At most one take of each round was committed and not acknowledged.
  EXPECT_LE(Room(store.get(), most, "k", kNow), kRounds);
  const LimitSpec least =
      Spec("p.l", std::to_string(acknowledged), Window::kDay);
  EXPECT_FALSE(Takes(store.get(), least, "k", "1", kNow));
}

TEST(SqliteStoreTest, SurvivesReopening) {
  const Directory directory;
  const LimitSpec limit = Spec("p.l", "3", Window::kDay);
  EXPECT_TRUE(Takes(Open(directory.url()).get(), limit, "k", "2", kNow));
  struct stat info{};
  ASSERT_EQ(stat(directory.file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ(Room(Open(directory.url()).get(), limit, "k", kNow), 1);
}

TEST(SqliteStoreTest, IsUnavailableWhileLockedAndComesBack) {
  const Directory directory;
  const LimitSpec limit = Spec("p.l", "3", Window::kDay);
  auto store = Open(directory.url());
  ASSERT_TRUE(Takes(store.get(), limit, "k", "1", kNow));
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(directory.file().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr),
            SQLITE_OK);
  const auto start = std::chrono::steady_clock::now();
  const TakeResult result = Take(store.get(), limit, "k", "1", kNow);
  const auto waited = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(result.status, Status::kUnavailable);
  EXPECT_NE(result.error.find("locked"), std::string::npos) << result.error;
  EXPECT_GE(waited, std::chrono::milliseconds(500));
  EXPECT_LE(waited, std::chrono::seconds(3));
  sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  EXPECT_EQ(Room(store.get(), limit, "k", kNow), 2);
}

TEST(SqliteStoreTest, RefusesFilesThatAreNotSafe) {
  struct Case {
    const char* name;
    void (*make)(const std::string&);
  };
  const Case cases[] = {
      {"symbolic link",
       [](const std::string& file) {
         std::ofstream(file + ".real").put(' ');
         std::filesystem::create_symlink(file + ".real", file);
       }},
      {"dangling link",
       [](const std::string& file) {
         std::filesystem::create_symlink(file + ".real", file);
       }},
      {"link as journal",
       [](const std::string& file) {
         EXPECT_NE(Open("sqlite:" + file), nullptr);
         std::filesystem::create_symlink(file + ".real", file + "-wal");
       }},
      {"directory",
       [](const std::string& file) {
         std::filesystem::create_directory(file);
       }},
      {"FIFO", [](const std::string& file) { mkfifo(file.c_str(), 0600); }},
      {"open to others",
       [](const std::string& file) {
         EXPECT_NE(Open("sqlite:" + file), nullptr);
         chmod(file.c_str(), 0666);
       }},
      {"second name",
       [](const std::string& file) {
         EXPECT_NE(Open("sqlite:" + file), nullptr);
         std::filesystem::create_hard_link(file, file + ".too");
       }},
      {"no database",
       [](const std::string& file) {
         std::ofstream(file) << std::string(5000, 'x');
         chmod(file.c_str(), 0600);
       }},
      {"header overwritten",
       [](const std::string& file) {
         EXPECT_NE(Open("sqlite:" + file), nullptr);
         std::fstream(file) << std::string(100, '\0');
       }},
      {"another program's",
       [](const std::string& file) {
         Sql(file, "CREATE TABLE t(x)");
         chmod(file.c_str(), 0600);
       }},
      {"newer",
       [](const std::string& file) {
         EXPECT_NE(Open("sqlite:" + file), nullptr);
         Sql(file, "PRAGMA user_version = 999");
       }},
  };
  for (const Case& c : cases) {
    const Directory directory;
    c.make(directory.file());
    std::string error;
    EXPECT_EQ(OpenStore(directory.url(), &error), nullptr) << c.name;
    EXPECT_FALSE(error.empty()) << c.name;
  }
  std::string error;
  for (const char* url : {"", "sqlite:", "redis://x", "memory", "memory:x",
                          "sqlite:/nowhere/at/all/state.db", "sqlite:/"}) {
    EXPECT_EQ(OpenStore(url, &error), nullptr) << url;
  }
}

TEST(SqliteStoreTest, RefusesAnotherUsersFile) {
  const Directory directory;
  Open(directory.url());
  // Root can give a file away; for others root's own files are another's.
  std::string url = "sqlite:/etc/passwd";
  if (geteuid() == 0) {
    url = directory.url();
    ASSERT_EQ(chown(directory.file().c_str(), 12345, 12345), 0);
  }
  std::string error;
  EXPECT_EQ(OpenStore(url, &error), nullptr);
  EXPECT_NE(error.find("another user"), std::string::npos) << error;
}

TEST(SqliteStoreTest, NoticesThatItsFileIsGone) {
  const Directory directory;
  const LimitSpec limit = Spec("p.l", "3", Window::kDay);
  auto store = Open(directory.url());
  ASSERT_TRUE(Takes(store.get(), limit, "k", "1", kNow));
  std::filesystem::remove(directory.file());
  EXPECT_EQ(Take(store.get(), limit, "k", "1", kNow).status,
            Status::kUnavailable);
  // Then everybody begins with one new file.
  auto other = Open(directory.url());
  EXPECT_TRUE(Takes(store.get(), limit, "k", "1", kNow));
  EXPECT_EQ(Room(other.get(), limit, "k", kNow), 2);
}

TEST(SqliteStoreTest, DeniesOnCorruptionAndNeverBeginsAnew) {
  const Directory directory;
  const LimitSpec limit = Spec("p.l", "3", Window::kDay);
  auto store = Open(directory.url());
  ASSERT_TRUE(Takes(store.get(), limit, "k", "1", kNow));
  store.reset();  // moves the journal into the file
  std::filesystem::copy(directory.file(), directory.file() + ".good");
  store = Open(directory.url());
  std::filesystem::resize_file(directory.file(), 4096);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Take(store.get(), limit, "k", "1", kNow).status,
              Status::kUnavailable);
  }
  std::filesystem::rename(directory.file() + ".good", directory.file());
  // At the latest the second call finds the file that was put back.
  Take(store.get(), limit, "other", "1", kNow);
  EXPECT_EQ(Room(store.get(), limit, "k", kNow), 2);
}

TEST(SqliteStoreTest, DeniesOnAnImpossibleAmount) {
  const Directory directory;
  const LimitSpec limit = Spec("p.l", "3", Window::kDay);
  auto store = Open(directory.url());
  ASSERT_TRUE(Takes(store.get(), limit, "k", "1", kNow));
  for (const char* whole : {"9223372036854775800", "-5"}) {
    const std::string sql =
        "PRAGMA ignore_check_constraints = 1; UPDATE slots SET whole = " +
        std::string(whole);
    Sql(directory.file(), sql.c_str());
    EXPECT_EQ(Take(store.get(), limit, "k", "1", kNow).status,
              Status::kUnavailable);
  }
}

TEST(SqliteStoreTest, DeniesOnAFullDiskAndComesBack) {
  const Directory directory;
  const pid_t child = Fork([&] {
    const LimitSpec limit = Spec("p.l", "100000", Window::kDay);
    auto store = Open(directory.url());
    if (!Takes(store.get(), limit, "k", "1", kNow)) return 1;
    signal(SIGXFSZ, SIG_IGN);
    rlimit full{};
    getrlimit(RLIMIT_FSIZE, &full);
    const rlimit room = full;
    full.rlim_cur = 4096;  // one more page of the journal is too much
    setrlimit(RLIMIT_FSIZE, &full);
    for (int i = 0; i < 3; ++i) {
      if (Take(store.get(), limit, "k", "1", kNow).status !=
          Status::kUnavailable) {
        return 2;
      }
    }
    setrlimit(RLIMIT_FSIZE, &room);
    if (!Takes(store.get(), limit, "k", "1", kNow)) return 3;
    return Room(store.get(), Spec("p.l", "10", Window::kDay), "k", kNow) == 8
               ? 0
               : 4;
  });
  EXPECT_EQ(Wait(child), 0);
}

TEST(DefaultStateFileTest, MakesItsDirectory) {
  const Directory directory;
  const pid_t child = Fork([&] {
    std::string error;
    struct stat info{};
    setenv("HOME", directory.path().c_str(), 1);
    setenv("XDG_STATE_HOME", "relative", 1);
    const std::string made = directory.path() + "/.local/state/polc";
    if (DefaultStateFile(&error) != made + "/state.db") return 1;
    if (stat(made.c_str(), &info) != 0 || (info.st_mode & 0777) != 0700) {
      return 2;
    }
    setenv("XDG_STATE_HOME", (directory.path() + "/xdg").c_str(), 1);
    if (DefaultStateFile(&error) != directory.path() + "/xdg/polc/state.db") {
      return 3;
    }
    unsetenv("XDG_STATE_HOME");
    unsetenv("HOME");
    return DefaultStateFile(&error).empty() && !error.empty() ? 0 : 4;
  });
  EXPECT_EQ(Wait(child), 0);
}

}  // namespace
}  // namespace polc::runtime
