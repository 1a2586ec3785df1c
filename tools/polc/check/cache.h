// What `polc check` found out about parts of a policy set, kept from one run to
// the next: in memory while it watches, and in a file for each set. Reports are
// the same with and without; docs/verification.md says why.
#ifndef POLC_TOOLS_POLC_CHECK_CACHE_H_
#define POLC_TOOLS_POLC_CHECK_CACHE_H_

#include <map>
#include <memory>
#include <string>

#include "compiler/driver/set.h"
#include "verifier/memo/memo.h"

namespace polc::tool {

class Cache {
 public:
  /// Files are in `directory`, which is made when there is something to keep;
  /// empty: in memory alone. What this build of polc has not written, what is
  /// damaged, and what others may have written counts as not there.
  explicit Cache(std::string directory);
  ~Cache();
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  /// Good until the cache ends.
  verifier::Memo* Of(const driver::SetOptions& set);
  /// Writes what is new. A directory that cannot be written to is no error:
  /// the next run finds out again.
  void Save();

 private:
  class Pack;
  std::string directory_;
  std::map<std::string, std::unique_ptr<Pack>> packs_;  // by file's name
};

/// `$XDG_CACHE_HOME/polc`, else `~/.cache/polc`; empty if neither is known.
std::string DefaultCache();

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_CHECK_CACHE_H_
