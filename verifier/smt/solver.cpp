// The incremental solver, by assumptions. It is Z3's plain SMT core: no
// tactics, so that the same questions in the same order give the same models.
#include "verifier/smt/solver.h"

#include <z3.h>

#include <atomic>
#include <fstream>

#include "verifier/smt/access.h"
#include "verifier/smt/terms.h"

namespace polc::smt {

namespace {

// More than this at a time are not kept.
constexpr size_t kMaxLive = 12;

}  // namespace

Solver::~Solver() { Sleep(); }

void Solver::Sleep() {
  if (solver_ == nullptr) return;
  Z3_solver_dec_ref(Access::Z3(context_), solver_);
  solver_ = nullptr;
  terms_.reset();
  asserted_ = 0;
  Access::Live(context_).remove(this);
}

void Solver::Wake() {
  std::list<Solver*>& live = Access::Live(context_);
  if (solver_ != nullptr) {
    if (live.front() == this) return;
    live.remove(this);
    live.push_front(this);
    return;
  }
  if (live.size() >= kMaxLive) live.back()->Sleep();
  live.push_front(this);
  Z3_context z3 = Access::Z3(context_);
  terms_ = std::make_shared<Terms>(context_);
  solver_ = Z3_mk_simple_solver(z3);
  Z3_solver_inc_ref(z3, solver_);
  Z3_params params = Z3_mk_params(z3);
  Z3_params_inc_ref(z3, params);
  const Options& options = context_->options();
  Z3_params_set_uint(z3, params, Z3_mk_string_symbol(z3, "random_seed"),
                     options.seed);
  Z3_params_set_uint(z3, params, Z3_mk_string_symbol(z3, "rlimit"),
                     options.resource_limit);
  Z3_solver_set_params(z3, solver_, params);
  Z3_params_dec_ref(z3, params);
  Access::NoteFailure(context_);
}

void Solver::Add(Bool fact) {
  if (fact.is_true()) return;
  if (fact.is_false()) contradiction_ = true;
  facts_.push_back(fact);
}

void Solver::OnUse(Bool unknown, std::function<void()> hook) {
  hooks_[unknown.node()] = std::move(hook);
}

void Solver::Settle() {
  Z3_context z3 = Access::Z3(context_);
  for (;;) {
    for (; asserted_ < facts_.size(); ++asserted_) {
      const Bool fact = facts_[asserted_];
      Z3_solver_assert(z3, solver_,
                       fact.is_const() ? terms_->OfConstant(fact.is_true())
                                       : terms_->Of(fact.node()));
    }
    const std::vector<NodeNo> met = terms_->TakeMet();
    if (met.empty() && asserted_ == facts_.size()) break;
    for (const NodeNo unknown : met) {
      if (const auto named = context_->DefinitionOf(unknown); named.body != 0) {
        Z3_ast body = terms_->Of(named.body);
        Z3_ast name = terms_->Of(unknown);
        Z3_solver_assert(z3, solver_,
                         named.is_literal ? Z3_mk_implies(z3, name, body)
                                          : Z3_mk_iff(z3, name, body));
      }
      const auto hook = hooks_.find(unknown);
      if (hook == hooks_.end()) continue;
      const std::function<void()> run = std::move(hook->second);
      hooks_.erase(hook);
      run();
    }
  }
  Access::NoteFailure(context_);
}

Answer Solver::Unknown(std::string reason) {
  Answer answer;
  answer.reason = std::move(reason);
  return answer;
}

Answer Solver::Check(const std::vector<Bool>& assumptions, const char* name) {
  return Ask(assumptions, name, true);
}

Answer Solver::CheckOnly(const std::vector<Bool>& assumptions,
                         const char* name) {
  return Ask(assumptions, name, false);
}

Answer Solver::Ask(const std::vector<Bool>& assumptions, const char* name,
                   bool want_model) {
  ++checks_;
  if (!context_->failure().empty()) return Unknown(context_->failure());
  Answer answer;
  answer.status = Status::kUnsat;
  if (contradiction_) return answer;
  std::vector<Z3_ast> asts;
  std::vector<size_t> position;
  for (size_t i = 0; i < assumptions.size(); ++i) {
    if (assumptions[i].is_true()) continue;
    if (assumptions[i].is_false()) {
      answer.core = {i};
      return answer;
    }
    position.push_back(i);
  }
  Wake();
  for (const size_t i : position) {
    asts.push_back(terms_->Of(assumptions[i].node()));
  }
  Settle();
  if (contradiction_) return answer;
  if (!context_->options().dump_directory.empty()) Dump(asts, name);
  Z3_context z3 = Access::Z3(context_);
  const Z3_lbool result = Z3_solver_check_assumptions(
      z3, solver_, static_cast<unsigned>(asts.size()), asts.data());
  if (result == Z3_L_UNDEF) {
    Z3_string reason = Z3_solver_get_reason_unknown(z3, solver_);
    return Unknown(reason == nullptr ? "no reason given" : reason);
  }
  if (result == Z3_L_TRUE) {
    answer.status = Status::kSat;
    if (want_model) {
      answer.model = Model(context_, terms_, Z3_solver_get_model(z3, solver_));
    }
  } else {
    Z3_ast_vector core = Z3_solver_get_unsat_core(z3, solver_);
    Z3_ast_vector_inc_ref(z3, core);
    for (unsigned i = 0; i < Z3_ast_vector_size(z3, core); ++i) {
      Z3_ast in_core = Z3_ast_vector_get(z3, core, i);
      for (size_t k = 0; k < asts.size(); ++k) {
        if (asts[k] == in_core) answer.core.push_back(position[k]);
      }
    }
    Z3_ast_vector_dec_ref(z3, core);
    std::sort(answer.core.begin(), answer.core.end());
  }
  Access::NoteFailure(context_);
  if (!context_->failure().empty()) return Unknown(context_->failure());
  return answer;
}

void Solver::Dump(const std::vector<_Z3_ast*>& assumptions, const char* name) {
  static std::atomic<uint64_t> next{0};
  Z3_context z3 = Access::Z3(context_);
  std::ofstream out(context_->options().dump_directory + "/" +
                    std::to_string(next++) + "-" + name + ".smt2");
  out << Z3_solver_to_string(z3, solver_) << "(check-sat-assuming (";
  for (_Z3_ast* a : assumptions) out << Z3_ast_to_string(z3, a) << ' ';
  out << "))\n";
}

}  // namespace polc::smt
