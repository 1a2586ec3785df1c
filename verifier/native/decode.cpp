#include "verifier/native/decode.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <string>

#include "verifier/native/strings.h"

namespace polc::verifier::native {
namespace {

using ir::CondId;
using ir::Outcome;
using runtime::kLookFacts;

}  // namespace

bool DiffersByCall(const ir::Field& field) {
  return field.root == ir::Root::kArgs || field.root == ir::Root::kSession ||
         field.root == ir::Root::kMarks;
}

std::optional<Decimal> DecimalOf(std::string_view text) {
  constexpr Decimal::Units kMost = Decimal::kBound;
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  Decimal::Units units = 0;
  int places = -1;
  for (const char c : digits) {
    if (c == '.' && places < 0) {
      places = 0;
    } else if (c >= '0' && c <= '9' && units < kMost) {
      units = units * 10 + (c - '0');
      places += places < 0 ? 0 : 1;
    } else {
      return std::nullopt;
    }
  }
  for (places = std::max(places, 0); places < Decimal::kPlaces; ++places) {
    units *= 10;
  }
  const auto made = Decimal::OfUnits(text == digits ? units : -units);
  // Anything but the one spelling is refused.
  return made && made->ToString() == text ? made : std::nullopt;
}

Decoder::Decoder(const Tables& tables, const runtime::Manifest& manifest,
                 Canonical* canonical)
    : tables_(tables), manifest_(manifest), canonical_(canonical) {
  const auto field = [&](const runtime::ManifestField& from) {
    ir::Field to;
    to.root = static_cast<ir::Root>(from.root);
    for (const runtime::ManifestStep& step : from.steps) {
      to.steps.push_back({step.member, step.index});
    }
    return canonical_->Field(to);
  };
  for (const auto& slot : manifest.fields) fields_.push_back(field(slot));
  for (const auto& quantifier : manifest.quantifiers) {
    auto& slots = elements_.emplace_back();
    for (const auto& slot : quantifier.fields) slots.push_back(field(slot));
  }
}

ir::FieldId Decoder::FieldOf(uint32_t slot) const {
  return slot < fields_.size() ? fields_[slot] : ir::FieldId();
}

ir::FieldId Decoder::ElementField(int32_t quantifier, uint32_t slot) const {
  const auto q = static_cast<size_t>(quantifier);
  if (quantifier < 0 || q >= elements_.size()) return {};
  return slot < elements_[q].size() ? elements_[q][slot] : ir::FieldId();
}

Result<ir::CondId> Decoder::Guard(uint32_t at) {
  const auto known = guards_.find(at);
  if (known != guards_.end()) return known->second;
  Words words{tables_, at};
  const auto read = [&]() -> Result<CondId> {
    const uint32_t head = words.Next();
    const bool remembers = (head & runtime::kGuardRemembers) != 0;
    const uint32_t memo_at = remembers ? words.Next() : 0;
    const uint32_t memo_size = remembers ? words.Next() : 0;
    if (uint64_t{memo_at} + memo_size > tables_.code().memo_size) {
      return Error{"a guard clears memory that a frame does not have"};
    }
    std::vector<CondId> all;
    std::vector<Cell> cells;
    for (uint32_t left = head & ~runtime::kGuardRemembers;
         left != 0 && !tables_.failed(); --left) {
      const uint32_t word = words.Next();
      const uint32_t look = word & runtime::kLookMask;
      if (look != runtime::kTestCall) {
        const auto made = TestAt(look, word >> runtime::kLookBits << 2, &words);
        if (!made) return made;
        all.push_back(*made);
        continue;
      }
      const uint32_t shape = words.Next();
      if (shape >= tables_.code().shape_count) {
        return Error{"a call of a function that is not there"};
      }
      const auto made = Shape(shape, words.Next(), -1);
      if (!made) return made.error();
      all.push_back(made->cond);
      cells.insert(cells.end(), made->cells.begin(), made->cells.end());
    }
    const auto ok = CheckCells(std::move(cells), memo_at, memo_size);
    if (!ok) return ok.error();
    return canonical_->And(std::move(all));
  };
  Result<CondId> made = read();
  if (tables_.failed()) made = Error{"a reference leads out of the tables"};
  return guards_.emplace(at, std::move(made)).first->second;
}

Result<CondId> Decoder::TestAt(uint32_t look, uint32_t at, Words* words) {
  const auto site = tables_.One<runtime::TableSite>(at);
  const ir::FieldId field = FieldOf(site.slot / sizeof(pol_slot));
  if (site.slot % sizeof(pol_slot) != 0 || !field.valid()) {
    return Error{"a test reads a slot that no field has"};
  }
  if (const auto ok = CheckError(field, site.error); !ok) return ok.error();
  const bool is_known = (site.outcomes & runtime::kSiteUnknown) == 0;
  if (is_known == DiffersByCall(canonical_->module().field(field))) {
    return Error{
        "a test takes what a call chooses for what is known of "
        "all calls, or the other way around"};
  }
  return Test(look, field, site.outcomes, words);
}

// Where two conditions remember their verdicts in one place, one is told the
// other's; where a place is not cleared, an earlier request's.
Result<void> Decoder::CheckCells(std::vector<Cell> cells, uint64_t from,
                                 uint64_t size) const {
  std::sort(cells.begin(), cells.end());
  cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].first < from || cells[i].first >= from + size) {
      return Error{"a verdict is remembered where nobody clears it"};
    }
    if (i > 0 && cells[i].first == cells[i - 1].first) {
      return Error{"two conditions remember their verdicts in one place"};
    }
  }
  return {};
}

Result<void> Decoder::CheckError(ir::FieldId field, int64_t error) const {
  const std::string name = ir::FieldName(canonical_->module().field(field));
  if (error < 0 ||
      static_cast<size_t>(error) >= manifest_.error_fields.size() ||
      manifest_.error_fields[static_cast<size_t>(error)] != name) {
    return Error{fmt::format("an error of `{}` has another name", name)};
  }
  return {};
}

Result<ir::Outcomes> Decoder::OutcomesOf(uint32_t packed,
                                         uint32_t looked_at) const {
  ir::Outcomes on = {};
  for (uint32_t kind = 0; kind < runtime::kKinds; ++kind) {
    const uint32_t bits = packed >> (3 * kind) & POL_ANY;
    // Values of the kind that is looked at have no outcome.
    if (kind == looked_at) {
      on[kind] = Outcome::kTest;
    } else if (bits == POL_TRUE || bits == POL_FALSE || bits == POL_ERROR) {
      on[kind] = bits == POL_TRUE    ? Outcome::kTrue
                 : bits == POL_FALSE ? Outcome::kFalse
                                     : Outcome::kError;
    } else {
      return Error{"a kind of value has no verdict"};
    }
  }
  return on;
}

Result<ir::LangId> Decoder::Automaton(uint32_t at) {
  const auto known = automata_.find(at);
  if (known != automata_.end()) return known->second;
  const auto dfa = ReadAutomaton(tables_, at);
  if (!dfa) return Error{"an automaton leads out of the tables"};
  return automata_[at] = canonical_->Language(*dfa);
}

Result<ir::CondId> Decoder::Test(uint32_t look, ir::FieldId field,
                                 uint32_t outcomes, Words* words) {
  if (look >= runtime::kTestCall) return Error{"no such test"};
  const auto on = OutcomesOf(outcomes, kLookFacts[look].kind);
  if (!on) return on.error();
  auto test = Look(look, words);
  if (!test) return test.error();
  return canonical_->Test(field, *on, std::move(*test));
}

Result<ir::Test> Decoder::Look(uint32_t look, Words* words) {
  ir::Test test;
  const auto language = [&](Result<automata::Dfa> dfa) -> Result<void> {
    if (!dfa) return dfa.error();
    test.kind = ir::TestKind::kString;
    test.language = canonical_->Language(*dfa);
    return {};
  };
  const auto automaton = [&](ir::LangId* out) -> Result<void> {
    const auto lang = Automaton(words->Next());
    if (!lang) return lang.error();
    test.kind = ir::TestKind::kString;
    *out = *lang;
    return {};
  };
  Result<void> ok;
  switch (look) {
    case runtime::kTestKind:
      return test;
    case runtime::kTestBool:
      test.kind = ir::TestKind::kBool;
      return test;
    case runtime::kTestText:
    case runtime::kTestPrefix: {
      const uint32_t at = words->Next();
      const std::string_view text = tables_.Text(at, words->Next());
      ok =
          language(look == runtime::kTestText
                       ? automata::FromLiteral(text)
                       : automata::Prefix(text, automata::kMaxStringSetStates));
      break;
    }
    case runtime::kTestString:
      ok = automaton(&test.language);
      break;
    case runtime::kTestBounded:
      ok = automaton(&test.language);
      test.max_bytes = words->Next();
      break;
    case runtime::kTestStrict:
      ok = automaton(&test.language);
      test.max_bytes = words->Next();
      if (ok) ok = automaton(&test.domain);
      break;
    case runtime::kTestNumber: {
      test.kind = ir::TestKind::kNumber;
      const uint32_t at = words->Next();
      const auto ends = tables_.Items<double>(at, uint64_t{words->Next()} * 2);
      // The matcher halves them: out of order it would find others.
      if (!std::is_sorted(ends.begin(), ends.end()) ||
          std::any_of(ends.begin(), ends.end(),
                      [](double end) { return std::isnan(end); })) {
        return Error{"intervals that are not in order"};
      }
      for (size_t i = 0; i + 1 < ends.size(); i += 2) {
        test.intervals.push_back({ends[i], ends[i + 1], false, false});
      }
      test.integral = words->Next() != 0;
      return test;
    }
    case runtime::kTestTexts: {
      const uint32_t at = words->Next();
      std::vector<std::string> texts;
      for (const runtime::TableSpan text :
           tables_.Items<runtime::TableSpan>(at, words->Next())) {
        texts.emplace_back(tables_.Text(text.at, text.count));
      }
      std::sort(texts.begin(), texts.end());
      texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
      ok = language(automata::FromStrings(texts));
      break;
    }
    case runtime::kTestTail: {
      const uint32_t at = words->Next();
      const std::string_view text = tables_.Text(at, words->Next());
      const auto rest = ReadAutomaton(tables_, words->Next());
      if (!rest) return Error{"an automaton leads out of the tables"};
      ok = language(Behind(text, *rest));
      break;
    }
    case runtime::kTestFound: {
      const uint32_t at = words->Next();
      const std::string_view text = tables_.Text(at, words->Next());
      const uint32_t follows = words->Next();
      const auto rest = follows == 0 ? std::optional(Whatever())
                                     : ReadAutomaton(tables_, follows);
      if (!rest) return Error{"an automaton leads out of the tables"};
      if (text.size() < 2) return Error{"a text that is too short to look for"};
      ok = language(Found(text, *rest));
      break;
    }
    case runtime::kTestRange: {
      test.kind = ir::TestKind::kNumber;
      const double lo = std::bit_cast<double>(words->NextWide());
      const double hi = std::bit_cast<double>(words->NextWide());
      if (lo <= hi) test.intervals = {{lo, hi, false, false}};
      return test;
    }
    case runtime::kTestLength:
    case runtime::kTestSize:
      test.kind = look == runtime::kTestLength ? ir::TestKind::kLength
                                               : ir::TestKind::kSize;
      test.lo = words->NextWide();
      test.hi = words->NextWide();
      return test;
    default: {
      test.kind = ir::TestKind::kOnly;
      const uint32_t keys = words->Next();
      if (keys >= manifest_.key_sets.size()) {
        return Error{"a test names a set of keys that is not there"};
      }
      test.keys = manifest_.key_sets[keys];
    }
  }
  if (!ok) return ok.error();
  return test;
}

}  // namespace polc::verifier::native
