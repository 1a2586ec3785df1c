// url(s): the parts of a URL as policies see them, without copying them.
#ifndef POLC_RUNTIME_TERMS_URL_H_
#define POLC_RUNTIME_TERMS_URL_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace polc::runtime {

/// Views into the text read. `scheme` and `host` are as written and stand for
/// their lower case; `host` is without brackets and final dot.
struct Url {
  std::string_view scheme;
  std::string_view host;
  uint32_t port = 0;  // 0: neither written nor the scheme's
  std::string_view path;
  std::string_view query;
};

/// Empty where url() is an error (the language's manual has the grammar).
std::optional<Url> ParseUrl(std::string_view text);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_TERMS_URL_H_
