// `polc audit verify`: does an audit log still say what was written?
#include "runtime/audit/audit.h"

#include <fmt/format.h>

#include "tools/polc/command.h"

namespace polc::tool {

int RunAuditVerify(const std::string& path) {
  const runtime::AuditVerdict verdict = runtime::VerifyAudit(path);
  if (verdict.ok) {
    fmt::print("{}: {} record{}, chain intact, head {}\n", path, verdict.count,
               verdict.count == 1 ? "" : "s", verdict.head);
    return kOk;
  }
  if (verdict.line == 0) {
    fmt::print(stderr, "polc: {}: {}\n", path, verdict.problem);
    return kCannotRun;
  }
  fmt::print("{}:{}: error: {} [audit]\n", path, verdict.line, verdict.problem);
  return kFindings;
}

}  // namespace polc::tool
