// Compiled code and its manifest as something that decides. The code turns
// slots into votes; everything around it that the language's manual calls the
// meaning (schema first, combination, charges, words) is here, and is held to
// the reference evaluator by a differential test.
//
// An engine never changes: any number of threads may ask it at once.
#ifndef POLC_RUNTIME_ENGINE_H_
#define POLC_RUNTIME_ENGINE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/abi/manifest.h"
#include "runtime/abi/native.h"
#include "runtime/decision.h"
#include "runtime/fields.h"
#include "runtime/host.h"
#include "runtime/names.h"
#include "runtime/request.h"

namespace polc::runtime {

/// Buffers that a decision is made in. After one decision nothing of the same
/// engine makes them grow.
struct Scratch {
  Slots slots;
  std::vector<pol_vote> votes;  // of each policy
  std::vector<uint32_t> tools;  // of each schema
  std::vector<uint8_t> memo;    // pol_frame.memo
};

class Engine {
 public:
  /// Null with `*error` set if the code's version or its manifest is not one
  /// that this runtime can trust. `owner` keeps the code alive.
  static std::unique_ptr<Engine> Create(const pol_code& code,
                                        std::shared_ptr<void> owner,
                                        std::string* error);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  const Manifest& manifest() const { return manifest_; }
  const pol_code& code() const { return code_; }
  const std::vector<LimitSpec>& limits() const { return limits_; }

  const std::vector<MarkSpec>& marks() const { return marks_; }
  /// The marks that a decision may hang on, with who would hold them. Those
  /// whose key the request does not have are nobody's.
  std::vector<Marking> MarksRead(const RequestView& request) const;

  /// The decision before counters are looked at (decision.h's Settle does
  /// that). Its views lead into this engine. What people have `granted` counts
  /// as allowed: votes that ask, and going out without a limit's charge. Null
  /// `scratch`: this thread's own.
  Decision Decide(const RequestView& request, const Grounds& granted = {},
                  Scratch* scratch = nullptr) const;
  /// The same into a decision that is used again, not the one that holds
  /// `granted`: once the calling thread and `*out` have seen the like, nothing
  /// is allocated. No call takes a lock.
  void Decide(const RequestView& request, const Grounds& granted,
              Decision* out) const;

  /// What of a caller is the same in all its requests: Caller::fields.
  void ReadCaller(const Caller& caller, Slots* buffer,
                  CallerFields* out) const {
    fields_.ReadCaller(caller, buffer, out);
  }

  /// Decide's two steps, for who measures or repeats the second: the request's
  /// fields into slots, which lead into the request, and the decision on
  /// those.
  void ReadFields(const RequestView& request, Slots* slots) const {
    fields_.Read(request, slots);
  }
  Decision DecideOn(const pol_slot* slots, const RequestView& request,
                    const Grounds& granted = {}) const;
  void DecideOn(const pol_slot* slots, const RequestView& request,
                const Grounds& granted, Decision* out) const;

  /// False if no request like this one, whatever its arguments and session,
  /// can be decided allow or ask.
  bool MayPermit(const RequestView& request, Scratch* scratch = nullptr) const;
  /// The same of the calls of one tool.
  bool ToolVisible(std::string_view server, const Caller& caller,
                   std::string_view tool) const;

  /// The names of all servers that policies name, sorted, each once.
  std::vector<std::string> Servers() const;

 private:
  friend class Deciding;
  Engine(const pol_code& code, std::shared_ptr<void> owner, Manifest manifest);
  bool ReadNumbers();

  pol_code code_;
  std::shared_ptr<void> owner_;
  Manifest manifest_;
  ServerParts servers_;
  ToolNames tools_;
  FieldReader fields_;
  Calculator calculator_;
  HostContext context_;
  std::vector<LimitSpec> limits_;
  std::vector<MarkSpec> marks_;
  std::vector<size_t> marks_read_;  // of marks_: by some condition
};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_ENGINE_H_
