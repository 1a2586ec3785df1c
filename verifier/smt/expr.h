// Booleans and integers of the solver as plain values. Building folds
// constants, so that what a slice fixes (its tool, its server) never reaches
// the solver. This folder is the wall around Z3: its header is included only
// here, in .cpp files, and no string ever gets past it.
//
// Invariant: a Bool or an Int is good as long as its Context, and is only
// mixed with others of the same Context (constants belong to all).
#ifndef POLC_VERIFIER_SMT_EXPR_H_
#define POLC_VERIFIER_SMT_EXPR_H_

#include <cstdint>
#include <string>
#include <vector>

// As z3.h declares them.
struct _Z3_context;  // NOLINT: Z3's name
struct _Z3_ast;      // NOLINT: Z3's name

namespace polc::smt {

class Context;

/// Of constants: decimals count in units far past 64 bits.
using Wide = __int128;

class Bool {
 public:
  /// False.
  constexpr Bool() = default;
  static constexpr Bool Of(bool value) { return Bool(value); }

  bool is_const() const { return ast_ == nullptr; }
  bool is_true() const { return is_const() && value_; }
  bool is_false() const { return is_const() && !value_; }
  /// Equal for equal terms of one Context; null for a constant.
  const void* key() const { return ast_; }
  bool operator==(const Bool& other) const {
    return ast_ == other.ast_ && value_ == other.value_;
  }

 private:
  friend class Context;
  friend class Access;
  constexpr explicit Bool(bool value) : value_(value) {}
  Bool(Context* context, _Z3_ast* ast) : context_(context), ast_(ast) {}

  Context* context_ = nullptr;
  _Z3_ast* ast_ = nullptr;  // null: the constant `value_`
  bool value_ = false;
};

class Int {
 public:
  /// Zero.
  constexpr Int() = default;
  static constexpr Int Of(Wide value) { return Int(value); }
  bool is_const() const { return ast_ == nullptr; }

 private:
  friend class Context;
  friend class Access;
  constexpr explicit Int(Wide value) : value_(value) {}
  Int(Context* context, _Z3_ast* ast) : context_(context), ast_(ast) {}

  Context* context_ = nullptr;
  _Z3_ast* ast_ = nullptr;
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
  /// If not empty: a directory that receives every query as SMT-LIB.
  std::string dump_directory;
};

/// Owns what expressions point to. Neither copied nor moved: expressions hold
/// its address. Solvers of one context share terms; what fails in one (memory)
/// makes all of them unknown.
class Context {
 public:
  explicit Context(const Options& options);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  /// A new unknown. `name` is for dumps and need not be distinct.
  Bool FreshBool(const std::string& name);
  Int FreshInt(const std::string& name);

  const Options& options() const { return options_; }
  /// What Z3 complained about first; empty if it never did. From then on every
  /// answer is unknown.
  const std::string& failure() const { return failure_; }

 private:
  friend class Access;
  _Z3_ast* Keep(_Z3_ast* ast);
  void NoteFailure();

  Options options_;
  _Z3_context* z3_ = nullptr;
  std::vector<_Z3_ast*> kept_;
  uint64_t next_name_ = 0;
  std::string failure_;
};

}  // namespace polc::smt

#endif  // POLC_VERIFIER_SMT_EXPR_H_
