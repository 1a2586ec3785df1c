// The audit log: one valid line a record whatever is in it, a chain that shows
// every tampering, and no success for what is not wholly written.
#include "runtime/audit/audit.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include "runtime/json/reader.h"
#include "runtime/sha256.h"

namespace polc::runtime {
namespace {

class Directory {
 public:
  Directory() {
    std::string name = ::testing::TempDir() + "polc_audit_XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  std::string file() const { return path_ + "/audit.jsonl"; }

 private:
  std::string path_;
};

AuditRecord Record(int n = 0) {
  AuditRecord record;
  record.time_ms = 1'768'473'000'123 + n;
  record.grant = "ci";
  record.subject = "alice";
  record.client_name = "agent";
  record.client_version = "1.2";
  record.server = "ecs";
  record.method = "tools/call";
  record.target_kind = "tool";
  record.target = "delete_service";
  record.args = {"cluster", "force"};
  record.args_sha256 = Sha256Hex("{}");
  record.decision = "deny";
  record.by = "rule";
  record.rule = "ecs.no_delete";
  record.reason = "Call number " + std::to_string(n);
  record.charges = {{"ecs.calls", {{"grant", "ci"}}, *Decimal::OfText("0.5")}};
  record.marks = {"ecs.seen"};
  record.policy = "ab12";
  record.latency_ns = 1234;
  return record;
}

std::unique_ptr<AuditLog> Open(const std::string& path) {
  AuditLog::Opened opened = AuditLog::Open(path);
  EXPECT_NE(opened.log, nullptr) << opened.problem;
  return std::move(opened.log);
}

std::string Problem(const std::string& path) {
  const AuditLog::Opened opened = AuditLog::Open(path);
  EXPECT_EQ(opened.log, nullptr);
  return opened.problem;
}

std::string ReadAll(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

std::vector<std::string> Lines(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

void Write(const std::string& path, const std::vector<std::string>& lines) {
  std::ofstream out(path);
  for (const std::string& line : lines) out << line << '\n';
}

template <typename Body>
int InChild(Body body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(AuditLineTest, IsAsTheContractSays) {
  EXPECT_EQ(AuditLine(Record(), std::string(64, '0')),
            R"({"v":1,"time":"2026-01-15T10:30:00.123Z",)"
            R"("caller":{"grant":"ci","subject":"alice"},)"
            R"("client":{"name":"agent","version":"1.2"},"server":"ecs",)"
            R"("method":"tools/call","tool":"delete_service",)"
            R"("args":["cluster","force"],"args_sha256":")" +
                Sha256Hex("{}") +
                R"(","decision":"deny","by":"rule","rule":"ecs.no_delete",)"
                R"("reason":"Call number 0","charges":[{"limit":"ecs.calls",)"
                R"("key":{"grant":"ci"},"amount":0.5}],"marks":["ecs.seen"],)"
                R"("policy":"ab12",)"
                R"("latency_ns":1234,"prev":")" +
                std::string(64, '0') + R"("})");
  EXPECT_NE(AuditLine({}, "").find(R"("rule":null,"reason":null)"),
            std::string::npos);
}

TEST(AuditLineTest, HidesKeysThatTheAgentWrote) {
  AuditRecord record = Record();
  record.charges = {{"p.l", {{"args.token", "s3cret"}}, Decimal()}};
  const std::string line = AuditLine(record, "");
  EXPECT_EQ(line.find("s3cret"), std::string::npos);
  EXPECT_NE(line.find("sha256:" + Sha256Hex("s3cret")), std::string::npos);
}

TEST(AuditLineTest, StaysOneShortValidLineWhateverIsInIt) {
  std::string every_byte;
  for (int c = 0; c < 256; ++c) every_byte += static_cast<char>(c);
  const std::string hostile[] = {
      "",
      "a\nb\r\nc",
      "\x1b[2J\x1b]0;x\x07",
      "\xE2\x80\xAE txt.exe \xE2\x80\xA8\xE2\x80\xA9\xEF\xBB\xBF",
      "\xF3\xA0\x81\x81 tag",
      "\xFF\xFE bad \xC0\xAF \xED\xA0\x80 \xE2\x80",
      std::string("nul\0nul", 7),
      "\"},\"decision\":\"allow\",\"x\":{\"y\":\"",
      "\\",
      every_byte,
      std::string(2'000'000, 'a'),
      std::string(2'000'000, '\x01'),
      std::string(2'000'000, '\xFF'),
  };
  for (const std::string& text : hostile) {
    AuditRecord record = Record();
    for (std::string* field :
         {&record.grant, &record.subject, &record.client_name,
          &record.client_version, &record.server, &record.method,
          &record.target, &record.args_sha256, &record.decision, &record.by,
          &record.rule, &record.reason, &record.policy}) {
      *field = text;
    }
    const size_t times = text.size() > 1000 ? 2 : 1000;
    record.args.assign(times, text);
    record.charges.assign(times, {text, {{text, text}}, Decimal()});
    const std::string line = AuditLine(record, std::string(64, '0'));
    EXPECT_LE(line.size(), size_t{16} << 10);
    json::Reader reader;
    EXPECT_EQ(reader.ReadLeavingNul(line), nullptr) << line.substr(0, 300);
    for (const char c : line) EXPECT_GE(static_cast<uint8_t>(c), 0x20);
    for (const char* hidden : {"\xE2\x80\xAE", "\xE2\x80\xA8", "\xEF\xBB\xBF",
                               "\x7F", "\xC2\x85", "\xF3\xA0"}) {
      EXPECT_EQ(line.find(hidden), std::string::npos);
    }
  }
}

TEST(AuditLogTest, ChainsAndVerifies) {
  const Directory directory;
  for (int run = 0; run < 2; ++run) {
    auto log = Open(directory.file());
    for (int n = 0; n < 5; ++n) EXPECT_TRUE(log->Append(Record(n)));
  }
  const auto lines = Lines(directory.file());
  ASSERT_EQ(lines.size(), 10u);
  const AuditVerdict verdict = VerifyAudit(directory.file());
  EXPECT_TRUE(verdict.ok) << verdict.problem;
  EXPECT_EQ(verdict.count, 10u);
  EXPECT_EQ(verdict.line, 0u);
  EXPECT_EQ(verdict.head, Sha256Hex(lines.back()));
  EXPECT_TRUE(VerifyAudit(directory.file(), verdict.head).ok);
  struct stat info{};
  ASSERT_EQ(stat(directory.file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST(AuditLogTest, TamperingShows) {
  using Edit = std::function<void(std::vector<std::string>*)>;
  struct Case {
    const char* name;
    Edit edit;
    uint64_t line;
  };
  const Case cases[] = {
      {"edited",
       [](auto* l) { (*l)[4].replace((*l)[4].find("deny"), 4, "held"); }, 6},
      {"one space more", [](auto* l) { (*l)[4].insert(7, " "); }, 6},
      {"carriage return", [](auto* l) { (*l)[4] += '\r'; }, 5},
      {"deleted", [](auto* l) { l->erase(l->begin() + 4); }, 5},
      {"first deleted", [](auto* l) { l->erase(l->begin()); }, 1},
      {"inserted", [](auto* l) { l->insert(l->begin() + 4, (*l)[7]); }, 5},
      {"doubled", [](auto* l) { l->insert(l->begin() + 4, (*l)[4]); }, 6},
      {"blank inserted", [](auto* l) { l->insert(l->begin() + 4, ""); }, 5},
      {"swapped", [](auto* l) { std::swap((*l)[4], (*l)[5]); }, 5},
      {"reversed", [](auto* l) { std::reverse(l->begin(), l->end()); }, 1},
      {"forged record",
       [](auto* l) {
         l->push_back(AuditLine(Record(99), std::string(64, 'a')));
       },
       11},
      {"no record", [](auto* l) { l->push_back("{}"); }, 11},
      {"broken JSON", [](auto* l) { (*l)[9].erase(7, 1); }, 10},
      {"two of one chain",
       [](auto* l) { l->insert(l->end(), l->begin(), l->end()); }, 11},
  };
  for (const Case& c : cases) {
    const Directory directory;
    auto log = Open(directory.file());
    for (int n = 0; n < 10; ++n) ASSERT_TRUE(log->Append(Record(n)));
    auto lines = Lines(directory.file());
    lines.reserve(2 * lines.size());
    c.edit(&lines);
    Write(directory.file(), lines);
    const AuditVerdict verdict = VerifyAudit(directory.file());
    EXPECT_FALSE(verdict.ok) << c.name;
    EXPECT_EQ(verdict.line, c.line) << c.name;
    EXPECT_EQ(verdict.count + 1, c.line) << c.name;
    EXPECT_FALSE(verdict.problem.empty()) << c.name;
  }
}

TEST(AuditLogTest, ACutTailShowsAgainstAnAnchor) {
  const Directory directory;
  auto log = Open(directory.file());
  for (int n = 0; n < 5; ++n) ASSERT_TRUE(log->Append(Record(n)));
  const std::string head = VerifyAudit(directory.file()).head;
  auto lines = Lines(directory.file());
  lines.resize(3);
  Write(directory.file(), lines);
  EXPECT_TRUE(VerifyAudit(directory.file()).ok);
  const AuditVerdict verdict = VerifyAudit(directory.file(), head);
  EXPECT_FALSE(verdict.ok);
  EXPECT_EQ(verdict.line, 4u);
}

TEST(AuditLogTest, ATornLineShowsAndIsCutOffByTheNextRecord) {
  const Directory directory;
  ASSERT_TRUE(Open(directory.file())->Append(Record(1)));
  const std::string whole = ReadAll(directory.file());
  for (const size_t length : {size_t{1}, size_t{7}, whole.size() - 1}) {
    std::ofstream(directory.file()) << whole << whole.substr(0, length);
    const AuditVerdict verdict = VerifyAudit(directory.file());
    EXPECT_FALSE(verdict.ok);
    EXPECT_EQ(verdict.line, 2u);
    EXPECT_TRUE(Open(directory.file())->Append(Record(2)));
    EXPECT_EQ(VerifyAudit(directory.file()).count, 2u);
    EXPECT_TRUE(VerifyAudit(directory.file()).ok);
  }
}

TEST(AuditLogTest, WritersTakeTurns) {
  const Directory directory;
  auto a = Open(directory.file());
  auto b = Open(directory.file());
  for (int n = 0; n < 20; ++n) {
    EXPECT_TRUE(a->Append(Record(n)));
    if (n % 3 == 0) EXPECT_TRUE(b->Append(Record(n)));
  }
  std::vector<std::thread> threads;
  for (AuditLog* log : {a.get(), b.get(), a.get(), b.get()}) {
    threads.emplace_back([log] {
      for (int n = 0; n < 50; ++n) EXPECT_TRUE(log->Append(Record(n)));
    });
  }
  EXPECT_EQ(InChild([&] {
              auto log = Open(directory.file());
              for (int n = 0; n < 50; ++n) {
                if (!log->Append(Record(n))) return 1;
              }
              return 0;
            }),
            0);
  for (std::thread& thread : threads) thread.join();
  const AuditVerdict verdict = VerifyAudit(directory.file());
  EXPECT_TRUE(verdict.ok) << verdict.problem;
  EXPECT_EQ(verdict.count, 277u);
}

TEST(AuditLogTest, KilledWritersTearNothing) {
  const Directory directory;
  uint64_t acknowledged = 0;
  for (int round = 0; round < 8; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      auto log = Open(directory.file());
      while (log->Append(Record()) && write(ends[1], "x", 1) == 1) {
      }
      _exit(1);
    }
    close(ends[1]);
    char byte = 0;
    for (int n = 0; n < 15 + 7 * round; ++n) {
      ASSERT_EQ(read(ends[0], &byte, 1), 1);
      ++acknowledged;
    }
    kill(child, SIGKILL);
    while (read(ends[0], &byte, 1) == 1) ++acknowledged;
    close(ends[0]);
    waitpid(child, nullptr, 0);
  }
  const AuditVerdict verdict = VerifyAudit(directory.file());
  EXPECT_TRUE(verdict.ok) << verdict.problem;
  EXPECT_GE(verdict.count, acknowledged);
  EXPECT_LE(verdict.count, acknowledged + 8);
}

TEST(AuditLogTest, AFullDiskIsNoSuccessAndLeavesNoTornLine) {
  const Directory directory;
  EXPECT_EQ(InChild([&] {
              auto log = Open(directory.file());
              if (!log->Append(Record())) return 1;
              signal(SIGXFSZ, SIG_IGN);
              rlimit limit{};
              getrlimit(RLIMIT_FSIZE, &limit);
              const rlimit before = limit;
              // Room for a part of the next line only.
              limit.rlim_cur = std::filesystem::file_size(directory.file());
              limit.rlim_cur += 100;
              setrlimit(RLIMIT_FSIZE, &limit);
              for (int n = 0; n < 3; ++n) {
                if (log->Append(Record())) return 2;
                if (log->problem().empty()) return 3;
                if (!VerifyAudit(directory.file()).ok) return 4;
              }
              setrlimit(RLIMIT_FSIZE, &before);
              return log->Append(Record()) ? 0 : 5;
            }),
            0);
  const AuditVerdict verdict = VerifyAudit(directory.file());
  EXPECT_TRUE(verdict.ok) << verdict.problem;
  EXPECT_EQ(verdict.count, 2u);
}

TEST(AuditLogTest, AFullDeviceIsNoSuccess) {
  auto log = Open("/dev/full");
  EXPECT_FALSE(log->Append(Record()));
  EXPECT_NE(log->problem().find("No space"), std::string::npos);
  EXPECT_TRUE(Open("/dev/null")->Append(Record()));
}

TEST(AuditLogTest, RefusesFilesThatAreNotSafe) {
  const Directory directory;
  const std::string file = directory.file();
  std::filesystem::create_symlink(file + ".real", file);
  EXPECT_NE(Problem(file).find("symbolic link"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(file + ".real"));
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  Problem(file);
  std::filesystem::remove(file);
  // Nobody reads it: to wait would be to hang.
  ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);
  Problem(file);
  std::filesystem::remove(file);
  for (const char* text : {"alias ll='ls -l'", "key: value\n", "{\"v\":2}\n"}) {
    std::ofstream(file) << text;
    chmod(file.c_str(), 0600);
    Problem(file);
    EXPECT_EQ(ReadAll(file), text);
  }
  std::ofstream(file).flush();
  chmod(file.c_str(), 0622);
  Problem(file);
  Problem("/nowhere/at/all");
  EXPECT_FALSE(VerifyAudit("/nowhere/at/all").ok);
  EXPECT_FALSE(VerifyAudit("/dev/null").ok);
}

TEST(AuditLogTest, GoesOnInANewFileAfterRotation) {
  const Directory directory;
  auto log = Open(directory.file());
  ASSERT_TRUE(log->Append(Record(1)));
  std::filesystem::rename(directory.file(), directory.file() + ".1");
  EXPECT_TRUE(log->Append(Record(2)));
  std::filesystem::remove(directory.file());
  EXPECT_TRUE(log->Append(Record(3)));
  EXPECT_EQ(VerifyAudit(directory.file()).count, 1u);
  EXPECT_EQ(VerifyAudit(directory.file() + ".1").count, 1u);
  // A link put in its place is not followed.
  std::filesystem::remove(directory.file());
  std::filesystem::create_symlink(directory.file() + ".1", directory.file());
  EXPECT_FALSE(log->Append(Record(4)));
  std::filesystem::remove(directory.file());
  EXPECT_TRUE(log->Append(Record(5)));
}

TEST(AuditLogTest, AStreamHasAChainOfItsOwn) {
  const Directory directory;
  EXPECT_EQ(InChild([&] {
              const int fd = open(directory.file().c_str(),
                                  O_WRONLY | O_CREAT | O_APPEND, 0600);
              dup2(fd, STDERR_FILENO);
              auto log = Open("-");
              for (int n = 0; n < 3; ++n) {
                if (!log->Append(Record(n))) return 1;
              }
              return 0;
            }),
            0);
  EXPECT_TRUE(VerifyAudit(directory.file()).ok);
  EXPECT_EQ(VerifyAudit(directory.file()).count, 3u);
}

TEST(AuditLogTest, AReaderThatStopsIsNotWaitedForLong) {
  const Directory directory;
  ASSERT_EQ(mkfifo(directory.file().c_str(), 0600), 0);
  const int reader = open(directory.file().c_str(), O_RDONLY | O_NONBLOCK);
  auto log = Open(directory.file());
  const auto start = std::chrono::steady_clock::now();
  int written = 0;
  while (log->Append(Record(written))) ++written;
  EXPECT_LE(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
  EXPECT_GT(written, 10);
  // Once read, what follows the torn line is whole.
  std::string all(size_t{1} << 20, '\0');
  const auto got = read(reader, all.data(), all.size());
  EXPECT_TRUE(log->Append(Record(1000)));
  all.resize(static_cast<size_t>(got));
  std::string rest(size_t{1} << 16, '\0');
  rest.resize(static_cast<size_t>(read(reader, rest.data(), rest.size())));
  all += rest;
  all.pop_back();
  const std::string last = all.substr(all.rfind('\n') + 1);
  EXPECT_TRUE(last.starts_with("{\"v\":1,")) << last;
  EXPECT_NE(last.find("Call number 1000"), std::string::npos);
  close(reader);
}

}  // namespace
}  // namespace polc::runtime
