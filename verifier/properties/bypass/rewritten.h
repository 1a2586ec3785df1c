// Which ways of writing a call otherwise there are to ask about.
#ifndef POLC_VERIFIER_PROPERTIES_BYPASS_REWRITTEN_H_
#define POLC_VERIFIER_PROPERTIES_BYPASS_REWRITTEN_H_

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "verifier/properties/bypass/spellings.h"
#include "verifier/properties/bypass/twin.h"

namespace polc::verifier {

/// Other names of tools, and sets of texts of which some two are alike;
/// remembers what it was asked.
class AlikeSets {
 public:
  explicit AlikeSets(const Run& run) : names_(run) {}
  const OtherNames& names() const { return names_; }
  bool Differ(const std::vector<std::string>& texts,
              const std::vector<Alike>& ways);

 private:
  OtherNames names_;
  std::map<std::pair<std::vector<std::string>, std::vector<Alike>>, bool>
      known_;
};

/// Calls `visit` for the requests of the slice beside themselves with another
/// name of the tool, with another writing of a text that `cond` tests, and with
/// both, one after the other, until it says true, which is then the answer.
/// Those are left out of which it is cheap to see that there are none: the
/// schema leaves finitely many texts, no two of them alike. Where they can't be
/// asked about, `*unknown` says why.
bool ForRewritings(Run* run, SliceModel* model, ir::CondId cond,
                   AlikeSets* sets, const std::function<bool(Twin*)>& visit,
                   std::string* unknown);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_PROPERTIES_BYPASS_REWRITTEN_H_
