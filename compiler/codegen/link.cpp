// From an object to a library, by lld as a program: as a library it brings the
// code generators of every processor with it, and these files need no more of a
// linker than that it puts one object's sections in order.
#include <llvm/ADT/ScopeExit.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/FileUtilities.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Program.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Support/xxhash.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <optional>
#include <vector>

#include "compiler/codegen/build.h"
#include "compiler/codegen/codegen.h"
#include "compiler/support/check.h"
#include "runtime/abi/aot.h"

namespace polc::codegen {
namespace {

constexpr const char* kLlvmPrograms = "/usr/lib/llvm-19/bin";

Result<std::string> FindLinker() {
  for (const char* name : {"ld.lld-19", "ld.lld"}) {
    if (auto found = llvm::sys::findProgramByName(name)) return *found;
  }
  if (auto found = llvm::sys::findProgramByName("ld.lld", {kLlvmPrograms})) {
    return *found;
  }
  return Error{"`ld.lld` is not on the PATH: install the package `lld-19`"};
}

// A file beside others that end with the process, removed at the latest then.
class Temporary {
 public:
  explicit Temporary(const char* suffix) {
    failed_ = llvm::sys::fs::createTemporaryFile("polc", suffix, path_);
  }
  ~Temporary() {
    if (!failed_) llvm::sys::fs::remove(path_);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  llvm::StringRef path() const { return path_; }
  std::optional<Error> problem() const {
    if (!failed_) return std::nullopt;
    return Error{"linking: no temporary file: " + failed_.message()};
  }
  Result<void> Write(const std::string& bytes) const {
    std::error_code failed;
    llvm::raw_fd_ostream out(path_, failed);
    if (!failed) out << bytes;
    out.close();
    if (!failed) failed = out.error();
    out.clear_error();
    if (failed) return Error{"linking: " + failed.message()};
    return {};
  }
  Result<std::string> Read() const {
    auto buffer = llvm::MemoryBuffer::getFile(path_);
    if (!buffer) return Error{"linking: " + buffer.getError().message()};
    return (*buffer)->getBuffer().str();
  }

 private:
  llvm::SmallString<128> path_;
  std::error_code failed_;
};

Result<void> RunLinker(const std::string& program, llvm::StringRef object,
                       llvm::StringRef library) {
  const Temporary said("log");
  if (auto problem = said.problem()) return *problem;
  const std::vector<llvm::StringRef> arguments = {
      program, "-shared", "-o", library, "-Bsymbolic", "--hash-style=gnu",
      "--build-id=none", "-e", POL_AOT_SYMBOL,
      // Loading is reading: see runtime/aot.cpp.
      "-z", "separate-loadable-segments", "-z", "norelro", "-z", "noexecstack",
      object};
  const std::array<std::optional<llvm::StringRef>, 3> redirects = {
      llvm::StringRef(), said.path(), said.path()};
  std::string problem;
  const int status =
      llvm::sys::ExecuteAndWait(program, arguments, std::nullopt, redirects,
                                /*SecondsToWait=*/60, 0, &problem);
  if (status == 0) return {};
  if (problem.empty()) {
    auto text = said.Read();
    if (text) problem = *text;
  }
  return Error{"linking: `" + program + "` failed: " + problem};
}

// The note's digest, once everything else stands.
Result<void> Sign(std::string* library) {
  auto file = llvm::object::ObjectFile::createELFObjectFile(
      llvm::MemoryBufferRef(*library, "library"));
  if (!file) return FromLlvm(file.takeError());
  for (const llvm::object::SectionRef& section : (*file)->sections()) {
    auto name = section.getName();
    if (!name) return FromLlvm(name.takeError());
    if (*name != POL_AOT_SECTION) continue;
    auto contents = section.getContents();
    if (!contents) return FromLlvm(contents.takeError());
    const auto at = static_cast<size_t>(contents->data() - library->data());
    POLC_CHECK(contents->size() == sizeof(pol_aot_note), "the note's size");
    const llvm::XXH128_hash_t hash = llvm::xxh3_128bits(
        llvm::arrayRefFromStringRef<uint8_t>(llvm::StringRef(*library)));
    char* out = library->data() + at + offsetof(pol_aot_note, digest);
    for (const uint64_t half : {hash.high64, hash.low64}) {
      for (int shift = 56; shift >= 0; shift -= 8) {
        *out++ = static_cast<char>(half >> shift & 0xFF);
      }
    }
    return {};
  }
  return Error{"linking: the linker dropped the note"};
}

}  // namespace

Result<std::string> EmitLibrary(const ir::Module& module,
                                const ir::Languages& langs) {
  auto linker = FindLinker();
  if (!linker) return linker.error();
  auto bytes = EmitObject(module, langs);
  if (!bytes) return bytes.error();
  const Temporary object("o");
  const Temporary library("so");
  if (auto problem = object.problem()) return *problem;
  if (auto problem = library.problem()) return *problem;
  if (auto written = object.Write(*bytes); !written) return written.error();
  auto run = RunLinker(*linker, object.path(), library.path());
  if (!run) return run.error();
  auto linked = library.Read();
  if (!linked) return linked.error();
  std::string out = std::move(*linked);
  if (auto signed_ = Sign(&out); !signed_) return signed_.error();
  return out;
}

}  // namespace polc::codegen
