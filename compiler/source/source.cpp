#include "compiler/source/source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace polc::source {
namespace {

std::vector<uint32_t> LineStarts(std::string_view text) {
  std::vector<uint32_t> starts = {0};
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') starts.push_back(static_cast<uint32_t>(i + 1));
  }
  return starts;
}

// Reads until the end of the file, never more than `max_bytes` + 1.
bool ReadAll(int fd, size_t max_bytes, std::string* text) {
  char buffer[1 << 16];
  while (text->size() <= max_bytes) {
    const ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    if (n == 0) return true;
    text->append(buffer, static_cast<size_t>(n));
  }
  return true;
}

}  // namespace

Range Cover(Range a, Range b) {
  if (!a.valid()) return b;
  if (!b.valid()) return a;
  return {a.file, std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

Result<FileId> Files::Read(const std::string& path, size_t max_bytes) {
  // O_NONBLOCK: opening a FIFO must not wait for a writer.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    return Error{fmt::format("cannot read `{}`: {}", path, strerror(errno))};
  }
  struct stat info = {};
  std::string text;
  std::string problem;
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    problem = "is not a regular file";
  } else if (static_cast<size_t>(info.st_size) > max_bytes) {
    problem = fmt::format("is larger than {} bytes", max_bytes);
  } else if (!ReadAll(fd, max_bytes, &text)) {
    problem = fmt::format("cannot be read: {}", strerror(errno));
  } else if (text.size() > max_bytes) {
    problem = fmt::format("is larger than {} bytes", max_bytes);
  }
  close(fd);
  if (!problem.empty()) return Error{fmt::format("`{}` {}", path, problem)};
  return Add(path, std::move(text));
}

FileId Files::Add(std::string path, std::string text) {
  std::vector<uint32_t> starts = LineStarts(text);
  files_.push_back({std::move(path), std::move(text), std::move(starts)});
  return FileId(files_.size() - 1);
}

std::string_view Files::text(Range range) const {
  if (!range.valid()) return {};
  const std::string_view all = file(range.file).text;
  const size_t begin = std::min<size_t>(range.begin, all.size());
  return all.substr(begin, range.end - begin);
}

LineColumn Files::Locate(FileId id, uint32_t offset) const {
  const File& f = file(id);
  const auto next =
      std::upper_bound(f.line_starts.begin(), f.line_starts.end(), offset);
  const size_t line = static_cast<size_t>(next - f.line_starts.begin());
  uint32_t column = 1;
  for (size_t i = f.line_starts[line - 1]; i < offset && i < f.text.size();
       ++i) {
    // Continuation bytes of UTF-8 do not start a column.
    column += (static_cast<uint8_t>(f.text[i]) & 0xC0) != 0x80;
  }
  return {static_cast<uint32_t>(line), column};
}

std::string_view Files::Line(FileId id, uint32_t line) const {
  const File& f = file(id);
  if (line == 0 || line > f.line_starts.size()) return {};
  const size_t begin = f.line_starts[line - 1];
  size_t end =
      line < f.line_starts.size() ? f.line_starts[line] - 1 : f.text.size();
  if (end > begin && f.text[end - 1] == '\r') --end;
  return std::string_view(f.text).substr(begin, end - begin);
}

}  // namespace polc::source
