// What the conditions of a slice look at, gathered before anything is encoded:
// for each path the languages, the cut points of numbers and sizes, the key
// sets and the quantifiers. A value's behaviour under the slice's conditions
// depends on nothing else, which is what makes finitely many booleans enough.
#ifndef POLC_VERIFIER_ENCODE_SHAPE_H_
#define POLC_VERIFIER_ENCODE_SHAPE_H_

#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "compiler/automata/path.h"
#include "compiler/ir/ir.h"
#include "verifier/encode/facts.h"
#include "verifier/encode/fold.h"

namespace polc::verifier {

/// Bytes of the longest name that is one segment of a path.
inline constexpr uint32_t kMaxSegmentBytes = automata::kMaxPathBytes - 1;

/// A path, with `[*]` for the elements that quantifiers range over.
struct Shape {
  ir::Root root = ir::Root::kArgs;
  ir::Step step;  // from the parent; of an element: default
  Shape* parent = nullptr;
  bool is_element = false;
  std::map<ir::Step, std::unique_ptr<Shape>> members;
  std::unique_ptr<Shape> element;

  std::set<LangNo> languages;
  std::set<uint32_t> byte_bounds;
  std::set<double> cuts;
  bool integral = false;     // some test asks for whole numbers
  std::set<uint64_t> sizes;  // thresholds: some test asks for size >= n
  std::set<std::vector<std::string>> key_sets;
  std::set<ir::CondId> quantifiers;
  /// Compared with another path. Such paths form groups that share languages
  /// and cuts; the leader's sets count for all.
  Shape* leader = nullptr;
  bool compared = false;
  /// What is computed with: a number's units, a string's length, port or
  /// instant, a list's size. Of the leader: for the whole group.
  bool scaled = false;
  bool measured = false;
  bool ported = false;
  bool timed = false;
  bool counted = false;
  bool used = false;  // of a root: something looks at it

  Shape* Leader();
  Shape* Member(const ir::Step& step_to);
  Shape* Element();
  /// `args.list[*].name`
  std::string Name() const;
};

class Shapes {
 public:
  Shapes(const ir::Module& module, Folder* folder, Facts* facts);

  /// Gathers what `cond` looks at.
  void Collect(ir::CondId cond);
  void CollectField(ir::FieldId field) { Resolve(field, nullptr); }
  /// Gathers what a limit's cost is computed from.
  void CollectTerm(ir::TermId term) { WalkTerm(term, nullptr); }
  /// Shares what is compared. Call once, after the last Collect.
  void Finish();

  Shape* root(ir::Root r) { return &roots_[static_cast<size_t>(r)]; }
  /// The leader of two paths that are to be compared.
  void Join(Shape* a, Shape* b);

 private:
  Shape* Resolve(ir::FieldId field, Shape* element);
  void Walk(ir::CondId id, Shape* element);
  void WalkTest(const ir::Cond& cond, Shape* shape);
  void WalkTerm(ir::TermId term, Shape* element);
  void WalkCalculation(const ir::Cond& cond, Shape* element);
  void WalkCompare(const ir::Cond& cond, Shape* a, Shape* b);
  void Share(Shape* shape);

  const ir::Module& module_;
  Folder* folder_;
  Facts* facts_;
  std::array<Shape, ir::kRootCount> roots_;
  std::vector<ir::CondId> collected_;
  std::set<std::pair<ir::CondId, const Shape*>> seen_;
  bool quantified_ = false;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_ENCODE_SHAPE_H_
