// The text is changed on disk, read again and compared; where that shows
// anything, it is put back. So what is proved is proved of what is there.
#include "tools/polc/check/fix.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/driver/paths.h"
#include "compiler/import/import.h"
#include "compiler/syntax/format/format.h"
#include "tools/polc/check/examine.h"
#include "tools/polc/diff/compare_sets.h"
#include "tools/polc/output.h"

namespace polc::tool {
namespace {

// Rules that are tried one by one when not all can go at once.
constexpr size_t kMaxSingles = 50;

// A place in a file is replaced.
struct Patch {
  std::string path;
  uint32_t begin = 0;
  uint32_t end = 0;
  std::string text;
  std::string what;  // for people
};

// The line's beginning if only blanks are before `at` on it, else `at`.
size_t LineStart(const std::string& text, size_t at) {
  size_t start = at;
  while (start > 0 && (text[start - 1] == ' ' || text[start - 1] == '\t')) {
    --start;
  }
  return start == 0 || text[start - 1] == '\n' ? start : at;
}

// A declaration with its documentation and its line end.
Patch WithoutDeclaration(const source::File& file, source::Range range) {
  const std::string& text = file.text;
  size_t begin = LineStart(text, range.begin);
  while (begin >= 2) {
    const size_t end = text.rfind('\n', begin - 2);
    const size_t line = end == std::string::npos ? 0 : end + 1;
    const size_t word = text.find_first_not_of(" \t", line);
    if (word >= begin || text.compare(word, 3, "///") != 0) break;
    begin = line;
  }
  size_t end = range.end;
  if (end < text.size() && text[end] == ';') ++end;
  const size_t rest = text.find_first_not_of(" \t", end);
  if (rest != std::string::npos && text[rest] == '\n') end = rest + 1;
  return {file.path, static_cast<uint32_t>(begin), static_cast<uint32_t>(end),
          "", ""};
}

bool IsDead(diag::Kind kind) {
  return kind == diag::Kind::kNeverMatches ||
         kind == diag::Kind::kShadowedRule ||
         kind == diag::Kind::kUnreachableAllow;
}

bool HasErrors(const Examined& examined) {
  const auto& all = examined.diags.all();
  return std::any_of(all.begin(), all.end(), [](const diag::Diagnostic& d) {
    return d.severity == diag::Severity::kError && StopsChecks(d.kind);
  });
}

class Fixer {
 public:
  explicit Fixer(const driver::SetOptions& set) : set_(set) {
    for (const std::string& path : set.paths) {
      const auto files = driver::PolicyFiles(path);
      if (files) own_.insert(files->begin(), files->end());
    }
  }

  int Run() {
    Spell();
    if (!failed_) RemoveDead();
    if (!failed_) LayOut();
    return failed_ ? kCannotRun : kOk;
  }

 private:
  // What is misspelled names nothing, so that it means something else
  // afterwards is the point.
  void Spell() {
    const Examined before = Examine(set_, {.dump_smt = "", .run_tests = false});
    const source::Files& files = before.session.set->files;
    std::vector<Patch> patches;
    for (const diag::Diagnostic& d : before.diags.all()) {
      for (const diag::Edit& edit : d.fixes) {
        if (!IsOwn(files, edit.range)) continue;
        const source::File& file = files.file(edit.range.file);
        const auto at = files.Locate(edit.range.file, edit.range.begin);
        patches.push_back(
            {file.path, edit.range.begin, edit.range.end, edit.text,
             fmt::format("{}:{}: `{}` is now `{}`", file.path, at.line,
                         files.text(edit.range), edit.text)});
      }
    }
    if (patches.empty()) return;
    Apply(patches);
    if (failed_) return;
    if (!HasErrors(before) && HasErrors(Compile(set_))) {
      Undo();
      Say("no name is changed: the set would not compile");
      return;
    }
    Keep(patches);
  }

  // All at once, since what takes from a dead rule is no dead rule; if that is
  // not so (an error in one denies), each on its own.
  void RemoveDead() {
    const Examined before = Examine(set_, {.dump_smt = "", .run_tests = false});
    if (!before.compiled()) return;
    const source::Files& files = before.session.set->files;
    std::vector<Patch> dead;
    for (const diag::Diagnostic& d : before.diags.all()) {
      if (!IsDead(d.kind) || !IsOwn(files, d.range)) continue;
      Patch patch = WithoutDeclaration(files.file(d.range.file), d.range);
      const auto at = files.Locate(d.range.file, d.range.begin);
      patch.what = fmt::format("{}:{}: rule `{}` never decides, and is removed",
                               patch.path, at.line, d.finding->rule);
      dead.push_back(std::move(patch));
    }
    if (dead.empty() || failed_) return;
    if (Try(before, dead)) return Keep(dead);
    if (failed_ || dead.size() == 1 || dead.size() > kMaxSingles) {
      if (!failed_) Say(Why(dead));
      return;
    }
    // From behind, so that the places of the others stay.
    Sort(&dead);
    for (const Patch& patch : dead) {
      if (Try(before, {patch})) {
        Keep({patch});
      } else if (!failed_) {
        Say(Why({patch}));
      }
    }
  }

  static std::string Why(const std::vector<Patch>& dead) {
    const std::string first =
        dead[0].what.substr(0, dead[0].what.find(" never decides"));
    return fmt::format(
        "{}{} stays: without it other requests would be decided otherwise (an "
        "error in a rule denies), or the set would not compile",
        first, dead.size() == 1 ? "" : " and others");
  }

  bool Try(const Examined& before, const std::vector<Patch>& patches) {
    Apply(patches);
    if (failed_) return false;
    const Examined after = Compile(set_);
    if (after.compiled() && !HasErrors(after)) {
      diag::Diagnostics differences;
      const auto report = CompareSets(&before, after, &differences);
      if (differences.all().empty() && report.unknown == 0) return true;
    }
    Undo();
    return false;
  }

  bool IsOwn(const source::Files& files, source::Range range) const {
    if (!range.valid()) return false;
    const std::string& path = files.file(range.file).path;
    return own_.contains(path) && !import::IsImported(path);
  }

  static void Sort(std::vector<Patch>* patches) {
    std::sort(patches->begin(), patches->end(),
              [](const Patch& a, const Patch& b) {
                return std::pair(a.path, a.begin) > std::pair(b.path, b.begin);
              });
  }

  // What overlaps a later patch is left for the next run.
  void Apply(std::vector<Patch> patches) {
    Sort(&patches);
    saved_.clear();
    std::map<std::string, std::pair<std::string, uint32_t>> texts;
    for (const Patch& patch : patches) {
      if (!texts.contains(patch.path)) {
        source::Files files;
        const auto file = files.Read(patch.path, kLimits.source_bytes);
        if (!file) return Fail(file.error().message);
        const std::string& text = files.file(*file).text;
        Remember(files, *file);
        texts[patch.path] = {text, static_cast<uint32_t>(text.size())};
        saved_[patch.path] = text;
      }
      auto& [text, from] = texts[patch.path];
      if (patch.end > from) continue;
      text.replace(patch.begin, patch.end - patch.begin, patch.text);
      from = patch.begin;
    }
    for (const auto& [path, text] : texts) {
      if (WriteOutput(path, text.first) != kOk) failed_ = true;
    }
  }

  void Undo() {
    for (const auto& [path, text] : saved_) {
      if (WriteOutput(path, text) != kOk) failed_ = true;
    }
    saved_.clear();
  }

  // Whether the file was in the canonical layout when it was first touched.
  void Remember(const source::Files& files, source::FileId file) {
    const source::File& of = files.file(file);
    if (canonical_.contains(of.path)) return;
    diag::Diagnostics ignored;
    const auto text = syntax::Format(files, file, &ignored);
    canonical_[of.path] = text && *text == of.text;
  }

  void LayOut() {
    for (const auto& [path, canonical] : canonical_) {
      if (!canonical) continue;
      source::Files files;
      const auto file = files.Read(path, kLimits.source_bytes);
      if (!file) return Fail(file.error().message);
      diag::Diagnostics ignored;
      const auto text = syntax::Format(files, *file, &ignored);
      if (!text || *text == files.file(*file).text) continue;
      if (WriteOutput(path, *text) != kOk) failed_ = true;
    }
  }

  void Keep(const std::vector<Patch>& patches) {
    for (const Patch& patch : patches) Say(patch.what);
    saved_.clear();
  }

  void Fail(const std::string& why) {
    failed_ = true;
    Say(why);
  }
  static void Say(const std::string& what) {
    fmt::print(stderr, "fix: {}\n", what);
  }

  const driver::SetOptions& set_;
  std::set<std::string> own_;
  std::map<std::string, std::string> saved_;  // by path: before the last Apply
  std::map<std::string, bool> canonical_;
  bool failed_ = false;
};

}  // namespace

int ApplyFixes(const driver::SetOptions& set) { return Fixer(set).Run(); }

}  // namespace polc::tool
