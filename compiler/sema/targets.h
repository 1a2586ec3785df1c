// Targets: which requests a rule is about, by name.
#ifndef POLC_COMPILER_SEMA_TARGETS_H_
#define POLC_COMPILER_SEMA_TARGETS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/sema/context.h"

namespace polc::sema {

/// Reports unknown classes, names that no tool can have, patterns that do not
/// parse and resource directories that are none.
bool CheckTarget(Context* context, size_t file, const ast::Target& target);

/// Reports classes that hold themselves.
void CheckClassCycles(Context* context);

/// Whether a valid pattern selects the tool `name`. Quick where a catalog's
/// thousands of tools meet thousands of rules that name another.
bool MatchesName(std::string_view pattern, std::string_view name);
/// True if `*` or `?` stands in `pattern` unescaped.
bool HasWildcard(std::string_view pattern);
/// A pattern without wildcards as the name it means.
std::string Unescape(std::string_view pattern);

/// `resource under "file:///srv"`: the scheme (lower case), what stands between
/// `//` and the path, and the path's segments.
struct ResourceRoot {
  std::string scheme;
  std::string authority;
  std::vector<std::string> directory;
};
/// Empty unless `uri` is a scheme, `://`, an authority or none, and no path or
/// an absolute one that path() takes.
std::optional<ResourceRoot> ParseResourceRoot(std::string_view uri);

/// Those of `tools` that requests of `target` can name; conditions of class
/// members are not looked at.
std::vector<const catalog::Tool*> SelectTools(
    const Program& program, size_t file, const ast::Target& target,
    const std::vector<const catalog::Tool*>& tools);

}  // namespace polc::sema

#endif  // POLC_COMPILER_SEMA_TARGETS_H_
