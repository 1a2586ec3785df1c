// What a reload costs those who decide meanwhile, and what two threads are
// worth:
//
//   bench_reload POLICY.pol POLICY.so MESSAGES.jsonl SECONDS
//
// Decides the messages over and over through the C ABI, alone, then while
// another thread compiles the policies and puts the library in force, again and
// again. Then one and two threads decide, and one and two go through a loop of
// arithmetic, which is what this machine's second processor is worth. The parts
// take turns, and of each the best round counts. Prints JSON.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "compiler/driver/session.h"
#include "compiler/support/check.h"
#include "runtime/polrt.h"

namespace polc::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRounds = 5;

pol_text Text(const char* words) {
  return {words, std::char_traits<char>::length(words)};
}

pol_context Context() {
  pol_context context = {};
  context.size = sizeof context;
  context.server = Text("bench");
  context.claims = Text(
      R"({"id":"agent-1","role":"editor","team":"team01","trust":5,"calls":9})");
  context.now = 1'768'473'000;
  return context;
}

class Bench {
 public:
  Bench(std::string text, std::string library, const char* messages,
        double seconds)
      : text_(std::move(text)),
        library_(std::move(library)),
        length_(std::chrono::duration_cast<Clock::duration>(
            std::chrono::duration<double>(seconds))) {
    std::ifstream file(messages);
    for (std::string line; std::getline(file, line);) messages_.push_back(line);
    POLC_CHECK(!messages_.empty(), "no messages");
    char why[256];
    policy_ = pol_open(library_.c_str(), nullptr, why, sizeof why);
    POLC_CHECK(policy_ != nullptr, why);
  }
  ~Bench() { pol_close(policy_); }

  void Run() {
    Slow alone;
    Slow reloading;
    std::vector<double> decide[2];
    std::vector<double> add[2];
    for (int round = 0; round < kRounds; ++round) {
      alone.Add(Latencies());
      std::atomic<bool> stop = false;
      std::thread reloader([&] { ReloadUntil(&stop); });
      reloading.Add(Latencies());
      stop = true;
      reloader.join();
      for (int threads : {1, 2}) {
        decide[threads - 1].push_back(
            Rate(threads, [this](long i) { return Decide(i); }));
        add[threads - 1].push_back(Rate(threads, Arithmetic));
      }
    }
    const auto gain = [](std::vector<double>* rates) {
      return *std::max_element(rates[1].begin(), rates[1].end()) /
             *std::max_element(rates[0].begin(), rates[0].end());
    };
    const double decisions = gain(decide);
    const double loops = gain(add);
    std::printf(
        "{\"alone\": %s, \"reloading\": %s, \"reloads\": %ld,\n"
        " \"two_threads\": {\"decide\": %.3f, \"arithmetic\": %.3f, "
        "\"ratio\": %.3f}}\n",
        alone.Json().c_str(), reloading.Json().c_str(), reloads_.load(),
        decisions, loops, decisions / loops);
  }

 private:
  struct Slow {
    double p50 = 0;
    double p999 = 0;
    void Add(std::vector<double> samples) {
      std::sort(samples.begin(), samples.end());
      const auto at = [&](double share) {
        return samples[static_cast<size_t>(
            share * static_cast<double>(samples.size() - 1))];
      };
      if (p999 == 0 || at(0.999) < p999) p999 = at(0.999);
      if (p50 == 0 || at(0.5) < p50) p50 = at(0.5);
    }
    std::string Json() const {
      return "{\"p50\": " + std::to_string(p50) +
             ", \"p99.9\": " + std::to_string(p999) + "}";
    }
  };

  uint64_t Decide(long i) const {
    const std::string& message =
        messages_[static_cast<size_t>(i) % messages_.size()];
    char room[1024];
    pol_decision decision = {};
    decision.size = sizeof decision;
    decision.room = room;
    decision.room_size = sizeof room;
    return static_cast<uint64_t>(pol_decide(
        policy_, message.data(), message.size(), &context_, &decision));
  }

  static uint64_t Arithmetic(long i) {
    auto x = static_cast<uint64_t>(i);
    for (int k = 0; k < 500; ++k) x = x * 6364136223846793005u + 1442695040888u;
    return x;
  }

  std::vector<double> Latencies() const {
    std::vector<double> samples;
    samples.reserve(1 << 22);
    const auto end = Clock::now() + length_;
    auto begin = Clock::now();
    for (long i = 0; begin < end && samples.size() < samples.capacity(); ++i) {
      seen += Decide(i);
      const auto now = Clock::now();
      samples.push_back(
          std::chrono::duration<double, std::nano>(now - begin).count());
      begin = now;
    }
    return samples;
  }

  double Rate(int threads, const std::function<uint64_t(long)>& step) const {
    std::vector<long> counts(static_cast<size_t>(threads));
    std::vector<std::thread> running;
    const auto end = Clock::now() + length_;
    for (long& count : counts) {
      running.emplace_back([&, end] {
        uint64_t sum = 0;
        long n = 0;
        while (Clock::now() < end) {
          for (int k = 0; k < 64; ++k) sum += step(n++);
        }
        count = n;
        seen += sum;
      });
    }
    for (std::thread& thread : running) thread.join();
    double all = 0;
    for (const long count : counts) all += static_cast<double>(count);
    return all;
  }

  void ReloadUntil(const std::atomic<bool>* stop) {
    while (!*stop) {
      diag::Diagnostics diags;
      driver::SetOptions options;
      options.paths = {text_};
      const auto session = driver::Run(options, driver::Phase::kNative, &diags);
      POLC_CHECK(session.native != nullptr, "the policy does not compile");
      char why[256];
      POLC_CHECK(pol_reload(policy_, library_.c_str(), why, sizeof why) == 1,
                 why);
      ++reloads_;
    }
  }

  static inline std::atomic<uint64_t> seen = 0;  // what was decided is used

  std::string text_;
  std::string library_;
  Clock::duration length_;
  std::vector<std::string> messages_;
  pol_context context_ = Context();
  pol_policy* policy_ = nullptr;
  std::atomic<long> reloads_ = 0;
};

}  // namespace
}  // namespace polc::bench

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fputs("bench_reload POLICY.pol POLICY.so MESSAGES.jsonl SECONDS\n",
               stderr);
    return 2;
  }
  polc::bench::Bench(argv[1], argv[2], argv[3], std::atof(argv[4])).Run();
  return 0;
}
