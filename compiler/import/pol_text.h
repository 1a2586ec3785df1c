// Writing Pol: the few spellings that every importer needs.
#ifndef POLC_COMPILER_IMPORT_POL_TEXT_H_
#define POLC_COMPILER_IMPORT_POL_TEXT_H_

#include <set>
#include <string>
#include <string_view>

namespace polc::import {

/// `"text"` with the language's escapes.
std::string Quoted(std::string_view text);

/// As Quoted, for a pattern that matches exactly `text`.
std::string QuotedLiteralPattern(std::string_view text);

/// `args.a["odd key"]` from `args.a.odd key`; nullopt-like empty result if the
/// path does not begin with `args.`.
std::string PathText(std::string_view dotted);

/// Gives out names: letters, digits and `_`, each one once.
class Names {
 public:
  /// `prefix` and then what can be kept of `wanted`.
  std::string Make(std::string_view prefix, std::string_view wanted);

 private:
  std::set<std::string> taken_;
};

}  // namespace polc::import

#endif  // POLC_COMPILER_IMPORT_POL_TEXT_H_
