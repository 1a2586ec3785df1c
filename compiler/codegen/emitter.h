// Builds the LLVM module and the tables of one policy set. Internal to
// codegen.
//
// A condition becomes code whose value is a set of verdicts (the bits of
// native.h). Conditions of one *shape* (the same operators over tests of the
// same kinds) share their code: fields, bounds, texts and automata are
// constants that each condition has in the tables, 32 bits a word, in the order
// in which the code reads them. So ten thousand rules of five shapes are five
// functions. The same generator makes two programs. The concrete one holds one
// verdict and stops early. The abstract one, for visibility, holds every
// verdict that some arguments could lead to. Each condition up to a size is
// written where it is used; larger ones, and quantifiers, become functions, so
// that no function and no recursion of the emitter grows with the policy set.
#ifndef POLC_COMPILER_CODEGEN_EMITTER_H_
#define POLC_COMPILER_CODEGEN_EMITTER_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/codegen/blob.h"
#include "compiler/codegen/kept.h"
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
  /// All must outlive the emitter.
  Emitter(const ir::Module& ir, const ir::Languages& langs,
          const ir::Digests& digests, const Layout& layout, Kept* kept);

  /// The piece of the guard that says `cond`. `known`, if valid, is an
  /// operand of its `and`, or itself, that is true whenever the guard is asked.
  uint32_t GuardOf(ir::CondId cond, ir::CondId known = {}) {
    return GuardOf(cond, known, 0, nullptr);
  }
  /// The same of a guard that an earlier set had, if that set's piece does. If
  /// it doesn't, `*kept` becomes what a later one may do with; its uses are the
  /// last ones of Kept::uses, of the tool's demand `demand`.
  uint32_t GuardOf(ir::CondId cond, ir::CondId known, uint32_t demand,
                   KeptGuard* kept);
  /// Notes that functions are used. False if they may have to be others, in a
  /// set of so many: then all has to be said anew.
  bool Use(ir::CondId guard, const ShapeUse& use);
  /// What pieces hold of the numbers given here, besides the layout's.
  void AddNumbers(const ir::Digests& digests, ir::Digester* out) const;
  /// Writes the functions of these shapes, as the tables number them, and of
  /// those that they call into `out`, which holds the helpers (helpers.h).
  void Emit(const std::vector<uint32_t>& shapes, llvm::Module* out);

  /// What these functions and those that they call make of their constants
  /// (runtime/abi/shapes.h); these come first.
  std::vector<std::string> ShapeWords(std::vector<uint32_t> shapes) const;

  uint32_t memo_size() const { return request_cells_; }

 private:
  enum class Mode : uint8_t { kConcrete, kAbstract };

  // An i32 of verdict bits, and which of them it can have at all.
  struct Bits {
    llvm::Value* value = nullptr;
    unsigned may = POL_ANY;
  };

  // A condition on elements of `quantifier` (-1: none).
  struct Body {
    ir::CondId cond;
    int32_t quantifier = -1;
    bool operator==(const Body&) const = default;
  };
  struct BodyHash {
    size_t operator()(const Body& body) const {
      return std::hash<int64_t>()(int64_t{body.cond.index} * 1024 +
                                  body.quantifier);
    }
  };
  // What a condition is made of: a function's number and its constants.
  struct Form {
    uint32_t shape = 0;
    uint32_t constants = 0;
    bool is_own = false;  // whatever else is in the set
  };
  // A function, by one of the conditions that have it; invalid if this set has
  // not asked for it yet.
  struct Shape {
    Body body;
    bool is_generic = false;  // its operands are called through a table
  };
  struct Functions {
    llvm::Function* concrete = nullptr;
    llvm::Function* abstract = nullptr;
  };
  // A shape in words, and a condition's constants in its order.
  struct Text {
    std::string key;
    Words words;
  };

  // A condition of more tests than this becomes a function of its own.
  static constexpr uint32_t kInlineTests = 24;
  // An `and` or `or` of more operands goes through them in a loop.
  static constexpr size_t kInlineOperands = 16;
  // Past so many functions, all `and`, `or` and `not` do: a policy set in which
  // no two conditions are alike then costs data, not code.
  static constexpr size_t kMaxShapes = 160;

  // Of a condition; those that are kept from the set before are not asked for
  // theirs.
  struct Measured {
    uint32_t size = 0;  // tests where it is used; 0: not measured yet
    uint32_t may = 0;   // its verdicts, concrete
  };

  // How the matcher goes through a guard, instead of a function.
  bool IsList(ir::CondId id) const;

  // Where code is being written.
  struct Scope {
    llvm::IRBuilderBase& b;
    llvm::Function* function;
    llvm::Value* frame;
    llvm::Value* slots;
    llvm::Value* elements;   // a null pointer outside quantifiers
    llvm::Value* constants;  // words
    int32_t quantifier;
    Mode mode;
    uint32_t word = 0;  // the next of `constants`
  };

  // shapes.cpp: which conditions share which code.
  Form FormOf(Body body);
  uint32_t AddShape(const Text& text, const Body& body, bool is_generic);
  bool IsUsed(uint32_t shape) const;
  bool IsUsed(const std::string& key) const;
  void SetUsed(uint32_t shape, const Body& body, bool is_generic);
  bool IsCalled(ir::CondId id) const;
  void Describe(const Body& body, Text* text);
  void DescribeRoot(const Body& body, Text* text);
  void DescribeGeneric(const Body& body, Text* text);
  void DescribeField(ir::FieldId id, int32_t quantifier, Text* text);
  void DescribeTest(const Body& body, Text* text);
  void DescribeCompare(const Body& body, Text* text);
  void DescribeCalculation(const Body& body, Text* text);
  void DescribeAll(const Body& body, Text* text);
  size_t WordsOf(ir::CondId id) const;
  size_t WordsInside(ir::CondId id) const;
  uint32_t SlotOffset(ir::FieldId id, int32_t quantifier) const;
  static void AddCall(const Form& form, Words* words);
  const Functions& FunctionsOf(uint32_t shape);
  void EmitBody(const Shape& shape, llvm::Function* function, Mode mode);

  // conds.cpp: conditions.
  uint32_t SizeOf(ir::CondId id) const { return Measure(id).size; }
  unsigned MayOf(ir::CondId id) const { return Measure(id).may; }
  const Measured& Measure(ir::CondId id) const;
  Bits Cond(Scope& s, ir::CondId id);
  Bits Inline(Scope& s, ir::CondId id);
  Bits Call(Scope& s, ir::CondId id);
  Bits Not(Scope& s, ir::CondId id);
  Bits Fold(Scope& s, ir::CondId id);
  Bits Combine(Scope& s, bool is_and, Bits a, Bits b);
  Bits Settle(Scope& s, unsigned unit, Bits gathered);
  Bits All(Scope& s, ir::CondId id);
  void AllElements(Scope& s, ir::CondId body, llvm::Value* list,
                   llvm::Value* found, llvm::BasicBlock* end);
  llvm::Value* ElementRoom(Scope& s, int32_t quantifier);
  unsigned MayBe(const ir::Cond& cond) const;

  // memo.cpp: verdicts remembered.
  void NumberMemo(const ir::Digests& digests);
  uint32_t MemoOffset(const Body& body) const;
  llvm::Value* MemoCell(Scope& s, ir::CondId id);

  // tests.cpp: tests of fields.
  Bits Test(Scope& s, ir::CondId id);
  static unsigned MayOfTest(const ir::Cond& cond);
  static uint32_t PackOutcomes(const ir::Outcomes& on);
  runtime::TestLook LookOf(ir::CondId id) const;
  std::string_view TestHelper(ir::CondId id) const;
  void AddTestWords(ir::CondId id, Words* words);
  size_t TestWords(ir::CondId id) const;
  std::optional<ir::Interval> RangeOf(ir::CondId id) const;
  std::optional<ir::Interval> MeetRanges(size_t i,
                                         std::vector<ir::CondId>* operands);
  void AddTest(ir::CondId id, const std::optional<ir::Interval>& range,
               Words* words);
  runtime::TestLook AddLook(ir::CondId id,
                            const std::optional<ir::Interval>& range,
                            Words* words);
  void AddLookWords(ir::CondId id, Words* words);
  Bits Compare(Scope& s, const ir::Cond& cond);
  Bits Calculate(Scope& s, ir::CondId id);
  bool IsUnknown(const Scope& s, ir::FieldId id) const;
  bool DiffersByCall(ir::FieldId id) const;
  // Of a kCalculate: it reads such a field, or the time.
  bool DiffersByCall(const ir::Cond& cond) const;

  // tables.cpp: read-only data.
  uint32_t Automaton(ir::LangId id);
  uint32_t AddAutomaton(const automata::Dfa& dfa);
  // A language as what all its strings begin with, or have anywhere, and an
  // automaton of what may follow; 0: anything.
  struct Tail {
    std::string text;
    uint32_t rest = 0;
    bool is_anywhere = false;
  };
  const Tail& TailOf(ir::LangId id);
  uint32_t Intervals(const std::vector<ir::Interval>& closed);

  // Shorthands.
  Bits Known(Scope& s, unsigned bits);
  llvm::Value* Word(Scope& s);
  llvm::Value* Wide(Scope& s);
  llvm::Value* Table(Scope& s);
  llvm::Value* Slot(Scope& s, ir::FieldId id);
  llvm::Value* Error(Scope& s);
  llvm::Function* Helper(std::string_view name) const;
  llvm::Type* NamedType(std::string_view name) const;
  llvm::Function* NewFunction(const std::string& name);
  Scope Begin(llvm::IRBuilderBase& b, llvm::Function* function, Mode mode,
              int32_t quantifier);

  const ir::Module& ir_;
  const ir::Languages& langs_;
  const Layout& layout_;
  Kept& kept_;
  Blob* blob_;
  llvm::Module* out_ = nullptr;
  mutable std::vector<Measured> measured_;  // by condition
  // Conditions that are used more than once and would take long to evaluate
  // again have a byte of memory for their verdicts: without, a chain of
  // predicates that each use the one before twice would take 2^n steps. A byte
  // lives as long as one guard is looked at, in the frame's memo, or one
  // element if the condition reads it; then it lies behind the element's slots.
  struct Range {
    int32_t lo = 0;
    int32_t hi = 0;  // past the last
    void Add(Range other);
  };
  std::vector<int32_t> memo_of_;     // by condition: -1, none
  std::vector<Range> request_memo_;  // by condition: what it may touch
  std::vector<Range> element_memo_;
  uint32_t request_cells_ = 0;
  std::vector<Shape> shapes_;         // by their numbers in Kept::shapes
  size_t used_ = 0;                   // of them
  size_t described_ = 0;              // calls of FormOf()
  std::vector<Functions> functions_;  // by shape
  std::vector<uint32_t> wanted_;      // shapes that have some, as named
  std::unordered_map<Body, Form, BodyHash> forms_;
  std::unordered_map<ir::CondId, uint32_t> guards_;
  std::vector<uint32_t> automata_;  // by language: 0, not stored
  std::unordered_map<ir::LangId, Tail> tails_;
};

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_EMITTER_H_
