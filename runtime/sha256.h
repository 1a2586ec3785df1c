// SHA-256: what names a counter's key, chains the audit log and stands for
// arguments that no log may hold.
#ifndef POLC_RUNTIME_SHA256_H_
#define POLC_RUNTIME_SHA256_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace polc::runtime {

using Sha256Bytes = std::array<uint8_t, 32>;

/// Aborts if the cryptographic library has no SHA-256: nothing of what is
/// built on it could be kept then.
Sha256Bytes Sha256(std::string_view bytes);

/// 64 lower-case hexadecimal digits.
std::string Hex(const Sha256Bytes& bytes);

/// Hex(Sha256(bytes)).
std::string Sha256Hex(std::string_view bytes);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_SHA256_H_
