#include "runtime/json/reader.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "runtime/json/key.h"
#include "runtime/json/scan.h"

namespace polc::runtime::json {
namespace {

// Above this, memory is given back before the next small message.
constexpr size_t kLargeMessage = size_t{256} << 10;
// Objects with more members are checked by sorting.
constexpr size_t kFewKeys = 12;

/// The parser may look at bytes behind the text, not use them. They can be read
/// if they are on the page that the text ends on; else the text is copied.
bool IsPadded(std::string_view text) {
  constexpr size_t kPage = 4096;  // no machine has smaller ones
  const auto end = reinterpret_cast<uintptr_t>(text.data() + text.size());
  return end % kPage != 0 && end % kPage + simdjson::SIMDJSON_PADDING <= kPage;
}

}  // namespace

struct Reader::State {
  simdjson::dom::parser parser;
  // For texts that are copied; as long as the parser's longest and padding, and
  // there from the start: who has read so much asks for no memory later.
  std::unique_ptr<char[]> copy;
  std::vector<uint64_t> keys;  // their words, of all objects that are open

  struct Level {
    uint64_t end;
    size_t first_key;
    bool object;
  };
  std::array<Level, kMaxDepth + 1> levels;

  const Fault* Distinct(const Tape& tape, size_t first);
  const Fault* Walk(const Tape& tape, uint64_t* words, size_t max_values);
};

Reader::Reader(Bounds bounds)
    : state_(std::make_unique<State>()), bounds_(bounds) {}
Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;

/// The keys from `first` on are those of one object.
[[gnu::hot]] const Fault* Reader::State::Distinct(const Tape& tape,
                                                  size_t first) {
  const auto text = [&](const uint64_t& word) {
    const Tape one = {&word, tape.strings};
    return Value(&one, 0).text();
  };
  // Keys of different hashes, which are most, need no look at their texts.
  const auto same = [&](uint64_t a, uint64_t b) {
    return (a ^ b) >> Value::kHashAt == 0 && text(a) == text(b);
  };
  if (keys.size() - first <= kFewKeys) {
    const uint64_t* end = keys.data() + keys.size();
    for (const uint64_t* key = keys.data() + first; key != end; ++key) {
      for (const uint64_t* other = key + 1; other != end; ++other) {
        if (same(*key, *other)) return &fault::kDuplicateKey;
      }
    }
    return nullptr;
  }
  const auto begin = keys.begin() + static_cast<ptrdiff_t>(first);
  std::sort(begin, keys.end(), [&](uint64_t a, uint64_t b) {
    return (a ^ b) >> Value::kHashAt != 0 ? a < b : text(a) < text(b);
  });
  const bool twice = std::adjacent_find(begin, keys.end(), same) != keys.end();
  return twice ? &fault::kDuplicateKey : nullptr;
}

/// One pass over the tape, without recursion: containers that are open lie on
/// `levels`, with their keys so far on `keys`. Keys get their hashes. The words
/// are the tape's.
[[gnu::hot]] const Fault* Reader::State::Walk(const Tape& tape, uint64_t* words,
                                              size_t max_values) {
  constexpr std::string_view kProto = "__proto__";
  keys.clear();
  size_t depth = 0;
  size_t values = 0;
  uint64_t at = 1;
  do {
    while (depth != 0 && at + 1 == levels[depth - 1].end) {
      const Level& level = levels[--depth];
      ++at;
      if (!level.object) continue;
      if (const Fault* fault = Distinct(tape, level.first_key)) return fault;
      keys.resize(level.first_key);
    }
    if (depth == 0 && values > 0) return nullptr;
    if (depth != 0 && levels[depth - 1].object) {
      const std::string_view key = Value(&tape, at).text();
      if (key == kProto) return &fault::kForbiddenKey;
      const uint64_t hash = HashOfKey(key);
      words[at] |= hash << Value::kHashAt;
      keys.push_back(words[at]);
      ++at;
    }
    if (++values > max_values) return &fault::kTooMany;
    const Value value(&tape, at);
    if (value.is_object() || value.is_list()) {
      levels[depth++] = {value.End(), keys.size(), value.is_object()};
      ++at;
    } else {
      at = value.End();
    }
  } while (depth != 0);
  return nullptr;
}

[[gnu::hot]] const Fault* Reader::Parse(std::string_view text) {
  if (text.empty()) return &fault::kSyntax;
  if (text.size() > bounds_.bytes) return &fault::kTooLarge;
  if (text.starts_with("\xEF\xBB\xBF")) return &fault::kBom;
  // Fewer bytes can't hold too many values; of more, the values are counted
  // before memory is spent on them.
  if (text.size() > bounds_.values) {
    if (const Fault* fault = CheckBounds(text, kMaxDepth, bounds_.values)) {
      return fault;
    }
  }
  simdjson::dom::parser& parser = state_->parser;
  if (text.size() < kLargeMessage && parser.capacity() > kLargeMessage) {
    parser = simdjson::dom::parser();
  }
  const size_t capacity = std::max(text.size(), size_t{1024});
  if (parser.capacity() < capacity || parser.max_depth() != kMaxDepth ||
      state_->copy == nullptr) {
    // simdjson counts the document itself as a level.
    if (parser.allocate(capacity, kMaxDepth)) return &fault::kMemory;
    state_->copy.reset(
        new (std::nothrow) char[capacity + simdjson::SIMDJSON_PADDING]());
  }
  if (state_->copy == nullptr) return &fault::kMemory;
  const char* bytes = text.data();
  if (!IsPadded(text)) {
    std::memcpy(state_->copy.get(), bytes, text.size());
    bytes = state_->copy.get();
  }
  const auto error = parser.parse(bytes, text.size(), false).error();
  switch (error) {
    case simdjson::SUCCESS:
      break;
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
      return &fault::kMemory;
    case simdjson::DEPTH_ERROR:
      return &fault::kDepth;
    case simdjson::UTF8_ERROR:
      return &fault::kUtf8;
    default:
      return ClassifySyntax(text, error == simdjson::NUMBER_ERROR);
  }
  tape_ = {parser.doc.tape.get(), parser.doc.string_buf.get()};
  const EscapeFaults escapes = FindEscapes(text);
  may_have_nul_ = escapes.nul;
  if (escapes.surrogate) return &fault::kSurrogate;
  if (text.find('\r') != std::string_view::npos) {
    return &fault::kCarriageReturn;
  }
  return state_->Walk(tape_, parser.doc.tape.get(), bounds_.values);
}

[[gnu::hot]] const Fault* Reader::ReadLeavingNul(std::string_view text) {
  may_have_nul_ = false;
  tape_ = {};
  return Parse(text);
}

const Fault* Reader::Read(std::string_view text) {
  if (const Fault* fault = ReadLeavingNul(text)) return fault;
  return HasNul(root()) ? &fault::kNul : nullptr;
}

[[gnu::hot]] bool Reader::HasNul(Value value) const {
  if (!may_have_nul_ || !value) return false;
  // Keys and values alike are strings on the tape; a container's last word is
  // its end.
  for (uint64_t at = value.at(), end = value.End(); at < end;) {
    const Value here(&tape_, at);
    switch (here.tag()) {
      case '"':
        if (here.text().find('\0') != std::string_view::npos) return true;
        ++at;
        break;
      case '{':
      case '[':
        ++at;
        break;
      default:
        at = here.End();
    }
  }
  return false;
}

}  // namespace polc::runtime::json
