// Reasons: text with values of the request in between.
#include "compiler/lower/lowering.h"
#include "compiler/sema/reason.h"
#include "compiler/support/check.h"

namespace polc::lower {

std::vector<ir::TextPart> LowerReason(Lowering* lowering,
                                      const std::optional<ast::Name>& reason) {
  std::vector<ir::TextPart> out;
  if (!reason) return out;
  sema::ReasonError error;
  const auto parts = sema::ParseReason(*reason, &error);
  POLC_CHECK(parts.has_value(), "a reason was not checked");
  for (const sema::ReasonPart& part : *parts) {
    ir::TextPart text;
    text.literal = part.literal;
    if (part.path) text.field = FieldOf(lowering, *part.path);
    out.push_back(std::move(text));
  }
  return out;
}

}  // namespace polc::lower
