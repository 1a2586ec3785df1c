// From JSON Schema to the keywords that polc enforces exactly. Private to the
// room: include it in .cpp files only (it names simdjson's types).
#ifndef POLC_COMPILER_CATALOG_SCHEMA_READER_H_
#define POLC_COMPILER_CATALOG_SCHEMA_READER_H_

#include <memory>
#include <string>
#include <vector>

#include "compiler/catalog/catalog.h"
#include "compiler/support/result.h"

namespace simdjson::dom {
class element;
}

namespace polc::catalog {

/// `ignored` receives, once each, the keywords that are not enforced, as
/// "args.x: format". The error says what no JSON Schema may look like.
Result<std::shared_ptr<const Schema>> ReadSchema(
    const simdjson::dom::element& input, std::vector<std::string>* ignored);

}  // namespace polc::catalog

#endif  // POLC_COMPILER_CATALOG_SCHEMA_READER_H_
