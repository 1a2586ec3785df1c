// Parses the IR's text form (docs/ir.md): fields, languages and conditions
// here, what they guard in parse_decl.cpp. Every loop eats a token a turn and
// nothing recurses, so hostile text costs time and memory linear in its length.
#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/ir/parse_decl.h"
#include "compiler/ir/reader.h"
#include "compiler/ir/text.h"
#include "compiler/support/utf8.h"

namespace polc::ir {
namespace {

bool ReadField(Reader* r, Field* field) {
  if (!r->Enum(kRootCount, RootName, &field->root)) return false;
  while (r->Take("[")) {
    Step step;
    int64_t index = 0;
    if (r->AtString()) {
      if (!r->String(&step.member)) return false;
    } else {
      if (!r->Integer(0, std::numeric_limits<int32_t>::max(), &index)) {
        return false;
      }
      step.index = static_cast<int32_t>(index);
    }
    field->steps.push_back(std::move(step));
    if (!r->Expect("]")) return false;
  }
  return !r->failed();
}

bool ReadLang(Reader* r, Lang* lang) {
  if (!r->Enum(kLangKindCount, LangKindName, &lang->kind)) return false;
  switch (lang->kind) {
    case LangKind::kAny:
    case LangKind::kPath:
    case LangKind::kPathSegment:
    case LangKind::kUrl:
    case LangKind::kIp:
      return true;
    case LangKind::kUrlPort: {
      int64_t lo = 0;
      int64_t hi = 0;
      if (!r->Integer(0, 65535, &lo) || !r->Integer(0, 65535, &hi)) {
        return false;
      }
      lang->lo = static_cast<int32_t>(lo);
      lang->hi = static_cast<int32_t>(hi);
      return true;
    }
    case LangKind::kUrlScheme:
    case LangKind::kUrlHost:
    case LangKind::kUrlPath:
    case LangKind::kUrlQuery:
    case LangKind::kNot:
    case LangKind::kAnd:
    case LangKind::kOr:
      return r->Ids('l', &lang->operands);
    default:
      if (!r->Strings(&lang->texts)) return false;
      lang->fold = r->Take("fold");
      return !r->failed();
  }
}

std::string_view OutcomeName(Outcome outcome) {
  static constexpr std::array<std::string_view, 4> kNames = {"false", "true",
                                                             "error", "test"};
  return kNames[static_cast<size_t>(outcome)];
}

bool ReadOutcomes(Reader* r, Outcomes* on) {
  std::array<bool, kKindCount> named = {};
  if (!r->Expect("{")) return false;
  while (!r->Take("else")) {
    Kind kind;
    if (!r->Enum(kKindCount, KindName, &kind) || !r->Expect(":") ||
        !r->Enum(4, OutcomeName, &(*on)[static_cast<size_t>(kind)]) ||
        !r->Expect(",")) {
      return false;
    }
    named[static_cast<size_t>(kind)] = true;
  }
  Outcome rest;
  if (!r->Expect(":") || !r->Enum(4, OutcomeName, &rest)) return false;
  for (size_t i = 0; i < named.size(); ++i) {
    if (!named[i]) (*on)[i] = rest;
  }
  return r->Expect("}");
}

bool ReadInterval(Reader* r, Interval* interval) {
  interval->lo_open = r->Take("(");
  if (!interval->lo_open && !r->Expect("[")) return false;
  if (!r->Double(&interval->lo) || !r->Expect(",") ||
      !r->Double(&interval->hi)) {
    return false;
  }
  interval->hi_open = r->Take(")");
  return interval->hi_open || r->Expect("]");
}

bool ReadTest(Reader* r, Test* test) {
  static constexpr int kTestKindCount = 7;
  if (!r->Enum(kTestKindCount, TestKindName, &test->kind)) return false;
  switch (test->kind) {
    case TestKind::kNone:
      return r->Fail("a test of nothing is not written");
    case TestKind::kString: {
      if (!r->ReadId('l', &test->language)) return false;
      if (r->Take("within") && !r->ReadId('l', &test->domain)) return false;
      int64_t max = 0;
      if (r->Take("max") &&
          !r->Integer(1, std::numeric_limits<uint32_t>::max(), &max)) {
        return false;
      }
      test->max_bytes = static_cast<uint32_t>(max);
      return !r->failed();
    }
    case TestKind::kNumber:
      if (!r->Braces(&test->intervals,
                     [&](Interval* i) { return ReadInterval(r, i); })) {
        return false;
      }
      test->integral = r->Take("integral");
      return !r->failed();
    case TestKind::kBool:
      return true;
    case TestKind::kLength:
    case TestKind::kSize:
      return r->Unsigned(&test->lo) && r->Unsigned(&test->hi);
    case TestKind::kOnly:
      return r->Strings(&test->keys);
  }
  return false;
}

bool ReadZone(Reader* r, zones::Zone* zone) {
  int64_t offset = 0;
  const auto read_offset = [&](int32_t* out) {
    if (!r->Integer(-zones::kMaxOffset, zones::kMaxOffset, &offset)) {
      return false;
    }
    *out = static_cast<int32_t>(offset);
    return true;
  };
  return r->String(&zone->name) && r->Expect("offset") &&
         read_offset(&zone->first_offset) &&
         r->Braces(&zone->changes,
                   [&](zones::Change* change) {
                     return r->Integer(-zones::kMaxInstant, zones::kMaxInstant,
                                       &change->at) &&
                            read_offset(&change->offset);
                   }) &&
         r->Expect("rule") && r->String(&zone->footer);
}

bool ReadTerm(Reader* r, Term* term) {
  if (!r->Enum(kTermKindCount, TermKindName, &term->kind)) return false;
  const TermKind kind = term->kind;
  if (kind == TermKind::kConstant) return r->DecimalNumber(&term->value);
  if (kind == TermKind::kNow) return true;
  if (ReadsZone(kind)) return r->ReadId('z', &term->zone);
  if (ReadsField(kind)) {
    if (!r->ReadId('f', &term->field)) return false;
    if (!r->Take("absent")) return !r->failed();
    return IsText(kind) ? r->String(&term->if_absent_text.emplace())
                        : r->DecimalNumber(&term->if_absent.emplace());
  }
  term->operands.resize(kind == TermKind::kNegate ? 1 : 2);
  for (TermId& operand : term->operands) {
    if (!r->ReadId('t', &operand)) return false;
  }
  return true;
}

bool ReadCompare(Reader* r, Cond* cond) {
  cond->kind = CondKind::kCompare;
  return r->Enum(kCompareOpCount, CompareOpName, &cond->op) &&
         r->ReadId('f', &cond->field) && r->ReadId('f', &cond->other) &&
         (cond->op != CompareOp::kUnderJoin || r->String(&cond->prefix));
}

bool ReadCalculation(Reader* r, Cond* cond) {
  cond->kind = CondKind::kCalculate;
  if (!r->Enum(kCalculationCount, CalculationName, &cond->calculation) ||
      !r->ReadId('t', &cond->left)) {
    return false;
  }
  switch (cond->calculation) {
    case Calculation::kIn:
      return r->Braces(&cond->test.intervals,
                       [&](Interval* i) { return ReadInterval(r, i); });
    case Calculation::kMember:
      return r->ReadId('f', &cond->field);
    default:
      return r->ReadId('t', &cond->right);
  }
}

bool ReadCond(Reader* r, Cond* cond) {
  if (r->Take("test")) {
    cond->kind = CondKind::kTest;
    if (!r->ReadId('f', &cond->field) || !ReadOutcomes(r, &cond->on)) {
      return false;
    }
    const bool looks = !r->at_end() && !AtDeclaration(*r);
    return !looks || ReadTest(r, &cond->test);
  }
  if (r->Take("compare")) return ReadCompare(r, cond);
  if (r->Take("calculate")) return ReadCalculation(r, cond);
  if (r->Take("all")) {
    cond->kind = CondKind::kAll;
    if (!r->ReadId('f', &cond->field) || !ReadOutcomes(r, &cond->on)) {
      return false;
    }
    // Lists are not asked (builder.cpp).
    cond->on[static_cast<size_t>(Kind::kList)] = Outcome::kTest;
    return r->Ids('c', &cond->operands);
  }
  if (r->Take("not")) {
    cond->kind = CondKind::kNot;
  } else if (r->Take("and")) {
    cond->kind = CondKind::kAnd;
  } else if (r->Take("or")) {
    cond->kind = CondKind::kOr;
  } else {
    return r->Enum(3, VerdictName, &cond->verdict);
  }
  return r->Ids('c', &cond->operands);
}

bool ReadItem(Reader* r, Module* module) {
  if (r->Take("field")) {
    return ReadNumbered(r, 'f', &module->fields, ReadField);
  }
  if (r->Take("lang")) return ReadNumbered(r, 'l', &module->langs, ReadLang);
  if (r->Take("zone")) return ReadNumbered(r, 'z', &module->zones, ReadZone);
  if (r->Take("term")) return ReadNumbered(r, 't', &module->terms, ReadTerm);
  if (r->Take("cond")) return ReadNumbered(r, 'c', &module->conds, ReadCond);
  return ReadDeclaration(r, module);
}

}  // namespace

Result<Module> ParseText(std::string_view text) {
  if (FindInvalidUtf8(text) != std::string_view::npos) {
    return Error{"the text is not valid UTF-8"};
  }
  Module module;
  Reader reader(text);
  if (reader.Expect("ir") && reader.Expect("1") && reader.Expect("digest")) {
    reader.String(&module.digest);
  }
  while (!reader.failed() && !reader.at_end()) ReadItem(&reader, &module);
  if (reader.failed()) return Error{reader.error()};
  if (auto valid = Validate(module); !valid) return valid.error();
  return module;
}

}  // namespace polc::ir
