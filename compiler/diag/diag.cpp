#include "compiler/diag/diag.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace polc::diag {
namespace {

struct Row {
  Kind kind;
  std::string_view check;
  Severity severity;
};

constexpr Row kRows[] = {
#define POLC_DIAG(code, name, check, severity) \
  {Kind::k##name, check, Severity::k##severity},
#include "compiler/diag/kind.def"
};

const Row& Find(Kind kind) {
  for (const Row& row : kRows) {
    if (row.kind == kind) return row;
  }
  POLC_UNREACHABLE("diagnostic kind outside kind.def");
}

// Letters inserted, dropped, replaced, or swapped with their neighbour (the
// restricted distance of Damerau and Levenshtein): swaps are what fingers do.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> above(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before.swap(above);
    above.swap(row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1,
                         above[j - 1] + (a[i - 1] != b[j - 1])});
      const bool swapped =
          i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view CheckName(Kind kind) { return Find(kind).check; }

std::optional<Kind> FindCheck(std::string_view check) {
  for (const Row& row : kRows) {
    if (row.check == check) return row.kind;
  }
  return std::nullopt;
}

bool IsFinding(Kind kind) {
  if (kind == Kind::kUnknown) return false;
  const int range = static_cast<int>(kind) / 1000;
  return range == 3 || range == 5;
}

bool CanSuppress(Kind kind) {
  // A difference has no place of its own.
  return IsFinding(kind) && !IsDifference(kind) &&
         kind != Kind::kUnusedSuppression;
}

bool IsDifference(Kind kind) { return static_cast<int>(kind) / 100 == 51; }

std::string Code(Kind kind) {
  return fmt::format("POL{}", static_cast<int>(kind));
}

Severity DefaultSeverity(Kind kind) { return Find(kind).severity; }

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kNote:
      return "note";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
    case Severity::kUnknown:
      return "unknown";
  }
  POLC_UNREACHABLE("severity");
}

const std::vector<Kind>& AllKinds() {
  static const std::vector<Kind> kinds = [] {
    std::vector<Kind> out;
    for (const Row& row : kRows) out.push_back(row.kind);
    return out;
  }();
  return kinds;
}

Builder& Builder::Note(source::Range range, std::string message) {
  d_->notes.push_back({range, std::move(message)});
  return *this;
}

Builder& Builder::Help(std::string text) {
  d_->help.push_back(std::move(text));
  return *this;
}

Builder& Builder::FixIt(source::Range range, std::string replacement) {
  d_->fixes.push_back({range, std::move(replacement)});
  return *this;
}

Builder& Builder::With(Finding finding) {
  d_->finding = std::move(finding);
  return *this;
}

Builder& Builder::At(Severity severity) {
  d_->severity = severity;
  return *this;
}

Builder Diagnostics::Report(Kind kind, source::Range range,
                            std::string message) {
  Diagnostic& d = all_.emplace_back();
  d.kind = kind;
  d.severity = DefaultSeverity(kind);
  d.range = range;
  d.message = std::move(message);
  if (d.severity == Severity::kError) ++errors_;
  return Builder(&d);
}

void Diagnostics::SortAndDeduplicate() {
  auto key = [](const Diagnostic& d) {
    return std::tuple(d.range.file.index, d.range.begin, d.range.end);
  };
  std::stable_sort(all_.begin(), all_.end(), [&](const auto& a, const auto& b) {
    return key(a) < key(b);
  });
  auto same = [&](const Diagnostic& a, const Diagnostic& b) {
    return key(a) == key(b) && a.kind == b.kind && a.message == b.message;
  };
  all_.erase(std::unique(all_.begin(), all_.end(), same), all_.end());
  errors_ = static_cast<size_t>(std::count_if(
      all_.begin(), all_.end(),
      [](const Diagnostic& d) { return d.severity == Severity::kError; }));
}

std::optional<std::string> DidYouMean(
    std::string_view name, const std::vector<std::string>& candidates) {
  const size_t near = std::max<size_t>(1, name.size() / 3);
  std::optional<std::string> best;
  size_t best_distance = near + 1;
  for (const std::string& candidate : candidates) {
    const size_t gap = name.size() > candidate.size()
                           ? name.size() - candidate.size()
                           : candidate.size() - name.size();
    if (gap >= best_distance) continue;
    const size_t distance = EditDistance(name, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace polc::diag
