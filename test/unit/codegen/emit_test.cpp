// The files: deterministic, self-contained, and the same code as the JIT's.
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>

#include <fstream>
#include <sstream>

#include "test/unit/codegen/testing.h"
#include "test/unit/support/ir_generator.h"

namespace polc {
namespace {

struct Made {
  ir::Module module;
  std::unique_ptr<ir::Languages> langs;
};

Made Make(uint64_t seed) {
  Made made;
  made.module = testing::Generator(seed, 12).MakeModule();
  auto langs = ir::Languages::Make(made.module);
  EXPECT_TRUE(langs) << langs.error().message;
  made.langs = std::make_unique<ir::Languages>(std::move(*langs));
  return made;
}

TEST(Emit, TheSameModuleGivesTheSameBytes) {
  for (uint64_t seed = 1; seed < 6; ++seed) {
    const Made a = Make(seed);
    const Made b = Make(seed);
    EXPECT_EQ(*codegen::EmitLlvm(a.module, *a.langs),
              *codegen::EmitLlvm(b.module, *b.langs));
    EXPECT_EQ(*codegen::EmitAssembly(a.module, *a.langs),
              *codegen::EmitAssembly(b.module, *b.langs));
    EXPECT_EQ(*codegen::EmitObject(a.module, *a.langs),
              *codegen::EmitObject(b.module, *b.langs));
  }
}

TEST(Emit, TextShowsTheEntryPoint) {
  const Made made = Make(3);
  const std::string text = *codegen::EmitLlvm(made.module, *made.langs);
  EXPECT_NE(text.find("@pol_module = constant"), std::string::npos);
  EXPECT_NE(text.find("define internal void @votes("), std::string::npos);
  EXPECT_EQ(text.find("declare "), std::string::npos) << "it imports something";
  const std::string assembly = *codegen::EmitAssembly(made.module, *made.langs);
  EXPECT_NE(assembly.find(".globl\tpol_module"), std::string::npos);
}

TEST(Emit, AnEmptyModuleCompiles) {
  const ir::Module module;
  const auto langs = ir::Languages::Make(module);
  auto native = codegen::Compile(module, *langs);
  ASSERT_TRUE(native);
  const testing::NativeSet set((*native)->code());
  EXPECT_EQ(set.code.abi_version, POL_ABI_VERSION);
  const eval::Request request;
  testing::NativeRequest asked(set, request);
  EXPECT_TRUE(asked.Votes().empty());
}

// Loads the object with LLVM's own linker and no symbol but its own.
TEST(Emit, TheObjectVotesAsTheJitDoes) {
  const Made made = Make(17);
  auto native = codegen::Compile(made.module, *made.langs);
  ASSERT_TRUE(native);
  const std::string object = *codegen::EmitObject(made.module, *made.langs);
  EXPECT_EQ(object.substr(0, 4),
            "\x7F"
            "ELF");
  auto jit =
      llvm::cantFail(llvm::orc::LLJITBuilder()
                         .setLinkProcessSymbolsByDefault(false)
                         .setPlatformSetUp(llvm::orc::setUpInactivePlatform)
                         .create());
  llvm::cantFail(
      jit->addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(object, "o")));
  const auto* code =
      llvm::cantFail(jit->lookup("pol_module")).toPtr<const pol_code*>();
  const testing::NativeSet ahead(*code);
  const testing::NativeSet just_in_time((*native)->code());
  testing::Generator generator(99);
  for (int i = 0; i < 300; ++i) {
    const eval::Request request = generator.MakeRequest();
    testing::NativeRequest a(ahead, request);
    testing::NativeRequest b(just_in_time, request);
    const auto x = a.Votes();
    const auto y = b.Votes();
    ASSERT_EQ(x.size(), y.size());
    for (size_t k = 0; k < x.size(); ++k) {
      EXPECT_EQ(x[k].effect, y[k].effect);
      EXPECT_EQ(x[k].rule, y[k].rule);
    }
  }
}

// What the processor may write it may not run, and the other way round.
TEST(Emit, NoPageIsWritableAndExecutable) {
  const Made made = Make(4);
  auto native = codegen::Compile(made.module, *made.langs);
  ASSERT_TRUE(native);
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words(line);
    std::string range;
    std::string rights;
    words >> range >> rights;
    EXPECT_FALSE(rights[1] == 'w' && rights[2] == 'x') << line;
  }
}

}  // namespace
}  // namespace polc
