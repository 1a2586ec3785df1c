// Which dimensions a bucket has is decided by what they cost and leave: one
// guard that is looked at in vain costs about as much as kGuardCost.
#include "compiler/codegen/index/bucket.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <utility>

#include "compiler/codegen/index/grams.h"
#include "compiler/codegen/index/literals.h"
#include "compiler/codegen/index/trie.h"

namespace polc::codegen {
namespace {

using ir::FieldId;
using ir::Kind;
using runtime::TableDim;

constexpr double kGuardCost = 7;
constexpr double kKindCost = 3;
constexpr double kStepCost = 2.5;  // of a search among numbers
constexpr double kTrieCost = 18;
constexpr double kGramsCost = 30;
constexpr double kProductCost = 60;
constexpr size_t kMaxDims = 8;  // as runtime/match/candidates.h
constexpr size_t kMaxProductStates = 4096;
// The share of languages that match a string, and of literals that are in one,
// for want of better.
constexpr double kGuess = 0.3;
constexpr double kGramsGuess = 0.05;

size_t Budget(uint32_t count) { return 4096 + size_t{96} * count; }

template <typename F>
std::vector<uint32_t> Those(const auto& asked, F holds) {
  std::vector<uint32_t> out;
  for (const auto& one : asked) {
    if (holds(*one.set)) out.push_back(one.entry);
  }
  return out;
}

// All strings, or none, are in the set.
bool IsTrivial(const ValueSet& set) {
  return !set.has(Kind::kString) || set.strings == nullptr;
}

bool HasAutomaton(const ValueSet& set) {
  return !IsTrivial(set) && !set.strings->is_listed();
}

}  // namespace

const std::vector<Prefix>& BucketMaker::CachedPrefixes(const StringSet* set,
                                                       size_t max_count,
                                                       size_t max_length) {
  // What is kept of a language needs no automaton.
  ir::Digester key(kept_.seed);
  key.Add(uint64_t{max_count} << 32 | max_length);
  if (set->AddTo(digests_, &key)) {
    uint32_t found = kept_.prefixes.Find(key.digest());
    if (found == kept_.prefixes.kNone) {
      found = kept_.prefixes.Add(key.digest(),
                                 PrefixesOf(*set, max_count, max_length));
    }
    return kept_.prefixes[found];
  }
  const auto [at, is_new] = prefixes_.try_emplace({set, max_count, max_length});
  if (is_new) at->second = PrefixesOf(*set, max_count, max_length);
  return at->second;
}

// Groups of neighbouring classes share a row that holds all of theirs, as many
// as the budget asks for.
void BucketMaker::AddNumbers(const std::vector<Asked>& asked, Rows* rows,
                             Dim* dim) {
  std::vector<double> cuts;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const Asked& one : asked) {
    for (const ir::Interval& in : one.set->numbers) {
      if (in.lo != -kInfinity) cuts.push_back(in.lo);
      if (in.hi != kInfinity) cuts.push_back(std::nextafter(in.hi, kInfinity));
    }
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  auto class_of = [&](double x) {
    return static_cast<size_t>(std::upper_bound(cuts.begin(), cuts.end(), x) -
                               cuts.begin());
  };
  struct Stretch {
    uint32_t entry;
    size_t first, last;
  };
  std::vector<Stretch> stretches;
  for (const Asked& one : asked) {
    if (!one.set->has(Kind::kNumber)) continue;
    for (const ir::Interval& in : one.set->numbers) {
      stretches.push_back({one.entry, class_of(in.lo), class_of(in.hi)});
    }
  }
  uint32_t shift = 0;
  for (;; ++shift) {
    std::vector<int64_t> change((cuts.size() >> shift) + 2);
    for (const Stretch& s : stretches) {
      ++change[s.first >> shift];
      --change[(s.last >> shift) + 1];
    }
    size_t bytes = 0;
    int64_t active = 0;
    for (size_t g = 0; g + 1 < change.size(); ++g) {
      active += change[g];
      bytes += rows->Bytes(static_cast<size_t>(active)) + 4;
    }
    if (bytes <= Budget(count_) || change.size() <= 3) break;
  }
  std::vector<std::vector<uint32_t>> groups((cuts.size() >> shift) + 1);
  for (const Stretch& s : stretches) {
    for (size_t g = s.first >> shift; g <= s.last >> shift; ++g) {
      if (groups[g].empty() || groups[g].back() != s.entry) {
        groups[g].push_back(s.entry);
      }
    }
  }
  std::vector<uint32_t> numbers;
  double shares = 0;
  for (const auto& group : groups) {
    numbers.push_back(rows->Make(group));
    shares += rows->Share(group.size());
  }
  // A group of more than a few classes holds most of them in vain.
  dim->share =
      std::min(dim->share, shares / static_cast<double>(groups.size()));
  dim->cost += kStepCost * std::log2(static_cast<double>(cuts.size()) + 2);
  dim->table.cuts = blob_->AddSpan(cuts);
  dim->table.numbers = blob_->AddRefSpan(numbers);
  dim->table.shift = shift;
}

void BucketMaker::AddTrie(const std::vector<Asked>& asked, Rows* rows,
                          Dim* dim) {
  const std::vector<uint32_t> any = Those(asked, [](const ValueSet& set) {
    return set.has(Kind::kString) && set.strings == nullptr;
  });
  size_t max_count = 256;
  for (size_t max_length = 64; max_length >= 4; max_length /= 2) {
    std::vector<std::pair<Prefix, uint32_t>> prefixes;
    for (const Asked& one : asked) {
      if (IsTrivial(*one.set)) continue;
      for (const Prefix& prefix :
           CachedPrefixes(one.set->strings.get(), max_count, max_length)) {
        prefixes.emplace_back(prefix, one.entry);
      }
    }
    const auto trie =
        MakeTrie(std::move(prefixes), any, Budget(count_), rows, blob_);
    max_count /= 4;
    if (!trie) continue;
    dim->table.trie = trie->root;
    dim->share = std::min(dim->share, trie->share);
    dim->cost += kTrieCost;
    return;
  }
}

BucketMaker::Dim BucketMaker::MakeDim(FieldId field,
                                      const std::vector<Asked>& asked,
                                      const std::vector<uint32_t>& free) {
  Dim dim;
  dim.table.slot = static_cast<uint32_t>(layout_.slot_of[field.value()]);
  dim.cost = kKindCost;
  Rows rows(blob_, count_, free);
  double shares = 0;
  for (int k = 0; k < ir::kKindCount; ++k) {
    const auto kind = static_cast<Kind>(k);
    const auto left =
        Those(asked, [&](const ValueSet& set) { return set.has(kind); });
    dim.table.kinds[static_cast<size_t>(k)] = rows.Make(left);
    if (kind == Kind::kMissing || kind == Kind::kString) {
      shares += rows.Share(left.size()) / 2;
    }
  }
  dim.share = shares;
  const auto no = Those(asked, [](const ValueSet& s) { return s.has_false; });
  const auto yes = Those(asked, [](const ValueSet& s) { return s.has_true; });
  dim.table.bools = {rows.Make(no), rows.Make(yes)};
  if (no != yes) {
    dim.share = (rows.Share(no.size()) + rows.Share(yes.size())) / 2;
  }
  const bool has_numbers =
      std::any_of(asked.begin(), asked.end(), [](const Asked& one) {
        const auto& numbers = one.set->numbers;
        return numbers.size() > 1 ||
               (numbers.size() == 1 && numbers[0] != ir::Interval());
      });
  if (has_numbers) AddNumbers(asked, &rows, &dim);
  const bool has_strings =
      std::any_of(asked.begin(), asked.end(),
                  [](const Asked& one) { return !IsTrivial(*one.set); });
  if (has_strings) AddTrie(asked, &rows, &dim);
  for (const Asked& one : asked) {
    uint32_t& most = dim.table.max_bytes;
    const uint32_t here = one.set->max_bytes;
    if (here != 0) most = most == 0 ? here : std::min(most, here);
  }
  return dim;
}

BucketMaker::Packed BucketMaker::AddProduct(const automata::Product& product) {
  const auto n = static_cast<uint32_t>(product.num_states());
  std::vector<uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  const auto sinks =
      std::stable_partition(order.begin(), order.end(), [&](uint32_t state) {
        for (uint32_t k = 0; k < product.num_classes; ++k) {
          if (product.next[state * size_t{product.num_classes} + k] != state) {
            return true;
          }
        }
        return false;
      });
  std::vector<uint32_t> number(n);
  for (uint32_t i = 0; i < n; ++i) number[order[i]] = i;
  std::vector<uint16_t> next;
  std::vector<uint16_t> outputs;
  for (const uint32_t state : order) {
    for (uint32_t k = 0; k < product.num_classes; ++k) {
      next.push_back(static_cast<uint16_t>(
          number[product.next[state * size_t{product.num_classes} + k]]));
    }
    outputs.push_back(static_cast<uint16_t>(product.output[state]));
  }
  runtime::TableProduct table;
  table.states = n;
  table.classes = product.num_classes;
  table.start = number[product.start];
  table.sinks = static_cast<uint32_t>(sinks - order.begin());
  table.next = blob_->Add(next);
  table.outputs = blob_->Add(outputs);
  table.output_count = static_cast<uint32_t>(product.accept_sets.size());
  table.byte_class = product.byte_class;
  Packed packed;
  packed.at = blob_->Add(table);
  for (const auto& set : product.accept_sets) {
    auto& out = packed.outputs.emplace_back();
    for (const uint32_t member : set) out.push_back(product.members[member]);
  }
  return packed;
}

const std::vector<BucketMaker::Packed>& BucketMaker::Pack(
    const Languages& langs) {
  const auto [at, is_new] = packed_.try_emplace(langs);
  if (!is_new) return at->second;
  const auto products = automata::PackProducts(langs, kMaxProductStates);
  if (!products) return at->second;
  for (const automata::Product& product : *products) {
    at->second.push_back(AddProduct(product));
  }
  return at->second;
}

BucketMaker::Asking BucketMaker::AskingOf(const std::vector<Asked>& asked) {
  Asking asking;
  for (const Asked& one : asked) {
    if (HasAutomaton(*one.set)) {
      asking[&one.set->strings->dfa()].push_back(one.entry);
    }
  }
  return asking;
}

// A dimension that tells strings apart, and nothing else.
BucketMaker::Dim BucketMaker::StringDim(FieldId field,
                                        const std::vector<Asked>& asked) const {
  Dim dim;
  dim.table.slot = static_cast<uint32_t>(layout_.slot_of[field.value()]);
  for (const Asked& one : asked) {
    const uint32_t bound = one.set->max_bytes;
    uint32_t& most = dim.table.max_bytes;
    if (bound != 0) most = most == 0 ? bound : std::min(most, bound);
  }
  return dim;
}

const std::vector<std::string>& BucketMaker::CachedLiterals(
    const automata::Dfa* dfa) {
  const auto [at, is_new] = literals_.try_emplace(dfa);
  if (is_new) at->second = LiteralsIn(*dfa);
  return at->second;
}

// Those of the languages whose strings contain literals; they are taken out.
std::vector<BucketMaker::Dim> BucketMaker::MakeGrams(
    FieldId field, const std::vector<Asked>& asked, Asking* asking) {
  // By what first asks for them, not by where they are stored.
  std::vector<std::pair<const automata::Dfa*, std::vector<uint32_t>>> langs(
      asking->begin(), asking->end());
  std::sort(langs.begin(), langs.end(),
            [](const auto& a, const auto& b) { return a.second < b.second; });
  std::vector<Wanted> wanted;
  for (auto& [dfa, who] : langs) {
    const std::vector<std::string>& literals = CachedLiterals(dfa);
    if (literals.empty()) continue;
    wanted.push_back({literals, std::move(who)});
    asking->erase(dfa);
  }
  const std::vector<Gram> grams = ChooseGrams(wanted);
  std::vector<Dim> dims;
  for (const uint32_t bytes : {4u, 2u}) {
    std::vector<uint32_t> free(count_);
    std::iota(free.begin(), free.end(), 0);
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (grams[i].bytes != bytes) continue;
      for (const uint32_t entry : wanted[i].entries) free[entry] = count_;
    }
    std::erase(free, count_);
    if (free.size() == count_) continue;
    const Rows rows(blob_, count_, free);
    Dim dim = StringDim(field, asked);
    dim.table.grams = AddGrams(wanted, grams, bytes, rows.base(), blob_);
    dim.cost = kGramsCost;
    dim.share = rows.Share(static_cast<size_t>(
        static_cast<double>(count_ - free.size()) * kGramsGuess));
    dims.push_back(dim);
  }
  return dims;
}

std::vector<BucketMaker::Dim> BucketMaker::MakeProducts(
    FieldId field, const std::vector<Asked>& asked, Asking entries) {
  std::erase_if(entries, [](const auto& lang) {
    return lang.first->num_states() > kMaxProductStates;
  });
  Languages langs;
  for (const auto& [dfa, who] : entries) langs.push_back(dfa);
  // By what they first accept, not by where they are stored.
  std::sort(langs.begin(), langs.end(), [&](const auto* a, const auto* b) {
    return entries[a][0] < entries[b][0];
  });
  std::vector<Dim> dims;
  if (langs.empty()) return dims;
  for (const Packed& packed : Pack(langs)) {
    std::set<uint32_t> here;
    for (const auto& output : packed.outputs) {
      for (const uint32_t lang : output) {
        const auto& who = entries[langs[lang]];
        here.insert(who.begin(), who.end());
      }
    }
    // Those that another product tells about, and those that are in for other
    // kinds only, are not told apart here.
    std::vector<uint32_t> free;
    for (uint32_t entry = 0; entry < count_; ++entry) {
      if (!here.contains(entry)) free.push_back(entry);
    }
    Rows rows(blob_, count_, free);
    Dim dim = StringDim(field, asked);
    dim.table.product = packed.at;
    dim.cost = kProductCost;
    std::vector<uint32_t> outputs;
    double shares = 0;
    for (const auto& output : packed.outputs) {
      std::vector<uint32_t> left;
      for (const uint32_t lang : output) {
        const auto& who = entries[langs[lang]];
        left.insert(left.end(), who.begin(), who.end());
      }
      std::sort(left.begin(), left.end());
      outputs.push_back(rows.Make(left));
      shares += rows.Share(left.size());
    }
    dim.share = shares / static_cast<double>(outputs.size());
    dim.table.outputs = blob_->AddRefSpan(outputs);
    dims.push_back(dim);
  }
  return dims;
}

std::vector<TableDim> BucketMaker::MakeDims(const std::vector<Entry>& entries,
                                            FieldId known) {
  std::map<FieldId, std::vector<Asked>> fields;
  for (uint32_t i = 0; i < entries.size(); ++i) {
    const Box& box = boxes_.Of(entries[i].guard)[entries[i].box];
    for (const auto& [field, set] : box) {
      if (field != known) fields[field].push_back({i, set.get()});
    }
  }
  std::vector<Dim> dims;
  for (const auto& [field, asked] : fields) {
    std::vector<uint32_t> free;
    size_t next = 0;
    for (uint32_t i = 0; i < count_; ++i) {
      if (next < asked.size() && asked[next].entry == i) {
        ++next;
      } else {
        free.push_back(i);
      }
    }
    dims.push_back(MakeDim(field, asked, free));
  }
  double left = count_;
  std::vector<TableDim> chosen;
  auto choose = [&](std::vector<Dim> from) {
    std::stable_sort(from.begin(), from.end(), [](const Dim& a, const Dim& b) {
      auto worth = [](const Dim& dim) {
        return -std::log(std::max(dim.share, 1e-6)) / dim.cost;
      };
      return worth(a) > worth(b);
    });
    const bool takes_all = tuning_.index_from <= 1;
    for (const Dim& dim : from) {
      if (chosen.size() == kMaxDims) break;
      const bool pays = left * (1 - dim.share) * kGuardCost > dim.cost;
      if (!pays && !takes_all) continue;
      left *= dim.share;
      chosen.push_back(dim.table);
      chosen.back().stop_at =
          takes_all ? 0 : static_cast<uint32_t>(dim.cost / kGuardCost);
    }
  };
  choose(std::move(dims));
  // Going through the string is worth it only if enough would be looked at in
  // vain.
  for (const auto& [field, asked] : fields) {
    const auto pays = [&](auto count, double cost) {
      const double gain =
          left * static_cast<double>(count) / count_ * (1 - kGuess);
      return count != 0 && chosen.size() < kMaxDims &&
             (gain * kGuardCost > cost || tuning_.index_from <= 1);
    };
    const auto with_automaton =
        std::count_if(asked.begin(), asked.end(),
                      [](const Asked& one) { return HasAutomaton(*one.set); });
    if (!pays(with_automaton, kGramsCost)) continue;
    Asking asking = AskingOf(asked);
    choose(MakeGrams(field, asked, &asking));
    size_t left_over = 0;
    for (const auto& [dfa, who] : asking) left_over += who.size();
    if (pays(left_over, kProductCost)) {
      choose(MakeProducts(field, asked, std::move(asking)));
    }
  }
  return chosen;
}

// By what the boxes say, whichever rules they are of.
runtime::TableSpan BucketMaker::DimsOf(const std::vector<Entry>& entries,
                                       FieldId known) {
  ir::Digester key(kept_.seed);
  key.Add(uint64_t{known.valid()});
  for (const Entry& entry : entries) {
    key.Add(digests_.of(entry.guard));
    key.Add(uint64_t{entry.box});
  }
  uint32_t found = kept_.dims.Find(key.digest());
  if (found == kept_.dims.kNone) {
    found =
        kept_.dims.Add(key.digest(), blob_->AddSpan(MakeDims(entries, known)));
  }
  return kept_.dims[found];
}

// Guards are placed before the entries that lead to them: those of a small
// bucket are a few cache lines in a row.
uint32_t BucketMaker::Make(const std::vector<Entry>& entries, FieldId known,
                           bool is_known) {
  count_ = static_cast<uint32_t>(entries.size());
  runtime::TableBucket bucket;
  if (count_ >= tuning_.index_from) {
    bucket.dims = DimsOf(entries, known);
  }
  Words& words = words_;
  words.Clear();
  words.Append(bucket);
  for (size_t i = 0; i < entries.size(); ++i) {
    // Boxes matter to dimensions alone.
    if (bucket.dims.count == 0 && i != 0 &&
        entries[i].item == entries[i - 1].item) {
      continue;
    }
    words.Append(writer_.Write(entries[i].item, is_known));
    ++words[0];
  }
  static_assert(offsetof(runtime::TableBucket, count) == 0);
  return blob_->AddOnce(words);
}

}  // namespace polc::codegen
