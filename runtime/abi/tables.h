// The tables of a compiled policy set: which guards can apply to a request,
// and the constants that the generated functions read. Position-independent
// (every reference is an offset from the first byte), little-endian, and
// walked by runtime/match without allocating. compiler/codegen writes them.
//
// An *index* answers one question for a list of guards: which of them may be
// anything but false for this request? What it answers is checked with the
// guards themselves, so it may name too many, never too few. A list is first
// told apart by the tool's name into *buckets*. A bucket's guards are rows of
// bits along *dimensions*, each of which sorts what one field found into
// classes: candidates are the AND of one row of each dimension.
// Sources: T. V. Lakshman, D. Stiliadis, "High-speed policy-based packet
// forwarding using efficient multi-dimensional range matching", 1998;
// F. Baboescu, G. Varghese, "Scalable packet classification", 2001.
#ifndef POLC_RUNTIME_ABI_TABLES_H_
#define POLC_RUNTIME_ABI_TABLES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace polc::runtime {

/// `count` items that begin at byte `at`.
struct TableSpan {
  uint32_t at = 0;
  uint32_t count = 0;
};

inline constexpr uint32_t kTablesMagic = 0x746C6F70;  // "polt"
inline constexpr uint32_t kNoSlot = 0xFFFFFFFF;
inline constexpr uint32_t kKinds = 9;

struct TablesHeader {
  uint32_t magic = kTablesMagic;
  uint32_t version = 0;   // POL_ABI_VERSION
  uint64_t checksum = 0;  // of all bytes behind this member
  uint32_t size = 0;      // of the whole, in bytes
  uint32_t shape_count = 0;
  uint32_t slot_count = 0;
  uint32_t memo_size = 0;        // bytes of pol_frame.memo
  uint32_t tool_slot = kNoSlot;  // of the tool's name, if anything reads it
  uint32_t rule_count = 0;
  TableSpan names;     // TableName; a power of two, or none
  TableSpan policies;  // TablePolicy
  TableSpan schemas;   // TableSpan of a TableTool for each tool
  TableSpan limits;    // guards, 0: none
  TableSpan marks;
};

/// A place of the hash table of tool names. What lies behind is read only for
/// the name that is found, or for one of the same hash.
struct TableName {
  uint32_t hash = 0;
  uint32_t tool = 0;  // of a TableNamed; 0: an empty place
};

/// A tool's name. Its bucket in each policy follows, then the name's bytes.
struct TableNamed {
  uint32_t length = 0;  // of the name, in bytes
};

/// Its buckets of requests that name no tool, and of tools whose name is not in
/// the hash table.
struct TablePolicy {
  uint32_t default_effect = 0;
  uint32_t without = 0;
  uint32_t other = 0;
};

/// A guard begins with a word: how many tests and calls it is the Kleene `and`
/// of, and kGuardRemembers. With that, two words follow: where in the frame's
/// memo the calls remember, and how many bytes of it are to be cleared first.
/// Tests and calls follow one behind the other: a word whose low bits are a
/// TestLook and whose others are, of a test, a quarter of the offset of its
/// TableSite. Then the words of the look.
inline constexpr uint32_t kGuardRemembers = 0x80000000;
inline constexpr uint32_t kLookBits = 5;
inline constexpr uint32_t kLookMask = (1u << kLookBits) - 1;

/// Where a test looks, and what it says of the kinds of which it knows enough.
struct TableSite {
  uint32_t slot = 0;      // bytes from the first
  uint32_t error = 0;     // what to name, as pol_vote.error_field
  uint32_t outcomes = 0;  // of each kind, a verdict in three bits; 0: look
};
/// In `outcomes`: not known in abstract frames.
inline constexpr uint32_t kSiteUnknown = 0x80000000;

/// What a tool's schema demands. All demands are true if every slot's kind is
/// among those in `kinds`, and all guards of `rest` are true; if not, the first
/// of `demands` that is not true says what is wrong.
struct TableTool {
  TableSpan demands;  // guards
  TableSpan kinds;    // TableKinds
  TableSpan rest;     // guards
};

struct TableKinds {
  uint32_t slot = 0;
  uint32_t kinds = 0;  // a bit each
};

/// How a test looks at a value, and its words.
enum TestLook : uint32_t {
  kTestKind,     // not at all
  kTestBool,     // it is true
  kTestText,     // it is: text, its bytes
  kTestPrefix,   // it begins with: text, its bytes
  kTestString,   // TableAutomaton accepts it
  kTestBounded,  // the same; an error if longer than: bytes, 0: no bound
  kTestStrict,   // the same; an error too unless TableAutomaton accepts it
  kTestNumber,   // in one of: doubles, two each; how many; 1: and whole
  kTestLength,   // code points, two numbers of 64 bits: at least, at most
  kTestSize,     // elements, likewise
  kTestOnly,     // no key outside of the manifest's key set
  // Only where the matcher makes the test itself:
  kTestTexts,  // it is one of: TableSpans of texts, how many
  kTestTail,   // it begins with: text, its bytes; TableAutomaton accepts the
               // rest
  kTestFound,  // it has: text, its bytes, two or more; from the first on,
               // TableAutomaton accepts what follows, 0: whatever
  kTestRange,  // from one to another double, which are here
  kTestCall,   // no test, but a function says: its number, its constants
  kTestLookCount
};
static_assert(kTestLookCount <= kLookMask);

struct LookFacts {
  uint8_t kind;   // of the values looked at; others have an outcome
  uint8_t words;  // behind the first
};
inline constexpr std::array<LookFacts, kTestLookCount> kLookFacts = {{
    {0xFF, 0},
    {2, 0},
    {5, 2},
    {5, 2},
    {5, 1},
    {5, 2},
    {5, 3},
    {3, 3},
    {5, 4},
    {6, 4},
    {7, 1},
    {5, 2},
    {5, 3},
    {5, 3},
    {3, 4},
    {0xFF, 2},
}};

/// `count` TableEntry follow, in the order tried; those of a rule, one for
/// each of its guard's boxes, are neighbours.
struct TableBucket {
  uint32_t count = 0;
  TableSpan dims;  // TableDim
};

/// A rule, and its guard as requests of this bucket need it: in that of a
/// known tool without the test of the tool's name that brought the rule here.
struct TableEntry {
  uint32_t vote = 0;  // 4 * rule + effect
  uint32_t guard = 0;
};

/// A row of a bucket, as a reference: 0 is every entry; else the offset of a
/// TableRow, of which `count` entries follow.
struct TableRow {
  uint32_t bits = 0;   // 64-bit words, one bit an entry; 0: none
  uint32_t count = 0;  // entries besides
};

struct TableDim {
  uint32_t slot = 0;
  uint32_t stop_at = 0;    // with so few candidates it is not worth looking
  uint32_t max_bytes = 0;  // of longer strings it says nothing; 0: no bound
  std::array<uint32_t, kKinds> kinds = {};  // rows
  std::array<uint32_t, 2> bools = {};       // rows: false, true
  // Of a number: `cuts` are ascending doubles; class k is the numbers with k
  // cuts at or below them. Row k >> shift of `numbers` is for class k.
  TableSpan cuts;
  TableSpan numbers;
  uint32_t shift = 0;
  uint32_t trie = 0;     // of a string: TableNode, 0: none
  uint32_t product = 0;  // of a string: TableProduct, 0: none
  TableSpan outputs;     // rows of the product's outputs
  uint32_t grams = 0;    // of a string: TableGrams, 0: none
};

/// A node of a trie of prefixes. Behind it are the offsets of its children, by
/// their first bytes, the label that leads to it, and those first bytes.
struct TableNode {
  uint32_t here = 0;    // row of the string that ends here
  uint32_t below = 0;   // row of those that go on, but to no child
  uint16_t count = 0;   // children
  uint16_t length = 0;  // of the label
};

/// An automaton with outputs. States from `sinks` on never leave themselves.
struct TableProduct {
  uint32_t states = 0;
  uint32_t classes = 0;
  uint32_t start = 0;
  uint32_t sinks = 0;
  uint32_t next = 0;     // 16-bit states, one for each state and class
  uint32_t outputs = 0;  // 16 bits a state
  uint32_t output_count = 0;
  std::array<uint8_t, 256> byte_class = {};
};

/// Literals that strings must contain for entries to be candidates, found by
/// grams: a few of their bytes, which are looked up wherever they may stand in
/// the string. All bytes are as Unfold() makes them.
/// Sources: S. Wu, U. Manber, "A fast algorithm for multi-pattern searching",
/// 1994; X. Wang et al., "Hyperscan: a fast multi-pattern regex matcher for
/// modern CPUs", NSDI 2019.
struct TableGrams {
  uint32_t bytes = 0;      // of a gram: 2 or 4
  uint32_t free = 0;       // bits of the entries that need no literal; 0: none
  uint32_t bits = 0;       // by HashGram() >> bit_shift: there may be such
  uint32_t bit_shift = 0;  // 32 - log2 of their count, at least 64
  uint32_t place_shift = 0;  // likewise
  TableSpan places;          // TableGram, by HashGram() >> place_shift
};

/// A place of the hash table of grams; without literals it is empty.
struct TableGram {
  uint32_t gram = 0;
  TableSpan literals;  // TableLiteral
};

struct TableLiteral {
  uint32_t text = 0;
  uint32_t length = 0;
  uint32_t before = 0;  // the gram, in bytes
  TableSpan entries;    // ascending
};

/// Small and capital letters of ASCII become the same byte; so do others.
inline uint8_t Unfold(uint8_t byte) { return byte | 0x20; }

/// The gram of `bytes` bytes.
inline uint32_t GramAt(const char* text, uint32_t bytes) {
  uint32_t gram = 0;
  if (bytes == 4) {
    std::memcpy(&gram, text, 4);
    return gram | 0x20202020;
  }
  std::memcpy(&gram, text, 2);
  return gram | 0x2020;
}

/// Multiplicative hashing: the high bits are the good ones.
inline uint32_t HashGram(uint32_t gram) { return gram * 0x9E3779B1u; }

/// An automaton for a test, as generated code reads it. States are offsets of
/// their rows: the others, the accepting, the one that always accepts, the one
/// that never does, in this order. Rows follow, of 16 bits or 32.
struct TableAutomaton {
  uint32_t start = 0;
  uint32_t accepting = 0;
  uint32_t always = 0;
  uint32_t never = 0;
  uint32_t is_wide = 0;
  uint32_t cells = 0;  // in all rows
  std::array<uint8_t, 256> byte_class = {};
};

/// One step of splitmix64 (Steele, Lea, Flood, OOPSLA 2014) on eight bytes.
inline uint64_t MixBytes(uint64_t state, uint64_t bytes) {
  uint64_t z = (state ^ bytes) * 0xBF58476D1CE4E5B9u;
  return z ^ (z >> 29);
}

/// Of a tool's name.
inline uint32_t HashName(std::string_view name) {
  const char* at = name.data();
  const size_t size = name.size();
  uint64_t hash = 0x9E3779B97F4A7C15u ^ size;
  uint64_t bytes = 0;
  for (size_t i = 0; i + 8 <= size; i += 8) {
    std::memcpy(&bytes, at + i, 8);
    hash = MixBytes(hash, bytes);
  }
  // The rest, if need be with bytes that were seen before: loads of a fixed
  // size take no time.
  if (size >= 8) {
    std::memcpy(&bytes, at + size - 8, 8);
  } else if (size >= 4) {
    uint32_t ends[2];
    std::memcpy(&ends[0], at, 4);
    std::memcpy(&ends[1], at + size - 4, 4);
    bytes = ends[0] | uint64_t{ends[1]} << 32;
  } else {
    for (const char c : name) bytes = bytes << 8 | static_cast<uint8_t>(c);
  }
  hash = MixBytes(hash, bytes);
  return static_cast<uint32_t>(hash ^ (hash >> 32));
}

/// Of the bytes behind the header's checksum. Against damage, not malice: who
/// can write the code that lies beside the tables needs no tables.
inline uint64_t TablesChecksum(const uint8_t* tables, size_t size) {
  constexpr size_t kFrom = offsetof(TablesHeader, size);
  std::array<uint64_t, 4> lanes = {1, 2, 3, 4};
  size_t at = kFrom;
  for (; at + 32 <= size; at += 32) {
    for (size_t lane = 0; lane < 4; ++lane) {
      uint64_t bytes = 0;
      std::memcpy(&bytes, tables + at + lane * 8, 8);
      lanes[lane] = MixBytes(lanes[lane], bytes);
    }
  }
  uint64_t sum = size;
  for (; at < size; ++at) sum = MixBytes(sum, tables[at]);
  for (const uint64_t lane : lanes) sum = MixBytes(sum, lane);
  return sum;
}

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_ABI_TABLES_H_
