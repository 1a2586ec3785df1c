#include "test/unit/syntax/grammar_generator.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>

#include "compiler/support/check.h"

namespace polc::syntax {
namespace {

constexpr int kDeep = 1'000'000;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  POLC_CHECK(file.good(), path);
  return {std::istreambuf_iterator<char>(file),
          std::istreambuf_iterator<char>()};
}

std::string WithoutComments(const std::string& text) {
  return std::regex_replace(text, std::regex("//[^\n]*"), "");
}

}  // namespace

GrammarGenerator::GrammarGenerator(unsigned seed) : random_(seed) {
  ReadWords(ReadFile("grammar/PolLexer.g4"));
  ReadRules(WithoutComments(ReadFile("grammar/PolParser.g4")));
  MeasureDepths();
}

// Lines such as `K_ALL: 'all';`.
void GrammarGenerator::ReadWords(const std::string& text) {
  static const std::regex line("\n([A-Z_]+): '([^'\n]+)';");
  for (std::sregex_iterator it(text.begin(), text.end(), line), end; it != end;
       ++it) {
    words_[(*it)[1]] = (*it)[2];
  }
}

void GrammarGenerator::ReadRules(const std::string& text) {
  static const std::regex word("[A-Za-z_]+|\\+=|#\\s*[A-Za-z]+|[^\\sA-Za-z_]");
  std::vector<std::string> words;
  for (std::sregex_iterator it(text.begin(), text.end(), word), end; it != end;
       ++it) {
    if (it->str()[0] != '#') words.push_back(it->str());
  }
  // Rules begin with a small letter: what comes first does not.
  for (size_t at = 0; at + 1 < words.size(); ++at) {
    if (words[at + 1] != ":" || std::isupper(words[at][0]) != 0) continue;
    const std::string name = words[at];
    at += 2;
    rules_[name] = ReadChoice(words, &at, name);
    POLC_CHECK(words[at] == ";", name);
  }
}

// Up to `)` or `;`, which is left.
GrammarGenerator::Node GrammarGenerator::ReadChoice(
    const std::vector<std::string>& words, size_t* at,
    const std::string& rule) {
  Node choice{Node::Kind::kChoice, rule + "@" + std::to_string(*at), {}};
  choice.parts.emplace_back();
  for (; words[*at] != ")" && words[*at] != ";";) {
    if (words[*at] == "|") {
      choice.parts.emplace_back();
      ++*at;
      continue;
    }
    choice.parts.back().parts.push_back(ReadElement(words, at, rule));
  }
  // Headers and the order of units are Policy()'s.
  if (choice.parts.size() > 1 && rule != "unit") {
    for (size_t i = 0; i < choice.parts.size(); ++i) {
      all_.insert(choice.name + " " + std::to_string(i));
    }
  }
  return choice;
}

GrammarGenerator::Node GrammarGenerator::ReadElement(
    const std::vector<std::string>& words, size_t* at,
    const std::string& rule) {
  if (words[*at + 1] == "=" || words[*at + 1] == "+=") *at += 2;  // a label
  Node node;
  if (words[*at] == "(") {
    ++*at;
    node = ReadChoice(words, at, rule);
  } else {
    node.kind = std::isupper(words[*at][0]) != 0 ? Node::Kind::kToken
                                                 : Node::Kind::kRule;
    node.name = words[*at];
  }
  const std::string& suffix = words[++*at];
  if (suffix != "*" && suffix != "+" && suffix != "?") return node;
  ++*at;
  return {Node::Kind::kRepeat,
          "",
          {std::move(node)},
          suffix == "+" ? 1 : 0,
          suffix == "?"};
}

// How many rules deep the shortest derivation of each rule is.
void GrammarGenerator::MeasureDepths() {
  for (const auto& [name, node] : rules_) depths_[name] = kDeep;
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [name, node] : rules_) {
      const int depth = DepthOf(node) + 1;
      changed = changed || depth < depths_[name];
      depths_[name] = std::min(depths_[name], depth);
    }
  }
}

int GrammarGenerator::DepthOf(const Node& node) const {
  int depth = node.kind == Node::Kind::kChoice ? kDeep : 0;
  switch (node.kind) {
    case Node::Kind::kToken:
      return 0;
    case Node::Kind::kRule:
      return depths_.at(node.name);
    case Node::Kind::kRepeat:
      return node.min == 0 ? 0 : DepthOf(node.parts[0]);
    case Node::Kind::kChoice:
      for (const Node& part : node.parts)
        depth = std::min(depth, DepthOf(part));
      return depth;
    case Node::Kind::kSequence:
      for (const Node& part : node.parts)
        depth = std::max(depth, DepthOf(part));
      return depth;
  }
  return depth;
}

size_t GrammarGenerator::Alternative(const Node& choice, int budget) {
  std::vector<size_t> fitting;
  for (size_t i = 0; i < choice.parts.size(); ++i) {
    if (DepthOf(choice.parts[i]) <= budget) fitting.push_back(i);
  }
  if (!fitting.empty()) return fitting[Below(fitting.size())];
  const auto shallower = [&](const Node& a, const Node& b) {
    return DepthOf(a) < DepthOf(b);
  };
  return static_cast<size_t>(
      std::min_element(choice.parts.begin(), choice.parts.end(), shallower) -
      choice.parts.begin());
}

void GrammarGenerator::Emit(const Node& node, int budget,
                            std::vector<std::string>* out) {
  switch (node.kind) {
    case Node::Kind::kToken:
      out->push_back(TokenText(node.name));
      return;
    case Node::Kind::kRule:
      return Emit(rules_.at(node.name), budget - 1, out);
    case Node::Kind::kSequence:
      for (const Node& part : node.parts) Emit(part, budget, out);
      return;
    case Node::Kind::kChoice: {
      const size_t i = Alternative(node, budget);
      if (node.parts.size() > 1) {
        used_.insert(node.name + " " + std::to_string(i));
      }
      return Emit(node.parts[i], budget, out);
    }
    case Node::Kind::kRepeat: {
      const bool may_more = DepthOf(node.parts[0]) <= budget;
      int count = node.min;
      while (may_more && Below(3) == 0 && !(node.once && count == 1)) ++count;
      for (int i = 0; i < count; ++i) Emit(node.parts[0], budget, out);
      return;
    }
  }
}

std::string GrammarGenerator::TokenText(const std::string& name) {
  static const std::vector<std::string> names = {
      "a", "args", "caller", "long_name_of_something", "x1"};
  static const std::vector<std::string> numbers = {"0", "1",   "60", "15",
                                                   "2", "2.5", "1e3"};
  static const std::vector<std::string> strings = {
      R"("")",
      R"("a // b")",
      R"("/* {args.a} */")",
      R"("\u00e9\"\\")",
      R"("2026-01-15T10:30:00Z")",
      R"("a text that is long enough to wrap")"};
  static const std::vector<std::string> raw = {R"(r"\d+ // x")", R"(r"")"};
  if (name == "NAME") return names[Below(names.size())];
  if (name == "NUMBER") return numbers[Below(numbers.size())];
  if (name == "STRING") return strings[Below(strings.size())];
  if (name == "RAW_STRING") return raw[Below(raw.size())];
  const auto word = words_.find(name);
  POLC_CHECK(word != words_.end(), "a token without a text: " + name);
  return word->second;
}

std::string GrammarGenerator::Between() {
  static const std::vector<std::string> rare = {
      "\n",      "\n\n",       "\n\n\n ",           " // c\n",   "\n// own\n",
      "/* b */", " /* b */\n", "\n/* l\n * m */\n", "\n/// d\n", "\n//// r\n",
      "\t",      "\r\n",       "/*a*/ // c\n"};
  return Below(12) == 0 ? rare[Below(rare.size())] : " ";
}

std::vector<std::string> GrammarGenerator::Derive(const std::string& rule) {
  std::vector<std::string> out;
  Emit(rules_.at(rule), depths_.at(rule) + static_cast<int>(Below(12)), &out);
  return out;
}

std::string GrammarGenerator::Policy() {
  used_.clear();
  std::string out = Below(4) == 0 ? "pol 1;\n" : "";
  out += Below(4) == 0 ? "module m;\n" : "policy p for server s, \"t\";\n";
  for (size_t i = 1 + Below(3); i > 0; --i) {
    std::vector<std::string> tokens;
    while (Below(6) == 0) {
      for (std::string& token : Derive("suppression")) tokens.push_back(token);
    }
    for (std::string& token : Derive("declaration")) tokens.push_back(token);
    for (const std::string& token : tokens) {
      // Symbols need nothing between them and a word.
      const bool may_touch = !out.empty() && !token.empty() &&
                             (out.back() == '(' || out.back() == '{' ||
                              token == ")" || token == ";" || token == ",");
      if (!may_touch || Below(2) == 0) out += Between();
      out += token;
    }
    out += Below(3) == 0 ? "" : "\n";
  }
  return out;
}

void GrammarGenerator::KeepUsed() { seen_.insert(used_.begin(), used_.end()); }

std::set<std::string> GrammarGenerator::Unseen() const {
  std::set<std::string> out;
  std::set_difference(all_.begin(), all_.end(), seen_.begin(), seen_.end(),
                      std::inserter(out, out.end()));
  return out;
}

}  // namespace polc::syntax
