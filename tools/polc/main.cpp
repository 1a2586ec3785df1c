// polc: checks, builds, evaluates and tests policies. Only the command line is
// here; each command is a file beside this one.
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

#include "tools/polc/command.h"

namespace {

using polc::tool::BuildOptions;
using polc::tool::CheckOptions;
using polc::tool::EvalOptions;
using polc::tool::FailOn;
using polc::tool::FmtOptions;
using polc::tool::Format;
using polc::tool::ImportOptions;
using polc::tool::TestOptions;

void AddSetOptions(CLI::App* app, polc::driver::SetOptions* set) {
  app->add_option("paths", set->paths, "policy files and directories")
      ->required();
  app->add_option("--catalog", set->catalog,
                  "a saved tools/list, for policies that name none");
  app->add_option("--stdlib", set->stdlib,
                  "a directory that replaces the standard library");
}

void AddCheck(CLI::App* app, CheckOptions* options) {
  AddSetOptions(app, &options->set);
  const std::map<std::string, Format> formats = {{"text", Format::kText},
                                                 {"json", Format::kJson}};
  app->add_option("--format", options->format, "text or json")
      ->transform(CLI::CheckedTransformer(formats));
  const std::map<std::string, FailOn> levels = {{"never", FailOn::kNever},
                                                {"error", FailOn::kError},
                                                {"warning", FailOn::kWarning},
                                                {"note", FailOn::kNote},
                                                {"unknown", FailOn::kUnknown}};
  app->add_option("--fail-on", options->fail_on,
                  "exit 1 on findings of this severity or above; `unknown`: "
                  "as `error`, and exit 3 if anything stayed undecided")
      ->transform(CLI::CheckedTransformer(levels));
  app->add_option("--dump-smt", options->dump_smt,
                  "write the solver's queries to this directory");
}

void AddBuild(CLI::App* app, BuildOptions* options) {
  AddSetOptions(app, &options->set);
  app->add_option("--emit", options->emit,
                  "tokens, ast, typed-ast, ir, llvm, asm or obj")
      ->required()
      ->check(CLI::IsMember(
          {"tokens", "ast", "typed-ast", "ir", "llvm", "asm", "obj"}));
  app->add_option("-o,--output", options->output,
                  "a file, or `-` for standard output");
}

void AddEval(CLI::App* app, EvalOptions* options) {
  AddSetOptions(app, &options->set);
  app->add_option("--request", options->request,
                  "a file with a request or JSON Lines of them, or `-`");
  const std::map<std::string, bool> engines = {{"jit", true}, {"eval", false}};
  app->add_option("--engine", options->native,
                  "jit (what is enforced) or eval (the reference)")
      ->transform(CLI::CheckedTransformer(engines));
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

void AddTest(CLI::App* app, TestOptions* options) {
  AddSetOptions(app, &options->set);
  const std::map<std::string, Format> formats = {{"text", Format::kText},
                                                 {"json", Format::kJson},
                                                 {"junit", Format::kJunit}};
  app->add_option("--format", options->format, "text, json or junit (XML)")
      ->transform(CLI::CheckedTransformer(formats));
  app->add_flag("--coverage", options->coverage,
                "say which rules voted, and which operands of their "
                "conditions no test decided");
  app->add_option("--fail-under", options->fail_under,
                  "exit 1 if less than this many percent of them did")
      ->check(CLI::Range(0, 100));
}

// In CI nothing that stayed undecided may pass as fine.
FailOn DefaultFailOn() {
  const char* ci = std::getenv("CI");
  return ci != nullptr && std::strcmp(ci, "true") == 0 ? FailOn::kUnknown
                                                       : FailOn::kError;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("polc: what AI agents may do with their tools");
  app.require_subcommand(1);
  app.set_version_flag("--version", "polc 0.1.0");

  CheckOptions check;
  check.fail_on = DefaultFailOn();
  CLI::App* check_app =
      app.add_subcommand("check", "find what is wrong with a policy set");
  AddCheck(check_app, &check);
  BuildOptions build;
  CLI::App* build_app =
      app.add_subcommand("build", "show what a policy set becomes");
  AddBuild(build_app, &build);
  EvalOptions eval;
  CLI::App* eval_app = app.add_subcommand("eval", "decide requests");
  AddEval(eval_app, &eval);
  TestOptions test;
  CLI::App* test_app = app.add_subcommand("test", "run the `test` blocks");
  AddTest(test_app, &test);
  FmtOptions fmt;
  CLI::App* fmt_app = app.add_subcommand("fmt", "lay policies out");
  AddFmt(fmt_app, &fmt);
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
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? polc::tool::kOk : polc::tool::kCannotRun;
  }
  if (check_app->parsed()) return polc::tool::RunCheck(check);
  if (build_app->parsed()) return polc::tool::RunBuild(build);
  if (eval_app->parsed()) return polc::tool::RunEval(eval);
  if (test_app->parsed()) return polc::tool::RunTest(test);
  if (fmt_app->parsed()) return polc::tool::RunFmt(fmt);
  if (explain_app->parsed()) return polc::tool::RunExplain(explained);
  if (import_app->parsed()) return polc::tool::RunImport(import);
  return polc::tool::RunAuditVerify(log);
}
