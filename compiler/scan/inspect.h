// What is odd about what a server offers, whether or not it was seen before:
// hidden text, words to the model, names that look alike or can't be called.
#ifndef POLC_COMPILER_SCAN_INSPECT_H_
#define POLC_COMPILER_SCAN_INSPECT_H_

#include <string_view>

#include "compiler/diag/diag.h"
#include "compiler/scan/offer.h"
#include "compiler/source/source.h"

namespace polc::scan {

/// A catalog's text in a set of files, and where its parts stand.
struct Written {
  source::FileId file;
  Places places;

  /// The range of a JSON pointer; no place if there is none.
  source::Range At(std::string_view pointer) const;
};

void Inspect(const Offer& offer, const Written& written,
             diag::Diagnostics* diags);

}  // namespace polc::scan

#endif  // POLC_COMPILER_SCAN_INSPECT_H_
