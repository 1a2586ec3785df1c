#include "tools/polc/test/run.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>

#include "compiler/eval/json.h"
#include "compiler/support/check.h"
#include "compiler/support/json_string.h"
#include "runtime/approval.h"
#include "runtime/going_out.h"
#include "runtime/limits/store.h"
#include "runtime/request.h"
#include "runtime/text.h"
#include "tools/polc/native.h"

namespace polc::tool {
namespace {

using ast::Expectation;
using ast::TestStep;
using ast::TestStepKind;

// 2026-01-15T10:30:00Z, a Thursday in the middle of every window but the week.
constexpr int64_t kStart = 1'768'473'000;

struct Outcome {
  runtime::Decision decision;
  std::string request;
};

// The last call that a person was asked about.
struct Waiting {
  runtime::Ask ask;
  std::string request;
};

// One test: a caller, a clock, counters, and what was decided since the last
// `expect`.
class TestRun {
 public:
  TestRun(const sema::Program& program, size_t file,
          const runtime::Engine& engine, std::string server,
          diag::Diagnostics* diags, const Observer& observer)
      : program_(program),
        file_(file),
        engine_(engine),
        server_(std::move(server)),
        diags_(*diags),
        observer_(observer),
        store_(runtime::MakeMemoryStore()) {}

  bool Run(const ast::Test& test) {
    bool passed = true;
    for (const TestStep& step : test.steps) passed &= RunStep(step);
    return passed;
  }

 private:
  bool RunStep(const TestStep& step) {
    switch (step.kind) {
      case TestStepKind::kAs:
        Become(step);
        return true;
      case TestStepKind::kAt:
        return MoveTo(step);
      case TestStepKind::kAfter:
        now_ += step.duration.seconds;
        return true;
      case TestStepKind::kCall:
        for (int64_t i = 0; i < step.times; ++i) {
          Decide(CallText(step.word.text, step.json));
        }
        return true;
      case TestStepKind::kRead:
        Decide(RequestText("\"resource\": " + JsonString(step.word.text)));
        return true;
      case TestStepKind::kApprove:
      case TestStepKind::kReject:
        return Answer(step);
      case TestStepKind::kExpect:
        return Expect(step);
    }
    POLC_UNREACHABLE("test step");
  }

  void Become(const TestStep& step) {
    const std::string& what = step.word.text;
    if (what == "roles") {
      roles_.clear();
      for (const ast::Name& role : step.values) roles_.push_back(role.text);
    } else if (what == "grant") {
      grant_ = step.values[0].text;
    } else if (what == "subject") {
      subject_ = step.values[0].text;
    } else {
      session_ = step.values[0].text;
    }
  }

  bool MoveTo(const TestStep& step) {
    const std::optional<int64_t> at = runtime::ParseTime(step.instant.text);
    if (at) {
      now_ = *at;
      return true;
    }
    diags_.Report(diag::Kind::kTestFailed, step.instant.range,
                  fmt::format("`{}` is no RFC 3339 time", step.instant.text));
    return false;
  }

  std::string RequestText(const std::string& target) const {
    std::string roles;
    for (const std::string& role : roles_) {
      roles += (roles.empty() ? "" : ", ") + JsonString(role);
    }
    return fmt::format(
        "{{\"server\": {}, {}, \"caller\": {{\"grant\": {}{}, \"roles\": "
        "[{}]}}, \"session\": {}, \"now\": {}}}",
        JsonString(server_), target, JsonString(grant_),
        subject_ ? ", \"subject\": " + JsonString(*subject_) : "", roles,
        JsonString(session_), JsonString(eval::InstantText(now_)));
  }

  std::string CallText(const std::string& tool, const std::string& args) const {
    return RequestText(
        fmt::format("\"tool\": {}, \"args\": {}", JsonString(tool), args));
  }

  // A call of a test has ended when the next one begins.
  void Finish(const runtime::Receipt& taken) {
    (void)store_->Refund(runtime::LeasesOf(taken));
  }

  void Decide(std::string request) {
    Outcome outcome;
    outcome.request = std::move(request);
    if (const auto problem = document_.Read(outcome.request, {server_, now_})) {
      outcome.decision = runtime::Denial(runtime::By::kMalformed, *problem);
    } else {
      runtime::RequestView view = document_.view();
      runtime::WentOut out = runtime::GoOut(engine_, store_.get(), view);
      view.marks = out.held;
      if (observer_) observer_(view);
      Finish(out.taken);
      outcome.decision = std::move(out.decision);
    }
    if (outcome.decision.effect == runtime::Effect::kAsk) {
      waiting_ = {{outcome.decision, now_, subject_, {}}, outcome.request};
    }
    outcomes_.push_back(std::move(outcome));
  }

  // What comes of an answer is expected as a call is.
  bool Answer(const TestStep& step) {
    if (!waiting_) {
      diags_.Report(diag::Kind::kTestFailed, step.range,
                    "no call of this test waits for an answer");
      return false;
    }
    runtime::Answered answered;
    if (step.kind == TestStepKind::kReject) {
      answered = runtime::Reject(waiting_->ask);
    } else {
      const auto problem = document_.Read(waiting_->request, {server_, now_});
      POLC_CHECK(!problem, "what was decided can't be read again");
      runtime::RequestView request = document_.view();
      request.now = now_;
      runtime::Approver approver;
      if (!step.values.empty()) approver.subject = step.values[0].text;
      answered = runtime::Approve(engine_, store_.get(), request, approver,
                                  &waiting_->ask);
      Finish(answered.taken);
    }
    outcomes_.push_back({std::move(answered.decision), waiting_->request});
    if (!answered.is_open) waiting_.reset();
    return true;
  }

  bool Expect(const TestStep& step) {
    bool passed = true;
    std::vector<Expectation> effects;
    for (const Expectation& expected : step.expectations) {
      if (expected.what == Expectation::What::kEffect) {
        effects.push_back(expected);
      } else {
        passed &= ExpectListing(expected);
      }
    }
    // What is listed says nothing about calls.
    return effects.empty() ? passed : ExpectEffects(step, effects) && passed;
  }

  bool ExpectListing(const Expectation& expected) {
    const bool is_listed = IsListed(expected.name.text);
    if (is_listed == (expected.what == Expectation::What::kListed)) return true;
    diags_.Report(
        diag::Kind::kTestFailed, expected.range,
        is_listed ? fmt::format("expected `{}` to be hidden, but some call of "
                                "it may be permitted",
                                expected.name.text)
                  : fmt::format("expected `{}` to be listed, but no call of "
                                "it can be permitted",
                                expected.name.text));
    return false;
  }

  bool IsListed(const std::string& tool) {
    if (document_.Read(CallText(tool, "{}"), {server_, now_})) return false;
    return engine_.ToolVisible(server_, document_.view().caller, tool);
  }

  bool ExpectEffects(const TestStep& step,
                     const std::vector<Expectation>& effects) {
    std::vector<Outcome> outcomes = std::move(outcomes_);
    outcomes_.clear();
    size_t at = 0;
    for (const Expectation& expected : effects) {
      for (int64_t i = 0; i < expected.times; ++i, ++at) {
        if (at == outcomes.size()) {
          diags_.Report(diag::Kind::kTestFailed, expected.range,
                        fmt::format("expected more calls than the {} made "
                                    "since the last `expect`",
                                    outcomes.size()));
          return false;
        }
        if (!Holds(expected, outcomes[at].decision)) {
          ReportMismatch(expected, outcomes[at], at + 1);
          return false;
        }
      }
    }
    if (at == outcomes.size()) return true;
    diags_.Report(
        diag::Kind::kTestFailed, step.range,
        fmt::format("{} calls were made since the last `expect`, {} expected",
                    outcomes.size(), at));
    return false;
  }

  bool Holds(const Expectation& expected,
             const runtime::Decision& decision) const {
    if (static_cast<int>(expected.effect) !=
        static_cast<int>(decision.effect)) {
      return false;
    }
    switch (expected.by) {
      case Expectation::By::kAny:
        return true;
      case Expectation::By::kDefault:
        return decision.by == runtime::By::kDefault;
      case Expectation::By::kRule:
        return decision.by == runtime::By::kRule &&
               decision.rule == Name(sema::SymbolKind::kRule, expected);
      case Expectation::By::kLimit:
        return decision.by == runtime::By::kLimit &&
               decision.rule == Name(sema::SymbolKind::kLimit, expected);
    }
    POLC_UNREACHABLE("expectation");
  }

  std::string Name(sema::SymbolKind kind, const Expectation& expected) const {
    return program_.QualifiedName(file_, kind, expected.name.text)
        .value_or(expected.name.text);
  }

  std::string Describe(const Expectation& expected) const {
    const auto effect =
        ir::EffectName(static_cast<ir::Effect>(expected.effect));
    switch (expected.by) {
      case Expectation::By::kAny:
        return fmt::format("`{}`", effect);
      case Expectation::By::kDefault:
        return fmt::format("`{}` by default", effect);
      case Expectation::By::kRule:
        return fmt::format("`{}` by rule `{}`", effect,
                           Name(sema::SymbolKind::kRule, expected));
      case Expectation::By::kLimit:
        return fmt::format("`{}` by limit `{}`", effect,
                           Name(sema::SymbolKind::kLimit, expected));
    }
    POLC_UNREACHABLE("expectation");
  }

  void ReportMismatch(const Expectation& expected, const Outcome& outcome,
                      size_t number) {
    const runtime::Decision& d = outcome.decision;
    std::string got = fmt::format("`{}` by {}", runtime::EffectName(d.effect),
                                  runtime::ByName(d.by));
    if (!d.rule.empty()) got += fmt::format(" `{}`", d.rule);
    diag::Finding finding;
    finding.rule = std::string(d.rule);
    finding.witness = outcome.request;
    auto report = diags_.Report(diag::Kind::kTestFailed, expected.range,
                                fmt::format("expected {}, but call {} is {}",
                                            Describe(expected), number, got));
    report.With(std::move(finding));
    if (!d.reason.empty()) report.Help(fmt::format("reason: {}", d.reason));
  }

  const sema::Program& program_;
  size_t file_;
  const runtime::Engine& engine_;
  std::string server_;
  diag::Diagnostics& diags_;
  const Observer& observer_;
  std::unique_ptr<runtime::Store> store_;
  runtime::RequestDocument document_;
  std::string grant_ = "default";
  std::optional<std::string> subject_;
  std::vector<std::string> roles_;
  std::string session_ = "test";
  int64_t now_ = kStart;
  std::vector<Outcome> outcomes_;
  std::optional<Waiting> waiting_;
};

}  // namespace

std::vector<TestResult> RunTests(const sema::Program& program,
                                 const runtime::Engine& engine,
                                 diag::Diagnostics* diags,
                                 const Observer& observer) {
  std::vector<TestResult> out;
  for (size_t i = 0; i < program.files.size(); ++i) {
    const ast::File& file = program.files[i].ast;
    // A policy's tests call its own server.
    const std::string server = file.header.servers.empty()
                                   ? DefaultServer(engine)
                                   : file.header.servers[0].text;
    for (const ast::Decl& decl : file.decls) {
      const auto* test = std::get_if<ast::Test>(&decl.node);
      if (test == nullptr) continue;
      TestResult& result = out.emplace_back();
      result.policy = program.ModuleName(i);
      result.name = test->name.text;
      result.range = decl.range;
      result.first_problem = diags->all().size();
      const auto start = std::chrono::steady_clock::now();
      TestRun run(program, i, engine, server, diags, observer);
      result.passed = run.Run(*test);
      const std::chrono::duration<double> elapsed =
          std::chrono::steady_clock::now() - start;
      result.seconds = elapsed.count();
      result.end_problem = diags->all().size();
    }
  }
  return out;
}

}  // namespace polc::tool
