// Counts what a differential test has exercised: the verdicts of each operator
// and language, what each root was found to hold. The rows come from the IR's
// enumerators: one that the generators never make, or never bring to one of its
// outcomes, fails the test.
#ifndef POLC_TEST_DIFF_COVERAGE_H_
#define POLC_TEST_DIFF_COVERAGE_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "compiler/eval/evaluator.h"
#include "compiler/ir/ir.h"

namespace polc::testing {

class Coverage {
 public:
  void Count(const std::string& what, ir::Verdict verdict) {
    ++counts_[what][static_cast<size_t>(verdict)];
  }

  /// Every condition of the module but those inside quantifiers, its languages
  /// and its fields, on the evaluator's request.
  void CountAll(const ir::Module& module, eval::Evaluator* evaluator);

  void Print() const;

  /// The outcomes that no request has shown, of all operators and languages
  /// that the IR has: "test number: error".
  std::vector<std::string> Missing() const;

 private:
  void CountLanguage(const ir::Module& module, ir::LangId id,
                     const std::string& text);

  // By row: how often false, true, error. Of a language: outside, inside. Of a
  // root: absent, present, bad.
  std::map<std::string, std::array<uint64_t, 3>> counts_;
};

}  // namespace polc::testing

#endif  // POLC_TEST_DIFF_COVERAGE_H_
