// The unknowns of one slice with the solver that answers about them: what all
// sets that are asked about together share.
#ifndef POLC_VERIFIER_ENCODE_ENCODING_H_
#define POLC_VERIFIER_ENCODE_ENCODING_H_

#include <map>
#include <memory>
#include <vector>

#include "verifier/encode/conditions.h"
#include "verifier/encode/search.h"

namespace polc::verifier {

class Encoding {
 public:
  /// All must outlive it. `sides` is the slice as each set sees it: they
  /// differ in who votes and which schemas are enforced, and nothing else.
  Encoding(const ir::Module& module, const std::vector<const Slice*>& sides,
           Facts* facts, smt::Context* context);

  Tri Encode(ir::CondId cond) { return conditions_->Encode(cond); }
  /// A literal that implies `b`: what assumptions have to be.
  smt::Bool Literal(smt::Bool b) { return context_->Literal(b); }
  /// The cost of a call is negative, out of range, or an error.
  smt::Bool CostFails(ir::TermId cost);
  void Add(smt::Bool fact) { solver_.Add(fact); }

  Folder* folder() { return &folder_; }
  Space* space() { return space_.get(); }
  const Space* space() const { return space_.get(); }
  Search* search() { return search_.get(); }
  const Search* search() const { return search_.get(); }
  smt::Context* context() { return context_; }

 private:
  void Collect(const std::vector<const Slice*>& sides);

  const ir::Module& module_;
  smt::Context* context_;
  smt::Solver solver_;
  Folder folder_;
  Shapes shapes_;
  std::unique_ptr<Space> space_;
  std::unique_ptr<Search> search_;
  std::unique_ptr<Conditions> conditions_;
  std::map<ir::TermId, smt::Bool> costs_;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_ENCODE_ENCODING_H_
