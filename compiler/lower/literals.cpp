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

bool AcceptsPattern(const Lang& lang, std::string_view text) {
  automata::PatternError error;
  const auto mode =
      lang.fold ? automata::CaseMode::kIgnoreCase : automata::CaseMode::kExact;
  const auto regex = lang.kind == LangKind::kGlob
                         ? automata::ParseGlob(lang.texts[0], mode, &error)
                         : automata::ParseRegex(lang.texts[0], mode, &error);
  return regex &&
         automata::RegexMatches(*regex, lang.kind == LangKind::kFinds, text);
}

// The kinds that hold texts as they stand.
bool AcceptsTexts(const Lang& lang, std::string_view text) {
  if (lang.kind == LangKind::kSet && !lang.fold) {
    return std::binary_search(lang.texts.begin(), lang.texts.end(), text);
  }
  const auto test = [&](const auto& whole, const auto& part) {
    if (lang.kind == LangKind::kPrefix) return whole.starts_with(part);
    if (lang.kind == LangKind::kSuffix) return whole.ends_with(part);
    if (lang.kind == LangKind::kContains) return whole.find(part) != part.npos;
    return whole == part;
  };
  if (!lang.fold) return test(text, std::string_view(lang.texts[0]));
  const std::u32string folded = automata::FoldCase(text);
  return std::any_of(lang.texts.begin(), lang.texts.end(),
                     [&](const std::string& part) {
                       return test(folded, automata::FoldCase(part));
                     });
}

// A path of any length: the bound is the test's, not the language's.
bool AcceptsPath(const Lang& lang, std::string_view text) {
  const auto path = automata::ParsePath(text);
  if (!path || lang.kind == LangKind::kPath) return path.has_value();
  const auto directory = automata::ParsePath(lang.texts[0]);
  return directory && directory->size() <= path->size() &&
         std::equal(directory->begin(), directory->end(), path->begin());
}

bool AcceptsAddress(const Lang& lang, std::string_view text) {
  const auto ip = automata::ParseIp(text);
  if (!ip || lang.kind == LangKind::kIp) return ip.has_value();
  const auto cidr = automata::ParseCidr(lang.texts[0]);
  return cidr && automata::Contains(*cidr, *ip);
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
    case LangKind::kPrefix:
    case LangKind::kSuffix:
    case LangKind::kContains:
      return AcceptsTexts(lang, text);
    case LangKind::kGlob:
    case LangKind::kMatches:
    case LangKind::kFinds:
      return AcceptsPattern(lang, text);
    case LangKind::kPath:
    case LangKind::kPathUnder:
      return AcceptsPath(lang, text);
    case LangKind::kPathSegment:
      return automata::IsPathSegment(text);
    case LangKind::kIp:
    case LangKind::kCidr:
      return AcceptsAddress(lang, text);
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
