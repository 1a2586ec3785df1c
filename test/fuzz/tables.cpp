// The tables beside compiled code. The input chooses a generated policy set and
// edits its tables: an edit is damage, and refused. Where the checksum is made
// right again as well, the check still reads nothing outside the tables (what
// it takes then may be wrong: who can write that could write the code).
#include "runtime/abi/tables.h"

#include <cstddef>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compiler/codegen/codegen.h"
#include "compiler/eval/json.h"
#include "compiler/ir/languages.h"
#include "compiler/support/check.h"
#include "runtime/engine.h"
#include "runtime/match/matcher.h"
#include "runtime/request.h"
#include "test/fuzz/input.h"
#include "test/unit/support/ir_generator.h"

namespace polc::fuzz {
namespace {

constexpr uint8_t kSets = 16;

struct Subject {
  std::shared_ptr<codegen::Native> native;
  std::vector<std::string> requests;
};

Subject MakeSubject(uint8_t which) {
  testing::Generator generator(which, which % 4 == 3 ? 40 : 6);
  const ir::Module module = generator.MakeModule();
  const auto languages = ir::Languages::Make(module);
  POLC_CHECK(languages.has_value(), "a language");
  codegen::Tuning tuning;
  if (which % 2 == 1) tuning.index_from = 1;
  auto native = codegen::Compile(module, *languages, tuning);
  POLC_CHECK(native.has_value(), native.error().message);
  Subject subject{std::move(*native), {}};
  for (int i = 0; i < 4; ++i) {
    subject.requests.push_back(eval::RequestJson(generator.MakeRequest()));
  }
  return subject;
}

const Subject& SubjectOf(uint8_t which) {
  static std::map<uint8_t, Subject> made;
  const auto found = made.find(which);
  if (found != made.end()) return found->second;
  return made.emplace(which, MakeSubject(which)).first->second;
}

// Memory of exactly their size, so that a step outside is seen.
std::vector<uint64_t> Edited(const pol_code& code, const uint8_t* edits,
                             size_t size) {
  std::vector<uint64_t> words((code.tables_size + 7) / 8);
  words.shrink_to_fit();
  auto* bytes = reinterpret_cast<uint8_t*>(words.data());
  std::memcpy(bytes, code.tables, code.tables_size);
  for (size_t i = 0; i + 3 < size; i += 4) {
    const size_t at =
        edits[i] | size_t{edits[i + 1]} << 8 | size_t{edits[i + 2]} << 16;
    bytes[at % code.tables_size] = edits[i + 3];
  }
  return words;
}

void Decide(const Subject& subject, const runtime::Engine& engine) {
  for (const std::string& text : subject.requests) {
    runtime::RequestDocument document;
    if (document.Read(text, {"s", 0})) continue;
    (void)engine.Decide(document.view());
    (void)engine.MayPermit(document.view());
  }
}

void Open(const Subject& subject, const uint8_t* edits, size_t size) {
  pol_code code = subject.native->code();
  if (code.tables_size == 0) return;
  const uint8_t* whole = code.tables;
  std::vector<uint64_t> tables = Edited(code, edits, size);
  auto* bytes = reinterpret_cast<uint8_t*>(tables.data());
  code.tables = bytes;
  const bool is_whole = std::memcmp(bytes, whole, code.tables_size) == 0;
  std::string error;
  const auto engine = runtime::Engine::Create(code, subject.native, &error);
  POLC_CHECK((engine != nullptr) == is_whole, "damage, or none: " + error);
  if (engine) return Decide(subject, *engine);
  const uint64_t checksum = runtime::TablesChecksum(bytes, code.tables_size);
  std::memcpy(bytes + offsetof(runtime::TablesHeader, checksum), &checksum,
              sizeof checksum);
  (void)runtime::match::Check(code);
}

}  // namespace
}  // namespace polc::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using polc::fuzz::kSets;
  if (size == 0) return 0;
  polc::fuzz::Open(polc::fuzz::SubjectOf(data[0] % kSets), data + 1, size - 1);
  return 0;
}
