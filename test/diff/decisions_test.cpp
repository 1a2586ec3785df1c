// Whole decisions: the runtime's engine on a request's JSON text against the
// evaluator on the request, compared as the JSON that both print, and beside
// it what the JSON leaves out (approvers, times) and which tools are shown.
// POLC_DIFF_PAIRS and POLC_DIFF_SEED change the amount and the seed.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "compiler/codegen/codegen.h"
#include "compiler/eval/eval.h"
#include "compiler/eval/evaluator.h"
#include "compiler/eval/json.h"
#include "compiler/ir/languages.h"
#include "compiler/ir/text.h"
#include "runtime/aot.h"
#include "runtime/engine.h"
#include "runtime/going_out.h"
#include "test/diff/amount.h"
#include "test/diff/coverage.h"
#include "test/unit/support/ir_generator.h"
#include "test/unit/support/memory_requests.h"

namespace polc {
namespace {

using testing::FromEnvironment;

constexpr int kRequestsPerSet = 200;

// Every other set has an index, however small it is.
codegen::Tuning TuningOf(long set) {
  codegen::Tuning tuning;
  if (set % 2 == 1) tuning.index_from = 1;
  return tuning;
}

// Every fiftieth set is compiled ahead of time and opened as a file.
constexpr long kAheadEvery = 50;

struct Subject {
  ir::Module module;
  std::unique_ptr<runtime::Engine> engine;
  // Both count the same calls, on a clock that only goes on: what either makes
  // of one that steps back is its own.
  eval::Counters counters;
  std::unique_ptr<runtime::Store> store = runtime::MakeMemoryStore();
  runtime::Decision again;
};

std::unique_ptr<runtime::Engine> OpenLibrary(const ir::Module& module,
                                             const ir::Languages& langs) {
  const auto library = codegen::EmitLibrary(module, langs);
  if (!library) {
    ADD_FAILURE() << library.error().message;
    return nullptr;
  }
  const std::string path =
      ::testing::TempDir() + "decisions-" + std::to_string(getpid()) + ".so";
  std::ofstream(path, std::ios::binary) << *library;
  std::string error;
  auto engine = runtime::OpenCompiled(path, &error);
  EXPECT_NE(engine, nullptr) << error;
  std::remove(path.c_str());
  return engine;
}

Subject MakeSubject(ir::Module module, long set) {
  Subject subject;
  subject.module = std::move(module);
  auto langs = ir::Languages::Make(subject.module);
  if (!langs) {
    ADD_FAILURE() << langs.error().message;
    return subject;
  }
  if (set % kAheadEvery == 0) {
    subject.engine = OpenLibrary(subject.module, *langs);
    return subject;
  }
  auto native = codegen::Compile(subject.module, *langs, TuningOf(set));
  if (!native) {
    ADD_FAILURE() << native.error().message;
    return subject;
  }
  std::shared_ptr<codegen::Native> owner = std::move(*native);
  std::string error;
  subject.engine = runtime::Engine::Create(owner->code(), owner, &error);
  EXPECT_NE(subject.engine, nullptr) << error;
  return subject;
}

// What DecisionJson leaves out.
template <typename D>
std::string AskOf(const D& decision) {
  std::string out = std::to_string(decision.within_seconds);
  for (const auto& role : decision.roles) out += " " + std::string(role);
  return out;
}

struct Tally {
  long pairs = 0;
  long refused = 0;  // the strict reader took the request for malformed
  long visible = 0;
  long hidden = 0;
  long held = 0;  // marks, by what went out before
  std::map<std::string, long> by;
  testing::Coverage coverage;
};

std::string WindowRow(ir::Window window, bool rolling, const char* what) {
  return std::string(rolling ? "rolling " : "") +
         std::string(ir::WindowName(window)) + " " + what;
}

std::string GroundsOf(const eval::Grounds& grounds, const ir::Module& module) {
  std::string out;
  for (const eval::Asking& vote : grounds.votes) {
    const int rule = vote.rule.valid() ? static_cast<int>(vote.rule.index) : -1;
    out += std::to_string(vote.policy.value()) + "/" + std::to_string(rule);
  }
  for (const ir::LimitId limit : grounds.limits) {
    out += " " + module.limit(limit).name;
  }
  return out;
}

std::string GroundsOf(const runtime::Grounds& grounds) {
  std::string out;
  for (const runtime::Asking& vote : grounds.votes) {
    out += std::to_string(vote.policy) + "/" + std::to_string(vote.rule);
  }
  for (const runtime::LimitSpec* limit : grounds.limits) {
    out += " " + limit->name;
  }
  return out;
}

void CountWindows(const ir::Module& module, const eval::Decision& settled,
                  std::map<std::string, long>* counts) {
  const auto count = [&](const ir::Limit& limit, const char* what) {
    ++(*counts)[WindowRow(limit.window, limit.rolling, what)];
  };
  for (const eval::Charge& charge : settled.charges) {
    if (settled.effect == ir::Effect::kAllow) {
      count(module.limit(charge.limit), "charged");
    }
  }
  if (settled.by != eval::By::kLimit) return;
  for (const ir::Limit& limit : module.limits) {
    if (limit.name == settled.limit) count(limit, "used up");
  }
}

// Lets the call out of both, each with its own counters and marks. What they
// ask about a person then approves.
void CompareGoingOut(Subject* subject, const eval::Request& request,
                     const runtime::RequestView& view, Tally* tally) {
  eval::Request marked = request;
  for (const std::string& mark :
       subject->counters.Held(subject->module, request)) {
    marked.marks.push_back(mark);
    ++tally->held;
  }
  eval::Grounds granted;
  runtime::Grounds native_granted;
  for (const bool is_approved : {false, true}) {
    eval::Decision expected = eval::Decide(subject->module, marked, granted);
    subject->counters.GoOut(subject->module, request, &expected);
    runtime::WentOut out = runtime::GoOut(
        *subject->engine, subject->store.get(), view, native_granted);
    // On the evaluator's clock a call takes no time.
    EXPECT_TRUE(subject->store->Refund(runtime::LeasesOf(out.taken)));
    const runtime::Decision& found = out.decision;
    CountWindows(subject->module, expected, &tally->by);
    EXPECT_EQ(runtime::DecisionJson(found),
              eval::DecisionJson(subject->module, expected));
    const std::string what(ir::EffectName(expected.effect));
    if (expected.by == eval::By::kLimit) ++tally->by[what + " by limit"];
    if (is_approved) ++tally->by["approved: " + what];
    if (expected.effect != ir::Effect::kAsk) return;
    EXPECT_EQ(AskOf(found), AskOf(expected));
    EXPECT_EQ(GroundsOf(found.grounds),
              GroundsOf(expected.grounds, subject->module));
    granted = expected.grounds;
    native_granted = found.grounds;
  }
}

// A decision that is used again says the same, and once it has seen the like
// takes no memory.
void DecideAgain(const runtime::Engine& engine,
                 const runtime::RequestView& view, const std::string& expected,
                 runtime::Decision* decision) {
  for (const bool is_first : {true, false}) {
    const long before = testing::MemoryRequests();
    engine.Decide(view, {}, decision);
    const long taken = testing::MemoryRequests() - before;
    EXPECT_TRUE(is_first || taken == 0) << taken << " requests for memory";
    EXPECT_EQ(runtime::DecisionJson(*decision), expected);
  }
}

void CompareOne(Subject* from, const eval::Request& request, Tally* tally) {
  const Subject& subject = *from;
  const std::string text = eval::RequestJson(request);
  SCOPED_TRACE(text);
  runtime::RequestDocument document;
  if (document.Read(text, {request.server, request.now})) {
    ++tally->refused;
    return;
  }
  runtime::RequestView view = document.view();
  view.defined = request.defined;  // the connection's, in no request's JSON
  const eval::Decision expected = eval::Decide(subject.module, request);
  const runtime::Decision found = subject.engine->Decide(view);
  EXPECT_EQ(runtime::DecisionJson(found),
            eval::DecisionJson(subject.module, expected));
  DecideAgain(*subject.engine, view, runtime::DecisionJson(found),
              &from->again);
  if (expected.effect == ir::Effect::kAsk) {
    EXPECT_EQ(AskOf(found), AskOf(expected));
  }
  ++tally->by[std::string(ir::EffectName(expected.effect)) + " by " +
              std::string(eval::ByName(expected.by))];
  CompareGoingOut(from, request, view, tally);
  if (!request.tool) return;
  const bool visible = eval::ToolVisible(subject.module, request.server,
                                         request.caller, *request.tool);
  EXPECT_EQ(
      subject.engine->ToolVisible(request.server, view.caller, *request.tool),
      visible);
  ++(visible ? tally->visible : tally->hidden);
  // What is hidden is never let out.
  EXPECT_TRUE(visible || expected.effect == ir::Effect::kDeny);
}

// Every effect for every reason that deciding has, and every window.
std::vector<std::string> MissingIn(const std::map<std::string, long>& counts) {
  std::vector<std::string> wanted = {"approved: allow", "ask by limit"};
  for (const eval::By by :
       {eval::By::kRule, eval::By::kDefault, eval::By::kLimit,
        eval::By::kSchema, eval::By::kError, eval::By::kUncovered}) {
    wanted.push_back("deny by " + std::string(eval::ByName(by)));
    if (by != eval::By::kRule && by != eval::By::kDefault) continue;
    wanted.push_back("ask by " + std::string(eval::ByName(by)));
    wanted.push_back("allow by " + std::string(eval::ByName(by)));
  }
  for (int i = 0; i < static_cast<int>(ir::Window::kConcurrent); ++i) {
    for (const bool rolling : {false, true}) {
      for (const char* what : {"charged", "used up"}) {
        wanted.push_back(WindowRow(static_cast<ir::Window>(i), rolling, what));
      }
    }
  }
  // On the evaluator's clock no call waits for another.
  wanted.push_back(WindowRow(ir::Window::kConcurrent, false, "charged"));
  std::vector<std::string> missing;
  for (const std::string& what : wanted) {
    if (!counts.contains(what)) missing.push_back(what);
  }
  return missing;
}

TEST(Decisions, RuntimeAndEvaluatorAgree) {
  const long pairs = FromEnvironment("POLC_DIFF_PAIRS", testing::kDecisions);
  const long seed = FromEnvironment("POLC_DIFF_SEED", 20270101);
  Tally tally;
  for (long sets = 0; tally.pairs < pairs && !HasFailure(); ++sets) {
    const auto set_seed = static_cast<uint64_t>(seed + sets);
    testing::Generator generator(set_seed, sets % 50 == 49 ? 40 : 6);
    Subject subject = MakeSubject(generator.MakeModule(), sets);
    ASSERT_NE(subject.engine, nullptr) << "seed " << set_seed;
    int64_t now = 1'768'473'000;
    for (int i = 0; i < kRequestsPerSet; ++i, ++tally.pairs) {
      SCOPED_TRACE("seed " + std::to_string(set_seed) + ", request " +
                   std::to_string(i));
      eval::Request request = generator.MakeRequest();
      // Steps as long as windows of every size are slots.
      now += generator.random().Below(1u << generator.random().Below(20));
      request.now = now;
      CompareOne(&subject, request, &tally);
      if (i % 50 == 0) {
        eval::Evaluator evaluator(subject.module, request);
        tally.coverage.CountAll(subject.module, &evaluator);
      }
      if (HasFailure()) {
        std::fputs(ir::Print(subject.module).c_str(), stderr);
        break;
      }
    }
  }
  std::printf(
      "seed %ld: %ld pairs, %ld refused, %ld visible, %ld hidden, %ld held\n",
      seed, tally.pairs, tally.refused, tally.visible, tally.hidden,
      tally.held);
  EXPECT_GT(tally.held, 0);
  for (const auto& [what, n] : tally.by) {
    std::printf("%-24s %ld\n", what.c_str(), n);
  }
  tally.coverage.Print();
  EXPECT_LT(tally.refused * 10, tally.pairs);
  // A short run cannot be expected to see everything.
  if (testing::kIsSanitized || pairs < testing::kDecisions) return;
  EXPECT_EQ(MissingIn(tally.by), std::vector<std::string>());
  EXPECT_EQ(tally.coverage.Missing(), std::vector<std::string>());
}

}  // namespace
}  // namespace polc
