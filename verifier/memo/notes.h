// Answers about single slices that a part of a check has found out: where it
// hangs on many slices and one of them is changed, the others need not be
// encoded again. A note is found by a digest of its question and of its slice,
// so one of what has been changed since is not found, and dropped.
#ifndef POLC_VERIFIER_MEMO_NOTES_H_
#define POLC_VERIFIER_MEMO_NOTES_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace polc::verifier {

class Notes {
 public:
  /// As Bytes() gave them; none, if these are not what it gives.
  explicit Notes(std::string_view bytes);

  std::optional<std::string> Find(const std::string& digest);
  void Add(const std::string& digest, std::string answer);
  /// Those that were found or added.
  std::string Bytes() const;
  /// Whether these are others than were given.
  bool changed() const;

 private:
  struct Note {
    std::string answer;
    bool is_used = false;
  };
  std::map<std::string, Note> all_;
  bool added_ = false;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_MEMO_NOTES_H_
