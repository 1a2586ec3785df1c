// What the runtime must know about a compiled policy set besides its code:
// which paths to read, and the words and numbers that go with rules and
// limits. The compiler encodes it into the artefact; the runtime decodes it
// when it opens one.
#ifndef POLC_RUNTIME_ABI_MANIFEST_H_
#define POLC_RUNTIME_ABI_MANIFEST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace polc::runtime {

/// Numbers of polc::ir::Root.
enum class Root : uint8_t {
  kArgs,
  kClaims,
  kGrant,
  kSubject,
  kRoles,
  kServer,
  kSession,
  kMethod,
  kTool,
  kResource,
  kPrompt,
  kDefined,
  kMarks,
  kElement,
};

struct ManifestStep {
  std::string member;
  int32_t index = -1;
};

struct ManifestField {
  Root root = Root::kArgs;
  std::vector<ManifestStep> steps;
  std::string name;  // as a person writes it
};

/// One `kAll` condition: the fields of its element, read per element.
struct ManifestQuantifier {
  std::vector<ManifestField> fields;
};

struct ManifestTextPart {
  std::string literal;
  int32_t field = -1;
};

struct ManifestCharge {
  uint32_t limit = 0;
  bool or_ask = false;
};

struct ManifestRule {
  std::string name;
  uint32_t policy = 0;
  uint8_t effect = 0;  // POL_DENY, ...
  std::vector<ManifestTextPart> reason;
  std::vector<ManifestCharge> charges;
  std::vector<std::string> roles;
  int64_t within_seconds = 0;
  std::vector<uint32_t> redact;  // fields
};

struct ManifestPolicy {
  std::string name;
  std::vector<std::string> servers;
  uint8_t default_effect = 0;  // POL_DENY, ..., POL_NONE
};

/// Numbers of polc::ir::TermKind.
enum class TermKind : uint8_t {
  kConstant,
  kNumber,
  kLength,
  kSize,
  kPort,
  kTime,
  kNow,
  kHour,
  kMinute,
  kWeekday,
  kDate,
  kAdd,
  kSubtract,
  kMultiply,
  kNegate,
  kText,
  kScheme,
  kHost,
  kPath,
  kQuery,
};

/// One step of a computed number or text. A program is a list of them, operands
/// before their operator. Decimals travel as their text ("0.25"), exact and
/// readable.
struct ManifestTerm {
  TermKind kind = TermKind::kConstant;
  bool of_element = false;   // `slot` counts the quantifier's fields
  uint32_t slot = 0;         // of a term that reads a field
  int32_t error = -1;        // its index in error_fields
  bool has_default = false;  // `text` is what stands for an absent field
  std::string text;          // of a constant: its value
  uint32_t zone = 0;         // of a part of a clock
};

/// Ends as the bits of a double.
struct ManifestInterval {
  uint64_t lo = 0;
  uint64_t hi = 0;
  bool lo_open = false;
  bool hi_open = false;
};

/// One kCalculate condition, on elements of one quantifier.
struct ManifestCalculation {
  uint8_t operation = 0;  // number of polc::ir::Calculation
  int32_t quantifier = -1;
  std::vector<ManifestTerm> left;
  std::vector<ManifestTerm> right;
  std::vector<ManifestInterval> intervals;  // sorted, disjoint
  bool list_of_element = false;
  uint32_t list = 0;  // of kMember
  int32_t list_error = -1;
};

/// A time zone as a table. From `at[i]` the offset is `offsets[i]` seconds east
/// of UTC. If it `repeats`, from `end` on it does as 400 years before.
struct ManifestZone {
  std::string name;
  int32_t first_offset = 0;
  std::vector<int64_t> at;
  std::vector<int32_t> offsets;
  bool repeats = false;
  int64_t end = 0;
};

struct ManifestKey {
  std::string name;
  uint32_t field = 0;
};

struct ManifestLimit {
  std::string name;
  std::string amount;
  uint8_t window = 0;  // number of polc::ir::Window
  bool rolling = false;
  bool refund_on_error = false;
  bool has_on = false;
  std::vector<ManifestKey> keys;
  std::vector<ManifestTerm> cost;
  std::vector<uint32_t> policies;
};

struct ManifestMark {
  std::string name;
  ManifestKey key;
  int64_t lifetime_seconds = 0;
  std::vector<uint32_t> policies;
};

struct ManifestDemand {
  std::string path;
  std::string what;
};

struct ManifestTool {
  std::string name;
  uint32_t demands = 0;  // a list of its schema's
};

struct ManifestSchema {
  std::vector<std::string> servers;
  bool advisory = false;
  std::vector<std::vector<ManifestDemand>> demands;  // lists, each once
  std::vector<ManifestTool> tools;                   // sorted by name
};

struct Manifest {
  std::string digest;    // of the policy set, hex
  std::string compiler;  // version that made it
  std::vector<ManifestField> fields;
  std::vector<std::string> error_fields;  // names, for reasons
  std::vector<ManifestQuantifier> quantifiers;
  std::vector<std::vector<std::string>> key_sets;  // each sorted
  std::vector<ManifestZone> zones;
  std::vector<ManifestCalculation> calculations;
  std::vector<ManifestPolicy> policies;
  std::vector<ManifestRule> rules;
  std::vector<ManifestLimit> limits;
  std::vector<ManifestMark> marks;
  std::vector<ManifestSchema> schemas;
  std::vector<std::string> shapes;  // in words: runtime/abi/shapes.h
};

/// Little-endian, length-prefixed, no alignment; begins with a magic and the
/// ABI version.
std::string EncodeManifest(const Manifest& manifest);

/// Empty if the bytes are not exactly one manifest of this ABI version.
std::optional<Manifest> DecodeManifest(std::string_view bytes);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_ABI_MANIFEST_H_
