// What writing and verifying an audit log have in common.
#ifndef POLC_RUNTIME_AUDIT_CHAIN_H_
#define POLC_RUNTIME_AUDIT_CHAIN_H_

#include <string_view>

namespace polc::runtime {

/// "prev" of a log's first line.
inline constexpr std::string_view kFirstPrev =
    "0000000000000000000000000000000000000000000000000000000000000000";

/// How every record begins and ends.
inline constexpr std::string_view kRecordBegin = "{\"v\":1,";
inline constexpr std::string_view kPrevBegin = ",\"prev\":\"";
inline constexpr std::string_view kRecordEnd = "\"}";

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_AUDIT_CHAIN_H_
