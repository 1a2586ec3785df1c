// The comments of a YAML file, which YAML's parser does not give.
#ifndef POLC_COMPILER_IMPORT_COMMENTS_H_
#define POLC_COMPILER_IMPORT_COMMENTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/import/document.h"
#include "compiler/import/plan.h"

namespace polc::import {

struct Comment {
  uint32_t begin = 0;     // of the `#`
  uint32_t end = 0;       // of its line
  bool own_line = false;  // nothing stands before it
  std::string text;       // without `#` and one space
};

class Comments {
 public:
  Comments(std::string_view text, const Document& document);

  /// Those not taken yet that begin before the end of the line of `offset`.
  std::vector<std::string> TakeTo(uint32_t offset);
  /// Those not taken yet, but for comments of their own that stand in a run
  /// right above the line of `offset`, and those after.
  std::vector<std::string> TakeAbove(uint32_t offset);
  std::vector<std::string> TakeRest();

  /// Says the remark above the comment at its place.
  void Explain(const Remark& remark);

  const std::vector<Comment>& all() const { return all_; }

 private:
  std::vector<std::string> Take(size_t end);

  std::string_view text_;
  std::vector<Comment> all_;
  size_t taken_ = 0;
};

/// Blocks of comments that look like rules and break the file when somebody
/// makes rules of them.
std::vector<Remark> BrokenExamples(std::string_view text, source::FileId file,
                                   const std::vector<Comment>& comments);

}  // namespace polc::import

#endif  // POLC_COMPILER_IMPORT_COMMENTS_H_
