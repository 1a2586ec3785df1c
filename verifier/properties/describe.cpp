#include "verifier/properties/describe.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

namespace polc::verifier {
namespace {

constexpr size_t kMaxBytes = 240;
constexpr size_t kMaxMembers = 6;

using ir::Kind;
using ir::Outcome;

std::string Language(const ir::Module& module, ir::LangId id);

// `{"a", "b"}`, without its middle if there are many.
std::string Members(std::span<const std::string> texts) {
  std::string out = "{";
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i == kMaxMembers) {
      return out + fmt::format(", ... {} more}}", texts.size() - i);
    }
    out += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", texts[i]);
  }
  return out + "}";
}

std::string Exactly(const ir::Module& module, ir::LangId id) {
  const ir::Lang& lang = module.lang(id);
  const auto quoted = [&] { return fmt::format("\"{}\"", lang.texts[0]); };
  const auto operands = [&](std::string_view between) {
    std::string out;
    for (const ir::LangId operand : lang.operands) {
      if (!out.empty()) out += between;
      out += Language(module, operand);
    }
    return out;
  };
  switch (lang.kind) {
    case ir::LangKind::kAny:
      return "is string";
    case ir::LangKind::kSet:
      return lang.texts.size() == 1 ? "== " + quoted()
                                    : "in " + Members(lang.texts);
    case ir::LangKind::kGlob:
      return "like " + quoted();
    case ir::LangKind::kMatches:
      return "matches " + quoted();
    case ir::LangKind::kFinds:
      return "finds " + quoted();
    case ir::LangKind::kPrefix:
      return "starts with " + quoted();
    case ir::LangKind::kSuffix:
      return "ends with " + quoted();
    case ir::LangKind::kContains:
      return "contains " + quoted();
    case ir::LangKind::kPathUnder:
      return "under " + quoted();
    case ir::LangKind::kIp:
      return "is ip";
    case ir::LangKind::kCidr:
      return "in cidr(" + quoted() + ")";
    case ir::LangKind::kNot:
      return "not " + operands("");
    case ir::LangKind::kAnd:
      return operands(" and ");
    case ir::LangKind::kOr:
      return DescribeUnion(module, lang.operands, {});
    default:
      return std::string(ir::LangKindName(lang.kind)) +
             (lang.operands.empty() ? "" : " " + operands(" "));
  }
}

std::string Language(const ir::Module& module, ir::LangId id) {
  return Exactly(module, id) + (module.lang(id).fold ? " ignoring case" : "");
}

std::string Range(const ir::Interval& i) {
  if (i.lo == i.hi) return fmt::format("== {}", i.lo);
  if (!std::isfinite(i.lo) && !std::isfinite(i.hi)) return "is number";
  if (!std::isfinite(i.lo)) {
    return fmt::format("{} {}", i.hi_open ? "<" : "<=", i.hi);
  }
  if (!std::isfinite(i.hi)) {
    return fmt::format("{} {}", i.lo_open ? ">" : ">=", i.lo);
  }
  return fmt::format("in {}..{}", i.lo, i.hi);
}

std::string Ranges(const std::string& what, const ir::Test& test) {
  std::string out;
  for (const ir::Interval& i : test.intervals) {
    out += (out.empty() ? "" : " or ") + what + " " + Range(i);
  }
  return out;
}

std::string KindTest(const ir::Cond& cond) {
  const auto on = [&](Kind k) { return cond.on[static_cast<size_t>(k)]; };
  if (on(Kind::kMissing) == Outcome::kFalse &&
      on(Kind::kBool) == Outcome::kTrue &&
      on(Kind::kString) == Outcome::kTrue) {
    return "has";
  }
  std::string kinds;
  for (int k = 0; k < ir::kKindCount; ++k) {
    if (cond.on[k] != Outcome::kTrue) continue;
    kinds += (kinds.empty() ? "" : " or ") +
             std::string(ir::KindName(static_cast<Kind>(k)));
  }
  return "is " + kinds;
}

std::string TestWords(const ir::Module& module, const ir::Cond& cond) {
  const ir::Field& read = module.field(cond.field);
  if (read.root == ir::Root::kMarks && read.steps.size() == 1) {
    return "marked(" + read.steps[0].member + ")";
  }
  const std::string field = ir::FieldName(read);
  const ir::Test& test = cond.test;
  switch (test.kind) {
    case ir::TestKind::kNone: {
      const std::string words = KindTest(cond);
      return words == "has" ? "has " + field : field + " " + words;
    }
    case ir::TestKind::kString:
      return field + " " + Language(module, test.language);
    case ir::TestKind::kNumber:
      return Ranges(field, test);
    case ir::TestKind::kBool:
      return field;
    case ir::TestKind::kLength:
      return fmt::format("length({}) in {}..{}", field, test.lo, test.hi);
    case ir::TestKind::kSize:
      return fmt::format("size({}) in {}..{}", field, test.lo, test.hi);
    case ir::TestKind::kOnly:
      return field + " only ...";
  }
  return field;
}

std::string TermWords(const ir::Module& module, ir::TermId id) {
  const ir::Term& term = module.term(id);
  const auto operand = [&](size_t i) {
    return TermWords(module, term.operands[i]);
  };
  const std::string field =
      term.field.valid() ? ir::FieldName(module.field(term.field)) : "";
  switch (term.kind) {
    case ir::TermKind::kConstant:
      return term.value.ToString();
    case ir::TermKind::kNumber:
    case ir::TermKind::kText:
      return field;
    case ir::TermKind::kNow:
      return "now";
    case ir::TermKind::kAdd:
      return fmt::format("({} + {})", operand(0), operand(1));
    case ir::TermKind::kSubtract:
      return fmt::format("({} - {})", operand(0), operand(1));
    case ir::TermKind::kMultiply:
      return fmt::format("({} * {})", operand(0), operand(1));
    case ir::TermKind::kNegate:
      return "-" + operand(0);
    case ir::TermKind::kLength:
    case ir::TermKind::kSize:
    case ir::TermKind::kTime:
      return fmt::format("{}({})", ir::TermKindName(term.kind), field);
    default:
      break;
  }
  if (!ir::ReadsZone(term.kind)) {
    return fmt::format("url({}).{}", field, ir::TermKindName(term.kind));
  }
  return fmt::format("(now in zone \"{}\").{}", module.zone(term.zone).name,
                     ir::TermKindName(term.kind));
}

std::string CalculationWords(const ir::Module& module, const ir::Cond& cond) {
  const std::string left = TermWords(module, cond.left);
  switch (cond.calculation) {
    case ir::Calculation::kIn:
      return Ranges(left, cond.test);
    case ir::Calculation::kMember:
      return left + " in " + ir::FieldName(module.field(cond.field));
    default:
      break;
  }
  constexpr const char* kOps[] = {"==", "<", "<="};
  return fmt::format("{} {} {}", left,
                     kOps[static_cast<size_t>(cond.calculation)],
                     TermWords(module, cond.right));
}

std::string Words(const ir::Module& module, ir::CondId id) {
  const ir::Cond& cond = module.cond(id);
  const auto joined = [&](std::string_view between) {
    std::string out;
    for (const ir::CondId operand : cond.operands) {
      if (!out.empty()) out += between;
      out += Words(module, operand);
      if (out.size() > kMaxBytes) break;
    }
    return out;
  };
  switch (cond.kind) {
    case ir::CondKind::kConst:
      return std::string(ir::VerdictName(cond.verdict));
    case ir::CondKind::kTest:
      return TestWords(module, cond);
    case ir::CondKind::kCompare: {
      constexpr const char* kOps[] = {"==", "<", "<=", "under", "in"};
      if (cond.op == ir::CompareOp::kUnderJoin) {
        return fmt::format("{} under \"{}\" / {}",
                           ir::FieldName(module.field(cond.field)), cond.prefix,
                           ir::FieldName(module.field(cond.other)));
      }
      return fmt::format("{} {} {}", ir::FieldName(module.field(cond.field)),
                         kOps[static_cast<size_t>(cond.op)],
                         ir::FieldName(module.field(cond.other)));
    }
    case ir::CondKind::kCalculate:
      return CalculationWords(module, cond);
    case ir::CondKind::kNot:
      return "not (" + Words(module, cond.operands[0]) + ")";
    case ir::CondKind::kAnd:
      return "(" + joined(" and ") + ")";
    case ir::CondKind::kOr:
      return "(" + joined(" or ") + ")";
    case ir::CondKind::kAll:
      return fmt::format("all it in {} ({})",
                         ir::FieldName(module.field(cond.field)), joined(" "));
  }
  return "";
}

}  // namespace

namespace {

std::string Cut(std::string words) {
  if (words.size() <= kMaxBytes) return words;
  size_t end = kMaxBytes;
  while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xC0) == 0x80) {
    --end;
  }
  return words.substr(0, end) + "...";
}

// What is above or below an interval that is open to one side.
std::string Outside(const ir::Interval& i) {
  if (!std::isfinite(i.lo)) {
    return fmt::format("{} {}", i.hi_open ? ">=" : ">", i.hi);
  }
  return fmt::format("{} {}", i.lo_open ? "<=" : "<", i.lo);
}

// The opposite of a test of a present value, as one would write it; empty if
// there is no shorter way than `not (...)`.
std::string Opposite(const ir::Module& module, const ir::Cond& cond) {
  if (cond.kind != ir::CondKind::kTest) return "";
  const std::string field = ir::FieldName(module.field(cond.field));
  const ir::Test& test = cond.test;
  if (test.kind == ir::TestKind::kBool) return "not " + field;
  if (test.kind == ir::TestKind::kNumber && test.intervals.size() == 1 &&
      !test.integral) {
    const ir::Interval& i = test.intervals[0];
    if (std::isfinite(i.lo) != std::isfinite(i.hi)) {
      return field + " " + Outside(i);
    }
    if (i.lo == i.hi) return fmt::format("{} != {}", field, i.lo);
  }
  if (test.kind != ir::TestKind::kString || test.domain.valid()) return "";
  const ir::Lang& lang = module.lang(test.language);
  const std::string words = Language(module, test.language);
  if (lang.kind == ir::LangKind::kSet && lang.texts.size() == 1) {
    return field + " !" + words.substr(1);
  }
  switch (lang.kind) {
    case ir::LangKind::kSet:
    case ir::LangKind::kGlob:
    case ir::LangKind::kMatches:
    case ir::LangKind::kFinds:
      return field + " not " + words;
    default:
      return "";
  }
}

}  // namespace

std::string DescribeUnion(const ir::Module& module,
                          std::span<const ir::LangId> languages,
                          std::span<const std::string> texts) {
  std::vector<std::string> globs;
  std::vector<std::string> rest;
  if (texts.size() == 1) rest.push_back("== \"" + texts[0] + "\"");
  if (texts.size() > 1) rest.push_back("in " + Members(texts));
  for (const ir::LangId id : languages) {
    const ir::Lang& lang = module.lang(id);
    if (lang.kind == ir::LangKind::kGlob && !lang.fold) {
      globs.push_back(lang.texts[0]);
    } else {
      rest.push_back(Language(module, id));
    }
  }
  if (globs.size() == 1) rest.push_back("like \"" + globs[0] + "\"");
  if (globs.size() > 1) rest.push_back("like " + Members(globs));
  return fmt::format("{}", fmt::join(rest, " or "));
}

std::string DescribeCond(const ir::Module& module, ir::CondId cond) {
  return Cut(Words(module, cond));
}

std::string DescribeVerdict(const ir::Module& module, ir::CondId cond,
                            ir::Verdict verdict) {
  std::string words = Words(module, cond);
  const ir::Cond& test = module.cond(cond);
  if (test.kind == ir::CondKind::kTest && words.ends_with(" is ")) {
    // Never true: it only asks whether the value is there.
    const std::string field = ir::FieldName(module.field(test.field));
    return verdict == ir::Verdict::kError ? field + " is missing"
                                          : "has " + field;
  }
  switch (verdict) {
    case ir::Verdict::kTrue:
      return Cut(std::move(words));
    case ir::Verdict::kError:
      return "(" + Cut(std::move(words)) + ") is an error";
    case ir::Verdict::kFalse:
      break;
  }
  if (std::string out = Opposite(module, module.cond(cond)); !out.empty()) {
    return Cut(std::move(out));
  }
  if (words.starts_with("has ")) return "not " + Cut(std::move(words));
  return "not (" + Cut(std::move(words)) + ")";
}

}  // namespace polc::verifier
