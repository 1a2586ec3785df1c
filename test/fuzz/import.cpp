// Other formats, by turns as YAML and as JSON: what is taken becomes Pol that
// parses, in its one layout; what is not has a reason. The first byte chooses.
#include "compiler/import/import.h"

#include "compiler/support/check.h"
#include "compiler/syntax/format/format.h"
#include "compiler/syntax/parse.h"
#include "test/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const char* name = data[0] == '{' ? "policy.json" : "policy.yaml";
  polc::source::Files files;
  polc::diag::Diagnostics diags;
  const auto file = files.Add(name, std::string(polc::fuzz::Text(data, size)));
  const auto made = polc::import::Import(files, file, &diags);
  POLC_CHECK(made.has_value() != diags.has_errors(), "taken, or refused");
  if (!made) return 0;
  polc::diag::Diagnostics problems;
  const auto pol = files.Add("policy.pol", made->pol);
  const auto laid_out = polc::syntax::Format(files, pol, &problems);
  POLC_CHECK(laid_out.has_value(), made->pol);
  POLC_CHECK(*laid_out == made->pol, made->pol);
  for (const polc::import::Piece& piece : made->pieces) {
    POLC_CHECK(
        piece.pol_begin <= piece.pol_end && piece.pol_end <= made->pol.size(),
        "a piece outside the text");
  }
  return 0;
}
