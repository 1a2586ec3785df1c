#include "compiler/codegen/kept.h"

#include <random>

namespace polc::codegen {
namespace {

uint64_t Secret() {
  std::random_device device;
  return uint64_t{device()} << 32 | device();
}

// With an automaton of its own: the set's languages go with the set.
std::shared_ptr<const ValueSet> Owned(const ValueSet& set) {
  auto own = std::make_shared<ValueSet>(set);
  if (set.strings != nullptr && !set.strings->is_listed()) {
    own->strings = std::make_shared<const StringSet>(
        std::make_shared<const automata::Dfa>(set.strings->dfa()));
  }
  return own;
}

}  // namespace

uint32_t KeptTools::NameOf(const std::string& text) {
  const auto next = static_cast<uint32_t>(texts_.size());
  const auto [at, is_new] = names_.try_emplace(text, next);
  if (is_new) texts_.push_back(&at->first);
  return at->second;
}

uint32_t KeptTools::Add(const ValueSet& set) {
  ToolSet made;
  made.has_missing = set.has(ir::Kind::kMissing);
  made.has_string = set.has(ir::Kind::kString);
  made.is_listed = set.strings != nullptr && set.strings->is_listed();
  if (made.is_listed) {
    for (const std::string& text : set.strings->texts()) {
      if (!text.empty()) made.names.push_back(NameOf(text));
    }
  } else {
    made.pattern = Owned(set);
  }
  sets_.push_back(std::move(made));
  return static_cast<uint32_t>(sets_.size() - 1);
}

const std::vector<uint32_t>& KeptTools::NamesIn(uint32_t number) {
  ToolSet& set = sets_[number];
  if (set.is_listed || !set.has_string) return set.names;
  for (; set.seen < texts_.size(); ++set.seen) {
    const std::string& name = *texts_[set.seen];
    const uint32_t bound = set.pattern->max_bytes;
    if ((bound != 0 && name.size() > bound) || Holds(*set.pattern, name)) {
      set.names.push_back(set.seen);
    }
  }
  return set.names;
}

Kept::Kept() : seed(Secret()) {}

void Kept::Clear() {
  const uint64_t same = seed;
  *this = Kept();
  seed = same;
}

void Kept::Bound(size_t tables_size, size_t rule_count) {
  constexpr size_t kFewBytes = size_t{4} << 20;
  constexpr size_t kFewItems = 4096;
  if (blob.size() > 2 * tables_size + kFewBytes ||
      rules.size() > 2 * rule_count + kFewItems ||
      prefixes.size() > 4 * rule_count + kFewItems ||
      shapes.size() > kFewItems) {
    Clear();
  }
}

}  // namespace polc::codegen
