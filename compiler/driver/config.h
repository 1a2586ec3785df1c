// `polc.yaml`: how polc is to be run on a tree of policies. It says nothing of
// what policies mean, so that every program reads a set alike.
//
//   format: text
//   fail-on: warning
//   baseline: known.json
//   server: payments
//   severities: {unknown-tool: warning, schema-keyword-ignored: off}
//   sets: {payments: policies/payments, ecs: [policies/ecs, policies/org]}
#ifndef POLC_COMPILER_DRIVER_CONFIG_H_
#define POLC_COMPILER_DRIVER_CONFIG_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diag/diag.h"

namespace polc::driver {

struct NamedSet {
  std::string name;
  std::vector<std::string> paths;
};

struct Config {
  std::string path;  // of the file; empty: there is none
  std::optional<std::string> format;
  std::optional<std::string> fail_on;
  std::optional<std::string> baseline;  // a path from here
  std::optional<std::string> server;
  /// nullopt: off.
  std::map<diag::Kind, std::optional<diag::Severity>> severities;
  std::vector<NamedSet> sets;  // paths from here
};

/// The configuration in the nearest `polc.yaml` at or above `where` (a file or
/// a directory). Problems go to `diags`; the file is then in `files`.
Config FindConfig(const std::string& where, source::Files* files,
                  diag::Diagnostics* diags);

}  // namespace polc::driver

#endif  // POLC_COMPILER_DRIVER_CONFIG_H_
