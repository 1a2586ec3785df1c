// Values for the nodes of a slice: what a request is made of.
#ifndef POLC_VERIFIER_ENCODE_ASSIGNMENT_H_
#define POLC_VERIFIER_ENCODE_ASSIGNMENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/ir/ir.h"

namespace polc::verifier {

/// What one node holds.
struct NodeValue {
  bool live = false;  // part of the request; else the rest means nothing
  ir::Kind kind = ir::Kind::kMissing;
  std::string text;
  double number = 0;
  bool flag = false;
  uint64_t size = 0;
  bool extra = false;
};

/// By node number.
using Assignment = std::vector<NodeValue>;

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_ENCODE_ASSIGNMENT_H_
