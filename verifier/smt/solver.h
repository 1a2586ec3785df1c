// Questions to the solver. An answer is proved (nothing satisfies what was
// asked), a model, or unknown with its reason; a limit that is reached is
// never read as either of the others.
#ifndef POLC_VERIFIER_SMT_SOLVER_H_
#define POLC_VERIFIER_SMT_SOLVER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "verifier/smt/expr.h"
#include "verifier/smt/model.h"

struct _Z3_solver;  // NOLINT: Z3's name
struct _Z3_ast;     // NOLINT: Z3's name

namespace polc::smt {

enum class Status : uint8_t { kUnsat, kSat, kUnknown };

struct Answer {
  Status status = Status::kUnknown;
  std::string reason;             // of kUnknown
  Model model;                    // of kSat
  std::vector<size_t> core = {};  // of kUnsat: positions among the assumptions
};

/// Z3's state is made when the first question comes, of what this and earlier
/// questions speak of, and given up again while other solvers of the Context
/// are asked: some 8 MB each.
class Solver {
 public:
  explicit Solver(Context* context) : context_(context) {}
  ~Solver();
  Solver(const Solver&) = delete;
  Solver& operator=(const Solver&) = delete;

  void Add(Bool fact);
  /// Runs `hook`, once, when a question first speaks of `unknown`: it adds the
  /// facts that only matter by then.
  void OnUse(Bool unknown, std::function<void()> hook);

  /// Is everything added satisfiable together with `assumptions`? The core of
  /// an unsatisfiable question is not minimal. `name` is for dumps.
  Answer Check(const std::vector<Bool>& assumptions, const char* name);
  /// The same without the model, which costs as much as the answer.
  Answer CheckOnly(const std::vector<Bool>& assumptions, const char* name);

  /// Checks asked so far.
  uint64_t checks() const { return checks_; }

 private:
  Answer Ask(const std::vector<Bool>& assumptions, const char* name,
             bool want_model);
  void Wake();
  void Sleep();
  /// Asserts what is new, and what that speaks of, to the end.
  void Settle();
  void Dump(const std::vector<_Z3_ast*>& assumptions, const char* name);
  Answer Unknown(std::string reason);

  Context* context_;
  std::vector<Bool> facts_;
  std::unordered_map<NodeNo, std::function<void()>> hooks_;
  _Z3_solver* solver_ = nullptr;  // null while asleep, as terms_
  std::shared_ptr<Terms> terms_;
  size_t asserted_ = 0;         // of facts_
  bool contradiction_ = false;  // the constant false was added
  uint64_t checks_ = 0;
};

}  // namespace polc::smt

#endif  // POLC_VERIFIER_SMT_SOLVER_H_
