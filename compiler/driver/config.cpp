#include "compiler/driver/config.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "compiler/driver/paths.h"
#include "compiler/support/limits.h"

namespace polc::driver {
namespace {

namespace fs = std::filesystem;
using diag::Kind;

const std::vector<std::string> kKeys = {"baseline", "fail-on",    "format",
                                        "server",   "severities", "sets"};
const std::vector<std::string> kFormats = {"text",   "json",     "sarif",
                                           "github", "markdown", "junit"};
const std::vector<std::string> kLevels = {"never", "error",   "warning",
                                          "note",  "unknown", "widened"};
const std::vector<std::string> kSeverities = {"error", "warning", "note",
                                              "off"};

std::string Alternatives(const std::vector<std::string>& words) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += "`" + words[i] + "`";
  }
  return out;
}

class Reader {
 public:
  Reader(source::FileId file, const source::Files& files, std::string folder,
         diag::Diagnostics* diags)
      : file_(file),
        files_(files),
        folder_(std::move(folder)),
        diags_(*diags) {}

  void Read(Config* config) {
    YAML::Node root;
    try {
      const std::vector<YAML::Node> documents =
          YAML::LoadAll(files_.file(file_).text);
      if (documents.empty()) return;
      if (documents.size() > 1) {
        Problem(source::Range{file_, 0, 0}, "the file holds several documents");
        return;
      }
      root = documents[0];
    } catch (const YAML::Exception& e) {
      Problem(At(e.mark, 1), "this is no YAML: " + e.msg);
      return;
    }
    if (root.IsNull()) return;
    ForEach(root, "the file",
            [&](const std::string& key, const YAML::Node& at,
                const YAML::Node& value) { ReadKey(key, at, value, config); });
  }

 private:
  void ReadKey(const std::string& key, const YAML::Node& at,
               const YAML::Node& value, Config* config) {
    if (key == "format") {
      config->format = OneOf(value, kFormats);
    } else if (key == "fail-on") {
      config->fail_on = OneOf(value, kLevels);
    } else if (key == "baseline") {
      if (const auto path = Text(value)) config->baseline = FromHere(*path);
    } else if (key == "server") {
      config->server = Text(value);
    } else if (key == "severities") {
      ForEach(value, "`severities`",
              [&](const std::string& check, const YAML::Node& place,
                  const YAML::Node& severity) {
                ReadSeverity(check, place, severity, config);
              });
    } else if (key == "sets") {
      ForEach(value, "`sets`",
              [&](const std::string& name, const YAML::Node&,
                  const YAML::Node& paths) { ReadSet(name, paths, config); });
    } else {
      Unknown(at, key, fmt::format("`{}` is no key of polc.yaml", key), kKeys);
    }
  }

  void ReadSeverity(const std::string& check, const YAML::Node& at,
                    const YAML::Node& value, Config* config) {
    const auto kind = diag::FindCheck(check);
    if (!kind) {
      std::vector<std::string> known;
      for (const Kind k : diag::AllKinds())
        known.emplace_back(diag::CheckName(k));
      Unknown(at, check, fmt::format("there is no check `{}`", check), known);
      return;
    }
    if (!diag::IsFinding(*kind)) {
      Problem(At(at), fmt::format("the severity of `{}` is fixed", check));
      return;
    }
    const auto severity = OneOf(value, kSeverities);
    if (!severity) return;
    std::optional<diag::Severity> level;
    if (*severity == "error") level = diag::Severity::kError;
    if (*severity == "warning") level = diag::Severity::kWarning;
    if (*severity == "note") level = diag::Severity::kNote;
    config->severities[*kind] = level;
  }

  void ReadSet(const std::string& name, const YAML::Node& value,
               Config* config) {
    NamedSet set{name, {}};
    if (value.IsSequence()) {
      for (const YAML::Node& item : value) {
        if (const auto path = Text(item)) set.paths.push_back(FromHere(*path));
      }
    } else if (const auto path = Text(value)) {
      set.paths.push_back(FromHere(*path));
    }
    if (set.paths.empty() && !diags_.has_errors()) {
      Problem(At(value), fmt::format("set `{}` has no paths", name));
    }
    config->sets.push_back(std::move(set));
  }

  template <typename F>
  void ForEach(const YAML::Node& map, const std::string& what, const F& f) {
    if (!map.IsMap()) {
      Problem(At(map), what + " must be a map");
      return;
    }
    std::set<std::string> seen;
    for (const auto& member : map) {
      if (!member.first.IsScalar()) {
        Problem(At(member.first), "a key must be a word");
        continue;
      }
      const std::string key = member.first.Scalar();
      if (!seen.insert(key).second) {
        Problem(At(member.first), fmt::format("`{}` is there twice", key));
        continue;
      }
      f(key, member.first, member.second);
    }
  }

  std::optional<std::string> Text(const YAML::Node& value) {
    if (value.IsScalar() && !value.Scalar().empty()) return value.Scalar();
    Problem(At(value), "a text is wanted here");
    return std::nullopt;
  }

  std::optional<std::string> OneOf(const YAML::Node& value,
                                   const std::vector<std::string>& words) {
    const auto text = Text(value);
    if (!text) return std::nullopt;
    if (std::find(words.begin(), words.end(), *text) != words.end()) {
      return text;
    }
    Unknown(value, *text,
            fmt::format("`{}` is not {}", *text, Alternatives(words)), words);
    return std::nullopt;
  }

  void Unknown(const YAML::Node& at, const std::string& word,
               const std::string& message,
               const std::vector<std::string>& words) {
    diag::Builder report = Problem(At(at), message);
    if (const auto near = diag::DidYouMean(word, words)) {
      report.Help(fmt::format("did you mean `{}`?", *near));
    }
  }

  diag::Builder Problem(source::Range range, std::string message) {
    return diags_.Report(Kind::kConfigProblem, range, std::move(message));
  }

  std::string FromHere(const std::string& path) const {
    return (fs::path(folder_) / path).lexically_normal().string();
  }

  source::Range At(const YAML::Node& node) const {
    return At(node.Mark(), node.IsScalar() ? node.Scalar().size() : 1);
  }
  source::Range At(const YAML::Mark& mark, size_t size) const {
    const size_t end = files_.file(file_).text.size();
    const size_t begin =
        mark.pos < 0 ? 0 : std::min(static_cast<size_t>(mark.pos), end);
    return {file_, static_cast<uint32_t>(begin),
            static_cast<uint32_t>(std::min(begin + size, end))};
  }

  source::FileId file_;
  const source::Files& files_;
  std::string folder_;
  diag::Diagnostics& diags_;
};

}  // namespace

Config FindConfig(const std::string& where, source::Files* files,
                  diag::Diagnostics* diags) {
  Config config;
  const std::optional<std::string> path = ConfigAbove(where);
  if (!path) return config;
  config.path = *path;
  const auto file = files->Read(*path, kLimits.source_bytes);
  if (!file) {
    diags->Report(Kind::kCannotRead, {}, file.error().message);
    return config;
  }
  const std::string folder = fs::path(*path).parent_path().string();
  Reader(*file, *files, folder, diags).Read(&config);
  return config;
}

}  // namespace polc::driver
