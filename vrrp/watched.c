/* watched.c - see watched.h. A hash table with chains. */
#include "vrrp/watched.h"

#include <stdlib.h>

#include "base/alloc.h"

enum { LEAST_BUCKETS = 8 };

struct watched_entry {
	struct watched_entry *next;
	void *who; /* NULL: dropped while somebody walks */
	struct addr addr;
};

static struct watched_entry **bucket_of(const struct watched *w, const struct addr *a)
{
	return &w->bucket[addr_hash(a) & (w->n_buckets - 1)];
}

static void grow(struct watched *w)
{
	struct watched_entry **old = w->bucket;
	const unsigned n_old = w->n_buckets;

	w->n_buckets = n_old ? n_old * 2 : LEAST_BUCKETS;
	w->bucket = x_calloc(w->n_buckets, sizeof(struct watched_entry *));
	for (unsigned i = 0; i < n_old; i++)
		for (struct watched_entry *e = old[i], *next; e; e = next) {
			struct watched_entry **to = bucket_of(w, &e->addr);

			next = e->next;
			e->next = *to;
			*to = e;
		}
	free(old);
}

void watched_add(struct watched *w, const struct addr *a, void *who)
{
	struct watched_entry *e, **at;

	if (w->n >= w->n_buckets && (w->walks == 0 || w->n_buckets == 0))
		grow(w);
	at = bucket_of(w, a);
	for (e = *at; e; e = e->next)
		if (e->who == who && addr_equal(&e->addr, a))
			return;
	e = x_calloc(1, sizeof(*e));
	*e = (struct watched_entry){ *at, who, *a };
	*at = e;
	w->n++;
}

/* Those that nobody wants any more. */
static void sweep(struct watched *w)
{
	for (unsigned i = 0; i < w->n_buckets; i++)
		for (struct watched_entry **at = &w->bucket[i], *e; (e = *at);) {
			if (e->who) {
				at = &e->next;
				continue;
			}
			*at = e->next;
			free(e);
		}
	w->has_gone = false;
}

void watched_drop(struct watched *w, const void *who)
{
	for (unsigned i = 0; i < w->n_buckets; i++)
		for (struct watched_entry *e = w->bucket[i]; e; e = e->next)
			if (e->who == who) {
				e->who = NULL;
				w->n--;
				w->has_gone = true;
			}
	if (w->has_gone && w->walks == 0)
		sweep(w);
}

void watched_tell(struct watched *w, const struct addr *a, watched_fn *fn, const void *what)
{
	if (w->n == 0)
		return;
	w->walks++;
	for (struct watched_entry *e = *bucket_of(w, a); e; e = e->next)
		if (e->who && addr_equal(&e->addr, a))
			fn(e->who, what);
	if (--w->walks == 0 && w->has_gone)
		sweep(w);
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
	for (unsigned i = 0; i < w->n_buckets; i++)
		for (struct watched_entry *e = w->bucket[i], *next; e; e = next) {
			next = e->next;
			free(e);
		}
	free(w->bucket);
	*w = (struct watched){ 0 };
}
