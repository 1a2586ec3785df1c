// The numbers that generated code and the manifest must agree on: which slot
// holds which field, which quantifier reads which fields of an element, which
// error index names which field. Only what the policy set's decisions reach
// gets a number; fields that nothing but assertions read cost no request time.
#ifndef POLC_COMPILER_CODEGEN_LAYOUT_H_
#define POLC_COMPILER_CODEGEN_LAYOUT_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "compiler/ir/ir.h"

namespace polc::codegen {

struct Layout {
  /// The fields of one element that a quantifier's body reads, by id. Bodies
  /// are shared by quantifiers over different lists.
  struct Quantifier {
    ir::CondId body;
    std::vector<ir::FieldId> fields;
  };

  std::vector<ir::FieldId> slots;   // manifest.fields
  std::vector<int32_t> slot_of;     // by field; -1: none
  std::vector<ir::FieldId> errors;  // manifest.error_fields
  std::vector<int32_t> error_of;    // by field; -1: none
  std::vector<Quantifier> quantifiers;
  std::map<ir::CondId, int32_t> quantifier_of;  // by body
  std::vector<std::vector<std::string>> key_sets;
  std::map<ir::CondId, int32_t> key_set_of;  // by test
  /// manifest.calculations: a condition, and the quantifier whose element it
  /// reads, or -1.
  using Calculation = std::pair<ir::CondId, int32_t>;
  std::vector<Calculation> calculations;
  std::map<Calculation, int32_t> calculation_of;
  std::vector<bool> reads_element;  // by condition: of an enclosing quantifier
};

/// `module` must be valid.
Layout MakeLayout(const ir::Module& module);

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_LAYOUT_H_
