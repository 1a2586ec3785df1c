// Marks: who holds which, and until when.
#include <algorithm>
#include <string>

#include "compiler/eval/eval.h"
#include "compiler/eval/request_view.h"
#include "compiler/support/check.h"

namespace polc::eval {
namespace {

// Another key makes another mark.
std::string NameOf(const ir::Mark& mark) {
  return mark.name + "\n" + mark.key.name;
}

}  // namespace

std::optional<std::string> MarkHolder(const ir::Module& module,
                                      const ir::Mark& mark,
                                      const Request& request) {
  const RequestView view(request);
  const Read read = view.Find(module.field(mark.key.field), nullptr);
  if (read.kind != ir::Kind::kString) return std::nullopt;
  return read.value->text;
}

std::vector<std::string> Counters::Held(const ir::Module& module,
                                        const Request& request) const {
  std::vector<std::string> held;
  for (const ir::Mark& mark : module.marks) {
    const auto holding = marks_.find(NameOf(mark));
    const auto holder = MarkHolder(module, mark, request);
    if (holding == marks_.end() || !holder) continue;
    const auto entry = holding->second.until.find(*holder);
    if (entry == holding->second.until.end()) continue;
    if (std::max(request.now, holding->second.latest) < entry->second) {
      held.push_back(mark.name);
    }
  }
  return held;
}

void Counters::GoOut(const ir::Module& module, const Request& request,
                     Decision* decision) {
  Settle(module, request.now, decision);
  if (decision->effect != ir::Effect::kAllow) return;
  for (const ir::MarkId id : decision->marks) {
    const ir::Mark& mark = module.mark(id);
    const auto holder = MarkHolder(module, mark, request);
    POLC_CHECK(holder.has_value(), "a mark was decided without its key");
    Holding& holding = marks_[NameOf(mark)];
    holding.latest = std::max(holding.latest, request.now);
    int64_t& until = holding.until[*holder];
    until = std::max(until, holding.latest + mark.lifetime_seconds);
  }
}

}  // namespace polc::eval
