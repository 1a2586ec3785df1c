// A call written otherwise that its server is likely to take for the same:
// which parts of it may be, and sequences of such calls.
#ifndef POLC_VERIFIER_PROPERTIES_BYPASS_SPELLINGS_H_
#define POLC_VERIFIER_PROPERTIES_BYPASS_SPELLINGS_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "verifier/properties/run.h"

namespace polc::verifier {

/// What may be written otherwise: a resource's name, a member of the arguments
/// that is no element of a list.
bool IsText(const ir::Field& field);
/// The text of such a field; null if it is none.
std::string* TextAt(const ir::Field& field, eval::Request* request);
/// Whether a language looks for something in a text, letter by letter.
bool SearchesLetters(const ir::Module& module, ir::LangId id);

/// Whether a language is of paths or of URLs, or written with a text that has a
/// slash, or `://`.
bool SpeaksOfPaths(const ir::Module& module, ir::LangId id);
bool SpeaksOfUrls(const ir::Module& module, ir::LangId id);

/// Other names of tools, by the catalogs and what these claim.
class OtherNames {
 public:
  explicit OtherNames(const Run& run);
  std::set<std::string> Of(const std::string& tool) const;

 private:
  std::map<std::string, std::set<std::string>> alike_;    // by folded name
  std::map<std::string, std::set<std::string>> aliases_;  // both ways
};

/// The slices of the other names that the slice's tool has, by the catalogs: a
/// server knows no others.
std::vector<const Slice*> OtherSlices(const Run& run, const OtherNames& others,
                                      const Slice& slice);

/// For each slice, those besides that its requests are in if their tool is
/// spelled otherwise.
std::vector<std::vector<size_t>> SlicesOfSpellings(const Run& run);

/// Two calls of one caller in one session, if both can be made the same one's:
/// the first permitted, the second decided `allow` after the marks that the
/// first sets. `shows` is asked about the two decisions.
using Shows = std::function<bool(const Witness&, const Witness&)>;
std::optional<std::vector<eval::Request>> Sequence(Run* run,
                                                   const eval::Request& first,
                                                   const eval::Request& second,
                                                   const Shows& shows);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_PROPERTIES_BYPASS_SPELLINGS_H_
