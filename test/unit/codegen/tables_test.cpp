// The tables: damage is refused, whatever it is, and what the checks let
// through never leads outside.
#include "runtime/abi/tables.h"

#include <cstring>
#include <string>
#include <vector>

#include "runtime/match/candidates.h"
#include "runtime/match/matcher.h"
#include "test/unit/codegen/testing.h"
#include "test/unit/support/ir_generator.h"

namespace polc {
namespace {

struct Made {
  ir::Module module;
  std::unique_ptr<codegen::Native> native;
};

Made Make(uint64_t seed, int size) {
  Made made;
  made.module = testing::Generator(seed, size).MakeModule();
  auto langs = ir::Languages::Make(made.module);
  EXPECT_TRUE(langs) << langs.error().message;
  codegen::Tuning tuning;
  tuning.index_from = 1;
  made.native = std::move(*codegen::Compile(made.module, *langs, tuning));
  return made;
}

// A copy of the code whose tables may be changed.
struct Copy {
  explicit Copy(const pol_code& from)
      : words((from.tables_size + 7) / 8), code(from) {
    std::memcpy(words.data(), from.tables, from.tables_size);
    code.tables = bytes();
  }
  uint8_t* bytes() { return reinterpret_cast<uint8_t*>(words.data()); }
  void Sign() {
    runtime::TablesHeader header;
    std::memcpy(&header, bytes(), sizeof header);
    header.checksum = runtime::TablesChecksum(bytes(), code.tables_size);
    std::memcpy(bytes(), &header, sizeof header);
  }

  std::vector<uint64_t> words;
  pol_code code;
};

TEST(Tables, EveryDamagedBitIsRefused) {
  const Made made = Make(5, 4);
  Copy copy(made.native->code());
  ASSERT_TRUE(runtime::match::Check(copy.code));
  for (size_t at = 0; at < copy.code.tables_size; at += 7) {
    copy.bytes()[at] ^= 0x10;
    EXPECT_FALSE(runtime::match::Check(copy.code)) << "byte " << at;
    copy.bytes()[at] ^= 0x10;
  }
  ASSERT_TRUE(runtime::match::Check(copy.code));
}

TEST(Tables, OtherVersionsAndSizesAreRefused) {
  const Made made = Make(5, 4);
  {
    Copy copy(made.native->code());
    copy.code.tables_size -= 8;
    EXPECT_FALSE(runtime::match::Check(copy.code));
  }
  {
    Copy copy(made.native->code());
    copy.code.shape_count += 1;
    EXPECT_FALSE(runtime::match::Check(copy.code));
  }
  Copy copy(made.native->code());
  runtime::TablesHeader header;
  std::memcpy(&header, copy.bytes(), sizeof header);
  ++header.version;
  std::memcpy(copy.bytes(), &header, sizeof header);
  copy.Sign();
  EXPECT_FALSE(runtime::match::Check(copy.code));
}

// All entries that the buckets name for a request; false if one is no rule.
bool WalksInside(const pol_code& code, const testing::NativeSet& set,
                 const eval::Request& request) {
  testing::NativeRequest native(set, request);
  pol_frame* frame = native.frame();
  frame->tables = code.tables;
  using runtime::match::At;
  const auto& header = *At<runtime::TablesHeader>(code.tables, 0);
  const auto walks = [&](uint32_t bucket) {
    runtime::match::Candidates candidates(*frame, bucket);
    while (const runtime::TableEntry* entry = candidates.Next()) {
      if (entry->vote >> 2 >= header.rule_count) return false;
    }
    return true;
  };
  const auto* policies =
      At<runtime::TablePolicy>(code.tables, header.policies.at);
  const auto* names = At<runtime::TableName>(code.tables, header.names.at);
  for (uint32_t p = 0; p < header.policies.count; ++p) {
    if (!walks(policies[p].without) || !walks(policies[p].other)) return false;
    for (uint32_t n = 0; n < header.names.count; ++n) {
      if (names[n].tool == 0) continue;
      const auto& named = *At<runtime::TableNamed>(code.tables, names[n].tool);
      if (!walks(runtime::match::BucketsOf(named)[p])) return false;
    }
  }
  return true;
}

// Signed by who damaged them: most changes are refused, and what is let through
// is gone through without reading past the tables (the address sanitizer
// looks on in development builds).
TEST(Tables, NoOffsetLeadsOutside) {
  const Made made = Make(11, 12);
  const pol_code& code = made.native->code();
  const testing::NativeSet set(code);
  testing::Random random(2026);
  testing::Generator generator(7);
  int refused = 0;
  constexpr int kRounds = 2000;
  for (int round = 0; round < kRounds; ++round) {
    Copy copy(code);
    // A word anywhere, every other time of the header.
    const auto words = static_cast<uint32_t>(
        (round % 2 == 0 ? sizeof(runtime::TablesHeader) : code.tables_size) /
        4);
    const auto value = random.Percent(50) ? static_cast<uint32_t>(random.Next())
                                          : random.Below(64);
    std::memcpy(copy.bytes() + size_t{random.Below(words)} * 4, &value, 4);
    copy.Sign();
    if (!runtime::match::Check(copy.code)) {
      ++refused;
      continue;
    }
    EXPECT_TRUE(WalksInside(copy.code, set, generator.MakeRequest()));
  }
  EXPECT_GT(refused, kRounds / 4);
}

}  // namespace
}  // namespace polc
