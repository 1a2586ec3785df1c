// polc: checks, builds, evaluates and tests policies. Only the command line is
// here; each command is a file beside this one.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "tools/polc/bench/bench.h"
#include "tools/polc/check/cache.h"
#include "tools/polc/command.h"
#include "tools/polc/scan/scan.h"

namespace {

using polc::driver::Config;
using polc::driver::NamedSet;
using polc::driver::SetOptions;
using polc::tool::BenchOptions;
using polc::tool::BuildOptions;
using polc::tool::CheckOptions;
using polc::tool::DiffOptions;
using polc::tool::DocOptions;
using polc::tool::EvalOptions;
using polc::tool::FailOn;
using polc::tool::FmtOptions;
using polc::tool::Format;
using polc::tool::ImportOptions;
using polc::tool::ReportOptions;
using polc::tool::ReviewOptions;
using polc::tool::ScanOptions;
using polc::tool::TestOptions;

const std::map<std::string, Format> kFormats = {
    {"text", Format::kText},         {"json", Format::kJson},
    {"sarif", Format::kSarif},       {"github", Format::kGithub},
    {"markdown", Format::kMarkdown}, {"junit", Format::kJunit}};
const std::map<std::string, FailOn> kLevels = {
    {"never", FailOn::kNever},     {"error", FailOn::kError},
    {"warning", FailOn::kWarning}, {"note", FailOn::kNote},
    {"unknown", FailOn::kUnknown}, {"widened", FailOn::kWidened}};

void AddReadOptions(CLI::App* app, SetOptions* set) {
  app->add_option("--catalog", set->catalog,
                  "a saved tools/list, for policies that name none");
  app->add_option("--stdlib", set->stdlib,
                  "a directory that replaces the standard library");
}

void AddSetOptions(CLI::App* app, SetOptions* set) {
  app->add_option("paths", set->paths, "policy files and directories")
      ->required();
  AddReadOptions(app, set);
}

// Paths that may be left out where a polc.yaml names sets.
void AddPaths(CLI::App* app, SetOptions* set) {
  app->add_option("paths", set->paths,
                  "policy files and directories; without, each set of "
                  "polc.yaml");
  AddReadOptions(app, set);
}

template <typename T>
std::string Words(const std::map<std::string, T>& words) {
  std::string out;
  for (const auto& [word, value] : words) {
    out += (out.empty() ? "" : "|") + word;
  }
  return out;
}

// One of some words; the library's own validator says the numbers behind them.
template <typename T>
CLI::Validator OneOf(const std::map<std::string, T>& words) {
  const auto to_number = [words](std::string& input) -> std::string {
    const auto at = words.find(input);
    if (at == words.end()) return input + " is none of " + Words(words);
    input = std::to_string(static_cast<int>(at->second));
    return "";
  };
  return {to_number, "", "OneOf"};
}

void AddReport(CLI::App* app, ReportOptions* options) {
  app->add_option("--format", options->format,
                  "text, json, sarif, github, markdown or junit")
      ->transform(OneOf(kFormats))
      ->type_name(Words(kFormats));
  app->add_option("--fail-on", options->fail_on,
                  "exit 1 on findings of this severity or above; `unknown`: "
                  "as `error`, and exit 3 if anything stayed undecided; "
                  "`widened`: the same, and exit 1 if anything is more "
                  "permitted than before")
      ->transform(OneOf(kLevels))
      ->type_name(Words(kLevels));
}

void AddCheck(CLI::App* app, CheckOptions* options) {
  AddPaths(app, &options->set);
  AddReport(app, &options->report);
  auto* baseline = app->add_option("--baseline", options->report.baseline,
                                   "a file of known findings, not reported");
  app->add_option("--write-baseline", options->report.write_baseline,
                  "write such a file, with all that is found now")
      ->excludes(baseline);
  app->add_flag("--mutate", options->mutate,
                "look for rules that no assertion or test holds");
  app->add_flag(
      "--paranoid", options->paranoid,
      "prove that the native code's tables say what the policies say");
  app->add_option("--library", options->library,
                  "compiled policies to prove the same of: what `polc build` "
                  "made of these")
      ->check(CLI::ExistingFile);
  app->add_option("--dump-smt", options->dump_smt,
                  "write the solver's queries to this directory");
  auto* fix = app->add_flag(
      "--fix", options->fix,
      "change the files first: names misspelled, and rules that never decide, "
      "where no decision changes");
  options->cache = polc::tool::DefaultCache();
  app->add_option("--cache", options->cache,
                  "keep what was found out in this directory, for the next "
                  "check; otherwise in $XDG_CACHE_HOME/polc or ~/.cache/polc")
      ->type_name("DIR");
  app->add_flag("!--no-cache", options->use_cache,
                "find everything out again, and keep nothing")
      ->excludes("--cache");
  app->add_flag("--stats", options->stats,
                "say on standard error how much was checked, and how long that "
                "took");
  app->add_flag("--watch", options->watch,
                "check again whenever a file changes, until interrupted")
      ->excludes(fix)
      ->excludes("--write-baseline");
}

void AddDiff(CLI::App* app, DiffOptions* options) {
  app->add_option_function<std::string>(
         "old",
         [=](const std::string& path) { options->before.paths = {path}; },
         "the policies as they were")
      ->required();
  app->add_option_function<std::string>(
         "new", [=](const std::string& path) { options->after.paths = {path}; },
         "the policies as they are")
      ->required();
  AddReadOptions(app, &options->after);
  AddReport(app, &options->report);
}

void AddReview(CLI::App* app, ReviewOptions* options) {
  app->add_option("--base", options->base,
                  "the revision of git that the change is made to")
      ->required();
  AddPaths(app, &options->set);
  AddReport(app, &options->report);
}

void AddBuild(CLI::App* app, BuildOptions* options) {
  AddSetOptions(app, &options->set);
  app->add_option("--emit", options->emit,
                  "so (default: a library that polc-shim starts from), obj, or "
                  "a stage as text: tokens, ast, typed-ast, ir, llvm, asm")
      ->check(CLI::IsMember(
          {"tokens", "ast", "typed-ast", "ir", "llvm", "asm", "obj", "so"}));
  app->add_option("-o,--output", options->output,
                  "a file, or `-` for standard output (text: the default)");
}

void AddBench(CLI::App* app, BenchOptions* options) {
  AddSetOptions(app, &options->set);
  app->add_option("--requests", options->requests,
                  "a file with JSON Lines of requests, or `-`")
      ->required();
  app->add_option("--server", options->server,
                  "of requests that name none (default: the only one that the "
                  "policies name)");
  app->add_option("--passes", options->passes,
                  "over all requests, each of which is one sample")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app->add_option("--eval-seconds", options->eval_seconds,
                  "begin no further pass of the reference evaluator after "
                  "this time")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
}

void AddEval(CLI::App* app, EvalOptions* options) {
  AddSetOptions(app, &options->set);
  app->add_option("--request", options->request,
                  "a file with a request or JSON Lines of them, or `-`");
  app->add_option("--server", options->server,
                  "of requests that name none (default: the only one that the "
                  "policies name)");
  const std::map<std::string, bool> engines = {{"jit", true}, {"eval", false}};
  app->add_option("--engine", options->native,
                  "jit (what is enforced) or eval (the reference)")
      ->transform(OneOf(engines))
      ->type_name(Words(engines));
  app->add_flag("--explain", options->explain,
                "say why: the rules tried, what decided each, the next one");
}

void AddFmt(CLI::App* app, FmtOptions* options) {
  app->add_option("paths", options->paths,
                  "policy files and directories, or `-`")
      ->required();
  app->add_flag("--check", options->check,
                "change nothing; name the files that would change, and exit 1");
}

void AddImport(CLI::App* app, ImportOptions* options) {
  app->add_option("files", options->files,
                  "Intercept YAML or PolicyLayer policy.json")
      ->required();
  app->add_option("-o,--output", options->output,
                  "a file, `-`, or a directory for several policies");
}

void AddDoc(CLI::App* app, DocOptions* options) {
  app->add_option("paths", options->set.paths, "policy files and directories");
  AddReadOptions(app, &options->set);
  const std::map<std::string, bool> formats = {{"markdown", false},
                                               {"html", true}};
  app->add_option("--format", options->html, "markdown or html")
      ->transform(OneOf(formats))
      ->type_name(Words(formats));
  app->add_flag("--library", options->library,
                "the reference of the standard library");
  app->add_option("-o,--output", options->output,
                  "a file, or `-` for standard output");
}

void AddTest(CLI::App* app, TestOptions* options) {
  AddSetOptions(app, &options->set);
  const std::map<std::string, Format> formats = {{"text", Format::kText},
                                                 {"json", Format::kJson},
                                                 {"junit", Format::kJunit}};
  app->add_option("--format", options->format, "text, json or junit (XML)")
      ->transform(OneOf(formats))
      ->type_name(Words(formats));
  app->add_flag("--coverage", options->coverage,
                "say which rules voted, and which operands of their "
                "conditions no test decided");
  app->add_option("--fail-under", options->fail_under,
                  "exit 1 if less than this many percent of them did")
      ->check(CLI::Range(0, 100));
}

void AddScan(CLI::App* app, ScanOptions* options) {
  app->footer("The command of a server over stdio stands last, after `--`.");
  app->add_option("--url", options->url,
                  "the endpoint of a server over Streamable HTTP");
  app->add_option("--server", options->server,
                  "its name in policies; without, made of the command or URL")
      ->check(CLI::Validator(
          [](const std::string& name) {
            return name.find_first_of("/\\\"\n") == std::string::npos
                       ? std::string()
                       : "a server's name has no slashes and quotes";
          },
          "NAME"));
  app->add_option("--grant", options->grant,
                  "the only grant that the policy lets use it");
  app->add_option("-o,--output", options->directory,
                  "where SERVER.json and SERVER.pol go (default: here)");
  app->add_option("--catalog", options->catalog,
                  "the catalog's file; the policy goes beside it");
  app->add_option("--diff", options->diff,
                  "a saved catalog: say what changed since, write nothing");
  app->add_flag("--update", options->update,
                "replace a catalog although the server has changed");
  app->add_option("--policy", options->policies,
                  "policy files and directories: name the rules that a change "
                  "concerns")
      ->allow_extra_args(false);
  app->add_option("--env", options->environment,
                  "NAME or NAME=VALUE, for the server's environment")
      ->allow_extra_args(false);
  app->add_option("--header", options->headers,
                  "\"Name: value\" with every request; ${VAR} is replaced")
      ->allow_extra_args(false);
  app->add_option("--timeout", options->timeout,
                  "seconds for all of it (default: 60)")
      ->check(CLI::Range(0.1, 3600.0));
  app->add_flag("--time", options->with_time, "note the time in the catalog");
  app->add_flag("--verbose", options->verbose,
                "show what the server writes on its standard error");
  const std::map<std::string, Format> formats = {{"text", Format::kText},
                                                 {"json", Format::kJson}};
  app->add_option("--format", options->format, "text or json")
      ->transform(OneOf(formats))
      ->type_name(Words(formats));
  const std::map<std::string, FailOn> levels = {{"never", FailOn::kNever},
                                                {"error", FailOn::kError},
                                                {"warning", FailOn::kWarning},
                                                {"note", FailOn::kNote}};
  app->add_option("--fail-on", options->fail_on,
                  "exit 1 on findings of this severity or above (default: "
                  "warning)")
      ->transform(OneOf(levels))
      ->type_name(Words(levels));
}

// In CI nothing that stayed undecided may pass as fine.
FailOn DefaultFailOn() {
  const char* ci = std::getenv("CI");
  return ci != nullptr && std::strcmp(ci, "true") == 0 ? FailOn::kUnknown
                                                       : FailOn::kError;
}

// Defaults of the polc.yaml at or above the policies; what the command line
// says goes first. False, with a message, if the file is wrong.
bool Configure(const std::vector<std::string>& paths, Config* config) {
  polc::source::Files files;
  polc::diag::Diagnostics diags;
  *config =
      polc::driver::FindConfig(paths.empty() ? "." : paths[0], &files, &diags);
  return polc::tool::PrintProblems(files, &diags) == polc::tool::kOk;
}

bool ConfigureReport(const CLI::App* app, const std::vector<std::string>& paths,
                     ReportOptions* options, Config* config) {
  if (!Configure(paths, config)) return false;
  if (config->format && app->count("--format") == 0) {
    options->format = kFormats.at(*config->format);
  }
  if (config->fail_on && app->count("--fail-on") == 0) {
    options->fail_on = kLevels.at(*config->fail_on);
  }
  options->severities = config->severities;
  return true;
}

// The sets to work on, if the command line names no paths. False, with a
// message, if there are none.
bool NeedSets(const CLI::App* app, const std::vector<std::string>& paths,
              const Config& config, std::vector<NamedSet>* sets) {
  if (!paths.empty()) return true;
  *sets = config.sets;
  if (!sets->empty()) return true;
  std::fprintf(stderr,
               "polc %s: name policies to read, or sets in a polc.yaml\n",
               app->get_name().c_str());
  return false;
}

int Check(const CLI::App* app, CheckOptions* options) {
  Config config;
  ReportOptions& report = options->report;
  if (!ConfigureReport(app, options->set.paths, &report, &config) ||
      !NeedSets(app, options->set.paths, config, &options->sets)) {
    return polc::tool::kCannotRun;
  }
  if (config.baseline && app->count("--baseline") == 0 &&
      report.write_baseline.empty()) {
    report.baseline = *config.baseline;
  }
  return polc::tool::RunCheck(*options);
}

int Diff(const CLI::App* app, DiffOptions* options) {
  Config config;
  options->before.catalog = options->after.catalog;
  options->before.stdlib = options->after.stdlib;
  if (!ConfigureReport(app, options->after.paths, &options->report, &config)) {
    return polc::tool::kCannotRun;
  }
  return polc::tool::RunDiff(*options);
}

int ReviewChange(const CLI::App* app, ReviewOptions* options) {
  Config config;
  if (!ConfigureReport(app, options->set.paths, &options->report, &config) ||
      !NeedSets(app, options->set.paths, config, &options->sets)) {
    return polc::tool::kCannotRun;
  }
  return polc::tool::RunReview(*options);
}

int Eval(const CLI::App* app, EvalOptions* options) {
  Config config;
  if (!Configure(options->set.paths, &config)) {
    return polc::tool::kCannotRun;
  }
  if (config.server && app->count("--server") == 0) {
    options->server = *config.server;
  }
  return polc::tool::RunEval(*options);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("polc: what AI agents may do with their tools");
  app.require_subcommand(1);
  app.set_version_flag("--version", "polc 0.1.0");

  CheckOptions check;
  check.report.fail_on = DefaultFailOn();
  CLI::App* check_app =
      app.add_subcommand("check", "find what is wrong with a policy set");
  AddCheck(check_app, &check);
  DiffOptions diff;
  diff.report.fail_on = DefaultFailOn();
  CLI::App* diff_app =
      app.add_subcommand("diff",
                         "find what one policy set does that another "
                         "does not");
  AddDiff(diff_app, &diff);
  ReviewOptions review;
  review.report.fail_on = DefaultFailOn();
  review.report.format = Format::kMarkdown;
  CLI::App* review_app =
      app.add_subcommand("review", "say what a change in git means");
  AddReview(review_app, &review);
  BuildOptions build;
  CLI::App* build_app = app.add_subcommand(
      "build", "compile a policy set, or show what it becomes");
  AddBuild(build_app, &build);
  EvalOptions eval;
  CLI::App* eval_app = app.add_subcommand("eval", "decide requests");
  AddEval(eval_app, &eval);
  BenchOptions bench;
  CLI::App* bench_app = app.add_subcommand(
      "bench", "measure decisions, and hold the engines to each other");
  AddBench(bench_app, &bench);
  TestOptions test;
  CLI::App* test_app = app.add_subcommand("test", "run the `test` blocks");
  AddTest(test_app, &test);
  FmtOptions fmt;
  CLI::App* fmt_app = app.add_subcommand("fmt", "lay policies out");
  AddFmt(fmt_app, &fmt);
  DocOptions doc;
  CLI::App* doc_app =
      app.add_subcommand("doc", "write down who may do what, for people");
  AddDoc(doc_app, &doc);
  ScanOptions scan;
  // What follows `--` is the server's command, whatever it looks like.
  int own = argc;
  if (argc > 1 && std::strcmp(argv[1], "scan") == 0) {
    own = 1;
    while (own < argc && std::strcmp(argv[own], "--") != 0) ++own;
    scan.command.assign(argv + std::min(own + 1, argc), argv + argc);
  }
  CLI::App* scan_app = app.add_subcommand(
      "scan", "ask a live server what it offers, or what changed");
  AddScan(scan_app, &scan);
  CLI::App* explain_app =
      app.add_subcommand("explain", "say what a finding means");
  std::string explained;
  explain_app->add_option("check", explained,
                          "a check or a code; without, lists them");
  ImportOptions import;
  CLI::App* import_app =
      app.add_subcommand("import", "turn policies of other formats into Pol");
  AddImport(import_app, &import);
  CLI::App* audit_app = app.add_subcommand("audit", "audit logs");
  audit_app->require_subcommand(1);
  CLI::App* verify_app =
      audit_app->add_subcommand("verify", "find tampering in an audit log");
  std::string log;
  verify_app->add_option("file", log, "the log")->required();

  try {
    app.parse(own, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? polc::tool::kOk : polc::tool::kCannotRun;
  }
  if (check_app->parsed()) return Check(check_app, &check);
  if (diff_app->parsed()) return Diff(diff_app, &diff);
  if (review_app->parsed()) return ReviewChange(review_app, &review);
  if (build_app->parsed()) return polc::tool::RunBuild(build);
  if (bench_app->parsed()) return polc::tool::RunBench(bench);
  if (eval_app->parsed()) return Eval(eval_app, &eval);
  if (test_app->parsed()) return polc::tool::RunTest(test);
  if (fmt_app->parsed()) return polc::tool::RunFmt(fmt);
  if (doc_app->parsed()) return polc::tool::RunDoc(doc);
  if (scan_app->parsed()) return polc::tool::RunScan(scan);
  if (explain_app->parsed()) return polc::tool::RunExplain(explained);
  if (import_app->parsed()) return polc::tool::RunImport(import);
  return polc::tool::RunAuditVerify(log);
}
