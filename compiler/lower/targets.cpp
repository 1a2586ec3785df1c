// Targets are tests of the request's names, which a request has or has not:
// no target is ever an error, but for a resource under a directory, whose URI
// may have more than one reading. There a guard errs, so a `deny` cannot be
// walked around by a spelling it does not know.
#include "compiler/sema/targets.h"

#include <fmt/format.h>

#include "compiler/automata/path.h"
#include "compiler/lower/lowering.h"
#include "compiler/support/check.h"

namespace polc::lower {
namespace {

using ast::Target;
using ast::TargetKind;
using ir::CondId;
using ir::Kind;
using ir::LangId;
using ir::LangKind;
using ir::Outcome;
using ir::Outcomes;
using ir::Root;

CondId NameTest(Lowering* l, Root root, LangId language, LangId domain = {}) {
  Outcomes on = ir::AllOutcomes(Outcome::kFalse);
  SetOutcome(&on, Kind::kString, Outcome::kTest);
  ir::Test test;
  test.kind = ir::TestKind::kString;
  test.language = language;
  test.domain = domain;
  return l->b.MakeTest(l->b.MakeField({root, {}}), on, std::move(test));
}

// Every request of a method that the protocol defines.
CondId AnyRequest(Lowering* l) {
  Outcomes on = ir::AllOutcomes(Outcome::kFalse);
  SetOutcome(&on, Kind::kBool, Outcome::kTest);
  ir::Test test;
  test.kind = ir::TestKind::kBool;
  return l->b.MakeTest(l->b.MakeField({Root::kDefined, {}}), on,
                       std::move(test));
}

CondId Exact(Lowering* l, Root root, const std::vector<ast::Name>& names) {
  std::vector<std::string> texts;
  for (const ast::Name& name : names) texts.push_back(name.text);
  return NameTest(l, root, l->b.SetOf(std::move(texts)));
}

CondId Tools(Lowering* l, const std::vector<ast::Name>& patterns) {
  std::vector<std::string> exact;
  std::vector<LangId> any;
  for (const ast::Name& pattern : patterns) {
    if (sema::HasWildcard(pattern.text)) {
      any.push_back(l->b.LangOf(LangKind::kGlob, pattern.text));
    } else {
      exact.push_back(sema::Unescape(pattern.text));
    }
  }
  if (!exact.empty()) any.push_back(l->b.SetOf(std::move(exact)));
  if (any.size() == 1) return NameTest(l, Root::kTool, any[0]);
  return NameTest(l, Root::kTool,
                  l->b.MakeLang({LangKind::kOr, {}, std::move(any), 0, 0}));
}

// `text` as a regex of itself.
std::string Literal(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x80 || (c >= '0' && c <= '9') ||
                       (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == ' ' || c == '_';
    if (!plain) out += '\\';
    out += c;
  }
  return out;
}

// The scheme in any case, and the colon.
std::string AnyCase(const std::string& scheme) {
  std::string out;
  for (const char c : scheme) {
    const bool letter = c >= 'a' && c <= 'z';
    out += letter ? fmt::format("[{}{}]", c, static_cast<char>(c - 'a' + 'A'))
                  : Literal(std::string(1, c));
  }
  return out + ":";
}

// `/` and segments in plain spelling: none empty, `.` or `..`, nothing that a
// server might decode, fold or take for a query.
std::string PlainPath() {
  std::string others;
  for (const automata::CodePointRange& range : automata::PathLookalikes()) {
    others += fmt::format("\\x{{{:X}}}-\\x{{{:X}}}", range.lo, range.hi);
  }
  const std::string any = "[^/\\\\%?#" + others + "]";
  const std::string not_dot = "[^./\\\\%?#" + others + "]";
  return fmt::format("(/({1}{0}*|\\.{1}{0}*|\\.\\.{0}+))*/?", any, not_dot);
}

// An authority that is surely this one or another: no second spelling of a
// host (capitals, a final dot, a port). `file:` has names for no host at all.
std::string PlainAuthority(const sema::ResourceRoot& root) {
  const std::string same = Literal(root.authority);
  if (root.scheme == "file") return same;
  return "(" + same + "|([a-z0-9._-]*[a-z0-9_-])?)";
}

CondId Under(Lowering* l, const ast::Name& name, Strictness strictness) {
  const auto root = sema::ParseResourceRoot(name.text);
  POLC_CHECK(root.has_value(), "a resource root was not checked");
  std::string prefix = Literal(root->scheme + "://" + root->authority);
  for (const std::string& segment : root->directory) {
    prefix += "/" + Literal(segment);
  }
  const LangId inside = l->b.LangOf(LangKind::kMatches, prefix + PlainPath());
  const LangId readable =
      l->b.LangOf(LangKind::kMatches, Literal(root->scheme + "://") +
                                          PlainAuthority(*root) + PlainPath());
  const LangId same_scheme =
      l->b.LangOf(LangKind::kMatches, AnyCase(root->scheme) + "(.|\\n)*");
  const LangId other_scheme =
      l->b.MakeLang({LangKind::kNot, {}, {same_scheme}, 0, 0});
  const LangId domain =
      l->b.MakeLang({LangKind::kOr, {}, {other_scheme, readable}, 0, 0});
  if (strictness == Strictness::kGuard) {
    return NameTest(l, Root::kResource, inside, domain);
  }
  const LangId outside = l->b.MakeLang({LangKind::kNot, {}, {domain}, 0, 0});
  return NameTest(l, Root::kResource,
                  l->b.MakeLang({LangKind::kOr, {}, {inside, outside}, 0, 0}));
}

CondId Class(Lowering* l, size_t file, const ast::Name& name,
             Strictness strictness) {
  const sema::Symbol* symbol =
      l->program.Find(file, sema::SymbolKind::kClass, name.text);
  POLC_CHECK(symbol != nullptr, "a class was not checked");
  auto& known = l->classes[static_cast<size_t>(strictness)];
  const auto found = known.find(symbol->index);
  if (found != known.end()) return found->second;
  const auto& cls = l->program.classes[symbol->index];
  std::vector<CondId> any;
  for (const ast::ClassMember& member : cls.decl->members) {
    const CondId names = LowerTarget(l, cls.file, member.target, strictness);
    any.push_back(strictness == Strictness::kCover
                      ? names
                      : l->b.And({names, LowerCondition(l, member.when)}));
  }
  const CondId out = any.empty() ? l->b.False() : l->b.Or(std::move(any));
  known.emplace(symbol->index, out);
  return out;
}

}  // namespace

CondId LowerTargets(Lowering* lowering, size_t file, const Target& target,
                    const std::optional<Target>& except,
                    Strictness strictness) {
  const CondId on = LowerTarget(lowering, file, target, strictness);
  if (!except) return on;
  const bool exact = except->kind != TargetKind::kClass &&
                     except->kind != TargetKind::kResourceUnder;
  if (strictness == Strictness::kCover && !exact) return on;
  const CondId off = LowerTarget(lowering, file, *except, Strictness::kGuard);
  return lowering->b.And({on, lowering->b.Not(off)});
}

CondId LowerTarget(Lowering* lowering, size_t file, const Target& target,
                   Strictness strictness) {
  Lowering* l = lowering;
  switch (target.kind) {
    case TargetKind::kNone:
      return AnyRequest(l);
    case TargetKind::kClass:
      return Class(l, file, target.names[0], strictness);
    case TargetKind::kTool:
      return Tools(l, target.names);
    case TargetKind::kResource:
      return Exact(l, Root::kResource, target.names);
    case TargetKind::kResourceUnder: {
      std::vector<CondId> any;
      for (const ast::Name& name : target.names) {
        any.push_back(Under(l, name, strictness));
      }
      return l->b.Or(std::move(any));
    }
    case TargetKind::kPrompt:
      return Exact(l, Root::kPrompt, target.names);
    case TargetKind::kMethod:
      return Exact(l, Root::kMethod, target.names);
  }
  POLC_UNREACHABLE("a new kind of target");
}

}  // namespace polc::lower
