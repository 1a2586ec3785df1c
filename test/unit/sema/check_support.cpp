// Stands in for the driver: names are keys. Only time zones are read from disk.
#include "test/unit/sema/check_support.h"

#include "compiler/lower/lower.h"
#include "compiler/syntax/parse.h"

namespace polc::testing {

PolicySet& PolicySet::Add(std::string name, std::string text) {
  texts_.emplace_back(std::move(name), std::move(text));
  return *this;
}

void PolicySet::Load() {
  std::map<std::string, source::FileId> ids;
  std::map<std::string, size_t> policies;
  std::vector<sema::LoadedFile> loaded;
  for (const auto& [name, text] : texts_) {
    ids[name] = files_.Add(name, text);
    if (!name.ends_with(".pol")) continue;
    auto tree = syntax::Parse(files_, ids[name], &diags_);
    if (!tree) continue;
    policies[name] = loaded.size();
    loaded.emplace_back();
    loaded.back().ast = std::move(*tree);
    loaded.back().path = name;
  }
  for (sema::LoadedFile& file : loaded) {
    const sema::References names = sema::ReferencesOf(file.ast);
    const auto index = static_cast<size_t>(&file - loaded.data());
    for (const auto& import : names.imports) {
      // Of later files only, so that there are no cycles.
      const auto found = policies.find(import.text);
      const bool is_there = found != policies.end() && found->second > index;
      file.imports.push_back(is_there ? found->second : sema::kUnresolved);
      if (!is_there) Missing(diag::Kind::kImportProblem, import);
    }
    for (const auto& catalog : names.catalogs) {
      if (!ids.contains(catalog.text)) {
        Missing(diag::Kind::kCatalogProblem, catalog);
        file.catalogs.push_back(nullptr);
        continue;
      }
      auto read = catalog::ReadCatalog(files_, ids[catalog.text], catalog.range,
                                       &diags_);
      file.catalogs.push_back(nullptr);
      if (!read) continue;
      catalogs_.push_back(std::move(*read));
      file.catalogs.back() = &catalogs_.back();
    }
    for (const auto& set : names.set_files) {
      if (!ids.contains(set.text)) {
        Missing(diag::Kind::kImportProblem, set);
        file.set_files.emplace_back();
        continue;
      }
      file.set_files.push_back(ids[set.text]);
    }
    for (const auto& name : names.zones) {
      auto zone = zones::ReadZone(std::string(zones::kSystemZones), name.text);
      file.zones.push_back(nullptr);
      if (!zone) {
        diags_.Report(diag::Kind::kUnknownName, name.range,
                      zone.error().message);
        continue;
      }
      zones_.push_back(std::move(*zone));
      file.zones.back() = &zones_.back();
    }
  }
  program_ = sema::Check(files_, std::move(loaded), &diags_);
}

void PolicySet::Missing(diag::Kind kind, const sema::Reference& ref) {
  diags_.Report(kind, ref.range, "there is no file `" + ref.text + "`");
}

const std::optional<sema::Program>& PolicySet::Check() {
  if (!checked_) Load();
  checked_ = true;
  return program_;
}

std::optional<ir::Module> PolicySet::Lower() {
  if (!Check()) return std::nullopt;
  return lower::Lower(*program_, &diags_);
}

std::string PolicySet::Problems() {
  Check();
  diags_.SortAndDeduplicate();
  std::string out;
  for (const diag::Diagnostic& d : diags_.all()) {
    out += "`" + std::string(files_.text(d.range)) + "` " +
           std::string(diag::CheckName(d.kind)) + ": " + d.message + "\n";
    for (const diag::Note& note : d.notes) {
      out += "  `" + std::string(files_.text(note.range)) +
             "` note: " + note.message + "\n";
    }
    for (const std::string& help : d.help) out += "  help: " + help + "\n";
  }
  return out;
}

std::string ProblemsOf(const std::string& body, const std::string& catalog) {
  PolicySet set("policy p for server \"s\";\n" +
                std::string(catalog.empty() ? "" : "catalog \"c.json\";\n") +
                body);
  if (!catalog.empty()) set.Add("c.json", catalog);
  return set.Problems();
}

}  // namespace polc::testing
