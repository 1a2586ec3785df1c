// From a question to a request: asks the solver, and looks whether its model
// can be made of real strings and numbers. If not (three globs may exclude
// each other though no two do), the reason is added as a fact, minimal, and
// the question asked again. What comes back is exact: unsatisfiable, or an
// assignment that some request has.
#ifndef POLC_VERIFIER_ENCODE_SEARCH_H_
#define POLC_VERIFIER_ENCODE_SEARCH_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "verifier/cells/cells.h"
#include "verifier/encode/assignment.h"
#include "verifier/encode/space.h"

namespace polc::verifier {

struct Found {
  int64_t now = 0;  // of kSat: the request's time
  smt::Status status = smt::Status::kUnknown;
  std::string reason;        // of kUnknown
  Assignment assignment;     // of kSat
  std::vector<size_t> core;  // of kUnsat: positions among the assumptions
};

class Search {
 public:
  explicit Search(Space* space) : space_(space) {}

  /// Questions that assume `accepted` may be answered by listing the requests
  /// that are; `demands` are what it asks for. If not `show`, the requests that
  /// are asked for come from the solver.
  void Enumerate(smt::Bool accepted, std::vector<smt::Bool> demands, bool show);

  Found Find(const std::vector<smt::Bool>& assumptions, const char* name);
  /// As exact, and faster, but without an assignment.
  Found Exists(const std::vector<smt::Bool>& assumptions, const char* name);

  /// As Exists, but what only strings and numbers refute counts as satisfiable:
  /// enough where that costs no more than a better answer.
  Found Glance(const std::vector<smt::Bool>& assumptions, const char* name);

  /// As Cells::Weigh, of the requests that are accepted.
  std::optional<Cells::Share> Weigh(smt::Bool of, smt::Bool part);

  /// What the list of requests holds in memory, in bytes; it can be given up,
  /// and is made again for the next question.
  size_t listed_bytes() const { return cells_ ? cells_->bytes() : 0; }
  void ForgetList() { cells_.reset(); }

  /// Facts that were added because a model could not be realised.
  uint64_t refinements() const { return refinements_; }

 private:
  enum class Step : uint8_t { kDone, kRefined, kAvoided, kGaveUp };
  struct Computed {  // a language of `in` that a computed value asks for
    LangNo lang;
    smt::Int value;
    smt::Wide at;  // what it is now
    // The strings whose value is from `lo` to `hi`, for values from `first` to
    // `last`; none where only one string was tried.
    std::function<LangNo(smt::Wide lo, smt::Wide hi)> between = {};
    smt::Wide first = 0, last = 0;
  };
  struct Class {  // of strings that are one string
    std::vector<Node*> nodes;
    std::vector<LangNo> in, out;
    std::vector<Computed> computed;
    std::vector<size_t> unlike;  // classes with another string
    std::vector<std::string> candidates;
  };

  Found Ask(const std::vector<smt::Bool>& assumptions, const char* name);
  Cells* List();
  std::optional<Found> Look(const std::vector<smt::Bool>& assumptions,
                            bool with_values);
  Step Realize(const smt::Model& model);
  void ReadNode(const smt::Model& model, const Node& node);
  Step ReadLists(const smt::Model& model);
  Step RealizeStrings(const smt::Model& model);
  Step MakeClasses(const smt::Model& model);
  Step FillCandidates(const smt::Model& model, Class* c);
  bool Choose(size_t next, std::vector<std::string>* chosen) const;
  void PlaceJoined(const smt::Model& model, std::vector<std::string>* chosen);
  struct Gap {
    smt::Wide lo, hi;
  };
  Gap GapAround(const Computed& computed, std::vector<LangNo> in,
                const std::vector<LangNo>& out);
  void BlockSignature(const Class& c);
  Step Avoid(const Class& c);
  void BlockChoice(const smt::Model& model);
  Step RealizeNumbers(const smt::Model& model);
  Step PlaceUnits(const smt::Model& model, const Node& node);
  Step AddComputed(const smt::Model& model, const Node& node, Class* c);
  void PlaceParts(const smt::Model& model, std::vector<std::string>* chosen);
  Step PlaceNumbers(const smt::Model& model, std::vector<Node*> nodes,
                    double lo, double hi);
  bool LiveString(const Node& node) const;
  Step GiveUp(std::string why);

  Space* space_;
  std::optional<smt::Bool> accepted_;  // set: cells may be made
  std::vector<smt::Bool> demands_;
  bool show_ = false;
  std::unique_ptr<Cells> cells_;
  Assignment values_;
  int64_t now_ = 0;
  std::vector<Class> classes_;
  std::string reason_;
  // True where what was too much to look for is not looked for again.
  std::optional<smt::Bool> avoided_;
  int avoidances_ = 0;  // in this question
  uint64_t refinements_ = 0;
  bool values_wanted_ = true;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_ENCODE_SEARCH_H_
