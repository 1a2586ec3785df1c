// Slices: the parts that the requests of a policy set fall into, by server and
// by what is asked for (one tool, a resource, a prompt, another method). A
// slice fixes names that most rules test, so that most rules fall away before
// the solver sees them.
//
// Invariant: the slices of a set are disjoint, and together they hold every
// request that some policy covers and that names a tool its enforced catalogs
// have (any tool, without an enforced catalog).
#ifndef POLC_VERIFIER_ENCODE_SLICE_H_
#define POLC_VERIFIER_ENCODE_SLICE_H_

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/join.h"

namespace polc::verifier {

struct Slice {
  enum class Target : uint8_t { kTool, kResource, kPrompt, kMethod };

  /// Not set: any server but `other_servers`.
  std::optional<std::string> server;
  std::vector<std::string> other_servers;
  Target target = Target::kTool;
  /// The method; not set: one that no protocol revision defines, and none of
  /// `other_methods`.
  std::optional<std::string> method;
  std::vector<std::string> other_methods;
  /// Of kTool. Not set: any name but `other_tools`.
  std::optional<std::string> tool;
  std::vector<std::string> other_tools;
  bool defined = true;
  std::vector<ir::PolicyId> policies;          // that vote
  std::vector<const ir::ToolSchema*> schemas;  // enforced, of the tool
  bool in_catalog = false;  // some catalog, enforced or not, has the tool
  /// Denied whatever is in it: no policy votes, or an enforced catalog does not
  /// have the tool. Of slices that two sets share.
  bool refused = false;

  /// "tool `pay`": for messages.
  std::string Name() const;
};

/// What a slice says of a root that it fixes.
struct Fixed {
  ir::Kind kind = ir::Kind::kMissing;
  std::string text = {};  // of a string
  bool flag = false;      // of a bool
};
std::optional<Fixed> FixedValue(const Slice& slice, ir::Root root);

/// All slices, in a fixed order.
std::vector<Slice> MakeSlices(const ir::Module& module);

/// A slice as each of two sets sees it: `policies`, `schemas`, `in_catalog` and
/// `refused` are its own, the rest is the same.
using SlicePair = std::array<Slice, 2>;

/// The slices of two joined sets: together they hold every request that one of
/// them does not deny.
std::vector<SlicePair> MakeSlicePairs(const ir::Joined& joined);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_ENCODE_SLICE_H_
