// Membership in a regular language, straight from how it was written and with
// automata's reference matchers only: no automaton that native code runs is
// looked at here, which is what makes the comparison of the two mean something.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/automata/reference.h"
#include "compiler/automata/regex.h"
#include "compiler/eval/evaluator.h"
#include "compiler/support/check.h"

namespace polc::eval {
namespace {

using ir::Lang;
using ir::LangKind;

bool MatchesPattern(const Lang& lang, std::string_view text) {
  if (lang.kind == LangKind::kGlob && !lang.fold) {
    return automata::GlobMatches(lang.texts[0], text);
  }
  automata::PatternError error;
  const auto mode =
      lang.fold ? automata::CaseMode::kIgnoreCase : automata::CaseMode::kExact;
  const auto regex = lang.kind == LangKind::kGlob
                         ? automata::ParseGlob(lang.texts[0], mode, &error)
                         : automata::ParseRegex(lang.texts[0], mode, &error);
  POLC_CHECK(regex.has_value(), "a pattern that the validator refuses");
  return automata::RegexMatches(*regex, lang.kind == LangKind::kFinds, text);
}

// The kinds that hold texts as they stand, `ignoring case`: both sides folded.
bool MatchesFolded(const Lang& lang, std::string_view text) {
  const std::u32string whole = automata::FoldCase(text);
  return std::any_of(lang.texts.begin(), lang.texts.end(),
                     [&](const std::string& t) {
                       const std::u32string part = automata::FoldCase(t);
                       switch (lang.kind) {
                         case LangKind::kPrefix:
                           return whole.starts_with(part);
                         case LangKind::kSuffix:
                           return whole.ends_with(part);
                         case LangKind::kContains:
                           return whole.find(part) != std::u32string::npos;
                         default:
                           return whole == part;
                       }
                     });
}

bool IsPathUnder(const std::string& folder, std::string_view text) {
  const auto top = automata::ParsePath(folder);
  const auto path = automata::ParsePath(text);
  return top && path && path->size() >= top->size() &&
         std::equal(top->begin(), top->end(), path->begin());
}

bool InNetwork(const std::string& network, std::string_view text) {
  const auto cidr = automata::ParseCidr(network);
  const auto ip = automata::ParseIp(text);
  return cidr && ip && automata::Contains(*cidr, *ip);
}

class Membership {
 public:
  explicit Membership(const ir::Module& module) : module_(module) {}

  // Languages are a DAG too: each is asked once about each text.
  bool Holds(ir::LangId id, const std::string& text) {
    if (module_.lang(id).operands.empty())
      return Compute(module_.lang(id), text);
    const auto [entry, added] = known_.try_emplace({id.index, text}, false);
    if (added) {
      const bool holds = Compute(module_.lang(id), text);
      entry->second = holds;  // std::map's iterators stay good
    }
    return entry->second;
  }

 private:
  bool Compute(const Lang& lang, const std::string& text);
  bool OfUrl(const Lang& lang, const std::string& text);
  bool OfOperand(const Lang& lang, const std::string& text) {
    return Holds(lang.operands[0], text);
  }

  const ir::Module& module_;
  std::map<std::pair<int32_t, std::string>, bool> known_;
};

bool Membership::OfUrl(const Lang& lang, const std::string& text) {
  const auto url = automata::ParseUrl(text);
  if (!url) return false;
  switch (lang.kind) {
    case LangKind::kUrlScheme:
      return OfOperand(lang, url->scheme);
    case LangKind::kUrlHost:
      return OfOperand(lang, url->host);
    case LangKind::kUrlPath:
      return OfOperand(lang, url->path);
    case LangKind::kUrlQuery:
      return OfOperand(lang, url->query);
    case LangKind::kUrlPort:
      return url->port && static_cast<int64_t>(*url->port) >= lang.lo &&
             static_cast<int64_t>(*url->port) <= lang.hi;
    default:
      return true;
  }
}

bool Membership::Compute(const Lang& lang, const std::string& text) {
  auto holds = [&](ir::LangId id) { return Holds(id, text); };
  const std::string_view first =
      lang.texts.empty() ? std::string_view() : lang.texts[0];
  if (lang.fold && lang.kind != LangKind::kGlob &&
      lang.kind != LangKind::kMatches && lang.kind != LangKind::kFinds) {
    return MatchesFolded(lang, text);
  }
  switch (lang.kind) {
    case LangKind::kAny:
      return true;
    case LangKind::kSet:
      return std::find(lang.texts.begin(), lang.texts.end(), text) !=
             lang.texts.end();
    case LangKind::kGlob:
    case LangKind::kMatches:
    case LangKind::kFinds:
      return MatchesPattern(lang, text);
    case LangKind::kPrefix:
      return text.starts_with(first);
    case LangKind::kSuffix:
      return text.ends_with(first);
    case LangKind::kContains:
      return text.find(first) != std::string::npos;
    case LangKind::kPath:
      return automata::ParsePath(text).has_value();
    case LangKind::kPathSegment:
      return automata::IsPathSegment(text);
    case LangKind::kPathUnder:
      return IsPathUnder(lang.texts[0], text);
    case LangKind::kIp:
      return automata::ParseIp(text).has_value();
    case LangKind::kCidr:
      return InNetwork(lang.texts[0], text);
    case LangKind::kNot:
      return !holds(lang.operands[0]);
    case LangKind::kAnd:
      return std::all_of(lang.operands.begin(), lang.operands.end(), holds);
    case LangKind::kOr:
      return std::any_of(lang.operands.begin(), lang.operands.end(), holds);
    default:
      return OfUrl(lang, text);
  }
}

}  // namespace

bool InLanguage(const ir::Module& module, ir::LangId lang,
                std::string_view text) {
  return Membership(module).Holds(lang, std::string(text));
}

}  // namespace polc::eval
