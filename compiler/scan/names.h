// Names of tools: which can be called at all, and which look like others.
#ifndef POLC_COMPILER_SCAN_NAMES_H_
#define POLC_COMPILER_SCAN_NAMES_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace polc::scan {

/// Whether a call may name it: 1 to 128 of `A-Za-z0-9_.-`.
bool IsCallable(std::string_view name);

/// Equal for names that a person takes for one another: case, separators,
/// digits that look like letters, and letters of other scripts that look like
/// Latin ones (after Unicode TR 39's skeletons).
std::string Skeleton(std::string_view name);

struct Lookalike {
  std::string other;
  std::string how;  // "differs only in case"
};

/// Names, and which of them another could be taken for.
class KnownNames {
 public:
  void Add(const std::string& name);

  /// A name among those added that `name`, not one of them, could be taken
  /// for. `is_new`: it came later than they did; then one letter's difference
  /// counts too, but for a plural and a digit.
  std::optional<Lookalike> FindLookalike(const std::string& name,
                                         bool is_new) const;

 private:
  std::vector<std::string> names_;
  std::map<std::string, std::string> by_skeleton_;  // the first of each
};

/// `name` for a message: at most 80 code points, then three dots.
std::string Shown(std::string_view name);

}  // namespace polc::scan

#endif  // POLC_COMPILER_SCAN_NAMES_H_
