#include "test/unit/syntax/format_support.h"

#include <algorithm>

#include "compiler/diag/diag.h"
#include "compiler/source/source.h"
#include "compiler/syntax/format/format.h"
#include "test/unit/syntax/parse_support.h"

namespace polc::syntax {
namespace {

bool HasUntidyLine(const std::string& text) {
  return text.find(" \n") != std::string::npos ||
         text.find("\n\n\n") != std::string::npos || text.starts_with('\n') ||
         text.ends_with("\n\n") || !text.ends_with('\n');
}

// What follows a comment's first line may be indented otherwise.
std::string Stripped(const std::string& comment) {
  std::string out;
  for (size_t at = 0; at < comment.size();) {
    const size_t end = std::min(comment.find('\n', at), comment.size());
    const std::string line = comment.substr(at, end - at);
    const size_t begin = line.find_first_not_of(" \t\r");
    const size_t last = line.find_last_not_of(" \t\r");
    if (begin != std::string::npos) out += line.substr(begin, last + 1 - begin);
    out += '\n';
    at = end + 1;
  }
  return out;
}

}  // namespace

std::vector<std::string> CommentsIn(const std::string& text) {
  std::vector<std::string> out;
  for (size_t at = 0; at < text.size();) {
    size_t end = at + 1;
    if (text.compare(at, 2, "//") == 0) {
      end = std::min(text.find('\n', at), text.size());
      out.push_back(Stripped(text.substr(at, end - at)));
    } else if (text.compare(at, 2, "/*") == 0) {
      end = std::min(text.find("*/", at + 2), text.size() - 2) + 2;
      out.push_back(Stripped(text.substr(at, end - at)));
    } else if (text[at] == '"') {
      const bool is_raw =
          at > 0 && text[at - 1] == 'r' &&
          (at < 2 || !(std::isalnum(static_cast<unsigned char>(text[at - 2])) ||
                       text[at - 2] == '_'));
      while (end < text.size() && text[end] != '"') {
        end += text[end] == '\\' && !is_raw ? 2 : 1;
      }
      end = std::min(end + 1, text.size());
    }
    at = end;
  }
  return out;
}

std::optional<std::string> FormatText(const std::string& text) {
  source::Files files;
  const source::FileId id = files.Add("test.pol", text);
  diag::Diagnostics diags;
  return Format(files, id, &diags);
}

testing::AssertionResult FormatsWell(const std::string& text) {
  const std::optional<std::string> once = FormatText(text);
  if (!once) return testing::AssertionFailure() << "not formatted:\n" << text;
  const auto failure = [&](const char* what) {
    return testing::AssertionFailure() << what << ":\n"
                                       << text << "\nis formatted to\n"
                                       << *once;
  };
  const Outcome outcome = ParseText(*once);
  if (!outcome.parsed) return failure("does not parse") << outcome.errors;
  if (outcome.tree != ParseText(text).tree) return failure("another tree");
  if (CommentsIn(*once) != CommentsIn(text)) return failure("other comments");
  const std::optional<std::string> twice = FormatText(*once);
  if (twice != once) return failure("not stable") << "\nthen\n" << *twice;
  // A block comment may hold anything.
  if (text.find("/*") == std::string::npos && HasUntidyLine(*once)) {
    return failure("untidy");
  }
  return testing::AssertionSuccess();
}

const char kEveryConstruct[] = R"pol(pol 1;
/// Doc.
policy p for server "s", t;
import std.aws.ecs; import "f.pol" as f;
catalog "f.json" advisory;
set a = {"x", "y"} | b | (c - {-1.5e3, true,});
set ids = file "ids.txt";
predicate q(x, per) = x like {"p*"} or not x in 1..5 and has args.a[0]["k"];
class c { tool a, "b-*" when args.x ?? 1 == 1; resource under "file:///"; }
class one { prompt x; }
limit l = 60 per minute per grant, args.k cost args.n * 2 + 1 rolling on class c
  when args.z starts with "a" refund on error;
limit k = 5 concurrent per tool on method "a/b";
mark m per grant for 2 days on tool "read_*" when args.a is string;
@suppress("raw-path", "why") @suppress("dead", r"w\y")
deny d "No {args.p}" class c except tool e
  when any v in args.l (v == "z" or v ends with "q" ignoring case);
ask k tool t charge l, (l else ask) by role "r", s within 15 minutes
  redact args.a, args.b["c"];
allow u when now in zone "UTC".hour in 1..length(args.s)
  and path(args.p) under "/a" / caller.subject and -(-args.n) <= 2
  and args only {a, "b c"} and args.s not matches r"\d+" ;
default none;
assert n: at most 10 allow per minute per grant tool x when args.a contains "b";
assert o: at most 1 ask in any hour resource "u";
assert s: never allow tool x when args.a != "" after tool y when f.q(args.b);
assert r: same as "other" on tool x when size(args.l) > 1;
assert w: always deny;
test "t" {
  as grant "ci" roles {"sre", x,};
  at time("2026-01-15T10:30:00Z"); after 61 seconds;
  call x {"a": [1, -2.5e3, true, null, {}], "b": {"c": []}} times 3;
  call y; read "u"; approve as subject "k"; approve; reject;
  expect allow by d times 2, deny by limit l, deny by default;
  expect listed x, hidden "y z";
}
)pol";

}  // namespace polc::syntax
