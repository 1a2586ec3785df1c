// Reporting. A mistake that shows only once a predicate's parameter is known
// belongs to the call: that is the line which has to change, and a note says
// where in the predicate it came to light.
#include "compiler/sema/context.h"

#include <fmt/format.h>

#include "compiler/support/utf8.h"

namespace polc::sema {
namespace {

bool Within(source::Range inner, source::Range outer) {
  return inner.file == outer.file && inner.begin >= outer.begin &&
         inner.end <= outer.end;
}

}  // namespace

diag::Builder Context::Report(diag::Kind kind, source::Range range,
                              std::string message) {
  if (sites_.empty()) return diags_->Report(kind, range, std::move(message));
  // An argument is at fault in its own place.
  const bool argument = Within(range, sites_.front().call);
  const Site& site = argument ? sites_.front() : sites_.back();
  diag::Builder builder = diags_->Report(
      kind, argument ? range : sites_.front().call, std::move(message));
  builder.Note(argument ? site.declared : range,
               fmt::format("found in predicate `{}`", site.predicate));
  return builder;
}

void Context::Suggest(diag::Builder builder, std::string_view name,
                      const std::vector<std::string>& candidates) {
  if (const auto near = diag::DidYouMean(name, candidates)) {
    builder.Help(fmt::format("did you mean `{}`?", *near));
  }
}

std::string Context::Quote(source::Range range) const {
  constexpr size_t kMaxQuote = 60;
  std::string out;
  bool gap = false;
  for (const char c : files_.text(range)) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (space) {
      gap = !out.empty();
      continue;
    }
    if (gap) out += ' ';
    gap = false;
    out += c;
  }
  if (out.size() <= kMaxQuote) return out;
  size_t cut = kMaxQuote;
  while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0) == 0x80) {
    --cut;
  }
  return out.substr(0, cut) + "...";
}

}  // namespace polc::sema
