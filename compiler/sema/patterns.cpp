// A pattern's error is at a byte of the string's value; the caret belongs at
// the byte of the source, so escapes are walked once more.
#include "compiler/sema/patterns.h"

#include <fmt/format.h>

#include "compiler/automata/path.h"
#include "compiler/automata/reference.h"
#include "compiler/automata/regex.h"
#include "compiler/support/utf8.h"

namespace polc::sema {
namespace {

using diag::Kind;

// Bytes of the escape at source[at] ("\n", "\u00e9", a pair of surrogates) and
// of the text it stands for.
struct Escape {
  size_t source = 1;
  size_t value = 1;
};

uint32_t Hex4(std::string_view digits) {
  uint32_t out = 0;
  for (const char c : digits.substr(0, 4)) {
    const auto low = static_cast<uint32_t>(c | 0x20);
    out = out * 16 + (low >= 'a' ? low - 'a' + 10 : low - '0');
  }
  return out;
}

Escape EscapeAt(std::string_view source, size_t at) {
  if (source[at] != '\\') return {};
  if (at + 6 > source.size() || source[at + 1] != 'u') return {2, 1};
  const uint32_t unit = Hex4(source.substr(at + 2));
  if (unit >= 0xD800 && unit < 0xDC00) return {12, 4};
  std::string encoded;
  AppendUtf8(unit, &encoded);
  return {6, encoded.size()};
}

// The place in the source of byte `offset` of a string literal's value.
source::Range InLiteral(const Context& context, source::Range literal,
                        size_t offset) {
  const std::string_view source = context.files().text(literal);
  size_t at = 1;
  if (source.starts_with("r")) {
    at = 2 + offset;
  } else if (source.starts_with("\"")) {
    for (size_t value = 0; value < offset && at < source.size();) {
      const Escape escape = EscapeAt(source, at);
      at += escape.source;
      value += escape.value;
    }
  } else {
    at = offset;
  }
  if (at >= source.size()) return literal;
  source::Range out = literal;
  out.begin += static_cast<uint32_t>(at);
  out.end = std::min(out.end, out.begin + 1);
  return out;
}

automata::CaseMode ModeOf(bool fold) {
  return fold ? automata::CaseMode::kIgnoreCase : automata::CaseMode::kExact;
}

bool Refuse(Context* context, std::string_view what, std::string_view pattern,
            source::Range literal, const automata::PatternError& error) {
  context->Report(Kind::kPatternProblem,
                  InLiteral(*context, literal, error.offset),
                  fmt::format("{} `{}`: {}", what, pattern, error.message));
  return false;
}

}  // namespace

bool CheckGlobText(Context* context, const ast::Name& pattern, bool fold) {
  automata::PatternError error;
  if (automata::ParseGlob(pattern.text, ModeOf(fold), &error)) return true;
  return Refuse(context, "in the pattern", pattern.text, pattern.range, error);
}

bool CheckGlob(Context* context, const ast::Expr& pattern, bool fold) {
  return CheckGlobText(context, {pattern.text, pattern.range}, fold);
}

bool CheckRegex(Context* context, const ast::Expr& pattern, bool fold) {
  automata::PatternError error;
  if (automata::ParseRegex(pattern.text, ModeOf(fold), &error)) return true;
  return Refuse(context, "in the expression", pattern.text, pattern.range,
                error);
}

bool CheckAddress(Context* context, const ast::Name& address) {
  if (automata::ParseIp(address.text)) return true;
  context
      ->Report(
          Kind::kPatternProblem, address.range,
          fmt::format("`{}` is no address that `ip` accepts", address.text))
      .Help(
          "write `10.0.0.1` without leading zeros, or an IPv6 address in its "
          "shortest form, lower case");
  return false;
}

bool CheckNetwork(Context* context, const ast::Expr& network) {
  if (automata::ParseCidr(network.text)) return true;
  context
      ->Report(Kind::kPatternProblem, network.range,
               fmt::format("`{}` is no network", network.text))
      .Help(
          "write an address in its shortest form, `/` and the number of its "
          "leading bits, all other bits zero: `10.0.0.0/8`");
  return false;
}

bool CheckDirectory(Context* context, const ast::Expr& directory) {
  if (automata::ParsePath(directory.text)) return true;
  context
      ->Report(Kind::kPatternProblem, directory.range,
               fmt::format("`{}` is no directory that a path can be under",
                           directory.text))
      .Help("write an absolute path without `..`, `\\` and `%`");
  return false;
}

}  // namespace polc::sema
