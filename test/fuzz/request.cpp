// A request as `polc eval` reads it, decided by both engines.
#include "runtime/request.h"

#include "test/fuzz/engines.h"
#include "test/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  polc::runtime::RequestDocument document;
  if (document.Read(polc::fuzz::Text(data, size), {"s", 1'768'473'000})) {
    return 0;
  }
  (void)polc::fuzz::DecideTwice(document.view());
  return 0;
}
