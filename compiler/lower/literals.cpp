// The reference definitions of compiler/automata, not its automata: a literal
// is tested once and short, so there is nothing to be gained by a table.
#include "compiler/lower/literals.h"

#include <algorithm>

#include "compiler/automata/path.h"
#include "compiler/automata/reference.h"
#include "compiler/automata/regex.h"

namespace polc::lower {
namespace {

using ir::Lang;
using ir::LangKind;

bool AcceptsRegex(const Lang& lang, std::string_view text) {
  automata::PatternError error;
  const auto regex =
      automata::ParseRegex(lang.texts[0], automata::CaseMode::kExact, &error);
  return regex &&
         automata::RegexMatches(*regex, lang.kind == LangKind::kFinds, text);
}

// A path of any length: the bound is the test's, not the language's.
bool AcceptsPath(const Lang& lang, std::string_view text) {
  const auto path = automata::ParsePath(text);
  if (!path || lang.kind == LangKind::kPath) return path.has_value();
  const auto directory = automata::ParsePath(lang.texts[0]);
  return directory && directory->size() <= path->size() &&
         std::equal(directory->begin(), directory->end(), path->begin());
}

bool AcceptsUrl(const ir::Module& module, const Lang& lang,
                std::string_view text) {
  const auto url = automata::ParseUrl(text);
  if (!url) return false;
  switch (lang.kind) {
    case LangKind::kUrlScheme:
      return Accepts(module, lang.operands[0], url->scheme);
    case LangKind::kUrlHost:
      return Accepts(module, lang.operands[0], url->host);
    case LangKind::kUrlPath:
      return Accepts(module, lang.operands[0], url->path);
    case LangKind::kUrlQuery:
      return Accepts(module, lang.operands[0], url->query);
    case LangKind::kUrlPort:
      return url->port && static_cast<int64_t>(*url->port) >= lang.lo &&
             static_cast<int64_t>(*url->port) <= lang.hi;
    default:
      return true;
  }
}

}  // namespace

bool Accepts(const ir::Module& module, ir::LangId language,
             std::string_view text) {
  const Lang& lang = module.lang(language);
  const auto operand = [&](ir::LangId id) { return Accepts(module, id, text); };
  switch (lang.kind) {
    case LangKind::kAny:
      return true;
    case LangKind::kSet:
      return std::binary_search(lang.texts.begin(), lang.texts.end(), text);
    case LangKind::kGlob:
      return automata::GlobMatches(lang.texts[0], text);
    case LangKind::kMatches:
    case LangKind::kFinds:
      return AcceptsRegex(lang, text);
    case LangKind::kPrefix:
      return text.starts_with(lang.texts[0]);
    case LangKind::kSuffix:
      return text.ends_with(lang.texts[0]);
    case LangKind::kContains:
      return text.find(lang.texts[0]) != std::string_view::npos;
    case LangKind::kPath:
    case LangKind::kPathUnder:
      return AcceptsPath(lang, text);
    case LangKind::kNot:
      return !operand(lang.operands[0]);
    case LangKind::kAnd:
      return std::all_of(lang.operands.begin(), lang.operands.end(), operand);
    case LangKind::kOr:
      return std::any_of(lang.operands.begin(), lang.operands.end(), operand);
    default:
      return AcceptsUrl(module, lang, text);
  }
}

ir::Verdict TestText(const ir::Module& module, const ir::Test& test,
                     std::string_view text) {
  if (test.max_bytes != 0 && text.size() > test.max_bytes) {
    return ir::Verdict::kError;
  }
  if (test.domain.valid() && !Accepts(module, test.domain, text)) {
    return ir::Verdict::kError;
  }
  return Accepts(module, test.language, text) ? ir::Verdict::kTrue
                                              : ir::Verdict::kFalse;
}

bool InIntervals(const std::vector<ir::Interval>& intervals, double number) {
  return std::any_of(intervals.begin(), intervals.end(),
                     [&](const ir::Interval& interval) {
                       return (interval.lo_open ? number > interval.lo
                                                : number >= interval.lo) &&
                              (interval.hi_open ? number < interval.hi
                                                : number <= interval.hi);
                     });
}

}  // namespace polc::lower
