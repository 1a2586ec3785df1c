#include "compiler/scan/inspect.h"

#include <fmt/format.h>

#include "compiler/scan/hidden.h"
#include "compiler/scan/names.h"

namespace polc::scan {
namespace {

// Reports what one string hides or says.
class Inspector {
 public:
  Inspector(const Written& written, diag::Diagnostics* diags)
      : written_(written), diags_(diags) {}

  void Walk(const Json& value, const std::string& pointer,
            const std::string& part) {
    if (value.is_string()) Text(value.text, pointer, part);
    for (size_t i = 0; i < value.items.size(); ++i) {
      if (value.is_list()) {
        Walk(value.items[i], fmt::format("{}/{}", pointer, i), part);
        continue;
      }
      const std::string& name = value.names[i];
      const std::string below = pointer + "/" + PointerStep(name);
      Text(name, below, part);
      Walk(value.items[i], below, part);
    }
  }

  void Text(const std::string& text, const std::string& pointer,
            const std::string& part) {
    for (const std::string& what : FindHidden(text)) {
      diags_->Report(diag::Kind::kHiddenText, written_.At(pointer),
                     fmt::format("{} has {}: a model reads what you "
                                 "don't see",
                                 part, what));
    }
    for (const std::string& phrase : FindPhrases(text)) {
      diags_->Report(diag::Kind::kModelInstructions, written_.At(pointer),
                     fmt::format("{} says `{}`: that speaks to the model, "
                                 "not of the tool",
                                 part, phrase));
    }
  }

 private:
  const Written& written_;
  diag::Diagnostics* diags_;
};

void InspectNames(const Offer& offer, const Written& written,
                  diag::Diagnostics* diags) {
  KnownNames known;
  for (size_t i = 0; i < offer.of(Sort::kTool).size(); ++i) {
    const std::string& name = offer.of(Sort::kTool)[i].name;
    const std::string pointer = EntryPointer(Sort::kTool, i) + "/name";
    if (!IsCallable(name)) {
      diags->Report(diag::Kind::kUncallableName, written.At(pointer),
                    fmt::format("the tool `{}` can't be called: a name is 1 to "
                                "128 of `A-Za-z0-9_.-`",
                                Shown(name)));
    }
    if (const auto twin = known.FindLookalike(name, /*is_new=*/false)) {
      diags->Report(diag::Kind::kLookalikeName, written.At(pointer),
                    fmt::format("the tool `{}` could be taken for `{}`: it {}",
                                Shown(name), Shown(twin->other), twin->how));
    }
    known.Add(name);
  }
}

}  // namespace

source::Range Written::At(std::string_view pointer) const {
  const auto at = places.find(std::string(pointer));
  if (at == places.end()) return {};
  return {file, at->second.first, at->second.second};
}

void Inspect(const Offer& offer, const Written& written,
             diag::Diagnostics* diags) {
  Inspector inspector(written, diags);
  for (const Sort sort : kSorts) {
    for (size_t i = 0; i < offer.of(sort).size(); ++i) {
      const Entry& entry = offer.of(sort)[i];
      inspector.Walk(
          entry.definition, EntryPointer(sort, i),
          fmt::format("the {} `{}`", SortName(sort), Shown(entry.name)));
    }
  }
  inspector.Text(offer.instructions, "/_meta/dev.polc~1instructions",
                 "the server's `instructions`");
  inspector.Text(offer.claimed_name, "/_meta/dev.polc~1serverInfo/name",
                 "the server's own name");
  InspectNames(offer, written, diags);
}

}  // namespace polc::scan
