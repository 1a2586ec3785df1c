/* Decides MCP messages with compiled policies, from C.
 *
 *     cc -I RUNTIME embed.c -L LIBRARIES -lpolrt -o embed
 *     ./embed policy.so SERVER GRANT < messages.jsonl
 *
 * Each line is one message of a client. What may go to the server is printed as
 * it came; of the rest, the reason is printed in its place. A real host would
 * also keep counters for `charges` (see polrt.h); here a charge is shown. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "polrt.h"

static pol_text text_of(const char* words) {
  pol_text text = {words, strlen(words)};
  return text;
}

static void print(const char* before, pol_text text, const char* after) {
  printf("%s%.*s%s", before, (int)text.size, text.data ? text.data : "", after);
}

static void decide_line(const pol_policy* policy, const pol_context* context,
                        const char* line, size_t length) {
  static const char* const effects[] = {"denied", "to be asked", "allowed"};
  char room[4096];
  pol_decision decision;
  memset(&decision, 0, sizeof decision);
  decision.size = sizeof decision;
  decision.room = room;
  decision.room_size = sizeof room;
  const int effect = pol_decide(policy, line, length, context, &decision);
  if (effect == POL_EFFECT_ALLOW) {
    printf("%.*s\n", (int)length, line);
  } else {
    printf("%s: ", effects[effect]);
    print("", decision.reason, "\n");
  }
  for (size_t i = 0; i < decision.charge_count; ++i) {
    const pol_charge* charge = &decision.charges[i];
    print("  takes ", charge->amount, "");
    print(" of ", charge->limit_amount, "");
    print(" from ", charge->limit, "\n");
  }
}

int main(int argc, char** argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: embed policy.so SERVER GRANT < messages\n");
    return 2;
  }
  char why[512];
  pol_policy* policy = pol_open(argv[1], NULL, why, sizeof why);
  if (policy == NULL) {
    fprintf(stderr, "embed: %s\n", why);
    return 1;
  }
  pol_context context;
  memset(&context, 0, sizeof context);
  context.size = sizeof context;
  context.server = text_of(argv[2]);
  context.grant = text_of(argv[3]);
  char* line = NULL;
  size_t capacity = 0;
  for (ssize_t n; (n = getline(&line, &capacity, stdin)) > 0;) {
    if (line[n - 1] == '\n') --n;
    context.now = (int64_t)time(NULL);
    decide_line(policy, &context, line, (size_t)n);
  }
  free(line);
  pol_close(policy);
  return 0;
}
