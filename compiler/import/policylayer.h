// PolicyLayer's hosted `policy.json`, version 1, and the YAML that its web
// site shows.
#ifndef POLC_COMPILER_IMPORT_POLICYLAYER_H_
#define POLC_COMPILER_IMPORT_POLICYLAYER_H_

#include <optional>
#include <string_view>

#include "compiler/import/document.h"
#include "compiler/import/plan.h"
#include "compiler/import/reader.h"

namespace polc::import {

/// What its documentation does not define (an unknown key, operator, window
/// or scope) is an error with its place; then nothing is returned.
std::optional<Plan> ReadPolicyLayer(const Document& document, Reader* reader);

/// No program reads the web site's YAML, so what it leaves open is read
/// strictly: tools that are not named are denied.
std::optional<Plan> ReadWebsite(std::string_view text, const Document& document,
                                Reader* reader);

/// Whether a rule of the file is one that only the web site writes.
bool IsWebsite(const Node& root);

}  // namespace polc::import

#endif  // POLC_COMPILER_IMPORT_POLICYLAYER_H_
