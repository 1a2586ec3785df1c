// What a server offers: its tools, resources, templates and prompts, each with
// the definition that it gave and the SHA-256 that pins it; from a live server
// or from a catalog that was saved.
#ifndef POLC_COMPILER_SCAN_OFFER_H_
#define POLC_COMPILER_SCAN_OFFER_H_

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/scan/json.h"
#include "compiler/support/result.h"

namespace polc::scan {

enum class Sort : uint8_t { kTool, kResource, kTemplate, kPrompt };
inline constexpr std::array kSorts = {Sort::kTool, Sort::kResource,
                                      Sort::kTemplate, Sort::kPrompt};
/// "tool", "resource", "resource template", "prompt".
std::string_view SortName(Sort sort);
/// Where a catalog, or a page of a list, holds them: "tools".
std::string_view SortMember(Sort sort);

struct Entry {
  std::string name;  // of a resource its URI, of a template its pattern
  /// As the server gave it, without what only polc may say
  /// (`_meta["dev.polc/..."]`).
  Json definition;
  /// Of the definition's canonical JSON without `_meta`, hex.
  std::string sha256;
};

struct Offer {
  std::string server;  // the operator's name of it
  // What it says of itself.
  std::string claimed_name;
  std::string claimed_version;
  std::string instructions;
  std::string revision;
  std::string scanned;                        // RFC 3339, or empty
  std::array<std::vector<Entry>, 4> entries;  // by Sort; sorted by name

  const std::vector<Entry>& of(Sort sort) const {
    return entries[static_cast<size_t>(sort)];
  }
  std::vector<Entry>& of(Sort sort) {
    return entries[static_cast<size_t>(sort)];
  }
};

/// Adds entries as a server's list has them, each one JSON text. The error
/// says which can't be one: no object, no name, a name that came before.
Result<void> AddEntries(Sort sort, const std::vector<std::string>& texts,
                        Offer* offer);

/// Reads a saved catalog in any form that `catalog "..."` reads.
Result<Offer> ReadOffer(std::string_view text);

/// As a file that `catalog "..."` reads and that two scans of the same server
/// agree on byte for byte. `places` receives where each part stands.
std::string CatalogText(const Offer& offer, Places* places);

/// The JSON pointer of an entry in the text of CatalogText.
std::string EntryPointer(Sort sort, size_t index);

}  // namespace polc::scan

#endif  // POLC_COMPILER_SCAN_OFFER_H_
