// Sets are constants: literals, files of one member a line, and `|`, `&`, `-`
// of other sets, computed once before anything reads them.
#include "compiler/sema/set_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "compiler/sema/constants.h"
#include "compiler/support/limits.h"
#include "compiler/support/utf8.h"

namespace polc::sema {
namespace {

using ast::Expr;
using ast::ExprKind;
using diag::Kind;

constexpr int kMaxSetDepth = 500;

template <typename T>
std::vector<T> Combine(ExprKind op, const std::vector<T>& a,
                       const std::vector<T>& b) {
  std::vector<T> out;
  if (op == ExprKind::kUnion) {
    std::set_union(a.begin(), a.end(), b.begin(), b.end(),
                   std::back_inserter(out));
  } else if (op == ExprKind::kIntersection) {
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(),
                          std::back_inserter(out));
  } else {
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(),
                        std::back_inserter(out));
  }
  return out;
}

class SetComputer {
 public:
  explicit SetComputer(Context* context)
      : context_(*context),
        program_(context->program()),
        state_(program_.sets.size(), State::kNew) {}

  void Run() {
    program_.set_values.resize(program_.sets.size());
    for (size_t i = 0; i < program_.sets.size(); ++i) Compute(i, 0);
  }

 private:
  enum class State : uint8_t { kNew, kOpen, kDone };

  void Compute(size_t index, int depth) {
    if (state_[index] == State::kDone) return;
    const auto& set = program_.sets[index];
    if (state_[index] == State::kOpen) {
      context_.Report(Kind::kRecursivePredicate, set.decl->name.range,
                      fmt::format("the set `{}` is defined by itself",
                                  set.decl->name.text));
      return;
    }
    state_[index] = State::kOpen;
    SetValue value = set.decl->from_file ? ReadFile(index)
                                         : Evaluate(set.decl->value, depth);
    if (value.strings.size() + value.numbers.size() > kLimits.set_members) {
      context_.Report(Kind::kTooLarge, set.decl->name.range,
                      fmt::format("the set `{}` has more than {} members",
                                  set.decl->name.text, kLimits.set_members));
      value = SetValue();
    }
    program_.set_values[index] = std::move(value);
    state_[index] = State::kDone;
  }

  SetValue Evaluate(const Expr& expr, int depth) {
    if (depth > kMaxSetDepth) {
      context_.Report(Kind::kTooDeep, expr.range,
                      "sets build on each other too deep");
      return SetValue();
    }
    switch (expr.kind) {
      case ExprKind::kSet: {
        SetValue storage;
        if (!CheckSetLiteral(&context_, expr)) return SetValue();
        if (SetOf(program_, expr, &storage) == nullptr) return SetValue();
        return storage;
      }
      case ExprKind::kPath:
        return Named(expr, depth);
      case ExprKind::kUnion:
      case ExprKind::kIntersection:
      case ExprKind::kSetDifference:
        return Operator(expr, depth);
      default:
        context_.Report(Kind::kNotConstant, expr.range,
                        "a set is made of constants and other sets");
        return SetValue();
    }
  }

  SetValue Named(const Expr& expr, int depth) {
    if (expr.ref == ast::Ref::kSet) {
      const auto index = static_cast<size_t>(expr.symbol);
      Compute(index, depth + 1);
      return program_.set_values[index];
    }
    if (expr.ref != ast::Ref::kNone) {
      context_.Report(
          Kind::kNotConstant, expr.range,
          fmt::format("`{}` is no set", context_.Quote(expr.range)));
    }
    return SetValue();
  }

  SetValue Operator(const Expr& expr, int depth) {
    const SetValue a = Evaluate(expr.operands[0], depth + 1);
    const SetValue b = Evaluate(expr.operands[1], depth + 1);
    using Of = SetValue::Of;
    if (a.of != b.of && a.of != Of::kAnything && b.of != Of::kAnything) {
      context_.Report(Kind::kMixedSet, expr.range,
                      "one side has strings and the other numbers");
      return SetValue();
    }
    return {a.of == Of::kAnything ? b.of : a.of,
            Combine(expr.kind, a.strings, b.strings),
            Combine(expr.kind, a.numbers, b.numbers)};
  }

  // One string a line; empty lines and the line ends of other systems do not
  // count.
  SetValue ReadFile(size_t index) {
    const auto& set = program_.sets[index];
    const source::FileId id = FileOf(index);
    SetValue out;
    out.of = SetValue::Of::kStrings;
    if (!id.valid()) return out;
    const std::string& text = context_.files().file(id).text;
    if (FindInvalidUtf8(text) != std::string_view::npos) {
      context_.Report(
          Kind::kInvalidUtf8, set.decl->from_file->range,
          fmt::format("`{}` is not valid UTF-8", set.decl->from_file->text));
      return out;
    }
    size_t begin = 0;
    while (begin < text.size()) {
      size_t end = text.find('\n', begin);
      if (end == std::string::npos) end = text.size();
      size_t stop = end;
      if (stop > begin && text[stop - 1] == '\r') --stop;
      if (stop > begin) out.strings.push_back(text.substr(begin, stop - begin));
      begin = end + 1;
    }
    Normalize(&out);
    return out;
  }

  source::FileId FileOf(size_t index) const {
    const auto& set = program_.sets[index];
    const LoadedFile& file = program_.files[set.file];
    size_t position = 0;
    for (const ast::Decl& decl : file.ast.decls) {
      const auto* other = std::get_if<ast::SetDecl>(&decl.node);
      if (other == nullptr || !other->from_file) continue;
      if (other == set.decl) break;
      ++position;
    }
    return position < file.set_files.size() ? file.set_files[position]
                                            : source::FileId();
  }

  Context& context_;
  Program& program_;
  std::vector<State> state_;
};

}  // namespace

bool CheckNumber(Context* context, const Expr& number) {
  if (IsExact(number)) return true;
  context->Report(Kind::kInvalidNumber, number.range,
                  fmt::format("`{}` has more digits than a JSON number can "
                              "tell apart",
                              number.text));
  return false;
}

bool CheckSetLiteral(Context* context, const Expr& set) {
  bool ok = true;
  const Expr* first = nullptr;
  ast::Type first_type = ast::Type::kUnresolved;
  for (const Expr& member : set.operands) {
    const auto value = ConstantOf(member);
    if (!value || value->type == ast::Type::kBool) {
      context->Report(Kind::kNotConstant, member.range,
                      "a set holds strings or numbers");
      ok = false;
      continue;
    }
    if (member.kind == ExprKind::kNumber) {
      ok = CheckNumber(context, member) && ok;
    }
    if (first == nullptr) {
      first = &member;
      first_type = value->type;
    } else if (value->type != first_type) {
      context
          ->Report(Kind::kMixedSet, member.range,
                   "this set holds both strings and numbers")
          .Note(first->range, "its first member is of the other type");
      return false;
    }
  }
  return ok;
}

void ComputeSets(Context* context) { SetComputer(context).Run(); }

}  // namespace polc::sema
