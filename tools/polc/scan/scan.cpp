// `polc scan`: what a live server offers, as a catalog and a first policy, or
// as what changed since a catalog was saved.
#include "tools/polc/scan/scan.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <memory>
#include <system_error>

#include "compiler/diag/render.h"
#include "compiler/scan/first_policy.h"
#include "compiler/scan/hidden.h"
#include "compiler/scan/inspect.h"
#include "compiler/support/limits.h"
#include "compiler/syntax/format/format.h"
#include "runtime/text.h"
#include "tools/polc/output.h"

namespace polc::tool {
namespace {

namespace fs = std::filesystem;
using scan::Offer;
using scan::Sort;
using scan::Written;

constexpr size_t kMaxCatalogBytes = size_t{64} << 20;

std::string Counted(size_t n, std::string_view noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

// For a shell: as it stands if that is one plain word.
std::string ShellWord(const std::string& word) {
  const auto is_plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("@%+=:,./_-").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) {
    return word;
  }
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

class Scan {
 public:
  explicit Scan(const ScanOptions& options) : options_(options) {}

  int Run() {
    auto rules = LoadRules(options_.policies);
    if (!rules) return kCannotRun;
    rules_ = std::move(*rules);
    if (!ChoosePaths() || !ReadOld()) return kCannotRun;
    Result<Offer> offer = AskServer(options_);
    if (!offer) return Fail(offer.error().message);
    offer_ = std::move(*offer);
    Examine();
    int status = kOk;
    if (options_.diff.empty()) status = Write();
    if (status == kOk && HasFindings()) status = kFindings;
    Print();
    return status;
  }

 private:
  int Fail(const std::string& message) {
    fmt::print(stderr, "polc: {}\n", scan::Visible(message));
    if (!options_.verbose && options_.url.empty()) {
      fmt::print(stderr, "polc: `--verbose` shows what the server says\n");
    }
    return kCannotRun;
  }

  bool ChoosePaths() {
    catalog_path_ = options_.catalog;
    if (!options_.diff.empty()) {
      catalog_path_ = options_.diff;
      return true;
    }
    if (catalog_path_.empty()) {
      catalog_path_ =
          (fs::path(options_.directory) / (ServerName(options_) + ".json"))
              .lexically_normal()
              .string();
    }
    policy_path_ = fs::path(catalog_path_).replace_extension(".pol").string();
    const fs::path folder = fs::path(catalog_path_).parent_path();
    std::error_code error;
    if (!folder.empty()) fs::create_directories(folder, error);
    if (error) {
      fmt::print(stderr, "polc: cannot create `{}`: {}\n", folder.string(),
                 error.message());
    }
    return !error;
  }

  // A catalog that is there is what the server is held against.
  bool ReadOld() {
    std::error_code error;
    if (options_.diff.empty() && !fs::exists(catalog_path_, error)) return true;
    Result<source::FileId> file = files_.Read(catalog_path_, kMaxCatalogBytes);
    if (!file) {
      fmt::print(stderr, "polc: {}\n", file.error().message);
      return false;
    }
    old_.file = *file;
    Result<Offer> offer = scan::ReadOffer(files_.file(*file).text);
    if (!offer) {
      fmt::print(stderr, "polc: catalog `{}` can't be read: {}\n",
                 catalog_path_, offer.error().message);
      return false;
    }
    before_ = std::move(*offer);
    // Places are those of our own layout; another one has none.
    scan::Places places;
    if (scan::CatalogText(*before_, &places) == files_.file(*file).text) {
      old_.places = std::move(places);
    }
    return true;
  }

  void Examine() {
    text_ = scan::CatalogText(offer_, &new_.places);
    new_.file =
        files_.Add(before_ ? catalog_path_ + " (now)" : catalog_path_, text_);
    scan::Inspect(offer_, new_, &diags_);
    if (before_) {
      changes_ = scan::ReportChanges({.before = *before_,
                                      .after = offer_,
                                      .old_catalog = old_,
                                      .new_catalog = new_},
                                     rules_, &diags_);
    }
    diags_.SortAndDeduplicate();
  }

  int Write() {
    const bool same = before_ && files_.file(old_.file).text == text_;
    if (before_ && !same && !options_.update) {
      done_.push_back(
          fmt::format("{} is left as it was: `--update` accepts "
                      "what the server offers now",
                      catalog_path_));
      return kOk;
    }
    if (same) {
      done_.push_back(fmt::format("{} is up to date", catalog_path_));
    } else {
      if (WriteOutput(catalog_path_, text_) != kOk) return kCannotRun;
      done_.push_back(fmt::format("wrote {}", catalog_path_));
    }
    return WritePolicy();
  }

  int WritePolicy() {
    const auto proposal = scan::ProposePolicy(
        offer_, fs::path(catalog_path_).filename().string(), options_.grant);
    if (!proposal) {
      done_.emplace_back(
          "the server offers nothing that a rule could allow: no policy");
      return kOk;
    }
    tools_by_risk_ = proposal->tools_by_risk;
    std::error_code error;
    has_policy_ = true;
    if (fs::exists(policy_path_, error)) {
      done_.push_back(fmt::format("{} is left as it was", policy_path_));
      return kOk;
    }
    source::Files files;
    diag::Diagnostics diags;
    const auto text =
        syntax::Format(files, files.Add(policy_path_, proposal->text), &diags);
    POLC_CHECK(text.has_value(), "the proposed policy is no Pol");
    if (WriteOutput(policy_path_, *text) != kOk) return kCannotRun;
    done_.push_back(fmt::format("wrote {}", policy_path_));
    return kOk;
  }

  bool HasFindings() const {
    for (const diag::Diagnostic& d : diags_.all()) {
      if (Fails(d, options_.fail_on)) return true;
    }
    return false;
  }

  std::string Summary() const {
    const auto shown = [](const std::string& claim, const char* none) {
      return claim.empty() ? none : runtime::Escaped(claim);
    };
    std::string risks;
    for (size_t i = 0; i < tools_by_risk_.size(); ++i) {
      if (tools_by_risk_[i] == 0) continue;
      risks +=
          fmt::format("{}{} {}", risks.empty() ? "" : ", ", tools_by_risk_[i],
                      scan::RiskName(static_cast<scan::Risk>(i)));
    }
    std::string out = fmt::format(
        "`{}` calls itself {} {} and speaks {}: {}{}", offer_.server,
        shown(offer_.claimed_name, "nothing"),
        shown(offer_.claimed_version, "(no version)"), offer_.revision,
        Counted(offer_.of(Sort::kTool).size(), "tool"),
        risks.empty() ? "" : " (" + risks + ")");
    for (const Sort sort : {Sort::kResource, Sort::kTemplate, Sort::kPrompt}) {
      const size_t count = offer_.of(sort).size();
      if (count != 0) out += ", " + Counted(count, scan::SortName(sort));
    }
    return out;
  }

  std::string Target() const {
    if (!options_.url.empty()) return "--url " + ShellWord(options_.url);
    std::string out = "--";
    for (const std::string& word : options_.command) {
      out += " " + ShellWord(word);
    }
    return out;
  }

  std::vector<std::string> Next() const {
    std::vector<std::string> out;
    const std::string catalog = ShellWord(catalog_path_);
    if (before_ && changes_ != 0) {
      if (options_.policies.empty()) {
        out.push_back(fmt::format("polc scan --diff {} --policy POLICY {}",
                                  catalog, Target()));
      }
      out.push_back(
          fmt::format("polc scan --catalog {} --update {}", catalog, Target()));
      return out;
    }
    if (has_policy_) {
      const std::string policy = ShellWord(policy_path_);
      out.push_back("polc check " + policy);
      if (options_.url.empty()) {
        out.push_back(
            fmt::format("polc-shim --policy {} {}", policy, Target()));
      }
    }
    out.push_back(fmt::format("polc scan --diff {} {}", catalog, Target()));
    return out;
  }

  void Print() const {
    if (options_.format == Format::kJson) return PrintJson();
    fmt::print("{}", diag::RenderText(files_, diags_,
                                      {.color = WantsColor(STDOUT_FILENO),
                                       .max_errors = kLimits.errors_shown}));
    fmt::print("{}\n", Summary());
    if (before_) {
      fmt::print("{}\n", changes_ == 0
                             ? "nothing changed since the catalog was saved"
                             : Counted(changes_, "change") +
                                   " since the catalog was saved");
    }
    for (const std::string& line : done_) fmt::print("{}\n", line);
    fmt::print("next:\n");
    for (const std::string& line : Next()) fmt::print("  {}\n", line);
  }

  void PrintJson() const {
    diag::Summary summary;
    summary.files = 1;
    summary.refuted = diags_.all().size();
    Result<scan::Json> report =
        scan::ParseJson(diag::RenderJson(files_, diags_, summary));
    POLC_CHECK(report.has_value(), "our own report is no JSON");
    // The parts of `polc check` that a scan has not.
    report->Remove("summary");
    scan::Json about = scan::Json::Object();
    const auto put = [&about](std::string_view name, const std::string& text) {
      about.Set(name, scan::Json::String(text));
    };
    put("server", offer_.server);
    put("claimed_name", offer_.claimed_name);
    put("claimed_version", offer_.claimed_version);
    put("protocol", offer_.revision);
    for (const Sort sort : scan::kSorts) {
      scan::Json entries = scan::Json::Object();
      for (const scan::Entry& entry : offer_.of(sort)) {
        entries.Set(entry.name, scan::Json::String(entry.sha256));
      }
      about.Set(scan::SortMember(sort), std::move(entries));
    }
    report->Set("scan", std::move(about));
    fmt::print("{}", scan::Pretty(*report, nullptr));
  }

  const ScanOptions& options_;
  scan::RulesOf rules_;
  std::string catalog_path_;
  std::string policy_path_;
  source::Files files_;
  diag::Diagnostics diags_;
  std::optional<Offer> before_;
  Written old_;
  Offer offer_;
  Written new_;
  std::string text_;
  size_t changes_ = 0;
  bool has_policy_ = false;
  std::array<size_t, 6> tools_by_risk_ = {};
  std::vector<std::string> done_;
};

}  // namespace

int RunScan(const ScanOptions& options) {
  if (options.command.empty() == options.url.empty()) {
    fmt::print(stderr,
               "polc: name one server: `-- COMMAND...` or `--url URL`\n");
    return kCannotRun;
  }
  return Scan(options).Run();
}

}  // namespace polc::tool
