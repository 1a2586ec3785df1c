// A policy set: every `.pol` file under the paths given to a command, with
// what those files name (imports, catalogs, members of sets). One reading for
// every command and for the shim, so that all of them mean the same policy.
#ifndef POLC_COMPILER_DRIVER_SET_H_
#define POLC_COMPILER_DRIVER_SET_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/catalog/catalog.h"
#include "compiler/diag/diag.h"
#include "compiler/driver/readings.h"
#include "compiler/driver/suppress.h"
#include "compiler/sema/sema.h"
#include "compiler/source/source.h"
#include "compiler/zones/zone.h"

namespace polc::driver {

struct SetOptions {
  std::vector<std::string> paths;      // files and directories
  std::optional<std::string> catalog;  // for policies that name none
  std::optional<std::string> stdlib;   // a directory that replaces the library
  bool with_parts = false;             // the rules' parts, for the verifier
};

/// A range of a text that polc made (Pol from another format) and the range of
/// the user's file that it came from.
struct Origin {
  source::Range made;
  source::Range user;
};

/// The files of a set, parsed, with everything they name found and read.
struct PolicySet {
  source::Files files;
  std::vector<std::shared_ptr<const catalog::Catalog>> catalogs;
  std::vector<sema::LoadedFile> loaded;  // empty if there were errors
  std::vector<Suppression> suppressions;
  std::vector<Origin> origins;
  std::map<std::string, zones::Zone> zones;  // addresses stay good
  /// SHA-256 over texts, library, catalogs and time zones, hex.
  std::string digest;
};

/// Reads the set. Problems go to `diags`; if any is an error, `loaded` is
/// empty and nothing else should be done with the set. `readings`, if given,
/// has what was read of the set before, and then of this one.
std::unique_ptr<PolicySet> ReadSet(const SetOptions& options,
                                   diag::Diagnostics* diags,
                                   Readings* readings = nullptr);

/// Reads a policy of another format (compiler/import) that is among the files
/// of `set`: adds the Pol of the same meaning to them, and where its parts came
/// from. Nullopt after errors.
std::optional<source::FileId> ImportFile(source::FileId file, PolicySet* set,
                                         diag::Diagnostics* diags);

/// Moves the places of diagnostics from texts that polc made to the user's
/// own file.
void MapOrigins(const PolicySet& set, diag::Diagnostics* diags);

}  // namespace polc::driver

#endif  // POLC_COMPILER_DRIVER_SET_H_
