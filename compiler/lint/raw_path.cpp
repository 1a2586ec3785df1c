// raw-path: a path or a URL that is judged as it is spelled, where one place
// has many spellings; and a list of what is bad in a text that is run, where
// one command has even more.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "compiler/lint/lint.h"

namespace polc::lint {
namespace {

using ast::Expr;
using ast::ExprKind;

constexpr std::array<std::string_view, 9> kPathWords = {
    "path",        "paths",  "filepath", "dir",    "directory",
    "directories", "folder", "folders",  "dirname"};
constexpr std::array<std::string_view, 6> kUrlWords = {"url",  "urls", "uri",
                                                       "uris", "href", "link"};
constexpr std::array<std::string_view, 11> kCodeWords = {
    "command", "commands", "cmd",    "code",       "script",   "sql",
    "query",   "shell",    "source", "expression", "statement"};

enum class Meant : uint8_t { kNothing, kPath, kUrl, kCode };

template <size_t N>
bool IsOne(const std::array<std::string_view, N>& words, std::string_view s) {
  return std::find(words.begin(), words.end(), s) != words.end();
}

// The last word of a name: `targetPath` and `target_path` are about a path.
std::string LastWord(std::string_view name) {
  std::string word;
  bool was_lower = false;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool lower = c >= 'a' && c <= 'z';
    if ((!upper && !lower) || (upper && was_lower)) word.clear();
    if (upper || lower) word += upper ? static_cast<char>(c - 'A' + 'a') : c;
    was_lower = lower;
  }
  return word;
}

Meant ByName(std::string_view name) {
  const std::string word = LastWord(name);
  if (IsOne(kPathWords, word)) return Meant::kPath;
  if (IsOne(kUrlWords, word)) return Meant::kUrl;
  if (IsOne(kCodeWords, word)) return Meant::kCode;
  return Meant::kNothing;
}

bool HasScheme(std::string_view pattern) {
  for (const std::string_view scheme : {"http:", "https:", "file:", "ftp:"}) {
    if (pattern.starts_with(scheme)) return true;
  }
  return false;
}

Meant ByPattern(std::string_view pattern) {
  if (HasScheme(pattern)) return Meant::kUrl;
  const bool rooted = pattern.starts_with("/") || pattern.starts_with("~/");
  return rooted ? Meant::kPath : Meant::kNothing;
}

// The texts on the right side of a test; none of a named set.
std::vector<const Expr*> PatternsOf(const Expr& right) {
  if (right.kind == ExprKind::kString) return {&right};
  std::vector<const Expr*> out;
  if (right.kind != ExprKind::kSet) return out;
  for (const Expr& each : right.operands) {
    if (each.kind == ExprKind::kString) out.push_back(&each);
  }
  return out;
}

// What the left side is called; empty if it is no argument as it stands.
std::string NameOf(const Expr& left) {
  if (left.kind == ExprKind::kDefault) return NameOf(left.operands[0]);
  if (left.kind != ExprKind::kPath) return "";
  const bool bound =
      left.ref == ast::Ref::kParameter || left.ref == ast::Ref::kVariable;
  if (left.ref != ast::Ref::kRoot && !bound) return "";
  if (left.ref == ast::Ref::kRoot && left.text != "args") return "";
  for (size_t i = left.steps.size(); i-- > 0;) {
    if (left.steps[i].index < 0) return left.steps[i].member;
  }
  return left.text;
}

// Says where a text begins: what an ending allows is no place.
bool FixesBeginning(const Expr& test, const std::string& pattern) {
  switch (test.kind) {
    case ExprKind::kStartsWith:
      return true;
    case ExprKind::kLike:
      return !pattern.starts_with("*") && !pattern.starts_with("?");
    case ExprKind::kMatches:
      return !pattern.starts_with(".") && !pattern.starts_with("(.") &&
             !pattern.starts_with("[^");
    default:
      return false;
  }
}

// Looks for something anywhere in a text.
bool LooksInside(const Expr& test, const std::string& pattern) {
  switch (test.kind) {
    case ExprKind::kContains:
    case ExprKind::kFinds:
      return true;
    case ExprKind::kLike:
      return pattern.starts_with("*") && pattern.ends_with("*");
    case ExprKind::kMatches:
      return pattern.starts_with(".*") && pattern.ends_with(".*");
    default:
      return false;
  }
}

class RawPaths {
 public:
  explicit RawPaths(const Input& in) : in_(in) {}

  // `denies`: what `expr` is true of is less permitted; not known in a
  // predicate or a class.
  void Look(const Expr& expr, std::optional<bool> denies) {
    if (expr.kind == ExprKind::kNot && denies) denies = !*denies;
    switch (expr.kind) {
      case ExprKind::kLike:
      case ExprKind::kMatches:
      case ExprKind::kFinds:
      case ExprKind::kStartsWith:
      case ExprKind::kContains:
        return LookAtTest(expr, denies && *denies != expr.negated);
      case ExprKind::kCall:
        return;  // a predicate's inside is looked at where it is written
      default:
        for (const Expr& operand : expr.operands) Look(operand, denies);
    }
  }

 private:
  void LookAtTest(const Expr& test, bool denies) {
    const std::string name = NameOf(test.operands[0]);
    if (name.empty()) return;
    for (const Expr* pattern : PatternsOf(test.operands[1])) {
      Meant meant = ByName(name);
      const bool inside = denies && LooksInside(test, pattern->text);
      if (meant == Meant::kCode) {
        if (!inside) continue;
        return ReportCode(test);
      }
      const bool fixes = FixesBeginning(test, pattern->text);
      if (!fixes && !inside) continue;
      if (meant == Meant::kNothing && fixes) meant = ByPattern(pattern->text);
      if (meant == Meant::kNothing) continue;
      return ReportPlace(test, meant);
    }
  }

  std::string_view Text(const Expr& expr) const {
    return in_.files.text(expr.range);
  }

  void ReportPlace(const Expr& test, Meant meant) {
    const bool path = meant == Meant::kPath;
    const Expr& left = test.operands[0];
    in_.diags
        ->Report(diag::Kind::kRawPath, test.range,
                 fmt::format("`{}` is judged as it is spelled, and one {} has "
                             "many spellings",
                             Text(left), path ? "path" : "URL"))
        .Help(path ? fmt::format("write `path({}) under \"...\"`", Text(left))
                   : fmt::format("write `url({}).host in {{...}}` and the like",
                                 Text(left)));
  }

  void ReportCode(const Expr& test) {
    in_.diags
        ->Report(diag::Kind::kRawPath, test.range,
                 fmt::format("`{}` is free text, and what is looked for in it "
                             "can be written otherwise",
                             Text(test.operands[0])))
        .Help("allow what is known to be good, or let a person read it");
  }

  const Input& in_;
};

void LookAtDecl(RawPaths* raw, const ast::Decl& decl) {
  if (const auto* rule = std::get_if<ast::Rule>(&decl.node)) {
    if (rule->when) raw->Look(*rule->when, rule->effect == ast::Effect::kDeny);
  } else if (const auto* one = std::get_if<ast::Predicate>(&decl.node)) {
    raw->Look(one->body, std::nullopt);
  } else if (const auto* cls = std::get_if<ast::ClassDecl>(&decl.node)) {
    for (const ast::ClassMember& member : cls->members) {
      if (member.when) raw->Look(*member.when, std::nullopt);
    }
  }
}

}  // namespace

void CheckRawPaths(const Input& in) {
  RawPaths raw(in);
  for (const sema::LoadedFile& loaded : in.program.files) {
    if (!loaded.module_path.empty()) continue;
    for (const ast::Decl& decl : loaded.ast.decls) LookAtDecl(&raw, decl);
  }
}

}  // namespace polc::lint
