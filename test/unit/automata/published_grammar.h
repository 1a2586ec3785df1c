// A grammar as docs/language.md publishes it, to be held against the automata
// that implement it: which strings it derives, and strings that it derives.
//
// The notation is ABNF's (RFC 5234): rules, sequences, `/`, `( )`, `[ ]`, `*`,
// `1*`, quoted text in either case, the core rules ALPHA, DIGIT and HEXDIG; and
// `A but not B`, `0..255` (a number without leading zeros), and `<words>`,
// whose meaning the test gives.
#ifndef POLC_TEST_UNIT_AUTOMATA_PUBLISHED_GRAMMAR_H_
#define POLC_TEST_UNIT_AUTOMATA_PUBLISHED_GRAMMAR_H_

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace polc::automata {

class PublishedGrammar {
 public:
  /// What `<words>` stand for: is this string one, and some that are.
  struct Prose {
    std::function<bool(std::string_view)> holds;
    std::vector<std::string> examples;
  };

  PublishedGrammar(const std::string& text, Prose prose, unsigned seed);

  /// True if `rule` derives the whole text.
  bool Derives(const std::string& rule, std::string_view text) const;
  /// A string that `rule` derives.
  std::string Make(const std::string& rule);

 private:
  struct Node {
    enum class Kind {
      kText,    // in either case
      kBytes,   // one of `text`
      kNumber,  // lo..hi
      kProse,
      kRule,
      kSequence,
      kChoice,
      kRepeat,  // lo to hi times
      kButNot,  // parts[0], but not parts[1]
    };
    Kind kind = Kind::kSequence;
    std::string text;
    uint32_t lo = 0;
    uint32_t hi = 0;
    std::vector<Node> parts;
  };
  using Ends = std::set<size_t>;

  void ReadRules(const std::string& text);
  Node ReadChoice(const std::vector<std::string>& words, size_t* at);
  Node ReadSequence(const std::vector<std::string>& words, size_t* at);
  Node ReadElement(const std::vector<std::string>& words, size_t* at);
  /// Where what begins at `begin` may end.
  Ends EndsOf(const Node& node, std::string_view text, size_t begin) const;
  Ends EndsOfRepeat(const Node& node, std::string_view text,
                    size_t begin) const;
  bool IsWhole(const Node& node, std::string_view text) const;
  void Append(const Node& node, std::string* out);

  Prose prose_;
  std::map<std::string, Node> rules_;
  std::mt19937 random_;
};

}  // namespace polc::automata

#endif  // POLC_TEST_UNIT_AUTOMATA_PUBLISHED_GRAMMAR_H_
