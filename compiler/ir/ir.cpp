// Names of the IR's enumerations and the few functions that belong to no
// engine: Kleene's connectives and which policy covers a server.
#include "compiler/ir/ir.h"

#include <algorithm>

#include "compiler/support/check.h"

namespace polc::ir {
namespace {

// A member that can stand after a dot.
bool IsName(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
  });
}

template <size_t N>
std::string_view NameIn(const std::array<std::string_view, N>& names,
                        size_t index) {
  POLC_CHECK(index < N, "an enumerator has no name");
  return names[index];
}

}  // namespace

std::string_view RootName(Root root) {
  static constexpr std::array<std::string_view, kRootCount> kNames = {
      "args",         "caller.claims",
      "caller.grant", "caller.subject",
      "caller.roles", "server",
      "session",      "method",
      "tool",         "resource",
      "prompt",       "defined",
      "marks",        "it"};
  return NameIn(kNames, static_cast<size_t>(root));
}

std::string_view KindName(Kind kind) {
  static constexpr std::array<std::string_view, kKindCount> kNames = {
      "missing", "null", "bool",   "number", "bigint",
      "string",  "list", "object", "bad"};
  return NameIn(kNames, static_cast<size_t>(kind));
}

std::string_view LangKindName(LangKind kind) {
  static constexpr std::array<std::string_view, kLangKindCount> kNames = {
      "any",          "set",      "glob",       "matches",  "finds",
      "prefix",       "suffix",   "contains",   "path",     "path_under",
      "path_segment", "url",      "url_scheme", "url_host", "url_path",
      "url_query",    "url_port", "ip",         "cidr",     "not",
      "and",          "or"};
  return NameIn(kNames, static_cast<size_t>(kind));
}

std::string_view TermKindName(TermKind kind) {
  static constexpr std::array<std::string_view, kTermKindCount> kNames = {
      "constant", "number", "length",  "size", "port", "time",     "now",
      "hour",     "minute", "weekday", "date", "add",  "subtract", "multiply",
      "negate",   "text",   "scheme",  "host", "path", "query"};
  return NameIn(kNames, static_cast<size_t>(kind));
}

bool ReadsField(TermKind kind) {
  return (kind >= TermKind::kNumber && kind <= TermKind::kTime) || IsText(kind);
}

bool ReadsZone(TermKind kind) {
  return kind >= TermKind::kHour && kind <= TermKind::kDate;
}

bool IsText(TermKind kind) { return kind >= TermKind::kText; }

std::string_view CompareOpName(CompareOp op) {
  static constexpr std::array<std::string_view, kCompareOpCount> kNames = {
      "equal", "less", "less_equal", "under_join", "member"};
  return NameIn(kNames, static_cast<size_t>(op));
}

std::string_view CalculationName(Calculation op) {
  static constexpr std::array<std::string_view, kCalculationCount> kNames = {
      "equal", "less", "less_equal", "in", "member"};
  return NameIn(kNames, static_cast<size_t>(op));
}

bool CanFold(LangKind kind) {
  return kind >= LangKind::kSet && kind <= LangKind::kContains;
}

std::string_view VerdictName(Verdict v) {
  static constexpr std::array<std::string_view, 3> kNames = {"false", "true",
                                                             "error"};
  return NameIn(kNames, static_cast<size_t>(v));
}

std::string_view TestKindName(TestKind kind) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "none", "string", "number", "bool", "length", "size", "only"};
  return NameIn(kNames, static_cast<size_t>(kind));
}

std::string_view WindowName(Window window) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "second", "minute", "hour", "day", "week", "month", "concurrent"};
  return NameIn(kNames, static_cast<size_t>(window));
}

std::string_view EffectName(Effect effect) {
  static constexpr std::array<std::string_view, 3> kNames = {"deny", "ask",
                                                             "allow"};
  return NameIn(kNames, static_cast<size_t>(effect));
}

std::string_view DefaultEffectName(DefaultEffect effect) {
  static constexpr std::array<std::string_view, 4> kNames = {"deny", "ask",
                                                             "allow", "none"};
  return NameIn(kNames, static_cast<size_t>(effect));
}

std::string FieldName(const Field& field) {
  std::string name(RootName(field.root));
  for (const Step& step : field.steps) {
    if (step.index >= 0) {
      name += "[" + std::to_string(step.index) + "]";
    } else if (IsName(step.member)) {
      name += "." + step.member;
    } else {
      name += "[\"";
      for (const char c : step.member) {
        if (c == '"' || c == '\\') name += '\\';
        name += c;
      }
      name += "\"]";
    }
  }
  return name;
}

Verdict Not(Verdict v) {
  if (v == Verdict::kError) return v;
  return v == Verdict::kTrue ? Verdict::kFalse : Verdict::kTrue;
}

Verdict And(Verdict a, Verdict b) {
  if (a == Verdict::kFalse || b == Verdict::kFalse) return Verdict::kFalse;
  if (a == Verdict::kError || b == Verdict::kError) return Verdict::kError;
  return Verdict::kTrue;
}

Verdict Or(Verdict a, Verdict b) { return Not(And(Not(a), Not(b))); }

Outcomes AllOutcomes(Outcome fill) {
  Outcomes on;
  on.fill(fill);
  return on;
}

bool ReadsNow(const Module& module, const Cond& cond) {
  bool reads = false;
  for (const TermId side : {cond.left, cond.right}) {
    if (!side.valid()) continue;
    EachTerm(module, side, [&](const Term& term) {
      reads |= term.kind == TermKind::kNow || ReadsZone(term.kind);
    });
  }
  return reads;
}

bool Covers(const Policy& policy, std::string_view server) {
  return policy.servers.empty() ||
         std::find(policy.servers.begin(), policy.servers.end(), server) !=
             policy.servers.end();
}

}  // namespace polc::ir
