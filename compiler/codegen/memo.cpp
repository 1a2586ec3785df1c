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
constexpr uint64_t kMemoTests = 128;
constexpr uint64_t kManyTests = 1'000'000;  // large enough; sums stay below

}  // namespace

void Emitter::Range::Add(Range other) {
  if (other.lo == other.hi) return;
  if (lo == hi) *this = other;
  lo = std::min(lo, other.lo);
  hi = std::max(hi, other.hi);
}

void Emitter::NumberMemo() {
  const size_t n = ir_.conds.size();
  std::vector<uint64_t> tests(n, 1);
  std::vector<uint32_t> uses(n);
  for (size_t i = 0; i < n; ++i) {
    for (const ir::CondId id : ir_.conds[i].operands) {
      tests[i] = std::min(kManyTests, tests[i] + tests[id.value()]);
      ++uses[id.value()];
    }
  }
  memo_of_.assign(n, -1);
  request_memo_.resize(n);
  element_memo_.resize(n);
  int32_t next = 0;
  for (size_t i = 0; i < n; ++i) {
    const ir::Cond& cond = ir_.conds[i];
    for (const ir::CondId id : cond.operands) {
      request_memo_[i].Add(request_memo_[id.value()]);
      // A quantifier's operand has its own element's memory.
      if (cond.kind == ir::CondKind::kAll) continue;
      element_memo_[i].Add(element_memo_[id.value()]);
    }
    if (uses[i] < 2 || tests[i] <= kMemoTests) continue;
    memo_of_[i] = next;
    auto& memo = layout_.reads_element[i] ? element_memo_ : request_memo_;
    memo[i].Add({next, next + 1});
    ++next;
  }
}

// Forgets what the conditions under `root` remember of the request.
void Emitter::StartMemo(Scope& s, ir::CondId root) {
  const Range range = request_memo_[root.value()];
  if (range.lo == range.hi) return;
  llvm::BasicBlock& entry = s.function->getEntryBlock();
  llvm::IRBuilder<> first(&entry, entry.begin());
  const auto size = static_cast<uint64_t>(range.hi - range.lo);
  llvm::Value* room =
      first.CreateAlloca(llvm::ArrayType::get(first.getInt8Ty(), size));
  s.b.CreateCall(Helper("clear"), {room, s.b.getInt64(size)});
  // Cells are found by their number in the module.
  s.memo = s.b.CreateConstGEP1_64(s.b.getInt8Ty(), room,
                                  static_cast<uint64_t>(-int64_t{range.lo}));
}

llvm::Value* Emitter::MemoCell(Scope& s, ir::CondId id) {
  int64_t offset = memo_of_[id.value()];
  llvm::Value* base = s.memo;
  if (layout_.reads_element[id.value()]) {
    const Layout::Quantifier& q =
        layout_.quantifiers[static_cast<size_t>(s.quantifier)];
    base = s.elements;
    offset += static_cast<int64_t>(q.fields.size() * sizeof(pol_slot)) -
              element_memo_[q.body.value()].lo;
  }
  return s.b.CreateConstGEP1_64(s.b.getInt8Ty(), base,
                                static_cast<uint64_t>(offset));
}

}  // namespace polc::codegen
