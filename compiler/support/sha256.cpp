#include "compiler/support/sha256.h"

#include <openssl/evp.h>

#include "compiler/support/check.h"

namespace polc {

std::string Sha256Hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  const int ok = EVP_Digest(bytes.data(), bytes.size(), digest, &length,
                            EVP_sha256(), nullptr);
  POLC_CHECK(ok == 1 && length == 32, "SHA-256 is always available");
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (unsigned i = 0; i < length; ++i) {
    out += kHex[digest[i] >> 4];
    out += kHex[digest[i] & 15];
  }
  return out;
}

}  // namespace polc
