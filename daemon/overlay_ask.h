/*
 * overlay_ask.h - requests of vipctl about the overlay: a transaction of changes, the list, a patch, dropping. Each change that has
 * an effect is one line of the log, with who made it.
 */
#ifndef DAEMON_OVERLAY_ASK_H
#define DAEMON_OVERLAY_ASK_H
#include <stdint.h>

struct daemon;
struct writer;

/* Between two changes of one request. */
enum { OVERLAY_ASK_SEPARATOR = 0x1e };

/*
 * Each writes the members of the answer: "result", or "error" and nothing has changed. `uid`: who asks. Changes are one line each,
 * separated by OVERLAY_ASK_SEPARATOR: all of them or none.
 */
void overlay_ask_apply(struct daemon *d, const char *changes, uint32_t uid, struct writer *w);
void overlay_ask_drop(struct daemon *d, const char *words, uint32_t uid, struct writer *w);
/* Member "text": the block as the file would have it; "patch": a unified diff that appends it to the file. */
void overlay_ask_save(struct daemon *d, struct writer *w);
#endif
