// One walk over each expression with what is in scope: the parameters of the
// predicate, the variable of the enclosing quantifier, the file's sets and
// predicates and those of its imports, and the request's own names.
//
// INVARIANT: after this step a path or call either has its `ref` set or an
// error was reported.
#include "compiler/sema/resolve.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/sema/names.h"

namespace polc::sema {
namespace {

using ast::Expr;
using ast::ExprKind;
using ast::Ref;
using diag::Kind;

// Deeper expressions than a person writes; the walks below are recursive.
constexpr int kMaxDepth = 1000;
// Predicates that call predicates that call predicates...
constexpr int kMaxChain = 100;

class Resolver {
 public:
  Resolver(Context* context, size_t file,
           const std::vector<ast::Name>* parameters)
      : context_(*context),
        program_(context->program()),
        file_(file),
        parameters_(parameters) {}

  void Walk(Expr* expr) {
    if (++depth_ > kMaxDepth) {
      if (depth_ == kMaxDepth + 1) {
        context_.Report(Kind::kTooDeep, expr->range,
                        "this expression is nested too deep");
      }
    } else {
      Visit(expr);
    }
    --depth_;
  }

 private:
  void Visit(Expr* expr) {
    switch (expr->kind) {
      case ExprKind::kPath:
        ResolvePath(expr);
        return;
      case ExprKind::kCall:
        ResolveCall(expr);
        return;
      case ExprKind::kAny:
      case ExprKind::kAll:
        ResolveQuantifier(expr);
        return;
      case ExprKind::kOnly:
        Walk(&expr->operands[0]);
        return;
      default:
        for (Expr& operand : expr->operands) Walk(&operand);
    }
  }

  void ResolvePath(Expr* path) {
    if (FindLocal(path)) return;
    if (IsRoot(path->text)) {
      path->ref = Ref::kRoot;
      return;
    }
    if (FindSet(path)) return;
    ReportUnknown(*path);
  }

  bool FindLocal(Expr* path) {
    for (size_t i = 0; parameters_ != nullptr && i < parameters_->size(); ++i) {
      if ((*parameters_)[i].text != path->text) continue;
      path->ref = Ref::kParameter;
      path->symbol = static_cast<int32_t>(i);
      return true;
    }
    if (variable_ != nullptr && *variable_ == path->text) {
      path->ref = Ref::kVariable;
      return true;
    }
    return false;
  }

  bool FindSet(Expr* path) {
    const Symbol* symbol = program_.Find(file_, SymbolKind::kSet, path->text);
    size_t used = 0;
    if (symbol == nullptr && !path->steps.empty() && path->steps[0].index < 0) {
      symbol = program_.Find(file_, SymbolKind::kSet,
                             path->text + "." + path->steps[0].member);
      used = 1;
    }
    if (symbol == nullptr) return false;
    if (path->steps.size() > used) {
      context_.Report(
          Kind::kTypeMismatch, path->range,
          fmt::format("`{}` is a set and has no members to read", path->text));
    }
    path->ref = Ref::kSet;
    path->symbol = static_cast<int32_t>(symbol->index);
    return true;
  }

  void ReportUnknown(const Expr& path) {
    source::Range root = path.range;
    root.end = std::min(root.end,
                        root.begin + static_cast<uint32_t>(path.text.size()));
    const auto module = program_.modules[file_].find(path.text);
    if (module != program_.modules[file_].end() && !path.steps.empty()) {
      if (module->second == kUnresolved) return;
      ReportNotInModule(path);
      return;
    }
    if (program_.Find(file_, SymbolKind::kPredicate, path.text) != nullptr) {
      context_.Report(
          Kind::kTypeMismatch, path.range,
          fmt::format("the predicate `{}` needs its arguments", path.text));
      return;
    }
    diag::Builder error =
        context_.Report(Kind::kUnknownName, root,
                        fmt::format("there is nothing called `{}`", path.text));
    if (path.text == "grant" || path.text == "subject" ||
        path.text == "roles" || path.text == "claims") {
      error.Help(fmt::format("did you mean `caller.{}`?", path.text));
      return;
    }
    if (const auto near = diag::DidYouMean(path.text, Candidates())) {
      error.Help(fmt::format("did you mean `{}`?", *near)).FixIt(root, *near);
    }
  }

  void ReportNotInModule(const Expr& path) {
    std::string name = path.text;
    if (path.steps[0].index < 0) name += "." + path.steps[0].member;
    context_.Suggest(
        context_.Report(Kind::kUnknownName, path.range,
                        fmt::format("the module `{}` declares no set `{}`",
                                    path.text, path.steps[0].member)),
        name, VisibleNames(program_, file_, SymbolKind::kSet));
  }

  std::vector<std::string> Candidates() const {
    std::vector<std::string> out =
        VisibleNames(program_, file_, SymbolKind::kSet);
    for (const std::string_view root :
         {"args", "caller", "server", "session", "now"}) {
      out.emplace_back(root);
    }
    if (parameters_ != nullptr) {
      for (const ast::Name& name : *parameters_) out.push_back(name.text);
    }
    if (variable_ != nullptr) out.push_back(*variable_);
    return out;
  }

  void ResolveCall(Expr* call) {
    if (IsFunction(call->text)) {
      ResolveFunction(call);
      return;
    }
    for (Expr& operand : call->operands) Walk(&operand);
    const Symbol* symbol =
        program_.Find(file_, SymbolKind::kPredicate, call->text);
    if (symbol == nullptr) {
      ReportUnknownCall(*call);
      return;
    }
    call->ref = Ref::kPredicate;
    call->symbol = static_cast<int32_t>(symbol->index);
    const ast::Predicate& predicate = *program_.predicates[symbol->index].decl;
    const size_t wanted = predicate.parameters.size();
    if (wanted == call->operands.size()) return;
    context_
        .Report(
            Kind::kWrongArguments, call->range,
            fmt::format("`{}` takes {} argument{}, not {}", call->text, wanted,
                        wanted == 1 ? "" : "s", call->operands.size()))
        .Note(predicate.name.range, "the predicate is declared here");
  }

  void ReportUnknownCall(const Expr& call) {
    const size_t dot = call.text.find('.');
    if (dot != std::string::npos) {
      const auto module =
          program_.modules[file_].find(call.text.substr(0, dot));
      if (module != program_.modules[file_].end() &&
          module->second == kUnresolved) {
        return;
      }
    }
    std::vector<std::string> candidates =
        VisibleNames(program_, file_, SymbolKind::kPredicate);
    for (const std::string_view function :
         {"path", "url", "ip", "length", "size"}) {
      candidates.emplace_back(function);
    }
    context_.Suggest(
        context_.Report(
            Kind::kUnknownName, call.range,
            fmt::format("there is no predicate or function `{}`", call.text)),
        call.text, candidates);
  }

  void ResolveFunction(Expr* call) {
    call->ref = Ref::kFunction;
    if (call->text == "marked") return ResolveMarked(call);
    if (call->text == "time") {
      context_.Unsupported(Construct::kTimes, call->range);
      return;
    }
    for (Expr& operand : call->operands) Walk(&operand);
    if (call->operands.size() == 1) return;
    context_.Report(Kind::kWrongArguments, call->range,
                    fmt::format("`{}` takes 1 argument, not {}", call->text,
                                call->operands.size()));
  }

  // The mark's name is no value: it is looked up among the marks, and neither a
  // variable nor a parameter hides it.
  void ResolveMarked(Expr* call) {
    call->ref = Ref::kMark;
    const bool one = call->operands.size() == 1;
    const Expr* path = one ? &call->operands[0] : nullptr;
    const bool is_name = one && path->kind == ExprKind::kPath &&
                         (path->steps.empty() || (path->steps.size() == 1 &&
                                                  path->steps[0].index < 0));
    if (!is_name) {
      context_.Report(Kind::kWrongArguments, call->range,
                      "`marked` takes the name of a mark");
      return;
    }
    ast::Name name{path->text, path->range};
    if (!path->steps.empty()) name.text += "." + path->steps[0].member;
    const Symbol* mark =
        Require(&context_, file_, SymbolKind::kMark, std::move(name));
    if (mark == nullptr) return;
    call->symbol = static_cast<int32_t>(mark->index);
  }

  void ResolveQuantifier(Expr* quantifier) {
    Walk(&quantifier->operands[0]);
    if (variable_ != nullptr) {
      context_.Report(Kind::kTypeMismatch, quantifier->range,
                      "`any` and `all` can't stand inside each other");
      return;
    }
    if (IsRoot(quantifier->text) || IsParameter(quantifier->text)) {
      context_.Report(Kind::kDuplicateName, quantifier->range,
                      fmt::format("the variable `{}` hides another name",
                                  quantifier->text));
    }
    variable_ = &quantifier->text;
    Walk(&quantifier->operands[1]);
    variable_ = nullptr;
  }

  bool IsParameter(const std::string& name) const {
    return parameters_ != nullptr &&
           std::any_of(parameters_->begin(), parameters_->end(),
                       [&](const ast::Name& p) { return p.text == name; });
  }

  Context& context_;
  Program& program_;
  size_t file_;
  const std::vector<ast::Name>* parameters_;
  const std::string* variable_ = nullptr;
  int depth_ = 0;
};

void ResolveKeys(Context* context, size_t file, std::vector<ast::Key>* keys) {
  for (ast::Key& key : *keys) {
    // The one-word keys (`grant`, `tool`) are not names of conditions.
    if (!key.expr.steps.empty() || IsRoot(key.expr.text)) {
      Resolver(context, file, nullptr).Walk(&key.expr);
    }
  }
}

void ResolveDecl(Context* context, size_t file, ast::Decl* decl) {
  const auto walk = [&](ast::Expr* expr) {
    Resolver(context, file, nullptr).Walk(expr);
  };
  const auto walk_if = [&](std::optional<ast::Expr>* expr) {
    if (*expr) walk(&**expr);
  };
  if (auto* set = std::get_if<ast::SetDecl>(&decl->node)) {
    if (!set->from_file) walk(&set->value);
  } else if (auto* predicate = std::get_if<ast::Predicate>(&decl->node)) {
    Resolver(context, file, &predicate->parameters).Walk(&predicate->body);
  } else if (auto* cls = std::get_if<ast::ClassDecl>(&decl->node)) {
    for (ast::ClassMember& member : cls->members) walk_if(&member.when);
  } else if (auto* limit = std::get_if<ast::LimitDecl>(&decl->node)) {
    ResolveKeys(context, file, &limit->keys);
    walk_if(&limit->cost);
    walk_if(&limit->when);
  } else if (auto* mark = std::get_if<ast::MarkDecl>(&decl->node)) {
    if (!mark->key.expr.steps.empty()) walk(&mark->key.expr);
    walk_if(&mark->when);
  } else if (auto* rule = std::get_if<ast::Rule>(&decl->node)) {
    walk_if(&rule->when);
    for (ast::Expr& path : rule->redact) walk(&path);
  } else if (auto* claim = std::get_if<ast::Assert>(&decl->node)) {
    ResolveKeys(context, file, &claim->keys);
    walk_if(&claim->when);
    walk_if(&claim->after_when);
  }
}

// The predicates that `expr` calls.
void CollectCalls(const Expr& expr, std::vector<const Expr*>* calls) {
  if (expr.kind == ExprKind::kCall && expr.ref == Ref::kPredicate) {
    calls->push_back(&expr);
  }
  for (const Expr& operand : expr.operands) CollectCalls(operand, calls);
}

// Depth-first over who calls whom; bounded by kMaxChain, so a long chain is
// an error and not a deep recursion here or in Expand.
class RecursionCheck {
 public:
  explicit RecursionCheck(Context* context)
      : context_(*context), state_(context->program().predicates.size()) {}

  void Run() {
    for (size_t i = 0; i < state_.size(); ++i) Visit(i);
  }

 private:
  enum class State : uint8_t { kNew, kOpen, kDone };

  // The longest chain of calls below `index`.
  int Visit(size_t index) {
    if (state_[index].state == State::kDone) return state_[index].height;
    state_[index].state = State::kOpen;
    ++open_;
    const auto& predicate = context_.program().predicates[index];
    std::vector<const Expr*> calls;
    CollectCalls(predicate.decl->body, &calls);
    int height = 0;
    for (const Expr* call : calls) {
      const auto callee = static_cast<size_t>(call->symbol);
      if (state_[callee].state == State::kOpen) {
        context_.Report(
            Kind::kRecursivePredicate, call->range,
            fmt::format("the predicate `{}` is defined by itself",
                        context_.program().predicates[callee].decl->name.text));
        continue;
      }
      if (open_ > kMaxChain) {
        height = kMaxChain;
        break;
      }
      height = std::max(height, 1 + Visit(callee));
    }
    if (height >= kMaxChain && !reported_) {
      reported_ = true;
      context_.Report(Kind::kTooDeep, predicate.decl->name.range,
                      "predicates call each other too deep");
    }
    --open_;
    state_[index] = {State::kDone, height};
    return height;
  }

  struct Entry {
    State state = State::kNew;
    int height = 0;
  };
  Context& context_;
  std::vector<Entry> state_;
  int open_ = 0;
  bool reported_ = false;
};

}  // namespace

void ResolveExpressions(Context* context) {
  Program& program = context->program();
  for (size_t file = 0; file < program.files.size(); ++file) {
    for (ast::Decl& decl : program.files[file].ast.decls) {
      ResolveDecl(context, file, &decl);
    }
  }
  RecursionCheck(context).Run();
}

}  // namespace polc::sema
