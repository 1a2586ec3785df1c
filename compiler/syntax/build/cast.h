// Casts between ANTLR's contexts, checked by comparing types: generated
// contexts are leaves of their hierarchy, so this says what dynamic_cast
// would, at the price of a comparison.
#ifndef POLC_COMPILER_SYNTAX_BUILD_CAST_H_
#define POLC_COMPILER_SYNTAX_BUILD_CAST_H_

#include <typeinfo>

#include "compiler/support/check.h"

namespace polc::syntax {

/// `tree` as a `T`, or null if it is another context.
template <typename T, typename Base>
T* TryCast(Base* tree) {
  return typeid(*tree) == typeid(T) ? static_cast<T*>(tree) : nullptr;
}

/// `tree`, which is a `T`.
template <typename T, typename Base>
T* Cast(Base* tree) {
  POLC_CHECK(tree != nullptr && typeid(*tree) == typeid(T),
             "a context of another grammar rule");
  return static_cast<T*>(tree);
}

}  // namespace polc::syntax

#endif  // POLC_COMPILER_SYNTAX_BUILD_CAST_H_
