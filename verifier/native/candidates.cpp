#include "verifier/native/candidates.h"

#include <algorithm>
#include <utility>

namespace polc::verifier::native {
namespace {

using ir::CondKind;
using ir::Verdict;

// Past so many cases a solver is asked.
constexpr int kMaxCases = 2'000;

}  // namespace

bool CandidateProof::Covers(ir::CondId where, ir::CondId guard, Bucket* bucket,
                            std::span<const uint32_t> entries) {
  bucket_ = bucket;
  entries_ = entries;
  left_ = kMaxCases;
  Case all;
  all.all = {{where, true}, {guard, true}};
  return Cover(std::move(all));
}

bool CandidateProof::Take(Case* one) {
  while (!one->all.empty()) {
    const Wanted wanted = one->all.back();
    one->all.pop_back();
    const ir::Cond& cond = canonical_.cond(wanted.cond);
    switch (cond.kind) {
      case CondKind::kConst:
        if (cond.verdict ==
            (wanted.may_be ? Verdict::kFalse : Verdict::kTrue)) {
          return false;
        }
        break;
      case CondKind::kTest: {
        const Values& values = values_.Of(wanted.cond, wanted.may_be);
        const auto [at, is_new] = one->fields.try_emplace(cond.field, values);
        if (!is_new) at->second = values_.Meet(at->second, values);
        if (at->second.empty()) return false;
        break;
      }
      case CondKind::kNot:
        one->all.push_back({cond.operands[0], !wanted.may_be});
        break;
      case CondKind::kAnd:
      case CondKind::kOr:
        // An `and` that is not false has no operand that is; one that is not
        // true has some operand that is not.
        if ((cond.kind == CondKind::kAnd) == wanted.may_be) {
          for (const ir::CondId operand : cond.operands) {
            one->all.push_back({operand, wanted.may_be});
          }
        } else {
          one->choices.push_back(wanted);
        }
        break;
      case CondKind::kCompare:
      case CondKind::kCalculate:
      case CondKind::kAll:
        break;  // taken for anything
    }
  }
  return true;
}

bool CandidateProof::Cover(Case one) {
  if (--left_ < 0) return false;
  if (!Take(&one)) return true;
  if (std::any_of(entries_.begin(), entries_.end(), [&](uint32_t entry) {
        return bucket_->Keeps(entry, one.fields);
      })) {
    return true;
  }
  if (one.choices.empty()) return false;
  const Wanted choice = one.choices.back();
  one.choices.pop_back();
  const std::vector<ir::CondId> operands =
      canonical_.cond(choice.cond).operands;
  return std::all_of(operands.begin(), operands.end(), [&](ir::CondId operand) {
    Case next = one;
    next.all.push_back({operand, choice.may_be});
    return Cover(std::move(next));
  });
}

}  // namespace polc::verifier::native
