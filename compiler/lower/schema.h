// JSON Schema as conditions: what a tool's input schema accepts is said in the
// same terms as what a rule matches, so that all three engines enforce and
// reason about it without knowing that schemas exist.
#ifndef POLC_COMPILER_LOWER_SCHEMA_H_
#define POLC_COMPILER_LOWER_SCHEMA_H_

#include <string>
#include <vector>

#include "compiler/catalog/catalog.h"
#include "compiler/ir/builder.h"

namespace polc::lower {

/// The demands of `tool`'s schema, one for each property and keyword, in the
/// order of the schema. A pattern that is no regular expression of the
/// language is left out and named in `ignored`, if given.
std::vector<ir::Demand> LowerSchema(
    ir::Builder* builder, const catalog::Tool& tool,
    std::vector<std::string>* ignored = nullptr);

}  // namespace polc::lower

#endif  // POLC_COMPILER_LOWER_SCHEMA_H_
