// What the readers of all formats do: look at nodes, and say what is wrong.
#ifndef POLC_COMPILER_IMPORT_READER_H_
#define POLC_COMPILER_IMPORT_READER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/import/document.h"
#include "compiler/import/plan.h"

namespace polc::import {

/// One condition as it is written, `path`, `op` and `value`.
struct Test {
  bool of_state = false;          // the path begins with `state.`
  std::vector<std::string> keys;  // after `args.` or `state.`
  Op op = Op::kEq;
  std::vector<Scalar> values;
  std::variant<PolRegex, NoEqual> regex;
  source::Range range;
};

class Reader {
 public:
  explicit Reader(diag::Diagnostics* diags) : diags_(*diags) {}

  diag::Builder Fail(source::Range where, std::string message) {
    return diags_.Report(diag::Kind::kImportProblem, where, std::move(message));
  }
  size_t errors() const { return diags_.error_count(); }

  /// The text of a scalar, "" of null and, after a report, of anything else.
  std::string Text(const Node* node, std::string_view what);

  /// Whether it is a map or a list; reports if it is neither that nor null.
  bool IsMap(const Node* node, std::string_view what);
  bool IsList(const Node* node, std::string_view what);

  /// Reports each key that is not known, as an error.
  void OnlyKeys(const Node& map, const std::vector<std::string>& known);

  /// Nullopt after a report. `state`: whether counters can be read.
  std::optional<Test> ReadTest(const Node& node, bool state);

 private:
  bool ReadPath(const Node& node, bool state, Test* out);
  bool ReadOp(const Node& node, Test* out);
  bool ReadValue(const Node& node, Test* out);
  bool ReadRegex(const Scalar& value, Test* out);

  diag::Diagnostics& diags_;
};

/// The condition of a test of an argument.
Condition ConditionOf(Test test);

/// The end of the last of what stands in or below `node`.
uint32_t EndOf(const Node& node);

}  // namespace polc::import

#endif  // POLC_COMPILER_IMPORT_READER_H_
