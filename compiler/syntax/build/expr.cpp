// Expressions. `and` and `or` stay flat; arithmetic, set algebra, `not` and
// members nest to the left. Every node knows its height, because brackets
// (bounded by the scan) times chains (bounded by nothing else) could still
// make a tree too deep for the recursion of later stages.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "PolParser.h"
#include "antlr4-runtime.h"
#include "compiler/support/limits.h"
#include "compiler/syntax/build/cast.h"
#include "compiler/syntax/build/literals.h"
#include "compiler/syntax/build/parts.h"

namespace polc::syntax {
namespace {

using antlr4::Token;
using ast::Expr;
using ast::ExprKind;
using diag::Kind;
using grammar::PolParser;

// A level of brackets holds a few levels of operators.
constexpr size_t kMaxHeight = 8 * kLimits.nesting;

struct Built {
  Expr expr;
  size_t height = 1;
};

class ExprBuilder {
 public:
  explicit ExprBuilder(const Context& context) : context_(context) {}

  Built Condition(PolParser::ExprContext* tree) {
    if (tree->alternatives.size() == 1) {
      return Conjunction(tree->alternatives.front());
    }
    Built out = Node(ExprKind::kOr, RangeOf(context_, tree));
    out.expr.operands.reserve(tree->alternatives.size());
    for (auto* each : tree->alternatives) Add(&out, Conjunction(each));
    return out;
  }

  Built Sum(PolParser::SumContext* tree) {
    Built out = Product(tree->terms.front());
    for (size_t i = 1; i < tree->terms.size(); ++i) {
      const ExprKind kind = tree->ops[i - 1]->getType() == PolParser::PLUS
                                ? ExprKind::kAdd
                                : ExprKind::kSubtract;
      out = Binary(kind, std::move(out), Product(tree->terms[i]));
    }
    return out;
  }

  Built Path(PolParser::PathExprContext* tree) {
    Built out = Node(ExprKind::kPath, RangeOf(context_, tree));
    out.expr.text = TextOf(tree->root);
    out.expr.steps.reserve(tree->steps.size());
    for (auto* step : tree->steps) out.expr.steps.push_back(Step(step));
    return out;
  }

  Built SetValue(PolParser::SetExprContext* tree) {
    Built out = SetTerm(tree->terms.front());
    for (size_t i = 1; i < tree->terms.size(); ++i) {
      const Token* op = tree->ops[i - 1];
      if (op->getType() != tree->ops.front()->getType()) {
        context_
            .Report(Kind::kSyntaxError, RangeOf(context_, op),
                    fmt::format(
                        "`{}` beside `{}` without parentheses",
                        context_.text(RangeOf(context_, op)),
                        context_.text(RangeOf(context_, tree->ops.front()))))
            .Help("put parentheses around what belongs together");
        return out;
      }
      out = Binary(SetKind(op), std::move(out), SetTerm(tree->terms[i]));
    }
    return out;
  }

  Built Number(const Token* sign, const Token* number) {
    const source::Range digits = RangeOf(context_, number);
    Built out = Node(ExprKind::kNumber, digits);
    out.expr.text = context_.text(digits);
    out.expr.number = DecodeNumber(context_, digits);
    if (sign != nullptr) Negate(sign, &out.expr);
    return out;
  }

 private:
  // ---- nodes ----

  static Built Node(ExprKind kind, source::Range range) {
    Built out;
    out.expr.kind = kind;
    out.expr.range = range;
    return out;
  }

  void Add(Built* parent, Built child) {
    parent->height = std::max(parent->height, child.height + 1);
    if (parent->height > kMaxHeight) {
      if (!too_deep_) {
        context_.Report(
            Kind::kTooDeep, child.expr.range,
            fmt::format("operators nested more than {} deep", kMaxHeight));
      }
      // The tree is not used; what hangs here would only make it deeper.
      too_deep_ = true;
      parent->height = 1;
      parent->expr.operands.clear();
      return;
    }
    parent->expr.operands.push_back(std::move(child.expr));
  }

  Built Unary(ExprKind kind, source::Range range, Built operand) {
    Built out = Node(kind, range);
    Add(&out, std::move(operand));
    return out;
  }

  Built Binary(ExprKind kind, Built left, Built right) {
    Built out = Node(kind, source::Cover(left.expr.range, right.expr.range));
    out.expr.operands.reserve(2);
    Add(&out, std::move(left));
    Add(&out, std::move(right));
    return out;
  }

  std::string TextOf(const Tree* tree) {
    return std::string(context_.text(RangeOf(context_, tree)));
  }

  // The sign of a literal belongs to it.
  void Negate(const Token* sign, Expr* number) {
    number->text.insert(0, 1, '-');
    number->number = -number->number;
    number->range = source::Cover(RangeOf(context_, sign), number->range);
  }

  // ---- logic ----

  Built Conjunction(PolParser::ConjunctionContext* tree) {
    if (tree->terms.size() == 1) return Negation(tree->terms.front());
    Built out = Node(ExprKind::kAnd, RangeOf(context_, tree));
    out.expr.operands.reserve(tree->terms.size());
    for (auto* each : tree->terms) Add(&out, Negation(each));
    return out;
  }

  Built Negation(PolParser::NegationContext* tree) {
    Built out = Test(tree->body);
    for (auto it = tree->nots.rbegin(); it != tree->nots.rend(); ++it) {
      const source::Range range =
          source::Cover(RangeOf(context_, *it), out.expr.range);
      out = Unary(ExprKind::kNot, range, std::move(out));
    }
    return out;
  }

  Built Test(PolParser::TestContext* tree) {
    if (auto* plain = TryCast<PolParser::PlainTestContext>(tree)) {
      Built left = Sum(plain->left);
      if (plain->tail == nullptr) return left;
      return Tail(plain->tail, std::move(left));
    }
    const source::Range range = RangeOf(context_, tree);
    if (auto* has = TryCast<PolParser::HasTestContext>(tree)) {
      return Unary(ExprKind::kHas, range, Path(has->subject));
    }
    auto* each = Cast<PolParser::QuantifiedTestContext>(tree);
    Built out =
        Node(each->quantifier->getType() == PolParser::K_ANY ? ExprKind::kAny
                                                             : ExprKind::kAll,
             range);
    out.expr.text = TextOf(each->variable);
    Add(&out, Path(each->over));
    Add(&out, Condition(each->body));
    return out;
  }

  // ---- tests ----

  Built Tail(PolParser::TestTailContext* tree, Built left) {
    const source::Range range =
        source::Cover(left.expr.range, RangeOf(context_, tree));
    Built out = OneTail(tree, std::move(left));
    out.expr.range = range;
    return out;
  }

  Built OneTail(PolParser::TestTailContext* tree, Built left) {
    if (auto* equal = TryCast<PolParser::EqualTailContext>(tree)) {
      return Folded(equal->fold, Binary(KindOf(equal->op), std::move(left),
                                        Sum(equal->right)));
    }
    if (auto* order = TryCast<PolParser::OrderTailContext>(tree)) {
      return Binary(KindOf(order->op), std::move(left), Sum(order->right));
    }
    if (auto* member = TryCast<PolParser::MemberTailContext>(tree)) {
      return MemberTail(member, std::move(left));
    }
    if (auto* affix = TryCast<PolParser::AffixTailContext>(tree)) {
      return Folded(affix->fold, Binary(KindOf(affix->op), std::move(left),
                                        Sum(affix->right)));
    }
    if (auto* contains = TryCast<PolParser::ContainsTailContext>(tree)) {
      return Folded(contains->fold, Binary(ExprKind::kContains, std::move(left),
                                           Sum(contains->right)));
    }
    if (auto* under = TryCast<PolParser::UnderTailContext>(tree)) {
      Built right = Sum(under->right);
      if (under->segment != nullptr) {
        right = Binary(ExprKind::kJoin, std::move(right), Path(under->segment));
      }
      return Binary(ExprKind::kUnder, std::move(left), std::move(right));
    }
    if (auto* is = TryCast<PolParser::IsTailContext>(tree)) {
      Built out = Unary(ExprKind::kIs, left.expr.range, std::move(left));
      out.expr.text = context_.text(RangeOf(context_, is->type));
      return out;
    }
    return OnlyTail(Cast<PolParser::OnlyTailContext>(tree), std::move(left));
  }

  Built MemberTail(PolParser::MemberTailContext* tree, Built left) {
    const ExprKind kind = KindOf(tree->op);
    const std::string_view word = context_.text(RangeOf(context_, tree->op));
    Built right =
        tree->choices != nullptr ? SetLiteral(tree->choices) : Sum(tree->right);
    if (tree->choices != nullptr && kind != ExprKind::kIn &&
        kind != ExprKind::kLike) {
      context_.Report(Kind::kSyntaxError, right.expr.range,
                      fmt::format("`{}` takes one string, not a set", word));
    }
    if (tree->end != nullptr) {
      right = Binary(ExprKind::kRange, std::move(right), Sum(tree->end));
      if (kind != ExprKind::kIn) {
        context_.Report(Kind::kSyntaxError, right.expr.range,
                        fmt::format("a range after `{}`", word));
      }
    }
    Built out = Binary(kind, std::move(left), std::move(right));
    out.expr.negated = tree->negated != nullptr;
    return Folded(tree->fold, std::move(out));
  }

  Built OnlyTail(PolParser::OnlyTailContext* tree, Built left) {
    Built members = Node(ExprKind::kSet, RangeOf(context_, tree));
    for (auto* member : tree->members) {
      ast::Name name = ReadNameOrString(context_, member);
      Built literal = Node(ExprKind::kString, name.range);
      literal.expr.text = std::move(name.text);
      Add(&members, std::move(literal));
    }
    return Binary(ExprKind::kOnly, std::move(left), std::move(members));
  }

  static Built Folded(PolParser::IgnoringCaseContext* fold, Built test) {
    test.expr.ignoring_case = fold != nullptr;
    return test;
  }

  static ExprKind KindOf(const Token* op) {
    switch (op->getType()) {
      case PolParser::EQUAL:
        return ExprKind::kEqual;
      case PolParser::NOT_EQUAL:
        return ExprKind::kNotEqual;
      case PolParser::LESS:
        return ExprKind::kLess;
      case PolParser::LESS_EQUAL:
        return ExprKind::kLessEqual;
      case PolParser::GREATER:
        return ExprKind::kGreater;
      case PolParser::GREATER_EQUAL:
        return ExprKind::kGreaterEqual;
      case PolParser::K_IN:
        return ExprKind::kIn;
      case PolParser::K_LIKE:
        return ExprKind::kLike;
      case PolParser::K_MATCHES:
        return ExprKind::kMatches;
      case PolParser::K_FINDS:
        return ExprKind::kFinds;
      case PolParser::K_STARTS:
        return ExprKind::kStartsWith;
      case PolParser::K_ENDS:
        return ExprKind::kEndsWith;
      default:
        POLC_UNREACHABLE("operator");
    }
  }

  // ---- values ----

  Built Product(PolParser::ProductContext* tree) {
    Built out = Signed(tree->factors.front());
    for (size_t i = 1; i < tree->factors.size(); ++i) {
      out =
          Binary(ExprKind::kMultiply, std::move(out), Signed(tree->factors[i]));
    }
    return out;
  }

  Built Signed(PolParser::SignedTermContext* tree) {
    Built out = Postfix(tree->value);
    bool literal =
        out.expr.kind == ExprKind::kNumber &&
        out.expr.range == RangeOf(context_, tree->value->base) &&
        TryCast<PolParser::LiteralPrimaryContext>(tree->value->base) != nullptr;
    for (auto it = tree->signs.rbegin(); it != tree->signs.rend(); ++it) {
      if (std::exchange(literal, false)) {
        Negate(*it, &out.expr);
        continue;
      }
      const source::Range range =
          source::Cover(RangeOf(context_, *it), out.expr.range);
      out = Unary(ExprKind::kNegate, range, std::move(out));
    }
    return out;
  }

  Built Postfix(PolParser::PostfixContext* tree) {
    Built out = Primary(tree->base);
    if (tree->fallback == nullptr) return out;
    if (out.expr.kind != ExprKind::kPath) {
      context_.Report(Kind::kSyntaxError, out.expr.range,
                      "`??` takes a path on its left side");
    }
    return Binary(ExprKind::kDefault, std::move(out), Literal(tree->fallback));
  }

  Built Primary(PolParser::PrimaryContext* tree) {
    if (auto* path = TryCast<PolParser::PathPrimaryContext>(tree)) {
      if (path->call == nullptr) return Path(path->path);
      return Members(path->members, Call(path));
    }
    if (auto* literal = TryCast<PolParser::LiteralPrimaryContext>(tree)) {
      auto* value = literal->value;
      if (value->text != nullptr) return String(value->text);
      if (value->number != nullptr) return Number(nullptr, value->number);
      return Truth(value->truth);
    }
    if (auto* group = TryCast<PolParser::GroupPrimaryContext>(tree)) {
      Built inner = Condition(group->inner);
      if (!group->members.empty()) {
        return Members(group->members, std::move(inner));
      }
      inner.expr.range = RangeOf(context_, tree);
      return inner;
    }
    return Now(Cast<PolParser::NowPrimaryContext>(tree));
  }

  Built Call(PolParser::PathPrimaryContext* tree) {
    Built path = Path(tree->path);
    const auto& steps = path.expr.steps;
    if (steps.size() > 1 || (steps.size() == 1 && steps[0].member.empty())) {
      context_.Report(Kind::kSyntaxError, path.expr.range,
                      "only a predicate or a function can be called");
    }
    Built out =
        Node(ExprKind::kCall,
             source::Cover(path.expr.range, RangeOf(context_, tree->call)));
    out.expr.text = std::move(path.expr.text);
    if (!steps.empty()) out.expr.text += "." + steps[0].member;
    for (auto* each : tree->call->arguments) Add(&out, Condition(each));
    return out;
  }

  Built Members(const std::vector<PolParser::MemberAccessContext*>& members,
                Built out) {
    for (auto* member : members) {
      const source::Range range =
          source::Cover(out.expr.range, RangeOf(context_, member));
      out = Unary(ExprKind::kMember, range, std::move(out));
      out.expr.text = TextOf(member->id);
    }
    return out;
  }

  Built Now(PolParser::NowPrimaryContext* tree) {
    Built out = Node(ExprKind::kPath, RangeOf(context_, tree->now));
    out.expr.text = "now";
    if (tree->zone != nullptr) {
      out = Binary(ExprKind::kInZone, std::move(out), String(tree->zone));
      return Members(tree->members, std::move(out));
    }
    for (auto* member : tree->members) {
      const source::Range range = RangeOf(context_, member);
      out.expr.steps.push_back({TextOf(member->id), -1, range});
      out.expr.range = source::Cover(out.expr.range, range);
    }
    return out;
  }

  ast::Step Step(PolParser::StepContext* tree) {
    ast::Step out;
    out.range = RangeOf(context_, tree);
    if (tree->id != nullptr) {
      out.member = TextOf(tree->id);
    } else if (tree->key != nullptr) {
      out.member = ReadString(context_, tree->key).text;
    } else {
      constexpr int64_t kMaxIndex = 1'000'000;
      out.index = DecodeInteger(context_, RangeOf(context_, tree->index), 0,
                                kMaxIndex, "an index");
    }
    return out;
  }

  // ---- literals and sets ----

  Built String(PolParser::StringContext* tree) {
    ast::Name value = ReadString(context_, tree);
    Built out = Node(ExprKind::kString, value.range);
    out.expr.text = std::move(value.text);
    return out;
  }

  Built Truth(const Token* word) {
    Built out = Node(ExprKind::kBool, RangeOf(context_, word));
    out.expr.number = word->getType() == PolParser::K_TRUE ? 1 : 0;
    out.expr.text = context_.text(out.expr.range);
    return out;
  }

  Built Literal(PolParser::LiteralContext* tree) {
    if (tree->text != nullptr) return String(tree->text);
    if (tree->truth != nullptr) return Truth(tree->truth);
    return Number(tree->sign, tree->number);
  }

  Built SetLiteral(PolParser::SetLiteralContext* tree) {
    Built out = Node(ExprKind::kSet, RangeOf(context_, tree));
    out.expr.operands.reserve(tree->members.size());
    for (auto* member : tree->members) Add(&out, SetMember(member));
    return out;
  }

  Built SetMember(PolParser::SetMemberContext* tree) {
    if (tree->value != nullptr) return Literal(tree->value);
    Built out = Node(ExprKind::kPath, RangeOf(context_, tree));
    out.expr.text = TextOf(tree->id);
    return out;
  }

  Built SetTerm(PolParser::SetTermContext* tree) {
    if (tree->set != nullptr) return SetLiteral(tree->set);
    if (tree->inner != nullptr) {
      Built inner = SetValue(tree->inner);
      inner.expr.range = RangeOf(context_, tree);
      return inner;
    }
    Built out = Node(ExprKind::kPath, RangeOf(context_, tree));
    out.expr.text = TextOf(tree->id->root);
    for (auto* member : tree->id->members) {
      out.expr.steps.push_back({TextOf(member), -1, RangeOf(context_, member)});
    }
    return out;
  }

  static ExprKind SetKind(const Token* op) {
    switch (op->getType()) {
      case PolParser::PIPE:
        return ExprKind::kUnion;
      case PolParser::AMP:
        return ExprKind::kIntersection;
      default:
        return ExprKind::kSetDifference;
    }
  }

  const Context& context_;
  bool too_deep_ = false;
};

}  // namespace

Expr ReadCondition(const Context& context, Tree* tree) {
  return ExprBuilder(context)
      .Condition(Cast<PolParser::ExprContext>(tree))
      .expr;
}

Expr ReadValue(const Context& context, Tree* tree) {
  return ExprBuilder(context).Sum(Cast<PolParser::SumContext>(tree)).expr;
}

Expr ReadPath(const Context& context, Tree* tree) {
  return ExprBuilder(context).Path(Cast<PolParser::PathExprContext>(tree)).expr;
}

Expr ReadSignedNumber(const Context& context, Tree* tree) {
  auto* number = Cast<PolParser::SignedNumberContext>(tree);
  return ExprBuilder(context).Number(number->sign, number->number).expr;
}

Expr ReadSetValue(const Context& context, Tree* tree) {
  return ExprBuilder(context)
      .SetValue(Cast<PolParser::SetExprContext>(tree))
      .expr;
}

}  // namespace polc::syntax
