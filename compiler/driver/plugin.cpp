// libpolc_compiler.so: the compiler as the shim borrows it
// (runtime/abi/plugin.h). Nothing is thrown across, and bad policies end in
// diagnostics, never in an exit.
#include "runtime/abi/plugin.h"

#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <string>

#include "compiler/diag/render.h"
#include "compiler/driver/session.h"

namespace {

using polc::driver::Phase;
using polc::driver::Session;
using polc::driver::SetOptions;

char* CopyText(const std::string& text) {
  char* out = static_cast<char*>(std::malloc(text.size() + 1));
  if (out != nullptr) std::memcpy(out, text.c_str(), text.size() + 1);
  return out;
}

SetOptions OptionsOf(const pol_compile_options& options) {
  SetOptions out;
  for (size_t i = 0; i < options.path_count; ++i) {
    out.paths.emplace_back(options.paths[i]);
  }
  if (options.catalog != nullptr) out.catalog = options.catalog;
  if (options.stdlib != nullptr) out.stdlib = options.stdlib;
  return out;
}

// A process reloads the set that it has: what did not change since is there.
struct Kept {
  std::mutex lock;
  polc::driver::Readings readings;
  polc::codegen::Compiler compiler;
};

Kept& KeptForReloads() {
  // Never taken down: a thread may be compiling when the process ends.
  static Kept* const kept = new Kept;
  return *kept;
}

int Compile(const pol_compile_options& options, pol_compiled* out,
            std::string* text) {
  Kept& kept = KeptForReloads();
  const std::lock_guard lock(kept.lock);
  polc::diag::Diagnostics diags;
  Session session = polc::driver::Run(OptionsOf(options), Phase::kNative,
                                      &diags, &kept.readings, &kept.compiler);
  polc::driver::MapOrigins(*session.set, &diags);
  diags.SortAndDeduplicate();
  *text = polc::diag::RenderText(session.set->files, diags, {});
  if (session.native == nullptr) return 1;
  auto* native = session.native.release();
  out->abi_version = POL_ABI_VERSION;
  out->size = sizeof *out;
  out->code = native->code();
  out->owner = native;
  return 0;
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) int pol_plugin_compile(
    const pol_compile_options* options, pol_compiled* out, char** diagnostics) {
  std::string text;
  int status = 1;
  if (options->abi_version != POL_ABI_VERSION) {
    text = "the compiler is of another version than the shim\n";
  } else {
    try {
      status = Compile(*options, out, &text);
    } catch (const std::exception& e) {
      text = std::string("the compiler failed: ") + e.what() + "\n";
    }
  }
  *diagnostics = text.empty() ? nullptr : CopyText(text);
  return status;
}

__attribute__((visibility("default"))) void pol_plugin_release(
    pol_compiled* compiled) {
  delete static_cast<polc::codegen::Native*>(compiled->owner);
  compiled->owner = nullptr;
}

__attribute__((visibility("default"))) void pol_plugin_free_text(char* text) {
  std::free(text);
}

}  // extern "C"
