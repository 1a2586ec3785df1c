// Only policies with a catalog are checked, each declaration with the tools
// that its target can select. A class of a module is checked where a policy
// uses it: it may be written for more servers than this one.
#include "compiler/sema/schema/catalog_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>

#include "compiler/sema/expand.h"
#include "compiler/sema/reason.h"
#include "compiler/sema/schema/argument_check.h"
#include "compiler/sema/targets.h"

namespace polc::sema {
namespace {

using ast::Target;
using ast::TargetKind;
using diag::Kind;

// Whether requests of `target` can be something else than a tool call whose
// schema is known.
bool HasOthers(const Program& program, size_t file, const Target& target) {
  switch (target.kind) {
    case TargetKind::kNone:
    case TargetKind::kTool:
      return false;
    case TargetKind::kClass: {
      const Symbol* symbol =
          program.Find(file, SymbolKind::kClass, target.names[0].text);
      if (symbol == nullptr) return true;
      const auto& cls = program.classes[symbol->index];
      return std::any_of(cls.decl->members.begin(), cls.decl->members.end(),
                         [&](const ast::ClassMember& member) {
                           return HasOthers(program, cls.file, member.target);
                         });
    }
    default:
      return true;
  }
}

class PolicyCheck {
 public:
  PolicyCheck(Context* context, size_t file)
      : context_(*context), program_(context->program()), file_(file) {
    for (const catalog::Catalog* catalog : program_.files[file].catalogs) {
      if (catalog == nullptr) continue;
      for (const catalog::Tool& tool : catalog->tools) {
        by_name_.emplace(tool.name, tools_.size());
        tools_.push_back(&tool);
        names_.push_back(tool.name);
      }
    }
  }

  void Run() {
    if (tools_.empty()) return;
    for (const ast::Decl& decl : program_.files[file_].ast.decls) {
      if (const auto* cls = std::get_if<ast::ClassDecl>(&decl.node)) {
        for (const ast::ClassMember& member : cls->members) {
          CheckNames(member.target);
          Condition(member.target, member.when);
        }
      } else if (const auto* rule = std::get_if<ast::Rule>(&decl.node)) {
        CheckRule(*rule);
      } else if (const auto* limit = std::get_if<ast::LimitDecl>(&decl.node)) {
        CheckLimit(*limit);
      } else if (const auto* mark = std::get_if<ast::MarkDecl>(&decl.node)) {
        CheckNames(mark->on);
        Condition(mark->on, mark->when);
      } else if (const auto* claim = std::get_if<ast::Assert>(&decl.node)) {
        CheckNames(claim->target);
        Condition(claim->target, claim->when);
        if (claim->kind == ast::AssertKind::kNeverAfter) {
          CheckNames(claim->after);
          Condition(claim->after, claim->after_when);
        }
      }
    }
  }

 private:
  void CheckNames(const Target& target) {
    if (target.kind == TargetKind::kTool) {
      for (const ast::Name& name : target.names) CheckName(name);
    } else if (target.kind == TargetKind::kClass) {
      CheckImportedClass(target);
    }
  }

  void CheckName(const ast::Name& name) {
    if (IsPlain(name.text) && by_name_.contains(name.text)) return;
    const bool found =
        !IsPlain(name.text) &&
        std::any_of(names_.begin(), names_.end(), [&](const std::string& tool) {
          return MatchesName(name.text, tool);
        });
    if (found) return;
    if (HasWildcard(name.text)) {
      context_.Report(
          Kind::kUnknownTool, name.range,
          fmt::format("no tool of the catalog matches `{}`", name.text));
      return;
    }
    const std::string text = Unescape(name.text);
    diag::Builder error =
        context_.Report(Kind::kUnknownTool, name.range,
                        fmt::format("the catalog has no tool `{}`", text));
    context_.Suggest(error, text, names_);
    const auto near = diag::DidYouMean(text, names_);
    if (near && near->find_first_of("*?\\\"\n") == std::string::npos) {
      const bool quoted = context_.Quote(name.range).starts_with('"');
      error.FixIt(name.range,
                  quoted || near->find_first_of("-./ ") != std::string::npos
                      ? fmt::format("\"{}\"", *near)
                      : *near);
    }
  }

  void CheckImportedClass(const Target& target) {
    const Symbol* symbol =
        program_.Find(file_, SymbolKind::kClass, target.names[0].text);
    if (symbol == nullptr) return;
    const auto& cls = program_.classes[symbol->index];
    if (cls.file == file_ || cls.decl->members.empty()) return;
    if (HasOthers(program_, file_, target)) return;
    if (!SelectTools(program_, file_, target, tools_).empty()) return;
    context_
        .Report(Kind::kUnknownTool, target.range,
                fmt::format("the catalog has no tool of the class `{}`",
                            target.names[0].text))
        .Note(cls.decl->name.range, "the class is declared here");
  }

  Selection Select(const Target& target) const {
    return {Selected(target), HasOthers(program_, file_, target)};
  }
  // Most targets are names, and those are looked up.
  std::vector<const catalog::Tool*> Selected(const Target& target) const {
    if (target.kind != TargetKind::kTool ||
        !std::all_of(
            target.names.begin(), target.names.end(),
            [](const ast::Name& name) { return IsPlain(name.text); })) {
      return SelectTools(program_, file_, target, tools_);
    }
    std::set<size_t> found;
    for (const ast::Name& name : target.names) {
      const auto [from, to] = by_name_.equal_range(name.text);
      for (auto at = from; at != to; ++at) found.insert(at->second);
    }
    std::vector<const catalog::Tool*> out;
    for (const size_t place : found) out.push_back(tools_[place]);
    return out;
  }
  // A name that stands for itself.
  static bool IsPlain(std::string_view name) {
    return name.find_first_of("*?\\") == std::string_view::npos;
  }

  void Condition(const Target& target, const std::optional<ast::Expr>& when) {
    if (when) Condition(Select(target), *when);
  }

  void Condition(const Selection& selection, const ast::Expr& when) {
    if (context_.failed(&when)) return;
    if (!CallsPredicate(when)) {
      CheckArguments(&context_, selection, when);
      return;
    }
    const auto expanded = Expand(program_, when);
    if (expanded) CheckArguments(&context_, selection, *expanded);
  }

  void CheckRule(const ast::Rule& rule) {
    CheckNames(rule.target);
    Selection selection = Select(rule.target);
    if (rule.except) {
      CheckNames(*rule.except);
      Remove(*rule.except, &selection);
    }
    if (rule.when) Condition(selection, *rule.when);
    for (const ast::Expr& path : rule.redact) {
      CheckArgumentPath(&context_, selection, path, false);
    }
    ReasonError error;
    if (!rule.reason) return;
    const auto parts = ParseReason(*rule.reason, &error);
    for (size_t i = 0; parts && i < parts->size(); ++i) {
      if (!(*parts)[i].path) continue;
      CheckArgumentPath(&context_, selection, *(*parts)[i].path, false);
    }
  }

  void Remove(const Target& except, Selection* selection) const {
    if (except.kind != TargetKind::kTool) return;
    const auto gone = SelectTools(program_, file_, except, selection->tools);
    std::erase_if(selection->tools, [&](const catalog::Tool* tool) {
      return std::find(gone.begin(), gone.end(), tool) != gone.end();
    });
  }

  void CheckLimit(const ast::LimitDecl& limit) {
    Selection selection = Select(limit.on);
    if (limit.has_on) {
      CheckNames(limit.on);
      if (limit.when) Condition(selection, *limit.when);
    }
    // Which rules charge it is not looked at, so what they select is unknown.
    const bool must_be_there = limit.has_on;
    for (const ast::Key& key : limit.keys) {
      CheckArgumentPath(&context_, selection, key.expr, must_be_there);
    }
    if (limit.cost && !context_.failed(&*limit.cost)) {
      CheckCost(selection, *limit.cost, must_be_there);
    }
  }

  void CheckCost(const Selection& selection, const ast::Expr& cost,
                 bool must_be_there) {
    if (cost.kind == ast::ExprKind::kPath ||
        cost.kind == ast::ExprKind::kDefault) {
      CheckArgumentPath(&context_, selection, cost, must_be_there);
      return;
    }
    for (const ast::Expr& operand : cost.operands) {
      CheckCost(selection, operand, must_be_there);
    }
  }

  Context& context_;
  const Program& program_;
  size_t file_;
  std::vector<const catalog::Tool*> tools_;
  std::unordered_multimap<std::string_view, size_t> by_name_;  // of tools_
  std::vector<std::string> names_;
};

}  // namespace

void CheckAgainstCatalogs(Context* context) {
  for (size_t file = 0; file < context->program().files.size(); ++file) {
    if (!context->program().files[file].ast.header.is_policy) continue;
    PolicyCheck(context, file).Run();
  }
}

}  // namespace polc::sema
