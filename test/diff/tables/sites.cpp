#include "test/diff/tables/sites.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <set>
#include <utility>

#include "runtime/abi/tables.h"

namespace polc::testing {
namespace {

using namespace runtime;  // NOLINT: the layouts

class Walker {
 public:
  explicit Walker(const pol_code& code) : tables_(code.tables) {}

  std::vector<Site> Walk() {
    const auto& header = At<TablesHeader>(0);
    Names(header);
    for (uint32_t i = 0; i < header.policies.count; ++i) {
      const uint32_t at = ItemAt<TablePolicy>(header.policies, i);
      const auto policy = At<TablePolicy>(at);
      Change("the default of a policy", at,
             policy.default_effect == POL_DENY ? POL_ALLOW : POL_DENY);
      Change("another tool's bucket", at + offsetof(TablePolicy, without),
             policy.other);
      Change("another tool's bucket", at + offsetof(TablePolicy, other),
             policy.without);
      Bucket(policy.without);
      Bucket(policy.other);
    }
    Schemas(header);
    for (const TableSpan guards : {header.limits, header.marks}) {
      for (uint32_t i = 0; i < guards.count; ++i) {
        const uint32_t ref = ItemAt<uint32_t>(guards, i);
        const auto guard = At<uint32_t>(ref);
        if (guard == 0) continue;
        Guard(guard);
        Change("no condition of a limit", ref, 0);
      }
    }
    return sites_;
  }

 private:
  template <typename T>
  T At(uint32_t at) const {
    T item;
    std::memcpy(&item, tables_ + at, sizeof item);
    return item;
  }
  template <typename T>
  static uint32_t ItemAt(TableSpan span, uint32_t i) {
    return span.at + i * static_cast<uint32_t>(sizeof(T));
  }
  template <typename T>
  void Put(const char* kind, uint32_t at, const T& value) {
    if (std::memcmp(tables_ + at, &value, sizeof value) == 0) return;
    sites_.push_back(
        {kind, at, {reinterpret_cast<const char*>(&value), sizeof value}});
  }
  void Change(const char* kind, uint32_t at, uint32_t value) {
    Put(kind, at, value);
  }
  void Flip(const char* kind, uint32_t at, uint8_t bit) {
    Put(kind, at, static_cast<uint8_t>(tables_[at] ^ (1u << bit)));
  }

  void Names(const TablesHeader& header) {
    uint32_t other = 0;  // another tool's
    for (uint32_t i = 0; i < header.names.count; ++i) {
      const uint32_t at = ItemAt<TableName>(header.names, i);
      const auto name = At<TableName>(at);
      if (name.tool == 0) continue;
      Change("a wrong hash of a tool", at, name.hash ^ 4);
      if (other != 0) {
        Change("another tool's number", at + offsetof(TableName, tool), other);
      }
      other = name.tool;
      Put("a tool dropped", at, TableName());
      const uint32_t buckets = name.tool + uint32_t{sizeof(TableNamed)};
      Flip("another spelling of a tool", buckets + 4 * header.policies.count,
           0);
      for (uint32_t p = 0; p < header.policies.count; ++p) {
        Bucket(At<uint32_t>(buckets + 4 * p));
        const auto policy =
            At<TablePolicy>(ItemAt<TablePolicy>(header.policies, p));
        Change("another tool's bucket", buckets + 4 * p, policy.other);
      }
    }
  }

  void Guard(uint32_t at) {
    if (!seen_.insert(at).second) return;
    const auto count = At<uint32_t>(at);
    const uint32_t tests = count & ~kGuardRemembers;
    if (tests > 1) Change("a guard without its last test", at, count - 1);
    uint32_t word = at + 4;
    if ((count & kGuardRemembers) != 0) {
      Change("memory that is not cleared", word + 4,
             At<uint32_t>(word + 4) - 1);
      word += 8;
    }
    for (uint32_t i = 0; i < tests; ++i) {
      const auto head = At<uint32_t>(word);
      word += 4;
      if ((head & kLookMask) == kTestCall) {
        // Words of a shape: any may be wrong.
        for (uint32_t n = 0; n < 3; ++n) {
          const uint32_t constant = At<uint32_t>(word + 4) + n * 4;
          Change("a constant of a shape", constant,
                 At<uint32_t>(constant) ^ 24);
        }
      } else {
        Test(head, word);
      }
      word += 4u * kLookFacts[head & kLookMask].words;
    }
  }

  void Double(const char* kind, uint32_t at, double end, bool up) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    Put(kind, at, std::nextafter(end, up ? kInfinity : -kInfinity));
  }

  void Test(uint32_t head, uint32_t words) {
    const uint32_t at = head >> kLookBits << 2;
    const auto site = At<TableSite>(at);
    Change("a verdict of a kind", at + offsetof(TableSite, outcomes),
           site.outcomes ^ (3u << (3 * POL_MISSING)));
    Change("another field", at + offsetof(TableSite, slot),
           site.slot == 0 ? sizeof(pol_slot) : 0);
    Change("visibility of what is unknown", at + offsetof(TableSite, outcomes),
           site.outcomes ^ kSiteUnknown);
    const auto word = [&](uint32_t n) { return At<uint32_t>(words + n * 4); };
    switch (head & kLookMask) {
      case kTestText:
      case kTestPrefix:
      case kTestTail:
      case kTestFound:
        if (word(1) != 0) Flip("a letter of a text", word(0), 0);
        if (word(1) != 0) Change("a text's length", words + 4, word(1) - 1);
        if ((head & kLookMask) == kTestTail) Automaton(word(2));
        if ((head & kLookMask) == kTestFound && word(2) != 0)
          Automaton(word(2));
        break;
      case kTestTexts:
        if (word(1) > 1) Change("a text left out", words + 4, word(1) - 1);
        if (const auto text = At<TableSpan>(word(0)); text.count != 0) {
          Flip("a letter of a text", text.at, 1);
        }
        break;
      case kTestStrict:
        Automaton(word(2));
        Automaton(word(0));
        break;
      case kTestBounded:
        Change("a bound on bytes", words + 4, word(1) + 1);
        Automaton(word(0));
        break;
      case kTestString:
        Automaton(word(0));
        break;
      case kTestNumber:
        for (uint32_t i = 0; i < 2 * word(1); ++i) {
          Double("a boundary of an interval", word(0) + i * 8,
                 At<double>(word(0) + i * 8), i % 2 != 0);
        }
        Change("whole numbers", words + 8, word(2) ^ 1);
        break;
      case kTestRange:
        Double("an end of a range", words, At<double>(words), false);
        Double("an end of a range", words + 8, At<double>(words + 8), true);
        break;
      case kTestLength:
      case kTestSize:
        Change("a bound on a length", words, word(0) + 1);
        break;
      case kTestOnly:
        Change("another set of keys", words, word(0) == 0 ? 1 : 0);
        break;
      default:
        break;
    }
  }

  void Automaton(uint32_t at) {
    if (!seen_.insert(at).second) return;
    const auto head = At<TableAutomaton>(at);
    // Accept bits are the order of the states.
    Change("states that accept", at + offsetof(TableAutomaton, accepting),
           head.accepting == 0 ? head.always : 0);
    const uint32_t cells = at + sizeof head;
    const uint32_t classes =
        1u + *std::max_element(head.byte_class.begin(), head.byte_class.end());
    for (uint32_t i = 0; i < head.cells; i += 7) {
      if (head.is_wide != 0) {
        Put("an edge of an automaton", cells + 4 * i,
            (At<uint32_t>(cells + 4 * i) + classes) % head.cells);
      } else {
        Put("an edge of an automaton", cells + 2 * i,
            static_cast<uint16_t>((At<uint16_t>(cells + 2 * i) + classes) %
                                  head.cells));
      }
    }
    Put("a class of bytes", at + offsetof(TableAutomaton, byte_class) + 'a',
        static_cast<uint8_t>((head.byte_class['a'] + 1u) % classes));
  }

  void Schemas(const TablesHeader& header) {
    for (uint32_t s = 0; s < header.schemas.count; ++s) {
      const auto tools = At<TableSpan>(ItemAt<TableSpan>(header.schemas, s));
      for (uint32_t t = 0; t < tools.count; ++t) {
        const uint32_t at = ItemAt<TableTool>(tools, t);
        const auto tool = At<TableTool>(at);
        for (uint32_t i = 0; i < tool.demands.count; ++i) {
          Guard(At<uint32_t>(ItemAt<uint32_t>(tool.demands, i)));
        }
        if (tool.rest.count != 0) {
          Change("a demand left out",
                 at + offsetof(TableTool, rest) + offsetof(TableSpan, count),
                 tool.rest.count - 1);
        }
        for (uint32_t i = 0; i < tool.kinds.count; ++i) {
          const uint32_t kinds = ItemAt<TableKinds>(tool.kinds, i);
          Change("kinds that a schema takes",
                 kinds + offsetof(TableKinds, kinds),
                 At<TableKinds>(kinds).kinds ^ (1u << POL_NUMBER));
        }
      }
    }
  }

  void Bucket(uint32_t at) {
    if (!seen_.insert(at).second) return;
    const auto head = At<TableBucket>(at);
    const uint32_t entries = at + sizeof head;
    if (head.count > 0) {
      Change("an entry dropped", at, head.count - 1);
    }
    for (uint32_t i = 0; i < head.count; ++i) {
      const auto entry_at =
          static_cast<uint32_t>(entries + i * sizeof(TableEntry));
      const auto entry = At<TableEntry>(entry_at);
      Guard(entry.guard);
      Change("the effect of a rule", entry_at, entry.vote ^ 2);
      if (i == 0) continue;
      const auto before = At<TableEntry>(entry_at - sizeof(TableEntry));
      Put("another rule's entry", entry_at, before);
      Change("the guard of another rule", entry_at + 4, before.guard);
    }
    for (uint32_t d = 0; d < head.dims.count; ++d) {
      Dim(At<TableDim>(ItemAt<TableDim>(head.dims, d)), head.count);
      Change("another field of a dimension", ItemAt<TableDim>(head.dims, d),
             At<TableDim>(ItemAt<TableDim>(head.dims, d)).slot == 0 ? 1 : 0);
    }
  }
  void Row(uint32_t at, uint32_t entries) {
    if (at == 0 || entries == 0 || !seen_.insert(at).second) return;
    const auto row = At<TableRow>(at);
    if (row.count != 0) {
      Change("a candidate dropped from a list", at + offsetof(TableRow, count),
             row.count - 1);
    }
    for (uint32_t bit = 0; row.bits != 0 && bit < entries; bit += 3) {
      Flip("a candidate's bit", row.bits + bit / 8,
           static_cast<uint8_t>(bit % 8));
    }
  }
  void Dim(const TableDim& dim, uint32_t entries) {
    for (const uint32_t row : dim.kinds) Row(row, entries);
    for (const uint32_t row : dim.bools) Row(row, entries);
    for (uint32_t i = 0; i < dim.numbers.count; ++i) {
      Row(At<uint32_t>(ItemAt<uint32_t>(dim.numbers, i)), entries);
    }
    for (uint32_t i = 0; i < dim.cuts.count && dim.numbers.count != 0; ++i) {
      const uint32_t cut = ItemAt<double>(dim.cuts, i);
      Double("a cut between numbers", cut, At<double>(cut), true);
      Double("a cut between numbers", cut, At<double>(cut), false);
    }
    if (dim.trie != 0) Node(dim.trie, entries);
    if (dim.trie == 0 && dim.product != 0) Product(dim, entries);
    if (dim.grams != 0) Grams(At<TableGrams>(dim.grams), entries);
  }
  void Grams(const TableGrams& grams, uint32_t entries) {
    for (uint32_t i = 0; i < grams.places.count; ++i) {
      const uint32_t at = ItemAt<TableGram>(grams.places, i);
      const auto gram = At<TableGram>(at);
      if (gram.literals.count == 0) continue;
      Change("another gram", at, gram.gram ^ 1);
      const uint32_t bit = HashGram(gram.gram) >> grams.bit_shift;
      Flip("a gram's bit", grams.bits + bit / 8, static_cast<uint8_t>(bit % 8));
      for (uint32_t k = 0; k < gram.literals.count; ++k) {
        const uint32_t literal_at = ItemAt<TableLiteral>(gram.literals, k);
        const auto literal = At<TableLiteral>(literal_at);
        Flip("a letter of a literal", literal.text, 0);
        Change("where a literal has its gram",
               literal_at + offsetof(TableLiteral, before), literal.before + 1);
        Change("a literal's entry dropped",
               literal_at + offsetof(TableLiteral, entries) +
                   offsetof(TableSpan, count),
               literal.entries.count - 1);
      }
    }
    for (uint32_t bit = 0; grams.free != 0 && bit < entries; ++bit) {
      if ((tables_[grams.free + bit / 8] >> (bit % 8) & 1) == 0) continue;
      Flip("an entry that needs no literal", grams.free + bit / 8,
           static_cast<uint8_t>(bit % 8));
    }
  }
  void Node(uint32_t at, uint32_t entries) {
    if (!nodes_.insert({at, entries}).second) return;
    const auto node = At<TableNode>(at);
    Row(node.here, entries);
    Row(node.below, entries);
    Change("a row of a prefix", at + offsetof(TableNode, below), node.here);
    Change("a row of a prefix", at + offsetof(TableNode, here), node.below);
    const auto children = static_cast<uint32_t>(at + sizeof node);
    const uint32_t label = children + 4u * node.count;
    if (node.length > 1) {
      Flip("a letter of a prefix", label + node.length - 1u, 1);
    }
    if (node.count != 0) {
      // The labels of those that are left stand where they stood.
      Flip("the first byte of a prefix", label + node.length, 0);
    }
    for (uint32_t i = 0; i < node.count; ++i) {
      Node(At<uint32_t>(children + i * 4), entries);
    }
  }
  void Product(const TableDim& dim, uint32_t entries) {
    const auto product = At<TableProduct>(dim.product);
    for (uint32_t i = 0; i < dim.outputs.count; ++i) {
      Row(At<uint32_t>(ItemAt<uint32_t>(dim.outputs, i)), entries);
    }
    for (uint32_t s = 0; s < product.states; ++s) {
      Put("an output of a product", product.outputs + 2 * s,
          static_cast<uint16_t>((At<uint16_t>(product.outputs + 2 * s) + 1) %
                                product.output_count));
      const uint32_t cell = product.next + 2 * s * product.classes;
      Put("an edge of a product", cell,
          static_cast<uint16_t>((At<uint16_t>(cell) + 1) % product.states));
    }
  }

  const uint8_t* tables_;
  std::vector<Site> sites_;
  std::set<uint32_t> seen_;
  std::set<std::pair<uint32_t, uint32_t>> nodes_;
};

}  // namespace

std::vector<Site> SitesOf(const pol_code& code) { return Walker(code).Walk(); }

}  // namespace polc::testing
