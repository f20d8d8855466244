/*
 * overlay_ask.h - requests of vipctl about the overlay: a transaction of changes, the list, saving, dropping. Each change that has
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
/* What vipctl has to write, see overlay_save.h; "text": the block as a file would have it. */
void overlay_ask_save(struct daemon *d, struct writer *w);
/* It is about to be written: what would count twice then, once in the file and once over it, becomes what it amounts to. */
void overlay_ask_saving(struct daemon *d, uint32_t uid, struct writer *w);
/* It was written: the changes that were saved leave the overlay. */
void overlay_ask_saved(struct daemon *d, uint32_t uid, struct writer *w);
#endif
