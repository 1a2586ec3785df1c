// A few lines of a parser for the few forms a path has: the text is a string
// literal's value, so the real parser has long passed by.
#include "compiler/sema/reason.h"

#include "compiler/sema/names.h"

namespace polc::sema {
namespace {

using ast::Expr;

bool IsNameByte(char c, bool first) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
         (!first && c >= '0' && c <= '9');
}

class ReasonReader {
 public:
  ReasonReader(const ast::Name& reason, ReasonError* error)
      : text_(reason.text), range_(reason.range), error_(*error) {}

  std::optional<std::vector<ReasonPart>> Read() {
    std::vector<ReasonPart> parts;
    std::string literal;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool brace = c == '{' || c == '}';
      if (!brace || (at_ + 1 < text_.size() && text_[at_ + 1] == c)) {
        literal += c;
        at_ += brace ? 2 : 1;
        continue;
      }
      if (c == '}') return Fail("this `}` closes nothing; write `}}`");
      if (!literal.empty()) parts.push_back({std::move(literal), {}});
      literal.clear();
      ++at_;
      std::optional<Expr> path = Path();
      if (!path) return std::nullopt;
      parts.push_back({"", std::move(path)});
    }
    if (!literal.empty()) parts.push_back({std::move(literal), {}});
    return parts;
  }

 private:
  std::nullopt_t Fail(std::string message) {
    error_ = {std::move(message), at_};
    return std::nullopt;
  }

  std::string Name() {
    const size_t begin = at_;
    while (at_ < text_.size() && IsNameByte(text_[at_], at_ == begin)) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::optional<Expr> Path() {
    Expr path;
    path.kind = ast::ExprKind::kPath;
    path.range = range_;
    path.text = Name();
    if (!IsRoot(path.text)) {
      return Fail(
          "between braces stands a path of the request, like "
          "`{args.path}`; write `{{` for a brace");
    }
    path.ref = ast::Ref::kRoot;
    while (!Take('}')) {
      ast::Step step;
      step.range = range_;
      if (Take('.')) {
        step.member = Name();
        if (step.member.empty()) return Fail("a name must follow the dot");
      } else if (!Take('[') || !Bracket(&step)) {
        return Fail("this path does not end in `}`");
      }
      path.steps.push_back(std::move(step));
    }
    return path;
  }

  // `3]` or `"odd key"]`, without escapes.
  bool Bracket(ast::Step* step) {
    if (Take('"')) {
      const size_t end = text_.find('"', at_);
      if (end == std::string_view::npos) return false;
      step->member = std::string(text_.substr(at_, end - at_));
      at_ = end + 1;
      return Take(']');
    }
    constexpr int64_t kMaxIndex = 1'000'000;
    int64_t index = -1;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      index = (index < 0 ? 0 : index * 10) + (text_[at_++] - '0');
      if (index > kMaxIndex) return false;
    }
    step->index = index;
    return index >= 0 && Take(']');
  }

  std::string_view text_;
  source::Range range_;
  ReasonError& error_;
  size_t at_ = 0;
};

}  // namespace

std::optional<std::vector<ReasonPart>> ParseReason(const ast::Name& reason,
                                                   ReasonError* error) {
  return ReasonReader(reason, error).Read();
}

}  // namespace polc::sema
