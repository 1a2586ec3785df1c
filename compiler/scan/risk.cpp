#include "compiler/scan/risk.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "compiler/scan/hidden.h"

namespace polc::scan {
namespace {

struct Row {
  Risk risk;
  std::string_view word;
};

constexpr std::array kWords = {
#define POLC_RISK_WORD(risk, word) Row{Risk::k##risk, word},
#include "compiler/scan/risk_words.def"
#undef POLC_RISK_WORD
};

// Arguments that choose what a tool does.
constexpr std::array<std::string_view, 8> kOperationArguments = {
    "operation", "action", "api_operation", "method", "command",
    "verb",      "op",     "mode"};

// What is read here should not leave unseen.
constexpr std::array<std::string_view, 10> kSecrets = {
    "environment variable", "env var",    "secret",  "credential", "password",
    "private key",          "access key", "api key", "passphrase", "keychain"};

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLetter(char c) { return IsUpper(c) || (c >= 'a' && c <= 'z'); }
char Lower(char c) { return IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// "aws___readDocumentation" is aws, read, documentation.
std::vector<std::string> WordsOf(std::string_view name) {
  std::vector<std::string> out;
  bool inside = false;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!IsLetter(c)) {
      inside = false;
      continue;
    }
    const bool hump = IsUpper(c) && i > 0 && !IsUpper(name[i - 1]);
    if (!inside || hump) out.emplace_back();
    out.back() += Lower(c);
    inside = true;
  }
  return out;
}

// "Deletes" is delete, "Fetches" fetch, "Copies" copy.
std::optional<Risk> RiskOfVerb(const std::string& verb) {
  if (const auto risk = RiskOfWord(verb)) return risk;
  if (verb.ends_with("ies")) {
    const auto risk = RiskOfWord(verb.substr(0, verb.size() - 3) + "y");
    if (risk) return risk;
  }
  if (verb.ends_with("es")) {
    const auto risk = RiskOfWord(verb.substr(0, verb.size() - 2));
    if (risk) return risk;
  }
  if (verb.ends_with("s")) return RiskOfWord(verb.substr(0, verb.size() - 1));
  return std::nullopt;
}

struct Claim {
  Risk risk;
  std::string why;
};
using Claims = std::optional<Claim>;

// The first word that says anything; later ones are mostly what it is done to
// ("get_delete_marker"). But money stays money ("create_payment").
Claims FromWords(std::string_view name, std::string_view whose) {
  Claims out;
  for (const std::string& word : WordsOf(name)) {
    const auto risk = RiskOfWord(word);
    if (!risk) continue;
    const bool pays =
        *risk == Risk::kFinancial && out && out->risk != Risk::kRead;
    if (out && !pays) continue;
    out = Claim{*risk, fmt::format("{} says `{}`", whose, word)};
  }
  return out;
}

Claims FromDescription(const Json& tool) {
  const std::vector<std::string> words = WordsOf(tool.TextOf("description"));
  if (words.empty()) return std::nullopt;
  const auto risk = RiskOfVerb(words.front());
  if (!risk) return std::nullopt;
  return Claim{*risk,
               fmt::format("its description begins with `{}`", words.front())};
}

Claims FromAnnotations(const Json& tool) {
  const Json* hints = tool.Find("annotations");
  if (hints == nullptr) return std::nullopt;
  const Json* reads = hints->Find("readOnlyHint");
  const Json* destroys = hints->Find("destructiveHint");
  if (reads != nullptr && reads->IsBool(true)) {
    return Claim{Risk::kRead, "`readOnlyHint` says so"};
  }
  if (destroys == nullptr) return std::nullopt;
  if (destroys->IsBool(true)) {
    return Claim{Risk::kDestructive, "`destructiveHint` says so"};
  }
  if (destroys->IsBool(false) && reads != nullptr && reads->IsBool(false)) {
    return Claim{Risk::kWrite, "`readOnlyHint` and `destructiveHint` say no"};
  }
  return std::nullopt;
}

// What is said in two ways is believed where it is worse.
Claim Worse(const Claims& hint, const Claims& word) {
  if (!hint && !word) {
    return {Risk::kUnclear, "neither its name nor an annotation says anything"};
  }
  if (!word || (hint && hint->risk >= word->risk)) return *hint;
  if (!hint || hint->risk == word->risk) return *word;
  return {word->risk, fmt::format("an annotation says {}, but {}",
                                  RiskName(hint->risk), word->why)};
}

bool IsEnumOfStrings(const Json& values) {
  return values.is_list() && values.items.size() >= 2 &&
         std::all_of(values.items.begin(), values.items.end(),
                     [](const Json& v) {
                       // Values become part of a policy.
                       return v.is_string() && FindHidden(v.text).empty();
                     });
}

bool Requires(const Json& schema, std::string_view name) {
  const Json* required = schema.Find("required");
  return required != nullptr && required->is_list() &&
         std::any_of(required->items.begin(), required->items.end(),
                     [&](const Json& v) { return v.text == name; });
}

Operations GroupValues(const Json& schema, std::string_view argument,
                       const Json& property) {
  Operations out;
  out.argument = std::string(argument);
  out.required = Requires(schema, argument);
  if (const Json* value = property.Find("default");
      value != nullptr && value->is_string()) {
    out.if_absent = value->text;
  }
  std::map<Risk, std::vector<std::string>> groups;
  for (const Json& value : property.Find("enum")->items) {
    const Claims claim = FromWords(value.text, "");
    groups[claim ? claim->risk : Risk::kUnclear].push_back(value.text);
  }
  for (auto& [risk, values] : groups) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    out.groups.push_back({.risk = risk, .values = std::move(values)});
  }
  return out;
}

std::optional<Operations> FindOperations(const Json& tool) {
  const Json* schema = tool.Find("inputSchema");
  const Json* properties =
      schema != nullptr ? schema->Find("properties") : nullptr;
  if (properties == nullptr) return std::nullopt;
  for (const std::string_view argument : kOperationArguments) {
    const Json* property = properties->Find(argument);
    const Json* values = property != nullptr ? property->Find("enum") : nullptr;
    if (values == nullptr || !IsEnumOfStrings(*values)) continue;
    Operations out = GroupValues(*schema, argument, *property);
    const bool says_nothing =
        out.groups.size() == 1 && out.groups[0].risk == Risk::kUnclear;
    if (!says_nothing) return out;
  }
  return std::nullopt;
}

std::optional<std::string> FindSecret(const Json& tool) {
  std::string text;
  for (const std::string& word : WordsOf(tool.TextOf("name"))) {
    text += word + " ";
  }
  for (const char c : tool.TextOf("description")) text += Lower(c);
  for (const std::string_view secret : kSecrets) {
    if (text.find(secret) != std::string::npos) return std::string(secret);
  }
  return std::nullopt;
}

}  // namespace

std::string_view RiskName(Risk risk) {
  constexpr std::array<std::string_view, 6> kNames = {
      "read", "write", "execute", "destructive", "financial", "unclear"};
  return kNames[static_cast<size_t>(risk)];
}

std::optional<Risk> RiskOfWord(std::string_view word) {
  for (const Row& row : kWords) {
    if (row.word == word) return row.risk;
  }
  return std::nullopt;
}

std::optional<Risk> RiskOfName(std::string_view name) {
  const Claims claim = FromWords(name, "");
  return claim ? std::optional(claim->risk) : std::nullopt;
}

bool IsOperation(std::string_view argument) {
  return std::find(kOperationArguments.begin(), kOperationArguments.end(),
                   argument) != kOperationArguments.end();
}

Assessment Assess(const Json& tool) {
  const Claims hint = FromAnnotations(tool);
  Claims word = FromWords(tool.TextOf("name"), "its name");
  if (!word) word = FromDescription(tool);
  Assessment out;
  std::optional<Operations> operations = FindOperations(tool);
  if (operations && operations->groups.size() == 1) {
    // All of its operations are of one class: that is the tool's.
    const Risk risk = operations->groups[0].risk;
    word = Claim{risk, fmt::format("every `{}` of it says {}",
                                   operations->argument, RiskName(risk))};
  } else if (operations && !(hint && hint->risk == Risk::kRead)) {
    out.operations = std::move(operations);
  }
  Claim claim = Worse(hint, word);
  out.risk = claim.risk;
  out.why = std::move(claim.why);
  if (out.risk == Risk::kRead) out.secret = FindSecret(tool);
  return out;
}

}  // namespace polc::scan
