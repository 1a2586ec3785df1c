// One description of each structure serves both directions: `Walk` names its
// members once, an archive writes or reads them. Reading is strict: a count
// can't promise more elements than bytes are left, and every byte must be
// used, so hostile bytes cost no memory and never half a manifest.
#include "runtime/abi/manifest.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "runtime/abi/native.h"

namespace polc::runtime {
namespace {

constexpr std::string_view kMagic = "polcmanf";
// What an element of a long list takes, about: only how room is made for them
// depends on it.
constexpr size_t kFewBytes = 16;

class Writer {
 public:
  static constexpr bool kReads = false;

  bool ok() const { return true; }
  size_t Count(size_t n) {
    Integer(static_cast<uint32_t>(n));
    return n;
  }
  template <typename T>
  void Integer(const T& value) {
    const auto bits = static_cast<uint64_t>(value);
    char* at = Room(sizeof(T));
    for (size_t i = 0; i < sizeof(T); ++i) {
      at[i] = static_cast<char>(bits >> (8 * i) & 0xFF);
    }
  }
  void Text(const std::string& text) {
    Count(text.size());
    text.copy(Room(text.size()), text.size());
  }
  std::string Take() {
    out_.resize(size_);
    return std::move(out_);
  }

 private:
  // Where the next bytes go. The text is longer than what is written so far:
  // most of these bytes are numbers, for each of which to ask for more room
  // takes longer than to write it.
  char* Room(size_t bytes) {
    if (bytes > out_.size() - size_) out_.resize(2 * out_.size() + bytes);
    return out_.data() + std::exchange(size_, size_ + bytes);
  }

  std::string out_{kMagic};
  size_t size_ = kMagic.size();
};

class Reader {
 public:
  static constexpr bool kReads = true;

  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }
  size_t left() const { return rest_.size(); }
  /// Every element takes at least one byte.
  size_t Count(size_t) {
    uint32_t n = 0;
    Integer(n);
    if (n > rest_.size()) ok_ = false;
    return ok_ ? n : 0;
  }
  template <typename T>
  void Integer(T& value) {
    if (rest_.size() < sizeof(T)) {
      ok_ = false;
      return;
    }
    uint64_t bits = 0;
    for (size_t i = 0; i < sizeof(T); ++i) {
      bits |= uint64_t{static_cast<uint8_t>(rest_[i])} << (8 * i);
    }
    value = static_cast<T>(bits);
    rest_.remove_prefix(sizeof(T));
  }
  void Text(std::string& text) {
    const size_t n = Count(0);
    text.assign(rest_.substr(0, n));
    rest_.remove_prefix(n);
  }
  void Fail() { ok_ = false; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

template <typename A, typename T>
void Visit(A& archive, T& value);

template <typename A, typename... T>
void All(A& archive, T&... values) {
  (Visit(archive, values), ...);
}

template <typename A>
void Visit(A& archive, bool& value) {
  auto byte = static_cast<uint8_t>(value);
  archive.Integer(byte);
  if constexpr (A::kReads) {
    if (byte > 1) archive.Fail();
    value = byte == 1;
  }
}

template <typename A>
void Visit(A& archive, std::string& value) {
  archive.Text(value);
}

template <typename A>
void Visit(A& archive, Root& value) {
  auto byte = static_cast<uint8_t>(value);
  archive.Integer(byte);
  if constexpr (A::kReads) {
    if (byte > static_cast<uint8_t>(Root::kElement)) return archive.Fail();
    value = static_cast<Root>(byte);
  }
}

template <typename A>
void Visit(A& archive, TermKind& value) {
  auto byte = static_cast<uint8_t>(value);
  archive.Integer(byte);
  if constexpr (A::kReads) {
    if (byte > static_cast<uint8_t>(TermKind::kQuery)) return archive.Fail();
    value = static_cast<TermKind>(byte);
  }
}

template <typename A, typename T>
void Visit(A& archive, std::optional<T>& value) {
  bool present = value.has_value();
  Visit(archive, present);
  if (!present) return;
  if constexpr (A::kReads) value.emplace();
  Visit(archive, *value);
}

template <typename A, typename T>
void Visit(A& archive, std::vector<T>& values) {
  const size_t n = archive.Count(values.size());
  // Memory follows the bytes that are there, whatever is promised.
  if constexpr (A::kReads) {
    values.clear();
    values.reserve(std::min(n, archive.left() / kFewBytes));
  }
  for (size_t i = 0; i < n && archive.ok(); ++i) {
    if constexpr (A::kReads) values.emplace_back();
    Visit(archive, values[i]);
  }
}

template <typename A>
void Walk(A& a, ManifestStep& v) {
  All(a, v.member, v.index);
}
template <typename A>
void Walk(A& a, ManifestField& v) {
  All(a, v.root, v.steps, v.name);
}
template <typename A>
void Walk(A& a, ManifestQuantifier& v) {
  All(a, v.fields);
}
template <typename A>
void Walk(A& a, ManifestTextPart& v) {
  All(a, v.literal, v.field);
}
template <typename A>
void Walk(A& a, ManifestCharge& v) {
  All(a, v.limit, v.or_ask);
}
template <typename A>
void Walk(A& a, ManifestRule& v) {
  All(a, v.name, v.policy, v.effect, v.reason, v.charges, v.roles,
      v.within_seconds, v.redact);
}
template <typename A>
void Walk(A& a, ManifestPolicy& v) {
  All(a, v.name, v.servers, v.default_effect);
}
template <typename A>
void Walk(A& a, ManifestTerm& v) {
  All(a, v.kind, v.of_element, v.slot, v.error, v.has_default, v.text, v.zone);
}
template <typename A>
void Walk(A& a, ManifestInterval& v) {
  All(a, v.lo, v.hi, v.lo_open, v.hi_open);
}
template <typename A>
void Walk(A& a, ManifestCalculation& v) {
  All(a, v.operation, v.quantifier, v.left, v.right, v.intervals,
      v.list_of_element, v.list, v.list_error);
}
template <typename A>
void Walk(A& a, ManifestZone& v) {
  All(a, v.name, v.first_offset, v.at, v.offsets, v.repeats, v.end);
}
template <typename A>
void Walk(A& a, ManifestKey& v) {
  All(a, v.name, v.field);
}
template <typename A>
void Walk(A& a, ManifestLimit& v) {
  All(a, v.name, v.amount, v.window, v.rolling, v.refund_on_error, v.has_on,
      v.keys, v.cost, v.policies);
}
template <typename A>
void Walk(A& a, ManifestMark& v) {
  All(a, v.name, v.key, v.lifetime_seconds, v.policies);
}
template <typename A>
void Walk(A& a, ManifestDemand& v) {
  All(a, v.path, v.what);
}
template <typename A>
void Walk(A& a, ManifestTool& v) {
  All(a, v.name, v.demands);
}
template <typename A>
void Walk(A& a, ManifestSchema& v) {
  All(a, v.servers, v.advisory, v.demands, v.tools);
}
template <typename A>
void Walk(A& a, Manifest& v) {
  All(a, v.digest, v.compiler, v.fields, v.error_fields, v.quantifiers,
      v.key_sets, v.zones, v.calculations, v.policies, v.rules, v.limits,
      v.marks, v.schemas, v.shapes);
}

template <typename A, typename T>
void Visit(A& archive, T& value) {
  if constexpr (std::is_integral_v<T>) {
    archive.Integer(value);
  } else {
    Walk(archive, value);
  }
}

}  // namespace

std::string EncodeManifest(const Manifest& manifest) {
  Writer writer;
  writer.Integer(uint32_t{POL_ABI_VERSION});
  // A writer changes nothing.
  Walk(writer, const_cast<Manifest&>(manifest));
  return writer.Take();
}

std::optional<Manifest> DecodeManifest(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return std::nullopt;
  Reader reader(bytes.substr(kMagic.size()));
  uint32_t version = 0;
  reader.Integer(version);
  if (version != POL_ABI_VERSION) return std::nullopt;
  Manifest manifest;
  Walk(reader, manifest);
  if (!reader.ok() || !reader.at_end()) return std::nullopt;
  return manifest;
}

}  // namespace polc::runtime
