// The tools that tables tell apart, and what a condition is for one of them.
#ifndef POLC_VERIFIER_NATIVE_TOOLS_H_
#define POLC_VERIFIER_NATIVE_TOOLS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/support/result.h"
#include "verifier/native/canonical.h"
#include "verifier/native/tables.h"

namespace polc::verifier::native {

/// Requests whose tools no condition tells apart, and that look into one bucket
/// of each policy.
struct ToolClass {
  enum class Of : uint8_t {
    kAny,      // all requests: nothing reads the tool's name
    kNoTool,   // that name none
    kUnknown,  // a tool that the tables do not name
    kNamed,    // one of `names`
  };
  Of of = Of::kAny;
  std::vector<std::string> names;
  std::vector<uint32_t> buckets;  // of each policy
  std::string Words() const;
};

/// The names that a look-up in the tables finds, with the buckets of each
/// policy; the error says what is wrong with the table.
Result<std::vector<std::pair<std::string, std::vector<uint32_t>>>> ReadNames(
    const Tables& tables);

/// Verdicts of conditions on the tool's name, all over one class.
class ToolFolder {
 public:
  /// `others` are the names of kUnknown. All must outlive it.
  ToolFolder(Canonical* canonical, const ToolClass& tools,
             const automata::Dfa& others)
      : canonical_(*canonical), tools_(tools), others_(others) {}

  /// A condition with the same verdict on every request of the class.
  ir::CondId Fold(ir::CondId cond);
  /// True exactly on the requests of the class.
  ir::CondId Where();

 private:
  std::optional<ir::Verdict> VerdictOf(const ir::Cond& cond) const;
  ir::CondId MakeWhere();

  Canonical& canonical_;
  const ToolClass& tools_;
  const automata::Dfa& others_;
  std::unordered_map<ir::CondId, ir::CondId> folded_;
  ir::CondId where_;
};

/// The verdict of a test of the tool's name on a name; empty if it says more
/// than that of it.
std::optional<ir::Verdict> TestName(const Canonical& canonical,
                                    const ir::Cond& cond,
                                    std::string_view name);
/// Whether it is such a test.
bool IsToolTest(const Canonical& canonical, const ir::Cond& cond);

}  // namespace polc::verifier::native

#endif  // POLC_VERIFIER_NATIVE_TOOLS_H_
