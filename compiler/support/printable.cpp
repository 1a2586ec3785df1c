#include "compiler/support/printable.h"

#include <cstdio>

#include "compiler/support/utf8.h"

namespace polc {

bool IsUnprintable(uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

void AppendShown(uint32_t code_point, std::string* out) {
  if (!IsUnprintable(code_point)) return AppendUtf8(code_point, out);
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "\\u{%x}",
                static_cast<unsigned>(code_point));
  *out += buffer;
}

}  // namespace polc
