#include "test/unit/automata/published_grammar.h"

#include <algorithm>
#include <regex>

#include "compiler/support/check.h"

namespace polc::automata {
namespace {

constexpr uint32_t kMany = 1'000'000;

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool StartsWith(std::string_view text, size_t at, std::string_view with) {
  return text.size() - at >= with.size() &&
         std::equal(with.begin(), with.end(), text.begin() + at,
                    [](char a, char b) { return Lower(a) == Lower(b); });
}

}  // namespace

PublishedGrammar::PublishedGrammar(const std::string& text, Prose prose,
                                   unsigned seed)
    : prose_(std::move(prose)), random_(seed) {
  const std::string letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  rules_["ALPHA"] = {Node::Kind::kBytes, letters, 0, 0, {}};
  rules_["DIGIT"] = {Node::Kind::kBytes, "0123456789", 0, 0, {}};
  rules_["HEXDIG"] = {Node::Kind::kBytes, "0123456789ABCDEFabcdef", 0, 0, {}};
  ReadRules(text);
}

void PublishedGrammar::ReadRules(const std::string& text) {
  static const std::regex word(
      "\"[^\"]*\"|<[^>]*>|\\d+\\.\\.\\d+|[A-Za-z][A-Za-z0-9]*|\\S");
  std::vector<std::string> words;
  for (std::sregex_iterator it(text.begin(), text.end(), word), end; it != end;
       ++it) {
    words.push_back(it->str());
  }
  words.emplace_back("");
  for (size_t at = 0; at + 1 < words.size();) {
    POLC_CHECK(words[at + 1] == "=", "no rule begins with " + words[at]);
    const std::string name = words[at];
    at += 2;
    rules_[name] = ReadChoice(words, &at);
  }
}

PublishedGrammar::Node PublishedGrammar::ReadChoice(
    const std::vector<std::string>& words, size_t* at) {
  Node node{Node::Kind::kChoice, "", 0, 0, {ReadSequence(words, at)}};
  while (words[*at] == "/") {
    ++*at;
    node.parts.push_back(ReadSequence(words, at));
  }
  return node;
}

PublishedGrammar::Node PublishedGrammar::ReadSequence(
    const std::vector<std::string>& words, size_t* at) {
  Node node;
  while (!words[*at].empty() && words[*at] != "/" && words[*at] != ")" &&
         words[*at] != "]" &&
         (*at + 1 == words.size() || words[*at + 1] != "=")) {
    if (words[*at] == "but") {
      *at += 2;
      Node rest = ReadElement(words, at);
      node = {
          Node::Kind::kButNot, "", 0, 0, {std::move(node), std::move(rest)}};
      continue;
    }
    node.parts.push_back(ReadElement(words, at));
  }
  return node;
}

PublishedGrammar::Node PublishedGrammar::ReadElement(
    const std::vector<std::string>& words, size_t* at) {
  const std::string& word = words[(*at)++];
  if (word == "*" || (word == "1" && words[*at] == "*")) {
    if (word == "1") ++*at;
    return {Node::Kind::kRepeat,
            "",
            word == "1" ? 1u : 0u,
            kMany,
            {ReadElement(words, at)}};
  }
  if (word == "(" || word == "[") {
    Node node = ReadChoice(words, at);
    ++*at;
    if (word == "(") return node;
    return {Node::Kind::kRepeat, "", 0, 1, {std::move(node)}};
  }
  if (word[0] == '"') {
    return {Node::Kind::kText, word.substr(1, word.size() - 2), 0, 0, {}};
  }
  if (word[0] == '<') return {Node::Kind::kProse, word, 0, 0, {}};
  if (const size_t dots = word.find(".."); dots != std::string::npos) {
    return {Node::Kind::kNumber,
            "",
            static_cast<uint32_t>(std::stoul(word.substr(0, dots))),
            static_cast<uint32_t>(std::stoul(word.substr(dots + 2))),
            {}};
  }
  POLC_CHECK(std::isalpha(static_cast<unsigned char>(word[0])) != 0, word);
  return {Node::Kind::kRule, word, 0, 0, {}};
}

PublishedGrammar::Ends PublishedGrammar::EndsOf(const Node& node,
                                                std::string_view text,
                                                size_t begin) const {
  Ends ends;
  const auto keep_if = [&](auto holds) {
    for (size_t end = begin; end <= text.size(); ++end) {
      if (holds(text.substr(begin, end - begin))) ends.insert(end);
    }
  };
  switch (node.kind) {
    case Node::Kind::kText:
      if (StartsWith(text, begin, node.text)) {
        ends.insert(begin + node.text.size());
      }
      break;
    case Node::Kind::kBytes:
      if (begin < text.size() &&
          node.text.find(text[begin]) != std::string::npos) {
        ends.insert(begin + 1);
      }
      break;
    case Node::Kind::kNumber:
      keep_if([&](std::string_view part) {
        if (part.empty() || part.size() > 9 ||
            (part.size() > 1 && part[0] == '0')) {
          return false;
        }
        uint32_t value = 0;
        for (const char c : part) {
          if (c < '0' || c > '9') return false;
          value = value * 10 + static_cast<uint32_t>(c - '0');
        }
        return node.lo <= value && value <= node.hi;
      });
      break;
    case Node::Kind::kProse:
      keep_if(prose_.holds);
      break;
    case Node::Kind::kRule:
      return EndsOf(rules_.at(node.text), text, begin);
    case Node::Kind::kSequence:
      ends = {begin};
      for (const Node& part : node.parts) {
        Ends next;
        for (const size_t at : ends) next.merge(EndsOf(part, text, at));
        ends = std::move(next);
      }
      break;
    case Node::Kind::kChoice:
      for (const Node& part : node.parts) ends.merge(EndsOf(part, text, begin));
      break;
    case Node::Kind::kRepeat:
      return EndsOfRepeat(node, text, begin);
    case Node::Kind::kButNot:
      for (const size_t end : EndsOf(node.parts[0], text, begin)) {
        if (!IsWhole(node.parts[1], text.substr(begin, end - begin))) {
          ends.insert(end);
        }
      }
      break;
  }
  return ends;
}

PublishedGrammar::Ends PublishedGrammar::EndsOfRepeat(const Node& node,
                                                      std::string_view text,
                                                      size_t begin) const {
  Ends ends;
  if (node.lo == 0) ends.insert(begin);
  Ends newest = {begin};
  for (uint32_t count = 0; count < node.hi && !newest.empty(); ++count) {
    Ends next;
    for (const size_t at : newest) {
      for (const size_t end : EndsOf(node.parts[0], text, at)) {
        if (ends.insert(end).second) next.insert(end);
      }
    }
    newest = std::move(next);
  }
  return ends;
}

bool PublishedGrammar::IsWhole(const Node& node, std::string_view text) const {
  return EndsOf(node, text, 0).contains(text.size());
}

bool PublishedGrammar::Derives(const std::string& rule,
                               std::string_view text) const {
  return IsWhole(rules_.at(rule), text);
}

void PublishedGrammar::Append(const Node& node, std::string* out) {
  const auto below = [&](size_t n) { return random_() % n; };
  switch (node.kind) {
    case Node::Kind::kText:
      for (const char c : node.text) {
        const bool is_letter = Lower(c) >= 'a' && Lower(c) <= 'z';
        *out += is_letter && below(2) == 0
                    ? static_cast<char>(Lower(c) - 'a' + 'A')
                    : c;
      }
      return;
    case Node::Kind::kBytes:
      *out += node.text[below(node.text.size())];
      return;
    case Node::Kind::kNumber:
      // The ends often: that is where mistakes are.
      *out +=
          std::to_string(below(3) == 0   ? node.lo
                         : below(2) == 0 ? node.hi
                                         : node.lo + below(node.hi - node.lo));
      return;
    case Node::Kind::kProse:
      *out += prose_.examples[below(prose_.examples.size())];
      return;
    case Node::Kind::kRule:
      return Append(rules_.at(node.text), out);
    case Node::Kind::kSequence:
      for (const Node& part : node.parts) Append(part, out);
      return;
    case Node::Kind::kChoice:
      return Append(node.parts[below(node.parts.size())], out);
    case Node::Kind::kRepeat: {
      uint32_t count = node.lo;
      while (count < node.hi && below(3) != 0) ++count;
      for (uint32_t i = 0; i < count; ++i) Append(node.parts[0], out);
      return;
    }
    case Node::Kind::kButNot: {
      std::string made;
      do {
        made.clear();
        Append(node.parts[0], &made);
      } while (IsWhole(node.parts[1], made));
      *out += made;
      return;
    }
  }
}

std::string PublishedGrammar::Make(const std::string& rule) {
  std::string out;
  Append(rules_.at(rule), &out);
  return out;
}

}  // namespace polc::automata
