// Texts that a server is likely to take for the same though they are written
// otherwise. Each sort is a regular relation: a machine that reads both texts
// from left to right, each byte of one with one of the other or alone. So which
// memberships two such texts can have is a walk through the product of the
// machine and the languages' automata, and where there is no such pair, none
// exists (J. Sakarovitch, "Elements of Automata Theory", 2009, part IV).
#ifndef POLC_VERIFIER_PROPERTIES_BYPASS_ALIKE_H_
#define POLC_VERIFIER_PROPERTIES_BYPASS_ALIKE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/automata/dfa.h"

namespace polc::verifier {

enum class Alike : uint8_t {
  /// One text.
  kSame,
  /// ASCII letters in either case.
  kLetters,
  /// Both begin with `/`, and are one text after pieces were put in behind
  /// slashes of either: `/`, `./`, `NAME/../`; at the end also `.`, `NAME/..`
  /// and a last `/`.
  kPath,
  /// Both are `SCHEME://HOST...`; letters of scheme and host are in either
  /// case, the host may end in a dot, an empty path is `/`, letters, digits and
  /// `-._~` behind the host may be percent-encoded, with digits in either case.
  kUrl,
};

/// What is wanted of one of the two texts.
struct Memberships {
  std::vector<const automata::Dfa*> in, out;
};

struct AlikePair {
  enum class Status : uint8_t { kFound, kEmpty, kBound };
  Status status = Status::kEmpty;
  std::string first, second;  // of kFound: a shortest pair
};

/// Two texts that are alike in one of `ways`, with these memberships, both
/// without U+0000. `differ`: not by copying alone. Gives up after `max_states`
/// for each way.
AlikePair FindAlike(const std::vector<Alike>& ways, const Memberships& first,
                    const Memberships& second, bool differ, size_t max_states);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_PROPERTIES_BYPASS_ALIKE_H_
