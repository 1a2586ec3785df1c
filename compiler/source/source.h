// Files of a policy set, held whole and unchanging from the moment they are
// read: every later stage, the digest included, sees the same snapshot.
#ifndef POLC_COMPILER_SOURCE_SOURCE_H_
#define POLC_COMPILER_SOURCE_SOURCE_H_

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/ids.h"
#include "compiler/support/result.h"

namespace polc::source {

struct FileTag;
using FileId = Id<FileTag>;

/// Bytes [begin, end) of a file. A default one means "no place in a file".
struct Range {
  FileId file;
  uint32_t begin = 0;
  uint32_t end = 0;

  bool valid() const { return file.valid(); }
  bool operator==(const Range&) const = default;
};

/// The smallest range that covers both (of one file).
Range Cover(Range a, Range b);

/// A place for people: both count from 1, columns in code points.
struct LineColumn {
  uint32_t line = 1;
  uint32_t column = 1;
};

/// One file: its path as given by the user (or as derived from an import) and
/// its text.
struct File {
  std::string path;
  std::string text;
  std::vector<uint32_t> line_starts;  // byte offsets; the first is 0
};

/// Owns the files of one run. Ids and views stay good as long as it lives.
class Files {
 public:
  /// Reads a regular file of at most `max_bytes`, opened once. The error says
  /// what is wrong with it ("is not a regular file", "is larger than ...").
  Result<FileId> Read(const std::string& path, size_t max_bytes);

  /// Adds a text that is not on disk (the standard library, a test's).
  FileId Add(std::string path, std::string text);

  const File& file(FileId id) const { return files_[id.value()]; }
  std::string_view text(Range range) const;
  LineColumn Locate(FileId id, uint32_t offset) const;
  /// The line's text without its line end; `line` counts from 1.
  std::string_view Line(FileId id, uint32_t line) const;
  size_t size() const { return files_.size(); }

 private:
  std::deque<File> files_;
};

}  // namespace polc::source

#endif  // POLC_COMPILER_SOURCE_SOURCE_H_
