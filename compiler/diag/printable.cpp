#include "compiler/diag/printable.h"

#include <fmt/format.h>

#include "compiler/support/check.h"
#include "compiler/support/printable.h"
#include "compiler/support/utf8.h"

namespace polc::diag {

std::string Printable(std::string_view text) {
  std::string out;
  for (size_t pos = 0; pos < text.size();) {
    const size_t begin = pos;
    if (FindInvalidUtf8(text.substr(pos, 4)) == 0) {
      out += fmt::format("<{:02X}>", static_cast<uint8_t>(text[pos++]));
      continue;
    }
    const uint32_t c = DecodeUtf8(text, &pos);
    if (IsUnprintable(c)) {
      out += fmt::format("<U+{:04X}>", c);
    } else {
      out += text.substr(begin, pos - begin);
    }
  }
  return out;
}

std::string DecidedWords(const Decided& decided) {
  if (decided.by == "rule") {
    return fmt::format("{} by rule `{}`", decided.effect, decided.rule);
  }
  return fmt::format("{} by {}{}{}", decided.effect, decided.by,
                     decided.reason.empty() ? "" : ": ", decided.reason);
}

const char* ServiceLevel(Severity severity, const char* note) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
    case Severity::kUnknown:
      return "warning";
    case Severity::kNote:
      return note;
  }
  POLC_UNREACHABLE("severity");
}

}  // namespace polc::diag
