// The requests of a slice, each beside itself written otherwise: with another
// name of its tool, another writing of one text, or both. All else is the same,
// so it is one request with a text more, and what the set makes of the other
// one is the set once more, with its tests of the text moved to that text and
// its tests of the tool decided. One solver is asked about both.
//
// That the two texts are alike is no formula. Whenever a model's memberships
// are those of no two such texts, a few that exclude each other become a fact
// (as in encode/search.h), so an answer is exact.
#ifndef POLC_VERIFIER_PROPERTIES_BYPASS_TWIN_H_
#define POLC_VERIFIER_PROPERTIES_BYPASS_TWIN_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "verifier/properties/bypass/alike.h"
#include "verifier/properties/run.h"

namespace polc::verifier {

/// A text of a request, and what it may be written as.
struct Writing {
  ir::FieldId field;
  std::vector<Alike> ways;
};

class Twin {
 public:
  /// Of the requests of `model`'s slice, with the tool of `other` (it may be
  /// the same slice), and `text` written otherwise; null: as it is. All must
  /// outlive it.
  Twin(const Run& run, const SliceModel& model, const Slice& other,
       const Writing* text);

  const SetCode& as_is() const { return *as_is_; }
  const SetCode& otherwise() const { return *otherwise_; }
  /// The code of a mark, by its place in the set; null if no request sets it.
  const ChargeCode* MarkOf(bool otherwise, size_t mark) const;
  smt::Bool Literal(smt::Bool b) { return encoding_->Literal(b); }
  const Space& space() const { return *encoding_->space(); }
  /// Nothing that the set makes of the text is another, however it is written.
  bool unread() const { return unread_; }

  struct Pair {
    smt::Status status = smt::Status::kUnknown;
    std::string reason;  // of kUnknown
    eval::Request first, second;
    std::string what;  // "the tool as `cat` and `args.path` as \"//a\""
  };
  /// Of pairs that the schemas accept.
  Pair Find(const std::vector<smt::Bool>& asked);
  /// A pair that does not show what was asked for is a bug of ours; else it
  /// hangs on something that is not encoded exactly.
  bool exact() const { return exact_; }

 private:
  void Rewrite(const Slice& slice, const Slice& other);
  ir::TermId Moved(ir::TermId id);
  ir::CondId Moved(ir::CondId id);
  ir::CondId Compute(ir::CondId id);
  ir::FieldId Moved(ir::FieldId id);
  void AddText(std::vector<smt::Bool>* demands);
  AlikePair PairOf(const Found& found, bool* learned);

  const Slice& slice_;
  const Writing* text_;
  Facts* facts_;
  ir::Module module_;
  ir::FieldId other_text_;
  std::optional<std::string> other_tool_;  // if it is another one
  std::vector<std::optional<ir::CondId>> conds_;
  std::vector<std::optional<ir::TermId>> terms_;
  std::vector<std::unique_ptr<ir::ToolSchema>> schemas_;
  Slice second_;
  std::unique_ptr<Encoding> encoding_;
  std::unique_ptr<SetCode> as_is_, otherwise_;
  const Node* first_node_ = nullptr;
  const Node* second_node_ = nullptr;
  smt::Bool accepted_;  // a literal
  // Memberships that no two texts which are alike have. Literals.
  std::vector<smt::Bool> facts_learned_;
  bool unread_ = false;
  bool exact_ = true;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_PROPERTIES_BYPASS_TWIN_H_
