/*
 * shared.h - bytes that are kept once: thousands of structs that are alike point to one copy. The copies are in an arena, so that
 * the table by which they are found can go as soon as nothing more comes.
 */
#ifndef BASE_SHARED_H
#define BASE_SHARED_H
#include <stddef.h>

struct arena;
struct shared;

/* `arena` gets the copies and is borrowed. Never NULL. */
struct shared *shared_new(struct arena *arena);
/* The table; the copies stay. Accepts NULL. */
void shared_free(struct shared *s);
/*
 * A copy with the same bytes (padding counts), aligned as by arena_alloc(): mostly one for all that are alike. Where hardly any
 * are, it is not searched for long, and some have several.
 */
const void *shared_bytes(struct shared *s, const void *data, size_t size);
/* The same for a text with its NUL, not aligned; NULL stays NULL. */
const char *shared_text(struct shared *s, const char *text);
#endif
