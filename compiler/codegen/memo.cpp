// Which conditions remember their verdicts, and where.
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <algorithm>

#include "compiler/codegen/emitter.h"

namespace polc::codegen {
namespace {

// A condition of more tests, shared ones counted as often as they are used, is
// not evaluated twice. So a guard takes at most this many tests for each use
// of a condition in it.
constexpr uint32_t kMemoTests = 128;
static_assert(kMemoTests < ir::Digests::kManyTests);

}  // namespace

void Emitter::Range::Add(Range other) {
  if (other.lo == other.hi) return;
  if (lo == hi) *this = other;
  lo = std::min(lo, other.lo);
  hi = std::max(hi, other.hi);
}

void Emitter::NumberMemo(const ir::Digests& digests) {
  const size_t n = ir_.conds.size();
  const auto is_remembered = [&](size_t i) {
    return digests.uses[i] >= 2 && digests.tests[i] > kMemoTests;
  };
  memo_of_.assign(n, -1);
  request_memo_.resize(n);
  element_memo_.resize(n);
  // Most sets have none.
  size_t first = 0;
  while (first < n && !is_remembered(first)) ++first;
  int32_t next = 0;
  for (size_t i = first; i < n; ++i) {
    const ir::Cond& cond = ir_.conds[i];
    for (const ir::CondId id : cond.operands) {
      request_memo_[i].Add(request_memo_[id.value()]);
      // A quantifier's operand has its own element's memory.
      if (cond.kind == ir::CondKind::kAll) continue;
      element_memo_[i].Add(element_memo_[id.value()]);
    }
    if (!is_remembered(i)) continue;
    memo_of_[i] = next;
    auto& memo = layout_.reads_element[i] ? element_memo_ : request_memo_;
    memo[i].Add({next, next + 1});
    ++next;
  }
  request_cells_ = static_cast<uint32_t>(next);
}

// Where the condition's byte is, from the start of what holds it.
uint32_t Emitter::MemoOffset(const Body& body) const {
  int64_t offset = memo_of_[body.cond.value()];
  if (layout_.reads_element[body.cond.value()]) {
    const Layout::Quantifier& q =
        layout_.quantifiers[static_cast<size_t>(body.quantifier)];
    offset += static_cast<int64_t>(q.fields.size() * sizeof(pol_slot)) -
              element_memo_[q.body.value()].lo;
  }
  return static_cast<uint32_t>(offset);
}

llvm::Value* Emitter::MemoCell(Scope& s, ir::CondId id) {
  llvm::Value* base = s.elements;
  if (!layout_.reads_element[id.value()]) {
    llvm::Value* at = s.b.CreateStructGEP(NamedType("frame"), s.frame, 8);
    base = s.b.CreateLoad(s.b.getPtrTy(), at);
  }
  llvm::Value* offset = s.b.CreateZExt(Word(s), s.b.getInt64Ty());
  return s.b.CreateGEP(s.b.getInt8Ty(), base, offset);
}

}  // namespace polc::codegen
