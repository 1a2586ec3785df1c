/* How the shim, which links no compiler, borrows one: libpolc_compiler.so is
 * loaded on demand and asked to turn policy text into enforceable code. */
#ifndef POLC_RUNTIME_ABI_PLUGIN_H_
#define POLC_RUNTIME_ABI_PLUGIN_H_

#include <stddef.h>
#include <stdint.h>

#include "runtime/abi/native.h"

#ifdef __cplusplus
extern "C" {
#endif

/* C has its own habits. NOLINTBEGIN(readability-identifier-naming) */

typedef struct pol_compile_options {
  uint32_t abi_version;
  uint32_t size;
  const char* const* paths; /* policy files and directories */
  size_t path_count;
  const char* catalog; /* --catalog, or NULL */
  const char* stdlib;  /* --stdlib, or NULL */
} pol_compile_options;

/* A compiled set; owns its code. Code and manifest live until released. */
typedef struct pol_compiled {
  uint32_t abi_version;
  uint32_t size;
  pol_code code;
  void* owner;
} pol_compiled;

/* Returns 0 and fills *out, or 1 and sets *diagnostics to what is wrong (text
 * for a person). Either way free *diagnostics with pol_plugin_free_text if it
 * is not NULL. Never throws, never exits for bad input. */
typedef int (*pol_plugin_compile_fn)(const pol_compile_options*,
                                     pol_compiled* out, char** diagnostics);
typedef void (*pol_plugin_release_fn)(pol_compiled*);
typedef void (*pol_plugin_free_text_fn)(char*);

#define POL_PLUGIN_COMPILE "pol_plugin_compile"
#define POL_PLUGIN_RELEASE "pol_plugin_release"
#define POL_PLUGIN_FREE_TEXT "pol_plugin_free_text"

/* NOLINTEND(readability-identifier-naming) */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* POLC_RUNTIME_ABI_PLUGIN_H_ */
