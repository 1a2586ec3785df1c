// `polc build`: a library of compiled policies, and each stage on the way to
// it, as text or as an object.
#include <cstdio>
#include <optional>
#include <string>

#include "compiler/ast/dump.h"
#include "compiler/codegen/codegen.h"
#include "compiler/driver/paths.h"
#include "compiler/driver/session.h"
#include "compiler/import/import.h"
#include "compiler/ir/text.h"
#include "compiler/support/limits.h"
#include "compiler/syntax/parse.h"
#include "tools/polc/command.h"
#include "tools/polc/output.h"

namespace polc::tool {
namespace {

using driver::Phase;
using driver::Session;

std::string EmitFile(const source::Files& files, source::FileId file,
                     const std::string& emit, diag::Diagnostics* diags) {
  if (emit == "tokens") return syntax::DumpTokens(files, file, diags);
  const std::optional<ast::File> ast = syntax::Parse(files, file, diags);
  return ast ? ast::Dump(*ast, {}) : "";
}

// Tokens and trees come before there is a set: each file by itself, whatever
// it imports.
int EmitFiles(const BuildOptions& options) {
  driver::PolicySet set;
  diag::Diagnostics diags;
  std::string out;
  for (const std::string& path : options.set.paths) {
    const Result<std::vector<std::string>> files = driver::PolicyFiles(path);
    if (!files) {
      diags.Report(diag::Kind::kCannotRead, {}, files.error().message);
      continue;
    }
    for (const std::string& name : *files) {
      Result<source::FileId> file = set.files.Read(name, kLimits.source_bytes);
      if (!file) {
        diags.Report(diag::Kind::kCannotRead, {}, file.error().message);
        continue;
      }
      if (import::IsImported(name)) {
        const auto made = driver::ImportFile(*file, &set, &diags);
        if (!made) continue;
        file = *made;
      }
      out += EmitFile(set.files, *file, options.emit, &diags);
    }
  }
  const int status = WriteOutput(options.output, out);
  const int problems = PrintProblems(set, &diags);
  return problems != kOk ? problems : status;
}

std::string DumpTyped(const std::vector<sema::LoadedFile>& files) {
  std::string out;
  for (const sema::LoadedFile& file : files) {
    // Modules of the library are not what the user asked to see.
    if (!file.module_path.empty()) continue;
    out += ast::Dump(file.ast, {.types = true});
  }
  return out;
}

Result<std::string> EmitText(const Session& session, const std::string& emit) {
  if (emit == "ir") return ir::Print(*session.module);
  if (emit == "llvm") {
    return codegen::EmitLlvm(*session.module, *session.languages);
  }
  if (emit == "asm") {
    return codegen::EmitAssembly(*session.module, *session.languages);
  }
  if (emit == "obj") {
    return codegen::EmitObject(*session.module, *session.languages);
  }
  return codegen::EmitLibrary(*session.module, *session.languages);
}

bool IsText(const std::string& emit) { return emit != "so" && emit != "obj"; }

}  // namespace

int RunBuild(const BuildOptions& given) {
  BuildOptions options = given;
  if (options.output.empty()) {
    if (!IsText(options.emit)) {
      std::fprintf(stderr, "polc build: name the file to write with `-o`\n");
      return kCannotRun;
    }
    options.output = "-";
  }
  if (options.emit == "tokens" || options.emit == "ast") {
    return EmitFiles(options);
  }
  const Phase last =
      options.emit == "typed-ast" ? Phase::kCheck : Phase::kLower;
  diag::Diagnostics diags;
  Session session = driver::Run(options.set, last, &diags);
  std::optional<std::string> out;
  if (last == Phase::kCheck && session.program) {
    out = DumpTyped(session.program->files);
  } else if (session.module) {
    Result<std::string> text = EmitText(session, options.emit);
    if (text) out = std::move(*text);
    if (!text) {
      diags.Report(diag::Kind::kCannotRead, {}, text.error().message);
    }
  }
  const int problems = PrintProblems(*session.set, &diags);
  if (!out) return kCannotRun;
  const int status = WriteOutput(options.output, *out);
  return status != kOk ? status : problems;
}

}  // namespace polc::tool
