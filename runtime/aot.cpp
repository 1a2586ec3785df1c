// The file is read into private memory, its digest is taken there, and there it
// is loaded: what was checked is what runs. Loading is little: the file is
// linked so that it lies in memory as it lies on disk, and nothing of it is
// anybody else's. The system's loader would map the file itself, which may
// change.
#include "runtime/aot.h"

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
constexpr uint32_t kRelative = R_X86_64_RELATIVE;
#elif defined(__aarch64__)
constexpr uint16_t kMachine = EM_AARCH64;
constexpr uint32_t kRelative = R_AARCH64_RELATIVE;
#else
#error "which machine is this?"
#endif

// Tables are at most 512 MiB, manifests smaller.
constexpr off_t kMaxBytes = off_t{2} << 30;
constexpr size_t kMaxSegments = 64;
constexpr const char* kNoLibrary = "not a library of compiled policies";
constexpr const char* kDamaged = "damaged: its digest is not that of its bytes";

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

template <size_t N>
std::string TextOf(const char (&text)[N]) {
  return {text, strnlen(text, N)};
}

std::string System(std::string_view what) {
  return std::string(what) + ": " + std::strerror(errno);
}

/// Private memory for a whole file, at page's begin.
class Image {
 public:
  explicit Image(size_t size) : size_(size) {
    // Huge pages, where there are any: most of what it takes to open a file is
    // getting memory for it.
    const size_t align = size < kHugePage / 2 ? 0 : kHugePage;
    reserved_ = size + align;
    void* memory = mmap(nullptr, reserved_, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    memory_ = static_cast<uint8_t*>(memory);
    begin_ = memory_;
    if (align == 0) return;
    const auto past = reinterpret_cast<uintptr_t>(memory_) % align;
    if (past != 0) begin_ += align - past;
    madvise(begin_, size_, MADV_HUGEPAGE);
  }
  ~Image() {
    if (memory_ != nullptr) munmap(memory_, reserved_);
  }
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  explicit operator bool() const { return memory_ != nullptr; }
  uint8_t* begin() const { return begin_; }
  size_t size() const { return size_; }
  bool Has(uint64_t at, uint64_t bytes) const {
    return at <= size_ && bytes <= size_ - at;
  }

  /// To be read from now on, and run between these two.
  bool Protect(uint64_t run_from, uint64_t run_to) {
    const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
    run_from -= run_from % page;
    run_to += (page - run_to % page) % page;
    __builtin___clear_cache(reinterpret_cast<char*>(begin_ + run_from),
                            reinterpret_cast<char*>(begin_ + run_to));
    return mprotect(begin_, size_, PROT_READ) == 0 &&
           mprotect(begin_ + run_from, run_to - run_from,
                    PROT_READ | PROT_EXEC) == 0;
  }

 private:
  static constexpr size_t kHugePage = size_t{2} << 20;

  size_t size_;
  size_t reserved_;
  uint8_t* memory_ = nullptr;
  uint8_t* begin_ = nullptr;
};

/// One file, from its head to running code.
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
    if (!ReadSegments() || !FindNote()) return kNoLibrary;
    if (note_.abi_version != POL_ABI_VERSION) {
      return "made by polc " + TextOf(note_.compiler) + " for version " +
             std::to_string(note_.abi_version) +
             " of the runtime, this is version " +
             std::to_string(POL_ABI_VERSION) + ": build it again";
    }
    return "";
  }

  /// Reads all of it, and sees whether its digest is right.
  std::string Read(const Image& image) const {
    if (!ReadAt(fd_, 0, image.begin(), size_)) return System("can't be read");
    constexpr std::array<char, sizeof(pol_aot_note::digest)> kZeros = {};
    const uint64_t behind = digest_at_ + kZeros.size();
    if (behind > size_) return kDamaged;
    XXH3_state_t state;
    XXH3_128bits_reset(&state);
    XXH3_128bits_update(&state, image.begin(), digest_at_);
    XXH3_128bits_update(&state, kZeros.data(), kZeros.size());
    XXH3_128bits_update(&state, image.begin() + behind, size_ - behind);
    XXH128_canonical_t digest;
    XXH128_canonicalFromHash(&digest, XXH3_128bits_digest(&state));
    static_assert(sizeof digest.digest == kZeros.size());
    const bool is_right = std::memcmp(digest.digest, image.begin() + digest_at_,
                                      kZeros.size()) == 0;
    return is_right ? "" : kDamaged;
  }

  /// Makes the image what the file is when it is loaded. False if it is not
  /// laid out as codegen has it linked: every segment where it is in the file,
  /// one to run, and no other relocation than by the image's place.
  bool Load(Image* image) const {
    uint64_t run_from = 0;
    uint64_t run_to = 0;
    for (const Elf64_Phdr& segment : segments_) {
      if (segment.p_type == PT_DYNAMIC && !Relocate(*image, segment)) {
        return false;
      }
      if (segment.p_type != PT_LOAD) continue;
      if (segment.p_offset != segment.p_vaddr ||
          segment.p_filesz != segment.p_memsz ||
          !image->Has(segment.p_offset, segment.p_filesz)) {
        return false;
      }
      if ((segment.p_flags & PF_X) == 0) continue;
      if (run_to != 0 || (segment.p_flags & PF_W) != 0) return false;
      run_from = segment.p_offset;
      run_to = segment.p_offset + segment.p_filesz;
    }
    return head_.e_entry % alignof(pol_code) == 0 &&
           image->Has(head_.e_entry, sizeof(pol_code)) &&
           image->Protect(run_from, run_to);
  }

  const pol_code& CodeOf(const Image& image) const {
    return *reinterpret_cast<const pol_code*>(image.begin() + head_.e_entry);
  }

 private:
  bool ReadSegments() {
    if (head_.e_phentsize != sizeof(Elf64_Phdr) ||
        head_.e_phnum > kMaxSegments) {
      return false;
    }
    segments_.resize(head_.e_phnum);
    return ReadAt(fd_, head_.e_phoff, segments_.data(),
                  segments_.size() * sizeof(Elf64_Phdr));
  }

  bool FindNote() {
    return std::any_of(
        segments_.begin(), segments_.end(), [&](const Elf64_Phdr& segment) {
          if (segment.p_type != PT_NOTE || segment.p_offset > size_ ||
              segment.p_filesz < sizeof note_ ||
              !ReadAt(fd_, segment.p_offset, &note_, sizeof note_)) {
            return false;
          }
          digest_at_ = segment.p_offset + offsetof(pol_aot_note, digest);
          return note_.name_size == sizeof POL_AOT_NOTE_NAME &&
                 note_.type == POL_AOT_NOTE_TYPE &&
                 note_.size ==
                     sizeof note_ - offsetof(pol_aot_note, abi_version) &&
                 std::memcmp(note_.name, POL_AOT_NOTE_NAME,
                             sizeof POL_AOT_NOTE_NAME) == 0;
        });
  }

  bool Relocate(const Image& image, const Elf64_Phdr& dynamic) const {
    if (!image.Has(dynamic.p_offset, dynamic.p_filesz)) return false;
    uint64_t at = 0;
    uint64_t size = 0;
    for (uint64_t i = 0; i + sizeof(Elf64_Dyn) <= dynamic.p_filesz;
         i += sizeof(Elf64_Dyn)) {
      const auto entry = Get<Elf64_Dyn>(image, dynamic.p_offset + i);
      if (entry.d_tag == DT_RELA) at = entry.d_un.d_ptr;
      if (entry.d_tag == DT_RELASZ) size = entry.d_un.d_val;
      if (entry.d_tag == DT_NEEDED || entry.d_tag == DT_RELR ||
          entry.d_tag == DT_JMPREL || entry.d_tag == DT_TEXTREL) {
        return false;
      }
    }
    if (!image.Has(at, size)) return false;
    for (uint64_t i = 0; i + sizeof(Elf64_Rela) <= size;
         i += sizeof(Elf64_Rela)) {
      const auto entry = Get<Elf64_Rela>(image, at + i);
      if (ELF64_R_TYPE(entry.r_info) != kRelative ||
          !image.Has(entry.r_offset, sizeof(uint64_t))) {
        return false;
      }
      const uint64_t value = reinterpret_cast<uintptr_t>(image.begin()) +
                             static_cast<uint64_t>(entry.r_addend);
      std::memcpy(image.begin() + entry.r_offset, &value, sizeof value);
    }
    return true;
  }

  template <typename T>
  static T Get(const Image& image, uint64_t at) {
    T out;
    std::memcpy(&out, image.begin() + at, sizeof out);
    return out;
  }

  int fd_;
  uint64_t size_;
  Elf64_Ehdr head_ = {};
  std::vector<Elf64_Phdr> segments_;
  pol_aot_note note_ = {};
  uint64_t digest_at_ = 0;  // in the file
};

std::unique_ptr<Engine> Open(int fd, uint64_t size, std::string* error) {
  Library library(fd, size);
  *error = library.CheckHead();
  if (!error->empty()) return nullptr;
  const auto image = std::make_shared<Image>(size);
  if (!*image) {
    *error = System("can't be loaded");
    return nullptr;
  }
  *error = library.Read(*image);
  if (!error->empty()) return nullptr;
  if (!library.Load(image.get())) {
    *error =
        "not linked as `polc build` does it, or this system lets no "
        "memory be run";
    return nullptr;
  }
  return Engine::Create(library.CodeOf(*image), image, error);
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
