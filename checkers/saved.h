/*
 * saved.h - what the lvs process gives to main with MSG_STATE and gets back with MSG_RESTORE: the keys of its
 * services, what drains, the last state of every check, the quorums, what omega ended, what guards hold, slow starts. Text, one
 * fact a line, found by the names that the configuration gives; unknown lines are passed over.
 */
#ifndef CHECKERS_SAVED_H
#define CHECKERS_SAVED_H
#include "net/ipvs_table.h"

struct drain;
struct saved;
struct services;
struct text;

/* Appends the text form. */
void saved_write(const struct services *s, const struct ipvs_table *owned, const struct drain *drain, struct text *out);
/* Never NULL; bytes that make no sense are left out. */
struct saved *saved_read(const char *data, size_t len);
/* Accepts NULL. */
void saved_free(struct saved *s);
/* The services that were ours; *ret_n of them. */
const struct ipvs_service *saved_owned(const struct saved *s, unsigned *ret_n);
/* What drained; sorted by drain_sort(). */
const struct drain *saved_drain(const struct saved *s);
/* "KEY = A B", which another module wrote: whether it is there; A and B may be NULL. */
bool saved_fact(const struct saved *s, const char *key, uint32_t *ret_a, uint32_t *ret_b);
/* The next name behind "WORD " of a key, from *i on (0 at first), which moves; NULL: no more. */
const char *saved_next(const struct saved *s, const char *word, unsigned *i);
/* Puts the saved states into services that have none yet; before services_start(). */
void saved_apply(const struct saved *s, struct services *to);
#endif
