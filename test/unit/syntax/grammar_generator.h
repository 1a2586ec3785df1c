// Random policies derived from the grammar itself: grammar/PolParser.g4 is
// read, and each of its alternatives is taken, so that a construct added to the
// language is in what this makes.
#ifndef POLC_TEST_UNIT_SYNTAX_GRAMMAR_GENERATOR_H_
#define POLC_TEST_UNIT_SYNTAX_GRAMMAR_GENERATOR_H_

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace polc::syntax {

class GrammarGenerator {
 public:
  /// Reads the grammar below the working directory.
  explicit GrammarGenerator(unsigned seed);

  /// Tokens of one derivation of `rule`.
  std::vector<std::string> Derive(const std::string& rule);

  /// A policy of some declarations, with comments and spaces between all
  /// tokens. Not all of them parse: what the grammar leaves to the tree's
  /// builder (a clause given twice, a fraction where a count stands) it does
  /// not know.
  std::string Policy();

  /// Counts what the last Policy() was made of as seen.
  void KeepUsed();
  /// Alternatives that no kept policy has: "testTail 3".
  std::set<std::string> Unseen() const;

 private:
  struct Node {
    enum class Kind { kToken, kRule, kSequence, kChoice, kRepeat };
    Kind kind = Kind::kSequence;
    std::string name;         // of a token or rule; of a choice: its rule
    std::vector<Node> parts;  // of a sequence or choice; one of a repeat
    int min = 0;              // of a repeat
    bool once = false;        // of a repeat: at most once
  };

  void ReadWords(const std::string& text);
  void ReadRules(const std::string& text);
  Node ReadChoice(const std::vector<std::string>& words, size_t* at,
                  const std::string& rule);
  Node ReadElement(const std::vector<std::string>& words, size_t* at,
                   const std::string& rule);
  void MeasureDepths();
  int DepthOf(const Node& node) const;

  void Emit(const Node& node, int budget, std::vector<std::string>* out);
  size_t Alternative(const Node& choice, int budget);
  std::string TokenText(const std::string& name);
  std::string Between();
  size_t Below(size_t n) { return random_() % n; }

  std::mt19937 random_;
  std::map<std::string, std::string> words_;  // K_ALL: "all"
  std::map<std::string, Node> rules_;
  std::map<std::string, int> depths_;
  std::set<std::string> all_;   // alternatives of every choice
  std::set<std::string> used_;  // by the policy being made
  std::set<std::string> seen_;
};

}  // namespace polc::syntax

#endif  // POLC_TEST_UNIT_SYNTAX_GRAMMAR_GENERATOR_H_
