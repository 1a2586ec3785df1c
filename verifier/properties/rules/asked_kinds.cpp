#include "verifier/properties/rules/asked_kinds.h"

#include <algorithm>

namespace polc::verifier {
namespace {

using ir::Kind;
using smt::Bool;
using smt::Not;
using Status = Kinds::Status;

// Each costs a question.
constexpr size_t kMostAsked = 500;

size_t CutBelow(const Node& node, double number) {
  const auto at = std::lower_bound(node.cuts.begin(), node.cuts.end(), number);
  return static_cast<size_t>(at - node.cuts.begin());
}

// How many values there are that nothing tells from this; 0: any number.
size_t Like(const SliceModel& model, const Node& node, const NodeValue& value) {
  switch (value.kind) {
    case Kind::kList:
    case Kind::kObject:
      return 0;
    case Kind::kNumber: {
      const size_t cut = CutBelow(node, value.number + 0.0);
      return cut < node.cuts.size() && node.cuts[cut] == value.number ? 1 : 0;
    }
    case Kind::kString: {
      if (node.fixed) return 1;
      std::vector<LangNo> languages;
      for (const auto& [lang, in] : node.in) languages.push_back(lang);
      return TextsLike(model.space().facts(), languages, value.text);
    }
    default:
      return 1;
  }
}

// That the node's value is told from this one, of which there is one.
void AddUnlike(const SliceModel& model, const Node& node,
               const NodeValue& value, std::vector<Bool>* out) {
  out->push_back(Not(node.Is(value.kind)));
  if (value.kind == Kind::kBool) {
    out->push_back(value.flag ? Not(node.flag) : node.flag);
  }
  if (value.kind == Kind::kString) {
    for (const auto& [lang, holds] : node.in) {
      const bool in = model.space().facts()->Contains(lang, value.text);
      out->push_back(in ? Not(holds) : holds);
    }
  }
  if (value.kind == Kind::kNumber) {
    const size_t cut = CutBelow(node, value.number + 0.0);
    out->push_back(Not(node.RankIs(2 * cut + 1)));
  }
}

}  // namespace

Kinds::Count AskForKinds(SliceModel* model,
                         const std::vector<const Node*>& fields, Bool matches,
                         Bool taken) {
  Kinds::Count count;
  std::vector<Bool> unlike;  // the kinds that were found
  for (const bool of_taken : {true, false}) {
    const Bool sort =
        model->Literal(smt::And(matches, of_taken ? taken : Not(taken)));
    if (sort.is_false()) continue;
    for (;;) {
      std::vector<Bool> asked = {model->accepted(), sort};
      asked.insert(asked.end(), unlike.begin(), unlike.end());
      const Found found = model->Find(asked, "count");
      if (found.status == smt::Status::kUnsat) break;
      if (found.status != smt::Status::kSat || unlike.size() == kMostAsked) {
        return {.status = Status::kTooMany};
      }
      smt::Wide like = 1;
      std::vector<Bool> other;
      for (const Node* field : fields) {
        const NodeValue& value = found.assignment[field->number];
        like *= static_cast<smt::Wide>(Like(*model, *field, value));
        if (like == 0) return {.status = Status::kUncounted};
        if (like > smt::Wide{1} << 60) return {.status = Status::kTooMany};
        AddUnlike(*model, *field, value, &other);
      }
      count.all += like;
      count.taken += of_taken ? like : 0;
      unlike.push_back(model->Literal(smt::Or(other)));
      if (unlike.back().is_false()) return count;
    }
  }
  return count;
}

}  // namespace polc::verifier
