// `polc scan`: its options, and the parts that each do one thing of it.
#ifndef POLC_TOOLS_POLC_SCAN_SCAN_H_
#define POLC_TOOLS_POLC_SCAN_SCAN_H_

#include <optional>
#include <string>
#include <vector>

#include "compiler/scan/changes.h"
#include "compiler/scan/offer.h"
#include "tools/polc/command.h"

namespace polc::tool {

struct ScanOptions {
  std::vector<std::string> command;  // of a stdio server, or
  std::string url;                   // of one over HTTP
  std::string server;                // its name in policies; empty: made up
  std::optional<std::string> grant;
  std::string directory = ".";
  std::string catalog;  // a file; empty: SERVER.json in the directory
  std::string diff;     // a catalog to compare with, writing nothing
  bool update = false;  // replace a catalog that has changed
  std::vector<std::string> policies;     // whose rules a change may concern
  std::vector<std::string> environment;  // NAME or NAME=VALUE
  std::vector<std::string> headers;      // "Name: value", ${VAR} replaced
  double timeout = 60;                   // seconds, for everything
  bool with_time = false;
  bool verbose = false;
  Format format = Format::kText;
  FailOn fail_on = FailOn::kWarning;
};

int RunScan(const ScanOptions& options);

/// Asks the server for all that it offers. The error is for a person.
Result<scan::Offer> AskServer(const ScanOptions& options);

/// The operator's name of the server: the one given, else one made of the
/// command's or the URL's own words, never of what the server says.
std::string ServerName(const ScanOptions& options);

/// The names of the rules, limits and marks of `paths` whose target covers a
/// tool. After problems, which are printed, an empty optional.
std::optional<scan::RulesOf> LoadRules(const std::vector<std::string>& paths);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_SCAN_SCAN_H_
