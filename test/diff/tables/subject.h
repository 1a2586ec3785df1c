// A generated policy set, compiled, with tables that a test may change.
#ifndef POLC_TEST_DIFF_TABLES_SUBJECT_H_
#define POLC_TEST_DIFF_TABLES_SUBJECT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "compiler/codegen/codegen.h"
#include "compiler/eval/eval.h"
#include "compiler/ir/ir.h"
#include "compiler/ir/languages.h"
#include "runtime/abi/manifest.h"
#include "verifier/native/prove.h"

namespace polc::testing {

struct Subject {
  ir::Module module;
  std::unique_ptr<ir::Languages> languages;
  std::unique_ptr<codegen::Native> native;
  runtime::Manifest manifest;
  std::vector<uint64_t> tables;  // a copy of the code's, 8-aligned
  pol_code code = {};            // the code over that copy

  uint8_t* bytes() { return reinterpret_cast<uint8_t*>(tables.data()); }
  /// As they were made.
  void Restore();
  /// After a change: the checksum is that of the bytes again.
  void Seal();
  verifier::native::Report Prove() const;
};

/// Null, and the test has failed, if it does not compile.
std::unique_ptr<Subject> MakeSubject(ir::Module module,
                                     const codegen::Tuning& tuning);

/// What the code, over the subject's tables, makes of a request that the
/// evaluator does not: votes, schemas, limits, marks. Empty: nothing.
std::string Difference(const Subject& subject, const eval::Request& request);

}  // namespace polc::testing

#endif  // POLC_TEST_DIFF_TABLES_SUBJECT_H_
