#include "tools/polc/doc/context.h"

#include <fmt/format.h>

#include <filesystem>

namespace polc::tool::doc {
namespace {

namespace fs = std::filesystem;

// The user's text that a text made by polc came from.
source::Range UsersRange(const driver::PolicySet& set, source::Range range) {
  source::Range best = range;
  uint32_t size = 0;
  for (const driver::Origin& origin : set.origins) {
    const bool holds = origin.made.file == range.file &&
                       origin.made.begin <= range.begin &&
                       range.end <= origin.made.end;
    const uint32_t length = origin.made.end - origin.made.begin;
    if (!holds || (size != 0 && length >= size)) continue;
    best = origin.user;
    size = length;
  }
  return best;
}

}  // namespace

Inline Context::SourceLink(std::string text, size_t file,
                           source::Range range) const {
  const bool library = !program().files[file].module_path.empty();
  if (library || !range.valid()) return Code(std::move(text));
  range = UsersRange(*session_.set, range);
  std::string path = files().file(range.file).path;
  std::error_code error;
  if (output_ != "-") {
    const fs::path folder = fs::absolute(output_, error).parent_path();
    const fs::path relative =
        fs::absolute(path, error)
            .lexically_normal()
            .lexically_relative(folder.lexically_normal());
    if (!relative.empty()) path = relative.string();
  }
  return Link(std::move(text),
              fmt::format("{}#L{}", path,
                          files().Locate(range.file, range.begin).line));
}

}  // namespace polc::tool::doc
