// Checks the tables once, so that the matcher need not.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "runtime/abi/tables.h"
#include "runtime/match/candidates.h"
#include "runtime/match/guard.h"
#include "runtime/match/matcher.h"

namespace polc::runtime::match {
namespace {

/// What of one kind has been looked at, by its offset, a multiple of four.
class SeenPlaces {
 public:
  explicit SeenPlaces(uint64_t tables_size) : bits_(tables_size / 256 + 1) {}

  /// False if the place, which is in the tables, is there already.
  bool Add(uint32_t offset) {
    uint64_t& word = bits_[offset / 256];
    const uint64_t bit = uint64_t{1} << (offset / 4 % 64);
    return (std::exchange(word, word | bit) & bit) == 0;
  }

 private:
  std::vector<uint64_t> bits_;
};

/// What has been looked at, as pairs of an offset, which is not 0, and a
/// number.
class Seen {
 public:
  /// False if the pair is there already.
  bool Add(uint32_t offset, uint32_t number) {
    if (2 * ++count_ > places_.size()) Grow();
    return Place(uint64_t{offset} << 32 | number);
  }

 private:
  bool Place(uint64_t key) {
    const size_t mask = places_.size() - 1;
    size_t at = (key * 0x9E3779B97F4A7C15u) >> 36 & mask;
    for (; places_[at] != 0; at = (at + 1) & mask) {
      if (places_[at] == key) return false;
    }
    places_[at] = key;
    return true;
  }
  void Grow() {
    std::vector<uint64_t> old(std::max<size_t>(1024, 4 * places_.size()));
    old.swap(places_);
    for (const uint64_t key : old) {
      if (key != 0) Place(key);
    }
  }

  std::vector<uint64_t> places_;  // a power of two; 0: empty
  size_t count_ = 0;              // that were to be added
};

class Checker {
 public:
  explicit Checker(const pol_code& code)
      : code_(code),
        tables_(code.tables),
        buckets_(code.tables_size),
        guards_(code.tables_size),
        automata_(code.tables_size) {}

  bool Holds() {
    return Header() && Names() &&
           Each<TablePolicy>(header().policies, &Checker::Policy) &&
           Each<TableSpan>(header().schemas, &Checker::Schema) &&
           Each<uint32_t>(header().limits, &Checker::OptionalGuard) &&
           Each<uint32_t>(header().marks, &Checker::OptionalGuard);
  }

 private:
  const TablesHeader& header() const { return *At<TablesHeader>(tables_, 0); }

  template <typename T>
  bool Has(uint32_t at, uint64_t count = 1) const {
    return at % alignof(T) == 0 && at <= code_.tables_size &&
           count <= (code_.tables_size - at) / sizeof(T);
  }
  template <typename T>
  bool Each(TableSpan span, bool (Checker::*holds)(const T&)) {
    if (!Has<T>(span.at, span.count)) return false;
    const T* items = At<T>(tables_, span.at);
    return std::all_of(items, items + span.count,
                       [&](const T& item) { return (this->*holds)(item); });
  }

  /// The same of what many may have.
  template <typename T>
  bool EachOnce(TableSpan span, bool (Checker::*holds)(const T&), Seen* seen) {
    return span.count == 0 || !seen->Add(span.at, span.count) ||
           Each<T>(span, holds);
  }

  bool Header() const {
    if (tables_ == nullptr || reinterpret_cast<uintptr_t>(tables_) % 8 != 0 ||
        code_.tables_size < sizeof(TablesHeader)) {
      return false;
    }
    const TablesHeader& h = header();
    return h.magic == kTablesMagic && h.version == POL_ABI_VERSION &&
           h.size == code_.tables_size &&
           h.checksum == TablesChecksum(tables_, h.size) &&
           h.shape_count == code_.shape_count &&
           h.memo_size <= code_.memo_size &&
           (h.tool_slot == kNoSlot || h.tool_slot < h.slot_count);
  }

  bool Names() {
    const TableSpan names = header().names;
    if (names.count == 0) return true;
    if (!std::has_single_bit(names.count)) return false;
    has_empty_name_ = false;
    return Each<TableName>(names, &Checker::Name) && has_empty_name_;
  }
  bool Name(const TableName& name) {
    has_empty_name_ = has_empty_name_ || name.tool == 0;
    if (name.tool == 0) return true;
    if (!Has<TableNamed>(name.tool)) return false;
    const TableSpan buckets = {name.tool + uint32_t{sizeof(TableNamed)},
                               header().policies.count};
    return Each<uint32_t>(buckets, &Checker::Bucket) &&
           Has<char>(buckets.at + buckets.count * uint32_t{4},
                     At<TableNamed>(tables_, name.tool)->length);
  }

  bool Policy(const TablePolicy& policy) {
    return policy.default_effect <= POL_NONE && Bucket(policy.without) &&
           Bucket(policy.other);
  }
  bool Schema(const TableSpan& tools) {
    return Each<TableTool>(tools, &Checker::Tool);
  }
  bool Tool(const TableTool& tool) {
    return EachOnce<uint32_t>(tool.demands, &Checker::Guard, &guard_lists_) &&
           EachOnce<TableKinds>(tool.kinds, &Checker::Kinds, &kind_lists_) &&
           EachOnce<uint32_t>(tool.rest, &Checker::Guard, &guard_lists_);
  }
  bool Kinds(const TableKinds& kinds) {
    return kinds.slot < header().slot_count;
  }
  bool OptionalGuard(const uint32_t& guard) {
    return guard == 0 || Guard(guard);
  }
  bool Guard(const uint32_t& guard) {
    if (!Has<uint32_t>(guard)) return false;
    if (!guards_.Add(guard)) return true;
    uint32_t at = guard;
    uint32_t count = Word(at);
    at += 4;
    if ((count & kGuardRemembers) != 0) {
      count &= ~kGuardRemembers;
      if (!Has<uint32_t>(at, 2)) return false;
      const uint32_t first = Word(at);
      if (first > header().memo_size ||
          Word(at + 4) > header().memo_size - first) {
        return false;
      }
      at += 8;
    }
    for (; count != 0; --count) {
      if (!Has<uint32_t>(at)) return false;
      const uint32_t head = Word(at);
      const uint32_t look = head & kLookMask;
      at += 4;
      if (look >= kTestLookCount ||
          !Has<uint32_t>(at, kLookFacts[look].words) ||
          !(look == kTestCall ? Call(at) : Test(head, at))) {
        return false;
      }
      at += 4 * uint32_t{kLookFacts[look].words};
    }
    return true;
  }
  uint32_t Word(uint32_t at) const { return *At<uint32_t>(tables_, at); }
  bool Call(uint32_t at) {
    return Word(at) < header().shape_count && Has<uint32_t>(Word(at + 4));
  }
  bool Text(const TableSpan& text) { return Has<char>(text.at, text.count); }
  bool Test(uint32_t head, uint32_t at) {
    if (!Has<TableSite>(SiteOf(head))) return false;
    const auto& site = *At<TableSite>(tables_, SiteOf(head));
    if (site.slot % sizeof(pol_slot) != 0 ||
        site.slot / sizeof(pol_slot) >= header().slot_count) {
      return false;
    }
    const auto* words = At<uint32_t>(tables_, at);
    switch (head & kLookMask) {
      case kTestText:
      case kTestPrefix:
        return Has<char>(words[0], words[1]);
      case kTestTexts:
        return Each<TableSpan>({words[0], words[1]}, &Checker::Text);
      case kTestTail:
        return Has<char>(words[0], words[1]) && Automaton(words[2]);
      case kTestFound:
        return words[1] >= 2 && Has<char>(words[0], words[1]) &&
               (words[2] == 0 || Automaton(words[2]));
      case kTestString:
      case kTestBounded:
        return Automaton(words[0]);
      case kTestStrict:
        return Automaton(words[0]) && Automaton(words[2]);
      case kTestNumber:
        return Has<double>(words[0], uint64_t{words[1]} * 2);
      default:
        return true;  // only_keys is the host's, which bounds its sets
    }
  }
  bool Automaton(uint32_t at) {
    if (!Has<TableAutomaton>(at)) return false;
    if (!automata_.Add(at)) return true;
    const auto& automaton = *At<TableAutomaton>(tables_, at);
    const uint32_t next = at + uint32_t{sizeof(TableAutomaton)};
    const uint32_t last = *std::max_element(automaton.byte_class.begin(),
                                            automaton.byte_class.end());
    const auto inside = [&](uint32_t state) {
      return uint64_t{state} + last < automaton.cells;
    };
    if (!inside(automaton.start)) return false;
    const auto holds = [&](const auto* cells) {
      return std::all_of(cells, cells + automaton.cells, inside);
    };
    return automaton.is_wide != 0 ? Has<uint32_t>(next, automaton.cells) &&
                                        holds(At<uint32_t>(tables_, next))
                                  : Has<uint16_t>(next, automaton.cells) &&
                                        holds(At<uint16_t>(tables_, next));
  }

  bool Bucket(const uint32_t& at) {
    if (!Has<TableBucket>(at)) return false;
    if (!buckets_.Add(at)) return true;
    const auto& head = *At<TableBucket>(tables_, at);
    count_ = head.count;
    return Each<TableEntry>({at + uint32_t{sizeof(TableBucket)}, head.count},
                            &Checker::Entry) &&
           Each<TableDim>(head.dims, &Checker::Dim);
  }
  bool Entry(const TableEntry& entry) {
    return entry.vote >> 2 < header().rule_count &&
           (entry.vote & 3) <= POL_ALLOW && Guard(entry.guard);
  }

  bool Row(const uint32_t& at) {
    if (at == 0) return true;
    if (!Has<TableRow>(at)) return false;
    const auto& row = *At<TableRow>(tables_, at);
    if (row.bits != 0 && !Has<uint64_t>(row.bits, (uint64_t{count_} + 63) / 64))
      return false;
    const uint32_t extras = at + sizeof(TableRow);
    if (!Has<uint32_t>(extras, row.count)) return false;
    const auto* first = At<uint32_t>(tables_, extras);
    return std::is_sorted(first, first + row.count) &&
           (row.count == 0 || first[row.count - 1] < count_);
  }
  bool Dim(const TableDim& dim) {
    return dim.slot < header().slot_count &&
           std::all_of(
               dim.kinds.begin(), dim.kinds.end(),
               [&](uint32_t row) { return Row(row); }) &&
           Row(dim.bools[0]) && Row(dim.bools[1]) && Numbers(dim) &&
           (dim.trie == 0 || Node(dim.trie)) &&
           (dim.product == 0 || Product(dim)) &&
           (dim.grams == 0 || Grams(dim.grams));
  }
  bool Grams(uint32_t at) {
    if (!Has<TableGrams>(at)) return false;
    const auto& grams = *At<TableGrams>(tables_, at);
    const auto places = [](uint32_t shift) {
      return uint64_t{1} << (32 - shift);
    };
    has_empty_gram_ = false;
    return (grams.bytes == 2 || grams.bytes == 4) && grams.bit_shift >= 1 &&
           grams.bit_shift <= 26 && grams.place_shift >= 1 &&
           grams.place_shift <= 31 &&
           grams.places.count == places(grams.place_shift) &&
           Has<uint64_t>(grams.bits, places(grams.bit_shift) / 64) &&
           (grams.free == 0 ||
            Has<uint64_t>(grams.free, (uint64_t{count_} + 63) / 64)) &&
           Each<TableGram>(grams.places, &Checker::Gram) && has_empty_gram_;
  }
  bool Gram(const TableGram& gram) {
    has_empty_gram_ = has_empty_gram_ || gram.literals.count == 0;
    return Each<TableLiteral>(gram.literals, &Checker::Literal);
  }
  bool Literal(const TableLiteral& literal) {
    return Has<char>(literal.text, literal.length) &&
           Each<uint32_t>(literal.entries, &Checker::Listed);
  }
  bool Listed(const uint32_t& entry) { return entry < count_; }
  bool Numbers(const TableDim& dim) {
    if (dim.numbers.count == 0) return true;
    return dim.shift < 32 && Has<double>(dim.cuts.at, dim.cuts.count) &&
           dim.cuts.count >> dim.shift < dim.numbers.count &&
           Each<uint32_t>(dim.numbers, &Checker::Row);
  }
  bool Node(uint32_t at) {
    if (!Has<TableNode>(at)) return false;
    if (!nodes_.Add(at, count_)) return true;
    const auto& node = *At<TableNode>(tables_, at);
    const uint32_t behind = at + uint32_t{sizeof(TableNode)};
    if (!Row(node.here) || !Row(node.below) ||
        !Has<uint32_t>(behind, node.count) ||
        !Has<uint8_t>(behind + uint32_t{4} * node.count,
                      uint64_t{node.length} + node.count + kReadAhead)) {
      return false;
    }
    const uint32_t* nodes = NodesOf(node);
    const uint8_t* bytes = LabelOf(node) + node.length;
    if (!std::is_sorted(bytes, bytes + node.count)) return false;
    for (uint32_t i = 0; i < node.count; ++i) {
      // Written before their parents, and a byte longer: no way leads back,
      // and each is shorter than the longest prefix is long.
      if (nodes[i] >= at || !Node(nodes[i])) return false;
      if (At<TableNode>(tables_, nodes[i])->length == 0) return false;
    }
    return true;
  }
  bool Product(const TableDim& dim) {
    if (!Has<TableProduct>(dim.product)) return false;
    const auto& product = *At<TableProduct>(tables_, dim.product);
    const uint64_t cells = uint64_t{product.states} * product.classes;
    if (product.start >= product.states || product.classes == 0 ||
        product.sinks > product.states || !Has<uint16_t>(product.next, cells) ||
        !Has<uint16_t>(product.outputs, product.states) ||
        dim.outputs.count < product.output_count) {
      return false;
    }
    const auto* next = At<uint16_t>(tables_, product.next);
    const auto* outputs = At<uint16_t>(tables_, product.outputs);
    return std::all_of(next, next + cells,
                       [&](uint16_t to) { return to < product.states; }) &&
           std::all_of(
               outputs, outputs + product.states,
               [&](uint16_t out) { return out < product.output_count; }) &&
           std::all_of(product.byte_class.begin(), product.byte_class.end(),
                       [&](uint8_t k) { return k < product.classes; }) &&
           Each<uint32_t>(dim.outputs, &Checker::Row);
  }

  const pol_code& code_;
  const uint8_t* tables_;
  bool has_empty_name_ = false;
  bool has_empty_gram_ = false;
  uint32_t count_ = 0;  // entries of the bucket at hand
  SeenPlaces buckets_;
  SeenPlaces guards_;
  SeenPlaces automata_;
  Seen guard_lists_;
  Seen kind_lists_;
  Seen nodes_;  // and that count
};

}  // namespace

bool Check(const pol_code& code) { return Checker(code).Holds(); }

}  // namespace polc::runtime::match
