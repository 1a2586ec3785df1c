/* What marks an ELF library as compiled policies: a note, found through the
 * program headers, that says for which runtime it was made, of what, and how
 * its bytes should add up. The library exports one symbol, `pol_module`, which
 * is a pol_code and the file's entry; it imports none, and has nothing to run
 * when it is loaded. Its segments lie in memory as they lie in the file.
 *
 * The note's layout never changes, so that every runtime can say what is wrong
 * with a file of another version. */
#ifndef POLC_RUNTIME_ABI_AOT_H_
#define POLC_RUNTIME_ABI_AOT_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* C has its own habits. NOLINTBEGIN(readability-identifier-naming) */

#define POL_AOT_SYMBOL "pol_module"
#define POL_AOT_SECTION ".note.polc"
#define POL_AOT_NOTE_NAME "polc" /* with its terminator, padded to 8 bytes */
#define POL_AOT_NOTE_TYPE 1u

/* The note, from its first byte; what precedes `abi_version` is ELF's. Text is
 * filled up with zeros. */
typedef struct pol_aot_note {
  uint32_t name_size; /* 5 */
  uint32_t size;      /* of what follows `name` */
  uint32_t type;
  char name[8];
  uint32_t abi_version; /* POL_ABI_VERSION */
  char compiler[24];    /* the version of polc that made it */
  char set[64];         /* SHA-256 of the policy set, hex */
  /* XXH3 (128 bits, canonical) of the file, where these bytes count as zeros.
   * Against damage, not malice: who can write the file can write its digest.
   * An object that is not linked yet has zeros. */
  uint8_t digest[16];
} pol_aot_note;

/* NOLINTEND(readability-identifier-naming) */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* POLC_RUNTIME_ABI_AOT_H_ */
