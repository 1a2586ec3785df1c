#include "verifier/properties/bypass/spellings.h"

#include <algorithm>

namespace polc::verifier {
namespace {

// An instant in 2026, the same for all sequences.
constexpr int64_t kInstant = 1'780'272'000;

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char Upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// "read-File" and "read_file" are one name to people.
std::string Folded(const std::string& name) {
  std::string out;
  for (const char c : name) {
    if (IsLetter(c) || (c >= '0' && c <= '9')) out += Upper(c);
  }
  return out;
}

// A text that it is written with, or a part of it, has `what` in it.
template <typename Speaks>
bool HasText(const ir::Module& module, ir::LangId id, std::string_view what,
             Speaks speaks) {
  const ir::Lang& lang = module.lang(id);
  return std::any_of(lang.texts.begin(), lang.texts.end(),
                     [&](const std::string& text) {
                       return text.find(what) != std::string::npos;
                     }) ||
         std::any_of(lang.operands.begin(), lang.operands.end(),
                     [&](ir::LangId part) { return speaks(module, part); });
}

}  // namespace

bool IsText(const ir::Field& field) {
  if (field.root == ir::Root::kResource) return field.steps.empty();
  return field.root == ir::Root::kArgs && !field.steps.empty() &&
         std::all_of(field.steps.begin(), field.steps.end(),
                     [](const ir::Step& step) { return step.index < 0; });
}

std::string* TextAt(const ir::Field& field, eval::Request* request) {
  if (field.root == ir::Root::kResource) {
    return request->resource ? &*request->resource : nullptr;
  }
  eval::Value* at = &request->args;
  for (const ir::Step& step : field.steps) {
    if (step.index >= 0 || at->kind != ir::Kind::kObject) return nullptr;
    const auto it = std::find(at->names.begin(), at->names.end(), step.member);
    if (it == at->names.end()) return nullptr;
    at = &at->items[static_cast<size_t>(it - at->names.begin())];
  }
  return at->kind == ir::Kind::kString ? &at->text : nullptr;
}

bool SpeaksOfPaths(const ir::Module& module, ir::LangId id) {
  const ir::Lang& lang = module.lang(id);
  switch (lang.kind) {
    case ir::LangKind::kPath:
    case ir::LangKind::kPathUnder:
    case ir::LangKind::kPathSegment:
      return true;
    default:
      return HasText(module, id, "/", SpeaksOfPaths);
  }
}

bool SpeaksOfUrls(const ir::Module& module, ir::LangId id) {
  const ir::Lang& lang = module.lang(id);
  const bool url =
      lang.kind >= ir::LangKind::kUrl && lang.kind <= ir::LangKind::kUrlPort;
  return url || HasText(module, id, "://", SpeaksOfUrls);
}

bool SearchesLetters(const ir::Module& module, ir::LangId id) {
  const ir::Lang& lang = module.lang(id);
  const bool searches =
      lang.kind == ir::LangKind::kContains || lang.kind == ir::LangKind::kFinds;
  if (searches) return !lang.fold;
  return std::any_of(
      lang.operands.begin(), lang.operands.end(),
      [&](ir::LangId part) { return SearchesLetters(module, part); });
}

OtherNames::OtherNames(const Run& run) {
  for (const ir::Schema& schema : run.module().schemas) {
    for (const ir::ToolSchema& tool : schema.tools) {
      alike_[Folded(tool.tool)].insert(tool.tool);
    }
  }
  for (const ToolClaim& claim : run.tools()) {
    if (claim.alias_of.empty()) continue;
    aliases_[claim.alias_of].insert(claim.tool);
    aliases_[claim.tool].insert(claim.alias_of);
  }
}

std::set<std::string> OtherNames::Of(const std::string& tool) const {
  std::set<std::string> names;
  const auto add = [&](const auto& all, const std::string& key) {
    const auto it = all.find(key);
    if (it != all.end()) names.insert(it->second.begin(), it->second.end());
  };
  add(alike_, Folded(tool));
  add(aliases_, tool);
  names.erase(tool);
  return names;
}

std::vector<const Slice*> OtherSlices(const Run& run, const OtherNames& others,
                                      const Slice& slice) {
  std::vector<const Slice*> out;
  if (slice.target != Slice::Target::kTool || !slice.tool) return out;
  const std::set<std::string> names = others.Of(*slice.tool);
  for (const Slice& other : run.slices()) {
    if (other.target == slice.target && other.server == slice.server &&
        other.other_servers == slice.other_servers && other.tool &&
        names.contains(*other.tool)) {
      out.push_back(&other);
    }
  }
  return out;
}

std::vector<std::vector<size_t>> SlicesOfSpellings(const Run& run) {
  std::map<std::string, std::vector<size_t>> alike;
  std::map<std::string, std::set<std::string>> aliases;
  for (size_t i = 0; i < run.slices().size(); ++i) {
    const Slice& slice = run.slices()[i];
    if (slice.target != Slice::Target::kTool) continue;
    alike[slice.tool ? Folded(*slice.tool) : ""].push_back(i);
  }
  for (const ToolClaim& claim : run.tools()) {
    if (claim.alias_of.empty()) continue;
    aliases[Folded(claim.tool)].insert(Folded(claim.alias_of));
    aliases[Folded(claim.alias_of)].insert(Folded(claim.tool));
  }
  std::vector<std::vector<size_t>> out(run.slices().size());
  for (const auto& [name, slices] : alike) {
    std::set<size_t> others(slices.begin(), slices.end());
    for (const std::string& alias : aliases[name]) {
      const auto it = alike.find(alias);
      if (it != alike.end())
        others.insert(it->second.begin(), it->second.end());
    }
    if (others.size() == 1 && aliases[name].empty()) continue;
    // A catalog's name may be none that has a slice.
    others.insert(alike[""].begin(), alike[""].end());
    for (const size_t slice : slices) {
      out[slice] = {others.begin(), others.end()};
    }
  }
  return out;
}

std::optional<std::vector<eval::Request>> Sequence(Run* run,
                                                   const eval::Request& first,
                                                   const eval::Request& second,
                                                   const Shows& shows) {
  for (const bool as_first : {true, false}) {
    eval::Request a = first;
    eval::Request b = second;
    (as_first ? b : a).caller = as_first ? first.caller : second.caller;
    (as_first ? b : a).session = as_first ? first.session : second.session;
    a.now = b.now = kInstant;
    a.marks.clear();
    b.marks.clear();
    const auto before = run->Decide(a);
    if (!before || before->decision.effect == ir::Effect::kDeny) continue;
    eval::Request later = b;
    for (const ir::MarkId mark : before->decision.marks) {
      later.marks.push_back(run->module().mark(mark).name);
    }
    const auto after = run->Decide(later);
    if (!after || after->decision.effect != ir::Effect::kAllow) continue;
    if (shows(*before, *after)) return std::vector<eval::Request>{a, b};
  }
  return std::nullopt;
}

}  // namespace polc::verifier
