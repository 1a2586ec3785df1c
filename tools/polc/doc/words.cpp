#include "tools/polc/doc/words.h"

#include <fmt/format.h>

#include <array>

namespace polc::tool::doc {
namespace {

using ast::Expr;
using ast::ExprKind;

// A text between quotes, as code.
Inline Quoted(const std::string& text) {
  return text.empty() ? Text("the empty text") : Code(text);
}

Line Of(Inline part) { return {std::move(part)}; }

bool IsOfCaller(const Expr& expr, std::string_view what) {
  return expr.kind == ExprKind::kPath && expr.text == "caller" &&
         expr.steps.size() == 1 && expr.steps[0].member == what;
}
bool IsRoles(const Expr& expr) { return IsOfCaller(expr, "roles"); }
bool IsSubject(const Expr& expr) { return IsOfCaller(expr, "subject"); }

std::string TypeWords(const std::string& type) {
  if (type == "null") return "explicitly null";
  if (type == "string") return "a text";
  if (type == "bool") return "true or false";
  if (type == "object") return "an object";
  if (type == "ip") return "an address and not a name";
  return "a " + type;
}

}  // namespace

Line Words::Condition(size_t file, const Expr& expr) const {
  switch (expr.kind) {
    case ExprKind::kAnd:
      return Joined(file, expr, " and ", ExprKind::kOr);
    case ExprKind::kOr:
      return Joined(file, expr, " or ", ExprKind::kAnd);
    case ExprKind::kNot:
      return Not(file, expr.operands[0]);
    case ExprKind::kHas: {
      if (IsSubject(expr.operands[0])) return Of(Text("somebody is signed in"));
      Line out = Value(file, expr.operands[0]);
      Append(&out, Text(" is given"));
      return out;
    }
    case ExprKind::kIn:
      return Member(file, expr);
    case ExprKind::kEqual:
      return Compare(file, expr, "is");
    case ExprKind::kNotEqual:
      return Compare(file, expr, "is not");
    case ExprKind::kLess:
      return Compare(file, expr, "is less than");
    case ExprKind::kLessEqual:
      return Compare(file, expr, "is at most");
    case ExprKind::kGreater:
      return Compare(file, expr, "is more than");
    case ExprKind::kGreaterEqual:
      return Compare(file, expr, "is at least");
    case ExprKind::kLike:
      return Compare(file, expr, expr.negated ? "does not match" : "matches");
    case ExprKind::kMatches:
      return Compare(
          file, expr,
          expr.negated ? "does not match the pattern" : "matches the pattern");
    case ExprKind::kFinds:
      return Compare(file, expr,
                     expr.negated ? "nowhere matches the pattern"
                                  : "somewhere matches the pattern");
    case ExprKind::kStartsWith:
      return Compare(file, expr, "begins with");
    case ExprKind::kEndsWith:
      return Compare(file, expr, "ends with");
    case ExprKind::kContains:
      return Compare(file, expr, "contains");
    case ExprKind::kUnder:
      return Compare(file, expr, "is at or below");
    case ExprKind::kIs: {
      Line out = Value(file, expr.operands[0]);
      Append(&out, Text(" is " + TypeWords(expr.text)));
      return out;
    }
    case ExprKind::kAny:
    case ExprKind::kAll:
      return Quantified(file, expr);
    case ExprKind::kBool:
      return Of(Text(expr.number != 0 ? "always" : "never"));
    case ExprKind::kPath: {
      Line out = Value(file, expr);
      Append(&out, Text(" is true"));
      return out;
    }
    case ExprKind::kCall:
      return Call(file, expr);
    default:
      return Source(expr);
  }
}

Line Words::Joined(size_t file, const Expr& expr, std::string_view between,
                   ExprKind loosest) const {
  Line out;
  for (const Expr& operand : expr.operands) {
    if (!out.empty()) Append(&out, Text(std::string(between)));
    Append(&out, Operand(file, operand, operand.kind == loosest));
  }
  return out;
}

Line Words::Operand(size_t file, const Expr& expr, bool nested) const {
  Line inner = Condition(file, expr);
  if (!nested) return inner;
  Line out = Of(Text("("));
  Append(&out, std::move(inner));
  Append(&out, Text(")"));
  return out;
}

Line Words::Not(size_t file, const Expr& expr) const {
  if (expr.kind == ExprKind::kHas) {
    if (IsSubject(expr.operands[0])) return Of(Text("nobody is signed in"));
    Line out = Value(file, expr.operands[0]);
    Append(&out, Text(" is not given"));
    return out;
  }
  Line out = Of(Text("not ("));
  Append(&out, Condition(file, expr));
  Append(&out, Text(")"));
  return out;
}

Line Words::Member(size_t file, const Expr& expr) const {
  const Expr& left = expr.operands[0];
  const Expr& right = expr.operands[1];
  if (IsRoles(right)) {
    Line out = Of(Text(expr.negated ? "the caller does not have the role "
                                    : "the caller has the role "));
    Append(&out, Value(file, left));
    return out;
  }
  Line out = Value(file, left);
  const bool single =
      right.kind == ExprKind::kSet && right.operands.size() == 1;
  const std::string is = expr.negated ? " is not" : " is";
  if (right.kind == ExprKind::kRange) {
    Append(&out, Text(is + " from "));
    Append(&out, Value(file, right.operands[0]));
    Append(&out, Text(" to "));
    Append(&out, Value(file, right.operands[1]));
  } else if (right.kind == ExprKind::kCall) {
    Append(&out, Text(is + " in the network "));
    Append(&out, Value(file, right.operands[0]));
  } else if (single) {
    Append(&out, Text(is + " "));
    Append(&out, Value(file, right.operands[0]));
  } else {
    const char* one_of = expr.negated ? " is none of " : " is one of ";
    Append(&out, Text(one_of));
    Append(&out, Choices(file, right));
  }
  if (expr.ignoring_case) Append(&out, Text(" (in any case of letters)"));
  return out;
}

Line Words::Choices(size_t file, const Expr& expr) const {
  if (expr.kind != ExprKind::kSet) return Value(file, expr);
  Line out;
  for (size_t i = 0; i < expr.operands.size(); ++i) {
    if (i > 0) {
      Append(&out, Text(i + 1 == expr.operands.size() ? " or " : ", "));
    }
    Append(&out, Value(file, expr.operands[i]));
  }
  return out.empty() ? Of(Text("nothing")) : out;
}

Line Words::Compare(size_t file, const Expr& expr,
                    std::string_view verb) const {
  Line out = Value(file, expr.operands[0]);
  Append(&out, Text(fmt::format(" {} ", verb)));
  Append(&out, Choices(file, expr.operands[1]));
  if (expr.ignoring_case) Append(&out, Text(" (in any case of letters)"));
  return out;
}

Line Words::Quantified(size_t file, const Expr& expr) const {
  Line out = Of(Text(expr.kind == ExprKind::kAny ? "for some " : "for every "));
  Append(&out, Code(expr.text));
  Append(&out, Text(" of "));
  Append(&out, Value(file, expr.operands[0]));
  Append(&out, Text(": ("));
  Append(&out, Condition(file, expr.operands[1]));
  Append(&out, Text(")"));
  return out;
}

Line Words::Value(size_t file, const Expr& expr) const {
  switch (expr.kind) {
    case ExprKind::kString:
      return Of(Quoted(expr.text));
    case ExprKind::kNumber:
      return Of(Text(expr.text));
    case ExprKind::kBool:
      return Of(Text(expr.number != 0 ? "true" : "false"));
    case ExprKind::kPath:
      if (expr.ref == ast::Ref::kSet) {
        return Named(file, sema::SymbolKind::kSet, "set", Source(expr)[0].text);
      }
      return Path(expr);
    case ExprKind::kDefault: {
      Line out = Value(file, expr.operands[0]);
      Append(&out, Text(" (if not given: "));
      Append(&out, Value(file, expr.operands[1]));
      Append(&out, Text(")"));
      return out;
    }
    case ExprKind::kMember: {
      Line out = Of(Text("the " + expr.text + " of "));
      Append(&out, Value(file, expr.operands[0]));
      return out;
    }
    case ExprKind::kJoin: {
      Line out = Value(file, expr.operands[0]);
      Append(&out, Text(" followed by "));
      Append(&out, Value(file, expr.operands[1]));
      return out;
    }
    case ExprKind::kCall:
      return Call(file, expr);
    default:
      return Source(expr);
  }
}

Line Words::Call(size_t file, const Expr& expr) const {
  Line out;
  if (expr.ref == ast::Ref::kPredicate) {
    out = Named(file, sema::SymbolKind::kPredicate, "predicate", expr.text);
    Append(&out, Text("("));
    for (size_t i = 0; i < expr.operands.size(); ++i) {
      if (i > 0) Append(&out, Text(", "));
      Append(&out, Value(file, expr.operands[i]));
    }
    Append(&out, Text(")"));
    return out;
  }
  if (expr.ref == ast::Ref::kMark) {
    out = Of(Text("the mark "));
    Append(&out, Named(file, sema::SymbolKind::kMark, "mark",
                       Source(expr.operands[0])[0].text));
    Append(&out, Text(" is held"));
    return out;
  }
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5>
      kFunctions = {{{"path", "the path "},
                     {"url", ""},
                     {"ip", "the address "},
                     {"length", "the length of "},
                     {"size", "the number of elements of "}}};
  for (const auto& [name, words] : kFunctions) {
    if (expr.text != name || expr.operands.size() != 1) continue;
    out = Of(Text(std::string(words)));
    Append(&out, Value(file, expr.operands[0]));
    return out;
  }
  return Source(expr);
}

Line Words::Path(const Expr& expr) const {
  if (expr.text == "caller" && expr.steps.size() == 1) {
    const std::string& what = expr.steps[0].member;
    return Of(Text(what == "subject" ? "the signed-in person"
                                     : "the caller's " + what));
  }
  // Arguments go by their names.
  const std::string text(files_.text(expr.range));
  if (expr.text == "args" && text.starts_with("args.")) {
    return Of(Code(text.substr(5)));
  }
  return Of(Code(text));
}

Line Words::Source(const Expr& expr) const {
  std::string out;
  for (const char c : files_.text(expr.range)) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return Of(Code(out));
}

Line Words::Named(size_t file, sema::SymbolKind kind, std::string_view word,
                  const std::string& name) const {
  const sema::Symbol* symbol =
      program_ == nullptr ? nullptr : program_->Find(file, kind, name);
  if (symbol == nullptr) return Of(Code(name));
  size_t home = file;
  switch (kind) {
    case sema::SymbolKind::kSet:
      home = program_->sets[symbol->index].file;
      break;
    case sema::SymbolKind::kPredicate:
      home = program_->predicates[symbol->index].file;
      break;
    case sema::SymbolKind::kClass:
      home = program_->classes[symbol->index].file;
      break;
    case sema::SymbolKind::kLimit:
      home = program_->limits[symbol->index].file;
      break;
    case sema::SymbolKind::kMark:
      home = program_->marks[symbol->index].file;
      break;
    default:
      return Of(Code(name));
  }
  const std::string plain = name.substr(name.rfind('.') + 1);
  return Of(Link(
      name, "#" + DeclarationAnchor(program_->ModuleName(home), word, plain)));
}

std::string DeclarationAnchor(const std::string& module, std::string_view word,
                              const std::string& name) {
  return Anchor(fmt::format("{} {} {}", word, module, name));
}

}  // namespace polc::tool::doc
