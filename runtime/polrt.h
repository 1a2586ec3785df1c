/* polrt: decisions on MCP messages inside your own process.
 *
 * You have a gateway, a proxy or an agent that sees an agent's calls, in C or
 * in anything that can call C, and a policy set that `polc build` compiled:
 *
 *     polc build policy/ -o policy.so
 *
 * TO DECIDE A CALL
 *
 *     char why[256];
 *     pol_policy* policy = pol_open("policy.so", NULL, why, sizeof why);
 *     if (!policy) refuse_to_start(why);
 *
 *     pol_context context = {.size = sizeof context};
 *     context.server = POL_TEXT("payments");  // its name in the policies
 *     context.grant = POL_TEXT("ci");         // from your authentication
 *     context.now = time(NULL);
 *
 *     char room[4096];
 *     pol_decision decision = {.size = sizeof decision,
 *                              .room = room, .room_size = sizeof room};
 *     pol_decide(policy, message, length, &context, &decision);
 *     if (decision.effect == POL_EFFECT_ALLOW) forward(message, length);
 *     else answer_with(decision.reason);
 *
 * `message` is one JSON-RPC message of a client, the bytes that you will
 * forward and no others. It is read strictly: what two readers could take for
 * different messages (a key twice, two spellings of a key, bad UTF-8, a
 * batch...) is denied, by POL_BY_MALFORMED. Forward nothing but an allowed
 * message, as it came. An ask is not an allow: forward it once a person of
 * `roles` approved it.
 *
 * What policies do not decide (the handshake, lists, pings, progress, a
 * client's answers) is allowed by POL_BY_PROTOCOL. Filter the answer to a
 * `tools/list` with pol_visible, and match a client's answers to what its
 * server asked.
 *
 * LIMITS AND MARKS are yours to keep, because only you know where: an allowed
 * call has `charges`, each an amount to take from a counter named by `limit`
 * and `key`; if one does not hold that much any more, deny the call. It has
 * `marks` to set, by `name` and `holder`, for so many seconds. Give the names
 * of the marks that the caller holds in the context of its next call. If the
 * policies have neither, there is nothing to do. (polc-shim does all of it by
 * itself.)
 *
 * THREADS. Every function may be called by any number of threads at once.
 * pol_decide and pol_visible take no lock and allocate no memory: pol_open made
 * room for `threads` of them at a time, and a further one waits its turn. Only
 * pol_close must come last, and once.
 *
 * TO RELOAD, pol_reload opens a file beside what is in force and swaps. No
 * decision waits for it; each is made by the old policies or by the new ones. A
 * file that can't be trusted changes nothing. A policy has its own copy of its
 * file: writing to the file changes nothing either.
 *
 * FAILURE is denial. Nothing is thrown, nothing is printed, no signal is
 * touched. If pol_decide can't do its work for whatever reason (no room, a
 * context it does not understand), the decision says deny, by POL_BY_ERROR, and
 * the reason says why.
 *
 * VERSIONS. Fill in `size` of each structure, and zero what you do not use: a
 * later version appends members, and knows by `size` which of them you have. A
 * file of another version of polc is refused by pol_open, with words.
 *
 * Text is UTF-8 with a length and no terminator. What a decision points to lies
 * in its room, but for some reasons, which are there for good.
 */
#ifndef POLC_RUNTIME_POLRT_H_
#define POLC_RUNTIME_POLRT_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* C has its own habits. NOLINTBEGIN(readability-identifier-naming) */

#if defined(__GNUC__)
#define POLRT_API __attribute__((visibility("default")))
#else
#define POLRT_API
#endif

typedef struct pol_policy pol_policy;

typedef struct pol_text {
  const char* data; /* NULL: there is none */
  size_t size;
} pol_text;

/* Of a string literal, in C. */
#define POL_TEXT(literal) ((pol_text){(literal), sizeof(literal) - 1})

typedef struct pol_open_options {
  uint32_t size;
  uint32_t threads;           /* that decide at once; 0: the processors */
  uint32_t max_message_bytes; /* longer ones are denied; 0: 65536; at most
                                 262144 */
} pol_open_options;

/* NULL if the file can't be trusted; then `error` (of `error_size` bytes, or
 * NULL) holds why, terminated. `options` may be NULL. */
POLRT_API pol_policy* pol_open(const char* path,
                               const pol_open_options* options, char* error,
                               size_t error_size);

/* 1 if the policies of the file at `path` are in force now, and 0, with why in
 * `error`, if the old ones still are. */
POLRT_API int pol_reload(pol_policy* policy, const char* path, char* error,
                         size_t error_size);

POLRT_API void pol_close(pol_policy* policy); /* NULL: does nothing */

/* SHA-256 of the policy set in force, in hexadecimal, terminated: for your
 * log. */
POLRT_API void pol_digest(const pol_policy* policy, char digest[65]);

/* Who asks, of whom, when: from your own knowledge, never from the message. A
 * caller that a thread's decision before was for, too, is not read again.
 * Grant, subject, roles and claims that are together longer than three of the
 * longest messages are denied. */
typedef struct pol_context {
  uint32_t size;
  uint32_t reserved;
  pol_text server;       /* its name in the policies */
  pol_text grant;        /* none: "default" */
  pol_text subject;      /* none: unknown */
  const pol_text* roles; /* role_count of them */
  size_t role_count;
  pol_text claims;       /* a JSON object; none: {} */
  pol_text session;      /* none: the connection has none */
  int64_t now;           /* seconds since 1970 */
  const pol_text* marks; /* that the caller holds; mark_count of them */
  size_t mark_count;
  pol_text revision; /* of the protocol, as negotiated ("2025-11-25"); none:
                        any. A message that says its own goes first */
} pol_context;

enum { POL_EFFECT_DENY = 0, POL_EFFECT_ASK = 1, POL_EFFECT_ALLOW = 2 };

enum {
  POL_BY_RULE = 0,
  POL_BY_LIMIT = 1, /* never here: you keep the counters */
  POL_BY_DEFAULT = 2,
  POL_BY_SCHEMA = 3,
  POL_BY_ERROR = 4,
  POL_BY_UNCOVERED = 5,
  POL_BY_APPROVAL = 6, /* never here */
  POL_BY_MALFORMED = 7,
  POL_BY_PROTOCOL = 8
};

enum {
  POL_PER_SECOND = 0,
  POL_PER_MINUTE = 1,
  POL_PER_HOUR = 2,
  POL_PER_DAY = 3,
  POL_PER_WEEK = 4,
  POL_PER_MONTH = 5,
  POL_CONCURRENT = 6 /* taken until the call has been answered */
};

typedef struct pol_charge {
  pol_text limit;        /* "ecs.scans" */
  pol_text key;          /* tells counters of the limit apart; opaque */
  pol_text amount;       /* to take, a decimal */
  pol_text limit_amount; /* that a window holds, a decimal */
  uint8_t window;        /* POL_PER_..., in UTC */
  uint8_t rolling;       /* the window ends now, not at the calendar's */
  uint8_t refunds;       /* give it back if the server answers with an error */
  uint8_t or_ask;        /* used up: ask instead of denying */
  uint32_t reserved;
} pol_charge;

typedef struct pol_mark {
  pol_text name;            /* "mail.read_private" */
  pol_text holder;          /* opaque */
  int64_t lifetime_seconds; /* from the last call that set it */
} pol_mark;

typedef struct pol_decision {
  uint32_t size;
  uint8_t effect; /* POL_EFFECT_... */
  uint8_t by;     /* POL_BY_... */
  uint16_t reserved;
  int32_t code; /* of a refused message: JSON-RPC's error code; else 0 */
  uint32_t reserved2;
  void* room;       /* yours: where what follows is written to */
  size_t room_size; /* bytes; 4096 do for most policies */
  size_t needed;    /* out: bytes that this decision takes. If that is more
                       than room_size, it is a denial by POL_BY_ERROR */
  pol_text rule;    /* that decided, or none */
  pol_text reason;  /* for a person or a model to read; may be empty */
  const pol_charge* charges;
  size_t charge_count;
  const pol_mark* marks; /* to set when the call goes out */
  size_t mark_count;
  const pol_text* roles; /* of an ask: who may approve */
  size_t role_count;
  int64_t within_seconds; /* of an ask */
} pol_decision;

/* Always fills in `decision`, and returns its effect. */
POLRT_API int pol_decide(const pol_policy* policy, const char* message,
                         size_t message_size, const pol_context* context,
                         pol_decision* decision);

/* 1 if some call of the tool by this caller can be allowed or asked about; 0 if
 * none can, or there was no telling. Of the context counts who asks whom. */
POLRT_API int pol_visible(const pol_policy* policy, const pol_context* context,
                          pol_text tool);

/* NOLINTEND(readability-identifier-naming) */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* POLC_RUNTIME_POLRT_H_ */
