// From a request to a call that goes out, or does not: decided on the marks
// that its caller holds, and charged and marked in one step of the store.
//
//   WentOut out = GoOut(engine, store, request);
//   if (out.decision.effect == Effect::kAllow) Forward(...);
//   // nothing was sent:      store->Refund(out.taken)
//   // the final answer came: store->Refund(LeasesOf(out.taken))
#ifndef POLC_RUNTIME_GOING_OUT_H_
#define POLC_RUNTIME_GOING_OUT_H_

#include "runtime/decision.h"
#include "runtime/engine.h"
#include "runtime/limits/store.h"
#include "runtime/request.h"

namespace polc::runtime {

/// Decides `request` at its `now`, with the marks that `store` says its caller
/// holds besides those of the view. If another mark is held by the time that
/// charges are taken and marks set, it is decided again. What people have
/// `granted` counts as allowed. A store that can't be reached denies.
WentOut GoOut(const Engine& engine, Store* store, const RequestView& request,
              const Grounds& granted = {});

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_GOING_OUT_H_
