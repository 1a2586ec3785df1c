#include "test/diff/coverage.h"

#include <cstdio>
#include <string_view>

namespace polc::testing {
namespace {

using ir::Calculation;
using ir::CompareOp;
using ir::CondKind;
using ir::LangKind;
using ir::Root;
using ir::TestKind;
using ir::Verdict;

// The switches have no default on purpose: an enumerator without a case is a
// warning here, and one with a case is a row that must be seen. No name: not
// an enumerator, or not a row of its own.

std::string_view NameOf(CondKind kind) {
  switch (kind) {
    case CondKind::kConst:
      return "constant";
    case CondKind::kTest:       // by TestKind
    case CondKind::kCompare:    // by CompareOp
    case CondKind::kCalculate:  // by Calculation
      return "";
    case CondKind::kNot:
      return "not";
    case CondKind::kAnd:
      return "and";
    case CondKind::kOr:
      return "or";
    case CondKind::kAll:
      return "all";
  }
  return "";
}

std::string_view NameOf(TestKind kind) {
  switch (kind) {
    case TestKind::kNone:
    case TestKind::kString:
    case TestKind::kNumber:
    case TestKind::kBool:
    case TestKind::kLength:
    case TestKind::kSize:
    case TestKind::kOnly:
      return ir::TestKindName(kind);
  }
  return "";
}

std::string_view NameOf(CompareOp op) {
  switch (op) {
    case CompareOp::kEqual:
      return "==";
    case CompareOp::kLess:
      return "<";
    case CompareOp::kLessEqual:
      return "<=";
    case CompareOp::kUnderJoin:
      return "under join";
    case CompareOp::kMember:
      return "in";
  }
  return "";
}

std::string_view NameOf(Calculation op) {
  switch (op) {
    case Calculation::kEqual:
    case Calculation::kLess:
    case Calculation::kLessEqual:
    case Calculation::kIn:
    case Calculation::kMember:
      return ir::CalculationName(op);
  }
  return "";
}

template <typename Enum>
std::vector<std::string> RowsOf(std::string_view prefix) {
  std::vector<std::string> rows;
  for (int i = 0; i < 256; ++i) {
    const std::string_view name = NameOf(static_cast<Enum>(i));
    if (!name.empty()) rows.push_back(std::string(prefix) + std::string(name));
  }
  return rows;
}

std::string RowOf(const ir::Cond& cond) {
  if (cond.kind == CondKind::kCompare) {
    return "compare " + std::string(NameOf(cond.op));
  }
  if (cond.kind == CondKind::kCalculate) {
    return "calculate " + std::string(NameOf(cond.calculation));
  }
  if (cond.kind != CondKind::kTest) return std::string(NameOf(cond.kind));
  if (cond.test.domain.valid()) return "test string in domain";
  return "test " + std::string(NameOf(cond.test.kind));
}

std::string RowOf(LangKind kind, bool fold) {
  return "language " + std::string(ir::LangKindName(kind)) +
         (fold ? " fold" : "");
}

std::string RowOf(ir::TermKind kind) {
  return "term " + std::string(ir::TermKindName(kind));
}

std::string RowOf(Root root) {
  return "root " + std::string(ir::RootName(root));
}

// What a verdict of a row cannot be.
bool IsImpossible(const std::string& row, Verdict verdict) {
  // Every string is in it.
  if (row == RowOf(LangKind::kAny, false)) return verdict == Verdict::kFalse;
  return false;
}

// True if reading a field below this root never finds it absent.
bool IsAlwaysPresent(Root root) {
  switch (root) {
    case Root::kArgs:
    case Root::kClaims:
    case Root::kSubject:
    case Root::kTool:
    case Root::kResource:
    case Root::kPrompt:
    case Root::kMarks:
      return false;
    case Root::kGrant:
    case Root::kRoles:
    case Root::kServer:
    case Root::kSession:  // or it is an error
    case Root::kMethod:
    case Root::kDefined:
    case Root::kElement:
      return true;
  }
  return true;
}

}  // namespace

void Coverage::CountLanguage(const ir::Module& module, ir::LangId id,
                             const std::string& text) {
  const ir::Lang& lang = module.lang(id);
  Count(RowOf(lang.kind, lang.fold),
        eval::InLanguage(module, id, text) ? Verdict::kTrue : Verdict::kFalse);
  if (lang.kind != LangKind::kNot && lang.kind != LangKind::kAnd &&
      lang.kind != LangKind::kOr) {
    return;  // operands are languages of a part
  }
  for (const ir::LangId operand : lang.operands) {
    CountLanguage(module, operand, text);
  }
}

void Coverage::CountAll(const ir::Module& module, eval::Evaluator* evaluator) {
  std::vector<bool> reads_element(module.conds.size());
  for (size_t i = 0; i < module.conds.size(); ++i) {
    const ir::Cond& cond = module.conds[i];
    bool reads = false;
    ir::EachField(module, cond, [&](ir::FieldId id) {
      reads = reads || module.field(id).root == Root::kElement;
    });
    if (cond.kind != CondKind::kAll) {
      for (const ir::CondId id : cond.operands) {
        reads = reads || reads_element[id.value()];
      }
    }
    reads_element[i] = reads;
    if (reads) continue;
    Count(RowOf(cond), evaluator->Evaluate(ir::CondId(i)).verdict);
    if (!cond.test.language.valid()) continue;
    const eval::Read read = evaluator->Find(cond.field);
    if (read.kind != ir::Kind::kString) continue;
    CountLanguage(module, cond.test.language, read.value->text);
    if (cond.test.domain.valid()) {
      CountLanguage(module, cond.test.domain, read.value->text);
    }
  }
  for (size_t i = 0; i < module.terms.size(); ++i) {
    const bool ok = evaluator->Find(ir::TermId(i)).ok;
    Count(RowOf(module.terms[i].kind), ok ? Verdict::kTrue : Verdict::kError);
  }
  for (size_t i = 0; i < module.fields.size(); ++i) {
    if (module.fields[i].root == Root::kElement) continue;
    const ir::Kind kind = evaluator->Find(ir::FieldId(i)).kind;
    Count(RowOf(module.fields[i].root),
          kind == ir::Kind::kBad ? Verdict::kError
          : kind == ir::Kind::kMissing || kind == ir::Kind::kNull
              ? Verdict::kFalse
              : Verdict::kTrue);
  }
}

void Coverage::Print() const {
  std::printf("%-32s %12s %12s %12s\n", "operator", "false", "true", "error");
  for (const auto& [what, n] : counts_) {
    std::printf("%-32s %12llu %12llu %12llu\n", what.c_str(),
                static_cast<unsigned long long>(n[0]),
                static_cast<unsigned long long>(n[1]),
                static_cast<unsigned long long>(n[2]));
  }
}

std::vector<std::string> Coverage::Missing() const {
  std::vector<std::string> missing;
  const auto want = [&](const std::string& row, Verdict verdict) {
    if (IsImpossible(row, verdict)) return;
    const auto at = counts_.find(row);
    if (at != counts_.end() && at->second[static_cast<size_t>(verdict)] > 0) {
      return;
    }
    missing.push_back(row + ": " + std::string(ir::VerdictName(verdict)));
  };
  std::vector<std::string> operators = RowsOf<CondKind>("");
  for (const std::string& row : RowsOf<TestKind>("test ")) {
    operators.push_back(row);
  }
  operators.push_back("test string in domain");
  for (const std::string& row : RowsOf<CompareOp>("compare ")) {
    operators.push_back(row);
  }
  for (const std::string& row : RowsOf<Calculation>("calculate ")) {
    operators.push_back(row);
  }
  for (const std::string& row : operators) {
    for (int i = 0; i < 3; ++i) want(row, static_cast<Verdict>(i));
  }
  for (int i = 0; i < ir::kLangKindCount; ++i) {
    const auto kind = static_cast<LangKind>(i);
    for (const bool fold : {false, true}) {
      if (fold && !ir::CanFold(kind)) continue;
      want(RowOf(kind, fold), Verdict::kFalse);
      want(RowOf(kind, fold), Verdict::kTrue);
    }
  }
  for (int i = 0; i < ir::kTermKindCount; ++i) {
    const auto kind = static_cast<ir::TermKind>(i);
    want(RowOf(kind), Verdict::kTrue);
    const bool is_total = kind == ir::TermKind::kConstant ||
                          kind == ir::TermKind::kNow || ir::ReadsZone(kind);
    if (!is_total) want(RowOf(kind), Verdict::kError);
  }
  for (int i = 0; i < ir::kRootCount; ++i) {
    const auto root = static_cast<Root>(i);
    if (root == Root::kElement) continue;  // read inside "all" only
    want(RowOf(root), Verdict::kTrue);
    if (!IsAlwaysPresent(root)) want(RowOf(root), Verdict::kFalse);
  }
  want(RowOf(Root::kSession), Verdict::kError);
  return missing;
}

}  // namespace polc::testing
