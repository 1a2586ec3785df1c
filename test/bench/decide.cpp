// How long a decision takes, on workloads of workloads/generate.py:
//
//   bench_decide [flags of Google Benchmark] DIR...
//
// Every decision is checked before anything is measured. `decide`, `votes`,
// `interpreter` and `chain` begin at the same slots; `fields` fills them from a
// request that was read; `parse+decide`, `parse` and `dom` begin at the bytes
// of a message. Who calls was read before. Times are of all requests;
// `items_per_second` counts them. `load` is from text to an engine that
// decides, `again` the same in a process that has done so before, `reload` from
// the IR, `edit` the same after one rule of the IR was changed, `open` from a
// library made ahead of time.
#include <benchmark/benchmark.h>
#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/diag/render.h"
#include "compiler/driver/session.h"
#include "compiler/eval/eval.h"
#include "compiler/support/check.h"
#include "runtime/aot.h"
#include "runtime/engine.h"
#include "runtime/json/reader.h"
#include "runtime/mcp/message.h"
#include "test/bench/if_chain.h"
#include "test/bench/interpreter.h"
#include "tools/polc/bench/arrive.h"
#include "tools/polc/request.h"

namespace polc::bench {
namespace {

std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  POLC_CHECK(file.good(), "cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> Lines(const std::string& path) {
  std::vector<std::string> lines;
  std::istringstream text(ReadText(path));
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

// The evaluator, slow on purpose, decides so many requests.
constexpr size_t kEvaluated = 20;

struct Asked {
  const pol_slot* slots() const {
    return reinterpret_cast<const pol_slot*>(facts.data());
  }

  runtime::RequestView view;
  runtime::CallerFields caller;
  std::string facts;  // slots, and behind them the texts they lead to
  pol_frame frame = {};
  eval::Request for_evaluator;
};

// One directory's policy and requests.
class Workload {
 public:
  explicit Workload(const std::string& dir) : dir_(dir) {
    diag::Diagnostics diags;
    driver::SetOptions options;
    options.paths = {dir + "/policy.pol"};
    session_ = driver::Run(options, driver::Phase::kLower, &diags);
    POLC_CHECK(session_.module.has_value(),
               diag::RenderText(session_.set->files, diags, {}));
    Compile();
    messages_ = Lines(dir + "/mcp.jsonl");
    ReadRequests(Lines(dir + "/requests.jsonl"));
    std::vector<std::string> fields;
    for (const auto& field : engine_->manifest().fields) {
      fields.push_back(PlainName(field));
    }
    const std::string rules = ReadText(dir + "/rules.json");
    interpreter_ = std::make_unique<Interpreter>(rules, fields);
    chain_ = IfChain::Open(dir + "/chain.so", rules, fields);
    MakeLibrary();
    CheckAll();
  }
  ~Workload() { std::remove(library_.c_str()); }

  bool has_schema() const { return !engine_->manifest().schemas.empty(); }
  bool has_chain() const { return chain_ != nullptr; }
  size_t size() const { return asked_.size(); }

  const ir::Module& module() const { return *session_.module; }
  const ir::Languages& languages() const { return *session_.languages; }

  void Decide() {
    // Each thread has its own, and uses it again.
    thread_local runtime::Decision decision;
    for (size_t i = 0; i < asked_.size(); ++i) {
      const Asked& next = *asked_[(i + 1) % asked_.size()];
      tool::Arrive(&next.view, sizeof next.view);
      tool::Arrive(next.facts.data(), next.facts.size());
      engine_->DecideOn(asked_[i]->slots(), asked_[i]->view, {}, &decision);
      benchmark::DoNotOptimize(decision);
    }
  }
  void ParseDecide() {
    for (size_t i = 0; i < asked_.size(); ++i) {
      const Asked& next = *asked_[(i + 1) % asked_.size()];
      tool::Arrive(&next.view, sizeof next.view);
      next.caller.Foresee();
      Receive(i + 1);
      POLC_CHECK(reader_of_messages_.Read(messages_[i]) == nullptr, "refused");
      const runtime::mcp::Message& message = reader_of_messages_.message();
      runtime::RequestView view = asked_[i]->view;
      view.tool = message.tool;
      view.args = message.args;
      engine_->Decide(view, {}, &decision_);
      benchmark::DoNotOptimize(decision_);
    }
  }
  void Evaluate() {
    for (size_t i = 0; i < std::min(kEvaluated, asked_.size()); ++i) {
      benchmark::DoNotOptimize(
          eval::Decide(*session_.module, asked_[i]->for_evaluator));
    }
  }
  void Chain() {
    for (const auto& asked : asked_) {
      benchmark::DoNotOptimize(
          chain_->Allows(*asked->view.tool, asked->slots()));
    }
  }
  std::unique_ptr<runtime::Engine> Open() const {
    std::string error;
    auto engine = runtime::OpenCompiled(library_, &error);
    POLC_CHECK(engine != nullptr, error);
    return engine;
  }
  void Load() {
    diag::Diagnostics diags;
    driver::SetOptions options;
    options.paths = {dir_ + "/policy.pol"};
    driver::Session session =
        driver::Run(options, driver::Phase::kNative, &diags);
    POLC_CHECK(session.native != nullptr, "the policy does not compile");
    Enforce(std::move(session.native));
  }
  // In a process that keeps what it read and made, as the shim does.
  void Again() {
    diag::Diagnostics diags;
    driver::SetOptions options;
    options.paths = {dir_ + "/policy.pol"};
    driver::Session session =
        driver::Run(options, driver::Phase::kNative, &diags, &readings_,
                    &compiler_of_text_);
    POLC_CHECK(session.native != nullptr, "the policy does not compile");
    Enforce(std::move(session.native));
  }
  void Reload() {
    const auto langs = ir::Languages::Make(*session_.module);
    auto native = codegen::Compile(*session_.module, *langs);
    POLC_CHECK(bool(native), "the policy does not compile");
    Enforce(std::move(*native));
  }
  // One rule's literal is another than before, then the set is in force.
  void ChangeOneRule() {
    ir::Module& module = *session_.module;
    const size_t rule = ++edits_ * 7919 % module.rules.size();
    ir::Cond guard = module.cond(module.rules[rule].guard);
    POLC_CHECK(guard.kind == ir::CondKind::kAnd, "a rule of one test");
    // The last operand: the first is the tool.
    ir::Cond test = module.cond(guard.operands.back());
    for (ir::Interval& in : test.test.intervals) in.hi += 1;
    if (test.test.language.valid()) {
      ir::Lang lang = module.lang(test.test.language);
      lang.texts.back() += static_cast<char>('a' + edits_ % 26);
      lang.texts.back() += std::to_string(edits_);
      std::sort(lang.texts.begin(), lang.texts.end());
      test.test.language = ir::LangId(module.langs.size());
      module.langs.push_back(std::move(lang));
    }
    guard.operands.back() = ir::CondId(module.conds.size());
    module.conds.push_back(std::move(test));
    module.rules[rule].guard = ir::CondId(module.conds.size());
    module.conds.push_back(std::move(guard));
  }
  void EnforceEdit() {
    const auto langs =
        ir::Languages::Make(*session_.module, nullptr, compiler_.languages());
    POLC_CHECK(bool(langs), "a language is too large");
    auto native = compiler_.Compile(*session_.module, *langs);
    POLC_CHECK(bool(native), "the policy does not compile");
    edited_ = Enforce(std::move(*native));
  }
  void Votes() {
    for (const auto& asked : asked_) {
      const uint8_t covered = 1;
      pol_vote vote;
      code_->votes(&asked->frame, &covered, &vote);
      benchmark::DoNotOptimize(vote);
    }
  }
  void Fields() {
    for (const auto& asked : asked_) {
      engine_->ReadFields(asked->view, &slots_);
    }
  }
  void Schema() {
    for (const auto& asked : asked_) {
      int32_t demand = 0;
      benchmark::DoNotOptimize(code_->schema(&asked->frame, 0, &demand));
    }
  }
  void Interpret() {
    for (const auto& asked : asked_) {
      benchmark::DoNotOptimize(
          interpreter_->Allows(*asked->view.tool, asked->slots()));
    }
  }
  void Parse() {
    for (size_t i = 0; i < messages_.size(); ++i) {
      Receive(i + 1);
      benchmark::DoNotOptimize(reader_of_messages_.Read(messages_[i]));
    }
  }
  void Dom() {
    for (size_t i = 0; i < padded_.size(); ++i) {
      const auto& next = padded_[(i + 1) % padded_.size()];
      tool::Arrive(next.data(), next.size());
      benchmark::DoNotOptimize(dom_.parse(padded_[i]).error());
    }
  }
  void Compile() {
    const auto& langs = *session_.languages;
    auto native = codegen::Compile(*session_.module, langs);
    POLC_CHECK(bool(native), "the policy does not compile");
    code_ = &(*native)->code();
    engine_ = Enforce(std::move(*native));
  }

 private:
  static std::unique_ptr<runtime::Engine> Enforce(
      std::unique_ptr<codegen::Native> native) {
    std::shared_ptr<codegen::Native> owner = std::move(native);
    std::string error;
    auto engine = runtime::Engine::Create(owner->code(), owner, &error);
    POLC_CHECK(engine != nullptr, error);
    return engine;
  }
  void MakeLibrary() {
    const auto bytes =
        codegen::EmitLibrary(*session_.module, *session_.languages);
    POLC_CHECK(bool(bytes), bytes ? "" : bytes.error().message);
    library_ = dir_ + "/bench-" + std::to_string(getpid()) + ".so";
    std::ofstream(library_, std::ios::binary) << *bytes;
  }

  // As rules.json writes it.
  static std::string PlainName(const runtime::ManifestField& field) {
    std::string name = field.name.substr(0, field.name.find('['));
    for (const auto& step : field.steps) {
      if (!name.ends_with("." + step.member)) name += "." + step.member;
    }
    return name;
  }

  // All of them as one document: they lie side by side, as what one process
  // read a moment ago does.
  void ReadRequests(const std::vector<std::string>& lines) {
    std::string all;
    for (const std::string& line : lines)
      all += (all.empty() ? "[" : ",") + line;
    all += "]";
    const runtime::Fault* fault = requests_.Read(all);
    POLC_CHECK(fault == nullptr, "requests that are refused");
    reader_ = std::make_unique<runtime::FieldReader>(engine_->manifest());
    host_ = {&engine_->manifest(), reader_.get()};
    memo_.resize(code_->memo_size);
    for (runtime::json::Elements it(requests_.root()); it; it.Next()) {
      Add(it.value());
    }
  }

  void Add(runtime::json::Value request) {
    auto asked = std::make_unique<Asked>();
    asked->view.server = request.Find("server").text();
    asked->view.tool = request.Find("tool").text();
    asked->view.args = request.Find("args");
    asked->view.caller.grant = request.Find("caller").Find("grant").text();
    asked->view.caller.claims = request.Find("caller").Find("claims");
    engine_->ReadCaller(asked->view.caller, &slots_, &asked->caller);
    asked->view.caller.fields = &asked->caller;
    engine_->ReadFields(asked->view, &slots_);
    CopySlots(asked.get());
    asked->for_evaluator = tool::ToEvalRequest(asked->view);
    tools_.push_back(std::make_unique<uint32_t>(POL_NO_TOOL));
    for (const auto& schema : engine_->manifest().schemas) {
      for (uint32_t i = 0; i < schema.tools.size(); ++i) {
        if (schema.tools[i].name == asked->view.tool) {
          *tools_.back() = i;
        }
      }
    }
    asked->frame.slots = asked->slots();
    asked->frame.host = &runtime::Host();
    asked->frame.context = &host_;
    asked->frame.tools = tools_.back().get();
    asked->frame.code = code_;
    asked->frame.memo = memo_.data();
    asked_.push_back(std::move(asked));
    padded_.emplace_back(std::string_view(messages_[padded_.size()]));
  }

  // What slots_ has, and the texts.
  void CopySlots(Asked* asked) const {
    const size_t bytes = reader_->slot_count() * sizeof(pol_slot);
    std::vector<pol_slot> slots(slots_.data(),
                                slots_.data() + reader_->slot_count());
    asked->facts.assign(bytes, '\0');
    for (const pol_slot& slot : slots) {
      if (slot.kind == POL_STRING) {
        asked->facts.append(slot.u.text, slot.length);
      }
    }
    size_t at = bytes;
    for (pol_slot& slot : slots) {
      if (slot.kind != POL_STRING) continue;
      slot.u.text = asked->facts.data() + at;
      at += slot.length;
    }
    std::memcpy(asked->facts.data(), slots.data(), bytes);
  }

  // The message of that number, from now on.
  void Receive(size_t number) const {
    const std::string& message = messages_[number % messages_.size()];
    tool::Arrive(message.data(), message.size());
  }

  void CheckAll() {
    const std::vector<std::string> expected = Lines(dir_ + "/expect.txt");
    for (size_t i = 0; i < asked_.size(); ++i) {
      const auto& view = asked_[i]->view;
      const auto decision = engine_->Decide(view);
      POLC_CHECK(runtime::EffectName(decision.effect) == expected[i],
                 "request " + std::to_string(i) + " is decided " +
                     std::string(runtime::EffectName(decision.effect)));
      POLC_CHECK(interpreter_->Allows(*view.tool, asked_[i]->slots()) ==
                     (expected[i] == "allow"),
                 "the interpreter errs at request " + std::to_string(i));
      POLC_CHECK(!chain_ || chain_->Allows(*view.tool, asked_[i]->slots()) ==
                                (expected[i] == "allow"),
                 "the chain errs at request " + std::to_string(i));
    }
  }

  std::string dir_;
  driver::Session session_;
  std::unique_ptr<runtime::Engine> engine_;
  const pol_code* code_ = nullptr;
  std::unique_ptr<runtime::FieldReader> reader_;
  runtime::HostContext host_;
  runtime::Slots slots_;
  std::unique_ptr<Interpreter> interpreter_;
  std::vector<std::unique_ptr<Asked>> asked_;
  std::vector<std::unique_ptr<uint32_t>> tools_;
  std::vector<uint8_t> memo_;
  std::vector<std::string> messages_;
  std::vector<simdjson::padded_string> padded_;
  runtime::json::Reader requests_{
      {.bytes = size_t{1} << 30, .values = 1 << 20}};
  runtime::mcp::MessageReader reader_of_messages_;
  std::unique_ptr<IfChain> chain_;
  std::string library_;
  runtime::Decision decision_;
  driver::Readings readings_;
  codegen::Compiler compiler_of_text_;
  codegen::Compiler compiler_;
  std::unique_ptr<runtime::Engine> edited_;
  size_t edits_ = 0;
  simdjson::dom::parser dom_;
};

benchmark::internal::Benchmark* Register(Workload* workload,
                                         const std::string& name,
                                         void (Workload::*run)(),
                                         size_t items) {
  return benchmark::RegisterBenchmark(
      name.c_str(), [=](benchmark::State& state) {
        for (auto _ : state) (workload->*run)();
        state.SetItemsProcessed(state.iterations() *
                                static_cast<int64_t>(items));
      });
}

void RegisterAll(Workload* one, const std::string& name) {
  const size_t n = one->size();
  // Deciding is for any number of threads; the rest has buffers.
  Register(one, name + "/decide", &Workload::Decide, n)
      ->ThreadRange(1, 2)
      ->UseRealTime();
  Register(one, name + "/parse+decide", &Workload::ParseDecide, n);
  Register(one, name + "/parse", &Workload::Parse, n);
  Register(one, name + "/dom", &Workload::Dom, n);
  Register(one, name + "/votes", &Workload::Votes, n);
  Register(one, name + "/interpreter", &Workload::Interpret, n);
  if (one->has_chain()) Register(one, name + "/chain", &Workload::Chain, n);
  Register(one, name + "/eval", &Workload::Evaluate, std::min(n, kEvaluated));
  Register(one, name + "/fields", &Workload::Fields, n);
  if (one->has_schema()) Register(one, name + "/schema", &Workload::Schema, n);
  using Step = std::pair<const char*, void (Workload::*)()>;
  for (const auto& [step, run] :
       {Step{"/load", &Workload::Load}, Step{"/reload", &Workload::Reload}}) {
    Register(one, name + step, run, 1)->Unit(benchmark::kMillisecond);
  }
}

// What was read before is not what is measured.
void RegisterAgain(Workload* workload, const std::string& name) {
  benchmark::RegisterBenchmark((name + "/again").c_str(),
                               [=](benchmark::State& state) {
                                 workload->Again();
                                 for (auto _ : state) workload->Again();
                               })
      ->Unit(benchmark::kMillisecond);
}

// A library made ahead of time, and giving it back.
void RegisterOpen(Workload* workload, const std::string& name) {
  for (const bool is_open : {true, false}) {
    benchmark::RegisterBenchmark(
        (name + (is_open ? "/open" : "/close")).c_str(),
        [=](benchmark::State& state) {
          for (auto _ : state) {
            if (!is_open) state.PauseTiming();
            auto engine = workload->Open();
            is_open ? state.PauseTiming() : state.ResumeTiming();
            engine.reset();
            if (is_open) state.ResumeTiming();
          }
        })
        ->Unit(benchmark::kMillisecond);
  }
}

// The edit itself is somebody else's.
void RegisterEdit(Workload* workload, const std::string& name) {
  benchmark::RegisterBenchmark((name + "/edit").c_str(),
                               [=](benchmark::State& state) {
                                 workload->EnforceEdit();
                                 for (auto _ : state) {
                                   state.PauseTiming();
                                   workload->ChangeOneRule();
                                   state.ResumeTiming();
                                   workload->EnforceEdit();
                                 }
                               })
      ->Unit(benchmark::kMillisecond);
}

void RegisterCompile(Workload* workload, const std::string& name) {
  benchmark::RegisterBenchmark(
      (name + "/compile").c_str(),
      [=](benchmark::State& state) {
        size_t bytes = 0;
        for (auto _ : state) {
          auto native =
              codegen::Compile(workload->module(), workload->languages());
          bytes = (*native)->code().tables_size;
        }
        state.counters["tables/rule"] =
            static_cast<double>(bytes) /
            static_cast<double>(workload->module().rules.size());
      })
      ->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark(
      (name + "/languages").c_str(),
      [=](benchmark::State& state) {
        for (auto _ : state) {
          benchmark::DoNotOptimize(ir::Languages::Make(workload->module()));
        }
      })
      ->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace polc::bench

int main(int argc, char** argv) {
  using polc::bench::Workload;
  benchmark::Initialize(&argc, argv);
  std::vector<std::unique_ptr<Workload>> workloads;
  for (int i = 1; i < argc; ++i) {
    const std::string dir = argv[i];
    workloads.push_back(std::make_unique<Workload>(dir));
    Workload* one = workloads.back().get();
    const std::string name = dir.substr(dir.rfind('/') + 1);
    polc::bench::RegisterAll(one, name);
    RegisterAgain(one, name);
    RegisterCompile(one, name);
    RegisterOpen(one, name);
    RegisterEdit(one, name);
  }
  if (workloads.empty()) {
    std::fputs("bench_decide: name directories of workloads/generate.py\n",
               stderr);
    return 2;
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
