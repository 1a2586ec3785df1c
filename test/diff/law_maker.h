// Pairs of conditions in Pol that the manual's laws hold equal, made at random
// over the words that generated requests use.
#ifndef POLC_TEST_DIFF_LAW_MAKER_H_
#define POLC_TEST_DIFF_LAW_MAKER_H_

#include <string>
#include <vector>

#include "test/unit/support/ir_generator.h"

namespace polc::testing {

struct LawInstance {
  std::string law;
  std::string declarations;  // sets and predicates that both sides use
  std::string left, right;   // conditions
};

/// The policy whose vote is `ask` where `condition` is true, `allow` where it
/// is false, and `deny` where it is an error.
std::string PolicyOf(const std::string& name, const LawInstance& instance,
                     const std::string& condition);

/// A module that these policies import: the mark that conditions read.
inline constexpr const char* kMarkModule =
    "module p0;\nmark mark0 per grant for 5 minutes on tool read_file;\n";

class LawMaker {
 public:
  explicit LawMaker(uint64_t seed) : random_(seed) {}

  /// One instance of each law, always in the same order.
  std::vector<LawInstance> MakeAll();
  /// A condition of any operator, at most `depth` connectives deep.
  std::string Condition(int depth);
  /// As of Random.
  uint32_t Below(size_t n) { return random_.Below(static_cast<uint32_t>(n)); }

 private:
  std::string Pick(const std::vector<std::string>& items) {
    return random_.Pick(items);
  }
  std::string TextLiteral();
  std::string TextSet(size_t count);
  std::string NumberLiteral();
  std::string Text();
  std::string Number();
  std::string Folding();
  std::string Atom();
  std::string TextAtom(const std::string& text);
  std::string NumberAtom(const std::string& number);
  std::string PlaceAtom();
  std::string CallerAtom();
  std::string Quantifier(bool any);

  LawInstance NotEqual();
  LawInstance InSet();
  LawInstance NotIn();
  LawInstance Dual();
  LawInstance DeMorgan();
  LawInstance Order();
  LawInstance Substitution();
  LawInstance Algebra();
  LawInstance Range();
  LawInstance Mirror();

  Random random_;
};

}  // namespace polc::testing

#endif  // POLC_TEST_DIFF_LAW_MAKER_H_
