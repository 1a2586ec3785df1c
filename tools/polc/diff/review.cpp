// `polc review`: what a change in git means, for a pull request.
#include <fmt/format.h>

#include "compiler/diag/fingerprint.h"
#include "compiler/driver/paths.h"
#include "tools/polc/check/examine.h"
#include "tools/polc/diff/compare_sets.h"
#include "tools/polc/diff/git.h"
#include "tools/polc/report.h"

namespace polc::tool {
namespace {

// The policy files at `paths` that there are.
std::vector<std::string> Existing(const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const std::string& path : paths) {
    const auto files = driver::PolicyFiles(path);
    if (!path.empty() && files && !files->empty()) out.push_back(path);
  }
  return out;
}

// `text`, with the places of the old side named by its revision.
std::string Renamed(std::string text, const Checkout& old,
                    const std::string& base) {
  const std::string from = old.root + "/";
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos;) {
    text.replace(at, from.size(), base + ":");
    at += base.size() + 1;
  }
  return text;
}

// What stops the old side from being read, named by its revision. Without it
// there is nothing to compare with.
void ReportOld(const Examined& old, const Checkout& checkout,
               const std::string& base, Findings* findings) {
  const std::string text =
      diag::RenderText(old.session.set->files, old.diags, {});
  findings->diags
      .Report(diag::Kind::kBaseProblem, {},
              fmt::format("the policies at `{}` cannot be read", base))
      .Help(Renamed(text, checkout, base));
}

class Review {
 public:
  Review(const ReviewOptions& options, Findings* findings)
      : options_(options), findings_(*findings) {}

  // False if the old or the new side cannot be read.
  bool Run(const std::string& name, const driver::SetOptions& set,
           const Checkout& checkout, std::vector<std::string> old_paths) {
    const ExamineOptions quiet = {.dump_smt = "", .run_tests = false};
    Examined after = Examine(set, {.dump_smt = "", .run_tests = true});
    if (!after.compiled()) {
      findings_.Append(after.session.set->files, after.diags, after.summary);
      return false;
    }
    driver::SetOptions old_set = set;
    old_set.paths = Existing(old_paths);
    Examined before;
    const bool is_new = old_set.paths.empty();
    if (!is_new) {
      before = Examine(old_set, quiet);
      if (!before.compiled()) {
        ReportOld(before, checkout, options_.base, &findings_);
        return false;
      }
      before.diags.SortAndDeduplicate();
      after.diags.SortAndDeduplicate();
      DropKnown(after.session.set->files,
                diag::Fingerprints(before.session.set->files, before.diags),
                &after.diags);
    }
    const size_t fresh = after.diags.all().size();
    diag::Diagnostics changes;
    const verifier::DiffReport report =
        CompareSets(is_new ? nullptr : &before, after, &changes);
    driver::MapOrigins(*after.session.set, &changes);
    for (const diag::Diagnostic& d : changes.all()) {
      after.diags.mutable_all().push_back(d);
    }
    after.summary.unknown += report.unknown;
    findings_.Append(after.session.set->files, after.diags, after.summary);
    findings_.verdict += fmt::format(
        "{}{} since {}; {}", name.empty() ? "" : name + ": ",
        Counted(fresh, "new finding"), checkout.commit.substr(0, 12),
        VerdictOf(report, changes.all().size() - report.unknown));
    return true;
  }

 private:
  const ReviewOptions& options_;
  Findings& findings_;
};

}  // namespace

int RunReview(const ReviewOptions& options) {
  std::vector<driver::NamedSet> sets = options.sets;
  if (!options.set.paths.empty()) sets = {{"", options.set.paths}};
  Findings findings;
  findings.title = "polc review";
  Review review(options, &findings);
  for (const driver::NamedSet& named : sets) {
    const auto checkout = CheckOut(options.base, named.paths);
    if (!checkout) {
      fmt::print(stderr, "polc review: {}\n", checkout.error().message);
      return kCannotRun;
    }
    driver::SetOptions set = options.set;
    set.paths = named.paths;
    if (!review.Run(named.name, set, *checkout, checkout->paths)) break;
  }
  return Report(options.report, &findings);
}

}  // namespace polc::tool
