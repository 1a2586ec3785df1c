// From languages as written to automata, operands first. A set that is larger
// than any pattern may be is fine; what is made of it may grow as it does.
#include "compiler/ir/languages.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compiler/automata/ip.h"
#include "compiler/automata/path.h"
#include "compiler/automata/regex.h"
#include "compiler/automata/url.h"
#include "compiler/support/check.h"
#include "compiler/support/limits.h"
#include "compiler/support/utf8.h"

namespace polc::ir {
namespace {

using automata::CaseMode;
using automata::Dfa;
using automata::Regex;

// A set ignoring case is made from a syntax tree with a node a letter.
constexpr size_t kMaxFoldedBytes = 1u << 20;

Result<Dfa> OfPattern(const Lang& lang) {
  automata::PatternError error;
  const auto mode = lang.fold ? CaseMode::kIgnoreCase : CaseMode::kExact;
  const auto regex = lang.kind == LangKind::kGlob
                         ? automata::ParseGlob(lang.texts[0], mode, &error)
                         : automata::ParseRegex(lang.texts[0], mode, &error);
  if (!regex) return Error{error.message};
  return automata::FromRegex(*regex, lang.kind == LangKind::kFinds
                                         ? automata::MatchMode::kAnywhere
                                         : automata::MatchMode::kWhole);
}

// Texts whose letters stand for all their cases.
Result<Dfa> OfFolded(const Lang& lang) {
  size_t bytes = 0;
  std::vector<Regex> texts;
  for (const std::string& text : lang.texts) {
    bytes += text.size();
    if (bytes > kMaxFoldedBytes) {
      return Error{"set of strings ignoring case is longer than a megabyte"};
    }
    texts.push_back(automata::LiteralRegex(text, CaseMode::kIgnoreCase));
  }
  Regex all = automata::Alternate(std::move(texts));
  switch (lang.kind) {
    case LangKind::kSet:
      return automata::FromRegex(all, automata::MatchMode::kWhole,
                                 automata::kMaxStringSetStates);
    case LangKind::kPrefix:
      return automata::FromRegex(
          automata::Concat({std::move(all), automata::AnyText()}),
          automata::MatchMode::kWhole);
    case LangKind::kSuffix:
      return automata::FromRegex(
          automata::Concat({automata::AnyText(), std::move(all)}),
          automata::MatchMode::kWhole);
    default:
      return automata::FromRegex(all, automata::MatchMode::kAnywhere);
  }
}

Result<Dfa> OfTexts(const Lang& lang) {
  if (lang.fold) return OfFolded(lang);
  switch (lang.kind) {
    case LangKind::kSet:
      return automata::FromStrings(lang.texts);
    case LangKind::kPrefix:
      return automata::Prefix(lang.texts[0]);
    case LangKind::kSuffix:
      return automata::Suffix(lang.texts[0]);
    default:
      return automata::Contains(lang.texts[0]);
  }
}

Result<Dfa> OfAll(const Lang& lang, const std::vector<const Dfa*>& operands,
                  size_t bound) {
  if (lang.kind == LangKind::kOr) return automata::UnionAll(operands, bound);
  Dfa all = *operands[0];
  for (size_t i = 1; i < operands.size(); ++i) {
    Result<Dfa> both = automata::Intersect(all, *operands[i], bound);
    if (!both) return both;
    all = std::move(*both);
  }
  return all;
}

Result<Dfa> OfOperands(const Lang& lang,
                       const std::vector<const Dfa*>& operands) {
  size_t states = 0;
  for (const Dfa* operand : operands) states += operand->num_states();
  const size_t bound = std::max(kLimits.dfa_states, 4 * states);
  switch (lang.kind) {
    case LangKind::kUrlScheme:
      return automata::UrlScheme(*operands[0], bound);
    case LangKind::kUrlHost:
      return automata::UrlHost(*operands[0], bound);
    case LangKind::kUrlPath:
      return automata::UrlPath(*operands[0], bound);
    case LangKind::kUrlQuery:
      return automata::UrlQuery(*operands[0], bound);
    case LangKind::kNot:
      return automata::Complement(*operands[0]);
    default:
      return OfAll(lang, operands, bound);
  }
}

// For an error: "glob `prod-*`".
std::string Describe(const Lang& lang) {
  std::string out(LangKindName(lang.kind));
  if (!lang.texts.empty()) out += " `" + lang.texts[0] + "`";
  return out;
}

// The automaton of a language whose operands are made.
Result<Dfa> MakeDfa(const Lang& lang, const std::vector<const Dfa*>& operands) {
  switch (lang.kind) {
    case LangKind::kAny:
      return automata::AnyString();
    case LangKind::kSet:
    case LangKind::kPrefix:
    case LangKind::kSuffix:
    case LangKind::kContains:
      return OfTexts(lang);
    case LangKind::kGlob:
    case LangKind::kMatches:
    case LangKind::kFinds:
      return OfPattern(lang);
    case LangKind::kPath:
      return automata::ValidPath();
    case LangKind::kPathSegment:
      return automata::PathSegment();
    case LangKind::kPathUnder:
      return automata::PathUnder(lang.texts[0]);
    case LangKind::kUrl:
      return automata::ValidUrl();
    case LangKind::kIp:
      return automata::AnyIp();
    case LangKind::kCidr:
      return automata::InCidr(lang.texts[0]);
    case LangKind::kUrlPort:
      return automata::UrlPort(static_cast<uint32_t>(lang.lo),
                               static_cast<uint32_t>(lang.hi));
    default:
      return OfOperands(lang, operands);
  }
}

// True if the language is seen to have few states without making it.
bool IsSmall(const Lang& lang) {
  constexpr size_t kFewBytes = 1024;
  if (lang.fold ||
      (lang.kind != LangKind::kSet && lang.kind != LangKind::kPrefix)) {
    return false;
  }
  size_t bytes = 0;
  for (const std::string& text : lang.texts) {
    bytes += text.size();
    if (bytes > kFewBytes) return false;
    if (FindInvalidUtf8(text) != std::string_view::npos) return false;
  }
  return true;
}

}  // namespace

// What is made is found without a lock.
struct Languages::Shelf {
  explicit Shelf(const Module& module)
      : langs(module.langs), made(module.langs.size()) {}
  ~Shelf() {
    for (const auto& dfa : made) delete dfa.load();
  }
  Shelf(const Shelf&) = delete;
  Shelf& operator=(const Shelf&) = delete;

  // `lock` is held, or nobody else knows the shelf yet.
  Result<const Dfa*> Make(LangId id) {
    if (const Dfa* known = made[id.value()]) return known;
    const Lang& lang = langs[id.value()];
    std::vector<const Dfa*> operands;
    for (const LangId operand : lang.operands) {
      Result<const Dfa*> one = Make(operand);
      if (!one) return one;
      operands.push_back(*one);
    }
    Result<Dfa> dfa = MakeDfa(lang, operands);
    if (!dfa) return dfa.error();
    const Dfa* out = new Dfa(std::move(*dfa));
    made[id.value()] = out;
    return out;
  }

  std::span<const Lang> langs;
  std::vector<std::atomic<const Dfa*>> made;
  std::mutex lock;
};

Languages::Languages(const Module& module)
    : shelf_(std::make_shared<Shelf>(module)) {}

const Dfa& Languages::dfa(LangId id) const {
  const size_t own = shelf_->langs.size();
  if (id.value() >= own) return *added_[id.value() - own];
  if (const Dfa* known = shelf_->made[id.value()]) return *known;
  const std::lock_guard lock(shelf_->lock);
  const Result<const Dfa*> made = shelf_->Make(id);
  POLC_CHECK(made.has_value(), "a language that was small enough");
  return **made;
}

Result<Languages> Languages::Make(const Module& module, LangId* failed,
                                  LanguageMemory* memory) {
  Languages languages(module);
  std::vector<Digest> digests;
  if (memory != nullptr) {
    digests = LangDigestsOf(module, memory->seed_);
    if (memory->fine_.size() > 4 * digests.size()) memory->fine_.clear();
    languages.seed_ = memory->seed_;
  }
  for (size_t i = 0; i < module.langs.size(); ++i) {
    if (IsSmall(module.langs[i])) continue;
    if (memory != nullptr && memory->fine_.contains(digests[i])) continue;
    const Result<const Dfa*> dfa = languages.shelf_->Make(LangId(i));
    if (!dfa) {
      if (failed != nullptr) *failed = LangId(i);
      return Error{Describe(module.langs[i]) + ": " + dfa.error().message};
    }
    if (memory != nullptr) memory->fine_.insert(digests[i]);
  }
  if (memory != nullptr) {
    languages.digests_ =
        std::make_shared<const std::vector<Digest>>(std::move(digests));
  }
  return languages;
}

std::vector<Digest> Languages::Digests(const Module& module,
                                       uint64_t seed) const {
  const bool is_known = digests_ != nullptr && seed_ == seed &&
                        digests_->size() == module.langs.size();
  return is_known ? *digests_ : LangDigestsOf(module, seed);
}

}  // namespace polc::ir
