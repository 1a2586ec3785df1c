// What a part of a check does besides answering: what it reports, what it says
// of rules. As bytes it names places by the declarations that they are in, so
// that it is as good where lines above were added.
#ifndef POLC_VERIFIER_MEMO_EFFECTS_H_
#define POLC_VERIFIER_MEMO_EFFECTS_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/ir/ir.h"

namespace polc::verifier {

struct Effects {
  diag::Diagnostics diags;
  size_t proved = 0;
  size_t refuted = 0;
  size_t unknown = 0;
  std::set<ir::RuleId> dead, blamed, redundant;
  std::vector<std::string> answers;  // what its check asked it for
};

/// The declarations of a module by name.
class Places {
 public:
  explicit Places(const ir::Module& module);

  /// Every declaration has a name of its own.
  bool distinct() const { return distinct_; }

  /// Nullopt where a place is in no declaration, or a name is two.
  std::optional<std::string> Encode(const Effects& effects) const;
  /// Nullopt if the bytes are not what Encode gave for such a module.
  std::optional<Effects> Decode(std::string_view bytes) const;

 private:
  struct Declaration {
    std::string name;  // with its sort
    source::Range range;
  };
  void Add(std::string name, source::Range range);
  const Declaration* Around(const source::Range& range) const;

  const ir::Module& module_;
  bool distinct_ = true;
  std::vector<Declaration> all_;  // by place
  std::map<std::string, source::Range, std::less<>> by_name_;
  std::map<std::string, ir::RuleId, std::less<>> rules_;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_MEMO_EFFECTS_H_
