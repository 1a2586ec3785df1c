// `polc audit verify` on a log that somebody has had in their hands.
#include "runtime/audit/audit.h"

#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "compiler/support/check.h"
#include "test/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const int fd = memfd_create("log", MFD_CLOEXEC);
  POLC_CHECK(fd >= 0, "no memory for a file");
  POLC_CHECK(write(fd, data, size) == static_cast<ssize_t>(size), "no room");
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  const auto verdict = polc::runtime::VerifyAudit(path);
  POLC_CHECK(verdict.ok == verdict.problem.empty(), verdict.problem);
  if (verdict.ok && verdict.count > 0) {
    // The anchor of a log that holds is found in it, and no other is.
    POLC_CHECK(polc::runtime::VerifyAudit(path, verdict.head).ok, "the head");
    const std::string other(verdict.head.size(), '0');
    POLC_CHECK(!polc::runtime::VerifyAudit(path, other).ok, "a false anchor");
  }
  close(fd);
  return 0;
}
