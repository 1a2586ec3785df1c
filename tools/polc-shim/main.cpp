// polc-shim: command line to runtime/shim.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "runtime/shim/shim.h"

namespace {

constexpr int kExitUsage = 2;
constexpr int kExitBug = 70;

void Declare(CLI::App* app, polc::runtime::shim::Options* options) {
  app->add_option("--policy", options->policy.paths,
                  "policy files and directories, or one library that "
                  "`polc build` made")
      ->required()
      ->type_name("PATH...");
  app->add_option("--catalog", options->policy.catalog,
                  "a saved tools/list of the server")
      ->type_name("FILE");
  app->add_option("--state", options->state,
                  "where limits are counted: sqlite:FILE or memory: "
                  "(default: a file in the user's state directory)")
      ->type_name("URL");
  app->add_option("--audit", options->audit,
                  "the log of decisions; - is standard error "
                  "(default: a file in the user's state directory)")
      ->type_name("FILE|-");
  app->add_option("--server", options->server,
                  "the server's name in policies "
                  "(default: the only one they name, else `default`)")
      ->type_name("NAME");
  app->add_option("--grant", options->grant, "the caller's grant")
      ->type_name("NAME")
      ->capture_default_str();
  app->add_option("--stdlib", options->policy.stdlib,
                  "use this standard library")
      ->type_name("DIR");
}

}  // namespace

int main(int argc, char** argv) {
  // What follows `--` is the server's command, whatever it looks like.
  int own = 1;
  while (own < argc && std::string(argv[own]) != "--") ++own;
  polc::runtime::shim::Options options;
  for (int i = own + 1; i < argc; ++i) options.command.emplace_back(argv[i]);

  CLI::App app("Puts a policy between an MCP client and a stdio server.",
               "polc-shim");
  app.footer("The server's command stands last, after `--`.");
  Declare(&app, &options);
  try {
    app.parse(own, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  if (options.command.empty()) {
    std::fprintf(stderr, "polc-shim: no server command after `--`\n");
    return kExitUsage;
  }
  try {
    return polc::runtime::shim::Run(options);
  } catch (const std::exception& error) {
    // The server's pipes close with us: nothing goes out undecided.
    std::fprintf(stderr, "polc-shim: internal error: %s\n", error.what());
    return kExitBug;
  }
}
