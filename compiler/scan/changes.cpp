#include "compiler/scan/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "compiler/catalog/catalog.h"
#include "compiler/scan/names.h"
#include "compiler/scan/widened.h"
#include "compiler/support/json_string.h"

namespace polc::scan {
namespace {

using diag::Kind;

constexpr std::string_view kMeta = "_meta";
constexpr size_t kShownBytes = 100;

// Hints about harm: what they mean when a server does not give them
// (specification, "ToolAnnotations"), and the value that claims less harm.
struct Hint {
  std::string_view name;
  bool if_absent;
  bool harmless;
  const char* gained;  // said when it claims less harm than before
};
constexpr std::array kHints = {
    Hint{"readOnlyHint", false, true, "claims now to change nothing"},
    Hint{"destructiveHint", true, false, "claims now to destroy nothing"},
    Hint{"idempotentHint", false, true, "claims now to be repeatable"},
    Hint{"openWorldHint", true, false, "claims now to reach nothing outside"},
};

std::string Short(const Json* value) {
  if (value == nullptr) return "nothing";
  std::string text = Canonical(*value);
  if (text.size() <= kShownBytes) return "`" + text + "`";
  size_t cut = kShownBytes;
  while ((static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  return "`" + text.substr(0, cut) + "...`";
}

// Member by member, down to what is no object: ".inputSchema.required".
void Differences(const std::string& path, const Json* before, const Json* after,
                 std::vector<std::string>* out) {
  if (before != nullptr && after != nullptr && *before == *after) return;
  if (before == nullptr || after == nullptr || !before->is_object() ||
      !after->is_object()) {
    out->push_back(
        fmt::format("`{}` was {}, is {}", path, Short(before), Short(after)));
    return;
  }
  struct Pair {
    const Json* before = nullptr;
    const Json* after = nullptr;
  };
  std::map<std::string, Pair> members;
  for (size_t i = 0; i < before->names.size(); ++i) {
    members[before->names[i]].before = &before->items[i];
  }
  for (size_t i = 0; i < after->names.size(); ++i) {
    members[after->names[i]].after = &after->items[i];
  }
  for (const auto& [name, pair] : members) {
    const std::string below =
        path.empty() ? Shown(name) : path + "." + Shown(name);
    Differences(below, pair.before, pair.after, out);
  }
}

bool HintOf(const Json& tool, const Hint& hint) {
  const Json* annotations = tool.Find("annotations");
  const Json* value =
      annotations != nullptr ? annotations->Find(hint.name) : nullptr;
  return value != nullptr && value->kind == Json::Kind::kBool ? value->boolean
                                                              : hint.if_absent;
}

class Reporter {
 public:
  Reporter(const Change& change, const RulesOf& rules_of,
           diag::Diagnostics* diags)
      : change_(change), rules_of_(rules_of), diags_(diags) {
    for (const Entry& e : change.before.of(Sort::kTool)) known_.Add(e.name);
  }

  size_t Run() {
    Server();
    ReadSchemas();
    for (const Sort sort : kSorts) Entries(sort);
    return changes_;
  }

 private:
  void Server() {
    const Offer& a = change_.before;
    const Offer& b = change_.after;
    Claim("name", a.claimed_name, b.claimed_name, diag::Severity::kWarning,
          "/_meta/dev.polc~1serverInfo/name");
    Claim("version", a.claimed_version, b.claimed_version,
          diag::Severity::kNote, "/_meta/dev.polc~1serverInfo/version");
    Claim("protocol revision", a.revision, b.revision, diag::Severity::kNote,
          "/_meta/dev.polc~1protocolVersion");
    Claim("`instructions`", a.instructions, b.instructions,
          diag::Severity::kWarning, "/_meta/dev.polc~1instructions");
  }

  void Claim(const char* what, const std::string& before,
             const std::string& after, diag::Severity severity,
             const char* pointer) {
    // A catalog that polc did not write does not have them.
    if (before == after || change_.before.revision.empty()) return;
    const Json old_value = Json::String(before);
    const Json new_value = Json::String(after);
    diags_
        ->Report(Kind::kDefinitionChanged, change_.new_catalog.At(pointer),
                 fmt::format("the server's {} was {}, is {}", what,
                             Short(&old_value), Short(&new_value)))
        .At(severity);
  }

  // Schemas as policies see them, on both sides.
  void ReadSchemas() {
    source::Files files;
    diag::Diagnostics unread;  // said by `polc check` of the catalog itself
    const auto read = [&](const Offer& offer) {
      const source::FileId file =
          files.Add("", CatalogText(offer, /*places=*/nullptr));
      return catalog::ReadCatalog(files, file, {}, &unread);
    };
    before_ = read(change_.before);
    after_ = read(change_.after);
  }

  void Entries(Sort sort) {
    const std::vector<Entry>& old_entries = change_.before.of(sort);
    const std::vector<Entry>& new_entries = change_.after.of(sort);
    size_t i = 0;
    size_t j = 0;
    while (i < old_entries.size() || j < new_entries.size()) {
      if (j == new_entries.size() ||
          (i < old_entries.size() &&
           old_entries[i].name < new_entries[j].name)) {
        Removed(sort, i++);
      } else if (i == old_entries.size() ||
                 new_entries[j].name < old_entries[i].name) {
        Added(sort, j++);
      } else {
        Kept(sort, old_entries[i++], new_entries[j], j);
        ++j;
      }
    }
  }

  void NoteRules(Sort sort, const std::string& name, diag::Builder* builder) {
    if (!rules_of_ || sort != Sort::kTool) return;
    const std::vector<std::string> rules = rules_of_(name);
    if (rules.empty()) {
      builder->Note(
          {}, fmt::format("no rule covers `{}`: the default decides", name));
      return;
    }
    std::string text;
    for (const std::string& rule : rules) {
      text += (text.empty() ? "`" : ", `") + rule + "`";
    }
    builder->Note({}, fmt::format("it concerns {}", text));
  }

  void Removed(Sort sort, size_t index) {
    ++changes_;
    const Entry& entry = change_.before.of(sort)[index];
    diag::Builder builder = diags_->Report(
        Kind::kOfferRemoved,
        change_.old_catalog.At(EntryPointer(sort, index) + "/name"),
        fmt::format("the server offers the {} `{}` no more", SortName(sort),
                    Shown(entry.name)));
    NoteRules(sort, entry.name, &builder);
  }

  void Added(Sort sort, size_t index) {
    ++changes_;
    const std::string& name = change_.after.of(sort)[index].name;
    const source::Range at =
        change_.new_catalog.At(EntryPointer(sort, index) + "/name");
    diag::Builder builder =
        diags_->Report(Kind::kOfferAdded, at,
                       fmt::format("the server offers the {} `{}` since then",
                                   SortName(sort), Shown(name)));
    NoteRules(sort, name, &builder);
    if (sort != Sort::kTool) return;
    if (const auto twin = known_.FindLookalike(name, /*is_new=*/true)) {
      diags_->Report(Kind::kLookalikeName, at,
                     fmt::format("the new tool `{}` could be taken for `{}`: "
                                 "it {}",
                                 Shown(name), Shown(twin->other), twin->how));
    }
  }

  void Kept(Sort sort, const Entry& before, const Entry& after, size_t index) {
    if (before.sha256 == after.sha256) return;
    ++changes_;
    const std::string pointer = EntryPointer(sort, index);
    diag::Builder builder = diags_->Report(
        Kind::kDefinitionChanged, change_.new_catalog.At(pointer + "/name"),
        fmt::format("the {} `{}` is defined otherwise than before",
                    SortName(sort), Shown(after.name)));
    std::vector<std::string> differences;
    Json old_definition = before.definition;
    Json new_definition = after.definition;
    old_definition.Remove(kMeta);
    new_definition.Remove(kMeta);
    Differences("", &old_definition, &new_definition, &differences);
    for (const std::string& one : differences) builder.Note({}, one);
    NoteRules(sort, after.name, &builder);
    if (sort != Sort::kTool) return;
    Annotations(before, after, pointer);
    Schema(after.name, pointer);
  }

  void Annotations(const Entry& before, const Entry& after,
                   const std::string& pointer) {
    for (const Hint& hint : kHints) {
      const bool had = HintOf(before.definition, hint);
      const bool has = HintOf(after.definition, hint);
      if (had == has || has != hint.harmless) continue;
      const source::Range at = change_.new_catalog.At(
          fmt::format("{}/annotations/{}", pointer, hint.name));
      diags_->Report(
          Kind::kWeakerAnnotation,
          at.valid() ? at : change_.new_catalog.At(pointer + "/name"),
          fmt::format("the tool `{}` {}: `{}` was {}", Shown(after.name),
                      hint.gained, hint.name, had));
    }
  }

  void Schema(const std::string& name, const std::string& pointer) {
    if (!before_ || !after_) return;
    const catalog::Tool* before = before_->Find(name);
    const catalog::Tool* after = after_->Find(name);
    if (before == nullptr || after == nullptr) return;
    const source::Range at = change_.new_catalog.At(pointer + "/inputSchema");
    for (const Widening& one : FindWidenings(*before->input, *after->input)) {
      diags_->Report(Kind::kWidenedSchema,
                     at.valid() ? FirstLine(at) : source::Range{},
                     fmt::format("the tool `{}` accepts more than before: "
                                 "`{}` {}",
                                 Shown(name), Shown(one.path), one.what));
    }
  }

  // A caret under a whole schema helps nobody.
  static source::Range FirstLine(source::Range range) {
    range.end = range.begin + 1;
    return range;
  }

  const Change& change_;
  const RulesOf& rules_of_;
  diag::Diagnostics* diags_;
  KnownNames known_;  // tools of before
  std::optional<catalog::Catalog> before_, after_;
  size_t changes_ = 0;
};

}  // namespace

size_t ReportChanges(const Change& change, const RulesOf& rules_of,
                     diag::Diagnostics* diags) {
  return Reporter(change, rules_of, diags).Run();
}

}  // namespace polc::scan
