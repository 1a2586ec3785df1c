// What generated code may call (runtime/abi/native.h, pol_host).
#ifndef POLC_RUNTIME_HOST_H_
#define POLC_RUNTIME_HOST_H_

#include "runtime/abi/manifest.h"
#include "runtime/abi/native.h"
#include "runtime/fields.h"
#include "runtime/terms/calculator.h"

namespace polc::runtime {

/// What a frame's `context` points to.
struct HostContext {
  const Manifest* manifest = nullptr;
  const FieldReader* fields = nullptr;
  const Calculator* calculator = nullptr;
};

/// Reads an element of a list slot of this runtime's; 0 past the end.
uint32_t NextItem(const pol_slot* list, pol_iterator* at, pol_slot* out);

/// The one table; it lives forever.
const pol_host& Host();

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_HOST_H_
