// TZif files (RFC 8536): the second data block, of 64 bits, and the footer.
// What lies outside the format is an error, never read past.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "compiler/zones/zone.h"

namespace polc::zones {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxBytes = 1 << 20;
constexpr size_t kHeaderBytes = 44;

// "Europe/Berlin": names, not paths.
bool IsName(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+' ||
           c == '/';
  };
  return !name.empty() && name.front() != '/' && name.back() != '/' &&
         name.find("//") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(), fits);
}

class Bytes {
 public:
  explicit Bytes(std::string_view rest) : rest_(rest) {}
  bool ok() const { return ok_; }
  std::string_view rest() const { return rest_; }

  std::string_view Take(size_t n) {
    if (n > rest_.size()) {
      ok_ = false;
      rest_ = {};
    }
    const std::string_view out = rest_.substr(0, n);
    rest_.remove_prefix(out.size());
    return out;
  }
  // Big-endian.
  int64_t Integer(size_t size) {
    const std::string_view bytes = Take(size);
    if (bytes.size() < size) return 0;
    uint64_t value = (bytes[0] & 0x80) != 0 ? ~uint64_t{0} : 0;
    for (const char c : bytes) value = value << 8 | static_cast<uint8_t>(c);
    return static_cast<int64_t>(value);
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

struct Header {
  size_t utc = 0, standard = 0, leaps = 0, times = 0, types = 0, chars = 0;
};

std::optional<Header> ReadHeader(Bytes* in) {
  const std::string_view begin = in->Take(kHeaderBytes - 6 * 4);
  if (!begin.starts_with("TZif") || begin.size() < 5 || begin[4] < '2') {
    return std::nullopt;
  }
  Header out;
  for (size_t* count : {&out.utc, &out.standard, &out.leaps, &out.times,
                        &out.types, &out.chars}) {
    const int64_t n = in->Integer(4);
    if (n < 0 || n > static_cast<int64_t>(kMaxBytes)) return std::nullopt;
    *count = static_cast<size_t>(n);
  }
  return out;
}

// The block of 64 bits: times, types, offsets.
bool ReadBlock(Bytes* in, const Header& header, Zone* zone) {
  std::vector<int64_t> times;
  for (size_t i = 0; i < header.times; ++i) times.push_back(in->Integer(8));
  const std::string_view types = in->Take(header.times);
  std::vector<int32_t> offsets;
  for (size_t i = 0; i < header.types; ++i) {
    const int64_t offset = in->Integer(4);
    in->Take(2);
    if (offset <= -kMaxOffset || offset >= kMaxOffset) return false;
    offsets.push_back(static_cast<int32_t>(offset));
  }
  in->Take(header.chars + header.leaps * 12 + header.standard + header.utc);
  // Clocks with leap seconds are not Unix time.
  if (!in->ok() || offsets.empty() || header.leaps != 0) return false;
  zone->first_offset = offsets[0];
  int32_t last = offsets[0];
  for (size_t i = 0; i < times.size(); ++i) {
    const auto type = static_cast<uint8_t>(types[i]);
    if (type >= offsets.size() || times[i] > kMaxInstant ||
        (i > 0 && times[i] <= times[i - 1])) {
      return false;
    }
    if (times[i] < -kMaxInstant) {  // the beginning of time, as some write it
      zone->first_offset = last = offsets[type];
      continue;
    }
    // Changes of the name alone say nothing here.
    if (offsets[type] != last || i + 1 == times.size()) {
      zone->changes.push_back({times[i], offsets[type]});
    }
    last = offsets[type];
  }
  return true;
}

bool ReadAll(std::string_view text, Zone* zone) {
  Bytes in(text);
  auto header = ReadHeader(&in);
  if (!header) return false;
  in.Take(header->times * 5 + header->types * 6 + header->chars +
          header->leaps * 8 + header->standard + header->utc);
  header = ReadHeader(&in);
  if (!header || !ReadBlock(&in, *header, zone)) return false;
  const std::string_view footer = in.rest();
  if (footer.size() < 2 || footer.front() != '\n' || footer.back() != '\n') {
    return false;
  }
  zone->footer = footer.substr(1, footer.size() - 2);
  return zone->footer.empty() || ParseFooter(zone->footer).has_value();
}

}  // namespace

Result<Zone> ReadZone(const std::string& directory, const std::string& name) {
  const fs::path path = fs::path(directory) / name;
  std::error_code error;
  if (!IsName(name) || !fs::is_regular_file(path, error)) {
    return Error{fmt::format("there is no time zone `{}`", name)};
  }
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)),
                   std::istreambuf_iterator<char>());
  Zone zone;
  zone.name = name;
  if (!file || text.size() > kMaxBytes || !ReadAll(text, &zone)) {
    return Error{
        fmt::format("the system's data of the time zone `{}` cannot "
                    "be read",
                    name)};
  }
  return zone;
}

std::vector<std::string> ZoneNames(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  fs::recursive_directory_iterator at(directory, error);
  for (; !error && at != fs::recursive_directory_iterator();
       at.increment(error)) {
    const std::string name =
        at->path().lexically_relative(directory).generic_string();
    // The same zones again, in other clocks or formats.
    if (name == "posix" || name == "right") at.disable_recursion_pending();
    std::error_code unused;
    if (IsName(name) && at->is_regular_file(unused)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace polc::zones
