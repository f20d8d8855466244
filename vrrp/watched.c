/* watched.c - see watched.h. A hash table with chains, whose entries are in one array: there are several for each instance. */
#include "vrrp/watched.h"

#include <stdlib.h>

#include "base/alloc.h"

enum { LEAST_BUCKETS = 8 };

/* In `entry`, one of its bucket's chain. */
struct watched_entry {
	struct addr addr;
	uint32_t next; /* its place and 1; 0: the last one */
	void *who;     /* NULL: dropped */
};

static uint32_t *bucket_of(const struct watched *w, const struct addr *a)
{
	return &w->bucket[addr_hash(a) & (w->n_buckets - 1)];
}

static void link_entry(struct watched *w, unsigned at)
{
	uint32_t *bucket = bucket_of(w, &w->entry[at].addr);

	w->entry[at].next = *bucket;
	*bucket = at + 1;
}

/* Without those that nobody wants any more. */
static void arrange(struct watched *w, unsigned n_buckets)
{
	unsigned kept = 0;

	free(w->bucket);
	w->bucket = x_calloc(n_buckets, sizeof(*w->bucket));
	w->n_buckets = n_buckets;
	for (unsigned i = 0; i < w->n_entries; i++) {
		if (!w->entry[i].who)
			continue;
		w->entry[kept] = w->entry[i];
		link_entry(w, kept++);
	}
	w->n_entries = kept;
}

static void make_room(struct watched *w)
{
	if (w->n_entries == w->cap && w->walks == 0 && w->n_entries > w->n * 2)
		arrange(w, w->cap);
	if (w->n_entries < w->cap)
		return;
	w->cap = w->cap ? w->cap * 2 : LEAST_BUCKETS;
	w->entry = x_realloc(w->entry, w->cap, sizeof(*w->entry));
	if (w->walks == 0 || w->n_buckets == 0)
		arrange(w, w->cap);
}

void watched_add(struct watched *w, const struct addr *a, void *who)
{
	const struct watched_entry *e;

	for (uint32_t at = w->n ? *bucket_of(w, a) : 0; at; at = e->next) {
		e = &w->entry[at - 1];
		if (e->who == who && addr_equal(&e->addr, a))
			return;
	}
	make_room(w);
	w->entry[w->n_entries] = (struct watched_entry){ .addr = *a, .who = who };
	link_entry(w, w->n_entries++);
	w->n++;
}

void watched_drop(struct watched *w, const void *who)
{
	for (unsigned i = 0; i < w->n_entries; i++)
		if (w->entry[i].who == who) {
			w->entry[i].who = NULL;
			w->n--;
		}
	if (w->n == 0 && w->walks == 0)
		watched_done(w);
}

void watched_tell(struct watched *w, const struct addr *a, watched_fn *fn, const void *what)
{
	uint32_t at = w->n ? *bucket_of(w, a) : 0;

	w->walks++;
	while (at) {
		const struct watched_entry e = w->entry[at - 1];

		if (e.who && addr_equal(&e.addr, a))
			fn(e.who, what);
		at = e.next;
	}
	if (--w->walks == 0 && w->n == 0)
		watched_done(w);
}

bool watched_is_empty(const struct watched *w)
{
	return w->n == 0;
}

bool watched_is_asked(struct watched_asked *asked, const struct addr *target, mono_t now)
{
	struct watched_question *q = &asked->last[addr_hash(target) % WATCHED_QUESTIONS];

	if (q->at.usec && addr_equal(&q->target, target) && mono_diff(now, q->at) < WATCHED_ASKED_USEC)
		return true;
	*q = (struct watched_question){ *target, now };
	return false;
}

void watched_done(struct watched *w)
{
	free(w->entry);
	free(w->bucket);
	*w = (struct watched){ 0 };
}
