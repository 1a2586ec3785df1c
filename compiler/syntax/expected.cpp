// Groups of tokens that have a name of their own: whoever can write a
// condition need not read that it may begin with `(`, `not`, `has`, a name...
#include "compiler/syntax/expected.h"

#include <algorithm>

#include "PolParser.h"
#include "antlr4-runtime.h"

namespace polc::syntax {
namespace {

using grammar::PolParser;

// More alternatives than this help nobody.
constexpr size_t kMaxShown = 9;

bool IsSoftWord(size_t type) {
  return type >= PolParser::K_ADVISORY && type <= PolParser::K_WITH;
}

// A token that is always written alike, in backticks: "`when`".
std::string Literal(size_t type) {
  static const antlr4::dfa::Vocabulary vocabulary(
      PolParser(nullptr).getVocabulary());
  std::string quoted = vocabulary.getLiteralName(type);
  if (quoted.size() < 2) return "";
  quoted.front() = quoted.back() = '`';
  return quoted;
}

class Describer {
 public:
  explicit Describer(TokenTypes types) : types_(std::move(types)) {}

  std::string Run() {
    types_.erase(antlr4::Token::EOF);
    types_.erase(static_cast<size_t>(antlr4::Token::EPSILON));
    if (Has(PolParser::K_POLICY)) return "a declaration";
    Steps();
    Operand();
    Operator();
    NamesAndUnits();
    for (const size_t type : types_) {
      if (std::string text = Literal(type); !text.empty()) Add(text);
    }
    return Join();
  }

 private:
  bool Has(size_t type) const { return types_.count(type) != 0; }
  void Add(std::string text) { phrases_.push_back(std::move(text)); }
  void Drop(std::initializer_list<size_t> types) {
    for (const size_t type : types) types_.erase(type);
  }
  void DropNames() {
    Drop({PolParser::NAME});
    std::erase_if(types_, IsSoftWord);
  }

  void Steps() {
    if (!Has(PolParser::K_EXPECT) || Has(PolParser::NAME)) return;
    Add("a step of the test");
    std::erase_if(types_, [](size_t type) {
      return IsSoftWord(type) || type == PolParser::K_AS;
    });
  }

  void Operand() {
    if (!Has(PolParser::LPAREN) || !Has(PolParser::NAME)) return;
    if (Has(PolParser::K_HAS)) {
      Add("a condition");
    } else if (Has(PolParser::STRING)) {
      Add("a value");
    } else {
      return;
    }
    DropNames();
    Drop({PolParser::LPAREN, PolParser::K_HAS, PolParser::K_NOT,
          PolParser::K_ANY, PolParser::K_ALL, PolParser::MINUS,
          PolParser::K_NOW, PolParser::NUMBER, PolParser::STRING,
          PolParser::RAW_STRING, PolParser::K_TRUE, PolParser::K_FALSE});
  }

  void Operator() {
    if (!Has(PolParser::K_AND)) return;
    Add("an operator");
    Drop(
        {PolParser::EQUAL,      PolParser::NOT_EQUAL,  PolParser::LESS,
         PolParser::LESS_EQUAL, PolParser::GREATER,    PolParser::GREATER_EQUAL,
         PolParser::K_NOT,      PolParser::K_IN,       PolParser::K_LIKE,
         PolParser::K_MATCHES,  PolParser::K_FINDS,    PolParser::K_STARTS,
         PolParser::K_ENDS,     PolParser::K_CONTAINS, PolParser::K_UNDER,
         PolParser::K_IS,       PolParser::K_ONLY,     PolParser::K_AND,
         PolParser::K_OR,       PolParser::K_IGNORING, PolParser::PLUS,
         PolParser::MINUS,      PolParser::STAR,       PolParser::COALESCE,
         PolParser::DOT,        PolParser::LBRACKET,   PolParser::LPAREN,
         PolParser::DOTDOT,     PolParser::SLASH});
  }

  void NamesAndUnits() {
    if (Has(PolParser::NAME)) {
      Add("a name");
      DropNames();
    }
    if (Has(PolParser::STRING)) {
      Add("a string");
      Drop({PolParser::STRING, PolParser::RAW_STRING});
    }
    if (Has(PolParser::NUMBER)) {
      Add("a number");
      Drop({PolParser::NUMBER, PolParser::MINUS});
    }
    if (Has(PolParser::K_MINUTES)) {
      Add("a unit of time such as `minutes`");
      std::erase_if(types_, IsSoftWord);
    }
  }

  std::string Join() const {
    if (phrases_.empty() || phrases_.size() > kMaxShown) return "";
    std::string out = phrases_.front();
    for (size_t i = 1; i < phrases_.size(); ++i) {
      out += i + 1 == phrases_.size() ? " or " : ", ";
      out += phrases_[i];
    }
    return out;
  }

  TokenTypes types_;
  std::vector<std::string> phrases_;
};

}  // namespace

std::string DescribeExpected(TokenTypes types) {
  return Describer(std::move(types)).Run();
}

std::vector<std::string> ExpectedKeywords(const TokenTypes& types) {
  const bool names = types.count(PolParser::NAME) != 0;
  std::vector<std::string> out;
  for (const size_t type : types) {
    if (!IsReservedWord(type) && (names || !IsSoftWord(type))) continue;
    const std::string literal = Literal(type);
    out.push_back(literal.substr(1, literal.size() - 2));
  }
  return out;
}

bool IsReservedWord(size_t type) {
  return type >= PolParser::K_ALL && type <= PolParser::K_ZONE;
}

std::string DeclarationNoun(size_t type) {
  switch (type) {
    case PolParser::K_DENY:
    case PolParser::K_ASK:
    case PolParser::K_ALLOW:
      return "rule";
    case PolParser::K_POLICY:
    case PolParser::K_MODULE:
      return "header";
    case PolParser::K_ASSERT:
      return "assertion";
    case PolParser::K_IMPORT:
    case PolParser::K_CATALOG:
    case PolParser::K_SET:
    case PolParser::K_PREDICATE:
    case PolParser::K_CLASS:
    case PolParser::K_LIMIT:
    case PolParser::K_MARK:
    case PolParser::K_DEFAULT:
    case PolParser::K_TEST: {
      const std::string literal = Literal(type);
      return literal.substr(1, literal.size() - 2);
    }
    default:
      return "declaration";
  }
}

}  // namespace polc::syntax
