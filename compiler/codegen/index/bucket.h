// A bucket of an index: entries and the dimensions that tell them apart.
// Internal to codegen.
#ifndef POLC_COMPILER_CODEGEN_INDEX_BUCKET_H_
#define POLC_COMPILER_CODEGEN_INDEX_BUCKET_H_

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "compiler/automata/product.h"
#include "compiler/codegen/blob.h"
#include "compiler/codegen/codegen.h"
#include "compiler/codegen/index/boxes.h"
#include "compiler/codegen/index/prefixes.h"
#include "compiler/codegen/index/rows.h"
#include "compiler/codegen/kept.h"
#include "compiler/codegen/layout.h"

namespace polc::codegen {

/// One box of one item's guard.
struct Entry {
  uint32_t item = 0;
  uint32_t tools = KeptTools::kOpen;  // what it says of the tool's name
  ir::CondId guard;
  uint32_t box = 0;  // of the guard's
};

/// What to write down of an item.
class EntryWriter {
 public:
  virtual ~EntryWriter() = default;
  /// `is_known`: in the bucket of a tool that the index knows by its name.
  virtual runtime::TableEntry Write(uint32_t item, bool is_known) = 0;
};

/// Makes all buckets of a module, so that they share what they can.
class BucketMaker {
 public:
  /// All must outlive the maker.
  BucketMaker(const Layout& layout, const Tuning& tuning,
              const ir::Digests& digests, BoxMaker* boxes, EntryWriter* writer,
              Kept* kept)
      : layout_(layout),
        tuning_(tuning),
        digests_(digests),
        boxes_(*boxes),
        writer_(*writer),
        kept_(*kept),
        blob_(&kept->blob) {}

  /// Of entries by item, ascending. `known`: a field that all of the bucket's
  /// requests are told apart by already; invalid: none.
  uint32_t Make(const std::vector<Entry>& entries, ir::FieldId known,
                bool is_known);

 private:
  struct Dim {
    runtime::TableDim table;
    double share = 1.0;  // of entries that a row leaves, on average
    double cost = 0;     // of a look, in nanoseconds or so
  };
  // An entry and what it asks of the field at hand.
  struct Asked {
    uint32_t entry;
    const ValueSet* set;
  };
  struct Packed {
    uint32_t at = 0;                             // offset of a TableProduct
    std::vector<std::vector<uint32_t>> outputs;  // indexes into the languages
  };
  using Languages = std::vector<const automata::Dfa*>;

  runtime::TableSpan DimsOf(const std::vector<Entry>& entries,
                            ir::FieldId known);
  std::vector<runtime::TableDim> MakeDims(const std::vector<Entry>& entries,
                                          ir::FieldId known);
  Dim MakeDim(ir::FieldId field, const std::vector<Asked>& asked,
              const std::vector<uint32_t>& free);
  void AddNumbers(const std::vector<Asked>& asked, Rows* rows, Dim* dim);
  void AddTrie(const std::vector<Asked>& asked, Rows* rows, Dim* dim);
  // The entries of each language that an automaton stands for.
  using Asking = std::map<const automata::Dfa*, std::vector<uint32_t>>;
  static Asking AskingOf(const std::vector<Asked>& asked);
  Dim StringDim(ir::FieldId field, const std::vector<Asked>& asked) const;
  std::vector<Dim> MakeGrams(ir::FieldId field, const std::vector<Asked>& asked,
                             Asking* asking);
  std::vector<Dim> MakeProducts(ir::FieldId field,
                                const std::vector<Asked>& asked, Asking asking);
  const std::vector<std::string>& CachedLiterals(const automata::Dfa* dfa);
  const std::vector<Packed>& Pack(const Languages& langs);
  Packed AddProduct(const automata::Product& product);
  const std::vector<Prefix>& CachedPrefixes(const StringSet* set,
                                            size_t max_count,
                                            size_t max_length);

  const Layout& layout_;
  const Tuning& tuning_;
  const ir::Digests& digests_;
  BoxMaker& boxes_;
  EntryWriter& writer_;
  Kept& kept_;
  Blob* blob_;
  uint32_t count_ = 0;  // entries of the bucket at hand
  Words words_;         // its piece
  std::map<Languages, std::vector<Packed>> packed_;
  std::map<std::tuple<const StringSet*, size_t, size_t>, std::vector<Prefix>>
      prefixes_;
  std::unordered_map<const automata::Dfa*, std::vector<std::string>> literals_;
};

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_INDEX_BUCKET_H_
