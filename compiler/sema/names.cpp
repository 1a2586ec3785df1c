// Names are declared per file and per kind: a class `deletions` and the rule
// `deletions` that asks about it live together, but sets and predicates share
// one space, because an expression uses both by bare name.
#include "compiler/sema/names.h"

#include <fmt/format.h>

#include <algorithm>

namespace polc::sema {

using diag::Kind;

bool IsFunction(std::string_view name) {
  static constexpr std::string_view kFunctions[] = {
      "path", "url", "ip", "cidr", "time", "length", "size", "marked"};
  return std::find(std::begin(kFunctions), std::end(kFunctions), name) !=
         std::end(kFunctions);
}

bool IsRoot(std::string_view name) {
  return name == "args" || name == "caller" || name == "server" ||
         name == "session" || name == "now";
}

std::string_view KindWord(SymbolKind kind) {
  switch (kind) {
    case SymbolKind::kSet:
      return "set";
    case SymbolKind::kPredicate:
      return "predicate";
    case SymbolKind::kClass:
      return "class";
    case SymbolKind::kLimit:
      return "limit";
    case SymbolKind::kMark:
      return "mark";
    case SymbolKind::kRule:
      return "rule";
    case SymbolKind::kAssertion:
      return "assertion";
  }
  return "name";
}

namespace {

class Declarer {
 public:
  Declarer(Context* context, size_t file)
      : context_(*context), program_(context->program()), file_(file) {}

  void Run() {
    const LoadedFile& loaded = program_.files[file_];
    size_t import = 0;
    const ast::DefaultDecl* first_default = nullptr;
    Range first_range;
    for (const ast::Decl& decl : loaded.ast.decls) {
      if (const auto* node = std::get_if<ast::Import>(&decl.node)) {
        DeclareImport(*node, loaded.imports[import++]);
      } else if (const auto* def = std::get_if<ast::DefaultDecl>(&decl.node)) {
        if (first_default != nullptr) {
          context_
              .Report(Kind::kDuplicateName, decl.range,
                      "`default` is declared twice")
              .Note(first_range, "it is declared first here");
        } else {
          first_default = def;
          first_range = decl.range;
        }
        RequirePolicy(decl.range, "`default`");
      } else {
        DeclareNamed(decl);
      }
    }
  }

 private:
  using Range = source::Range;

  void RequirePolicy(Range range, std::string_view what) {
    if (program_.files[file_].ast.header.is_policy) return;
    context_.Report(Kind::kMisplacedClause, range,
                    fmt::format("{} belongs to a policy; a module only "
                                "declares what policies import",
                                what));
  }

  void DeclareImport(const ast::Import& import, size_t target) {
    std::string name;
    Range range = import.path.range;
    if (import.alias) {
      name = import.alias->text;
      range = import.alias->range;
    } else if (import.is_file) {
      if (target == kUnresolved) return;
      name = program_.files[target].ast.header.name.text;
    } else {
      name = import.path.text.substr(import.path.text.rfind('.') + 1);
    }
    const auto [it, added] =
        program_.modules[file_].emplace(std::move(name), target);
    if (!added && it->second != target) {
      context_
          .Report(Kind::kDuplicateName, range,
                  fmt::format("two imports are called `{}`", it->first))
          .Help("give one of them another name with `as`");
    }
  }

  void DeclareNamed(const ast::Decl& decl) {
    if (const auto* set = std::get_if<ast::SetDecl>(&decl.node)) {
      Add(SymbolKind::kSet, set->name, decl.range, set, &program_.sets);
    } else if (const auto* pred = std::get_if<ast::Predicate>(&decl.node)) {
      CheckPredicateNames(*pred);
      Add(SymbolKind::kPredicate, pred->name, decl.range, pred,
          &program_.predicates);
    } else if (const auto* cls = std::get_if<ast::ClassDecl>(&decl.node)) {
      Add(SymbolKind::kClass, cls->name, decl.range, cls, &program_.classes);
    } else if (const auto* limit = std::get_if<ast::LimitDecl>(&decl.node)) {
      Add(SymbolKind::kLimit, limit->name, decl.range, limit, &program_.limits);
    } else if (const auto* mark = std::get_if<ast::MarkDecl>(&decl.node)) {
      Add(SymbolKind::kMark, mark->name, decl.range, mark, &program_.marks);
    } else if (const auto* rule = std::get_if<ast::Rule>(&decl.node)) {
      RequirePolicy(rule->name.range, "a rule");
      Add(SymbolKind::kRule, rule->name, decl.range, rule, &program_.rules);
    } else if (const auto* claim = std::get_if<ast::Assert>(&decl.node)) {
      Add(SymbolKind::kAssertion, claim->name, decl.range, claim,
          &program_.assertions);
    } else if (const auto* catalog = std::get_if<ast::Catalog>(&decl.node)) {
      RequirePolicy(catalog->path.range, "a catalog");
    }
  }

  template <typename T>
  void Add(SymbolKind kind, const ast::Name& name, Range range, const T* decl,
           std::vector<Declared<T>>* list) {
    const Symbol* before = Declared_(kind, name.text);
    if (before == nullptr && kind == SymbolKind::kSet) {
      before = Declared_(SymbolKind::kPredicate, name.text);
    } else if (before == nullptr && kind == SymbolKind::kPredicate) {
      before = Declared_(SymbolKind::kSet, name.text);
    }
    if (before != nullptr) {
      context_
          .Report(Kind::kDuplicateName, name.range,
                  fmt::format("the {} `{}` is declared twice", KindWord(kind),
                              name.text))
          .Note(before->range,
                fmt::format("`{}` is declared first here", name.text));
    } else {
      program_.names[file_].emplace(std::pair(kind, name.text),
                                    Symbol{list->size(), name.range});
    }
    list->push_back({file_, decl, range});
  }

  const Symbol* Declared_(SymbolKind kind, const std::string& name) const {
    const auto found = program_.names[file_].find(std::pair(kind, name));
    return found == program_.names[file_].end() ? nullptr : &found->second;
  }

  void CheckPredicateNames(const ast::Predicate& predicate) {
    if (IsFunction(predicate.name.text)) {
      context_.Report(Kind::kDuplicateName, predicate.name.range,
                      fmt::format("`{}` is a function of the language",
                                  predicate.name.text));
    }
    std::vector<std::string> seen;
    for (const ast::Name& parameter : predicate.parameters) {
      if (IsRoot(parameter.text)) {
        context_.Report(Kind::kDuplicateName, parameter.range,
                        fmt::format("`{}` is what conditions read requests by "
                                    "and can't name a parameter",
                                    parameter.text));
      }
      if (std::find(seen.begin(), seen.end(), parameter.text) != seen.end()) {
        context_.Report(
            Kind::kDuplicateName, parameter.range,
            fmt::format("two parameters are called `{}`", parameter.text));
      }
      seen.push_back(parameter.text);
    }
  }

  Context& context_;
  Program& program_;
  size_t file_;
};

void CheckModuleNames(Context* context) {
  std::map<std::string, source::Range> seen;
  for (const LoadedFile& file : context->program().files) {
    const ast::Name& name = file.ast.header.name;
    // A library module is known by its path: std.aws.ecs beside policy `ecs`.
    if (!file.module_path.empty()) continue;
    const auto [it, added] = seen.emplace(name.text, name.range);
    if (added) continue;
    context
        ->Report(Kind::kDuplicateModule, name.range,
                 fmt::format("two files of the set are called `{}`", name.text))
        .Note(it->second, "the other one is here");
  }
}

}  // namespace

void DeclareNames(Context* context) {
  Program& program = context->program();
  program.names.resize(program.files.size());
  program.modules.resize(program.files.size());
  CheckModuleNames(context);
  for (size_t file = 0; file < program.files.size(); ++file) {
    Declarer(context, file).Run();
  }
}

std::vector<std::string> VisibleNames(const Program& program, size_t file,
                                      SymbolKind kind) {
  std::vector<std::string> out;
  for (const auto& [key, symbol] : program.names[file]) {
    if (key.first == kind) out.push_back(key.second);
  }
  for (const auto& [module, target] : program.modules[file]) {
    if (target == kUnresolved) continue;
    for (const auto& [key, symbol] : program.names[target]) {
      if (key.first == kind) out.push_back(module + "." + key.second);
    }
  }
  return out;
}

const Symbol* Require(Context* context, size_t file, SymbolKind kind,
                      const ast::Name& name) {
  const Program& program = context->program();
  if (const Symbol* symbol = program.Find(file, kind, name.text)) {
    return symbol;
  }
  const size_t dot = name.text.find('.');
  std::string message =
      fmt::format("there is no {} `{}`", KindWord(kind), name.text);
  if (dot != std::string::npos) {
    const auto module = program.modules[file].find(name.text.substr(0, dot));
    if (module == program.modules[file].end()) {
      message =
          fmt::format("nothing is imported as `{}`", name.text.substr(0, dot));
    } else if (module->second == kUnresolved) {
      return nullptr;
    } else {
      message =
          fmt::format("the module `{}` declares no {} `{}`", module->first,
                      KindWord(kind), name.text.substr(dot + 1));
    }
  }
  context->Suggest(
      context->Report(Kind::kUnknownName, name.range, std::move(message)),
      name.text, VisibleNames(program, file, kind));
  return nullptr;
}

}  // namespace polc::sema
