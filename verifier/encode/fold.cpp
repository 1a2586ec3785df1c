#include "verifier/encode/fold.h"

#include "compiler/support/utf8.h"

namespace polc::verifier {

using ir::Outcome;
using ir::Verdict;

ir::Verdict TestString(Facts* facts, const ir::Test& test,
                       const std::string& text) {
  if (test.kind == ir::TestKind::kLength) {
    const size_t length = CountCodePoints(text);
    return test.lo <= length && length <= test.hi ? Verdict::kTrue
                                                  : Verdict::kFalse;
  }
  if (test.max_bytes != 0 && text.size() > test.max_bytes) {
    return Verdict::kError;
  }
  if (test.domain.valid() && !facts->Contains(facts->Of(test.domain), text)) {
    return Verdict::kError;
  }
  return facts->Contains(facts->Of(test.language), text) ? Verdict::kTrue
                                                         : Verdict::kFalse;
}

Folder::Folder(const ir::Module& module, const Slice& slice, Facts* facts)
    : module_(module),
      facts_(facts),
      done_(module.conds.size()),
      memo_(module.conds.size()) {
  for (int i = 0; i < ir::kRootCount; ++i) {
    roots_.push_back(FixedValue(slice, static_cast<ir::Root>(i)));
  }
}

std::optional<Verdict> Folder::Fold(ir::CondId id) {
  if (!done_[id.value()]) {
    memo_[id.value()] = Compute(module_.cond(id));
    done_[id.value()] = 1;
  }
  return memo_[id.value()];
}

std::optional<Verdict> Folder::Compute(const ir::Cond& cond) {
  switch (cond.kind) {
    case ir::CondKind::kConst:
      return cond.verdict;
    case ir::CondKind::kTest:
      return FoldTest(cond);
    case ir::CondKind::kNot: {
      const auto v = Fold(cond.operands[0]);
      return v ? std::optional(ir::Not(*v)) : std::nullopt;
    }
    case ir::CondKind::kAnd:
    case ir::CondKind::kOr: {
      const bool is_and = cond.kind == ir::CondKind::kAnd;
      const Verdict zero = is_and ? Verdict::kFalse : Verdict::kTrue;
      Verdict all = ir::Not(zero);
      bool open = false;
      for (const ir::CondId operand : cond.operands) {
        const auto v = Fold(operand);
        if (v == zero) return zero;
        open |= !v.has_value();
        if (v) all = is_and ? ir::And(all, *v) : ir::Or(all, *v);
      }
      return open ? std::nullopt : std::optional(all);
    }
    case ir::CondKind::kCompare:
    case ir::CondKind::kCalculate:
    case ir::CondKind::kAll:
      return std::nullopt;
  }
  POLC_UNREACHABLE("a condition's kind");
}

std::optional<Verdict> Folder::FoldTest(const ir::Cond& cond) {
  const ir::Field& field = module_.field(cond.field);
  const auto& root = roots_[static_cast<size_t>(field.root)];
  if (!root || !field.steps.empty()) return std::nullopt;
  switch (cond.on[static_cast<size_t>(root->kind)]) {
    case Outcome::kFalse:
      return Verdict::kFalse;
    case Outcome::kTrue:
      return Verdict::kTrue;
    case Outcome::kError:
      return Verdict::kError;
    case Outcome::kTest:
      break;
  }
  if (root->kind == ir::Kind::kString) {
    return TestString(facts_, cond.test, root->text);
  }
  if (root->kind == ir::Kind::kBool) {
    return root->flag ? Verdict::kTrue : Verdict::kFalse;
  }
  return std::nullopt;
}

}  // namespace polc::verifier
