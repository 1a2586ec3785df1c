// Counters in a SQLite file that several processes share. A take is one
// transaction that nobody else writes beside; it is durable against the death
// of any process when it is answered.
#ifndef POLC_RUNTIME_LIMITS_SQLITE_STORE_H_
#define POLC_RUNTIME_LIMITS_SQLITE_STORE_H_

#include <memory>
#include <string>

#include "runtime/limits/store.h"

namespace polc::runtime {

/// Null with `*error` set if the file can't be opened safely.
std::unique_ptr<Store> OpenSqliteStore(const std::string& path,
                                       std::string* error);

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_LIMITS_SQLITE_STORE_H_
