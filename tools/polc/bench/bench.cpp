#include "tools/polc/bench/bench.h"

#include <elf.h>
#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/session.h"
#include "compiler/eval/json.h"
#include "compiler/support/check.h"
#include "runtime/aot.h"
#include "runtime/sha256.h"
#include "tools/polc/bench/arrive.h"
#include "tools/polc/bench/requests.h"
#include "tools/polc/command.h"
#include "tools/polc/input.h"
#include "tools/polc/native.h"
#include "tools/polc/output.h"

namespace polc::tool {
namespace {

using Clock = std::chrono::steady_clock;
using driver::Session;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// The least of a few: what it takes when nothing else runs.
constexpr int kTries = 5;
constexpr double kTrySeconds = 2;

double LeastMilliseconds(const std::function<void()>& action) {
  const auto start = Clock::now();
  double least = 0;
  for (int i = 0; i < kTries && (i == 0 || SecondsSince(start) < kTrySeconds);
       ++i) {
    const auto begin = Clock::now();
    action();
    const double one = SecondsSince(begin) * 1e3;
    if (i == 0 || one < least) least = one;
  }
  return least;
}

struct Samples {
  std::vector<double> nanoseconds;  // a decision, of each pass

  std::string Json() {
    std::sort(nanoseconds.begin(), nanoseconds.end());
    const auto at = [&](double share) {
      const auto last = static_cast<double>(nanoseconds.size() - 1);
      return nanoseconds[static_cast<size_t>(share * last + 0.5)];
    };
    return fmt::format(
        R"({{"min": {:.1f}, "median": {:.1f}, "p99": {:.1f}, "passes": {}}})",
        at(0), at(0.5), at(0.99), nanoseconds.size());
  }
};

// Of this process, in bytes.
int64_t Resident() {
  malloc_trim(0);
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  long size = 0;
  long pages = 0;
  if (std::fscanf(file, "%ld %ld", &size, &pages) != 2) pages = 0;
  std::fclose(file);
  return int64_t{pages} * sysconf(_SC_PAGESIZE);
}

// Bytes of the sections that are run.
uint64_t CodeBytes(const std::string& library) {
  Elf64_Ehdr head;
  std::memcpy(&head, library.data(), sizeof head);
  uint64_t bytes = 0;
  for (size_t i = 0; i < head.e_shnum; ++i) {
    Elf64_Shdr section;
    std::memcpy(&section, library.data() + head.e_shoff + i * sizeof section,
                sizeof section);
    if (section.sh_flags & SHF_EXECINSTR) bytes += section.sh_size;
  }
  return bytes;
}

class Bench {
 public:
  Bench(Session session, const BenchOptions& options)
      : session_(std::move(session)), options_(options) {}

  // An error of the environment or of the requests.
  Result<void> Prepare(const std::string& requests) {
    CompileNothing();
    const int64_t before = Resident();
    if (auto done = Compile(); !done) return done.error();
    resident_ = Resident() - before;
    std::optional<Error> problem;
    compile_ms_ = LeastMilliseconds([&] {
      if (auto done = Compile(); !done) problem = done.error();
    });
    if (problem) return *problem;
    if (auto done = OpenAhead(); !done) return done.error();
    const std::string server =
        options_.server.empty() ? DefaultServer(*native_) : options_.server;
    const int64_t now = std::chrono::duration_cast<std::chrono::seconds>(
                            std::chrono::system_clock::now().time_since_epoch())
                            .count();
    auto read = ReadBenchRequests(requests, *native_, server, now);
    if (!read) return read.error();
    requests_ = std::move(*read);
    return {};
  }

  // Empty, or which engines differ about which request.
  std::string Check() {
    std::string lines;
    runtime::mcp::MessageReader reader;
    for (size_t i = 0; i < requests_.size(); ++i) {
      const BenchRequest& one = *requests_[i];
      const runtime::RequestView& view = one.view;
      const std::string expected = eval::DecisionJson(
          *session_.module, eval::Decide(*session_.module, one.for_evaluator));
      reader.Read(one.message);
      const std::string found[] = {
          runtime::DecisionJson(native_->DecideOn(one.slots.data(), view)),
          runtime::DecisionJson(
              native_->Decide(ViewOf(reader.message(), view))),
          runtime::DecisionJson(ahead_->Decide(view))};
      const char* names[] = {"native code", "native code from bytes",
                             "the library"};
      for (size_t k = 0; k < std::size(found); ++k) {
        if (found[k] == expected) continue;
        return fmt::format("request {}: {} decides {}, the evaluator {}", i + 1,
                           names[k], found[k], expected);
      }
      lines += expected + "\n";
    }
    digest_ = runtime::Sha256Hex(lines);
    return "";
  }

  std::string Report() {
    std::vector<std::pair<const char*, Samples>> rows = {
        {"decide", Sample([this](const BenchRequest& one) {
           native_->DecideOn(one.slots.data(), one.view, {}, &decision_);
           return Decided();
         })},
        {"parse+decide", Sample([this](const BenchRequest& one) {
           reader_.Read(one.message);
           native_->Decide(ViewOf(reader_.message(), one.view), {}, &decision_);
           return Decided();
         })},
        {"parse", Sample([this](const BenchRequest& one) {
           return reader_.Read(one.message) == nullptr ? 1u : 0u;
         })},
        {"eval", SampleEvaluator()}};
    std::string out = fmt::format(
        "{{\n  \"rules\": {},\n  \"requests\": {},\n"
        "  \"front_ms\": {:.3f},\n  \"compile_ms\": {:.3f},\n"
        "  \"code_bytes\": {},\n  \"resident_bytes\": {},\n"
        "  \"library\": {{\"bytes\": {}, \"open_ms\": {:.3f}}},\n"
        "  \"digest\": \"{}\"",
        session_.module->rules.size(), requests_.size(), session_.front_ms,
        compile_ms_, code_bytes_, std::max<int64_t>(resident_, 0),
        library_bytes_, open_ms_, digest_);
    for (auto& [name, samples] : rows) {
      out += fmt::format(",\n  \"{}\": {}", name, samples.Json());
    }
    return out + "\n}\n";
  }

 private:
  double Count() const { return static_cast<double>(requests_.size()); }

  // What the compiler needs but once is not this set's.
  static void CompileNothing() {
    const ir::Module nothing;
    const auto langs = ir::Languages::Make(nothing);
    if (langs) (void)codegen::Compile(nothing, *langs);
  }

  Result<void> Compile() {
    auto langs = ir::Languages::Make(*session_.module);
    if (!langs) return langs.error();
    auto native = codegen::Compile(*session_.module, *langs);
    if (!native) return native.error();
    native_ = MakeEngine(std::move(*native));
    return {};
  }

  Result<void> OpenAhead() {
    auto library = codegen::EmitLibrary(*session_.module, *session_.languages);
    if (!library) return library.error();
    std::string name = std::filesystem::temp_directory_path() / "polc-XXXXXX";
    const int made = mkstemp(name.data());
    if (made < 0) return Error{"no temporary file: " + name};
    close(made);
    if (WriteOutput(name, *library) != kOk) return Error{"no temporary file"};
    std::string error;
    std::vector<std::unique_ptr<runtime::Engine>> opened;
    open_ms_ = LeastMilliseconds(
        [&] { opened.push_back(runtime::OpenCompiled(name, &error)); });
    std::remove(name.c_str());
    ahead_ = std::move(opened.back());
    if (!ahead_) return Error{error};
    library_bytes_ = library->size();
    code_bytes_ = CodeBytes(*library) + native_->code().tables_size;
    return {};
  }

  uint64_t Decided() const {
    return static_cast<uint64_t>(decision_.effect) + decision_.rule.size();
  }

  template <typename Action>
  double Pass(const Action& action) {
    const auto start = Clock::now();
    const size_t slots = native_->manifest().fields.size();
    for (size_t i = 0; i < requests_.size(); ++i) {
      const BenchRequest& next = *requests_[(i + 1) % requests_.size()];
      Arrive(next.message.data(), next.message.size());
      Arrive(next.slots.data(), slots * sizeof(pol_slot));
      seen_ += action(*requests_[i]);
    }
    return SecondsSince(start) * 1e9 / Count();
  }

  template <typename Action>
  Samples Sample(const Action& action) {
    Samples samples;
    for (int i = 0; i < 3; ++i) Pass(action);  // caches, branches, buffers
    for (int i = 0; i < options_.passes; ++i) {
      samples.nanoseconds.push_back(Pass(action));
    }
    return samples;
  }

  // Slow on purpose: with many rules two hundred passes take hours.
  Samples SampleEvaluator() {
    const auto start = Clock::now();
    Samples samples;
    for (int i = 0; i < options_.passes; ++i) {
      if (i > 0 && SecondsSince(start) > options_.eval_seconds) break;
      samples.nanoseconds.push_back(Pass([this](const BenchRequest& one) {
        const auto decision = eval::Decide(*session_.module, one.for_evaluator);
        return static_cast<uint64_t>(decision.effect) + decision.rule.size();
      }));
    }
    return samples;
  }

  Session session_;
  const BenchOptions& options_;
  std::unique_ptr<runtime::Engine> native_;
  std::unique_ptr<runtime::Engine> ahead_;
  std::vector<std::unique_ptr<BenchRequest>> requests_;
  runtime::mcp::MessageReader reader_;
  runtime::Decision decision_;
  int64_t resident_ = 0;
  double compile_ms_ = 0;
  double open_ms_ = 0;
  uint64_t code_bytes_ = 0;
  uint64_t library_bytes_ = 0;
  std::string digest_;
  volatile uint64_t seen_ = 0;  // what was decided is used
};

}  // namespace

int RunBench(const BenchOptions& options) {
  diag::Diagnostics diags;
  Session session = driver::Run(options.set, driver::Phase::kLower, &diags);
  PrintProblems(*session.set, &diags);
  if (!session.module) return kCannotRun;
  std::string requests;
  if (!ReadInput(options.requests, &requests)) {
    fmt::print(stderr, "polc: cannot read `{}`\n", options.requests);
    return kCannotRun;
  }
  Bench bench(std::move(session), options);
  if (auto ready = bench.Prepare(requests); !ready) {
    fmt::print(stderr, "polc bench: {}\n", ready.error().message);
    return kCannotRun;
  }
  const std::string differ = bench.Check();
  POLC_CHECK(differ.empty(), differ);
  fmt::print("{}", bench.Report());
  return kOk;
}

}  // namespace polc::tool
