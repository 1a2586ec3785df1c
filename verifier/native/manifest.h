// What the runtime reads besides code and tables, held to the IR: names,
// effects, charges, who approves, keys and costs, servers, time zones.
#ifndef POLC_VERIFIER_NATIVE_MANIFEST_H_
#define POLC_VERIFIER_NATIVE_MANIFEST_H_

#include <optional>

#include "runtime/abi/manifest.h"
#include "verifier/native/decode.h"
#include "verifier/native/prove.h"

namespace polc::verifier::native {

/// The first thing of `manifest` that is not as in `module`. `canonical` was
/// made of `module`, `decoder` of both.
std::optional<Problem> CompareManifest(const ir::Module& module,
                                       const runtime::Manifest& manifest,
                                       Canonical* canonical, Decoder* decoder);

}  // namespace polc::verifier::native

#endif  // POLC_VERIFIER_NATIVE_MANIFEST_H_
