#include "tools/polc/check/claims.h"

#include <algorithm>
#include <set>

#include "compiler/scan/alias.h"
#include "compiler/scan/offer.h"
#include "compiler/scan/risk.h"

namespace polc::tool {
namespace {

using scan::Risk;

bool Changes(Risk risk) {
  return risk == Risk::kWrite || risk == Risk::kExecute ||
         risk == Risk::kDestructive || risk == Risk::kFinancial;
}

// A tool whose operation decides is of no class; unless all that it does
// changes something.
std::string RiskOf(const scan::Json& definition) {
  const scan::Assessment assessed = scan::Assess(definition);
  if (assessed.operations) {
    for (const scan::Operations::Group& group : assessed.operations->groups) {
      if (!Changes(group.risk)) return "";
    }
  }
  return Changes(assessed.risk) ? std::string(scan::RiskName(assessed.risk))
                                : "";
}

// What a catalog takes a tool for by its annotations alone.
std::string Annotated(const scan::Json& definition) {
  const scan::Json* hints = definition.Find("annotations");
  if (hints == nullptr || !hints->is_object()) return "";
  const scan::Json* reads = hints->Find("readOnlyHint");
  if (reads != nullptr && reads->IsBool(true)) return "read";
  const scan::Json* destroys = hints->Find("destructiveHint");
  const bool kind = destroys != nullptr && destroys->IsBool(false);
  return kind ? "write" : "destructive";
}

// The operator's word stands above the server's, which an offer is.
std::optional<std::string> OperatorsClass(const catalog::Catalog& catalog,
                                          const scan::Entry& entry) {
  const catalog::Tool* tool = catalog.Find(entry.name);
  if (tool == nullptr || tool->risk == Annotated(entry.definition)) {
    return std::nullopt;
  }
  for (const Risk risk :
       {Risk::kWrite, Risk::kExecute, Risk::kDestructive, Risk::kFinancial}) {
    if (scan::RiskName(risk) == tool->risk) return tool->risk;
  }
  return "";
}

std::vector<std::string> OperationsOf(const scan::Json& definition) {
  const scan::Json* schema = definition.Find("inputSchema");
  const scan::Json* properties =
      schema != nullptr ? schema->Find("properties") : nullptr;
  std::vector<std::string> out;
  if (properties == nullptr) return out;
  for (const std::string& name : properties->names) {
    if (scan::IsOperation(name)) out.push_back(name);
  }
  return out;
}

void AddClaims(const std::string& path, const catalog::Catalog& catalog,
               std::string_view text, std::vector<verifier::ToolClaim>* out) {
  const Result<scan::Offer> offer = scan::ReadOffer(text);
  if (!offer) return;  // of what it says nothing is known
  std::vector<std::string> names;
  for (const scan::Entry& entry : offer->of(scan::Sort::kTool)) {
    names.push_back(entry.name);
  }
  for (const scan::Entry& entry : offer->of(scan::Sort::kTool)) {
    verifier::ToolClaim claim;
    claim.catalog = path;
    claim.tool = entry.name;
    claim.risk =
        OperatorsClass(catalog, entry).value_or(RiskOf(entry.definition));
    claim.operations = OperationsOf(entry.definition);
    claim.alias_of = scan::AliasOf(entry.definition, names).value_or("");
    out->push_back(std::move(claim));
  }
}

}  // namespace

bool OnlyReads(const std::string& operation) {
  return scan::RiskOfName(operation) == Risk::kRead;
}

std::vector<verifier::ToolClaim> ClaimsOf(const driver::Session& session) {
  std::vector<verifier::ToolClaim> out;
  std::set<std::string> seen;
  for (const sema::LoadedFile& loaded : session.program->files) {
    size_t position = 0;
    for (const ast::Decl& decl : loaded.ast.decls) {
      const auto* named = std::get_if<ast::Catalog>(&decl.node);
      if (named == nullptr) continue;
      const catalog::Catalog* catalog = loaded.catalogs[position++];
      if (catalog == nullptr || !seen.insert(named->path.text).second) continue;
      for (size_t i = 0; i < session.set->files.size(); ++i) {
        const source::File& file = session.set->files.file(source::FileId(i));
        if (file.path != catalog->path) continue;
        AddClaims(named->path.text, *catalog, file.text, &out);
        break;
      }
    }
  }
  return out;
}

}  // namespace polc::tool
