// Operands have smaller ids, so one pass up takes theirs from where they are.
// Each list is preceded by its length: no two parts run into one another.
#include "compiler/ir/digests.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace polc::ir {
namespace {

Digest OfField(const Field& field, uint64_t seed) {
  Digester out(seed);
  out.Add(static_cast<uint64_t>(field.root) | field.steps.size() << 8);
  for (const Step& step : field.steps) {
    out.Add(static_cast<uint64_t>(static_cast<uint32_t>(step.index)));
    out.Add(std::string_view(step.member));
  }
  return out.digest();
}

Digest OfLang(const Lang& lang, const std::vector<Digest>& langs,
              uint64_t seed) {
  Digester out(seed);
  out.Add(static_cast<uint64_t>(lang.kind) |
          static_cast<uint64_t>(lang.fold) << 8 |
          static_cast<uint64_t>(lang.operands.size()) << 16);
  out.Add(static_cast<uint64_t>(static_cast<uint32_t>(lang.lo)) |
          static_cast<uint64_t>(static_cast<uint32_t>(lang.hi)) << 32);
  out.Add(uint64_t{lang.texts.size()});
  for (const std::string& text : lang.texts) out.Add(std::string_view(text));
  for (const LangId id : lang.operands) out.Add(langs[id.value()]);
  return out.digest();
}

Digest OfZone(const zones::Zone& zone, uint64_t seed) {
  Digester out(seed);
  out.Add(std::string_view(zones::ZoneText(zone)));
  out.Add(std::string_view(zone.name));
  return out.digest();
}

Digest OfTerm(const Term& term, const Digests& known,
              const std::vector<Digest>& zones, uint64_t seed) {
  Digester out(seed);
  out.Add(static_cast<uint64_t>(term.kind) |
          static_cast<uint64_t>(term.field.valid()) << 8 |
          static_cast<uint64_t>(term.zone.valid()) << 9 |
          static_cast<uint64_t>(term.if_absent.has_value()) << 10 |
          static_cast<uint64_t>(term.if_absent_text.has_value()) << 11 |
          static_cast<uint64_t>(term.operands.size()) << 16);
  out.Add(std::string_view(term.value.ToString()));
  if (term.field.valid()) out.Add(known.of(term.field));
  if (term.zone.valid()) out.Add(zones[term.zone.value()]);
  if (term.if_absent) out.Add(std::string_view(term.if_absent->ToString()));
  if (term.if_absent_text) out.Add(std::string_view(*term.if_absent_text));
  for (const TermId id : term.operands) out.Add(known.terms[id.value()]);
  return out.digest();
}

uint64_t Packed(const Outcomes& on) {
  uint64_t out = 0;
  for (const Outcome outcome : on) {
    out = out << 2 | static_cast<uint64_t>(outcome);
  }
  return out;
}

void AddTest(const Test& test, const Digests& known, Digester* out) {
  out->Add(static_cast<uint64_t>(test.kind) |
           static_cast<uint64_t>(test.integral) << 8 |
           static_cast<uint64_t>(test.language.valid()) << 9 |
           static_cast<uint64_t>(test.domain.valid()) << 10 |
           static_cast<uint64_t>(test.max_bytes) << 32);
  if (test.language.valid()) out->Add(known.of(test.language));
  if (test.domain.valid()) out->Add(known.of(test.domain));
  if (test.kind == TestKind::kLength || test.kind == TestKind::kSize) {
    out->Add(test.lo);
    out->Add(test.hi);
  }
  if (test.kind == TestKind::kOnly) {
    out->Add(uint64_t{test.keys.size()});
    for (const std::string& key : test.keys) out->Add(std::string_view(key));
  }
}

Digest OfCond(const Cond& cond, const Digests& known, uint64_t seed) {
  Digester out(seed);
  out.Add(static_cast<uint64_t>(cond.kind) |
          static_cast<uint64_t>(cond.verdict) << 4 |
          static_cast<uint64_t>(cond.op) << 8 |
          static_cast<uint64_t>(cond.calculation) << 12 |
          static_cast<uint64_t>(cond.field.valid()) << 16 |
          static_cast<uint64_t>(cond.other.valid()) << 17 |
          static_cast<uint64_t>(cond.left.valid()) << 18 |
          static_cast<uint64_t>(cond.right.valid()) << 19 |
          Packed(cond.on) << 20 |
          static_cast<uint64_t>(cond.operands.size()) << 40);
  if (cond.field.valid()) out.Add(known.of(cond.field));
  if (cond.other.valid()) out.Add(known.of(cond.other));
  if (cond.left.valid()) out.Add(known.terms[cond.left.value()]);
  if (cond.right.valid()) out.Add(known.terms[cond.right.value()]);
  if (cond.kind == CondKind::kCompare) out.Add(std::string_view(cond.prefix));
  if (cond.kind == CondKind::kTest) AddTest(cond.test, known, &out);
  const std::vector<Interval>& intervals = cond.test.intervals;
  out.Add(uint64_t{intervals.size()});
  for (const Interval& in : intervals) {
    out.Add(std::bit_cast<uint64_t>(in.lo));
    out.Add(std::bit_cast<uint64_t>(in.hi));
    out.Add(uint64_t{in.lo_open} | uint64_t{in.hi_open} << 1);
  }
  for (const CondId id : cond.operands) out.Add(known.of(id));
  return out.digest();
}

}  // namespace

// The last word of a text overlaps the one before; the text's size says how.
void Digester::Add(std::string_view text) {
  const size_t size = text.size();
  Add(uint64_t{size});
  const auto add = [&](const char* at) {
    uint64_t word = 0;
    std::memcpy(&word, at, 8);
    Add(word);
  };
  for (size_t i = 0; i + 8 <= size; i += 8) add(text.data() + i);
  if (size > 8 && size % 8 != 0) add(text.data() + size - 8);
  if (size == 0 || size >= 8) return;
  uint64_t word = 0;
  for (const char c : text) word = word << 8 | static_cast<uint8_t>(c);
  Add(word);
}

std::vector<Digest> LangDigestsOf(const Module& module, uint64_t seed) {
  std::vector<Digest> langs;
  langs.reserve(module.langs.size());
  for (const Lang& lang : module.langs) {
    langs.push_back(OfLang(lang, langs, seed));
  }
  return langs;
}

Digests DigestsOf(const Module& module, uint64_t seed,
                  std::vector<Digest> langs) {
  Digests out;
  out.fields.reserve(module.fields.size());
  for (const Field& field : module.fields) {
    out.fields.push_back(OfField(field, seed));
  }
  out.langs = std::move(langs);
  std::vector<Digest> zones;
  for (const zones::Zone& zone : module.zones) {
    zones.push_back(OfZone(zone, seed));
  }
  out.terms.reserve(module.terms.size());
  for (const Term& term : module.terms) {
    out.terms.push_back(OfTerm(term, out, zones, seed));
  }
  const size_t n = module.conds.size();
  out.conds.reserve(n);
  out.tests.reserve(n);
  out.uses.resize(n);
  for (const Cond& cond : module.conds) {
    out.conds.push_back(OfCond(cond, out, seed));
    uint64_t tests = 1;
    for (const CondId id : cond.operands) {
      tests += out.tests[id.value()];
      ++out.uses[id.value()];
    }
    out.tests.push_back(
        static_cast<uint32_t>(std::min<uint64_t>(tests, Digests::kManyTests)));
  }
  return out;
}

}  // namespace polc::ir
