// What goes with a decision that permits: charges and marks. Internal to the
// evaluator.
#ifndef POLC_COMPILER_EVAL_CHARGE_H_
#define POLC_COMPILER_EVAL_CHARGE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/eval/evaluator.h"

namespace polc::eval {

/// Collects charges; an error, once there, stays and denies.
class Charging {
 public:
  /// Both must outlive it.
  Charging(const ir::Module& module, Evaluator* evaluator)
      : module_(module), evaluator_(evaluator) {}

  /// Charges `limit`; named twice with one key it is charged once, at the
  /// larger amount, and softly only if softly both times.
  void Add(ir::LimitId limit, bool or_ask);
  /// Adds the limits and marks whose `on` covers the request, of modules with
  /// a policy for `server`.
  void AddCovering(std::string_view server);

  const std::optional<std::string>& error() const { return error_; }
  const std::vector<Charge>& charges() const { return charges_; }
  const std::vector<ir::MarkId>& marks() const { return marks_; }

 private:
  bool ReadKey(const ir::Key& key, Charge* charge) const;
  bool IsCovered(ir::CondId on, const std::vector<ir::PolicyId>& policies,
                 std::string_view server, std::string_view what,
                 const std::string& name);
  void Fail(std::string reason);

  const ir::Module& module_;
  Evaluator* evaluator_;
  std::optional<std::string> error_;
  std::vector<Charge> charges_;
  std::vector<ir::MarkId> marks_;
};

/// The schema is held against calls to `server`.
bool IsEnforced(const ir::Schema& schema, std::string_view server);
const ir::ToolSchema* FindTool(const ir::Schema& schema, std::string_view name);

}  // namespace polc::eval

#endif  // POLC_COMPILER_EVAL_CHARGE_H_
