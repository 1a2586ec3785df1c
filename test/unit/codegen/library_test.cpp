// Libraries of compiled policies: what opens, what is refused and with which
// words.
#include <elf.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "compiler/codegen/codegen.h"
#include "compiler/ir/languages.h"
#include "runtime/abi/aot.h"
#include "runtime/aot.h"
#include "test/unit/support/ir_generator.h"

namespace polc {
namespace {

namespace fs = std::filesystem;

ir::Module ModuleOf(uint64_t seed, const std::string& digest) {
  ir::Module module = testing::Generator(seed, 6).MakeModule();
  module.digest = digest;
  return module;
}

std::string LibraryOf(const ir::Module& module) {
  const auto langs = ir::Languages::Make(module);
  EXPECT_TRUE(langs) << langs.error().message;
  auto library = codegen::EmitLibrary(module, *langs);
  EXPECT_TRUE(library) << library.error().message;
  return library ? *library : "";
}

class LibraryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "polc-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& bytes) const {
    const std::string path = folder_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  /// Why bytes are refused, without the file's name; empty: they are not.
  std::string Refusal(const std::string& bytes) const {
    const std::string path = Write("refused.so", bytes);
    std::string error;
    const auto engine = runtime::OpenCompiled(path, &error);
    if (engine) return "";
    const std::string begin = "`" + path + "`: ";
    EXPECT_TRUE(error.starts_with(begin)) << error;
    return error.substr(begin.size());
  }

  fs::path folder_;
};

template <typename T>
void Patch(std::string* bytes, size_t at, T value) {
  std::memcpy(bytes->data() + at, &value, sizeof value);
}

// Where the note begins.
size_t NoteOf(const std::string& library) {
  const size_t name = library.find(std::string("polc\0\0\0\0", 8));
  return name - offsetof(pol_aot_note, name);
}

TEST_F(LibraryTest, OpensAndSaysWhoseItIs) {
  const ir::Module module = ModuleOf(5, std::string(64, 'a'));
  const std::string path = Write("p.so", LibraryOf(module));
  EXPECT_TRUE(runtime::IsCompiled(path));
  std::string error;
  const auto engine = runtime::OpenCompiled(path, &error);
  ASSERT_NE(engine, nullptr) << error;
  EXPECT_EQ(engine->manifest().digest, module.digest);
  EXPECT_EQ(engine->manifest().rules.size(), module.rules.size());
}

TEST_F(LibraryTest, TheSamePoliciesGiveTheSameBytes) {
  EXPECT_EQ(LibraryOf(ModuleOf(7, "x")), LibraryOf(ModuleOf(7, "x")));
}

// The loader must not take one for another that it has seen.
TEST_F(LibraryTest, ManyAtOnceAreEachThemselves) {
  std::vector<std::unique_ptr<runtime::Engine>> engines;
  for (int i = 0; i < 4; ++i) {
    const std::string digest(64, static_cast<char>('a' + i));
    const std::string bytes =
        LibraryOf(ModuleOf(static_cast<uint64_t>(i), digest));
    const std::string path = Write("p.so", bytes);
    std::string error;
    if (i == 2) engines.erase(engines.begin());
    engines.push_back(runtime::OpenCompiled(path, &error));
    ASSERT_NE(engines.back(), nullptr) << error;
    EXPECT_EQ(engines.back()->manifest().digest, digest);
  }
  EXPECT_EQ(engines.front()->manifest().digest, std::string(64, 'b'));
}

TEST_F(LibraryTest, WhatIsWrittenLaterChangesNothing) {
  const std::string bytes = LibraryOf(ModuleOf(5, "x"));
  const std::string path = Write("p.so", bytes);
  std::string error;
  const auto engine = runtime::OpenCompiled(path, &error);
  ASSERT_NE(engine, nullptr) << error;
  const bool visible = engine->ToolVisible("s", {}, "read_file");
  // In place, as `cp` does it.
  std::fstream(path, std::ios::binary | std::ios::in | std::ios::out)
      << std::string(bytes.size(), '\xCC');
  EXPECT_EQ(engine->ToolVisible("s", {}, "read_file"), visible);
  EXPECT_EQ(runtime::OpenCompiled(path, &error), nullptr);
}

TEST_F(LibraryTest, EveryChangedByteIsFound) {
  const std::string bytes = LibraryOf(ModuleOf(5, "x"));
  ASSERT_EQ(Refusal(bytes), "");
  // Some bytes, more of the headers, all of the note.
  const size_t note = NoteOf(bytes);
  for (size_t at = 0; at < bytes.size(); ++at) {
    const bool is_note = at >= note && at < note + sizeof(pol_aot_note);
    const bool is_head = at < 0x200 && at % 5 == 0;
    if (!is_note && !is_head && at % 1009 != 0) continue;
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    EXPECT_NE(Refusal(damaged), "") << at;
  }
  std::string damaged = bytes;
  damaged[bytes.size() / 2] ^= 1;
  EXPECT_EQ(Refusal(damaged), "damaged: its digest is not that of its bytes");
  EXPECT_NE(Refusal(bytes + '\0'), "");
}

TEST_F(LibraryTest, EveryCutIsFound) {
  const std::string bytes = LibraryOf(ModuleOf(5, "x"));
  for (size_t size = 0; size < bytes.size(); size += 1 + size / 16) {
    const std::string refusal = Refusal(bytes.substr(0, size));
    EXPECT_NE(refusal, "") << size;
    if (size >= sizeof(Elf64_Ehdr)) {
      EXPECT_EQ(refusal, "cut off: it should be longer than it is") << size;
    }
  }
}

TEST_F(LibraryTest, SaysWhatItWasMadeFor) {
  const std::string bytes = LibraryOf(ModuleOf(5, "x"));
  std::string other = bytes;
  Patch<uint16_t>(&other, offsetof(Elf64_Ehdr, e_machine), EM_PPC64);
  EXPECT_EQ(Refusal(other), "compiled for another kind of processor");
  other = bytes;
  Patch<uint32_t>(&other, NoteOf(bytes) + offsetof(pol_aot_note, abi_version),
                  1);
  std::strcpy(other.data() + NoteOf(bytes) + offsetof(pol_aot_note, compiler),
              "0.0.7");
  EXPECT_EQ(
      Refusal(other),
      "made by polc 0.0.7 for version 1 of the runtime, this is version " +
          std::to_string(POL_ABI_VERSION) + ": build it again");
}

TEST_F(LibraryTest, OtherFilesAreRefused) {
  const ir::Module module = ModuleOf(5, "x");
  const auto langs = ir::Languages::Make(module);
  ASSERT_TRUE(langs);
  EXPECT_EQ(Refusal(*codegen::EmitObject(module, *langs)),
            "not linked: build it with `--emit=so`");
  const std::string kNone = "not a library of compiled policies";
  EXPECT_EQ(Refusal("policy p;\n"), kNone);
  EXPECT_EQ(Refusal(""), kNone);
  std::ifstream self("/proc/self/exe", std::ios::binary);
  const std::string program((std::istreambuf_iterator<char>(self)), {});
  EXPECT_EQ(Refusal(program), kNone);
  std::string error;
  EXPECT_EQ(runtime::OpenCompiled(folder_, &error), nullptr);
  EXPECT_EQ(error, "`" + folder_.string() + "`: " + kNone);
  const std::string none = folder_ / "none.so";
  EXPECT_EQ(runtime::OpenCompiled(none, &error), nullptr);
  EXPECT_EQ(error, "`" + none + "`: can't be read: No such file or directory");
  EXPECT_FALSE(runtime::IsCompiled(none));
  EXPECT_FALSE(runtime::IsCompiled(Write("p.pol", "policy p;\n")));
}

}  // namespace
}  // namespace polc
