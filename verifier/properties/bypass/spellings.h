// A call written otherwise that its server is likely to take for the same: the
// tool's other name, another spelling of a path or a URL, another case of
// letters in a text that is searched.
#ifndef POLC_VERIFIER_PROPERTIES_BYPASS_SPELLINGS_H_
#define POLC_VERIFIER_PROPERTIES_BYPASS_SPELLINGS_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "verifier/properties/run.h"

namespace polc::verifier {

struct Spelling {
  eval::Request request;
  std::string what;  // "`args.path` as \"//etc\""
};

/// Other names of tools, by the catalogs and what these claim.
class OtherNames {
 public:
  explicit OtherNames(const Run& run);
  std::set<std::string> Of(const std::string& tool) const;

 private:
  std::map<std::string, std::set<std::string>> alike_;    // by folded name
  std::map<std::string, std::set<std::string>> aliases_;  // both ways
};

/// Of what `cond` looks at in `request`. Tools go by their catalog alone: a
/// server knows no others.
std::vector<Spelling> SpellingsOf(const ir::Module& module,
                                  const OtherNames& names, ir::CondId cond,
                                  const eval::Request& request);

/// For each slice, those besides that its requests are in if their tool is
/// spelled otherwise.
std::vector<std::vector<size_t>> SlicesOfSpellings(const Run& run);

/// Tests of texts in `cond`, up to some: a request for each of them finds more
/// spellings than one for all.
std::vector<ir::CondId> TextTests(const ir::Module& module, SliceModel* model,
                                  ir::CondId cond);

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
