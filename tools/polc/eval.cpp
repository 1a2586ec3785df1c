// `polc eval`: decisions for requests, as JSON, one a line.
#include "compiler/eval/eval.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include "compiler/driver/session.h"
#include "compiler/eval/json.h"
#include "compiler/support/check.h"
#include "runtime/going_out.h"
#include "runtime/limits/store.h"
#include "tools/polc/command.h"
#include "tools/polc/input.h"
#include "tools/polc/native.h"
#include "tools/polc/request.h"
#include "tools/polc/walk.h"

namespace polc::tool {
namespace {

using driver::Session;

int64_t Now() {
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  return duration_cast<seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Decides one request after another; limits and marks
// carry over.
class Evaluation {
 public:
  Evaluation(Session* session, const EvalOptions& options)
      : module_(*session->module),
        engine_(MakeEngine(std::move(session->native))),
        native_(options.native),
        explain_(options.explain),
        server_(options.server.empty() ? DefaultServer(*engine_)
                                       : options.server),
        store_(runtime::MakeMemoryStore()) {}

  bool CanRead(std::string_view text) {
    return !document_.Read(text, {server_, Now()});
  }

  std::string Decide(std::string_view text) {
    if (const auto problem = document_.Read(text, {server_, Now()})) {
      return runtime::DecisionJson(
          runtime::Denial(runtime::By::kMalformed, *problem));
    }
    if (!explain_) return native_ ? DecideNative() : DecideByEvaluator();
    std::string walk;
    const std::string decided = DecideByEvaluator(&walk);
    if (native_) {
      // The walk is the evaluator's: worth something only if they agree.
      const std::string enforced = DecideNative();
      POLC_CHECK(enforced == decided,
                 "the engines differ: " + enforced + " natively, " + decided);
    }
    return decided.substr(0, decided.size() - 1) + ",\"explain\":" + walk + "}";
  }

 private:
  std::string DecideNative() {
    const runtime::RequestView& request = document_.view();
    const runtime::WentOut out =
        runtime::GoOut(*engine_, store_.get(), request);
    // On this clock a call takes no time.
    (void)store_->Refund(runtime::LeasesOf(out.taken));
    return runtime::DecisionJson(out.decision);
  }

  std::string DecideByEvaluator(std::string* walk = nullptr) {
    eval::Request request = ToEvalRequest(document_.view());
    for (std::string& mark : counters_.Held(module_, request)) {
      request.marks.push_back(std::move(mark));
    }
    if (walk != nullptr) *walk = WalkJson(module_, request);
    eval::Decision decision = eval::Decide(module_, request);
    counters_.GoOut(module_, request, &decision);
    return eval::DecisionJson(module_, decision);
  }

  const ir::Module& module_;
  std::unique_ptr<runtime::Engine> engine_;
  bool native_;
  bool explain_;
  std::string server_;
  runtime::RequestDocument document_;
  std::unique_ptr<runtime::Store> store_;
  eval::Counters counters_;
};

bool IsBlank(std::string_view line) {
  return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// One request over several lines, or one on each line.
void DecideAll(Evaluation* evaluation, std::string_view text) {
  if (evaluation->CanRead(text)) {
    fmt::print("{}\n", evaluation->Decide(text));
    return;
  }
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (!IsBlank(line)) fmt::print("{}\n", evaluation->Decide(line));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

int RunEval(const EvalOptions& options) {
  diag::Diagnostics diags;
  Session session = driver::Run(options.set, driver::Phase::kNative, &diags);
  const int problems = PrintProblems(*session.set, &diags);
  if (session.native == nullptr) return kCannotRun;
  (void)problems;  // findings are `polc check`'s; a decision is a decision
  std::string text;
  if (!ReadInput(options.request, &text)) {
    fmt::print(stderr, "polc: cannot read `{}`\n", options.request);
    return kCannotRun;
  }
  Evaluation evaluation(&session, options);
  DecideAll(&evaluation, text);
  return kOk;
}

}  // namespace polc::tool
