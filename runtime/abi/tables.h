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
  uint32_t tool_count = 0;       // tools with buckets of their own
  TableSpan names;               // TableName; a power of two, or none
  TableSpan policies;            // TablePolicy
  TableSpan rules;               // TableRule
  TableSpan schemas;             // TableSpan of a TableSpan for each tool,
                                 // which are the guards of its demands
  TableSpan limits;              // guards, 0: none
  TableSpan marks;
};

/// A place of the hash table of tool names.
struct TableName {
  uint32_t hash = 0;
  uint32_t text = 0;
  uint32_t length = 0;  // 0: an empty place
  uint32_t tool = 0;
};

/// Its buckets: of requests that name no tool, of tools that have none of
/// their own, then one for each tool.
struct TablePolicy {
  uint32_t default_effect = 0;
  uint32_t buckets = 0;
};

struct TableRule {
  uint32_t effect = 0;
  uint32_t guard = 0;
};

/// The Kleene `and` of `count` calls, which follow.
struct TableGuard {
  uint32_t memo_at = 0;  // what the calls remember: to be cleared first
  uint32_t memo_size = 0;
  uint32_t count = 0;
};

struct TableCall {
  uint32_t shape = 0;
  uint32_t constants = 0;
};

/// `count` entries follow: the numbers of the list's items, in the order
/// tried; an item's entries are neighbours.
struct TableBucket {
  uint32_t count = 0;
  TableSpan dims;  // TableDim
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
};

/// A node of a trie of prefixes; `label` leads to it.
struct TableNode {
  uint32_t label = 0;
  uint32_t length = 0;
  uint32_t here = 0;   // row of the string that ends here
  uint32_t below = 0;  // row of those that go on, but to no child
  uint32_t count = 0;  // children, by first byte
  uint32_t bytes = 0;  // the first bytes
  uint32_t nodes = 0;  // their offsets
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

/// An automaton for a test, as generated code reads it. States are offsets of
/// their rows: the others, the accepting, the one that always accepts, the one
/// that never does, in this order. Rows follow, of 16 bits or 32.
struct TableAutomaton {
  uint32_t start = 0;
  uint32_t accepting = 0;
  uint32_t always = 0;
  uint32_t never = 0;
  uint32_t is_wide = 0;
  uint32_t reserved = 0;
  std::array<uint8_t, 256> byte_class = {};
};

/// One step of splitmix64 (Steele, Lea, Flood, OOPSLA 2014) on eight bytes.
inline uint64_t MixBytes(uint64_t state, uint64_t bytes) {
  uint64_t z = (state ^ bytes) * 0xBF58476D1CE4E5B9u;
  return z ^ (z >> 29);
}

/// Of a tool's name.
inline uint32_t HashName(std::string_view name) {
  uint64_t hash = 0x9E3779B97F4A7C15u ^ name.size();
  for (size_t i = 0; i < name.size(); i += 8) {
    uint64_t bytes = 0;
    const size_t n = name.size() - i < 8 ? name.size() - i : 8;
    std::memcpy(&bytes, name.data() + i, n);
    hash = MixBytes(hash, bytes);
  }
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
