// Prints the IR, one declaration a line (docs/ir.md). Nothing is left out but
// source ranges, and nothing is printed that the parser would read otherwise.
#include <array>
#include <charconv>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/text.h"

namespace polc::ir {
namespace {

std::string Quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      char buffer[8];
      std::snprintf(buffer, sizeof buffer, "\\u%04x",
                    static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += buffer;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string Number(double value) {
  char buffer[32];
  // + 0.0 makes -0 print as what it is equal to.
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value + 0.0);
  return std::string(buffer, end.ptr);
}

template <typename T, typename F>
std::string Braces(const std::vector<T>& items, F print) {
  std::string out = "{";
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ", ";
    out += print(items[i]);
  }
  return out + "}";
}

std::string Name(char letter, int32_t index) {
  return letter + std::to_string(index);
}
std::string Name(FieldId id) { return Name('f', id.index); }
std::string Name(LangId id) { return Name('l', id.index); }
std::string Name(CondId id) { return Name('c', id.index); }
std::string Name(ZoneId id) { return Name('z', id.index); }
std::string Name(TermId id) { return Name('t', id.index); }
std::string Name(RuleId id) { return Name('r', id.index); }
std::string Name(PolicyId id) { return Name('p', id.index); }
std::string Name(LimitId id) { return Name('m', id.index); }

template <typename T>
std::string Names(const std::vector<T>& ids) {
  return Braces(ids, [](T id) { return Name(id); });
}

std::string Quotes(const std::vector<std::string>& texts) {
  return Braces(texts, Quote);
}

std::string PrintField(const Field& field) {
  std::string out(RootName(field.root));
  for (const Step& step : field.steps) {
    out += '[';
    out += step.index >= 0 ? std::to_string(step.index) : Quote(step.member);
    out += ']';
  }
  return out;
}

std::string PrintLang(const Lang& lang) {
  std::string out(LangKindName(lang.kind));
  switch (lang.kind) {
    case LangKind::kAny:
    case LangKind::kPath:
    case LangKind::kPathSegment:
    case LangKind::kUrl:
    case LangKind::kIp:
      break;
    case LangKind::kUrlPort:
      out += " " + std::to_string(lang.lo) + " " + std::to_string(lang.hi);
      break;
    case LangKind::kUrlScheme:
    case LangKind::kUrlHost:
    case LangKind::kUrlPath:
    case LangKind::kUrlQuery:
    case LangKind::kNot:
    case LangKind::kAnd:
    case LangKind::kOr:
      out += " " + Names(lang.operands);
      break;
    default:
      out += " " + Quotes(lang.texts);
  }
  if (lang.fold) out += " fold";
  return out;
}

std::string_view OutcomeName(Outcome outcome) {
  static constexpr std::array<std::string_view, 4> kNames = {"false", "true",
                                                             "error", "test"};
  return kNames[static_cast<size_t>(outcome)];
}

// The commonest outcome is `else`; of a quantifier, lists are not asked.
std::string PrintOutcomes(const Outcomes& on, bool quantifier) {
  std::array<int, 4> counts = {};
  auto asked = [&](int kind) {
    return !quantifier || kind != static_cast<int>(Kind::kList);
  };
  for (int kind = 0; kind < kKindCount; ++kind) {
    if (asked(kind)) ++counts[static_cast<size_t>(on[kind])];
  }
  size_t rest = 0;
  for (size_t i = 1; i < counts.size(); ++i) {
    if (counts[i] > counts[rest]) rest = i;
  }
  std::string out = "{";
  for (int kind = 0; kind < kKindCount; ++kind) {
    if (!asked(kind) || static_cast<size_t>(on[kind]) == rest) continue;
    out += KindName(static_cast<Kind>(kind));
    out += ": ";
    out += OutcomeName(on[kind]);
    out += ", ";
  }
  out += "else: ";
  out += OutcomeName(static_cast<Outcome>(rest));
  return out + "}";
}

std::string PrintInterval(const Interval& interval) {
  return (interval.lo_open ? "(" : "[") + Number(interval.lo) + ", " +
         Number(interval.hi) + (interval.hi_open ? ")" : "]");
}

std::string PrintTest(const Test& test) {
  if (test.kind == TestKind::kNone) return "";
  std::string out = " " + std::string(TestKindName(test.kind));
  switch (test.kind) {
    case TestKind::kString:
      out += " " + Name(test.language);
      if (test.domain.valid()) out += " within " + Name(test.domain);
      if (test.max_bytes != 0) out += " max " + std::to_string(test.max_bytes);
      break;
    case TestKind::kNumber:
      out += " " + Braces(test.intervals, PrintInterval);
      if (test.integral) out += " integral";
      break;
    case TestKind::kLength:
    case TestKind::kSize:
      out += " " + std::to_string(test.lo) + " " + std::to_string(test.hi);
      break;
    case TestKind::kOnly:
      out += " " + Quotes(test.keys);
      break;
    default:
      break;
  }
  return out;
}

std::string PrintZone(const zones::Zone& zone) {
  return Quote(zone.name) + " offset " + std::to_string(zone.first_offset) +
         " " +
         Braces(zone.changes,
                [](const zones::Change& change) {
                  return std::to_string(change.at) + " " +
                         std::to_string(change.offset);
                }) +
         " rule " + Quote(zone.footer);
}

std::string PrintTerm(const Term& term) {
  std::string out(TermKindName(term.kind));
  if (term.kind == TermKind::kConstant) out += " " + term.value.ToString();
  if (term.field.valid()) out += " " + Name(term.field);
  if (term.zone.valid()) out += " " + Name(term.zone);
  if (term.if_absent) out += " absent " + term.if_absent->ToString();
  if (term.if_absent_text) out += " absent " + Quote(*term.if_absent_text);
  for (const TermId operand : term.operands) out += " " + Name(operand);
  return out;
}

std::string PrintCompare(const Cond& cond) {
  std::string out = "compare " + std::string(CompareOpName(cond.op)) + " " +
                    Name(cond.field) + " " + Name(cond.other);
  if (cond.op == CompareOp::kUnderJoin) out += " " + Quote(cond.prefix);
  return out;
}

std::string PrintCalculation(const Cond& cond) {
  std::string out = "calculate " +
                    std::string(CalculationName(cond.calculation)) + " " +
                    Name(cond.left) + " ";
  if (cond.calculation == Calculation::kIn) {
    return out + Braces(cond.test.intervals, PrintInterval);
  }
  return out + (cond.field.valid() ? Name(cond.field) : Name(cond.right));
}

std::string PrintCond(const Cond& cond) {
  switch (cond.kind) {
    case CondKind::kConst:
      return std::string(VerdictName(cond.verdict));
    case CondKind::kTest:
      return "test " + Name(cond.field) + " " + PrintOutcomes(cond.on, false) +
             PrintTest(cond.test);
    case CondKind::kCompare:
      return PrintCompare(cond);
    case CondKind::kCalculate:
      return PrintCalculation(cond);
    case CondKind::kNot:
      return "not " + Names(cond.operands);
    case CondKind::kAnd:
      return "and " + Names(cond.operands);
    case CondKind::kOr:
      return "or " + Names(cond.operands);
    case CondKind::kAll:
      return "all " + Name(cond.field) + " " + PrintOutcomes(cond.on, true) +
             " " + Names(cond.operands);
  }
  return "";
}

std::string PrintKey(const Key& key) {
  return " key " + Quote(key.name) + " " + Name(key.field);
}

std::string PrintLimit(const Limit& limit) {
  std::string out = Quote(limit.name) + " " + limit.amount.ToString() + " " +
                    std::string(WindowName(limit.window));
  if (limit.rolling) out += " rolling";
  for (const Key& key : limit.keys) out += PrintKey(key);
  out += " cost " + Name(limit.cost);
  if (limit.refund_on_error) out += " refund";
  if (limit.on.valid()) out += " on " + Name(limit.on);
  return out + " policies " + Names(limit.policies);
}

std::string PrintMark(const Mark& mark) {
  std::string out = Quote(mark.name) + PrintKey(mark.key) + " for " +
                    std::to_string(mark.lifetime_seconds);
  if (mark.on.valid()) out += " on " + Name(mark.on);
  return out + " policies " + Names(mark.policies);
}

std::string PrintRule(const Rule& rule) {
  std::string out = Quote(rule.name) + " " + Name(rule.policy) + " " +
                    std::string(EffectName(rule.effect)) + " target " +
                    Name(rule.target) + " guard " + Name(rule.guard);
  if (!rule.reason.empty()) {
    out += " reason " + Braces(rule.reason, [](const TextPart& part) {
             return part.field.valid() ? Name(part.field) : Quote(part.literal);
           });
  }
  if (!rule.charges.empty()) {
    out += " charge " + Braces(rule.charges, [](const Charge& charge) {
             return Name(charge.limit) + (charge.or_ask ? " else_ask" : "");
           });
  }
  if (!rule.roles.empty()) out += " roles " + Quotes(rule.roles);
  out += " within " + std::to_string(rule.within_seconds);
  if (!rule.redact.empty()) out += " redact " + Names(rule.redact);
  return out;
}

std::string PrintPolicy(const Policy& policy) {
  return Quote(policy.name) + " servers " + Quotes(policy.servers) + " rules " +
         Names(policy.rules) + " default " +
         std::string(DefaultEffectName(policy.default_effect));
}

std::string PrintSchema(const Schema& schema) {
  std::string out =
      "schema " + Quote(schema.path) + " servers " + Quotes(schema.servers);
  if (schema.advisory) out += " advisory";
  out += "\n";
  for (const ToolSchema& tool : schema.tools) {
    out += "  tool " + Quote(tool.tool) + "\n";
    for (const Demand& demand : tool.demands) {
      out += "    demand " + Quote(demand.path) + " " + Quote(demand.what) +
             " " + Name(demand.cond) + "\n";
    }
  }
  return out;
}

std::string PrintAssertion(const Assertion& assertion) {
  return "assert " + Quote(assertion.name) +
         (assertion.always ? " always " : " never ") +
         std::string(EffectName(assertion.effect)) + " target " +
         Name(assertion.target) + " when " + Name(assertion.when) + "\n";
}

std::string PrintBound(const Bound& bound) {
  std::string out = "bound " + Quote(bound.name) + " " +
                    bound.amount.ToString() + " " +
                    std::string(EffectName(bound.effect)) + " " +
                    std::string(WindowName(bound.window));
  if (bound.in_any) out += " any";
  for (const Key& key : bound.keys) out += PrintKey(key);
  return out + " target " + Name(bound.target) + " when " + Name(bound.when) +
         "\n";
}

std::string PrintFlow(const Flow& flow) {
  return "flow " + Quote(flow.name) + " never " +
         std::string(EffectName(flow.effect)) + " target " + Name(flow.target) +
         " when " + Name(flow.when) + " after " + Name(flow.after_target) +
         " when " + Name(flow.after_when) + "\n";
}

std::string PrintSame(const Same& same) {
  return "same " + Quote(same.name) + " as " + Quote(same.other) + " target " +
         Name(same.target) + " when " + Name(same.when) + "\n";
}

// "field f3 = ...", numbered: the number is what other lines say.
template <typename T, typename F>
void Numbered(std::string_view word, char letter, const std::vector<T>& items,
              F print, std::string* out) {
  for (size_t i = 0; i < items.size(); ++i) {
    *out += word;
    *out += " " + Name(letter, static_cast<int32_t>(i)) + " = " +
            print(items[i]) + "\n";
  }
}

}  // namespace

std::string Print(const Module& module) {
  std::string out = "ir 1\ndigest " + Quote(module.digest) + "\n";
  Numbered("field", 'f', module.fields, PrintField, &out);
  Numbered("lang", 'l', module.langs, PrintLang, &out);
  Numbered("zone", 'z', module.zones, PrintZone, &out);
  Numbered("term", 't', module.terms, PrintTerm, &out);
  Numbered("cond", 'c', module.conds, PrintCond, &out);
  Numbered("limit", 'm', module.limits, PrintLimit, &out);
  Numbered("mark", 'k', module.marks, PrintMark, &out);
  Numbered("rule", 'r', module.rules, PrintRule, &out);
  Numbered("policy", 'p', module.policies, PrintPolicy, &out);
  for (const Schema& schema : module.schemas) out += PrintSchema(schema);
  for (const Assertion& assertion : module.assertions) {
    out += PrintAssertion(assertion);
  }
  for (const Bound& bound : module.bounds) out += PrintBound(bound);
  for (const Flow& flow : module.flows) out += PrintFlow(flow);
  for (const Same& same : module.sames) out += PrintSame(same);
  return out;
}

}  // namespace polc::ir
