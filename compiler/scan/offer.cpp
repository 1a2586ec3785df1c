#include "compiler/scan/offer.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/scan/names.h"
#include "compiler/support/sha256.h"

namespace polc::scan {
namespace {

constexpr std::string_view kOurs = "dev.polc/";
constexpr std::string_view kMeta = "_meta";

struct Words {
  std::string_view name;
  std::string_view member;
  std::string_view key;  // the member of an entry that names it
};

constexpr std::array<Words, 4> kWords = {
    Words{"tool", "tools", "name"},
    Words{"resource", "resources", "uri"},
    Words{"resource template", "resourceTemplates", "uriTemplate"},
    Words{"prompt", "prompts", "name"},
};

const Words& WordsOf(Sort sort) { return kWords[static_cast<size_t>(sort)]; }

// A server must not speak as its operator does: `dev.polc/class` and
// `dev.polc/registered` change how a catalog is read.
void DropOurs(Json* definition) {
  const Json* meta = definition->Find(kMeta);
  if (meta == nullptr || !meta->is_object()) return;
  Json kept = Json::Object();
  for (size_t i = 0; i < meta->names.size(); ++i) {
    if (!meta->names[i].starts_with(kOurs)) {
      kept.Set(meta->names[i], meta->items[i]);
    }
  }
  if (kept.items.empty()) {
    definition->Remove(kMeta);
  } else {
    definition->Set(kMeta, std::move(kept));
  }
}

std::string Pin(const Json& definition) {
  Json pinned = definition;
  pinned.Remove(kMeta);
  return Sha256Hex(Canonical(pinned));
}

Result<void> AddEntry(Sort sort, Json definition, Offer* offer) {
  const Words& words = WordsOf(sort);
  if (!definition.is_object()) {
    return Error{fmt::format("a {} is no object", words.name)};
  }
  std::string name = definition.TextOf(words.key);
  if (name.empty()) {
    return Error{fmt::format("a {} has no `{}`", words.name, words.key)};
  }
  DropOurs(&definition);
  std::string pin = Pin(definition);
  offer->of(sort).push_back({.name = std::move(name),
                             .definition = std::move(definition),
                             .sha256 = std::move(pin)});
  return {};
}

// Two entries of one name would be one to a policy and two to the server.
Result<void> SortEntries(Sort sort, Offer* offer) {
  std::vector<Entry>& entries = offer->of(sort);
  std::stable_sort(
      entries.begin(), entries.end(),
      [](const Entry& a, const Entry& b) { return a.name < b.name; });
  for (size_t i = 1; i < entries.size(); ++i) {
    if (entries[i - 1].name == entries[i].name) {
      return Error{fmt::format("the {} `{}` is listed twice",
                               WordsOf(sort).name, Shown(entries[i].name))};
    }
  }
  return {};
}

Json WithPin(const Entry& entry) {
  Json out = entry.definition;
  const Json* meta = out.Find(kMeta);
  Json pinned = meta != nullptr && meta->is_object() ? *meta : Json::Object();
  pinned.Set("dev.polc/sha256", Json::String(entry.sha256));
  out.Set(kMeta, std::move(pinned));
  return out;
}

Json MetaOf(const Offer& offer) {
  Json info = Json::Object();
  info.Set("name", Json::String(offer.claimed_name));
  info.Set("version", Json::String(offer.claimed_version));
  Json meta = Json::Object();
  meta.Set("dev.polc/server", Json::String(offer.server));
  meta.Set("dev.polc/serverInfo", std::move(info));
  meta.Set("dev.polc/protocolVersion", Json::String(offer.revision));
  if (!offer.instructions.empty()) {
    meta.Set("dev.polc/instructions", Json::String(offer.instructions));
  }
  if (!offer.scanned.empty()) {
    meta.Set("dev.polc/scanned", Json::String(offer.scanned));
  }
  return meta;
}

void ReadMeta(const Json& meta, Offer* offer) {
  offer->server = meta.TextOf("dev.polc/server");
  offer->revision = meta.TextOf("dev.polc/protocolVersion");
  offer->instructions = meta.TextOf("dev.polc/instructions");
  offer->scanned = meta.TextOf("dev.polc/scanned");
  if (const Json* info = meta.Find("dev.polc/serverInfo")) {
    offer->claimed_name = info->TextOf("name");
    offer->claimed_version = info->TextOf("version");
  }
}

}  // namespace

std::string_view SortName(Sort sort) { return WordsOf(sort).name; }
std::string_view SortMember(Sort sort) { return WordsOf(sort).member; }

Result<void> AddEntries(Sort sort, const std::vector<std::string>& texts,
                        Offer* offer) {
  for (const std::string& text : texts) {
    Result<Json> definition = ParseJson(text);
    if (!definition) return definition.error();
    Result<void> added = AddEntry(sort, std::move(*definition), offer);
    if (!added) return added;
  }
  return SortEntries(sort, offer);
}

Result<Offer> ReadOffer(std::string_view text) {
  Result<Json> read = ParseJson(text);
  if (!read) return read.error();
  Offer offer;
  Json root = std::move(*read);
  if (root.is_list()) {
    Json wrapped = Json::Object();
    wrapped.Set("tools", std::move(root));
    root = std::move(wrapped);
  }
  if (const Json* meta = root.Find(kMeta)) ReadMeta(*meta, &offer);
  const Json* result = root.Find("result");
  const Json& holder = result != nullptr ? *result : root;
  if (const Json* tools = holder.Find("tools");
      tools == nullptr || !tools->is_list()) {
    return Error{"it holds no list of tools"};
  }
  for (const Sort sort : kSorts) {
    const Json* list = holder.Find(SortMember(sort));
    if (list == nullptr || !list->is_list()) continue;
    for (const Json& item : list->items) {
      Result<void> added = AddEntry(sort, item, &offer);
      if (!added) return added.error();
    }
    Result<void> sorted = SortEntries(sort, &offer);
    if (!sorted) return sorted.error();
  }
  return offer;
}

std::string CatalogText(const Offer& offer, Places* places) {
  Json root = Json::Object();
  root.Set(kMeta, MetaOf(offer));
  for (const Sort sort : kSorts) {
    if (sort != Sort::kTool && offer.of(sort).empty()) continue;
    Json list = Json::List();
    for (const Entry& entry : offer.of(sort)) {
      list.items.push_back(WithPin(entry));
    }
    root.Set(SortMember(sort), std::move(list));
  }
  return Pretty(root, places);
}

std::string EntryPointer(Sort sort, size_t index) {
  return fmt::format("/{}/{}", SortMember(sort), index);
}

}  // namespace polc::scan
