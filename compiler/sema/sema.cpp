// The order of checking: names first, then what names stand for (sets), then
// expressions, then declarations as wholes, then the catalog. Each step works
// on whatever the one before could make sense of, so that one run reports as
// much as it can.
#include "compiler/sema/sema.h"

#include "compiler/sema/context.h"
#include "compiler/sema/declarations.h"
#include "compiler/sema/names.h"
#include "compiler/sema/resolve.h"
#include "compiler/sema/schema/catalog_check.h"
#include "compiler/sema/set_values.h"
#include "compiler/sema/unanchored.h"

namespace polc::sema {

namespace {

void AddZones(const ast::Expr& expr, std::vector<Reference>* zones) {
  if (expr.kind == ast::ExprKind::kInZone) {
    zones->push_back({expr.operands[1].text, expr.operands[1].range, false});
  }
  for (const ast::Expr& operand : expr.operands) AddZones(operand, zones);
}

// Of every expression that a declaration holds.
void AddZones(const ast::Decl& decl, std::vector<Reference>* zones) {
  const auto add = [&](const std::optional<ast::Expr>& expr) {
    if (expr) AddZones(*expr, zones);
  };
  if (const auto* predicate = std::get_if<ast::Predicate>(&decl.node)) {
    AddZones(predicate->body, zones);
  } else if (const auto* cls = std::get_if<ast::ClassDecl>(&decl.node)) {
    for (const ast::ClassMember& member : cls->members) add(member.when);
  } else if (const auto* limit = std::get_if<ast::LimitDecl>(&decl.node)) {
    add(limit->cost);
    add(limit->when);
  } else if (const auto* mark = std::get_if<ast::MarkDecl>(&decl.node)) {
    add(mark->when);
  } else if (const auto* rule = std::get_if<ast::Rule>(&decl.node)) {
    add(rule->when);
  } else if (const auto* claim = std::get_if<ast::Assert>(&decl.node)) {
    add(claim->when);
    add(claim->after_when);
  }
}

}  // namespace

References ReferencesOf(const ast::File& file) {
  References out;
  for (const ast::Decl& decl : file.decls) {
    AddZones(decl, &out.zones);
    if (const auto* import = std::get_if<ast::Import>(&decl.node)) {
      out.imports.push_back(
          {import->path.text, import->path.range, import->is_file});
    } else if (const auto* catalog = std::get_if<ast::Catalog>(&decl.node)) {
      out.catalogs.push_back({catalog->path.text, catalog->path.range, true});
    } else if (const auto* claim = std::get_if<ast::Assert>(&decl.node)) {
      if (!claim->other) continue;
      out.others.push_back({claim->other->text, claim->other->range, true});
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
  for (const LoadedFile& file : program.files) {
    for (const zones::Zone* zone : file.zones) {
      if (zone != nullptr) program.zones.emplace(zone->name, *zone);
    }
  }
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
