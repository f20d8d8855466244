/*
 * overlay_list.h - the lines of the overlay as main keeps them (checkers/overlay.h says what each means): read from and written as
 * the text of the block, taken out when their time is over. Pure: no file, no clock.
 */
#ifndef DAEMON_OVERLAY_LIST_H
#define DAEMON_OVERLAY_LIST_H
#include "checkers/overlay.h"

#include <stddef.h>

struct report;

/* In order of arrival; all strings are the list's. Zeroed: empty. */
struct overlay_list {
	struct overlay_entry *entry; /* owned */
	unsigned n, cap;
};

void overlay_list_done(struct overlay_list *l);
/* `to` is empty before. */
void overlay_list_copy(const struct overlay_list *from, struct overlay_list *to);
/* Copies the entry and its strings. */
void overlay_list_add(struct overlay_list *l, const struct overlay_entry *e);
void overlay_list_del(struct overlay_list *l, unsigned i);
/* Takes out all about a service and its servers: how many. */
unsigned overlay_list_forget(struct overlay_list *l, const char *vs);
/*
 * Appends the lines of text, of added services with their blocks before them; what cannot be read is left out and reported, `name`
 * stands for the file.
 */
void overlay_list_read(struct overlay_list *l, const char *name, const char *text, struct report *r);
/* Appends the services that are added, and the block; nothing when the list is empty. */
void overlay_list_write(const struct overlay_list *l, struct text *out);
/* The index of the last entry of this kind about this service and server (rs NULL: the service itself), or n. */
unsigned overlay_list_find(const struct overlay_list *l, enum overlay_kind kind, const char *vs, const char *rs);
/* The first one, from i on, whose time is over at `now` (seconds since 1970), or n. */
unsigned overlay_list_over(const struct overlay_list *l, unsigned i, uint32_t now);
/* When the next one's time is over; 0: of none. */
uint32_t overlay_list_next(const struct overlay_list *l);
#endif
