// SHA-256 (FIPS 180-4), for digests of policy sets and catalogs.
#ifndef POLC_COMPILER_SUPPORT_SHA256_H_
#define POLC_COMPILER_SUPPORT_SHA256_H_

#include <string>
#include <string_view>

namespace polc {

/// The digest as 64 lower-case hexadecimal digits.
std::string Sha256Hex(std::string_view bytes);

}  // namespace polc

#endif  // POLC_COMPILER_SUPPORT_SHA256_H_
