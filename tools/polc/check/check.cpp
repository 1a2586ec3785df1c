// `polc check`: everything polc can find wrong with policy sets. What CI runs.
#include <fmt/format.h>

#include "tools/polc/check/cache.h"
#include "tools/polc/check/examine.h"
#include "tools/polc/check/fix.h"
#include "tools/polc/check/watch.h"
#include "tools/polc/report.h"

namespace polc::tool {
namespace {

void PrintStats(const Examined& one) {
  const verifier::Report& report = one.report;
  fmt::print(stderr,
             "polc: {} parts checked, {} remembered, {} by a solver; {} of {} "
             "slices encoded; {:.0f} ms of checking\n",
             report.tasks, report.remembered, report.solved, report.encoded,
             report.slices, one.checking_ms);
}

// False if it cannot be checked as it was asked for.
bool CheckSet(const CheckOptions& options, const driver::SetOptions& set,
              const std::string& name, Cache* cache, driver::Readings* readings,
              Findings* findings) {
  const bool paranoid = options.paranoid || !options.library.empty();
  // Queries that were answered before are not asked, and could not be written.
  const bool remembers = options.use_cache && options.dump_smt.empty();
  Examined one = Examine(set, {.dump_smt = options.dump_smt,
                               .run_tests = true,
                               .mutate = options.mutate,
                               .paranoid = paranoid,
                               .library = options.library,
                               .memo = remembers ? cache->Of(set) : nullptr,
                               .readings = readings});
  if (!one.native) {
    fmt::print(stderr, "polc: {}\n", one.native.error().message);
    return false;
  }
  if (options.stats && one.compiled()) PrintStats(one);
  findings->Append(one.session.set->files, one.diags, one.summary);
  if (one.compiled() && !name.empty()) findings->verdict += name + ": ";
  findings->verdict += SummaryLine(one) + *one.native;
  return true;
}

std::vector<driver::SetOptions> SetsOf(const CheckOptions& options,
                                       std::vector<std::string>* names) {
  *names = {""};
  if (!options.set.paths.empty()) return {options.set};
  names->clear();
  std::vector<driver::SetOptions> sets;
  for (const driver::NamedSet& set : options.sets) {
    driver::SetOptions read = options.set;
    read.paths = set.paths;
    sets.push_back(std::move(read));
    names->push_back(set.name);
  }
  return sets;
}

}  // namespace

int RunCheck(const CheckOptions& options) {
  std::vector<std::string> names;
  const std::vector<driver::SetOptions> sets = SetsOf(options, &names);
  Cache cache(options.use_cache ? options.cache : "");
  std::vector<driver::Readings> readings(sets.size());
  const auto check = [&](std::vector<std::string>* files) {
    Findings findings;
    findings.title = "polc check";
    for (size_t i = 0; i < sets.size(); ++i) {
      if (options.fix && ApplyFixes(sets[i]) != kOk) return int{kCannotRun};
      driver::Readings* kept = options.watch ? &readings[i] : nullptr;
      if (!CheckSet(options, sets[i], names[i], &cache, kept, &findings)) {
        return int{kCannotRun};
      }
    }
    cache.Save();
    for (size_t i = 0; i < findings.files.size(); ++i) {
      files->push_back(findings.files.file(source::FileId(i)).path);
    }
    return Report(options.report, &findings);
  };
  std::vector<std::string> files;
  if (!options.watch) return check(&files);
  std::vector<std::string> paths;
  for (const driver::SetOptions& set : sets) {
    paths.insert(paths.end(), set.paths.begin(), set.paths.end());
  }
  return Watch(paths, [&] {
    files.clear();
    check(&files);
    return files;
  });
}

}  // namespace polc::tool
