#include "verifier/cells/cells.h"

#include <algorithm>
#include <bit>

namespace polc::verifier {
namespace {

using smt::Bool;
using smt::NodeNo;
using smt::Op;

// Cells of a slice. A column then has 2 KB, and a slice some ten a rule.
constexpr size_t kMaxCells = size_t{1} << 14;

bool IsEmpty(const std::vector<uint64_t>& bits) {
  return std::all_of(bits.begin(), bits.end(), [](auto w) { return w == 0; });
}

// Which parts an expression speaks of; false if of something else too.
bool PartsIn(const smt::Context& context, NodeNo node,
             const std::unordered_map<NodeNo, size_t>& part_of,
             std::unordered_map<NodeNo, bool>* seen,
             std::vector<size_t>* parts) {
  const auto [it, is_new] = seen->try_emplace(node, true);
  if (!is_new) return true;
  if (context.op(node) == Op::kUnknown) {
    if (const NodeNo body = context.DefinitionOf(node).body) {
      return PartsIn(context, body, part_of, seen, parts);
    }
    const auto part = part_of.find(node);
    if (part == part_of.end()) return false;
    parts->push_back(part->second);
    return true;
  }
  if (context.op(node) > Op::kIff) return false;
  const auto operands = context.operands(node);
  return std::all_of(operands.begin(), operands.end(), [&](NodeNo operand) {
    return PartsIn(context, operand, part_of, seen, parts);
  });
}

}  // namespace

Cells::Cells(const Space& space, const std::vector<Bool>& demands)
    : space_(space), parts_(PartsOf(space, demands)) {
  AddParts(demands);
  Place();
  std::vector<Bool> all = demands;
  all.insert(all.end(), space.joint().begin(), space.joint().end());
  domain_ = true_.must;
  for (const Bool& fact : all) {
    const Column& holds = Of(fact);
    // What may be no request is left out, and no answer given without it.
    for (size_t w = 0; w < words_; ++w) domain_[w] &= holds.must[w];
    if (!holds.may.empty()) all_ = false;
  }
}

Cells::Cells(const Space& space, std::vector<Part> parts)
    : space_(space), parts_(std::move(parts)) {
  AddParts({});
  Place();
  domain_ = true_.must;
}

// Ways that no request has that meets the demands go first: the schema's enums
// and ranges leave few.
void Cells::AddParts(const std::vector<Bool>& demands) {
  for (size_t p = 0; p < parts_.size(); ++p) {
    for (const NodeNo unknown : parts_[p].unknowns) part_of_[unknown] = p;
  }
  std::vector<std::vector<Bool>> own(parts_.size());
  for (const Bool& demand : demands) {
    if (demand.is_const()) continue;
    std::unordered_map<NodeNo, bool> seen;
    std::vector<size_t> parts;
    if (!PartsIn(*space_.context(), demand.node(), part_of_, &seen, &parts)) {
      continue;
    }
    const bool one = std::all_of(parts.begin(), parts.end(),
                                 [&](size_t p) { return p == parts[0]; });
    if (one && !parts.empty()) own[parts[0]].push_back(demand);
  }
  std::vector<Part> whole = std::move(parts_);
  for (size_t p = 0; p < whole.size(); ++p) {
    if (own[p].empty()) continue;
    // A table of this part alone.
    parts_.assign(whole.size(), {});
    for (Part& other : parts_) other.ways.resize(1);
    parts_[p] = std::move(whole[p]);
    Place();
    Bits kept = true_.must;
    for (const Bool& demand : own[p]) {
      const Column& holds = Of(demand);
      for (size_t w = 0; w < words_; ++w) kept[w] &= holds.May()[w];
    }
    whole[p] = std::move(parts_[p]);
    std::vector<Way> ways;
    for (size_t i = 0; i < whole[p].ways.size(); ++i) {
      if (kept[i / 64] >> (i % 64) & 1) {
        ways.push_back(std::move(whole[p].ways[i]));
      }
    }
    whole[p].ways = std::move(ways);
  }
  parts_ = std::move(whole);
}

// Numbers the cells. Where they are too many, a part varies with the others
// instead of on its own.
void Cells::Place() {
  columns_.Clear();
  all_columns_.clear();
  strides_.clear();
  ways_.clear();
  for (const Part& part : parts_) {
    for (size_t i = 0; i < part.ways.size(); ++i) {
      for (const NodeNo unknown : part.ways[i].holds) {
        ways_[unknown].push_back(i);
      }
    }
  }
  size_ = 1;
  all_ = true;
  for (const Part& part : parts_) {
    all_ = all_ && part.IsWhole();
    strides_.push_back(size_);
    if (size_ * part.ways.size() > kMaxCells) {
      all_ = false;
      size_ = kMaxCells;
    } else {
      size_ *= part.ways.size();
    }
  }
  words_ = (size_ + 63) / 64;
  true_.must.assign(words_, ~uint64_t{0});
  if (size_ % 64 != 0) true_.must.back() >>= 64 - size_ % 64;
  if (size_ == 0) true_.must.clear();
  false_.must.assign(words_, 0);
}

size_t Cells::WayOf(size_t part, size_t cell) const {
  const size_t ways = parts_[part].ways.size();
  const size_t turn = cell / strides_[part];
  if (strides_[part] * ways <= size_) return turn % ways;
  // Not the whole product: any mixture will do that is the same in every run.
  uint64_t hash = (cell + 1) * 0x9E3779B97F4A7C15u ^ (part + 1) << 32;
  hash = (hash ^ hash >> 31) * 0xBF58476D1CE4E5B9u;
  return (hash ^ hash >> 29) % ways;
}

namespace {

// Bits from `first` on.
void SetRun(size_t first, size_t count, std::vector<uint64_t>* bits) {
  while (count > 0) {
    const size_t at = first % 64;
    const size_t n = std::min(count, 64 - at);
    const uint64_t run = n == 64 ? ~uint64_t{0} : (uint64_t{1} << n) - 1;
    (*bits)[first / 64] |= run << at;
    first += n;
    count -= n;
  }
}

}  // namespace

Cells::Column Cells::OfUnknown(NodeNo unknown) const {
  const auto at = part_of_.find(unknown);
  if (at == part_of_.end()) return {false_.must, true_.must};  // anything
  Column column{false_.must, {}};
  const auto holds = ways_.find(unknown);
  if (holds == ways_.end()) return column;
  const size_t ways = parts_[at->second].ways.size();
  const size_t stride = strides_[at->second];
  if (stride * ways <= size_) {
    for (const size_t way : holds->second) {
      for (size_t from = way * stride; from < size_; from += stride * ways) {
        SetRun(from, std::min(stride, size_ - from), &column.must);
      }
    }
    return column;
  }
  std::vector<uint8_t> is(ways);
  for (const size_t way : holds->second) is[way] = 1;
  for (size_t cell = 0; cell < size_; ++cell) {
    const uint64_t bit = is[WayOf(at->second, cell)];
    column.must[cell / 64] |= bit << (cell % 64);
  }
  return column;
}

const Cells::Column& Cells::Of(Bool b) {
  if (b.is_const()) return b.is_true() ? true_ : false_;
  return OfNode(b.node());
}

bool Cells::Ready(NodeNo node, std::vector<NodeNo>* missing) const {
  const smt::Context& context = *space_.context();
  const size_t before = missing->size();
  if (context.op(node) > Op::kIff) return true;
  for (const NodeNo operand : context.operands(node)) {
    const NodeNo behind = context.Behind(operand);
    if (Find(behind) == nullptr) missing->push_back(behind);
  }
  return missing->size() == before;
}

// Names of names are thousands deep: no recursion. A name has its body's
// column.
const Cells::Column& Cells::OfNode(NodeNo node) {
  node = space_.context()->Behind(node);
  const Column* column = Find(node);
  if (column != nullptr) return *column;
  std::vector<NodeNo> stack = {node};
  while (!stack.empty()) {
    const NodeNo at = stack.back();
    column = Find(at);
    if (column == nullptr) {
      if (!Ready(at, &stack)) continue;
      column = &all_columns_.emplace_back(Compute(at));
      columns_.Add(at, column);
      bytes_ += 8 * (column->must.size() + column->may.size());
    }
    stack.pop_back();
  }
  return *column;  // the last is the first that was pushed
}

Cells::Column Cells::Compute(NodeNo node) const {
  const smt::Context& context = *space_.context();
  const auto operands = context.operands(node);
  switch (context.op(node)) {
    case Op::kUnknown:
      return OfUnknown(node);
    case Op::kNot: {
      const Column& of = Known(operands[0]);
      Column out = true_;
      for (size_t w = 0; w < words_; ++w) out.must[w] &= ~of.May()[w];
      if (of.may.empty()) return out;
      out.may = true_.must;
      for (size_t w = 0; w < words_; ++w) out.may[w] &= ~of.must[w];
      return out;
    }
    case Op::kAnd:
    case Op::kOr: {
      const bool is_and = context.op(node) == Op::kAnd;
      const auto join = [&](Bits* to, const Bits& from) {
        for (size_t w = 0; w < words_; ++w) {
          (*to)[w] = is_and ? (*to)[w] & from[w] : (*to)[w] | from[w];
        }
      };
      Column out = Known(operands[0]);
      for (const NodeNo operand : operands.subspan(1)) {
        const Column& of = Known(operand);
        if (!of.may.empty() && out.may.empty()) out.may = out.must;
        if (!out.may.empty()) join(&out.may, of.May());
        join(&out.must, of.must);
      }
      if (out.may == out.must) out.may.clear();
      return out;
    }
    case Op::kIff: {
      const Column& a = Known(operands[0]);
      const Column& b = Known(operands[1]);
      Column out = true_;
      const bool exact = a.may.empty() && b.may.empty();
      if (!exact) out.may = true_.must;
      for (size_t w = 0; w < words_; ++w) {
        const uint64_t both = a.must[w] & b.must[w];
        const uint64_t neither = ~a.May()[w] & ~b.May()[w];
        out.must[w] &= both | neither;
        const uint64_t apart =
            (a.must[w] & ~b.May()[w]) | (b.must[w] & ~a.May()[w]);
        if (!exact) out.may[w] &= ~apart;
      }
      return out;
    }
    default:
      return {false_.must, true_.must};
  }
}

Cells::Answer Cells::Ask(const std::vector<Bool>& asked) {
  Answer answer;
  std::vector<const Column*> columns;
  for (const Bool& b : asked) columns.push_back(&Of(b));
  Bits left = domain_;
  for (const Column* column : columns) {
    uint64_t any = 0;
    for (size_t w = 0; w < words_; ++w) any |= left[w] &= column->must[w];
    if (any == 0) break;
  }
  for (size_t w = 0; w < words_; ++w) {
    if (left[w] == 0) continue;
    answer.status = smt::Status::kSat;
    answer.cell = 64 * w + static_cast<size_t>(std::countr_zero(left[w]));
    return answer;
  }
  if (!all_) return answer;
  std::vector<const Bits*> may;
  for (const Column* column : columns) may.push_back(&column->May());
  left = domain_;
  size_t needed = 0;
  while (!IsEmpty(left)) {
    if (needed == may.size()) return answer;
    for (size_t w = 0; w < words_; ++w) left[w] &= (*may[needed])[w];
    ++needed;
  }
  answer.status = smt::Status::kUnsat;
  may.resize(needed);
  answer.core = CoreOf(may);
  return answer;
}

std::optional<Cells::Share> Cells::Weigh(Bool of, Bool part) {
  if (!all_ || domain_ != true_.must) return std::nullopt;
  if (!weighed_) WeighCells();
  const Column& whole = Of(of);
  const Column& some = Of(part);
  if (!whole.may.empty() || !some.may.empty()) return std::nullopt;
  Share share;
  const auto weigh = [&](uint64_t bits, size_t w) {
    if (weights_.empty()) return static_cast<double>(std::popcount(bits));
    double sum = 0;
    for (; bits != 0; bits &= bits - 1) {
      sum += weights_[64 * w + static_cast<size_t>(std::countr_zero(bits))];
    }
    return sum;
  };
  for (size_t w = 0; w < words_; ++w) {
    share.all += weigh(whole.must[w], w);
    share.part += weigh(whole.must[w] & some.must[w], w);
  }
  return share;
}

// By part first: mostly each way is one text.
void Cells::WeighCells() {
  weighed_ = true;
  std::vector<std::vector<double>> of_ways(parts_.size());
  bool all_one = true;
  for (size_t p = 0; p < parts_.size(); ++p) {
    for (const Way& way : parts_[p].ways) {
      double weight = 1;
      for (const auto& [number, value] : way.values) {
        const Node& node = *space_.nodes()[number];
        if (value.kind != ir::Kind::kString ||
            parts_[p].one_by_one.contains(number)) {
          continue;
        }
        std::vector<LangNo> languages;
        for (const auto& [lang, in] : node.in) languages.push_back(lang);
        const size_t like = TextsLike(space_.facts(), languages, value.text);
        if (like > 1) weight *= static_cast<double>(like);
      }
      all_one &= weight == 1;
      of_ways[p].push_back(weight);
    }
  }
  if (all_one) return;
  weights_.assign(size_, 1);
  for (size_t cell = 0; cell < size_; ++cell) {
    for (size_t p = 0; p < parts_.size(); ++p) {
      weights_[cell] *= of_ways[p][WayOf(p, cell)];
    }
  }
}

// From behind: what the ones before and those kept make empty is dispensable.
std::vector<size_t> Cells::CoreOf(const std::vector<const Bits*>& may) const {
  // Only the words where something is left after the first two matter: with
  // those a question says which requests it is about.
  std::vector<size_t> live;
  for (size_t w = 0; w < words_; ++w) {
    uint64_t left = domain_[w];
    for (size_t i = 0; i < std::min<size_t>(2, may.size()); ++i) {
      left &= (*may[i])[w];
    }
    if (left != 0) live.push_back(w);
  }
  const bool few = may.size() > 2 && !live.empty();
  if (!few) {
    live.resize(words_);
    for (size_t w = 0; w < words_; ++w) live[w] = w;
  }
  std::vector<Bits> before = {{}};
  for (const size_t w : live) before[0].push_back(domain_[w]);
  for (size_t i = 0; i + 1 < may.size(); ++i) {
    before.push_back(before[i]);
    for (size_t k = 0; k < live.size(); ++k) {
      before[i + 1][k] &= (*may[i])[live[k]];
    }
  }
  std::vector<size_t> core;
  Bits kept(live.size(), ~uint64_t{0});
  for (size_t i = may.size(); i-- > 0;) {
    bool empty = true;
    // The first two are needed wherever the words were chosen by them.
    if (few && i < 2) empty = false;
    for (size_t k = 0; k < live.size() && empty; ++k) {
      empty = (before[i][k] & kept[k]) == 0;
    }
    if (empty) continue;
    core.insert(core.begin(), i);
    for (size_t k = 0; k < live.size(); ++k) kept[k] &= (*may[i])[live[k]];
  }
  return core;
}

Assignment Cells::RequestOf(size_t cell) const {
  Assignment assignment(space_.nodes().size());
  for (size_t p = 0; p < parts_.size(); ++p) {
    for (const auto& [node, value] : parts_[p].ways[WayOf(p, cell)].values) {
      assignment[node] = value;
    }
  }
  return assignment;
}

}  // namespace polc::verifier
