#include "runtime/sha256.h"

#include <openssl/evp.h>

#include <cstdlib>

namespace polc::runtime {

Sha256Bytes Sha256(std::string_view bytes) {
  Sha256Bytes out{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, EVP_sha256(),
                 nullptr) != 1 ||
      size != out.size()) {
    std::abort();
  }
  return out;
}

std::string Hex(const Sha256Bytes& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size());
  for (const uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 0xF];
  }
  return out;
}

std::string Sha256Hex(std::string_view bytes) { return Hex(Sha256(bytes)); }

}  // namespace polc::runtime
