#include "verifier/properties/bypass/spellings.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/support/json_string.h"
#include "verifier/properties/rules/guards.h"

namespace polc::verifier {
namespace {

constexpr size_t kMostTests = 8;
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

std::string OtherCase(std::string text) {
  for (char& c : text) {
    const bool lower = c >= 'a' && c <= 'z';
    if (IsLetter(c)) c = lower ? Upper(c) : static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::vector<std::string> PathSpellings(const std::string& text) {
  return {"/" + text, "/." + text, "/a/.." + text};
}

std::vector<std::string> UrlSpellings(const std::string& text) {
  const size_t host = text.find("://") + 3;
  const size_t end = std::min(text.find_first_of("/?#:", host), text.size());
  std::string upper = text;
  std::transform(upper.begin(),
                 upper.begin() + static_cast<std::ptrdiff_t>(end),
                 upper.begin(), Upper);
  if (end == host) return {upper};
  return {upper, text.substr(0, end) + "." + text.substr(end)};
}

// The text that a path of members leads to; null if it is none.
std::string* TextAt(const ir::Field& field, eval::Request* request) {
  if (field.root == ir::Root::kResource) {
    return request->resource ? &*request->resource : nullptr;
  }
  if (field.root != ir::Root::kArgs || field.steps.empty()) return nullptr;
  eval::Value* at = &request->args;
  for (const ir::Step& step : field.steps) {
    if (step.index >= 0 || at->kind != ir::Kind::kObject) return nullptr;
    const auto it = std::find(at->names.begin(), at->names.end(), step.member);
    if (it == at->names.end()) return nullptr;
    at = &at->items[static_cast<size_t>(it - at->names.begin())];
  }
  return at->kind == ir::Kind::kString ? &at->text : nullptr;
}

// Whether the test looks for something in a text, letter by letter.
bool SearchesLetters(const ir::Module& module, ir::LangId id) {
  const ir::Lang& lang = module.lang(id);
  const bool searches =
      lang.kind == ir::LangKind::kContains || lang.kind == ir::LangKind::kFinds;
  if (searches) return !lang.fold;
  return std::any_of(
      lang.operands.begin(), lang.operands.end(),
      [&](ir::LangId part) { return SearchesLetters(module, part); });
}

// In the order in which they are written.
void Leaves(const ir::Module& module, ir::CondId id,
            std::vector<ir::CondId>* out) {
  const ir::Cond& cond = module.cond(id);
  if (cond.kind == ir::CondKind::kTest &&
      std::find(out->begin(), out->end(), id) == out->end()) {
    out->push_back(id);
  }
  if (cond.kind == ir::CondKind::kAll) return;
  for (const ir::CondId operand : cond.operands) Leaves(module, operand, out);
}

class Speller {
 public:
  Speller(const ir::Module& module, const OtherNames& names,
          const eval::Request& request)
      : module_(module), names_(names), request_(request) {}

  std::vector<Spelling> Spell(ir::CondId cond) {
    SpellTool();
    std::vector<ir::CondId> leaves;
    Leaves(module_, cond, &leaves);
    for (const ir::CondId leaf : leaves) SpellValue(module_.cond(leaf));
    return std::move(out_);
  }

 private:
  void SpellTool() {
    if (!request_.tool) return;
    for (const std::string& name : names_.Of(*request_.tool)) {
      eval::Request other = request_;
      other.tool = name;
      out_.push_back({std::move(other), fmt::format("the tool as `{}`", name)});
    }
  }

  void SpellValue(const ir::Cond& test) {
    if (test.test.kind != ir::TestKind::kString) return;
    const ir::Field& field = module_.field(test.field);
    eval::Request other = request_;
    std::string* text = TextAt(field, &other);
    if (text == nullptr) return;
    const std::string original = *text;
    std::vector<std::string> spelled;
    if (original.starts_with("/")) spelled = PathSpellings(original);
    if (original.find("://") != std::string::npos) {
      spelled = UrlSpellings(original);
    }
    if (SearchesLetters(module_, test.test.language)) {
      spelled.push_back(OtherCase(original));
    }
    for (const std::string& each : spelled) {
      if (each == original) continue;
      *text = each;
      out_.push_back({other, fmt::format("`{}` as {}", ir::FieldName(field),
                                         JsonString(each))});
    }
  }

  const ir::Module& module_;
  const OtherNames& names_;
  const eval::Request& request_;
  std::vector<Spelling> out_;
};

}  // namespace

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

std::vector<Spelling> SpellingsOf(const ir::Module& module,
                                  const OtherNames& names, ir::CondId cond,
                                  const eval::Request& request) {
  return Speller(module, names, request).Spell(cond);
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

std::vector<ir::CondId> TextTests(const ir::Module& module, SliceModel* model,
                                  ir::CondId cond) {
  std::vector<ir::CondId> out;
  VisitLeaves(module, model, cond, [&](ir::CondId part, bool) {
    const ir::Cond& leaf = module.cond(part);
    if (leaf.kind != ir::CondKind::kTest ||
        leaf.test.kind != ir::TestKind::kString || out.size() == kMostTests) {
      return;
    }
    const ir::Root root = module.field(leaf.field).root;
    if (root == ir::Root::kArgs || root == ir::Root::kResource) {
      out.push_back(part);
    }
  });
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
