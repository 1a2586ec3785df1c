// Counts what a differential test has exercised: each operator's verdicts.
#ifndef POLC_TEST_DIFF_COVERAGE_H_
#define POLC_TEST_DIFF_COVERAGE_H_

#include <array>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>

#include "compiler/ir/ir.h"

namespace polc::testing {

inline std::string OperatorName(const ir::Cond& cond) {
  static constexpr std::array<const char*, 4> kCompares = {"==", "<",
                                                           "<=", "under join"};
  switch (cond.kind) {
    case ir::CondKind::kConst:
      return "constant";
    case ir::CondKind::kTest:
      if (cond.test.domain.valid()) return "test string in domain";
      return "test " + std::string(ir::TestKindName(cond.test.kind));
    case ir::CondKind::kCompare:
      return "compare " + std::string(kCompares[static_cast<size_t>(cond.op)]);
    case ir::CondKind::kNot:
      return "not";
    case ir::CondKind::kAnd:
      return "and";
    case ir::CondKind::kOr:
      return "or";
    case ir::CondKind::kAll:
      return "all";
  }
  return "?";
}

class Coverage {
 public:
  void Count(const std::string& what, ir::Verdict verdict) {
    ++counts_[what][static_cast<size_t>(verdict)];
  }
  uint64_t Of(const std::string& what, ir::Verdict verdict) const {
    const auto at = counts_.find(what);
    return at == counts_.end() ? 0 : at->second[static_cast<size_t>(verdict)];
  }
  void Print() const {
    std::printf("%-24s %12s %12s %12s\n", "operator", "false", "true", "error");
    for (const auto& [what, n] : counts_) {
      std::printf("%-24s %12llu %12llu %12llu\n", what.c_str(),
                  static_cast<unsigned long long>(n[0]),
                  static_cast<unsigned long long>(n[1]),
                  static_cast<unsigned long long>(n[2]));
    }
  }

 private:
  std::map<std::string, std::array<uint64_t, 3>> counts_;
};

}  // namespace polc::testing

#endif  // POLC_TEST_DIFF_COVERAGE_H_
