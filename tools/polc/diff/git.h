// The old side of a review: files as git has them at a revision.
#ifndef POLC_TOOLS_POLC_DIFF_GIT_H_
#define POLC_TOOLS_POLC_DIFF_GIT_H_

#include <string>
#include <vector>

#include "compiler/support/result.h"

namespace polc::tool {

/// A directory of files, removed with this.
class Checkout {
 public:
  Checkout() = default;
  Checkout(Checkout&& other) noexcept;
  Checkout& operator=(Checkout&& other) noexcept;
  ~Checkout();

  /// Where the directory of each path given to CheckOut is, in its order;
  /// empty: there was nothing at the revision.
  std::vector<std::string> paths;
  std::string root;    // of the tree that is checked out, without final slash
  std::string commit;  // the revision's id
};

/// Writes what `revision` has at and around `paths` (all that their policies
/// may name: the directory of each, or that of the polc.yaml above it) to a
/// temporary directory. The blobs are written as they are: no filter, hook or
/// attribute of the repository has a say. `revision` is never read as an
/// option. The error is for people.
Result<Checkout> CheckOut(const std::string& revision,
                          const std::vector<std::string>& paths);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_DIFF_GIT_H_
