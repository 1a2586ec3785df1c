// Equal lists of demands made one: tools of a catalog often take the same
// arguments, and what is to be done for a list is then done once.
#ifndef POLC_COMPILER_IR_DEMANDS_H_
#define POLC_COMPILER_IR_DEMANDS_H_

#include <map>
#include <utility>
#include <vector>

#include "compiler/ir/ir.h"

namespace polc::ir {

/// For who makes a module's schemas.
class DemandLists {
 public:
  /// The list of these demands, the one that was made before if there is one.
  DemandList Of(std::vector<Demand> demands) {
    if (demands.empty()) return {};
    DemandList& list = lists_[demands];
    if (list.empty()) list = DemandList(std::move(demands));
    return list;
  }

 private:
  std::map<std::vector<Demand>, DemandList> lists_;
};

}  // namespace polc::ir

#endif  // POLC_COMPILER_IR_DEMANDS_H_
