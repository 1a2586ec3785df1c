// Compiled policies in a file (`polc build --emit=so`), ready to decide without
// a compiler in the process.
#ifndef POLC_RUNTIME_AOT_H_
#define POLC_RUNTIME_AOT_H_

#include <memory>
#include <string>

#include "runtime/engine.h"

namespace polc::runtime {

/// Whether the file begins as a library does, not as text. False if it can't
/// be read.
bool IsCompiled(const std::string& path);

/// Null with `*error` set, which names the file, if it can't be read, is no
/// library of compiled policies, is damaged or cut, or was made for another
/// machine or another version of this runtime.
///
/// INVARIANT: no byte is mapped executable before the digest of all of them
/// was found right; the engine runs a private copy, which later writes to the
/// file don't reach.
std::unique_ptr<Engine> OpenCompiled(const std::string& path,
                                     std::string* error);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_AOT_H_
