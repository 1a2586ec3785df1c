// The layout: what it looks like, and that on the tree's own policies and on
// mutated ones it keeps the tree and is stable.
#include "compiler/syntax/format/format.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/source/source.h"
#include "test/unit/syntax/format_support.h"
#include "test/unit/syntax/parse_support.h"

namespace polc::syntax {
namespace {

struct Case {
  const char* name;
  const char* source;  // after a header
  const char* expected;
};

class FormatTest : public testing::TestWithParam<Case> {};

TEST_P(FormatTest, LaysOut) {
  const std::string header = "policy p;\n";
  const std::string text = header + GetParam().source;
  EXPECT_EQ(FormatText(text), header + GetParam().expected);
  EXPECT_TRUE(FormatsWell(text));
}

const Case kRules[] = {
    {"JoinsWhatFits", "deny\n  a\n  tool x\nwhen  args.a==1 ;",
     "deny a tool x when args.a == 1;\n"},
    {"PartsOnTheirOwnLines",
     "ask deletions \"A person signs off on every delete.\" class deletions "
     "except tool x by role \"sre\" within 15 minutes charge l;",
     R"(ask deletions
  "A person signs off on every delete."
  class deletions except tool x
  by role "sre" within 15 minutes
  charge l;
)"},
    {"LongTargets",
     "allow guidance tool containerize_app, "
     "validate_ecs_express_mode_prerequisites, wait_for_service_ready, \"a*\";",
     R"(allow guidance
  tool containerize_app, validate_ecs_express_mode_prerequisites,
       wait_for_service_ready, "a*";
)"},
    {"AndLinesUp",
     "allow docs tool fetch when url(args.url).scheme == \"https\" and "
     "url(args.url).host like {\"docs.example.com\", "
     "\"*.docs.example.com\"} and args.a;",
     R"(allow docs
  tool fetch
  when url(args.url).scheme == "https"
   and url(args.url).host like {"docs.example.com", "*.docs.example.com"}
   and args.a;
)"},
    {"AndInsideOr",
     "allow docs when args.some_long_name == \"https\" and "
     "args.other_long_name == \"https\" and args.third_long_name or "
     "not (args.b or args.c);",
     R"(allow docs
  when args.some_long_name == "https"
         and args.other_long_name == "https"
         and args.third_long_name
    or not (args.b or args.c);
)"},
    {"LongGroup",
     "allow docs when args.a and (args.some_long_name == \"https\" or "
     "args.other_long_name == \"http\" or args.c);",
     R"(allow docs
  when args.a
   and (args.some_long_name == "https"
        or args.other_long_name == "http"
        or args.c);
)"},
    {"LongComparison",
     "allow docs when args.some_long_name.of_something.inside == "
     "\"https://docs.example.com/path\";",
     R"(allow docs
  when args.some_long_name.of_something.inside
         == "https://docs.example.com/path";
)"},
    {"LongSet",
     "allow docs when args.operation in {\"DescribeServices\", "
     "\"DescribeTaskDefinition\", \"DescribeTasks\"};",
     R"(allow docs
  when args.operation in {"DescribeServices", "DescribeTaskDefinition",
                          "DescribeTasks"};
)"},
};
INSTANTIATE_TEST_SUITE_P(Rules, FormatTest, testing::ValuesIn(kRules),
                         [](const auto& info) { return info.param.name; });

const Case kDeclarations[] = {
    {"Spaces",
     "set a={ 1,- 2 , \"x\" }-b-c;limit l=5 per day per args . a [ 0 ] cost "
     "- 1*args.n;@suppress( \"a\" ,\"b\" )default  deny;",
     R"(set a = {1, -2, "x"} - b - c;
limit l = 5 per day per args.a[0] cost -1 * args.n;
@suppress("a", "b")
default deny;
)"},
    {"BlankLines", "\n\n\ndefault deny;\n\n\n\nset a = {};\nset b = {};\n\n\n",
     "\ndefault deny;\n\nset a = {};\nset b = {};\n"},
    {"LongSetDeclaration",
     "set read_operations = {\"DescribeCapacityProviders\", "
     "\"DescribeClusters\", \"DescribeContainerInstances\"};",
     R"(set read_operations = {
  "DescribeCapacityProviders",
  "DescribeClusters",
  "DescribeContainerInstances"
};
)"},
    {"Predicate",
     "predicate in_production ( cluster ) = cluster like {\"prod-*\", "
     "\"*:cluster/prod-*\"} or cluster in protected;",
     R"(predicate in_production(cluster) =
  cluster like {"prod-*", "*:cluster/prod-*"} or cluster in protected;
)"},
    {"Class",
     "class c {\n\n  tool ecs_resource_management when args.api_operation in "
     "ecs.destructive_operations;\n\n\n  tool x;\n\n}\nclass d {\n tool x;\n}\n"
     "class e {\n}",
     R"(class c {
  tool ecs_resource_management
    when args.api_operation in ecs.destructive_operations;

  tool x;
}
class d { tool x; }
class e {}
)"},
    {"Limit",
     "limit budget = 1000 per day per grant, subject cost args.amount on class "
     "transfers when args.a;",
     R"(limit budget = 1000 per day per grant, subject
  cost args.amount
  on class transfers
  when args.a;
)"},
    {"Assertion",
     "assert secrets_stay: never allow tool read_text_file when "
     "path(args.path) under \"/srv/project\";",
     R"(assert secrets_stay: never allow tool read_text_file
  when path(args.path) under "/srv/project";
)"},
    {"Test",
     "test \"t\" { at time ( \"2026-01-15T10:30:00Z\" );\n\n"
     "call ecs {\"a\":[1,-2]} times 2;call ecs_resource_management "
     "{\"api_operation\": \"UpdateService\", \"api_params\": {\"cluster\": "
     "\"arn:aws:ecs\"}};}test \"u\" { }",
     R"(test "t" {
  at time("2026-01-15T10:30:00Z");

  call ecs {"a": [1, -2]} times 2;
  call ecs_resource_management
    {"api_operation": "UpdateService",
     "api_params": {"cluster": "arn:aws:ecs"}};
}
test "u" {}
)"},
};
INSTANTIATE_TEST_SUITE_P(Declarations, FormatTest,
                         testing::ValuesIn(kDeclarations),
                         [](const auto& info) { return info.param.name; });

const Case kComments[] = {
    {"BehindADeclaration", "default deny; // no\n// next\nset a = {};",
     "default deny;  // no\n// next\nset a = {};\n"},
    {"LongOnesBreakNothing",
     "allow reading class reads; // a comment that goes on well beyond what "
     "fits on a line\n",
     "allow reading class reads;  // a comment that goes on well beyond what "
     "fits on a line\n"},
    {"InARule",
     "deny a // why\n  // which\n  tool x\n  /* when */ when args.a;",
     R"(deny a  // why
  // which
  tool x
  /* when */ when args.a;
)"},
    {"InACondition", "deny a when args.a // one\n and args.b // two\n;",
     R"(deny a
  when args.a  // one
   and args.b;  // two
)"},
    {"InAList", "set a = {\"x\" // one\n, \"y\", // two\n // last\n};",
     R"(set a = {
  "x",  // one
  "y",  // two
  // last
};
)"},
    {"InABlock",
     "class c { // of tools\n // first\n tool a;\n\n // second\n tool b; // b\n"
     " // end\n}\n// of the file",
     R"(class c {  // of tools
  // first
  tool a;

  // second
  tool b;  // b
  // end
}
// of the file
)"},
    {"Blocks", "/* one\n     * two\n     */\ndeny a tool /* x */ y;",
     "/* one\n * two\n */\ndeny a tool /* x */ y;\n"},
    {"Documentation", "///  About a.\n///\n\ndeny a;\n\n//// rule\n\ndeny b;",
     "///  About a.\n///\ndeny a;\n\n//// rule\n\ndeny b;\n"},
};
INSTANTIATE_TEST_SUITE_P(Comments, FormatTest, testing::ValuesIn(kComments),
                         [](const auto& info) { return info.param.name; });

TEST(FormatFileTest, EveryConstruct) {
  ASSERT_TRUE(ParseText(kEveryConstruct).parsed)
      << ParseText(kEveryConstruct).errors;
  EXPECT_TRUE(FormatsWell(kEveryConstruct));
}

TEST(FormatFileTest, LineEndsAndMarks) {
  EXPECT_EQ(FormatText("\xEF\xBB\xBF// a \r\npolicy p;\r\n\r\n\r\ndeny a;"),
            "// a\npolicy p;\n\ndeny a;\n");
  EXPECT_EQ(FormatText("/* a *//* b */ policy p;"),
            "/* a */ /* b */ policy p;\n");
}

TEST(FormatFileTest, NothingIsMadeOfErrors) {
  EXPECT_EQ(FormatText("policy p;\ndeny a when;\n"), std::nullopt);
  EXPECT_EQ(FormatText("deny a;\n"), std::nullopt);
  EXPECT_EQ(FormatText(""), std::nullopt);
}

TEST(FormatFileTest, LargeFilesAreQuick) {
  std::string text = "policy p;\nset s = {";
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i) + ", ";
  text += "0};\ndeny a when args.a";
  for (int i = 0; i < 20'000; ++i) text += " or args.b and args.c";
  text += ";\ndeny b when " + std::string(120, '(') + "args.a" +
          std::string(120, ')') + ";\n";
  for (int i = 0; i < 5'000; ++i) {
    text += "// c\ndeny r" + std::to_string(i) + ";\n";
  }
  const std::optional<std::string> once = FormatText(text);
  ASSERT_TRUE(once);
  EXPECT_EQ(FormatText(*once), once);
}

std::vector<std::string> PoliciesIn(const std::vector<std::string>& folders) {
  std::vector<std::string> out;
  for (const std::string& folder : folders) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.path().extension() != ".pol") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      out.emplace_back(std::istreambuf_iterator<char>(file),
                       std::istreambuf_iterator<char>());
    }
  }
  return out;
}

std::vector<std::string> TreePolicies() {
  return PoliciesIn({"examples", "stdlib", "test/cases"});
}

TEST(FormatFileTest, PoliciesOfTheTree) {
  const std::vector<std::string> policies = TreePolicies();
  EXPECT_GE(policies.size(), 4u);
  for (const std::string& text : policies) {
    EXPECT_TRUE(FormatsWell(text));
    EXPECT_EQ(FormatText(text), text) << "run `polc fmt` on it";
  }
}

TEST(FormatFileTest, InputsOfOtherTests) {
  int parsed = 0;
  for (const std::string& text : PoliciesIn({"test/lit"})) {
    if (!ParseText(text).parsed) continue;
    ++parsed;
    EXPECT_TRUE(FormatsWell(text));
  }
  EXPECT_GT(parsed, 5);
}

// Changes a policy by words and symbols, and what is between them.
class TokenMutator {
 public:
  TokenMutator(const std::string& text, unsigned seed) : random_(seed) {
    for (size_t at = 0; at < text.size();) {
      const size_t end = EndOfPiece(text, at);
      pieces_.push_back(text.substr(at, end - at));
      at = end;
    }
  }

  std::string Next() {
    std::vector<std::string> pieces = pieces_;
    // Tokens seldom may change, what is between them always.
    const size_t edits = Below(3);
    for (size_t i = 0; i < edits; ++i) EditToken(&pieces);
    const size_t spaces = Below(12);
    for (size_t i = 0; i < spaces; ++i) EditSpace(&pieces);
    std::string out;
    for (const std::string& piece : pieces) out += piece;
    return out;
  }

 private:
  static bool IsWord(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  }

  // A word, a string, a comment, a run of spaces or one symbol.
  static size_t EndOfPiece(const std::string& text, size_t at) {
    size_t end = at + 1;
    if (text.compare(at, 2, "//") == 0) {
      return std::min(text.find('\n', at), text.size() - 1) + 1;
    }
    if (text[at] == '"') {
      while (end < text.size() && text[end] != '"') {
        end += text[end] == '\\' ? 2 : 1;
      }
      return std::min(end + 1, text.size());
    }
    const bool word = IsWord(text[at]);
    const bool space = std::isspace(static_cast<unsigned char>(text[at])) != 0;
    while ((word && IsWord(text[end])) ||
           (space && std::isspace(static_cast<unsigned char>(text[end])))) {
      ++end;
    }
    return end;
  }

  size_t Below(size_t n) { return random_() % n; }

  void EditToken(std::vector<std::string>* pieces) {
    const size_t at = Below(pieces->size());
    const auto begin = pieces->begin() + static_cast<ptrdiff_t>(at);
    const auto left = static_cast<size_t>(pieces->end() - begin);
    const auto end =
        begin + static_cast<ptrdiff_t>(std::min(left, 1 + Below(4)));
    switch (Below(4)) {
      case 0:
        pieces->erase(begin, end);
        break;
      case 1:
        *begin = pieces_[Below(pieces_.size())];
        break;
      case 2: {
        const std::vector<std::string> copy(begin, end);
        pieces->insert(end, copy.begin(), copy.end());
        break;
      }
      default:
        pieces->insert(begin, pieces_[Below(pieces_.size())]);
        break;
    }
  }

  void EditSpace(std::vector<std::string>* pieces) {
    static const std::vector<std::string> spaces = {
        " ",
        "\n",
        "\n\n",
        "\n\n\n  ",
        " // c\n",
        "\n// own\n",
        "\n\n// o\n\n",
        "/* b */",
        " /* b */\n",
        "\n/* b */ ",
        "\n/* b */\n",
        "/* l\n * m */",
        "\n/* l\n m */",
        "\n/// d\n",
        " /// d \n",
        "//// r\n",
        " \t\r\n",
        "// c \t\r\n// c\n",
        "/* b *//* b */",
        "/*a*/ // c\n",
    };
    const size_t at = Below(pieces->size());
    pieces->insert(pieces->begin() + static_cast<ptrdiff_t>(at),
                   spaces[Below(spaces.size())]);
  }

  std::mt19937 random_;
  std::vector<std::string> pieces_;
};

TEST(FormatFileTest, MutatedPolicies) {
  constexpr unsigned kSeed = 20260115;
  std::vector<std::string> policies = TreePolicies();
  policies.push_back(kEveryConstruct);
  policies.push_back(FormatText(kEveryConstruct).value_or(""));
  int parsed = 0;
  for (size_t i = 0; i < policies.size(); ++i) {
    TokenMutator mutator(policies[i], kSeed + static_cast<unsigned>(i));
    const int rounds = i + 2 < policies.size() ? 200 : 4000;
    for (int round = 0; round < rounds; ++round) {
      const std::string text = mutator.Next();
      if (!ParseText(text).parsed) continue;
      ++parsed;
      ASSERT_TRUE(FormatsWell(text))
          << "seed " << kSeed << ", policy " << i << ", round " << round;
    }
  }
  RecordProperty("seed", static_cast<int>(kSeed));
  RecordProperty("parsed", parsed);
  EXPECT_GT(parsed, 2500);
}

}  // namespace
}  // namespace polc::syntax
