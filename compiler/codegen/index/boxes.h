// For which requests a condition may be anything but false, as a union of
// boxes: of each field, the values that it may have. Fields that a box does not
// name may be anything. A union is rather too large than too small; a
// condition of which nothing is known is one box without fields. Internal to
// codegen.
#ifndef POLC_COMPILER_CODEGEN_INDEX_BOXES_H_
#define POLC_COMPILER_CODEGEN_INDEX_BOXES_H_

#include <array>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/codegen/index/value_set.h"
#include "compiler/ir/ir.h"
#include "compiler/ir/languages.h"

namespace polc::codegen {

/// By field, ascending.
using Box =
    std::vector<std::pair<ir::FieldId, std::shared_ptr<const ValueSet>>>;
using Boxes = std::vector<Box>;

class BoxMaker {
 public:
  /// Both must outlive the maker.
  BoxMaker(const ir::Module& module, const ir::Languages& langs)
      : module_(module), langs_(langs) {}

  /// Where `cond` is true or an error.
  const Boxes& Of(ir::CondId cond) { return *Make(cond, true); }

 private:
  using Shared = std::shared_ptr<const Boxes>;

  // Where `cond` is `wanted` or an error.
  Shared Make(ir::CondId cond, bool wanted);
  Shared Compute(ir::CondId cond, bool wanted);
  Shared Tested(const ir::Cond& cond, bool wanted) const;
  Shared All(const ir::Cond& cond, bool wanted);
  Shared Any(const ir::Cond& cond, bool wanted);

  const ir::Module& module_;
  const ir::Languages& langs_;
  std::array<std::unordered_map<ir::CondId, Shared>, 2> known_;
};

/// Null if the box says nothing of the field.
const ValueSet* Find(const Box& box, ir::FieldId field);

}  // namespace polc::codegen

#endif  // POLC_COMPILER_CODEGEN_INDEX_BOXES_H_
