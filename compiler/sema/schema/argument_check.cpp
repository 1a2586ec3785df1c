// Walks a condition with what is known to be there: beside `has P`, in one
// `and`, reading P is no oversight, and neither is it beside `not has P` in one
// `or` (Kleene's operators do not depend on order, so neither does this).
#include "compiler/sema/schema/argument_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "compiler/sema/constants.h"
#include "compiler/sema/schema/lookup.h"

namespace polc::sema {
namespace {

using ast::Expr;
using ast::ExprKind;
using ast::Ref;
using ast::Type;
using diag::Kind;

bool ReadsArguments(const Expr& path) {
  return path.kind == ExprKind::kPath && path.ref == Ref::kRoot &&
         path.text == "args" && !path.steps.empty();
}

std::string PathText(const Expr& path, size_t steps) {
  std::string out = path.text;
  for (size_t i = 0; i < steps; ++i) {
    const ast::Step& step = path.steps[i];
    out +=
        step.index >= 0 ? fmt::format("[{}]", step.index) : "." + step.member;
  }
  return out;
}

// A call that was put in stands for its body.
const Expr& Unwrap(const Expr& expr) {
  const Expr* at = &expr;
  while (at->kind == ExprKind::kCall && at->ref == Ref::kPredicate) {
    at = &at->operands[0];
  }
  return *at;
}

class ArgumentChecker {
 public:
  ArgumentChecker(Context* context, const Selection& selection)
      : context_(*context), selection_(selection) {}

  void Condition(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::kAnd:
      case ExprKind::kOr:
        Junction(expr);
        return;
      case ExprKind::kNot:
        Condition(expr.operands[0]);
        return;
      case ExprKind::kAny:
      case ExprKind::kAll:
        Read(expr.operands[0]);
        CanBeType(expr.operands[0], Type::kList);
        Condition(expr.operands[1]);
        return;
      case ExprKind::kHas:
        Known(expr.operands[0]);
        return;
      case ExprKind::kIs:
        if (expr.text == "null") {
          Known(expr.operands[0]);
        } else if (expr.text == "ip") {
          Value(expr.operands[0]);
        } else {
          Read(expr.operands[0]);
        }
        return;
      case ExprKind::kCall:
        if (expr.ref != Ref::kPredicate) break;
        context_.Enter(
            {expr.range, PredicateOf(expr).range, PredicateOf(expr).text});
        Condition(expr.operands[0]);
        context_.Leave();
        return;
      default:
        break;
    }
    Test(expr);
  }

  void PathAlone(const Expr& path, bool must_be_there) {
    if (must_be_there) {
      Value(path);
    } else {
      Known(path.kind == ExprKind::kDefault ? path.operands[0] : path);
    }
  }

 private:
  using Schemas = std::vector<const catalog::Schema*>;

  const ast::Name& PredicateOf(const Expr& call) const {
    const auto index = static_cast<size_t>(call.symbol);
    return context_.program().predicates[index].decl->name;
  }

  void Junction(const Expr& expr) {
    const size_t before = guarded_.size();
    for (const Expr& operand : expr.operands) {
      const Expr* guard = &Unwrap(operand);
      if (expr.kind == ExprKind::kOr) {
        if (guard->kind != ExprKind::kNot) continue;
        guard = &Unwrap(guard->operands[0]);
      }
      if (guard->kind == ExprKind::kHas)
        guarded_.push_back(&guard->operands[0]);
    }
    for (const Expr& operand : expr.operands) Condition(operand);
    guarded_.resize(before);
  }

  bool IsGuarded(const Expr& path) const {
    return std::any_of(guarded_.begin(), guarded_.end(), [&](const Expr* has) {
      return has->text == path.text && has->ref == path.ref &&
             has->steps.size() >= path.steps.size() &&
             PathText(*has, path.steps.size()) ==
                 PathText(path, path.steps.size());
    });
  }

  void Test(const Expr& expr) {
    if (expr.kind == ExprKind::kPath || expr.kind == ExprKind::kDefault) {
      Value(expr);
      CanBeType(expr, Type::kBool);
      return;
    }
    for (const Expr& operand : expr.operands) Value(operand);
    switch (expr.kind) {
      case ExprKind::kEqual:
      case ExprKind::kNotEqual:
        if (expr.ignoring_case) {
          for (const Expr& operand : expr.operands) {
            CanBeType(operand, Type::kString);
          }
          return;
        }
        CanEqual(expr.operands[0], expr.operands[1]);
        CanEqual(expr.operands[1], expr.operands[0]);
        return;
      case ExprKind::kLess:
      case ExprKind::kLessEqual:
      case ExprKind::kGreater:
      case ExprKind::kGreaterEqual:
        CanOrder(expr);
        return;
      case ExprKind::kIn:
        CanBeIn(expr);
        return;
      case ExprKind::kLike:
      case ExprKind::kMatches:
      case ExprKind::kFinds:
      case ExprKind::kStartsWith:
      case ExprKind::kEndsWith:
      case ExprKind::kContains:
        CanBeType(expr.operands[0], Type::kString);
        return;
      default:
        return;
    }
  }

  void Value(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::kPath:
        Read(expr);
        return;
      case ExprKind::kDefault:
        Known(expr.operands[0]);
        DefaultAgrees(expr);
        return;
      case ExprKind::kCall:
        CanBeType(expr.operands[0],
                  expr.text == "size" ? Type::kList : Type::kString);
        Value(expr.operands[0]);
        return;
      case ExprKind::kSet:
      case ExprKind::kRange:
        return;
      default:
        for (const Expr& operand : expr.operands) Value(operand);
    }
  }

  // What the selected tools say of the path. False if nothing can be said:
  // there are no schemas, or one leaves it open.
  bool Describes(const Expr& path, Schemas* schemas) const {
    if (!ReadsArguments(path) || selection_.others) return false;
    for (const catalog::Tool* tool : selection_.tools) {
      const Argument found = FindArgument(*tool->input, path.steps);
      if (found.free) return false;
      schemas->insert(schemas->end(), found.schemas.begin(),
                      found.schemas.end());
    }
    return !schemas->empty();
  }

  // Reports an argument that no tool has; false if it did.
  bool Known(const Expr& path) {
    if (!ReadsArguments(path) || selection_.tools.empty() ||
        selection_.others) {
      return true;
    }
    size_t step = 0;
    std::vector<std::string> known;
    for (const catalog::Tool* tool : selection_.tools) {
      const Argument found = FindArgument(*tool->input, path.steps);
      if (!found.unknown) return true;
      step = std::max(step, found.unknown_step);
      known.insert(known.end(), found.known.begin(), found.known.end());
    }
    const std::string whose =
        selection_.tools.size() == 1
            ? fmt::format("tool `{}` has no", selection_.tools[0]->name)
            : std::string("none of the tools has an");
    diag::Builder error = context_.Report(
        Kind::kUnknownArgument, path.range,
        fmt::format("{} argument `{}`", whose, PathText(path, step + 1)));
    const auto near = diag::DidYouMean(path.steps[step].member, known);
    if (near) {
      error.Help(
          fmt::format("did you mean `{}.{}`?", PathText(path, step), *near));
      FixStep(path, step, *near, &error);
    }
    return false;
  }

  // Where the path is written as it is named, and the new name is a word.
  void FixStep(const Expr& path, size_t step, const std::string& name,
               diag::Builder* error) {
    const std::string whole = PathText(path, path.steps.size());
    const auto is_letter = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    if (context_.Quote(path.range) != whole ||
        !std::all_of(name.begin(), name.end(), is_letter)) {
      return;
    }
    const size_t rest = PathText(path, step + 1).size();
    error->FixIt(path.range, fmt::format("{}.{}{}", PathText(path, step), name,
                                         whole.substr(rest)));
  }

  void Read(const Expr& path) {
    if (!Known(path) || !ReadsArguments(path) || selection_.others ||
        IsGuarded(path)) {
      return;
    }
    for (const catalog::Tool* tool : selection_.tools) {
      // The first step that may be absent is the one to ask about.
      for (size_t steps = 1; steps <= path.steps.size(); ++steps) {
        const std::vector<ast::Step> prefix(
            path.steps.begin(),
            path.steps.begin() + static_cast<std::ptrdiff_t>(steps));
        const Argument found = FindArgument(*tool->input, prefix);
        if (found.free || found.unknown) break;
        if (!found.optional) continue;
        ReportOptional(path, steps, *tool);
        return;
      }
    }
  }

  void ReportOptional(const Expr& path, size_t steps,
                      const catalog::Tool& tool) {
    context_
        .Report(Kind::kOptionalArgument, path.range,
                fmt::format("`{}` of tool `{}` is optional: without it this is "
                            "an error, and the call is denied",
                            PathText(path, steps), tool.name))
        .Help(fmt::format("say what absence means: `has {0}`, or `{0} ?? ...`",
                          PathText(path, path.steps.size())));
  }

  void DefaultAgrees(const Expr& expr) {
    const Expr& path = expr.operands[0];
    if (!ReadsArguments(path) || selection_.others) return;
    const auto written = ConstantOf(expr.operands[1]);
    if (!written) return;
    for (const catalog::Tool* tool : selection_.tools) {
      const Argument found = FindArgument(*tool->input, path.steps);
      for (const catalog::Schema* schema : found.schemas) {
        if (!schema->default_value) continue;
        catalog::Schema only;
        only.values = {{*schema->default_value}};
        if (CanBe(only, *written)) continue;
        context_.Report(Kind::kDefaultDiffers, expr.range,
                        fmt::format("tool `{}` takes {} when `{}` is absent",
                                    tool->name, Describe({&only}).substr(7),
                                    PathText(path, path.steps.size())));
        return;
      }
    }
  }

  // The path on a side of a test. With a default the value may also be that,
  // which is the policy's word and not the schema's.
  static const Expr* Side(const Expr& side) {
    return side.kind == ExprKind::kPath ? &side : nullptr;
  }

  void CanBeType(const Expr& side, Type type) {
    const Expr* path =
        side.kind == ExprKind::kDefault ? &side.operands[0] : Side(side);
    Schemas schemas;
    if (path == nullptr || !Describes(*path, &schemas)) return;
    const bool can = std::any_of(
        schemas.begin(), schemas.end(),
        [&](const catalog::Schema* schema) { return CanBeOf(*schema, type); });
    if (can) return;
    ReportImpossible(*path, side.range, schemas,
                     type == Type::kString ? "never a string"
                     : type == Type::kBool ? "never a bool"
                     : type == Type::kList ? "never a list"
                                           : "never a number");
  }

  void ReportImpossible(const Expr& path, source::Range range,
                        const Schemas& schemas, const std::string& what) {
    context_.Report(
        Kind::kImpossibleValue, range,
        fmt::format("`{}` is {}, {}", PathText(path, path.steps.size()),
                    Describe(schemas), what));
  }

  bool CanHold(const Schemas& schemas, const Constant& value) const {
    return std::any_of(
        schemas.begin(), schemas.end(),
        [&](const catalog::Schema* schema) { return CanBe(*schema, value); });
  }

  // `args.action == "x"`, and each member of a set written here.
  void CanEqual(const Expr& side, const Expr& literal) {
    const Expr* path = &side;
    if (side.kind == ExprKind::kDefault) {
      path = &side.operands[0];
      const auto fallback = ConstantOf(side.operands[1]);
      const auto value = ConstantOf(literal);
      if (fallback && value && SameValue(*fallback, *value)) return;
    }
    const auto value = ConstantOf(literal);
    Schemas schemas;
    if (!value || !Describes(*path, &schemas) || CanHold(schemas, *value)) {
      return;
    }
    diag::Builder error = context_.Report(
        Kind::kImpossibleValue, literal.range,
        fmt::format("`{}` is {}, never `{}`",
                    PathText(*path, path->steps.size()), Describe(schemas),
                    value->type == Type::kString
                        ? value->text
                        : context_.Quote(literal.range)));
    if (value->type != Type::kString) return;
    const auto near = diag::DidYouMean(value->text, StringValues(schemas));
    if (near) error.Help(fmt::format("did you mean `{}`?", *near));
  }

  static bool SameValue(const Constant& a, const Constant& b) {
    return a.type == b.type && a.boolean == b.boolean && a.number == b.number &&
           a.text == b.text;
  }

  void CanOrder(const Expr& expr) {
    for (size_t i = 0; i < 2; ++i) {
      const Expr* path = Side(expr.operands[i]);
      const auto value = ConstantOf(expr.operands[1 - i]);
      Schemas schemas;
      if (path == nullptr || !value || !Describes(*path, &schemas)) continue;
      const bool below = (expr.kind == ExprKind::kLess ||
                          expr.kind == ExprKind::kLessEqual) == (i == 0);
      Bounds bounds{
          -std::numeric_limits<double>::infinity(),
          std::numeric_limits<double>::infinity(),
          expr.kind == ExprKind::kLess || expr.kind == ExprKind::kGreater};
      (below ? bounds.hi : bounds.lo) = value->number;
      const bool can = std::any_of(schemas.begin(), schemas.end(),
                                   [&](const catalog::Schema* schema) {
                                     return CanBeWithin(*schema, bounds);
                                   });
      if (can) continue;
      ReportImpossible(
          *path, expr.range, schemas,
          fmt::format("so `{}` is never true", context_.Quote(expr.range)));
    }
  }

  void CanBeIn(const Expr& expr) {
    const Expr& left = expr.operands[0];
    const Expr& right = expr.operands[1];
    // Which members the schema has in another case is not looked into.
    if (expr.ignoring_case) CanBeType(left, Type::kString);
    if (right.kind == ExprKind::kSet) {
      if (expr.ignoring_case) return;
      for (const Expr& member : right.operands) CanEqual(left, member);
      return;
    }
    if (right.kind == ExprKind::kRange) {
      CanBeType(left, Type::kNumber);
      return;
    }
    if (right.ref != Ref::kSet) {
      CanBeType(right, Type::kList);
      return;
    }
    if (!expr.ignoring_case) CanBeInNamed(left, right);
  }

  // A named set may serve several tools: it is enough that one member fits.
  void CanBeInNamed(const Expr& left, const Expr& right) {
    const Expr* path = Side(left);
    SetValue storage;
    const SetValue* set = SetOf(context_.program(), right, &storage);
    Schemas schemas;
    if (path == nullptr || set == nullptr || !Describes(*path, &schemas)) {
      return;
    }
    Constant member;
    member.type = Type::kString;
    for (const std::string& text : set->strings) {
      member.text = text;
      if (CanHold(schemas, member)) return;
    }
    member = Constant();
    member.type = Type::kNumber;
    for (const double number : set->numbers) {
      member.number = number;
      if (CanHold(schemas, member)) return;
    }
    if (set->strings.empty() && set->numbers.empty()) return;
    ReportImpossible(
        *path, expr_range(left, right), schemas,
        fmt::format("never a member of `{}`", context_.Quote(right.range)));
  }

  static source::Range expr_range(const Expr& left, const Expr& right) {
    return left.range.file == right.range.file
               ? source::Cover(left.range, right.range)
               : left.range;
  }

  Context& context_;
  const Selection& selection_;
  std::vector<const Expr*> guarded_;
};

}  // namespace

void CheckArguments(Context* context, const Selection& selection,
                    const Expr& condition) {
  ArgumentChecker(context, selection).Condition(condition);
}

void CheckArgumentPath(Context* context, const Selection& selection,
                       const Expr& path, bool must_be_there) {
  ArgumentChecker(context, selection).PathAlone(path, must_be_there);
}

}  // namespace polc::sema
