#include "test/bench/interpreter.h"

#include <re2/re2.h>
#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "compiler/support/check.h"

namespace polc::bench {
namespace {

enum class Op : uint8_t {
  kIs,
  kIn,
  kTrue,
  kFalse,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kPrefix,
  kLike,
  kMatches,
  kFinds,
};

struct Cond {
  Op op = Op::kIs;
  uint32_t slot = 0;
  double number = 0;
  std::vector<std::string> texts;  // of kLike: between the stars
  std::shared_ptr<re2::RE2> regex;
};

struct Rule {
  bool denies = false;
  std::vector<Cond> conds;
};

std::string_view TextOf(const pol_slot& slot) {
  return {slot.u.text, slot.length};
}

// Greedy from the left is right for `*` alone.
bool Like(const std::vector<std::string>& parts, std::string_view text) {
  if (!text.starts_with(parts.front())) return false;
  size_t at = parts.front().size();
  for (size_t i = 1; i + 1 < parts.size(); ++i) {
    at = text.find(parts[i], at);
    if (at == std::string_view::npos) return false;
    at += parts[i].size();
  }
  return text.size() - at >= parts.back().size() &&
         text.ends_with(parts.back());
}

bool Holds(const Cond& cond, const pol_slot* slots) {
  const pol_slot& slot = slots[cond.slot];
  switch (cond.op) {
    case Op::kIs:
      return TextOf(slot) == cond.texts[0];
    case Op::kIn:
      return std::find(cond.texts.begin(), cond.texts.end(), TextOf(slot)) !=
             cond.texts.end();
    case Op::kTrue:
      return slot.u.boolean != 0;
    case Op::kFalse:
      return slot.u.boolean == 0;
    case Op::kLess:
      return slot.u.number < cond.number;
    case Op::kLessEqual:
      return slot.u.number <= cond.number;
    case Op::kGreater:
      return slot.u.number > cond.number;
    case Op::kGreaterEqual:
      return slot.u.number >= cond.number;
    case Op::kPrefix:
      return TextOf(slot).starts_with(cond.texts[0]);
    case Op::kLike:
      return Like(cond.texts, TextOf(slot));
    case Op::kMatches:
      return re2::RE2::FullMatch(TextOf(slot), *cond.regex);
    case Op::kFinds:
      return re2::RE2::PartialMatch(TextOf(slot), *cond.regex);
  }
  return false;
}

Op OpOf(std::string_view name) {
  static const std::unordered_map<std::string_view, Op> kOps = {
      {"==", Op::kIs},
      {"in", Op::kIn},
      {"<", Op::kLess},
      {"<=", Op::kLessEqual},
      {">", Op::kGreater},
      {">=", Op::kGreaterEqual},
      {"starts with", Op::kPrefix},
      {"like", Op::kLike},
      {"matches", Op::kMatches},
      {"finds", Op::kFinds}};
  return kOps.at(name);
}

std::vector<std::string> Split(std::string_view text, char at) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == at) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

Cond CondOf(simdjson::dom::array from, const std::vector<std::string>& fields) {
  using simdjson::dom::element_type;
  Cond cond;
  const std::string path{std::string_view(from.at(0))};
  const auto at = std::find(fields.begin(), fields.end(), path);
  POLC_CHECK(at != fields.end(), "a field that the policy does not read");
  cond.slot = static_cast<uint32_t>(at - fields.begin());
  cond.op = OpOf(std::string_view(from.at(1)));
  const simdjson::dom::element want = from.at(2);
  if (want.is_bool()) {
    cond.op = bool(want) ? Op::kTrue : Op::kFalse;
  } else if (want.is_number()) {
    cond.number = double(want);
  } else if (want.is_string()) {
    const std::string text{std::string_view(want)};
    cond.texts = cond.op == Op::kLike ? Split(text, '*')
                                      : std::vector<std::string>{text};
    if (cond.op == Op::kMatches || cond.op == Op::kFinds) {
      cond.regex = std::make_shared<re2::RE2>(text);
    }
  } else {
    for (const simdjson::dom::element one : simdjson::dom::array(want)) {
      cond.texts.emplace_back(std::string_view(one));
    }
  }
  return cond;
}

struct Hash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};
using ByName =
    std::unordered_map<std::string, std::vector<Rule>, Hash, std::equal_to<>>;

// Denies first, so the first that holds decides.
const Rule* First(const ByName& all, std::string_view name,
                  const pol_slot* slots) {
  const auto found = all.find(name);
  if (found == all.end()) return nullptr;
  for (const Rule& rule : found->second) {
    if (std::all_of(rule.conds.begin(), rule.conds.end(),
                    [&](const Cond& cond) { return Holds(cond, slots); })) {
      return &rule;
    }
  }
  return nullptr;
}

}  // namespace

struct Interpreter::Rules {
  ByName exact;
  ByName patterns;  // `svc1.*`, by what is before the star
};

Interpreter::Interpreter(const std::string& text,
                         const std::vector<std::string>& fields)
    : rules_(std::make_unique<Rules>()) {
  simdjson::dom::parser parser;
  const simdjson::dom::array all = parser.parse(text);
  for (const bool denies : {true, false}) {
    for (const simdjson::dom::element from : all) {
      if (bool(from["deny"]) != denies) continue;
      Rule rule;
      rule.denies = denies;
      for (const simdjson::dom::element cond :
           simdjson::dom::array(from["conds"])) {
        rule.conds.push_back(CondOf(cond, fields));
      }
      std::string tool{std::string_view(from["tool"])};
      const bool is_pattern = tool.ends_with('*');
      if (is_pattern) tool.pop_back();
      (is_pattern ? rules_->patterns : rules_->exact)[tool].push_back(
          std::move(rule));
    }
  }
}

Interpreter::~Interpreter() = default;

bool Interpreter::Allows(std::string_view tool, const pol_slot* slots) const {
  const Rule* exact = First(rules_->exact, tool, slots);
  if (exact != nullptr && exact->denies) return false;
  // The generator's patterns end at the first dot.
  const Rule* pattern =
      First(rules_->patterns, tool.substr(0, tool.find('.') + 1), slots);
  if (pattern != nullptr && pattern->denies) return false;
  return exact != nullptr || pattern != nullptr;
}

}  // namespace polc::bench
