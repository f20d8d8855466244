/*
 * auth_memory.h - what auth_hmac must not forget over a restart: our own sequence, and the mark of each sender. Lines of text among
 * those of resume.h:
 *
 *     sequence NUMBER NAME
 *     mark NUMBER ADDRESS NAME
 */
#ifndef VRRP_AUTH_MEMORY_H
#define VRRP_AUTH_MEMORY_H
#include <stdbool.h>

struct auth;
struct auth_memory_item;
struct text;

/* Zero is an empty one. */
struct auth_memory {
	struct auth_memory_item *item; /* owned */
	unsigned n;
};

/* Appends the lines of instance `name`. */
void auth_memory_write(struct text *t, const char *name, const struct auth *a);
/* Takes in one line; one that says nothing here is passed over. */
void auth_memory_read(struct auth_memory *m, const char *line);
/* Whether there is anything of this instance. */
bool auth_memory_knows(const struct auth_memory *m, const char *name);
/* Gives the instance back what was said for it. */
void auth_memory_apply(const struct auth_memory *m, const char *name, struct auth *a);
/* Empty again. */
void auth_memory_done(struct auth_memory *m);
#endif
