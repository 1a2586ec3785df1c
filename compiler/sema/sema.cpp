// The order of checking: names first, then what names stand for (sets), then
// expressions, then declarations as wholes, then the catalog. Each step works
// on whatever the one before could make sense of, so that one run reports as
// much as it can.
#include "compiler/sema/sema.h"

#include "compiler/sema/catalog_check.h"
#include "compiler/sema/context.h"
#include "compiler/sema/declarations.h"
#include "compiler/sema/names.h"
#include "compiler/sema/resolve.h"
#include "compiler/sema/set_values.h"
#include "compiler/sema/unanchored.h"

namespace polc::sema {

References ReferencesOf(const ast::File& file) {
  References out;
  for (const ast::Decl& decl : file.decls) {
    if (const auto* import = std::get_if<ast::Import>(&decl.node)) {
      out.imports.push_back(
          {import->path.text, import->path.range, import->is_file});
    } else if (const auto* catalog = std::get_if<ast::Catalog>(&decl.node)) {
      out.catalogs.push_back({catalog->path.text, catalog->path.range, true});
    } else if (const auto* set = std::get_if<ast::SetDecl>(&decl.node)) {
      if (!set->from_file) continue;
      out.set_files.push_back(
          {set->from_file->text, set->from_file->range, true});
    }
  }
  return out;
}

const Symbol* Program::Find(size_t file, SymbolKind kind,
                            std::string_view name) const {
  const size_t dot = name.find('.');
  if (dot != std::string_view::npos) {
    const auto module = modules[file].find(name.substr(0, dot));
    if (module == modules[file].end() || module->second == kUnresolved) {
      return nullptr;
    }
    file = module->second;
    name = name.substr(dot + 1);
  }
  const auto found = names[file].find(std::pair(kind, std::string(name)));
  return found == names[file].end() ? nullptr : &found->second;
}

std::optional<std::string> Program::QualifiedName(size_t file, SymbolKind kind,
                                                  std::string_view name) const {
  if (const Symbol* symbol = Find(file, kind, name)) {
    if (kind == SymbolKind::kRule) {
      const auto& rule = rules[symbol->index];
      return ModuleName(rule.file) + "." + rule.decl->name.text;
    }
    const auto& limit = limits[symbol->index];
    return ModuleName(limit.file) + "." + limit.decl->name.text;
  }
  const size_t dot = name.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  for (size_t other = 0; other < files.size(); ++other) {
    if (ModuleName(other) != name.substr(0, dot)) continue;
    if (Find(other, kind, name.substr(dot + 1)) != nullptr) {
      return std::string(name);
    }
  }
  return std::nullopt;
}

std::optional<Program> Check(const source::Files& files,
                             std::vector<LoadedFile> loaded,
                             diag::Diagnostics* diags) {
  Program program;
  program.files = std::move(loaded);
  Context context(files, &program, diags);
  const bool sound_before = !diags->has_errors();
  DeclareNames(&context);
  ResolveExpressions(&context);
  ComputeSets(&context);
  CheckDeclarations(&context);
  const bool sound = sound_before && !diags->has_errors();
  if (context.can_expand()) CheckAgainstCatalogs(&context);
  if (context.can_expand()) CheckUnanchored(&context);
  if (!sound) return std::nullopt;
  return program;
}

}  // namespace polc::sema
