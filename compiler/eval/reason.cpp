// Reasons go to people and to agents, and hold text that an agent chose: what
// is interpolated is bounded, escaped and, if a rule redacts it, left out.
#include "compiler/eval/reason.h"

#include <algorithm>

#include "compiler/support/printable.h"
#include "compiler/support/utf8.h"

namespace polc::eval {
namespace {

using ir::Kind;

constexpr size_t kShownCodePoints = 120;

std::string ValueText(const Read& read) {
  switch (read.kind) {
    case Kind::kMissing:
    case Kind::kNull:
    case Kind::kBad:
      return "(absent)";
    case Kind::kBool:
      return read.value->boolean ? "true" : "false";
    case Kind::kNumber:
      return NumberText(read.value->number);
    case Kind::kBigInt:
      return "(number)";
    case Kind::kString:
      return Escaped(read.value->text);
    case Kind::kList:
      return "(list)";
    case Kind::kObject:
      return "(object)";
  }
  return "";
}

bool Overlap(const ir::Field& a, const ir::Field& b) {
  const size_t n = std::min(a.steps.size(), b.steps.size());
  return a.root == b.root &&
         std::equal(a.steps.begin(), a.steps.begin() + static_cast<long>(n),
                    b.steps.begin());
}

}  // namespace

std::string Escaped(std::string_view text) {
  std::string out;
  size_t pos = 0;
  for (size_t shown = 0; pos < text.size(); ++shown) {
    if (shown == kShownCodePoints) return out + "\u2026";
    const uint32_t c = DecodeUtf8(text, &pos);
    if (c == '\\') {
      out += "\\\\";
    } else {
      AppendShown(c, &out);
    }
  }
  return out;
}

std::string WrittenReason(const ir::Module& module, const Evaluator& evaluator,
                          const ir::Rule& rule,
                          const std::vector<ir::FieldId>& redacted) {
  std::string out;
  for (const ir::TextPart& part : rule.reason) {
    if (!part.field.valid()) {
      out += part.literal;
      continue;
    }
    const bool hidden =
        std::any_of(redacted.begin(), redacted.end(), [&](ir::FieldId id) {
          return Overlap(module.field(id), module.field(part.field));
        });
    out += hidden ? "(redacted)" : ValueText(evaluator.Find(part.field));
  }
  return out;
}

std::string ErrorReason(const ir::Module& module, std::string_view what,
                        std::string_view name, ir::FieldId field) {
  std::string out(what);
  out += " `" + std::string(name) + "` could not be decided";
  if (!field.valid()) return out;
  return out + ": `" + ir::FieldName(module.field(field)) +
         "` is missing or of the wrong type";
}

}  // namespace polc::eval
