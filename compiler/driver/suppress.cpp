#include "compiler/driver/suppress.h"

#include <fmt/format.h>

#include <optional>

namespace polc::driver {

std::vector<Suppression> SuppressionsOf(
    const std::vector<sema::LoadedFile>& files) {
  std::vector<Suppression> out;
  for (const sema::LoadedFile& file : files) {
    for (const ast::Decl& decl : file.ast.decls) {
      for (const ast::Suppress& suppress : decl.suppressions) {
        const auto kind = diag::FindCheck(suppress.check.text);
        if (!kind || !diag::CanSuppress(*kind)) continue;
        out.push_back({*kind, suppress.check.range, decl.range, false});
      }
    }
  }
  return out;
}

void Suppress(std::vector<Suppression>* suppressions,
              diag::Diagnostics* diags) {
  std::erase_if(diags->mutable_all(), [&](const diag::Diagnostic& d) {
    bool silenced = false;
    for (Suppression& each : *suppressions) {
      const source::Range& where = each.declaration;
      if (each.kind != d.kind || d.range.file != where.file ||
          d.range.begin < where.begin || d.range.end > where.end) {
        continue;
      }
      silenced = each.used = true;
    }
    return silenced;
  });
}

void ReportUnused(const std::vector<Suppression>& suppressions,
                  diag::Diagnostics* diags) {
  for (const Suppression& each : suppressions) {
    if (each.used) continue;
    diags
        ->Report(diag::Kind::kUnusedSuppression, each.written,
                 fmt::format("`{}` has nothing to say of this declaration",
                             diag::CheckName(each.kind)))
        .Help("remove the line");
  }
}

}  // namespace polc::driver
