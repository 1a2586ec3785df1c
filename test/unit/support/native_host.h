// A host for generated code, for tests: fills slots from the evaluator's
// requests; of the runtime it has the matcher and the arithmetic of terms.
#ifndef POLC_TEST_UNIT_SUPPORT_NATIVE_HOST_H_
#define POLC_TEST_UNIT_SUPPORT_NATIVE_HOST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/eval/eval.h"
#include "compiler/eval/request_view.h"
#include "compiler/ir/ir.h"
#include "runtime/abi/manifest.h"
#include "runtime/abi/native.h"
#include "runtime/terms/calculator.h"

namespace polc::testing {

/// Generated code with its manifest taken apart for reading.
struct NativeSet {
  /// `code` must outlive this.
  explicit NativeSet(const pol_code& code);

  const pol_code& code;
  runtime::Manifest manifest;
  runtime::Calculator calculator;
  std::vector<ir::Field> fields;
  std::vector<std::vector<ir::Field>> quantifiers;
};

/// One request, ready to be decided.
class NativeRequest {
 public:
  /// Both must outlive this.
  NativeRequest(const NativeSet& set, const eval::Request& request,
                bool is_abstract = false);
  NativeRequest(const NativeRequest&) = delete;
  NativeRequest& operator=(const NativeRequest&) = delete;

  /// By policy; those that do not cover the server are as they were made.
  std::vector<pol_vote> Votes();
  /// POL_* bits; `*demand` as native.h says.
  uint32_t Schema(size_t schema, int32_t* demand);
  uint32_t LimitCovers(size_t limit);
  uint32_t MarkCovers(size_t mark);

  const NativeSet& set() const { return set_; }
  pol_frame* frame() { return &frame_; }

 private:
  const NativeSet& set_;
  const eval::Request& request_;
  eval::RequestView view_;
  std::vector<pol_slot> slots_;
  std::vector<uint32_t> tools_;
  std::vector<uint8_t> memo_;
  pol_frame frame_ = {};
};

/// The one verdict of a concrete answer; the test fails on a set.
ir::Verdict VerdictOf(uint32_t bits);

}  // namespace polc::testing

#endif  // POLC_TEST_UNIT_SUPPORT_NATIVE_HOST_H_
