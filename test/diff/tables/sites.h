// Places of a subject's tables where a small change could change what is
// decided: found by walking the tables as runtime/abi/tables.h lays them out.
#ifndef POLC_TEST_DIFF_TABLES_SITES_H_
#define POLC_TEST_DIFF_TABLES_SITES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/abi/native.h"

namespace polc::testing {

struct Site {
  std::string kind;   // "a boundary of an interval"
  uint32_t at = 0;    // a byte of the tables
  std::string bytes;  // what to write there
};

/// Of each kind all that there are.
std::vector<Site> SitesOf(const pol_code& code);

}  // namespace polc::testing

#endif  // POLC_TEST_DIFF_TABLES_SITES_H_
