// Booleans and integers over unknowns, as plain values: a graph of our own, in
// which equal expressions are one node. Building folds constants, so that what
// a slice fixes (its tool, its server) is never there. Most questions are
// answered on the graph itself (verifier/cells); only for the others does a
// solver make Z3's terms of it. This folder is the wall around Z3: its header
// is included only here, in .cpp files, and no string ever gets past it.
//
// Invariant: a Bool or an Int is good as long as its Context, and is only
// mixed with others of the same Context (constants belong to all).
#ifndef POLC_VERIFIER_SMT_EXPR_H_
#define POLC_VERIFIER_SMT_EXPR_H_

#include <cstdint>
#include <list>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

// As z3.h declares it.
struct _Z3_context;  // NOLINT: Z3's name

namespace polc::smt {

class Context;

/// Of constants: decimals count in units far past 64 bits.
using Wide = __int128;

/// A node's place in its Context; 0 is none.
using NodeNo = uint32_t;

class Bool {
 public:
  /// False.
  constexpr Bool() = default;
  static constexpr Bool Of(bool value) { return Bool(value); }

  bool is_const() const { return node_ == 0; }
  bool is_true() const { return is_const() && value_; }
  bool is_false() const { return is_const() && !value_; }
  /// Equal for equal expressions of one Context; 0 for a constant.
  NodeNo node() const { return node_; }
  bool operator==(const Bool& other) const {
    return node_ == other.node_ && value_ == other.value_;
  }

 private:
  friend class Context;
  friend class Access;
  constexpr explicit Bool(bool value) : value_(value) {}
  Bool(Context* context, NodeNo node) : context_(context), node_(node) {}

  Context* context_ = nullptr;
  NodeNo node_ = 0;  // 0: the constant `value_`
  bool value_ = false;
};

class Int {
 public:
  /// Zero.
  constexpr Int() = default;
  static constexpr Int Of(Wide value) { return Int(value); }
  bool is_const() const { return node_ == 0; }

 private:
  friend class Context;
  friend class Access;
  constexpr explicit Int(Wide value) : value_(value) {}
  Int(Context* context, NodeNo node) : context_(context), node_(node) {}

  Context* context_ = nullptr;
  NodeNo node_ = 0;
  Wide value_ = 0;
};

Bool Not(Bool a);
Bool And(Bool a, Bool b);
Bool Or(Bool a, Bool b);
Bool And(const std::vector<Bool>& all);
Bool Or(const std::vector<Bool>& all);
Bool Implies(Bool a, Bool b);
Bool Iff(Bool a, Bool b);
Bool LessEqual(Int a, Int b);
Bool Less(Int a, Int b);
Bool Equal(Int a, Int b);
Int Plus(Int a, Int b);
Int Scale(Wide factor, Int a);

/// What bounds the work of every query. Amounts are the solver's own units,
/// not seconds: the same question has the same answer on every machine.
struct Options {
  /// Of one check; about a few million a second.
  unsigned resource_limit = 40'000'000;
  /// Of the whole process, in MiB; set once, by the first Context.
  unsigned memory_mib = 2048;
  unsigned seed = 1;
  /// Questions are answered by listing requests where that can be done
  /// (verifier/cells): exact, and faster than a solver.
  bool list_requests = true;
  /// Sets with that many rules get the requests that they show from the list
  /// too; with fewer, from a solver, whose requests are plainer.
  size_t show_listed_from = 100;
  /// If not empty: a directory that receives every query as SMT-LIB.
  std::string dump_directory;
};

enum class Op : uint8_t {
  kUnknown,    // a Bool
  kNot,        // of one
  kAnd,        // of two or more
  kOr,         // likewise
  kIff,        // of two
  kLessEqual,  // of two integers, as all that follow
  kLess,
  kEqual,
  kUnknownInt,
  kNumeral,
  kPlus,
  kTimes,  // a numeral and something
};

class Solver;

/// Owns what expressions point to. Neither copied nor moved: expressions hold
/// its address. What fails in one of its solvers (memory) makes all of them
/// unknown.
class Context {
 public:
  /// If `missed` is given there is no solver: what one would have to be asked
  /// stays unknown, and sets `*missed`, which must outlive the Context.
  explicit Context(const Options& options, bool* missed = nullptr);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  /// A new unknown. `name` is for dumps and need not be distinct.
  Bool FreshBool(const std::string& name);
  Int FreshInt(const std::string& name);
  /// A name for `body`: what assumptions have to be, and what keeps graphs
  /// flat. A literal may be false where its body is true; a body has one.
  Bool Literal(Bool body);
  Bool Named(const std::string& name, Bool body);

  const Options& options() const { return options_; }

  bool has_solver() const { return missed_ == nullptr; }
  /// Only without a solver.
  void NoteMissed() { *missed_ = true; }

  /// What Z3 complained about first; empty if it never did. From then on every
  /// answer is unknown.
  const std::string& failure() const { return failure_; }

  /// The graph. A node's operands have smaller numbers than it has.
  Op op(NodeNo node) const { return nodes_[node].op; }
  std::span<const NodeNo> operands(NodeNo node) const {
    return {operands_.data() + nodes_[node].first, nodes_[node].count};
  }
  /// What a node is a name for; `body` is 0 if it is none.
  struct Definition {
    NodeNo body = 0;
    bool is_literal = false;
  };
  Definition DefinitionOf(NodeNo node) const {
    if (op(node) != Op::kUnknown) return {};
    return unknowns_[nodes_[node].first].definition;
  }
  /// The node itself, or what it names in the end.
  NodeNo Behind(NodeNo node) const {
    while (const NodeNo body = DefinitionOf(node).body) node = body;
    return node;
  }
  NodeNo size() const { return static_cast<NodeNo>(nodes_.size()); }
  /// Of memory, roughly, without what Z3 holds.
  size_t bytes() const;

 private:
  friend class Access;
  struct Node {
    Op op;
    uint32_t count;
    uint32_t first;      // among operands_, unknowns_ or numerals_
    NodeNo literal = 0;  // that stands for it
  };
  struct Unknown {
    uint32_t name;  // among names_
    Definition definition = {};
  };
  NodeNo Make(Op op, std::span<const NodeNo> operands);
  NodeNo MakeUnknown(Op op, const std::string& name, Definition definition);
  NodeNo MakeNumeral(Wide value);
  void Grow();
  void NoteFailure();

  Options options_;
  bool* missed_;
  std::vector<Node> nodes_;
  std::vector<NodeNo> operands_;
  std::vector<Unknown> unknowns_;
  std::vector<std::string> names_;  // each once: most share a few
  std::unordered_map<std::string, uint32_t> name_numbers_;
  std::vector<Wide> numerals_;
  std::vector<NodeNo> table_;  // open addressing; 0 is empty
  size_t hashed_ = 0;
  _Z3_context* z3_ = nullptr;  // made when a solver needs it
  std::list<Solver*> live_;    // that hold Z3's state, the latest used first
  std::string failure_;
};

}  // namespace polc::smt

#endif  // POLC_VERIFIER_SMT_EXPR_H_
