// The requests of a slice as unknowns: a tree of values, one node a path that
// some condition reads (and one for each list element that the quantifiers may
// need), with the axioms that make an assignment a request.
//
//   kind     exactly one of ir::Kind, agreeing with the parent's
//   string   one boolean a language; pairwise facts of those that a question
//            speaks of, the rest where a model shows that it is missing
//   number   its place among the cut points: on one, or between two
//   list     its size by thresholds; as many elements as there are quantifiers
//            (each verdict of `all` needs at most one element to show it, and
//            longer lists repeat an element)
//
// Invariant: every request of the slice satisfies the axioms under some
// assignment, so what is unsatisfiable here never happens.
#ifndef POLC_VERIFIER_ENCODE_SPACE_H_
#define POLC_VERIFIER_ENCODE_SPACE_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "verifier/encode/shape.h"
#include "verifier/smt/solver.h"

namespace polc::verifier {

/// When a condition is true and when it is false; when neither, it is an error.
struct Tri {
  smt::Bool is_true;
  smt::Bool is_false;

  static Tri Of(ir::Verdict v);
  smt::Bool IsError() const { return And(Not(is_true), Not(is_false)); }
};

/// The longest string that is computed with, in code points: a message's bytes.
constexpr int64_t kMaxMeasured = 4 << 20;

struct Node {
  Shape* shape = nullptr;
  Node* parent = nullptr;
  size_t number = 0;  // in order of making
  std::array<smt::Bool, ir::kKindCount> kind;
  smt::Bool flag;                    // of a bool
  std::optional<std::string> fixed;  // a string that the slice gives
  std::map<LangNo, smt::Bool> in;
  std::map<uint32_t, smt::Bool> longer;  // of a string: bytes > n

  std::vector<double> cuts;
  /// rank >= r: rank 2i is between cuts i-1 and i, 2i+1 is on cut i.
  std::vector<smt::Bool> at_least;
  smt::Bool whole;
  smt::Int order;  // among compared numbers between the same two cuts

  /// Of a number that is computed with: the greatest decimal not above it, in
  /// units, and above that by how many of its like (0: it is that decimal).
  smt::Int units;
  smt::Int over;
  smt::Int length;                     // of a string
  smt::Int port;                       // of a URL
  smt::Int instant;                    // of an instant, in units
  smt::Int count;                      // of a list
  std::map<uint64_t, smt::Bool> size;  // of a list: size >= n
  smt::Bool extra;  // of an object: a member that no condition names
  std::map<ir::Step, std::unique_ptr<Node>> members;
  std::vector<std::unique_ptr<Node>> elements;
  std::vector<smt::Bool> active;  // elements[i] is in the list

  smt::Bool Is(ir::Kind k) const { return kind[static_cast<size_t>(k)]; }
  smt::Bool AtLeast(size_t rank) const;
  smt::Bool RankIs(size_t rank) const;
  size_t ranks() const { return 2 * cuts.size() + 1; }
};

/// False: no slice of the module has too many values to encode.
bool MayBeTooLarge(const ir::Module& module);

class Space {
 public:
  /// Adds the axioms to `solver`. All arguments must outlive it. `shapes` is
  /// finished.
  Space(const ir::Module& module, const Slice& slice, Shapes* shapes,
        Facts* facts, smt::Context* context, smt::Solver* solver);

  /// Null for a root that nothing looks at.
  Node* root(ir::Root r) const { return roots_[static_cast<size_t>(r)].get(); }
  /// `element` is what kElement stands for.
  Node* Resolve(ir::FieldId field, Node* element) const;
  const std::vector<Node*>& nodes() const { return nodes_; }
  const Slice& slice() const { return slice_; }
  Facts* facts() const { return facts_; }
  smt::Context* context() const { return context_; }
  smt::Solver* solver() const { return solver_; }

  /// Both hold one string. Meaningless unless both are strings.
  smt::Bool SameString(Node* a, Node* b);
  struct Pair {
    Node* a;
    Node* b;
    smt::Bool same;
  };
  const std::vector<Pair>& pairs() const { return pairs_; }

  /// `a` is a path at or below `prefix`/`b`, if `valid`.
  struct Joined {
    Node* a;
    Node* b;
    smt::Bool valid;
    smt::Bool under;
    std::string prefix;
  };
  void AddJoin(Joined join) { joins_.push_back(std::move(join)); }
  const std::vector<Joined>& joins() const { return joins_; }

  /// Two texts computed from strings; `same` if they are equal, `ok` if they
  /// have values.
  struct Parts {
    Node* a;
    ir::TermKind kind_a;
    Node* b;
    ir::TermKind kind_b;
    smt::Bool same;
    smt::Bool ok;
  };
  void AddParts(Parts parts) { parts_.push_back(std::move(parts)); }
  const std::vector<Parts>& parts() const { return parts_; }

  /// Looking for something in a list whose elements are left open.
  Tri OpenMember(Node* list);

  /// The request's time, from 1970 to 2200: unknown, in seconds.
  smt::Int Now();
  bool reads_now() const { return !now_.is_const(); }
  smt::Int now() const { return now_; }
  /// What a clock in the zone shows.
  struct Clock {
    smt::Int day, hour, minute, weekday;
  };
  const Clock& ClockOf(ir::ZoneId zone);

  /// What holds between parts of a request that otherwise vary on their own.
  const std::vector<smt::Bool>& joint() const { return joint_; }

  /// Literals that make models readable: numbers are small and whole, and then
  /// at least of no more digits than a double tells apart.
  const std::vector<smt::Bool>& small() const { return small_; }
  const std::vector<smt::Bool>& plain() const { return plain_; }

  /// Too many values to encode; every answer about the slice is unknown.
  bool too_large() const { return too_large_; }
  /// Something was encoded more loosely than it is: a model may be spurious.
  bool approximate() const { return approximate_; }
  void MarkApproximate() { approximate_ = true; }

 private:
  std::unique_ptr<Node> Make(Shape* shape, Node* parent);
  void SetKinds(Node* node, const std::vector<ir::Kind>& kinds);
  void MakeRoot(ir::Root r);
  void LinkToParent(Node* node);
  void MakeString(Node* node);
  void UseLanguage(Node* node, LangNo lang);
  void MakeNumber(Node* node);
  void MakeList(Node* node);
  void MakeUnits(Node* node);
  void MakeMeasures(Node* node);
  void Prefer(std::vector<smt::Bool>* literals, smt::Bool what);
  smt::Int Between(const std::string& name, smt::Wide lo, smt::Wide hi);
  void LinkElements(Node* node);
  std::string NodeName(const Node& node) const;
  void Add(smt::Bool fact) { solver_->Add(fact); }
  void AddJoint(smt::Bool fact) {
    joint_.push_back(fact);
    Add(fact);
  }

  const ir::Module& module_;
  const Slice& slice_;
  Shapes* shapes_;
  Facts* facts_;
  smt::Context* context_;
  smt::Solver* solver_;
  std::array<std::unique_ptr<Node>, ir::kRootCount> roots_;
  std::vector<Node*> nodes_;
  std::vector<Pair> pairs_;
  std::vector<Joined> joins_;
  std::vector<Parts> parts_;
  smt::Int now_;
  std::map<ir::ZoneId, Clock> clocks_;
  std::vector<smt::Bool> joint_;
  std::vector<smt::Bool> small_;
  std::vector<smt::Bool> plain_;
  std::map<std::pair<size_t, size_t>, smt::Bool> same_;
  // What has been spoken of of a string: languages, and members of enums.
  struct Known {
    std::vector<LangNo> langs;
    std::map<std::string, smt::Bool> members;
  };
  std::map<const Node*, Known> known_;
  size_t lemma_pairs_ = 0;
  bool too_large_ = false;
  bool approximate_ = false;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_ENCODE_SPACE_H_
