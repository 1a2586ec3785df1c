// A target never looks at arguments, so its names can be checked against what
// names can be at all: a pattern with a letter that no tool's name may have
// matches nothing, which is always a mistake.
#include "compiler/sema/targets.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/automata/reference.h"
#include "compiler/sema/names.h"
#include "compiler/sema/patterns.h"

namespace polc::sema {

using ast::Target;
using ast::TargetKind;
using diag::Kind;

namespace {

constexpr size_t kMaxToolName = 128;

bool IsToolLetter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

bool CheckToolPattern(Context* context, const ast::Name& name) {
  if (!CheckGlobText(context, name)) return false;
  const bool letters =
      std::all_of(name.text.begin(), name.text.end(), [](char c) {
        return IsToolLetter(c) || c == '*' || c == '?' || c == '\\';
      });
  if (!letters) {
    context->Report(Kind::kToolNameCharset, name.range,
                    fmt::format("no tool can be called `{}`: names are made "
                                "of A-Z, a-z, 0-9, `_`, `.` and `-`",
                                name.text));
    return false;
  }
  const bool fits =
      !name.text.empty() &&
      (HasWildcard(name.text) || Unescape(name.text).size() <= kMaxToolName);
  if (!fits) {
    context->Report(Kind::kToolNameCharset, name.range,
                    "a tool's name has 1 to 128 characters");
  }
  return fits;
}

bool CheckResourceRoot(Context* context, const ast::Name& name) {
  if (ParseResourceRoot(name.text)) return true;
  context
      ->Report(
          Kind::kInvalidTarget, name.range,
          fmt::format("`{}` is no URI that resources can be under", name.text))
      .Help("write a scheme and an absolute path, like `file:///srv`");
  return false;
}

bool CheckExactName(Context* context, const ast::Name& name) {
  if (!name.text.empty()) return true;
  context->Report(Kind::kInvalidTarget, name.range, "this name is empty");
  return false;
}

// Depth-first over which class holds which.
class ClassCycles {
 public:
  explicit ClassCycles(Context* context)
      : context_(*context), height_(context->program().classes.size(), kNew) {}

  void Run() {
    for (size_t i = 0; i < height_.size(); ++i) Visit(i);
  }

 private:
  static constexpr int kNew = -1;
  static constexpr int kOpen = -2;
  static constexpr int kMaxHeight = 100;

  int Visit(size_t index) {
    if (height_[index] != kNew) return std::max(height_[index], 0);
    height_[index] = kOpen;
    ++open_;
    const auto& cls = context_.program().classes[index];
    int height = 0;
    for (const ast::ClassMember& member : cls.decl->members) {
      if (member.target.kind != TargetKind::kClass) continue;
      const Symbol* symbol = context_.program().Find(
          cls.file, SymbolKind::kClass, member.target.names[0].text);
      if (symbol == nullptr) continue;
      if (height_[symbol->index] == kOpen) {
        context_.Report(Kind::kRecursivePredicate, member.target.range,
                        fmt::format("the class `{}` holds itself",
                                    member.target.names[0].text));
      } else if (open_ > kMaxHeight) {
        height = kMaxHeight;
        break;
      } else {
        height = std::max(height, 1 + Visit(symbol->index));
      }
    }
    if (height >= kMaxHeight && !reported_) {
      reported_ = true;
      context_.Report(Kind::kTooDeep, cls.decl->name.range,
                      "classes hold each other too deep");
    }
    --open_;
    return height_[index] = height;
  }

  Context& context_;
  std::vector<int> height_;
  int open_ = 0;
  bool reported_ = false;
};

bool Selects(const Program& program, size_t file, const Target& target,
             const std::string& tool) {
  switch (target.kind) {
    case TargetKind::kNone:
      return true;
    case TargetKind::kTool:
      return std::any_of(
          target.names.begin(), target.names.end(),
          [&](const ast::Name& name) { return MatchesName(name.text, tool); });
    case TargetKind::kClass: {
      const Symbol* symbol =
          program.Find(file, SymbolKind::kClass, target.names[0].text);
      if (symbol == nullptr) return false;
      const auto& cls = program.classes[symbol->index];
      return std::any_of(cls.decl->members.begin(), cls.decl->members.end(),
                         [&](const ast::ClassMember& member) {
                           return Selects(program, cls.file, member.target,
                                          tool);
                         });
    }
    default:
      return false;
  }
}

}  // namespace

bool MatchesName(std::string_view pattern, std::string_view name) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '*' || c == '?' || c == '\\') {
      return automata::GlobMatches(pattern, name);
    }
    if (i == name.size() || name[i] != c) return false;
  }
  return pattern.size() == name.size();
}

bool HasWildcard(std::string_view pattern) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern[i] == '*' || pattern[i] == '?') {
      return true;
    }
  }
  return false;
}

std::string Unescape(std::string_view pattern) {
  std::string out;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    out += pattern[i];
  }
  return out;
}

std::optional<ResourceRoot> ParseResourceRoot(std::string_view uri) {
  const size_t colon = uri.find("://");
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  ResourceRoot out;
  out.scheme = uri.substr(0, colon);
  const auto in_scheme = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '.' || c == '-';
  };
  const bool letter = out.scheme[0] >= 'a' && out.scheme[0] <= 'z';
  if (!letter ||
      !std::all_of(out.scheme.begin(), out.scheme.end(), in_scheme)) {
    return std::nullopt;
  }
  const std::string_view rest = uri.substr(colon + 3);
  if (rest.find_first_of("\\%?#") != std::string_view::npos) {
    return std::nullopt;
  }
  const size_t slash = std::min(rest.find('/'), rest.size());
  out.authority = rest.substr(0, slash);
  if (slash == rest.size()) return out;
  const auto directory = automata::ParsePath(rest.substr(slash));
  if (!directory) return std::nullopt;
  out.directory = *directory;
  return out;
}

bool CheckTarget(Context* context, size_t file, const Target& target) {
  bool ok = true;
  switch (target.kind) {
    case TargetKind::kNone:
      return true;
    case TargetKind::kClass:
      return Require(context, file, SymbolKind::kClass, target.names[0]) !=
             nullptr;
    case TargetKind::kTool:
      for (const ast::Name& name : target.names) {
        ok = CheckToolPattern(context, name) && ok;
      }
      return ok;
    case TargetKind::kResourceUnder:
      for (const ast::Name& name : target.names) {
        ok = CheckResourceRoot(context, name) && ok;
      }
      return ok;
    case TargetKind::kResource:
    case TargetKind::kPrompt:
    case TargetKind::kMethod:
      for (const ast::Name& name : target.names) {
        ok = CheckExactName(context, name) && ok;
      }
      return ok;
  }
  return ok;
}

void CheckClassCycles(Context* context) { ClassCycles(context).Run(); }

std::vector<const catalog::Tool*> SelectTools(
    const Program& program, size_t file, const Target& target,
    const std::vector<const catalog::Tool*>& tools) {
  std::vector<const catalog::Tool*> out;
  for (const catalog::Tool* tool : tools) {
    if (Selects(program, file, target, tool->name)) out.push_back(tool);
  }
  return out;
}

}  // namespace polc::sema
