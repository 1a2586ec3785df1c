// open-policy: a policy of all servers that grants something, to servers that
// nobody has thought of yet as well.
#include <fmt/format.h>

#include "compiler/lint/lint.h"

namespace polc::lint {
namespace {

// Where the policy grants: an allow rule, or its default.
const ast::Decl* Grant(const ast::File& file) {
  for (const ast::Decl& decl : file.decls) {
    const auto* rule = std::get_if<ast::Rule>(&decl.node);
    const auto* other = std::get_if<ast::DefaultDecl>(&decl.node);
    if ((rule != nullptr && rule->effect == ast::Effect::kAllow) ||
        (other != nullptr && other->effect == ast::DefaultEffect::kAllow)) {
      return &decl;
    }
  }
  return nullptr;
}

}  // namespace

void CheckOpenPolicies(const Input& in) {
  for (const sema::LoadedFile& loaded : in.program.files) {
    const ast::Header& header = loaded.ast.header;
    if (!header.is_policy || !header.servers.empty()) continue;
    if (in.imported.contains(loaded.ast.file)) continue;
    const ast::Decl* grant = Grant(loaded.ast);
    if (grant == nullptr) continue;
    in.diags
        ->Report(diag::Kind::kOpenPolicy, grant->range,
                 fmt::format("policy `{}` is for all servers, and grants here "
                             "what it may not know",
                             header.name.text))
        .Note(header.name.range, "no server is named here")
        .Help(fmt::format("write `policy {} for server \"...\";`, or grant "
                          "nothing and say `default none;`",
                          header.name.text));
  }
}

}  // namespace polc::lint
