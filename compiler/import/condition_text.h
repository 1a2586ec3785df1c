// Conditions of other formats as Pol. Theirs are true or false; an error of
// Pol's, on a value of another type, denies where they would be one or the
// other, so what is written here is never more permissive.
#ifndef POLC_COMPILER_IMPORT_CONDITION_TEXT_H_
#define POLC_COMPILER_IMPORT_CONDITION_TEXT_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/import/plan.h"

namespace polc::import {

/// Sets that have a name, by their literals.
using SetNames = std::map<std::string, std::string>;

/// The literal of the set of a condition's values, if one set can hold them.
std::optional<std::string> SetLiteral(const Condition& condition);

/// Operands of an `or` that is true, or an error, if the condition does not
/// hold. Nullopt: it never holds.
std::optional<std::vector<std::string>> Failing(const Condition& condition,
                                                const SetNames& sets);

/// Operands of an `and` that is true, or an error, if the condition holds.
/// None: it always holds, or nobody can say.
std::vector<std::string> Holding(const Condition& condition,
                                 const SetNames& sets);

/// What Pol decides otherwise than the format that the condition is from.
std::vector<Remark> Differences(const Condition& condition);

}  // namespace polc::import

#endif  // POLC_COMPILER_IMPORT_CONDITION_TEXT_H_
