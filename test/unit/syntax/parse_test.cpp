// What the parser makes of texts: trees, and errors with their places.
#include "compiler/syntax/parse.h"

#include <gtest/gtest.h>

#include <string>

#include "compiler/diag/diag.h"
#include "compiler/source/source.h"
#include "test/unit/syntax/parse_support.h"

namespace polc::syntax {
namespace {

struct Case {
  const char* name;
  std::string text;
  std::string outcome;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::string NameOf(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

// ---- conditions ----

class ConditionTest : public testing::TestWithParam<Case> {};

TEST_P(ConditionTest, Tree) {
  EXPECT_EQ(TreeOfCondition(GetParam().text), GetParam().outcome);
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, ConditionTest,
    testing::Values(
        Case{"AndBindsTighterThanOr", "a or b and not c",
             "or\n  path a\n  and\n    path b\n    not\n      path c\n"},
        Case{"NotBindsLooserThanComparison", "not a == 1",
             "not\n  ==\n    path a\n    number 1\n"},
        Case{"ProductBindsTighterThanSum", "1 + 2 * a < b - 3 - 4",
             "<\n  add\n    number 1\n    mul\n      number 2\n      path a\n"
             "  sub\n    sub\n      path b\n      number 3\n    number 4\n"},
        Case{"RangeIsNotADecimal", "a in 1..5",
             "in\n  path a\n  range\n    number 1\n    number 5\n"},
        Case{"RangeOfDecimals", "a in 1.5..2.5",
             "in\n  path a\n  range\n    number 1.5\n    number 2.5\n"},
        Case{"SignBelongsToALiteral", "a == -1 and b == -(1) and c == - -2",
             "and\n  ==\n    path a\n    number -1\n"
             "  ==\n    path b\n    neg\n      number 1\n"
             "  ==\n    path c\n    neg\n      number -2\n"},
        Case{"NegatedTests", "a not in s and a not like \"x\"",
             "and\n  not-in\n    path a\n    path s\n"
             "  not-like\n    path a\n    string \"x\"\n"},
        Case{"IgnoringCaseBelongsToOneTest",
             "a == \"x\" ignoring case and a ends with \"y\"",
             "and\n  == ignoring case\n    path a\n    string \"x\"\n"
             "  ends-with\n    path a\n    string \"y\"\n"},
        Case{"PathSteps", "args.when[\"odd key\"][3].limit is null",
             "is null\n  path args.when[\"odd key\"][3].limit\n"},
        Case{"DefaultTakesALiteral", "args.a ?? \"d\" == \"e\"",
             "==\n  default\n    path args.a\n    string \"d\"\n"
             "  string \"e\"\n"},
        Case{"MemberOfACall", "url(args.u).host in cidr(\"10.0.0.0/8\")",
             "in\n  member host\n    call url\n      path args.u\n"
             "  call cidr\n    string \"10.0.0.0/8\"\n"},
        Case{"ImportedPredicate", "n.p(args.a ?? 1)",
             "call n.p\n  default\n    path args.a\n    number 1\n"},
        Case{"UnderJoin", "path(args.a) under \"/home\" / caller.subject",
             "under\n  call path\n    path args.a\n"
             "  join\n    string \"/home\"\n    path caller.subject\n"},
        Case{"Quantifiers",
             "any v in args.l (v == 1) or all v in args.l (has v.a)",
             "or\n  any v\n    path args.l\n    ==\n      path v\n"
             "      number 1\n"
             "  all v\n    path args.l\n    has\n      path v.a\n"},
        Case{"Only", "args only {a, \"b c\"}",
             "only\n  path args\n  set\n    string \"a\"\n"
             "    string \"b c\"\n"},
        Case{"Zone", "now in zone \"Europe/Berlin\".hour < 9",
             "<\n  member hour\n    in-zone\n      path now\n"
             "      string \"Europe/Berlin\"\n  number 9\n"},
        Case{"ZoneInParentheses", "(now in zone \"UTC\").weekday == \"monday\"",
             "==\n  member weekday\n    in-zone\n      path now\n"
             "      string \"UTC\"\n  string \"monday\"\n"},
        Case{"WordsOfTestsAreNames", "per == call.times",
             "==\n  path per\n  path call.times\n"},
        Case{"EscapesAreResolved", R"(a == "\u00e9\ud83d\ude00\n\\")",
             "==\n  path a\n  string \"\xC3\xA9\xF0\x9F\x98\x80\\n\\\\\"\n"},
        Case{"RawString", R"(a matches r"^\w+\d$")",
             "matches\n  path a\n  string \"^\\\\w+\\\\d$\"\n"}),
    NameOf);

// ---- errors ----

class ErrorTest : public testing::TestWithParam<Case> {};

TEST_P(ErrorTest, Message) {
  const Outcome outcome = ParseText(GetParam().text);
  EXPECT_FALSE(outcome.parsed);
  EXPECT_EQ(outcome.errors, GetParam().outcome);
}

std::string InPolicy(const std::string& declarations) {
  return "policy p;\n" + declarations;
}

INSTANTIATE_TEST_SUITE_P(
    Words, ErrorTest,
    testing::Values(
        Case{"MisspelledEffect", InPolicy("alow a tool echo;"),
             "2:1 syntax `alow`: did you mean `allow`? |alow|\n"
             "  fix: allow\n"},
        Case{"MisspelledTarget", InPolicy("allow a tol echo;"),
             "2:9 syntax `tol`: did you mean `tool`? |tol|\n  fix: tool\n"},
        Case{"MissingSemicolon", InPolicy("allow a tool echo\nallow b;"),
             "2:18 syntax expected `;` after the rule ||\n  fix: ;\n"},
        Case{"MissingSemicolonAtTheEnd", InPolicy("set s = {1}"),
             "2:12 syntax expected `;` after the set ||\n  fix: ;\n"},
        Case{"ReservedName", InPolicy("allow set;"),
             "2:7 syntax `set` is a reserved word, not a name |set|\n"
             "  help: choose another name\n"},
        Case{"ReservedTool", InPolicy("allow a tool set;"),
             "2:14 syntax `set` is a reserved word, not a name |set|\n"
             "  help: quoted, any word is a name\n  fix: \"set\"\n"},
        Case{"MissingCondition", InPolicy("allow a when ;"),
             "2:14 syntax expected a condition, found `;` |;|\n"},
        Case{"MissingOperand", InPolicy("allow a when args.a == ;"),
             "2:24 syntax expected a value, found `;` |;|\n"},
        Case{"ChainedComparison", InPolicy("allow a when 1 < b < 3;"),
             "2:20 syntax expected an operator, `by`, `charge`, `redact`, "
             "`within` or `;`, found `<` |<|\n"
             "  help: comparisons are not chained: join two with `and`\n"},
        Case{"OneErrorAStatement",
             InPolicy("allow a tol b wen c;\nallow b tool c whe d;"),
             "2:9 syntax `tol`: did you mean `tool`? |tol|\n  fix: tool\n"
             "3:16 syntax `whe`: did you mean `when`? |whe|\n  fix: when\n"},
        Case{"ManyInOneBlock",
             InPolicy("class c { tol a; tool b; tool ; }\nallow x tol y;"),
             "2:11 syntax `tol`: did you mean `tool`? |tol|\n  fix: tool\n"
             "2:31 syntax expected a name or a string, found `;` |;|\n"
             "3:9 syntax `tol`: did you mean `tool`? |tol|\n  fix: tool\n"},
        Case{"StepsOfATest",
             InPolicy("test \"t\" { cal x; call y {a: 1}; expect alow; }"),
             "2:12 syntax `cal`: did you mean `call`? |cal|\n  fix: call\n"
             "2:27 syntax expected a string or `}`, found `a` |a|\n"
             "2:41 syntax `alow`: did you mean `allow`? |alow|\n"
             "  fix: allow\n"},
        Case{"WindowIsSingular", InPolicy("limit l = 5 per minutes;"),
             "2:17 syntax expected `day`, `hour`, `minute`, `month`, `second` "
             "or `week`, found `minutes` |minutes|\n"},
        Case{"SecondClause", InPolicy("allow a charge l charge m;"),
             "2:18 syntax a second `charge` in one rule |charge|\n"},
        Case{"ClauseOfAnotherEffect", InPolicy("deny a charge l;"),
             "2:8 syntax `charge` means nothing in a `deny` rule |charge|\n"},
        Case{"MixedSetAlgebra", InPolicy("set s = a | b - c;"),
             "2:15 syntax `-` beside `|` without parentheses |-|\n"
             "  help: put parentheses around what belongs together\n"},
        Case{"CommentInJson", InPolicy("test \"t\" { call x {/* */}; }"),
             "2:20 syntax a comment inside JSON |/*|\n"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Literals, ErrorTest,
    testing::Values(
        Case{"UnknownEscape", InPolicy(R"(allow a when b == "x\q";)"),
             "2:21 invalid-string no escape `\\q` in strings |\\q|\n"
             "  help: write `\\\\` for a backslash, or a raw string "
             "`r\"...\"`\n"},
        Case{"LoneSurrogate", InPolicy(R"(allow a when b == "\ud800x";)"),
             "2:20 invalid-string half a surrogate pair |\\ud800|\n"},
        Case{"LowSurrogate", InPolicy(R"(allow a when b == "\udc00";)"),
             "2:20 invalid-string half a surrogate pair |\\udc00|\n"},
        Case{"EscapedNul", InPolicy(R"(allow a when b == "\u0000";)"),
             "2:20 invalid-string a string cannot hold U+0000 |\\u0000|\n"},
        Case{"OpenString", InPolicy("allow a tool \"abc;\nallow b tol c;"),
             "2:14 invalid-string the string is not closed on its line |\"|\n"},
        Case{"HugeInteger", InPolicy("allow a when b > -9223372036854775808;"),
             "2:19 invalid-number integer `9223372036854775808` is beyond "
             "9007199254740991 |9223372036854775808|\n"},
        Case{"HugeExponent", InPolicy("allow a when b > 1e400;"),
             "2:18 invalid-number `1e400` is out of the range of numbers "
             "|1e400|\n"},
        Case{"LeadingZero", InPolicy("allow a when b > 01;"),
             "2:18 invalid-number `01` is neither a number nor a name |01|\n"
             "  help: numbers are written as in JSON\n"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Characters, ErrorTest,
    testing::Values(
        Case{"Homoglyph", InPolicy("\xD0\xB0llow a tool b;"),
             "2:1 invalid-character `\xD0\xB0` (U+0430) outside a string or a "
             "comment |\xD0\xB0|\n"
             "  help: it looks like `a` (U+0061)\n  fix: a\n"},
        Case{"BidiInAComment", InPolicy("// x\xE2\x80\xAEy\n"),
             "2:5 invalid-character U+202E changes the direction in which "
             "text is shown |\xE2\x80\xAE|\n"
             "  help: in a string write it as `\\u202e`\n"},
        Case{"BidiInAString", InPolicy("allow a tool \"\xE2\x81\xA6\";"),
             "2:15 invalid-character U+2066 changes the direction in which "
             "text is shown |\xE2\x81\xA6|\n"
             "  help: in a string write it as `\\u2066`\n"},
        Case{"Nul", InPolicy(std::string("allow a\0;", 9)),
             std::string("2:8 invalid-character control character U+0000 |\0|"
                         "\n",
                         51)},
        Case{"SecondMark", "\xEF\xBB\xBFpolicy p;\n// \xEF\xBB\xBF\n",
             "2:4 invalid-character invisible character U+FEFF "
             "|\xEF\xBB\xBF|\n  help: in a string write it as `\\ufeff`\n"},
        Case{"InvalidUtf8", "policy p;\n// \xC3(\n",
             "2:4 invalid-utf8 byte 0xC3 at offset 13 is not UTF-8 |\xC3|\n"},
        Case{"Utf16", std::string("\xFF\xFEp\0o\0l\0", 8),
             "1:1 invalid-utf8 the file is not UTF-8 |\xFF|\n"
             "  help: it looks like UTF-16: save it as UTF-8\n"},
        Case{"WideColumns", InPolicy("\t/* \xF0\x9F\x98\x80 */ allow a tol b;"),
             "2:18 syntax `tol`: did you mean `tool`? |tol|\n  fix: tool\n"},
        Case{"OtherLanguages", InPolicy("allow a when b && c;"),
             "2:16 syntax expected an operator, `by`, `charge`, `redact`, "
             "`within` or `;`, found `&` |&|\n  help: write `and`\n"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Structure, ErrorTest,
    testing::Values(
        Case{"Empty", "",
             "1:1 no-policy the file has no `policy NAME;` or "
             "`module NAME;` ||\n"},
        Case{"OnlyComments", "// nothing\n/* at all */\n",
             "1:1 no-policy the file has no `policy NAME;` or `module NAME;` "
             "||\n"},
        Case{"NoHeader", "allow a;\nallow b;\n",
             "1:1 no-policy a declaration before `policy NAME;` or "
             "`module NAME;` |allow|\n"},
        Case{"TwoHeaders", "policy p;\nmodule m;\n",
             "2:1 syntax a second header in one file |module m;|\n"
             "  note: the first is here |p|\n"},
        Case{"UnknownVersion", "pol 2;\npolicy p;\n",
             "1:5 syntax version `2` of the language is unknown |2|\n"
             "  help: this program reads version 1\n"},
        Case{"LateVersion", "policy p;\npol 1;\n",
             "2:1 syntax the language's version stands once, before all else "
             "|pol 1;|\n"},
        Case{"OpenParenthesis", InPolicy("allow a when (b;\nallow c tol d;"),
             "2:14 unbalanced-bracket `(` is not closed |(|\n"
             "3:9 syntax `tol`: did you mean `tool`? |tol|\n  fix: tool\n"},
        Case{"OpenBlock",
             InPolicy("class c { tool a;\nallow b tool c;\nallow d tol e;\n"),
             "2:9 unbalanced-bracket `{` is not closed |{|\n"
             "4:9 syntax `tol`: did you mean `tool`? |tol|\n  fix: tool\n"},
        Case{"WrongCloser", InPolicy("allow a when (b];"),
             "2:16 unbalanced-bracket `]` closes nothing |]|\n"
             "  note: `(` is closed by `)` |(|\n"},
        Case{"OpenComment", InPolicy("allow a; /* b\nallow c tol d;"),
             "2:10 unbalanced-bracket `/*` is not closed |/*|\n"}),
    NameOf);

// ---- the rest ----

TEST(ParseTest, ByteOrderMarkOnceAtTheStart) {
  EXPECT_TRUE(ParseText("\xEF\xBB\xBFpolicy p;\n").parsed);
  EXPECT_TRUE(ParseText("policy p;\r\nallow a;\r\n").parsed);
}

TEST(ParseTest, RangesAreBytesOfWhatIsWritten) {
  const Outcome outcome = ParseText(
      "policy p;\nallow r tool \"\xC3\xA9\" when not (args.a /**/ + 1) < -2;\n",
      true);
  EXPECT_EQ(outcome.tree,
            "policy p [7,8)\n"
            "allow r [10,60)\n"
            "  on tool \"\xC3\xA9\" [18,27)\n"
            "  when\n"
            "    not [33,59)\n"
            "      < [37,59)\n"
            "        add [37,54)\n"
            "          path args.a [38,44)\n"
            "          number 1 [52,53)\n"
            "        number -2 [57,59)\n");
}

TEST(ParseTest, DocumentationAndSuppressions) {
  const Outcome outcome = ParseText(
      "/// The policy.\n"
      "policy p;  // not this\n"
      "//// nor this\n"
      "/// One.\n"
      "///  Two.\n"
      "@suppress(\"raw-path\", \"why\")\n"
      "/// Three.\n"
      "allow r;\n");
  EXPECT_EQ(outcome.tree,
            "policy p\n"
            "  doc \"The policy.\"\n"
            "allow r\n"
            "  doc \"One.\\n Two.\\nThree.\"\n"
            "  suppress \"raw-path\" \"why\"\n");
}

TEST(ParseTest, ReservedWordsAreMembersOnly) {
  for (const char* word :
       {"all",     "allow",     "and",     "any",      "as",       "ask",
        "assert",  "by",        "catalog", "charge",   "class",    "contains",
        "default", "deny",      "else",    "ends",     "except",   "false",
        "finds",   "for",       "has",     "ignoring", "import",   "in",
        "is",      "like",      "limit",   "mark",     "matches",  "method",
        "module",  "not",       "now",     "null",     "only",     "or",
        "policy",  "predicate", "prompt",  "redact",   "resource", "set",
        "starts",  "test",      "tool",    "true",     "under",    "when",
        "within",  "zone"}) {
    const std::string text(word);
    EXPECT_TRUE(ParseText(InPolicy("allow a when args." + text + ";")).parsed)
        << word;
    EXPECT_FALSE(ParseText(InPolicy("allow " + text + ";")).parsed) << word;
    EXPECT_TRUE(ParseText(InPolicy("allow a tool \"" + text + "\";")).parsed)
        << word;
  }
}

TEST(ParseTest, OtherWordsAreNames) {
  for (const char* word :
       {"advisory", "after",   "always",     "approve", "at",       "bool",
        "call",     "case",    "concurrent", "cost",    "day",      "days",
        "error",    "expect",  "file",       "grant",   "hidden",   "hour",
        "hours",    "ip",      "list",       "listed",  "minute",   "minutes",
        "month",    "most",    "never",      "none",    "number",   "object",
        "on",       "per",     "pol",        "read",    "refund",   "reject",
        "role",     "roles",   "rolling",    "same",    "second",   "seconds",
        "server",   "session", "string",     "subject", "suppress", "time",
        "times",    "week",    "weeks",      "with",    "monday",   "and_"}) {
    const std::string text(word);
    const Outcome outcome =
        ParseText(InPolicy("set " + text + " = " + text +
                           ";\n"
                           "predicate " +
                           text + "(" + text + ") = " + text + " in " + text +
                           " and " + text + "(args." + text +
                           ");\n"
                           "limit " +
                           text + " = 1 per minute per " + text +
                           ";\n"
                           "allow " +
                           text + " tool " + text + " charge " + text +
                           ";\n"
                           "test \"t\" { call " +
                           text + " {}; expect deny by " + text + "; }"));
    EXPECT_TRUE(outcome.parsed) << word << "\n" << outcome.errors;
  }
}

TEST(ParseTest, TokensKeepComments) {
  source::Files files;
  const auto id =
      files.Add("t.pol", "policy p; // c\nset s = {1, r\"x\"};\n/* end */");
  diag::Diagnostics diags;
  EXPECT_EQ(DumpTokens(files, id, &diags),
            "1:1 keyword policy\n1:8 name p\n1:9 symbol ;\n1:11 comment // c\n"
            "2:1 keyword set\n2:5 name s\n2:7 symbol =\n2:9 symbol {\n"
            "2:10 number 1\n2:11 symbol ,\n2:13 string r\"x\"\n2:17 symbol }\n"
            "2:18 symbol ;\n3:1 comment /* end */\n");
  EXPECT_FALSE(diags.has_errors());
}

}  // namespace
}  // namespace polc::syntax
