#include "compiler/driver/set.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/driver/paths.h"
#include "compiler/import/import.h"
#include "compiler/support/limits.h"
#include "compiler/support/sha256.h"
#include "compiler/syntax/parse.h"
#include "stdlib/stdlib.h"

namespace polc::driver {
namespace {

using diag::Kind;
using source::FileId;
using source::Range;

class SetReader {
 public:
  SetReader(const SetOptions& options, diag::Diagnostics* diags,
            Readings* readings)
      : options_(options),
        diags_(*diags),
        readings_(readings),
        set_(std::make_unique<PolicySet>()) {}

  std::unique_ptr<PolicySet> Run() {
    for (const std::string& path : options_.paths) AddPath(path);
    // Reading a file may add the files it imports to the end.
    for (size_t i = 0; i < set_->loaded.size(); ++i) ResolveImports(i);
    CheckCycles();
    for (size_t i = 0; i < set_->loaded.size(); ++i) ReadNamedFiles(i);
    if (set_->loaded.empty() && !diags_.has_errors()) {
      diags_.Report(Kind::kNoPolicy, {},
                    "no `.pol` file under the paths given");
    }
    if (readings_ != nullptr) readings_->ForgetRest();
    set_->digest = Digest();
    if (diags_.has_errors()) set_->loaded.clear();
    return std::move(set_);
  }

 private:
  void AddPath(const std::string& path) {
    const Result<std::vector<std::string>> paths = PolicyFiles(path);
    if (!paths) {
      diags_.Report(Kind::kCannotRead, {}, paths.error().message);
      return;
    }
    for (const std::string& file : *paths) {
      if (by_path_.count(CanonicalPath(file)) == 0) AddFile(file, {});
    }
  }

  // Returns the index in `loaded`, or kUnresolved after a report.
  size_t AddFile(const std::string& path, Range named_at) {
    const std::string key = CanonicalPath(path);
    const auto known = by_path_.find(key);
    if (known != by_path_.end()) return known->second;
    by_path_[key] = sema::kUnresolved;
    Result<FileId> file = set_->files.Read(path, kLimits.source_bytes);
    if (!file) {
      Unreadable(path, named_at, file.error().message);
      return sema::kUnresolved;
    }
    FileId text = *file;
    if (import::IsImported(path)) {
      const std::optional<FileId> made = ImportFile(*file, set_.get(), &diags_);
      if (!made) return sema::kUnresolved;
      text = *made;
    }
    const size_t index = AddParsed(text, path, "");
    by_path_[key] = index;
    return index;
  }

  void Unreadable(const std::string& path, Range named_at,
                  const std::string& message) {
    if (named_at.valid()) {
      diags_.Report(Kind::kImportProblem, named_at, message);
      return;
    }
    // So that the report has a place: the file itself, at its beginning.
    const FileId place = set_->files.Add(path, "");
    diags_.Report(message.find("larger") == std::string::npos
                      ? Kind::kCannotRead
                      : Kind::kTooLarge,
                  {place, 0, 0}, message);
  }

  size_t AddParsed(FileId text, const std::string& path,
                   const std::string& module_path) {
    std::optional<ast::File> ast = Parse(text);
    if (!ast) return sema::kUnresolved;
    if (options_.catalog) NameCatalog(&*ast);
    sema::LoadedFile file;
    file.ast = std::move(*ast);
    file.path = path;
    file.module_path = module_path;
    set_->loaded.push_back(std::move(file));
    return set_->loaded.size() - 1;
  }

  // A text that the parser has something to say of is parsed again: it is said
  // again.
  std::optional<ast::File> Parse(FileId file) {
    const std::string& text = set_->files.file(file).text;
    if (readings_ != nullptr) {
      if (const auto kept = readings_->Tree(file, text)) return *kept;
    }
    const size_t said = diags_.all().size();
    std::optional<ast::File> ast = syntax::Parse(set_->files, file, &diags_);
    if (readings_ != nullptr && ast && diags_.all().size() == said) {
      readings_->Keep(file, text, std::make_shared<const ast::File>(*ast));
    }
    return ast;
  }

  // `--catalog F` stands in for the declaration that a policy lacks.
  void NameCatalog(ast::File* ast) {
    if (!ast->header.is_policy) return;
    for (const ast::Decl& decl : ast->decls) {
      if (std::holds_alternative<ast::Catalog>(decl.node)) return;
    }
    ast::Decl decl;
    decl.range = ast->header.name.range;
    decl.node = ast::Catalog{{*options_.catalog, decl.range}, false};
    ast->decls.insert(ast->decls.begin(), std::move(decl));
  }

  void ResolveImports(size_t index) {
    const sema::References refs = sema::ReferencesOf(set_->loaded[index].ast);
    std::vector<size_t> imports;
    for (const sema::Reference& ref : refs.imports) {
      imports.push_back(ref.is_file ? ImportNamed(index, ref)
                                    : ImportModule(ref));
    }
    set_->loaded[index].imports = std::move(imports);
  }

  size_t ImportNamed(size_t from, const sema::Reference& ref) {
    const std::optional<std::string> path =
        ResolveInside(set_->loaded[from].path, ref.text);
    if (!path) {
      diags_.Report(Kind::kImportOutsideRoot, ref.range,
                    fmt::format("import `{}` is not a relative path inside "
                                "the directory of this file",
                                ref.text));
      return sema::kUnresolved;
    }
    return AddFile(*path, ref.range);
  }

  size_t ImportModule(const sema::Reference& ref) {
    const auto known = by_module_.find(ref.text);
    if (known != by_module_.end()) return known->second;
    by_module_[ref.text] = sema::kUnresolved;
    const std::optional<FileId> file = LibraryFile(ref);
    if (!file) return sema::kUnresolved;
    const size_t index =
        AddParsed(*file, set_->files.file(*file).path, ref.text);
    by_module_[ref.text] = index;
    return index;
  }

  std::optional<FileId> LibraryFile(const sema::Reference& ref) {
    std::string relative = ref.text;
    std::replace(relative.begin(), relative.end(), '.', '/');
    relative += ".pol";
    if (options_.stdlib) {
      Result<FileId> file = set_->files.Read(*options_.stdlib + "/" + relative,
                                             kLimits.source_bytes);
      if (file) return *file;
      diags_.Report(Kind::kImportProblem, ref.range, file.error().message);
      return std::nullopt;
    }
    std::vector<std::string> names;
    for (const stdlib::Module& module : stdlib::Modules()) {
      if (module.name == ref.text) {
        return set_->files.Add("<library>/" + relative,
                               std::string(module.text));
      }
      names.emplace_back(module.name);
    }
    auto report = diags_.Report(
        Kind::kImportProblem, ref.range,
        fmt::format("the standard library has no module `{}`", ref.text));
    if (const auto near = diag::DidYouMean(ref.text, names)) {
      report.Help(fmt::format("did you mean `{}`?", *near));
    }
    return std::nullopt;
  }

  // Depth-first over imports; a file met while it is open closes a cycle.
  void CheckCycles() {
    std::vector<int> state(set_->loaded.size(), 0);
    for (size_t start = 0; start < state.size(); ++start) {
      if (state[start] == 0) Visit(start, &state);
    }
  }

  void Visit(size_t start, std::vector<int>* state) {
    struct Open {
      size_t file;
      size_t next = 0;
    };
    std::vector<Open> stack = {{start}};
    (*state)[start] = 1;
    while (!stack.empty()) {
      Open& top = stack.back();
      const std::vector<size_t>& imports = set_->loaded[top.file].imports;
      if (top.next == imports.size()) {
        (*state)[top.file] = 2;
        stack.pop_back();
        continue;
      }
      const size_t edge = top.next++;
      const size_t to = imports[edge];
      if (to == sema::kUnresolved || (*state)[to] == 2) continue;
      if ((*state)[to] == 1) {
        std::vector<size_t> cycle;
        for (const Open& open : stack) cycle.push_back(open.file);
        ReportCycle(cycle, to, edge);
        continue;
      }
      (*state)[to] = 1;
      stack.push_back({to});
    }
  }

  void ReportCycle(const std::vector<size_t>& stack, size_t to, size_t edge) {
    std::string chain;
    bool inside = false;
    for (const size_t file : stack) {
      inside |= file == to;
      if (inside) chain += set_->loaded[file].path + " -> ";
    }
    chain += set_->loaded[to].path;
    const Range range =
        sema::ReferencesOf(set_->loaded[stack.back()].ast).imports[edge].range;
    diags_.Report(
        Kind::kImportCycle, range,
        fmt::format("files import each other in a circle: {}", chain));
  }

  void ReadNamedFiles(size_t index) {
    const sema::References refs = sema::ReferencesOf(set_->loaded[index].ast);
    for (const sema::Reference& ref : refs.catalogs) {
      const bool given = options_.catalog && ref.text == *options_.catalog;
      set_->loaded[index].catalogs.push_back(
          ReadCatalogFile(index, ref, given));
    }
    for (const sema::Reference& ref : refs.set_files) {
      set_->loaded[index].set_files.push_back(ReadSetFile(index, ref));
    }
    for (const sema::Reference& ref : refs.zones) {
      set_->loaded[index].zones.push_back(ReadTimeZone(ref));
    }
    for (const sema::Reference& ref : refs.others) CheckOther(index, ref);
  }

  // Another set is read only by who compares with it; where it may lie is
  // known now.
  void CheckOther(size_t from, const sema::Reference& ref) {
    if (ResolveInside(set_->loaded[from].path, ref.text)) return;
    diags_.Report(Kind::kImportOutsideRoot, ref.range,
                  fmt::format("`{}` is not a relative path inside the "
                              "directory of this file",
                              ref.text));
  }

  std::optional<FileId> ReadNamed(size_t from, const sema::Reference& ref,
                                  bool given, Kind problem) {
    std::optional<std::string> path = ref.text;
    if (!given) path = ResolveInside(set_->loaded[from].path, ref.text);
    if (!path) {
      diags_.Report(problem, ref.range,
                    fmt::format("`{}` is not a relative path inside the "
                                "directory of this file",
                                ref.text));
      return std::nullopt;
    }
    Result<FileId> file = set_->files.Read(*path, kLimits.catalog_bytes);
    if (file) return *file;
    diags_.Report(problem, ref.range, file.error().message);
    return std::nullopt;
  }

  const catalog::Catalog* ReadCatalogFile(size_t from,
                                          const sema::Reference& ref,
                                          bool given) {
    const std::optional<FileId> file =
        ReadNamed(from, ref, given, Kind::kCatalogProblem);
    if (!file) return nullptr;
    std::shared_ptr<const catalog::Catalog> catalog =
        ReadCatalogText(*file, ref.range);
    if (!catalog) return nullptr;
    NoteIgnored(*catalog, ref.range);
    set_->catalogs.push_back(std::move(catalog));
    return set_->catalogs.back().get();
  }

  std::shared_ptr<const catalog::Catalog> ReadCatalogText(FileId file,
                                                          Range named_at) {
    const source::File& source = set_->files.file(file);
    if (readings_ != nullptr) {
      if (auto kept = readings_->Catalog(source.path, source.text)) return kept;
    }
    const size_t said = diags_.all().size();
    std::optional<catalog::Catalog> read =
        catalog::ReadCatalog(set_->files, file, named_at, &diags_);
    if (!read) return nullptr;
    auto catalog = std::make_shared<const catalog::Catalog>(std::move(*read));
    if (readings_ != nullptr && diags_.all().size() == said) {
      readings_->Keep(source.path, source.text, catalog);
    }
    return catalog;
  }

  // Once for a catalog, however many keywords there are.
  void NoteIgnored(const catalog::Catalog& catalog, Range range) {
    std::vector<std::string> lines;
    for (const catalog::Tool& tool : catalog.tools) {
      for (const std::string& what : tool.ignored) {
        lines.push_back(fmt::format("`{}` {}", tool.name, what));
      }
    }
    if (lines.empty()) return;
    auto report = diags_.Report(
        Kind::kSchemaKeywordIgnored, range,
        fmt::format("{} keyword{} of this catalog's schemas cannot be "
                    "enforced exactly and {} left out",
                    lines.size(), lines.size() == 1 ? "" : "s",
                    lines.size() == 1 ? "is" : "are"));
    for (size_t i = 0; i < lines.size() && i < 5; ++i) report.Help(lines[i]);
    if (lines.size() > 5) {
      report.Help(fmt::format("and {} more", lines.size() - 5));
    }
  }

  FileId ReadSetFile(size_t from, const sema::Reference& ref) {
    return ReadNamed(from, ref, false, Kind::kImportProblem).value_or(FileId());
  }

  const zones::Zone* ReadTimeZone(const sema::Reference& ref) {
    const auto known = set_->zones.find(ref.text);
    if (known != set_->zones.end()) return &known->second;
    const std::string directory(zones::kSystemZones);
    Result<zones::Zone> zone = zones::ReadZone(directory, ref.text);
    if (zone) {
      return &set_->zones.emplace(ref.text, std::move(*zone)).first->second;
    }
    auto report =
        diags_.Report(Kind::kUnknownName, ref.range, zone.error().message);
    if (const auto near =
            diag::DidYouMean(ref.text, zones::ZoneNames(directory))) {
      report.Help(fmt::format("did you mean `{}`?", *near));
    }
    return nullptr;
  }

  // Depends on what the texts say, not on where they lie.
  std::string Digest() const {
    std::vector<std::string> parts;
    for (size_t i = 0; i < set_->files.size(); ++i) {
      parts.push_back(Sha256Hex(set_->files.file(FileId(i)).text));
    }
    for (const stdlib::Module& module : stdlib::Modules()) {
      if (options_.stdlib) break;
      parts.push_back(Sha256Hex(module.text));
    }
    for (const auto& [name, zone] : set_->zones) {
      parts.push_back(Sha256Hex(zones::ZoneText(zone)));
    }
    std::sort(parts.begin(), parts.end());
    std::string all = "polc set 1\n";
    for (const std::string& part : parts) all += part + "\n";
    return Sha256Hex(all);
  }

  const SetOptions& options_;
  diag::Diagnostics& diags_;
  Readings* readings_;
  std::unique_ptr<PolicySet> set_;
  std::map<std::string, size_t> by_path_;
  std::map<std::string, size_t> by_module_;
};

}  // namespace

std::optional<source::FileId> ImportFile(source::FileId file, PolicySet* set,
                                         diag::Diagnostics* diags) {
  std::optional<import::Translation> made =
      import::Import(set->files, file, diags);
  if (!made) return std::nullopt;
  const FileId text =
      set->files.Add(set->files.file(file).path, std::move(made->pol));
  for (const import::Piece& piece : made->pieces) {
    set->origins.push_back(
        {{text, piece.pol_begin, piece.pol_end}, piece.source});
  }
  return text;
}

std::unique_ptr<PolicySet> ReadSet(const SetOptions& options,
                                   diag::Diagnostics* diags,
                                   Readings* readings) {
  return SetReader(options, diags, readings).Run();
}

void MapOrigins(const PolicySet& set, diag::Diagnostics* diags) {
  // The smallest piece around a place is where it came from.
  const auto move = [&](Range* range) {
    const Origin* best = nullptr;
    bool made_by_us = false;
    for (const Origin& origin : set.origins) {
      if (origin.made.file != range->file) continue;
      made_by_us = true;
      const uint32_t size = origin.made.end - origin.made.begin;
      if (range->begin < origin.made.begin || range->end > origin.made.end) {
        continue;
      }
      if (best == nullptr || size <= best->made.end - best->made.begin) {
        best = &origin;
      }
    }
    if (best != nullptr) *range = best->user;
    return made_by_us;
  };
  for (diag::Diagnostic& d : diags->mutable_all()) {
    // An edit of a text that nobody has would help nobody.
    if (move(&d.range)) d.fixes.clear();
    for (diag::Note& note : d.notes) move(&note.range);
  }
}

}  // namespace polc::driver
