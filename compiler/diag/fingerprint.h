// What makes a finding the same finding tomorrow: its check and what it is
// about, but not where that stands, what else is called, or how the message is
// worded.
#ifndef POLC_COMPILER_DIAG_FINGERPRINT_H_
#define POLC_COMPILER_DIAG_FINGERPRINT_H_

#include <string>
#include <vector>

#include "compiler/diag/diag.h"

namespace polc::diag {

/// 32 hexadecimal digits for each diagnostic, in order, distinct within
/// `diags`. Of the check and the rule, limit or assertion concerned or, where
/// there is none, the text that is pointed at; what is alike is numbered.
std::vector<std::string> Fingerprints(const source::Files& files,
                                      const Diagnostics& diags);

}  // namespace polc::diag

#endif  // POLC_COMPILER_DIAG_FINGERPRINT_H_
