// The C ABI through its own library, as a host has it: what it decides, what it
// refuses, that it asks the process for no memory, and that a reload disturbs
// nobody.
#include "runtime/polrt.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "compiler/codegen/codegen.h"
#include "compiler/ir/languages.h"
#include "test/unit/sema/check_support.h"
#include "test/unit/support/memory_requests.h"

namespace polc {
namespace {

constexpr const char* kPolicy = R"(policy p for server "s";
limit calls = 10 per minute per grant on tool pay;
mark seen per session for 5 minutes on tool read;
deny no_send "What was read stays here." tool send when marked(seen);
ask big "A person looks at sums like {args.amount}." tool pay
  when args.amount > 100 by role "finance" within 3 minutes;
allow pays tool pay when args.amount > 0;
allow sends tool send;
allow reads tool read when not has args.path or args.path starts with "/srv/";
allow admins tool admin
  when "sre" in caller.roles and caller.claims.team == "core";
)";

std::string LibraryOf(const std::string& text, char digest) {
  testing::PolicySet set(text);
  auto module = set.Lower();
  EXPECT_TRUE(module.has_value()) << set.Problems();
  if (!module) return "";
  module->digest = std::string(64, digest);
  const auto langs = ir::Languages::Make(*module);
  auto library = codegen::EmitLibrary(*module, *langs);
  EXPECT_TRUE(library) << library.error().message;
  return library ? *library : "";
}

std::string Call(const std::string& tool, const std::string& arguments) {
  return R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":")" +
         tool + R"(","arguments":)" + arguments + "}}";
}

std::string_view View(pol_text text) {
  return {text.data == nullptr ? "" : text.data, text.size};
}

pol_text Text(std::string_view text) { return {text.data(), text.size()}; }

struct Decided {
  pol_decision decision = {};
  std::vector<char> room;

  explicit Decided(size_t size = 4096) : room(size) {
    decision.size = sizeof decision;
    decision.room = room.data();
    decision.room_size = size;
  }
  std::string_view reason() const { return View(decision.reason); }
  std::string_view rule() const { return View(decision.rule); }
};

class PolrtTest : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = ::testing::TempDir() + "polrt-" + std::to_string(getpid()) + ".so";
    Write(LibraryOf(kPolicy, 'a'));
    Open();
    ASSERT_NE(policy_, nullptr) << why_;
    context_.size = sizeof context_;
    context_.server = Text("s");
    context_.session = Text("one");
    context_.now = 1'768'473'000;
  }
  void TearDown() override {
    pol_close(policy_);
    std::remove(path_.c_str());
  }
  void Write(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
  }
  void Open() {
    pol_open_options options = {};
    options.size = sizeof options;
    options.threads = 3;
    policy_ = pol_open(path_.c_str(), &options, why_, sizeof why_);
  }
  int Decide(std::string_view message, Decided* out) const {
    return pol_decide(policy_, message.data(), message.size(), &context_,
                      &out->decision);
  }

  std::string path_;
  pol_policy* policy_ = nullptr;
  pol_context context_ = {};
  char why_[256] = "";
};

TEST_F(PolrtTest, DecidesAndSaysWhatGoesWithIt) {
  Decided paid;
  EXPECT_EQ(Decide(Call("pay", R"({"amount":5})"), &paid), POL_EFFECT_ALLOW);
  EXPECT_EQ(paid.decision.by, POL_BY_RULE);
  EXPECT_EQ(paid.rule(), "p.pays");
  ASSERT_EQ(paid.decision.charge_count, 1u);
  const pol_charge& charge = paid.decision.charges[0];
  EXPECT_EQ(View(charge.limit), "p.calls");
  EXPECT_EQ(View(charge.amount), "1");
  EXPECT_EQ(View(charge.limit_amount), "10");
  EXPECT_EQ(charge.window, POL_PER_MINUTE);
  EXPECT_NE(View(charge.key), "");

  Decided asked;
  EXPECT_EQ(Decide(Call("pay", R"({"amount":500})"), &asked), POL_EFFECT_ASK);
  EXPECT_EQ(asked.reason(), "A person looks at sums like 500.");
  EXPECT_EQ(asked.decision.within_seconds, 180);
  ASSERT_EQ(asked.decision.role_count, 1u);
  EXPECT_EQ(View(asked.decision.roles[0]), "finance");

  Decided failed;
  EXPECT_EQ(Decide(Call("pay", R"({"amount":"5"})"), &failed), POL_EFFECT_DENY);
  EXPECT_EQ(failed.decision.by, POL_BY_ERROR);
  Decided other;
  EXPECT_EQ(Decide(Call("other", "{}"), &other), POL_EFFECT_DENY);
  EXPECT_EQ(other.decision.by, POL_BY_DEFAULT);
}

TEST_F(PolrtTest, MarksAreTheHosts) {
  Decided read;
  EXPECT_EQ(Decide(Call("read", "{}"), &read), POL_EFFECT_ALLOW);
  ASSERT_EQ(read.decision.mark_count, 1u);
  EXPECT_EQ(View(read.decision.marks[0].name), "p.seen");
  EXPECT_EQ(read.decision.marks[0].lifetime_seconds, 300);
  Decided sent;
  EXPECT_EQ(Decide(Call("send", "{}"), &sent), POL_EFFECT_ALLOW);
  const pol_text marks[] = {Text("unknown"), Text("p.seen")};
  context_.marks = marks;
  context_.mark_count = 2;
  EXPECT_EQ(Decide(Call("send", "{}"), &sent), POL_EFFECT_DENY);
  EXPECT_EQ(sent.reason(), "What was read stays here.");
}

TEST_F(PolrtTest, KnowsTheCallerByTheContextOnly) {
  const pol_text roles[] = {Text("qa\"],["), Text("sre")};
  Decided out;
  EXPECT_NE(Decide(Call("admin", "{}"), &out), POL_EFFECT_ALLOW);
  EXPECT_EQ(pol_visible(policy_, &context_, Text("admin")), 0);
  context_.roles = roles;
  context_.role_count = 2;
  context_.claims = Text(R"({"team":"core"})");
  EXPECT_EQ(Decide(Call("admin", "{}"), &out), POL_EFFECT_ALLOW);
  EXPECT_EQ(pol_visible(policy_, &context_, Text("admin")), 1);
  context_.role_count = 1;
  EXPECT_NE(Decide(Call("admin", "{}"), &out), POL_EFFECT_ALLOW);
  context_.claims = Text(R"({"team":"x","team":"core"})");
  EXPECT_EQ(Decide(Call("admin", "{}"), &out), POL_EFFECT_DENY);
  EXPECT_EQ(out.decision.by, POL_BY_ERROR);
  EXPECT_EQ(out.reason().substr(0, 22), "the context's claims a");
}

TEST_F(PolrtTest, TellsCallersApartThatFollowEachOther) {
  // What one caller's texts end with is what the other's begin with.
  const pol_text none[] = {Text("sr"), Text("e")};
  const pol_text sre[] = {Text("sre")};
  const std::string core = R"({"team":"core"})";
  struct Caller {
    pol_text grant;
    const pol_text* roles;
    size_t role_count;
    std::string claims;
    int effect;
  };
  const Caller callers[] = {
      {Text("ci"), sre, 1, core, POL_EFFECT_ALLOW},
      {Text("ci"), none, 2, core, POL_EFFECT_DENY},
      {Text("cisre"), nullptr, 0, core, POL_EFFECT_DENY},
      {Text("ci"), sre, 1, R"({"team":"cor"})", POL_EFFECT_DENY},
      {Text("ci"), sre, 1, R"({"team":"core","team":"core"})", POL_EFFECT_DENY},
      {pol_text(), sre, 1, core, POL_EFFECT_ALLOW},
  };
  for (size_t i = 0; i < 200; ++i) {
    const Caller& caller = callers[i * i % 13 % std::size(callers)];
    // Texts are the host's: gone, or others, when the decision is made.
    std::string claims = caller.claims;
    context_.grant = caller.grant;
    context_.roles = caller.roles;
    context_.role_count = caller.role_count;
    context_.claims = Text(claims);
    Decided out;
    EXPECT_EQ(Decide(Call("admin", "{}"), &out), caller.effect)
        << i << out.reason();
    claims.assign(claims.size(), '?');
    if (i % 50 != 49) continue;
    Write(LibraryOf(kPolicy, static_cast<char>('a' + i % 7)));
    EXPECT_EQ(pol_reload(policy_, path_.c_str(), why_, sizeof why_), 1) << why_;
  }
}

TEST_F(PolrtTest, ACallerWhoIsTooLongIsDenied) {
  const std::string longest(size_t{3} << 16, 's');
  context_.subject = Text("alice");
  Decided before;
  EXPECT_EQ(Decide(Call("send", "{}"), &before), POL_EFFECT_ALLOW);
  context_.subject = Text(longest);
  Decided out;
  EXPECT_EQ(Decide(Call("send", "{}"), &out), POL_EFFECT_DENY);
  EXPECT_EQ(out.reason(), "the context's caller is too long");
  context_.subject = Text("alice");
  Decided after;
  EXPECT_EQ(Decide(Call("send", "{}"), &after), POL_EFFECT_ALLOW);
}

TEST_F(PolrtTest, RefusesWhatHasTwoReadings) {
  const struct {
    std::string text;
    const char* reason;
    int code;
  } kCases[] = {{R"({"jsonrpc":"2.0","id":1,"id":2,"method":"ping"})",
                 "json.dup_key", -32600},
                {"[]", "rpc.batch", -32600},
                {"{", "json.syntax", -32700},
                {Call("pay", R"({"amount":1e400})"), "json.number", -32600},
                {Call("pay", R"({"a":"\u0000"})"), "json.nul", -32600},
                {Call("pay", "{\"a\":\"" + std::string(70'000, 'x') + "\"}"),
                 "json.too_large", -32600}};
  for (const auto& one : kCases) {
    Decided out;
    EXPECT_EQ(Decide(one.text, &out), POL_EFFECT_DENY);
    EXPECT_EQ(out.decision.by, POL_BY_MALFORMED) << one.reason;
    EXPECT_EQ(out.decision.code, one.code) << one.reason;
    EXPECT_TRUE(out.reason().starts_with(one.reason)) << out.reason();
  }
  for (const char* text : {R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})",
                           R"({"jsonrpc":"2.0","id":1,"result":{}})"}) {
    Decided out;
    EXPECT_EQ(Decide(text, &out), POL_EFFECT_ALLOW) << text;
    EXPECT_EQ(out.decision.by, POL_BY_PROTOCOL);
  }
}

TEST_F(PolrtTest, WhatHasNoRoomIsDenied) {
  const std::string message = Call("pay", R"({"amount":5})");
  Decided none(0);
  EXPECT_EQ(Decide(message, &none), POL_EFFECT_DENY);
  EXPECT_EQ(none.decision.by, POL_BY_ERROR);
  const size_t needed = none.decision.needed;
  for (size_t size = 1; size < needed; size += 7) {
    Decided little(size);
    EXPECT_EQ(Decide(message, &little), POL_EFFECT_DENY) << size;
    EXPECT_EQ(little.decision.charge_count, 0u);
  }
  Decided enough(needed + 16);
  EXPECT_EQ(Decide(message, &enough), POL_EFFECT_ALLOW);
}

TEST_F(PolrtTest, WhatItDoesNotUnderstandIsDenied) {
  const std::string message = Call("pay", R"({"amount":5})");
  Decided out;
  out.decision.size = 4;
  EXPECT_EQ(Decide(message, &out), POL_EFFECT_DENY);
  out.decision.size = sizeof out.decision;
  context_.size = 8;
  EXPECT_EQ(Decide(message, &out), POL_EFFECT_DENY);
  EXPECT_EQ(out.decision.by, POL_BY_ERROR);
  EXPECT_EQ(pol_visible(policy_, &context_, Text("pay")), 0);
  EXPECT_EQ(pol_decide(nullptr, "", 0, &context_, &out.decision),
            POL_EFFECT_DENY);
  pol_open_options options = {};
  EXPECT_EQ(pol_open(path_.c_str(), &options, why_, sizeof why_), nullptr);
  EXPECT_STRNE(why_, "");
  char little[5];
  EXPECT_EQ(pol_open("/none", nullptr, little, sizeof little), nullptr);
  EXPECT_STREQ(little, "`/no");
  EXPECT_EQ(pol_open(nullptr, nullptr, nullptr, 0), nullptr);
}

TEST_F(PolrtTest, ReloadsOrKeepsWhatItHas) {
  char digest[65];
  const std::string message = Call("pay", R"({"amount":500})");
  Write("no library");
  EXPECT_EQ(pol_reload(policy_, path_.c_str(), why_, sizeof why_), 0);
  EXPECT_STRNE(why_, "");
  pol_digest(policy_, digest);
  EXPECT_EQ(digest, std::string(64, 'a'));
  Decided out;
  EXPECT_EQ(Decide(message, &out), POL_EFFECT_ASK);
  Write(LibraryOf("policy q for server \"s\";\nallow z tool pay;\n", 'b'));
  EXPECT_EQ(pol_reload(policy_, path_.c_str(), why_, sizeof why_), 1) << why_;
  pol_digest(policy_, digest);
  EXPECT_EQ(digest, std::string(64, 'b'));
  EXPECT_EQ(Decide(message, &out), POL_EFFECT_ALLOW);
  EXPECT_EQ(out.rule(), "q.z");
}

// More threads than there are seats, while the policies change under them:
// each decision is wholly by the one set or wholly by the other.
TEST_F(PolrtTest, ThreadsSeeOneSetOrTheOther) {
  const std::string other = path_ + ".other";
  std::ofstream(other, std::ios::binary)
      << LibraryOf("policy q for server \"s\";\nallow z tool pay;\n", 'b');
  const std::string message = Call("pay", R"({"amount":500})");
  std::atomic<bool> stop = false;
  std::atomic<long> by_first = 0;
  std::atomic<long> by_second = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 5; ++i) {
    threads.emplace_back([&] {
      while (!stop) {
        Decided out;
        const int effect = Decide(message, &out);
        if (effect == POL_EFFECT_ASK && out.rule() == "p.big")
          ++by_first;
        else if (effect == POL_EFFECT_ALLOW && out.rule() == "q.z")
          ++by_second;
        else
          ADD_FAILURE() << effect << " by " << out.rule();
      }
    });
  }
  for (int i = 0; i < 20 || by_first < 100 || by_second < 100; ++i) {
    const std::string& path = i % 2 == 0 ? other : path_;
    ASSERT_EQ(pol_reload(policy_, path.c_str(), why_, sizeof why_), 1) << why_;
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  std::remove(other.c_str());
}

// From the first decision on, whatever is asked.
TEST_F(PolrtTest, AsksTheProcessForNoMemory) {
  std::vector<std::string> messages = {
      Call("pay", R"({"amount":5})"),
      Call("pay", R"({"amount":500})"),
      Call("pay", R"({"amount":"a string that is longer than sixteen bytes"})"),
      Call("read", R"({"path":"/srv/)" + std::string(60'000, 'p') + "\"}"),
      Call("nothing", "{}"),
      R"({"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":")" +
          std::string(30'000, 'u') + "\"}}",
      "{\"jsonrpc\":\"2.0\",\"id\":\"" + std::string(1000, 'i') +
          "\",\"method\":\"some/unknown\",\"params\":{}}",
      Call("pay", std::string(60, '[') + std::string(60, ']')),
      R"({"jsonrpc":"2.0","id":-9007199254740991,"method":"tools/call",)"
      R"("params":{"name":"pay","arguments":{"amount":9007199254740991}}})",
      "[]",
      "{",
      std::string(100'000, ' ')};
  std::string many = "{\"amount\":5";
  for (int i = 0; many.size() < 64'000; ++i) {
    many += ",\"" + std::to_string(i) + "\":" + std::to_string(i);
  }
  messages.push_back(Call("pay", many + "}"));
  const std::string claims = many + "}";
  const pol_text roles[] = {Text("sre"), Text("a role of more than 16 bytes")};
  context_.roles = roles;
  context_.role_count = 2;
  for (const std::string_view one :
       {std::string_view("{}"), std::string_view(claims)}) {
    context_.claims = Text(one);
    for (const std::string& message : messages) {
      Decided out;
      const long before = testing::MemoryRequests();
      Decide(message, &out);
      EXPECT_EQ(testing::MemoryRequests() - before, 0)
          << message.substr(0, 100);
      const long visible = testing::MemoryRequests();
      pol_visible(policy_, &context_, Text("pay"));
      EXPECT_EQ(testing::MemoryRequests() - visible, 0);
    }
  }
  std::thread([&] {
    Decided out;
    const long before = testing::MemoryRequests();
    Decide(messages[0], &out);
    EXPECT_EQ(testing::MemoryRequests() - before, 0) << "in a new thread";
  }).join();
  // Where a sanitizer has the memory, it looks at the same decisions instead.
  const long before = testing::MemoryRequests();
  delete new std::string(100, 'x');
  EXPECT_EQ(testing::MemoryRequests() > before, testing::CountsMemory());
}

}  // namespace
}  // namespace polc
