// Builds the LLVM module of one policy set. Internal to codegen.
//
// A condition becomes code whose value is a set of verdicts (the bits of
// native.h). The same generator makes two programs. The concrete one holds one
// verdict and stops early. The abstract one, for visibility, holds every
// verdict that some arguments could lead to. Each condition up to a size is
// written where it is used; larger ones, and quantifiers, become functions, so
// that no function and no recursion of the emitter grows with the policy set.
#ifndef POLC_COMPILER_CODEGEN_EMITTER_H_
#define POLC_COMPILER_CODEGEN_EMITTER_H_

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/codegen/layout.h"
#include "compiler/ir/ir.h"
#include "compiler/ir/languages.h"
#include "compiler/support/result.h"
#include "runtime/abi/native.h"

namespace llvm {
class BasicBlock;
class Constant;
class Function;
class GlobalVariable;
class IRBuilderBase;
class Module;
class Type;
class Value;
}  // namespace llvm

namespace polc::codegen {

class Emitter {
 public:
  /// `out` holds the helpers (helpers.h). All must outlive the emitter.
  Emitter(const ir::Module& ir, const ir::Languages& langs,
          const Layout& layout, llvm::Module* out);

  /// Fills `out`. An error: the tables of its strings would be too large.
  Result<void> Run(const std::string& manifest);

 private:
  enum class Mode : uint8_t { kConcrete, kAbstract };

  // An i32 of verdict bits, and which of them it can have at all.
  struct Bits {
    llvm::Value* value = nullptr;
    unsigned may = POL_ANY;
  };

  // What one generated function computes: a condition, or a piece of the
  // operands of a wide `and` or `or`, on elements of `quantifier` (-1: none).
  struct Body {
    ir::CondId cond;
    int32_t piece = -1;
    int32_t quantifier = -1;
    Mode mode = Mode::kConcrete;
    auto operator<=>(const Body&) const = default;
  };

  // A condition of more tests than this becomes a function of its own.
  static constexpr uint32_t kInlineTests = 24;
  // Code reaches its data within 2 GiB.
  static constexpr size_t kMaxDataBytes = size_t{512} << 20;

  // Where code is being written.
  struct Scope {
    llvm::IRBuilderBase& b;
    llvm::Function* function;
    llvm::Value* frame;
    llvm::Value* slots;
    llvm::Value* elements;  // a null pointer outside quantifiers
    llvm::Value* memo;      // see memo_of_; a null pointer if none
    int32_t quantifier;
    Mode mode;
  };

  // conds.cpp: conditions.
  void MeasureConds();
  void EmitBodies();
  void EmitBody(const Body& body, llvm::Function* function);
  llvm::Function* FunctionOf(Body body);
  Bits Cond(Scope& s, ir::CondId id);
  Bits Inline(Scope& s, ir::CondId id, int32_t piece);
  Bits Call(Scope& s, ir::CondId id, int32_t piece);
  Bits Not(Scope& s, ir::CondId id);
  Bits Fold(Scope& s, ir::CondId id, int32_t piece,
            llvm::BasicBlock* on_zero = nullptr);
  Bits Guard(Scope& s, ir::CondId id, llvm::BasicBlock* on_false);
  Bits Combine(Scope& s, bool is_and, Bits a, Bits b);
  Bits Settle(Scope& s, unsigned unit, Bits gathered);
  Bits All(Scope& s, const ir::Cond& cond);
  void AllElements(Scope& s, ir::CondId body, llvm::Value* list,
                   llvm::Value* found, llvm::BasicBlock* end);
  llvm::Value* ElementRoom(Scope& s, int32_t quantifier);
  unsigned MayOf(const ir::Cond& cond) const;

  // memo.cpp: verdicts remembered.
  void NumberMemo();
  void StartMemo(Scope& s, ir::CondId root);
  llvm::Value* MemoCell(Scope& s, ir::CondId id);

  // tests.cpp: tests of fields.
  Bits Test(Scope& s, ir::CondId id);
  static unsigned MayOfTest(const ir::Cond& cond);
  static uint32_t PackOutcomes(const ir::Outcomes& on);
  std::string_view AddString(Scope& s, const ir::Test& test,
                             std::vector<llvm::Value*>* arguments);
  Bits Compare(Scope& s, const ir::Cond& cond);
  llvm::Value* Slot(Scope& s, ir::FieldId id);
  bool IsUnknown(const Scope& s, ir::FieldId id) const;
  int32_t ErrorIndex(const Scope& s, ir::FieldId id) const;

  // entries.cpp: votes, demands, covers, and the tables that lead to them.
  void EmitVotes();
  void EmitSchemas();
  void EmitCovers();
  void EmitEntry(const std::string& manifest);
  struct Piece {
    size_t first;
    size_t last;
  };
  std::vector<Piece> Split(const std::vector<ir::CondId>& conds) const;
  llvm::Constant* Root(ir::CondId id, const std::string& name, Mode mode);
  llvm::Constant* VotePart(const ir::Policy& policy, Piece piece,
                           std::string_view name, Mode mode);
  llvm::Constant* DemandPart(const ir::ToolSchema& tool, Piece piece,
                             std::string_view name, Mode mode);

  // tables.cpp: read-only data.
  llvm::Constant* DfaTable(ir::LangId id);
  llvm::Constant* IntervalTable(const std::vector<ir::Interval>& closed);
  llvm::Constant* Bytes(const std::string& bytes, std::string_view name);
  void FillTable(std::string_view name, llvm::Type* element,
                 const std::vector<llvm::Constant*>& items);
  void FillNumber(std::string_view name, size_t number);
  llvm::Constant* Row(llvm::Type* type, const std::vector<size_t>& numbers);
  llvm::GlobalVariable* Data(llvm::Constant* init, const std::string& name);

  // Shorthands.
  Bits Known(Scope& s, unsigned bits);
  llvm::Constant* Number(size_t n);
  llvm::Function* Helper(std::string_view name) const;
  llvm::Type* NamedType(std::string_view name) const;
  llvm::Function* NewFunction(const std::string& name, unsigned parameters);
  Scope Begin(llvm::IRBuilderBase& b, llvm::Function* function, Mode mode);

  const ir::Module& ir_;
  const ir::Languages& langs_;
  const Layout& layout_;
  llvm::Module* out_;
  std::vector<uint32_t> size_;  // by condition: tests where it is used
  std::vector<uint8_t> may_;    // by condition: its verdicts, concrete
  // Conditions that are used more than once and would take long to evaluate
  // again have a byte of memory for their verdicts: without, a chain of
  // predicates that each use the one before twice would take 2^n steps. A byte
  // lives as long as one rule's guard is looked at, or one element if the
  // condition reads it; then it lies behind the element's slots.
  struct Range {
    int32_t lo = 0;
    int32_t hi = 0;  // past the last
    void Add(Range other);
  };
  std::vector<int32_t> memo_of_;     // by condition: -1, none
  std::vector<Range> request_memo_;  // by condition: what it may touch
  std::vector<Range> element_memo_;
  std::map<Body, llvm::Function*> functions_;
  std::deque<std::pair<Body, llvm::Function*>> todo_;
  std::map<ir::LangId, llvm::Constant*> dfas_;
  std::map<std::string, llvm::Constant*> bytes_;
  size_t data_bytes_ = 0;
  size_t data_count_ = 0;
};

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_EMITTER_H_
