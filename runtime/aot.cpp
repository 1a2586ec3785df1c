// The file is copied into sealed memory while its digest is taken, and the
// dynamic loader maps that copy: what was checked is what runs.
#include "runtime/aot.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/abi/aot.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace polc::runtime {
namespace {

#if defined(__x86_64__)
constexpr uint16_t kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr uint16_t kMachine = EM_AARCH64;
#else
#error "which machine is this?"
#endif

// Tables are at most 512 MiB, manifests smaller.
constexpr off_t kMaxBytes = off_t{2} << 30;
constexpr size_t kChunk = size_t{64} << 10;
constexpr size_t kMaxSegments = 64;
constexpr const char* kNoLibrary = "not a library of compiled policies";
constexpr unsigned kExecutable = 0x10;  // MFD_EXEC, since Linux 6.3

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(File&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  File& operator=(File&&) = delete;

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

/// False at an error or the file's end.
bool ReadAt(int fd, uint64_t at, void* out, size_t size) {
  auto* to = static_cast<char*>(out);
  while (size > 0) {
    const ssize_t n = pread(fd, to, size, static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    to += n;
    at += static_cast<uint64_t>(n);
    size -= static_cast<size_t>(n);
  }
  return true;
}

bool WriteAll(int fd, const char* from, size_t size) {
  while (size > 0) {
    const ssize_t n = write(fd, from, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    from += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

template <size_t N>
std::string TextOf(const char (&text)[N]) {
  return {text, strnlen(text, N)};
}

std::string System(std::string_view what) {
  return std::string(what) + ": " + std::strerror(errno);
}

struct Note {
  pol_aot_note note;
  uint64_t digest_at = 0;  // in the file
};

/// One file, checked from its head to its last byte.
class Library {
 public:
  Library(int fd, uint64_t size) : fd_(fd), size_(size) {}

  /// Empty, or what is wrong with it.
  std::string CheckHead() {
    if (!ReadAt(fd_, 0, &head_, sizeof head_) ||
        std::memcmp(head_.e_ident, ELFMAG, SELFMAG) != 0 ||
        head_.e_ident[EI_CLASS] != ELFCLASS64 ||
        head_.e_ident[EI_DATA] != ELFDATA2LSB) {
      return kNoLibrary;
    }
    if (head_.e_machine != kMachine) {
      return "compiled for another kind of processor";
    }
    if (head_.e_type != ET_DYN) {
      return "not linked: build it with `--emit=so`";
    }
    // Linkers write the table of sections last.
    if (head_.e_shoff > size_ ||
        uint64_t{head_.e_shnum} * head_.e_shentsize > size_ - head_.e_shoff) {
      return "cut off: it should be longer than it is";
    }
    if (!FindNote()) return kNoLibrary;
    if (note_.note.abi_version != POL_ABI_VERSION) {
      return "made by polc " + TextOf(note_.note.compiler) + " for version " +
             std::to_string(note_.note.abi_version) +
             " of the runtime, this is version " +
             std::to_string(POL_ABI_VERSION) + ": build it again";
    }
    return "";
  }

  /// Copies it to `to` and sees whether its digest is right.
  std::string CopyChecked(int to) {
    XXH3_state_t state;
    XXH3_128bits_reset(&state);
    std::array<char, kChunk> buffer;
    const uint64_t end = note_.digest_at + sizeof note_.note.digest;
    for (uint64_t at = 0; at < size_;) {
      const size_t n = std::min<uint64_t>(kChunk, size_ - at);
      if (!ReadAt(fd_, at, buffer.data(), n)) return System("can't be read");
      if (!WriteAll(to, buffer.data(), n)) return System("can't be copied");
      const uint64_t from = std::clamp(note_.digest_at, at, at + n);
      const uint64_t until = std::clamp(end, at, at + n);
      std::memset(buffer.data() + (from - at), 0, until - from);
      XXH3_128bits_update(&state, buffer.data(), n);
      at += n;
    }
    XXH128_canonical_t digest;
    XXH128_canonicalFromHash(&digest, XXH3_128bits_digest(&state));
    static_assert(sizeof digest.digest == sizeof note_.note.digest);
    return std::memcmp(digest.digest, note_.note.digest,
                       sizeof digest.digest) == 0
               ? ""
               : "damaged: its digest is not that of its bytes";
  }

 private:
  bool FindNote() {
    if (head_.e_phentsize != sizeof(Elf64_Phdr) ||
        head_.e_phnum > kMaxSegments) {
      return false;
    }
    std::vector<Elf64_Phdr> segments(head_.e_phnum);
    if (!ReadAt(fd_, head_.e_phoff, segments.data(),
                segments.size() * sizeof(Elf64_Phdr))) {
      return false;
    }
    return std::any_of(
        segments.begin(), segments.end(), [&](const Elf64_Phdr& segment) {
          if (segment.p_type != PT_NOTE || segment.p_offset > size_ ||
              segment.p_filesz < sizeof note_.note ||
              !ReadAt(fd_, segment.p_offset, &note_.note, sizeof note_.note)) {
            return false;
          }
          note_.digest_at = segment.p_offset + offsetof(pol_aot_note, digest);
          const pol_aot_note& note = note_.note;
          return note.name_size == sizeof POL_AOT_NOTE_NAME &&
                 note.type == POL_AOT_NOTE_TYPE &&
                 note.size ==
                     sizeof note - offsetof(pol_aot_note, abi_version) &&
                 std::memcmp(note.name, POL_AOT_NOTE_NAME,
                             sizeof POL_AOT_NOTE_NAME) == 0;
        });
  }

  int fd_;
  uint64_t size_;
  Elf64_Ehdr head_ = {};
  Note note_ = {};
};

/// Memory that may be run, unless this system forbids it.
File MakeMemory() {
  constexpr unsigned kFlags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  int fd = memfd_create("policy", kFlags | kExecutable);
  if (fd < 0 && errno == EINVAL) fd = memfd_create("policy", kFlags);
  return File(fd);
}

/// Loaded code. The descriptor stays open as long: the loader knows a library
/// by its name, and a number that is used again would name another's.
class Loaded {
 public:
  explicit Loaded(File memory) : memory_(std::move(memory)) {}
  ~Loaded() {
    if (library_ != nullptr) dlclose(library_);
  }
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;

  const pol_code* Load() {
    const std::string name = "/proc/self/fd/" + std::to_string(memory_.get());
    library_ = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library_ == nullptr) return nullptr;
    return static_cast<const pol_code*>(dlsym(library_, POL_AOT_SYMBOL));
  }

 private:
  File memory_;
  void* library_ = nullptr;
};

std::unique_ptr<Engine> Open(int fd, uint64_t size, std::string* error) {
  Library library(fd, size);
  *error = library.CheckHead();
  if (!error->empty()) return nullptr;
  File memory = MakeMemory();
  if (!memory) {
    *error = System("can't be loaded: no memory that may be run");
    return nullptr;
  }
  *error = library.CopyChecked(memory.get());
  if (!error->empty()) return nullptr;
  constexpr int kSeals =
      F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
  if (fcntl(memory.get(), F_ADD_SEALS, kSeals) != 0) {
    *error = System("can't be loaded: its copy can't be sealed");
    return nullptr;
  }
  auto loaded = std::make_shared<Loaded>(std::move(memory));
  const pol_code* code = loaded->Load();
  if (code == nullptr) {
    const char* why = dlerror();
    *error = std::string("can't be loaded: ") + (why ? why : "no policies");
    return nullptr;
  }
  return Engine::Create(*code, loaded, error);
}

}  // namespace

bool IsCompiled(const std::string& path) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  std::array<char, SELFMAG> magic = {};
  return file && ReadAt(file.get(), 0, magic.data(), magic.size()) &&
         std::memcmp(magic.data(), ELFMAG, SELFMAG) == 0;
}

std::unique_ptr<Engine> OpenCompiled(const std::string& path,
                                     std::string* error) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info = {};
  std::unique_ptr<Engine> engine;
  if (!file || fstat(file.get(), &info) != 0) {
    *error = System("can't be read");
  } else if (!S_ISREG(info.st_mode) || info.st_size > kMaxBytes) {
    *error = kNoLibrary;
  } else {
    engine = Open(file.get(), static_cast<uint64_t>(info.st_size), error);
  }
  if (!engine) *error = "`" + path + "`: " + *error;
  return engine;
}

}  // namespace polc::runtime
