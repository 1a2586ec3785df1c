// One slice, encoded whole: which calls the schema accepts, how each policy
// votes, what the set decides. The checks ask it with assumptions and never
// add to it.
#ifndef POLC_VERIFIER_ENCODE_SLICE_MODEL_H_
#define POLC_VERIFIER_ENCODE_SLICE_MODEL_H_

#include <map>
#include <memory>
#include <optional>
#include <typeindex>
#include <typeinfo>
#include <unordered_map>
#include <utility>
#include <vector>

#include "verifier/encode/set_code.h"

namespace polc::verifier {

/// Encoded when something is first asked.
class SliceModel {
 public:
  /// All must outlive it.
  SliceModel(const ir::Module& module, const Slice& slice, Facts* facts,
             smt::Context* context);
  /// Without a solver (`*missed` is set where one is needed) and with an
  /// expression graph of its own, so that the slice can be forgotten.
  SliceModel(const ir::Module& module, const Slice& slice, Facts* facts,
             const smt::Options& options, bool* missed);

  const Slice& slice() const { return slice_; }
  const std::vector<PolicyCode>& policies() const { return set().policies(); }
  const PolicyCode& policy(ir::PolicyId id) const;
  /// Null if the rule's target is false all over the slice.
  const RuleCode* Rule(ir::RuleId id) const;
  const std::vector<ChargeCode>& charges() const { return set().charges(); }
  const std::vector<DemandCode>& demands() const { return set().demands(); }
  smt::Bool accepted() const { return set().accepted(); }
  smt::Bool permitted() const { return set().permitted(); }
  smt::Bool Decided(ir::Effect effect) const { return set().Decided(effect); }

  Tri Encode(ir::CondId cond) { return whole().encoding.Encode(cond); }
  /// A literal that implies `b`: what assumptions have to be.
  smt::Bool Literal(smt::Bool b) { return whole().encoding.Literal(b); }
  /// An unknown that is `b`: keeps terms flat.
  smt::Bool Named(smt::Bool b, const char* name);

  Found Find(const std::vector<smt::Bool>& assumptions, const char* name) {
    return search()->Find(assumptions, name);
  }
  Found Exists(const std::vector<smt::Bool>& assumptions, const char* name) {
    return search()->Exists(assumptions, name);
  }
  Found Glance(const std::vector<smt::Bool>& assumptions, const char* name) {
    return search()->Glance(assumptions, name);
  }
  std::optional<Cells::Share> Weigh(smt::Bool of, smt::Bool part) {
    return search()->Weigh(of, part);
  }
  uint64_t refinements() const {
    return whole_ == nullptr ? 0 : search()->refinements();
  }
  const Space& space() const { return *whole().encoding.space(); }

  /// Something has been asked of it, then or now.
  bool was_encoded() const { return was_encoded_; }

  /// What a check has made of the slice, for as long as that is encoded: of
  /// `T` there is one.
  template <typename T, typename... Args>
  T& Kept(Args&&... args) {
    std::shared_ptr<void>& kept = whole().kept[typeid(T)];
    if (kept == nullptr)
      kept = std::make_shared<T>(std::forward<Args>(args)...);
    return *static_cast<T*>(kept.get());
  }

  /// Of memory, roughly, that can be given up; 0 of what nobody has asked
  /// about.
  size_t bytes() const;
  /// Gives it up: the list of requests and, of a slice with a graph of its own,
  /// all that points into it. What is asked next is encoded anew.
  void Forget();

 private:
  struct Whole {
    Whole(const ir::Module& module, const Slice& slice, Facts* facts,
          smt::Context* context);
    Encoding encoding;
    std::optional<SetCode> set;  // not of a slice that is too large
    std::unordered_map<ir::RuleId, const RuleCode*> rules;
    std::map<std::type_index, std::shared_ptr<void>> kept;
  };
  Whole& whole() const {
    if (whole_ == nullptr) Make();
    return *whole_;
  }
  const SetCode& set() const { return *whole().set; }
  Search* search() const { return whole().encoding.search(); }
  void Make() const;

  const ir::Module& module_;
  const Slice& slice_;
  Facts* facts_;
  smt::Context* shared_;  // null: it has its own
  smt::Options options_;
  bool* missed_ = nullptr;
  mutable bool was_encoded_ = false;
  mutable std::unique_ptr<smt::Context> own_;
  mutable std::unique_ptr<Whole> whole_;  // null until something is asked
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_ENCODE_SLICE_MODEL_H_
