// The shim without its pipes, on the hand-written policy of fake_code.h.
#include "runtime/shim/gate.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "test/unit/runtime/fake_code.h"

namespace polc::runtime::shim {
namespace {

class Lines : public Sink {
 public:
  void ToServer(std::string_view line) override { server.emplace_back(line); }
  void ToClient(std::string_view line) override { client.emplace_back(line); }
  void Warn(std::string_view text) override { warnings.emplace_back(text); }
  bool IsServerBusy() const override { return is_busy; }

  std::vector<std::string> server;
  std::vector<std::string> client;
  std::vector<std::string> warnings;
  bool is_busy = false;
};

class GateTest : public ::testing::Test {
 protected:
  GateTest()
      : audit_path_(::testing::TempDir() + "polc_gate_" +
                    std::to_string(getpid()) + ".jsonl") {
    std::remove(audit_path_.c_str());
    audit_ = AuditLog::Open(audit_path_).log;
    gate_ = MakeGate();
  }
  ~GateTest() override { std::remove(audit_path_.c_str()); }

  std::unique_ptr<Gate> MakeGate() {
    return std::make_unique<Gate>(
        Gate::Config{"s", "ci", "session", [] { return 1'000'000'000'000; }},
        testing::FakeEngine(), store_.get(), audit_.get(), &lines_);
  }
  static std::string Call(const std::string& id, const std::string& tool,
                          const std::string& arguments = "{}") {
    return R"({"jsonrpc":"2.0","id":)" + id +
           R"(,"method":"tools/call","params":{"name":")" + tool +
           R"(","arguments":)" + arguments + "}}";
  }
  static std::string Ask(const std::string& id, const std::string& method) {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + "\"}";
  }
  static std::string Answer(const std::string& id, const std::string& result) {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":)" + result + "}";
  }
  /// Part of the last line to the client, for a person who reads a failure.
  bool ClientSaw(std::string_view part) const {
    return !lines_.client.empty() &&
           lines_.client.back().find(part) != std::string::npos;
  }
  std::vector<std::string> Audit() const {
    std::vector<std::string> out;
    std::FILE* file = std::fopen(audit_path_.c_str(), "r");
    char buffer[20'000];
    while (file && std::fgets(buffer, sizeof buffer, file)) {
      out.emplace_back(buffer);
    }
    if (file) std::fclose(file);
    return out;
  }

  std::string audit_path_;
  Lines lines_;
  std::unique_ptr<Store> store_ = MakeMemoryStore();
  std::unique_ptr<AuditLog> audit_;
  std::unique_ptr<Gate> gate_;
};

TEST_F(GateTest, ForwardsExactlyWhatItRead) {
  const std::string call = " " + Call("\"a\\u0062\"", "echo") + "\t";
  gate_->FromClient(call);
  ASSERT_EQ(lines_.server.size(), 1u);
  EXPECT_EQ(lines_.server[0], call);
  const std::string answer = Answer("\"ab\"", R"({"content":[1.0]})");
  gate_->FromServer(answer);
  ASSERT_EQ(lines_.client.size(), 1u);
  EXPECT_EQ(lines_.client[0], answer);
  EXPECT_EQ(gate_->pending(), 0u);
  gate_->FromServer(answer);
  EXPECT_EQ(lines_.client.size(), 1u) << "answered twice";
}

TEST_F(GateTest, DeniesACallSoThatTheModelCanReadIt) {
  gate_->FromClient(Call("1", "delete_repo", R"({"id":"x"})"));
  EXPECT_TRUE(lines_.server.empty());
  ASSERT_EQ(lines_.client.size(), 1u);
  EXPECT_EQ(lines_.client[0],
            R"({"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text",)"
            R"x("text":"not x (rule `f.no_delete`)"}],"isError":true,"_meta":)x"
            R"({"dev.polc/decision":{"decision":"deny","by":"rule",)"
            R"("rule":"f.no_delete","reason":"not x","charges":[],)"
            R"("retry_after":null,"marks":[]}}}})");
}

TEST_F(GateTest, SaysResultTypeWhereTheRevisionHasIt) {
  gate_->FromClient(
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":)"
      R"({"io.modelcontextprotocol/protocolVersion":"2026-07-28"},)"
      R"("name":"delete_repo"}})");
  EXPECT_TRUE(ClientSaw(R"("resultType":"complete")"));
}

// `slow` may run once at a time.
TEST_F(GateTest, ALeaseEndsWithTheAnswer) {
  gate_->FromClient(Call("1", "slow"));
  EXPECT_TRUE(gate_->has_leases());
  gate_->FromClient(Call("2", "slow"));
  EXPECT_TRUE(ClientSaw("limit `f.slots` is used up"));
  EXPECT_EQ(lines_.server.size(), 1u);
  gate_->FromServer(Answer("1", "{}"));
  EXPECT_FALSE(gate_->has_leases());
  gate_->FromClient(Call("3", "slow"));
  EXPECT_EQ(lines_.server.size(), 2u);
  // An answer that is refused is one too.
  gate_->TooLongFromServer("3");
  EXPECT_FALSE(gate_->has_leases());
  gate_->FromClient(Call("4", "slow"));
  EXPECT_EQ(lines_.server.size(), 3u);
  gate_->ServerGone();
  EXPECT_FALSE(gate_->has_leases());
}

TEST_F(GateTest, CancellingIsNoWayOutOfALease) {
  gate_->FromClient(Call("1", "slow"));
  gate_->FromClient(R"({"jsonrpc":"2.0","method":"notifications/cancelled",)"
                    R"("params":{"requestId":1}})");
  EXPECT_EQ(lines_.server.size(), 2u);
  gate_->FromClient(Call("2", "slow"));
  EXPECT_TRUE(ClientSaw("limit `f.slots` is used up"));
  // The server answers all the same; nobody is told.
  const size_t told = lines_.client.size();
  gate_->FromServer(Answer("1", "{}"));
  EXPECT_EQ(lines_.client.size(), told);
  gate_->FromClient(Call("3", "slow"));
  EXPECT_EQ(lines_.server.size(), 3u);
}

TEST_F(GateTest, AnswersAnAskAsADenialByApproval) {
  gate_->FromClient(Call("1", "pay", R"({"amount":5000})"));
  EXPECT_TRUE(lines_.server.empty());
  EXPECT_TRUE(ClientSaw(R"("text":"a person must approve this call: rule )"));
  EXPECT_TRUE(ClientSaw(R"("by":"approval","rule":"f.big")"));
}

TEST_F(GateTest, DeniesOtherRequestsByAnError) {
  gate_->FromClient(R"({"jsonrpc":"2.0","id":1,"method":"resources/read",)"
                    R"("params":{"uri":"file:///etc/shadow"}})");
  EXPECT_TRUE(ClientSaw(R"("error":{"code":-31999)"));
  gate_->FromClient(Ask("2", "made/up"));
  EXPECT_TRUE(ClientSaw(R"("id":2,"error":{"code":-31999)"));
  gate_->FromClient(
      R"({"jsonrpc":"2.0","method":"notifications/roots/list_changed"})");
  EXPECT_EQ(lines_.client.size(), 2u) << "a notification is not answered";
  EXPECT_TRUE(lines_.server.empty());
}

TEST_F(GateTest, PassesTheHandshakeUndecided) {
  gate_->FromClient(Ask("1", "initialize"));
  gate_->FromClient(Ask("2", "ping"));
  gate_->FromClient(
      R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
  gate_->FromClient("  \t ");
  EXPECT_EQ(lines_.server.size(), 3u);
  EXPECT_TRUE(Audit().empty());
}

TEST_F(GateTest, RefusesAnIdThatIsInUse) {
  gate_->FromClient(Call("1", "echo"));
  gate_->FromClient(Call("1", "echo"));
  EXPECT_EQ(lines_.server.size(), 1u);
  EXPECT_TRUE(ClientSaw(R"("id":null,"error":{"code":-32600)"));
  gate_->FromClient(Call("\"1\"", "echo"));
  EXPECT_EQ(lines_.server.size(), 2u) << "another id";
}

TEST_F(GateTest, RefusesNulInArgumentsAsACall) {
  gate_->FromClient(Call("1", "echo", R"({"text":"\u0000"})"));
  EXPECT_TRUE(ClientSaw(R"("isError":true)"));
  EXPECT_TRUE(ClientSaw(R"("by":"malformed")"));
  EXPECT_TRUE(lines_.server.empty());
}

TEST_F(GateTest, RecordsWhatItDecidesWithoutValues) {
  gate_->FromClient(Call("1", "echo", R"({"text":"secret"})"));
  gate_->FromClient(Call("2", "delete_repo"));
  gate_->FromClient("{\"secret\":");
  const auto audit = Audit();
  ASSERT_EQ(audit.size(), 3u);
  EXPECT_NE(audit[0].find("\"allow\""), std::string::npos);
  EXPECT_NE(audit[0].find("\"text\""), std::string::npos);
  EXPECT_NE(audit[2].find("malformed"), std::string::npos);
  for (const std::string& line : audit) {
    EXPECT_EQ(line.find("secret"), std::string::npos) << line;
  }
  EXPECT_TRUE(VerifyAudit(audit_path_).ok);
}

TEST_F(GateTest, LetsNothingOutThatItCannotRecord) {
  audit_ = AuditLog::Open("/dev/full").log;
  ASSERT_NE(audit_, nullptr);
  gate_ = MakeGate();
  for (int i = 0; i < 5; ++i) {
    gate_->FromClient(Call(std::to_string(i), "echo"));
    EXPECT_TRUE(ClientSaw("the audit log can't be written"));
  }
  EXPECT_TRUE(lines_.server.empty());
  // And what it had charged came back: the limit is 2.
  audit_ = AuditLog::Open(audit_path_).log;
  gate_ = MakeGate();
  gate_->FromClient(Call("8", "echo"));
  gate_->FromClient(Call("9", "echo"));
  EXPECT_EQ(lines_.server.size(), 2u);
}

TEST_F(GateTest, AnswersWhatWaitsWhenTheServerIsGone) {
  gate_->FromClient(Call("1", "echo"));
  gate_->FromClient(Ask("\"x\"", "tools/list"));
  gate_->ServerGone();
  gate_->ServerGone();
  EXPECT_EQ(lines_.client.size(), 2u);
  EXPECT_TRUE(ClientSaw(R"("error":{"code":-31998)"));
}

TEST_F(GateTest, ShedsLoadAndStillDenies) {
  lines_.is_busy = true;
  gate_->FromClient(Call("1", "echo"));
  EXPECT_TRUE(ClientSaw(R"("code":-31997)"));
  EXPECT_TRUE(lines_.server.empty());
}

TEST_F(GateTest, FiltersLists) {
  gate_->FromClient(Ask("1", "tools/list"));
  gate_->FromServer(Answer(
      "1", R"({"tools":[{"name":"echo","x":1.0},{"name":"delete\u005frepo"},)"
           R"({"title":"?"}],"nextCursor":"c","cacheScope":"public"})"));
  ASSERT_EQ(lines_.client.size(), 1u);
  EXPECT_EQ(lines_.client[0],
            Answer("1", R"({"tools":[{"name":"echo","x":1.0}],)"
                        R"("nextCursor":"c","cacheScope":"private"})"));
  EXPECT_FALSE(lines_.warnings.empty());
}

TEST_F(GateTest, PassesAListOfWhatIsVisibleAsItCame) {
  gate_->FromClient(Ask("1", "tools/list"));
  const std::string list = Answer("1", R"({"tools": [ {"name":"echo"} ]})");
  gate_->FromServer(list);
  EXPECT_EQ(lines_.client.back(), list);
}

TEST_F(GateTest, FiltersResourcesAndPromptsToo) {
  gate_->FromClient(Ask("1", "resources/list"));
  gate_->FromServer(Answer(
      "1", R"({"resources":[{"uri":"file:///docs"},{"uri":"file:///x"}]})"));
  EXPECT_EQ(lines_.client.back(),
            Answer("1", R"({"resources":[{"uri":"file:///docs"}]})"));
  gate_->FromClient(Ask("2", "prompts/list"));
  gate_->FromServer(Answer("2", R"({"prompts":[{"name":"p"}]})"));
  EXPECT_EQ(lines_.client.back(), Answer("2", R"({"prompts":[]})"));
}

TEST_F(GateTest, RefusesListsItCannotRead) {
  int id = 0;
  for (const char* result :
       {R"({"tools":{}})", R"({})", "[]", R"({"tools":[],"tools":[]})",
        R"({"tools":[{"name":"echo"},{"name":"ech\u006f"}]})"}) {
    gate_->FromClient(Ask(std::to_string(++id), "tools/list"));
    gate_->FromServer(Answer(std::to_string(id), result));
    EXPECT_TRUE(ClientSaw(R"("error":{"code":-31996)")) << result;
  }
  EXPECT_EQ(gate_->pending(), 0u);
}

TEST_F(GateTest, DropsWhatNobodyAskedFor) {
  gate_->FromServer(Answer("1", "{}"));
  gate_->FromServer("Server listening on stdio");
  gate_->FromServer("");
  EXPECT_TRUE(lines_.client.empty());
  EXPECT_EQ(lines_.warnings.size(), 2u);
  gate_->FromClient(Answer("5", "{}"));
  EXPECT_TRUE(lines_.server.empty());
  EXPECT_TRUE(lines_.client.empty());
  EXPECT_EQ(Audit().size(), 1u);
}

TEST_F(GateTest, AnswersForAnAnswerThatIsTooLong) {
  gate_->FromClient(Call("1", "echo"));
  gate_->TooLongFromServer("1");
  EXPECT_TRUE(ClientSaw(R"("id":1,"error":{"code":-31996)"));
  EXPECT_EQ(gate_->pending(), 0u);
}

TEST_F(GateTest, DecidesWhatTheServerAsks) {
  gate_->FromServer(Ask("1", "sampling/createMessage"));
  EXPECT_TRUE(lines_.client.empty());
  ASSERT_EQ(lines_.server.size(), 1u);
  EXPECT_NE(lines_.server[0].find("-31999"), std::string::npos);
  // A server can't call its client's tools, whatever the policy allows.
  gate_->FromServer(Call("2", "echo"));
  EXPECT_TRUE(lines_.client.empty());
  gate_->FromServer(Ask("3", "ping"));
  EXPECT_EQ(lines_.client.size(), 1u);
  gate_->FromClient(Answer("3", "{}"));
  EXPECT_EQ(lines_.server.size(), 3u);
  gate_->FromClient(Answer("3", "{}"));
  EXPECT_EQ(lines_.server.size(), 3u) << "answered once";
  gate_->FromServer(
      R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed"})");
  EXPECT_EQ(lines_.client.size(), 2u);
  gate_->FromServer(R"({"jsonrpc":"2.0","method":"notifications/made_up"})");
  EXPECT_EQ(lines_.client.size(), 2u);
}

TEST_F(GateTest, DecidesWhatAResultAsks) {
  gate_->FromClient(Call("1", "echo"));
  gate_->FromServer(Answer(
      "1", R"({"resultType":"input_required","inputRequests":{"a":)"
           R"({"method":"elicitation/create","params":{"_meta":{}}}}})"));
  EXPECT_TRUE(ClientSaw(R"("error":{"code":-31999)"));
}

TEST_F(GateTest, GivesBackAfterAnErrorWhatIsToComeBack) {
  const auto pays = [&](const std::string& id, const std::string& answer) {
    const size_t before = lines_.server.size();
    gate_->FromClient(Call(id, "pay", R"({"amount":60})"));
    if (lines_.server.size() == before) return false;
    gate_->FromServer(answer);
    return true;
  };
  EXPECT_TRUE(pays("1", R"({"jsonrpc":"2.0","id":1,"error":{"code":-1,)"
                        R"("message":"no"}})"));
  EXPECT_TRUE(pays("2", Answer("2", R"({"content":[],"isError":true})")));
  EXPECT_TRUE(pays("3", Answer("3", R"({"content":[],"isError":"true"})")));
  EXPECT_FALSE(pays("4", ""));
}

TEST_F(GateTest, KeepsWhatIsNotToComeBack) {
  for (const char* id : {"1", "2"}) {
    gate_->FromClient(Call(id, "echo"));
    gate_->FromServer(Answer(id, R"({"isError":true})"));
  }
  gate_->FromClient(Call("3", "echo"));
  EXPECT_EQ(lines_.server.size(), 2u);
  EXPECT_TRUE(ClientSaw(R"("by":"limit","rule":"f.calls")"));
}

TEST_F(GateTest, GivesNothingBackForAnAnswerThatCantBeRead) {
  gate_->FromClient(Call("1", "pay", R"({"amount":60})"));
  gate_->TooLongFromServer("1");
  gate_->FromClient(Call("2", "pay", R"({"amount":60})"));
  EXPECT_EQ(lines_.server.size(), 1u);
}

TEST_F(GateTest, CancelsOnlyWhatWaits) {
  const auto cancel = [&](const std::string& id) {
    gate_->FromClient(R"({"jsonrpc":"2.0","method":"notifications/cancelled",)"
                      R"("params":{"requestId":)" +
                      id + "}}");
  };
  cancel("1");
  EXPECT_TRUE(lines_.server.empty());
  gate_->FromClient(Call("1", "echo"));
  cancel("1");
  EXPECT_EQ(lines_.server.size(), 2u);
  gate_->FromServer(Answer("1", "{}"));
  EXPECT_TRUE(lines_.client.empty());
}

}  // namespace
}  // namespace polc::runtime::shim
