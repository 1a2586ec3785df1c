// What a tool's input schema says about one argument.
#ifndef POLC_COMPILER_SEMA_SCHEMA_LOOKUP_H_
#define POLC_COMPILER_SEMA_SCHEMA_LOOKUP_H_

#include <string>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/catalog/catalog.h"
#include "compiler/sema/constants.h"

namespace polc::sema {

/// Where the steps of a path lead in a schema.
struct Argument {
  /// One of them holds for the value; empty if `free` or `unknown`.
  std::vector<const catalog::Schema*> schemas;
  /// The schema says nothing about it: anything may be there.
  bool free = false;
  /// The schema lists what is there, and this is not.
  bool unknown = false;
  size_t unknown_step = 0;         // of the path's steps
  std::vector<std::string> known;  // names that are there instead
  /// It may be missing or null where its parent is there.
  bool optional = false;
};
Argument FindArgument(const catalog::Schema& input,
                      const std::vector<ast::Step>& steps);

/// Whether some value that the schema accepts can be `value`, of `type`
/// (kBool, kNumber, kString, kList, kObject), or a number from `lo` to `hi`.
/// Patterns and `not` are not looked at: they only make it fewer.
bool CanBe(const catalog::Schema& schema, const Constant& value);
bool CanBeOf(const catalog::Schema& schema, ast::Type type);
struct Bounds {
  double lo;
  double hi;
  bool open;  // both ends excluded
};
bool CanBeWithin(const catalog::Schema& schema, const Bounds& bounds);

/// "one of \"a\", \"b\"", "an integer from 1 to 65535", ...
std::string Describe(const std::vector<const catalog::Schema*>& schemas);

/// The strings among the values of enum and const.
std::vector<std::string> StringValues(
    const std::vector<const catalog::Schema*>& schemas);

}  // namespace polc::sema

#endif  // POLC_COMPILER_SEMA_SCHEMA_LOOKUP_H_
