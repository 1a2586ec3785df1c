#include "verifier/encode/facts.h"

#include <algorithm>

#include "compiler/automata/path.h"
#include "compiler/automata/url.h"
#include "compiler/automata/witness.h"
#include "compiler/support/utf8.h"

namespace polc::verifier {
namespace {

// An automaton for a length has some eight states a code point; a longer one
// is cheaper to check on the witness than to carry through products.
constexpr size_t kLengthStates = 100'000;
// Of a product that is walked before anything else is tried.
constexpr size_t kFewStates = 2000;
constexpr uint64_t kMaxLength = kLengthStates / 10;
// States above which two automata are not multiplied ahead of need.
constexpr size_t kEagerStates = 5'000;
constexpr size_t kMaxSeen = 500;
// A set of so few is looked through.
constexpr size_t kFewMembers = 8;
// A folder has at most 4,096 bytes, with a few states each.
constexpr size_t kFolderStates = 100'000;

}  // namespace

Facts::Facts(const ir::Module& module, const ir::Languages& languages)
    : module_(module) {
  entries_.reserve(module.langs.size() + 64);
  for (size_t i = 0; i < module.langs.size(); ++i) {
    Add({.dfa = &languages.dfa(ir::LangId(i))});
  }
}

LangNo Facts::Add(Entry entry) {
  entries_.push_back(std::move(entry));
  return static_cast<LangNo>(entries_.size() - 1);
}

LangNo Facts::AddDfa(Result<automata::Dfa> dfa, uint64_t lo, uint64_t hi) {
  if (!dfa) return Add({.lo = lo, .hi = hi});
  own_.push_back(std::move(*dfa));
  return Add({.dfa = &own_.back()});
}

LangNo Facts::Length(uint64_t lo, uint64_t hi) {
  const auto [it, is_new] = lengths_.try_emplace({lo, hi}, 0);
  if (!is_new) return it->second;
  const bool open = hi == std::numeric_limits<uint64_t>::max();
  if (lo > kMaxLength || (!open && hi > kMaxLength)) {
    return it->second = Add({.lo = lo, .hi = hi});
  }
  return it->second =
             AddDfa(automata::LengthBetween(
                        lo, open ? std::nullopt : std::optional<size_t>(hi),
                        kLengthStates),
                    lo, hi);
}

LangNo Facts::Strings(std::vector<std::string> members) {
  std::sort(members.begin(), members.end());
  const auto [it, is_new] = strings_.try_emplace(members, 0);
  if (!is_new) return it->second;
  auto dfa = automata::FromStrings(members);
  POLC_CHECK(dfa.has_value(), "a set of names without automaton");
  return it->second = AddDfa(std::move(dfa), 0, 0);
}

LangNo Facts::ToolNames() {
  if (tool_names_) return *tool_names_;
  automata::PatternError error;
  const auto regex = automata::ParseRegex("[A-Za-z0-9_.-]{1,128}",
                                          automata::CaseMode::kExact, &error);
  POLC_CHECK(regex.has_value(), "the pattern of tool names");
  auto dfa = automata::FromRegex(*regex, automata::MatchMode::kWhole);
  POLC_CHECK(dfa.has_value(), "the automaton of tool names");
  tool_names_ = AddDfa(std::move(dfa), 0, 0);
  return *tool_names_;
}

LangNo Facts::Paths() {
  if (!paths_) paths_ = Add({.dfa = &automata::ValidPath()});
  return *paths_;
}

LangNo Facts::Segments() {
  if (!segments_) segments_ = Add({.dfa = &automata::PathSegment()});
  return *segments_;
}

LangNo Facts::Urls() {
  if (!urls_) urls_ = Add({.dfa = &automata::ValidUrl()});
  return *urls_;
}

LangNo Facts::PortBetween(uint32_t lo, uint32_t hi) {
  const auto [it, is_new] = ports_.try_emplace({lo, hi}, 0);
  if (!is_new) return it->second;
  auto dfa = automata::UrlPort(lo, hi);
  POLC_CHECK(dfa.has_value(), "a port without automaton");
  return it->second = AddDfa(std::move(dfa), 0, 0);
}

LangNo Facts::Instants() {
  if (instants_) return *instants_;
  // Leap years end in 04, 08, ..., 96, or are a multiple of 400.
  const std::string leap =
      "(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])"
      "|(?:[02468][048]|[13579][26])00)-02-29";
  const std::string date =
      "(?:\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])"
      "|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))|" +
      leap + ")";
  const std::string clock = "(?:[01]\\d|2[0-3]):[0-5]\\d";
  automata::PatternError error;
  const auto regex = automata::ParseRegex(
      date + "[Tt]" + clock + ":[0-5]\\d(?:\\.\\d{1,9})?(?:[Zz]|[+-]" + clock +
          ")",
      automata::CaseMode::kExact, &error);
  POLC_CHECK(regex.has_value(), "the pattern of instants: " + error.message);
  auto dfa = automata::FromRegex(*regex, automata::MatchMode::kWhole);
  POLC_CHECK(dfa.has_value(), "the automaton of instants");
  instants_ = AddDfa(std::move(dfa), 0, 0);
  return *instants_;
}

LangNo Facts::Under(const std::string& folder) {
  const auto [it, is_new] = under_.try_emplace(folder, 0);
  if (!is_new) return it->second;
  auto dfa = automata::PathUnder(folder, kFolderStates);
  POLC_CHECK(dfa.has_value(), "a folder without automaton");
  return it->second = AddDfa(std::move(dfa), 0, 0);
}

bool Facts::Contains(LangNo lang, std::string_view text) {
  Entry& entry = entries_[lang];
  if (entry.dfa == nullptr) {
    const size_t length = CountCodePoints(text);
    return entry.lo <= length && length <= entry.hi;
  }
  const std::vector<std::string>* members = Members(lang);
  if (members != nullptr && members->size() <= kFewMembers) {
    return std::find(members->begin(), members->end(), text) != members->end();
  }
  const auto [it, is_new] = entry.contains.try_emplace(std::string(text));
  if (is_new) it->second = automata::Matches(*entry.dfa, text);
  return it->second;
}

bool Facts::IsEmpty(LangNo lang) {
  Entry& entry = entries_[lang];
  if (entry.dfa == nullptr) return entry.lo > entry.hi;
  if (!entry.empty) {
    entry.empty = automata::AreDisjoint(*entry.dfa, automata::NulFree());
  }
  return *entry.empty;
}

bool Facts::IsUniversal(LangNo lang) {
  Entry& entry = entries_[lang];
  if (entry.dfa == nullptr) return false;
  if (!entry.universal) {
    entry.universal = automata::IsSubset(automata::NulFree(), *entry.dfa);
  }
  return *entry.universal;
}

const std::vector<std::string>* Facts::Members(LangNo lang) const {
  const auto i = static_cast<size_t>(lang);
  if (i >= module_.langs.size()) return nullptr;
  const ir::Lang& set = module_.langs[i];
  if (set.kind != ir::LangKind::kSet || set.fold) return nullptr;
  return &set.texts;
}

// Most pairs leave out one of a few odd strings; only the others are worth a
// walk through both automata.
bool Facts::Cover(LangNo a, LangNo b) {
  for (const char* odd : {"", "\x01", "~/%zz/../", "Q"}) {
    if (!Contains(a, odd) && !Contains(b, odd)) return false;
  }
  return Realize({}, {a, b}).status == Realized::Status::kEmpty;
}

Relation Facts::Relate(LangNo a, LangNo b) {
  if (a > b) {
    Relation r = Relate(b, a);
    std::swap(r.subset, r.superset);
    return r;
  }
  const auto [it, is_new] = relations_.try_emplace({a, b});
  if (!is_new) return it->second;
  const automata::Dfa* x = entries_[a].dfa;
  const automata::Dfa* y = entries_[b].dfa;
  if (x == nullptr || y == nullptr || x->num_states() > kEagerStates ||
      y->num_states() > kEagerStates) {
    return it->second;
  }
  Relation& r = it->second;
  r.disjoint = automata::AreDisjoint(*x, *y);
  if (r.disjoint) {
    // Two languages that share nothing cover everything only if one is the
    // other's complement.
    r.cover = Cover(a, b);
    return r;
  }
  r.subset = automata::IsSubset(*x, *y);
  r.superset = automata::IsSubset(*y, *x);
  if (!r.subset && !r.superset) {
    r.cover = Cover(a, b);
  }
  return r;
}

Realized Facts::Realize(const std::vector<LangNo>& in,
                        const std::vector<LangNo>& out,
                        const std::vector<std::string>& taken) {
  if (taken.empty()) {
    const auto cached = realized_.find({in, out});
    if (cached != realized_.end()) return cached->second;
  }
  std::vector<const automata::Dfa*> include = {&automata::NulFree()};
  std::vector<const automata::Dfa*> exclude;
  for (const LangNo lang : in) {
    if (entries_[lang].dfa != nullptr) include.push_back(entries_[lang].dfa);
  }
  for (const LangNo lang : out) {
    if (entries_[lang].dfa != nullptr) exclude.push_back(entries_[lang].dfa);
  }
  if (!taken.empty()) exclude.push_back(entries_[Strings(taken)].dfa);
  using Status = automata::WitnessResult::Status;
  automata::WitnessResult found =
      automata::WitnessOf(include, exclude, kFewStates);
  if (found.status == Status::kBound) {
    auto joined = Joined(in, out, taken);
    found = joined ? automata::WitnessResult{Status::kFound, *joined}
                   : automata::WitnessOf(include, exclude);
  }
  Realized result;
  if (found.status == Status::kEmpty) result.status = Realized::Status::kEmpty;
  if (found.status == Status::kFound) {
    result = {Realized::Status::kFound, std::move(found.text)};
    const auto holds = [&](LangNo l) { return Contains(l, result.text); };
    if (!std::all_of(in.begin(), in.end(), holds) ||
        std::any_of(out.begin(), out.end(), holds)) {
      result = {};  // only an opaque length can be missed
    }
  }
  // Long ones break the bound on a path somewhere.
  if (result.status == Realized::Status::kFound && seen_.size() < kMaxSeen &&
      result.text.size() < 1000) {
    seen_.push_back({result.text, {}});
  }
  if (taken.empty()) realized_[{in, out}] = result;
  return result;
}

// What has all of `in` one after the other often has nothing else, where the
// product of twenty automata that look for something would be too large to
// walk.
std::optional<std::string> Facts::Joined(
    const std::vector<LangNo>& in, const std::vector<LangNo>& out,
    const std::vector<std::string>& taken) {
  // Of one language alone this would be the same question again.
  if (in.empty() || (in.size() == 1 && out.empty() && taken.empty())) {
    return std::nullopt;
  }
  std::vector<std::string> parts;
  for (const LangNo lang : in) {
    const Realized part = Realize({lang}, {});
    if (part.status != Realized::Status::kFound) return std::nullopt;
    parts.push_back(part.text);
  }
  for (const char* between : {" ", "\n", ""}) {
    std::string text;
    for (const std::string& part : parts) {
      if (text.find(part) != std::string::npos) continue;
      text += (text.empty() ? "" : between) + part;
    }
    const auto holds = [&](LangNo lang) { return Contains(lang, text); };
    if (std::all_of(in.begin(), in.end(), holds) &&
        std::none_of(out.begin(), out.end(), holds) &&
        std::find(taken.begin(), taken.end(), text) == taken.end()) {
      return text;
    }
  }
  return std::nullopt;
}

bool Facts::Holds(Seen* seen, LangNo lang) {
  if (seen->contains.size() <= static_cast<size_t>(lang)) {
    seen->contains.resize(entries_.size(), -1);
  }
  int8_t& holds = seen->contains[static_cast<size_t>(lang)];
  if (holds < 0) holds = Contains(lang, seen->text) ? 1 : 0;
  return holds == 1;
}

const std::optional<std::vector<StringClass>>& Facts::ClassesOf(
    const std::vector<const automata::Dfa*>& languages) {
  const auto [it, is_new] = classes_.try_emplace(languages);
  if (is_new) it->second = SplitStrings(languages);
  return it->second;
}

bool Facts::SeenOne(const std::vector<LangNo>& in,
                    const std::vector<LangNo>& out) {
  for (Seen& seen : seen_) {
    const auto holds = [&](LangNo lang) { return Holds(&seen, lang); };
    if (std::all_of(in.begin(), in.end(), holds) &&
        std::none_of(out.begin(), out.end(), holds)) {
      return true;
    }
  }
  return false;
}

}  // namespace polc::verifier
