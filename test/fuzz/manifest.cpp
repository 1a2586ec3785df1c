// What stands beside compiled code. The input chooses a generated policy set
// and edits the bytes of its manifest, so that no change of the format makes
// the corpus useless; and it is taken for a manifest as it is.
#include "runtime/abi/manifest.h"

#include <map>
#include <string>

#include "compiler/codegen/layout.h"
#include "compiler/codegen/manifest.h"
#include "compiler/support/check.h"
#include "runtime/engine.h"
#include "test/fuzz/input.h"
#include "test/unit/support/ir_generator.h"

namespace polc::fuzz {
namespace {

// Code that votes nothing.
void Votes(pol_frame*, const uint8_t*, pol_vote*) {}
uint32_t Schema(pol_frame*, uint32_t, int32_t*) { return POL_TRUE; }
uint32_t Covers(pol_frame*, uint32_t) { return POL_FALSE; }

const std::string& ManifestOf(uint8_t which) {
  static std::map<uint8_t, std::string> made;
  std::string& bytes = made[which];
  if (bytes.empty()) {
    const ir::Module module = testing::Generator(which).MakeModule();
    bytes = runtime::EncodeManifest(
        codegen::MakeManifest(module, codegen::MakeLayout(module)));
    POLC_CHECK(runtime::DecodeManifest(bytes).has_value(), "our own");
  }
  return bytes;
}

// Decoded bytes encode to themselves; an engine that takes them holds each of
// their numbers against the others.
void Open(std::string_view bytes) {
  const auto manifest = runtime::DecodeManifest(bytes);
  if (!manifest) return;
  POLC_CHECK(runtime::EncodeManifest(*manifest) == bytes,
             "two encodings of one manifest");
  pol_code code = {};
  code.abi_version = POL_ABI_VERSION;
  code.size = sizeof code;
  code.votes = Votes;
  code.schema = Schema;
  code.limit_covers = Covers;
  code.mark_covers = Covers;
  code.manifest = reinterpret_cast<const uint8_t*>(bytes.data());
  code.manifest_size = bytes.size();
  std::string error;
  const auto engine = runtime::Engine::Create(code, nullptr, &error);
  POLC_CHECK((engine == nullptr) == !error.empty(), error);
  if (!engine) return;
  for (const std::string& server : engine->Servers()) {
    (void)engine->ToolVisible(server, {}, "read_file");
  }
}

}  // namespace
}  // namespace polc::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  polc::fuzz::Open(polc::fuzz::Text(data, size));
  if (size == 0) return 0;
  std::string bytes = polc::fuzz::ManifestOf(data[0]);
  for (size_t i = 1; i + 2 < size; i += 3) {
    const size_t at = data[i] | size_t{data[i + 1]} << 8;
    bytes[at % bytes.size()] = static_cast<char>(data[i + 2]);
  }
  polc::fuzz::Open(bytes);
  return 0;
}
