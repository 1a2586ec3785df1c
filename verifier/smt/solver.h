// Questions to the solver. An answer is proved (nothing satisfies what was
// asked), a model, or unknown with its reason; a limit that is reached is
// never read as either of the others.
#ifndef POLC_VERIFIER_SMT_SOLVER_H_
#define POLC_VERIFIER_SMT_SOLVER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "verifier/smt/expr.h"
#include "verifier/smt/model.h"

struct _Z3_solver;  // NOLINT: Z3's name

namespace polc::smt {

enum class Status : uint8_t { kUnsat, kSat, kUnknown };

struct Answer {
  Status status = Status::kUnknown;
  std::string reason;             // of kUnknown
  Model model;                    // of kSat
  std::vector<size_t> core = {};  // of kUnsat: positions among the assumptions
};

class Solver {
 public:
  explicit Solver(Context* context);
  ~Solver();
  Solver(const Solver&) = delete;
  Solver& operator=(const Solver&) = delete;

  void Add(Bool fact);

  /// Is everything added satisfiable together with `assumptions`? The core of
  /// an unsatisfiable question is not minimal. `name` is for dumps.
  Answer Check(const std::vector<Bool>& assumptions, const char* name);
  /// The same without the model, which costs as much as the answer.
  Answer CheckOnly(const std::vector<Bool>& assumptions, const char* name);

  /// Facts added in a scope's lifetime are dropped at its end.
  class Scope {
   public:
    explicit Scope(Solver* solver);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Solver* solver_;
    bool contradiction_;  // of before
  };

  /// Checks asked so far.
  uint64_t checks() const { return checks_; }

 private:
  Answer Ask(const std::vector<Bool>& assumptions, const char* name,
             bool want_model);
  void Dump(const std::vector<_Z3_ast*>& assumptions, const char* name);
  Answer Unknown(std::string reason);

  Context* context_;
  _Z3_solver* solver_ = nullptr;
  bool contradiction_ = false;  // the constant false was added
  uint64_t checks_ = 0;
};

}  // namespace polc::smt

#endif  // POLC_VERIFIER_SMT_SOLVER_H_
