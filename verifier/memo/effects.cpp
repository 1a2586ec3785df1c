#include "verifier/memo/effects.h"

#include <algorithm>
#include <tuple>

#include "verifier/memo/bytes.h"

namespace polc::verifier {
namespace {

auto Start(const source::Range& range) {
  return std::tuple(range.file.value(), range.begin);
}

}  // namespace

Places::Places(const ir::Module& module) : module_(module) {
  const auto add = [&](const char* sort, const auto& list) {
    for (const auto& each : list) Add(sort + each.name, each.range);
  };
  add("rule ", module.rules);
  add("policy ", module.policies);
  add("limit ", module.limits);
  add("mark ", module.marks);
  add("assertion ", module.assertions);
  add("bound ", module.bounds);
  add("flow ", module.flows);
  add("same ", module.sames);
  for (size_t i = 0; i < module.rules.size(); ++i) {
    rules_.emplace(module.rules[i].name, ir::RuleId(i));
  }
  std::stable_sort(all_.begin(), all_.end(), [](const auto& a, const auto& b) {
    return Start(a.range) < Start(b.range);
  });
}

void Places::Add(std::string name, source::Range range) {
  distinct_ = distinct_ && by_name_.emplace(name, range).second;
  if (range.valid()) all_.push_back({std::move(name), range});
}

// The one that begins last before it, if it ends behind it.
const Places::Declaration* Places::Around(const source::Range& range) const {
  auto it = std::upper_bound(all_.begin(), all_.end(), Start(range),
                             [](const auto& start, const Declaration& d) {
                               return start < Start(d.range);
                             });
  if (it == all_.begin()) return nullptr;
  --it;
  const bool inside =
      it->range.file == range.file && it->range.end >= range.end;
  return inside ? &*it : nullptr;
}

std::optional<std::string> Places::Encode(const Effects& effects) const {
  if (!distinct_) return std::nullopt;
  Writer out;
  bool good = true;
  const auto place = [&](const source::Range& range) {
    const Declaration* around = range.valid() ? Around(range) : nullptr;
    good = good && (around != nullptr || !range.valid());
    out.Text(around != nullptr ? around->name : "");
    out.Number(around != nullptr ? range.begin - around->range.begin : 0);
    out.Number(around != nullptr ? range.end - around->range.begin : 0);
  };
  out.Number(effects.proved);
  out.Number(effects.refuted);
  out.Number(effects.unknown);
  for (const auto* rules :
       {&effects.dead, &effects.blamed, &effects.redundant}) {
    out.Each(*rules, [&](ir::RuleId id) { out.Text(module_.rule(id).name); });
  }
  out.Texts(effects.answers);
  out.Each(effects.diags.all(), [&](const diag::Diagnostic& d) {
    out.Number(static_cast<uint64_t>(d.kind));
    out.Small(static_cast<uint8_t>(d.severity));
    place(d.range);
    out.Text(d.message);
    out.Each(d.notes, [&](const diag::Note& note) {
      place(note.range);
      out.Text(note.message);
    });
    out.Texts(d.help);
    // Of findings about one set, never written by a check of rules.
    good = good && d.fixes.empty() && (!d.finding || d.finding->cases.empty());
    out.Small(uint8_t{d.finding.has_value()});
    if (!d.finding) return;
    out.Text(d.finding->rule);
    out.Texts(d.finding->by);
    out.Text(d.finding->witness);
    out.Text(d.finding->witness_shadowed);
    out.Small(uint8_t{d.finding->exact});
    out.Small(uint8_t{d.finding->widens});
  });
  if (!good) return std::nullopt;
  return out.bytes();
}

std::optional<Effects> Places::Decode(std::string_view bytes) const {
  Reader in(bytes);
  Effects out;
  const auto place = [&]() -> source::Range {
    const std::string name = in.Text();
    const uint64_t begin = in.Number();
    const uint64_t end = in.Number();
    if (name.empty()) return {};
    const auto it = by_name_.find(name);
    const bool fits = it != by_name_.end() && begin <= end &&
                      end <= it->second.end - it->second.begin;
    if (!fits) {
      in.MarkBad();
      return {};
    }
    source::Range range = it->second;
    range.end = range.begin + static_cast<uint32_t>(end);
    range.begin += static_cast<uint32_t>(begin);
    return range;
  };
  const auto texts = [&] {
    std::vector<std::string> list;
    for (uint64_t n = in.Count(); n > 0; --n) list.push_back(in.Text());
    return list;
  };
  out.proved = in.Number();
  out.refuted = in.Number();
  out.unknown = in.Number();
  for (auto* rules : {&out.dead, &out.blamed, &out.redundant}) {
    for (const std::string& name : texts()) {
      const auto it = rules_.find(name);
      if (it == rules_.end()) return std::nullopt;
      rules->insert(it->second);
    }
  }
  out.answers = texts();
  for (uint64_t n = in.Count(); n > 0 && in.good(); --n) {
    const auto kind = static_cast<diag::Kind>(in.Number());
    const auto severity = static_cast<diag::Severity>(in.Small());
    const source::Range range = place();
    diag::Builder report = out.diags.Report(kind, range, in.Text());
    report.At(severity);
    for (uint64_t notes = in.Count(); notes > 0; --notes) {
      const source::Range at = place();
      report.Note(at, in.Text());
    }
    for (std::string& help : texts()) report.Help(std::move(help));
    if (in.Small() == 0) continue;
    diag::Finding finding;
    finding.rule = in.Text();
    finding.by = texts();
    finding.witness = in.Text();
    finding.witness_shadowed = in.Text();
    finding.exact = in.Small() != 0;
    finding.widens = in.Small() != 0;
    report.With(std::move(finding));
  }
  if (!in.at_end()) return std::nullopt;
  return out;
}

}  // namespace polc::verifier
