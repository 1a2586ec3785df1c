// A file holds the answers about one set: a line that says what it is, the
// digest of the rest, and the rest. It is read whole, and replaced whole by a
// rename, so two programs at once lose answers but never mix them.
#include "tools/polc/check/cache.h"

#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>
#include <unordered_map>
#include <vector>

#include "compiler/support/sha256.h"
#include "verifier/memo/bytes.h"

namespace polc::tool {
namespace {

namespace fs = std::filesystem;
using verifier::Reader;
using verifier::Writer;

constexpr std::string_view kHead = "polc cache 1\n";
constexpr size_t kDigest = 64;
constexpr const char* kSuffix = ".answers";
// Of one file, and of all that are in the directory.
constexpr size_t kMaxFile = size_t{64} << 20;
constexpr size_t kMaxAll = size_t{256} << 20;
// Runs in which an answer was not asked for, before it is dropped: an edit that
// is taken back finds what was known before it.
constexpr uint64_t kMaxAge = 8;

// The linker's digest of this program; empty if there is none.
std::string BuildId() {
  std::string id;
  const auto look = [](dl_phdr_info* info, size_t, void* out) {
    for (int i = 0; i < info->dlpi_phnum; ++i) {
      const auto& header = info->dlpi_phdr[i];
      if (header.p_type != PT_NOTE) continue;
      const char* at =
          reinterpret_cast<const char*>(info->dlpi_addr + header.p_vaddr);
      const char* const end = at + header.p_memsz;
      while (at + sizeof(ElfW(Nhdr)) <= end) {
        const auto* note = reinterpret_cast<const ElfW(Nhdr)*>(at);
        const char* name = at + sizeof(*note);
        const char* value = name + (note->n_namesz + 3) / 4 * 4;
        if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
            std::string_view(name, 3) == "GNU") {
          static_cast<std::string*>(out)->assign(value, note->n_descsz);
          return 1;
        }
        at = value + (note->n_descsz + 3) / 4 * 4;
      }
    }
    return 1;  // the program comes first; its libraries are not asked
  };
  dl_iterate_phdr(look, &id);
  return id;
}

// The whole of a regular file that nobody else could have written.
std::optional<std::string> ReadOwn(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return std::nullopt;
  struct stat info{};
  const bool own = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
                   info.st_uid == geteuid() && (info.st_mode & 022) == 0 &&
                   static_cast<size_t>(info.st_size) <= kMaxFile;
  std::string text(own ? static_cast<size_t>(info.st_size) : 0, '\0');
  size_t got = 0;
  while (got < text.size()) {
    const ssize_t n = read(fd, text.data() + got, text.size() - got);
    if (n <= 0) break;
    got += static_cast<size_t>(n);
  }
  close(fd);
  if (!own || got != text.size()) return std::nullopt;
  return text;
}

bool WriteOwn(const std::string& path, std::string_view text) {
  std::string temporary = path + ".XXXXXX";
  const int fd = mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return false;
  bool good = true;
  while (good && !text.empty()) {
    const ssize_t n = write(fd, text.data(), text.size());
    good = n > 0;
    if (good) text.remove_prefix(static_cast<size_t>(n));
  }
  good = close(fd) == 0 && good;
  good = good && rename(temporary.c_str(), path.c_str()) == 0;
  if (!good) unlink(temporary.c_str());
  return good;
}

// The files that were written longest ago go first.
void Prune(const std::string& directory) {
  struct Kept {
    fs::file_time_type at;
    size_t size;
    fs::path path;
  };
  std::vector<Kept> files;
  std::error_code error;
  for (fs::directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() != kSuffix) continue;
    std::error_code gone;
    const auto at = it->last_write_time(gone);
    const size_t size = gone ? 0 : it->file_size(gone);
    if (!gone) files.push_back({at, size, it->path()});
  }
  std::sort(files.begin(), files.end(),
            [](const Kept& a, const Kept& b) { return a.at > b.at; });
  size_t all = 0;
  for (const Kept& file : files) {
    all += file.size;
    if (all > kMaxAll) fs::remove(file.path, error);
  }
}

}  // namespace

class Cache::Pack : public verifier::Memo {
 public:
  explicit Pack(std::string path) : path_(std::move(path)) {
    if (!path_.empty()) Read();
  }

  std::optional<std::string> Find(const std::string& key) override {
    const auto it = entries_.find(key);
    if (it == entries_.end()) return std::nullopt;
    it->second.age = 0;
    return it->second.value;
  }

  void Keep(const std::string& key, std::string value) override {
    entries_[key] = {std::move(value), 0};
    changed_ = true;
  }

  // True if a file was written. Everything is a run older then.
  bool Save(const std::string& directory) {
    if (!std::exchange(changed_, false)) return false;
    std::erase_if(entries_,
                  [](const auto& entry) { return entry.second.age > kMaxAge; });
    if (path_.empty()) return Age();
    std::error_code error;
    fs::create_directories(directory, error);
    fs::permissions(directory, fs::perms::owner_all, error);
    const std::string payload = Payload();
    const bool written =
        payload.size() + kHead.size() + kDigest <= kMaxFile &&
        WriteOwn(path_, std::string(kHead) + Sha256Hex(payload) + payload);
    Age();
    return written;
  }

 private:
  struct Entry {
    std::string value;
    uint64_t age = 0;  // runs since it was asked for
  };

  bool Age() {
    for (auto& [key, entry] : entries_) ++entry.age;
    return false;
  }

  static const std::string& Writing() {
    static const std::string id = BuildId();
    return id;
  }

  // Those that were asked for last come first, as far as there is room.
  std::string Payload() const {
    std::vector<const std::pair<const std::string, Entry>*> order;
    for (const auto& entry : entries_) order.push_back(&entry);
    std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
      return std::tie(a->second.age, a->first) <
             std::tie(b->second.age, b->first);
    });
    Writer out;
    out.Text(Writing());
    for (const auto* entry : order) {
      const auto& [key, kept] = *entry;
      if (out.bytes().size() + key.size() + kept.value.size() > kMaxFile / 2) {
        break;
      }
      out.Text(key);
      out.Text(kept.value);
      out.Number(kept.age);
    }
    return out.bytes();
  }

  void Read() {
    const auto text = ReadOwn(path_);
    if (!text || Writing().empty() || !text->starts_with(kHead) ||
        text->size() < kHead.size() + kDigest) {
      return;
    }
    const std::string_view payload =
        std::string_view(*text).substr(kHead.size() + kDigest);
    if (text->substr(kHead.size(), kDigest) != Sha256Hex(payload)) return;
    Reader in(payload);
    if (in.Text() != Writing()) return;
    std::unordered_map<std::string, Entry> entries;
    while (in.good() && !in.at_end()) {
      std::string key = in.Text();
      Entry& entry = entries[std::move(key)];
      entry.value = in.Text();
      entry.age = in.Number() + 1;
    }
    if (in.good()) entries_ = std::move(entries);
  }

  std::string path_;  // empty: in memory alone
  std::unordered_map<std::string, Entry> entries_;
  bool changed_ = false;
};

Cache::Cache(std::string directory) : directory_(std::move(directory)) {
  if (BuildId().empty()) directory_.clear();
}

Cache::~Cache() = default;

verifier::Memo* Cache::Of(const driver::SetOptions& set) {
  Writer name;
  const auto path = [&](const std::string& given) {
    std::error_code error;
    name.Text(fs::absolute(given, error).lexically_normal().string());
  };
  name.Each(set.paths, path);
  path(set.catalog.value_or(""));
  path(set.stdlib.value_or(""));
  const std::string file = Sha256Hex(name.bytes()).substr(0, 32) + kSuffix;
  auto& pack = packs_[file];
  if (pack == nullptr) {
    pack = std::make_unique<Pack>(directory_.empty() ? ""
                                                     : directory_ + "/" + file);
  }
  return pack.get();
}

void Cache::Save() {
  bool written = false;
  for (auto& [file, pack] : packs_) written |= pack->Save(directory_);
  if (written) Prune(directory_);
}

std::string DefaultCache() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  // The base directory specification has relative paths ignored.
  if (cache != nullptr && cache[0] == '/') return std::string(cache) + "/polc";
  if (home == nullptr || home[0] != '/') return "";
  return std::string(home) + "/.cache/polc";
}

}  // namespace polc::tool
