// How much a tool can do, from what its server says of it: annotations, the
// words of its name, the values of an operation argument, the first word of
// its description. All of that is a claim; every answer comes with its reason.
#ifndef POLC_COMPILER_SCAN_RISK_H_
#define POLC_COMPILER_SCAN_RISK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/scan/json.h"

namespace polc::scan {

/// From harmless to not; kUnclear where nothing says anything.
enum class Risk : uint8_t {
  kRead,
  kWrite,
  kExecute,
  kDestructive,
  kFinancial,
  kUnclear,
};
std::string_view RiskName(Risk risk);

/// What one word says, if it is in the table.
std::optional<Risk> RiskOfWord(std::string_view word);
/// What the words of a name say ("DescribeServices"), a tool's or an
/// operation's.
std::optional<Risk> RiskOfName(std::string_view name);
/// Whether an argument of this name chooses what its tool does.
bool IsOperation(std::string_view argument);

/// An argument whose value decides what the call does.
struct Operations {
  std::string argument;
  bool required = false;
  std::optional<std::string> if_absent;  // the schema's default
  struct Group {
    Risk risk = Risk::kUnclear;
    std::vector<std::string> values;
  };
  std::vector<Group> groups;  // by risk, two or more
};

struct Assessment {
  Risk risk = Risk::kUnclear;
  std::string why;  // "readOnlyHint says so"
  /// A read of what should not leave: credentials, the environment.
  std::optional<std::string> secret;  // the word that says so
  std::optional<Operations> operations;
};

/// `tool`: an entry of `tools/list`.
Assessment Assess(const Json& tool);

}  // namespace polc::scan

#endif  // POLC_COMPILER_SCAN_RISK_H_
