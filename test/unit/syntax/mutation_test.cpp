// Mutated policies: whatever the bytes, parsing ends with a tree or with
// errors, never with both or neither, and a tree prints.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "test/unit/syntax/parse_support.h"

namespace polc::syntax {
namespace {

constexpr unsigned kSeed = 20240611;
constexpr int kRounds = 4000;

const char kSeedText[] = R"pol(pol 1;
/// Doc.
policy p for server "s", t;
import std.aws.ecs;
catalog "f.json" advisory;
set a = {"x", "y"} | b;
predicate q(x, per) = x like {"p*"} or not x in 1..5 and has args.a[0]["k"];
class c { tool a, "b-*" when args.x ?? 1 == 1; resource under "file:///"; }
limit l = 60 per minute per grant, args.k cost args.n * 2 rolling on class c;
mark m per grant for 2 days on tool "read_*";
@suppress("raw-path", "why")
deny d "No {args.p}" class c except tool e when any v in args.l (v == "z");
ask k tool t charge l, (l else ask) by role "r" within 15 minutes;
default deny;
assert n: at most 10 allow per minute per grant tool x;
test "t" {
  as grant "ci" roles {"sre"};
  call x {"a": [1, -2.5e3, true, null]} times 3;
  expect allow times 2, deny by limit l;
}
)pol";

const std::vector<std::string>& Pieces() {
  static const std::vector<std::string> pieces = {
      "(",    ")",        "{",      "}",    "[",      "]",
      ";",    ",",        "\"",     "'",    "\\",     "/*",
      "*/",   "//",       "///",    "@",    "..",     "??",
      "not ", "-",        "1e999",  "007",  "\n",     "\r",
      "when", "test",     "allow ", " in ", "r\"",    "\xFF",
      "\xC3", "\xD0\xB0", "deny",   "set ", "class ", "\xE2\x80\xAE",
      "any ", "args",     "&&",     "|",
  };
  return pieces;
}

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  std::string Next() {
    std::string text = kSeedText;
    const size_t edits = 1 + Below(4);
    for (size_t i = 0; i < edits; ++i) Edit(&text);
    return text;
  }

 private:
  size_t Below(size_t n) { return random_() % n; }

  void Edit(std::string* text) {
    const size_t at = Below(text->size());
    const size_t length = 1 + Below(12);
    switch (Below(5)) {
      case 0:
        text->erase(at, length);
        break;
      case 1:
        text->insert(at, Pieces()[Below(Pieces().size())]);
        break;
      case 2:
        (*text)[at] = static_cast<char>(Below(256));
        break;
      case 3:
        text->insert(Below(text->size()), text->substr(at, length * 4));
        break;
      default:
        text->resize(at + 1);
        break;
    }
  }

  std::mt19937 random_;
};

TEST(MutationTest, EndsWithATreeOrWithErrors) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  ASSERT_TRUE(ParseText(kSeedText).parsed) << ParseText(kSeedText).errors;
  Mutator mutator(kSeed);
  int parsed = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string text = mutator.Next();
    const Outcome outcome = ParseText(text);
    ASSERT_EQ(outcome.parsed, outcome.errors.empty())
        << "round " << round << "\n"
        << outcome.errors << text;
    ASSERT_EQ(outcome.errors.find("the parser failed"), std::string::npos)
        << "round " << round << "\n"
        << outcome.errors << text;
    parsed += outcome.parsed;
  }
  RecordProperty("seed", static_cast<int>(kSeed));
  RecordProperty("parsed", parsed);
  // Both outcomes are met often enough to mean something.
  EXPECT_GT(parsed, kRounds / 50);
  EXPECT_LT(parsed, kRounds / 2);
}

}  // namespace
}  // namespace polc::syntax
