#include "verifier/native/index.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace polc::verifier::native {
namespace {

using ir::CondId;
using ir::Kind;
using ir::Outcome;
using runtime::TableBucket;
using runtime::TableDim;
using runtime::TableRow;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

size_t ClassOf(std::span<const double> cuts, double number) {
  return static_cast<size_t>(
      std::upper_bound(cuts.begin(), cuts.end(), number) - cuts.begin());
}

}  // namespace

Bucket::Bucket(const Tables& tables, uint32_t at, const Decoder& decoder)
    : tables_(tables) {
  const auto head = tables.One<TableBucket>(at);
  entries_ =
      tables.Items<runtime::TableEntry>(uint64_t{at} + sizeof head, head.count);
  for (const TableDim& table : tables.Items<TableDim>(head.dims)) {
    Dim& dim = dims_.emplace_back();
    dim.table = table;
    dim.field = decoder.FieldOf(table.slot);
    if (!dim.field.valid()) problem_ = "a dimension reads a slot of no field";
    if (table.numbers.count != 0) {
      dim.numbers = tables.Items<uint32_t>(table.numbers);
      dim.cuts = tables.Items<double>(table.cuts);
      // The matcher halves them.
      if (table.shift >= 32 ||
          !std::is_sorted(dim.cuts.begin(), dim.cuts.end()) ||
          dim.numbers.size() <= dim.cuts.size() >> table.shift) {
        problem_ = "cuts that are not in order, or without rows";
      }
    }
  }
  for (Dim& dim : dims_) {
    if (dim.table.grams != 0) {
      dim.grams = std::make_unique<Grams>(tables, dim.table.grams, head.count);
    }
    if (dim.table.trie == 0 && dim.table.product == 0) continue;
    dim.sorter = std::make_unique<Sorter>(tables, dim.table);
  }
  if (tables.failed()) problem_ = "a bucket leads out of the tables";
}

bool Bucket::IsIn(uint32_t row, uint32_t entry) const {
  if (row == 0) return true;
  const auto head = tables_.One<TableRow>(row);
  if (head.bits != 0) {
    const uint64_t word =
        tables_.One<uint64_t>(head.bits + uint64_t{entry} / 64 * 8);
    if ((word >> (entry % 64) & 1) != 0) return true;
  }
  const auto extra =
      tables_.Items<uint32_t>(uint64_t{row} + sizeof head, head.count);
  return std::find(extra.begin(), extra.end(), entry) != extra.end();
}

bool Bucket::KeepsNumbers(const Dim& dim, uint32_t entry,
                          const std::vector<ir::Interval>& numbers) const {
  if (dim.numbers.empty()) return IsIn(dim.table.kinds[POL_NUMBER], entry);
  for (const ir::Interval& interval : numbers) {
    const size_t last = ClassOf(dim.cuts, interval.hi) >> dim.table.shift;
    for (size_t row = ClassOf(dim.cuts, interval.lo) >> dim.table.shift;
         row <= last; ++row) {
      if (!IsIn(dim.numbers[row], entry)) return false;
    }
  }
  return true;
}

bool Bucket::KeepsStrings(Dim* dim, uint32_t entry,
                          const Values& values) const {
  const uint32_t most = dim->table.max_bytes;
  const automata::Dfa* strings = values.strings;
  // Of what is longer than `most` the dimension says nothing. If it is meant
  // to say something of some of these strings, it must of all.
  if (values.longer_than != 0 && (most == 0 || most > values.longer_than)) {
    strings = &automata::NulFree();
  }
  if (dim->grams != nullptr && !dim->grams->Keeps(entry, strings)) return false;
  if (dim->sorter == nullptr) {
    return IsIn(dim->table.kinds[POL_STRING], entry);
  }
  const auto [rows, is_new] = dim->rows.try_emplace(strings);
  if (is_new) rows->second = dim->sorter->RowsOf(*strings);
  return std::all_of(rows->second.begin(), rows->second.end(),
                     [&](uint32_t row) { return IsIn(row, entry); });
}

bool Bucket::KeepsAlong(Dim* dim, uint32_t entry, const Values& values) const {
  for (int i = 0; i < ir::kKindCount; ++i) {
    const auto kind = static_cast<Kind>(i);
    if (!values.Has(kind)) continue;
    bool keeps = true;
    if (kind == Kind::kBool) {
      for (size_t flag = 0; flag < 2; ++flag) {
        keeps = keeps &&
                (!values.bools[flag] || IsIn(dim->table.bools[flag], entry));
      }
    } else if (kind == Kind::kNumber) {
      keeps = KeepsNumbers(*dim, entry, values.numbers);
    } else if (kind == Kind::kString) {
      keeps = KeepsStrings(dim, entry, values);
    } else {
      keeps = IsIn(dim->table.kinds[static_cast<size_t>(i)], entry);
    }
    if (!keeps) return false;
  }
  return true;
}

bool Bucket::Keeps(uint32_t entry, const Fields& fields) {
  static const Values kOpen;
  return std::all_of(dims_.begin(), dims_.end(), [&](Dim& dim) {
    const auto field = fields.find(dim.field);
    return KeepsAlong(&dim, entry,
                      field == fields.end() ? kOpen : field->second);
  });
}

std::optional<CondId> Bucket::Kept(uint32_t entry, Canonical* canonical) const {
  std::vector<CondId> all;
  for (const Dim& dim : dims_) {
    const auto one = KeptAlong(dim, entry, canonical);
    if (!one) return std::nullopt;
    all.push_back(*one);
  }
  return canonical->And(std::move(all));
}

std::optional<CondId> Bucket::KeptAlong(const Dim& dim, uint32_t entry,
                                        Canonical* canonical) const {
  ir::Outcomes by_kind = ir::AllOutcomes(Outcome::kFalse);
  std::vector<CondId> any;
  const auto look = [&](Kind kind, ir::Test test) {
    ir::Outcomes on = ir::AllOutcomes(Outcome::kFalse);
    on[static_cast<size_t>(kind)] = Outcome::kTest;
    any.push_back(canonical->Test(dim.field, on, std::move(test)));
  };
  for (size_t i = 0; i < by_kind.size(); ++i) {
    const bool in = IsIn(dim.table.kinds[i], entry);
    const auto kind = static_cast<Kind>(i);
    if (kind == Kind::kBool) {
      const bool no = IsIn(dim.table.bools[0], entry);
      const bool yes = IsIn(dim.table.bools[1], entry);
      if (no && yes) {
        by_kind[i] = Outcome::kTrue;
      } else if (no || yes) {
        ir::Test test;
        test.kind = ir::TestKind::kBool;
        look(kind, test);
        if (no) {
          // Not of another kind: that is what `by_kind` says.
          ir::Outcomes is_bool = ir::AllOutcomes(Outcome::kFalse);
          is_bool[i] = Outcome::kTrue;
          any.back() =
              canonical->And({canonical->Not(any.back()),
                              canonical->Test(dim.field, is_bool, {})});
        }
      }
    } else if (kind == Kind::kNumber && !dim.numbers.empty()) {
      ir::Test test;
      test.kind = ir::TestKind::kNumber;
      for (size_t k = 0; k <= dim.cuts.size(); ++k) {
        if (!IsIn(dim.numbers[k >> dim.table.shift], entry)) continue;
        test.intervals.push_back(
            {k == 0 ? -kInfinity : dim.cuts[k - 1],
             k == dim.cuts.size() ? kInfinity : dim.cuts[k], false,
             k != dim.cuts.size()});
      }
      look(kind, std::move(test));
    } else if (kind == Kind::kString &&
               (dim.sorter != nullptr || dim.grams != nullptr ||
                dim.table.max_bytes != 0)) {
      std::optional<automata::Dfa> strings =
          in ? automata::NulFree() : automata::Nothing();
      if (dim.sorter != nullptr) {
        strings =
            dim.sorter->Where([&](uint32_t row) { return IsIn(row, entry); });
      }
      if (strings && dim.grams != nullptr) {
        const auto& kept = dim.grams->Kept(entry);
        const auto both = kept ? automata::Intersect(*strings, *kept)
                               : Result<automata::Dfa>(Error{});
        strings = both ? std::optional(*both) : std::nullopt;
      }
      if (!strings) return std::nullopt;
      ir::Test test;
      test.kind = ir::TestKind::kString;
      test.language = canonical->Language(*strings);
      test.max_bytes = dim.table.max_bytes;  // longer ones: an error
      look(kind, std::move(test));
    } else if (in) {
      by_kind[i] = Outcome::kTrue;
    }
  }
  any.push_back(canonical->Test(dim.field, by_kind, {}));
  return canonical->Or(std::move(any));
}

}  // namespace polc::verifier::native
