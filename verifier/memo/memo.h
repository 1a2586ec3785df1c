// What was found out before, by a digest of all that it hangs on. Whoever runs
// the verifier keeps it: in a file, or in memory from one run to the next.
#ifndef POLC_VERIFIER_MEMO_MEMO_H_
#define POLC_VERIFIER_MEMO_MEMO_H_

#include <optional>
#include <string>

namespace polc::verifier {

class Memo {
 public:
  virtual ~Memo() = default;
  /// Nullopt if nothing was kept under the key. What comes back has to be what
  /// was kept: whoever reads it from outside of the process sees to that.
  virtual std::optional<std::string> Find(const std::string& key) = 0;
  virtual void Keep(const std::string& key, std::string value) = 0;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_MEMO_MEMO_H_
