/* The interface between generated code and the runtime. C, fixed-width, and
 * versioned: a compiled policy file outlives the compiler that made it.
 *
 * The runtime reads a request's fields into slots once, in the order of the
 * manifest. Which guards can apply to them is looked up in the tables
 * (runtime/abi/tables.h) by the host's matcher, which calls generated functions
 * for what the guards say. Those allocate nothing, keep nothing, and call
 * nothing but the host functions below. */
#ifndef POLC_RUNTIME_ABI_NATIVE_H_
#define POLC_RUNTIME_ABI_NATIVE_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* C has its own habits. NOLINTBEGIN(readability-identifier-naming) */

/* Changes with any change to this file or to the manifest's encoding. */
#define POL_ABI_VERSION 9u

/* Kinds of a slot: the numbers of polc::ir::Kind. */
enum {
  POL_MISSING = 0,
  POL_NULL = 1,
  POL_BOOL = 2,
  POL_NUMBER = 3,
  POL_BIG_INT = 4,
  POL_STRING = 5,
  POL_LIST = 6,
  POL_OBJECT = 7,
  POL_BAD = 8
};

/* Sets of verdicts. A concrete evaluation has one bit; an abstract one (which
 * answers visibility) may have several. */
enum { POL_TRUE = 1, POL_FALSE = 2, POL_ERROR = 4, POL_ANY = 7 };

/* What a field's path found in one request. */
typedef struct pol_slot {
  uint8_t kind;
  uint8_t reserved[3];
  uint32_t length; /* of a string: bytes */
  union {
    double number;
    uint64_t boolean; /* 0 or 1 */
    const char* text; /* not terminated; valid for the decision */
    const void* node; /* of a list or object: the host's */
  } u;
  uint64_t index; /* of a list or object: the host's */
} pol_slot;

#define POL_NO_TOOL 0xFFFFFFFFu

struct pol_vote;
struct pol_host;
struct pol_code;

/* One decision's input. */
typedef struct pol_frame {
  const pol_slot* slots; /* manifest.fields, in order */
  const struct pol_host* host;
  const void* context;   /* the host's */
  const uint32_t* tools; /* per schema: index of the tool, or POL_NO_TOOL */
  int32_t error_field;   /* out: manifest index, or -1; see pol_vote */
  uint32_t abstract;     /* 1: the call's arguments, session and marks are
                            unknown; tests of them and of the time are POL_ANY.
                            Caller, server and target are what the slots say */
  const struct pol_code* code;
  const uint8_t* tables; /* the matcher's to set: code->tables */
  uint8_t* memo;         /* code->memo_size bytes */
  int64_t now;           /* Unix time in seconds */
  uint32_t named;        /* what the matcher's tables say of the tool's name, if
                            the host asked before; 0: the matcher looks */
} pol_frame;

/* Position in a list; opaque to generated code, zero at the start. */
typedef struct pol_iterator {
  uint64_t state[4];
} pol_iterator;

/* What generated code may call. Every function is total. */
typedef struct pol_host {
  uint32_t abi_version;
  uint32_t size;
  /* Reads the next element's fields (those of manifest quantifier `q`) into
   * `out` and returns 1; returns 0 past the end. */
  uint32_t (*next_element)(const pol_frame*, const pol_slot* list,
                           pol_iterator*, uint32_t q, pol_slot* out);
  /* Number of elements of a list. */
  uint64_t (*list_size)(const pol_frame*, const pol_slot* list);
  /* Number of code points of a string. */
  uint64_t (*code_points)(const pol_slot* string);
  /* 1 if the object has no member outside manifest key set `keys`. */
  uint32_t (*only_keys)(const pol_frame*, const pol_slot* object,
                        uint32_t keys);
  /* A verdict bit. `op` is the number of polc::ir::CompareOp; `prefix` is
   * kUnderJoin's. */
  uint32_t (*compare)(uint32_t op, const pol_slot* left, const pol_slot* right,
                      const char* prefix, uint32_t prefix_length);
  /* The matcher: what the entry points of a pol_code answer with. */
  void (*votes)(pol_frame*, const uint8_t* covered, struct pol_vote* out);
  uint32_t (*schema)(pol_frame*, uint32_t schema, int32_t* demand);
  uint32_t (*limit_covers)(pol_frame*, uint32_t index);
  uint32_t (*mark_covers)(pol_frame*, uint32_t index);
  /* A verdict bit: manifest calculation `calculation`, on the element's fields
   * `element` (null outside of quantifiers). If it is an error, `*error` is the
   * field to blame, an index in manifest.error_fields, or -1. */
  uint32_t (*calculate)(const pol_frame*, const pol_slot* element,
                        uint32_t calculation, int32_t* error);
} pol_host;

/* How one policy voted. */
enum { POL_DENY = 0, POL_ASK = 1, POL_ALLOW = 2, POL_NONE = 3 };
typedef struct pol_vote {
  uint8_t effect;      /* abstract: unused */
  uint8_t is_error;    /* the rule's guard was an error */
  uint8_t may_permit;  /* abstract only: may vote allow or ask */
  uint8_t may_abstain; /* abstract only: may vote none */
  int32_t rule;        /* manifest.rules index; -1: the default voted */
  int32_t error_field; /* if is_error: index in manifest.error_fields */
} pol_vote;

/* Entry points of a compiled policy set. */

/* Writes out[i] for each policy i whose covered[i] is not 0; the others' votes
 * stay untouched. A default votes as if the request's method was defined: the
 * caller turns that vote into a denial if it is not. */
typedef void (*pol_votes_fn)(pol_frame*, const uint8_t* covered, pol_vote* out);
/* A verdict set: does the tool `frame->tools[schema]` accept the arguments?
 * If not, *demand is the first demand's index within the tool's. */
typedef uint32_t (*pol_schema_fn)(pol_frame*, uint32_t schema, int32_t* demand);
/* A verdict set: does the limit's or mark's `on` cover the request? */
typedef uint32_t (*pol_covers_fn)(pol_frame*, uint32_t index);

/* A condition of one shape, or a part of one: a verdict set. What is particular
 * to one condition is in `constants`; `elements` are the slots of the list
 * element that a quantifier around looks at. */
typedef uint32_t (*pol_shape_fn)(pol_frame*, const pol_slot* elements,
                                 const uint32_t* constants);

typedef struct pol_code {
  uint32_t abi_version;
  uint32_t size;
  pol_votes_fn votes;
  pol_schema_fn schema;
  pol_covers_fn limit_covers;
  pol_covers_fn mark_covers;
  const uint8_t* manifest; /* encoded polc::runtime::Manifest */
  uint64_t manifest_size;
  const uint8_t* tables; /* 8-aligned; see runtime/abi/tables.h */
  uint64_t tables_size;
  const pol_shape_fn* shapes; /* all concrete ones, then the same, abstract */
  uint64_t shape_count;       /* of either */
  uint64_t memo_size;         /* bytes that a frame's memo needs */
} pol_code;

/* NOLINTEND(readability-identifier-naming) */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* POLC_RUNTIME_ABI_NATIVE_H_ */
