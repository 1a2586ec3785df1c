// Declarations with their comments and their text: of policies what their
// rules name, of modules everything.
#include "tools/polc/doc/context.h"

namespace polc::tool::doc {
namespace {

struct Entry {
  std::string_view word;
  const ast::Name* name = nullptr;
};

// What a reader can look up; rules and tests are not.
Entry EntryOf(const ast::Decl& decl) {
  if (const auto* set = std::get_if<ast::SetDecl>(&decl.node)) {
    return {"set", &set->name};
  }
  if (const auto* predicate = std::get_if<ast::Predicate>(&decl.node)) {
    return {"predicate", &predicate->name};
  }
  if (const auto* cls = std::get_if<ast::ClassDecl>(&decl.node)) {
    return {"class", &cls->name};
  }
  if (const auto* limit = std::get_if<ast::LimitDecl>(&decl.node)) {
    return {"limit", &limit->name};
  }
  if (const auto* mark = std::get_if<ast::MarkDecl>(&decl.node)) {
    return {"mark", &mark->name};
  }
  return {};
}

void AddEntry(const source::Files& files, const ast::Decl& decl,
              const Entry& entry, const std::string& module, int level,
              Page* page) {
  Line heading = {Text(std::string(entry.word) + " "), Code(entry.name->text)};
  if (const auto* predicate = std::get_if<ast::Predicate>(&decl.node)) {
    std::string parameters;
    for (const ast::Name& name : predicate->parameters) {
      parameters += (parameters.empty() ? "" : ", ") + name.text;
    }
    heading.back().text += "(" + parameters + ")";
  }
  page->Heading(level, std::move(heading),
                DeclarationAnchor(module, entry.word, entry.name->text));
  page->Comment(decl.doc);
  page->Source(std::string(files.text(decl.range)));
}

void AddDeclarations(const source::Files& files, const ast::File& file,
                     const std::string& module, int level, Page* page) {
  for (const ast::Decl& decl : file.decls) {
    const Entry entry = EntryOf(decl);
    if (entry.name != nullptr) {
      AddEntry(files, decl, entry, module, level, page);
    }
  }
}

bool HasEntries(const ast::File& file) {
  for (const ast::Decl& decl : file.decls) {
    const Entry entry = EntryOf(decl);
    if (entry.name != nullptr && entry.word != "limit") return true;
  }
  return false;
}

}  // namespace

void AddModule(const source::Files& files, const ast::File& file,
               const std::string& name, int level, Page* page) {
  page->Heading(level, {Text("Module "), Code(name)}, Anchor("module " + name));
  page->Comment(file.doc);
  AddDeclarations(files, file, name, level + 1, page);
}

void AddDefinitions(const Context& context, Page* page) {
  for (size_t i = 0; i < context.program().files.size(); ++i) {
    const ast::File& file = context.program().files[i].ast;
    if (!file.header.is_policy || !HasEntries(file)) continue;
    const std::string& name = context.program().ModuleName(i);
    page->Heading(2, {Text("Definitions of policy "), Code(name)},
                  Anchor("definitions " + name));
    AddDeclarations(context.files(), file, name, 3, page);
  }
  for (size_t i = 0; i < context.program().files.size(); ++i) {
    const ast::File& file = context.program().files[i].ast;
    if (file.header.is_policy) continue;
    AddModule(context.files(), file, context.program().ModuleName(i), 2, page);
  }
}

}  // namespace polc::tool::doc
