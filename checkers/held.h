/*
 * held.h - the virtual addresses of this director, and which of them it holds, as the vrrp process tells them. A set replaces the
 * one before as a whole. No I/O, no clock, no log.
 */
#ifndef CHECKERS_HELD_H
#define CHECKERS_HELD_H
#include <stdbool.h>
#include <stddef.h>

struct addr;
struct msg_vip;

/* Where an address is. UNKNOWN: no instance has it. */
enum held_where { HELD_UNKNOWN, HELD_HERE, HELD_ELSEWHERE };

/* Zeroed at the start. */
struct held {
	struct msg_vip *list, *next; /* owned; list is sorted, next is still arriving */
	unsigned n, n_next;
	bool is_told; /* a whole set has arrived */
};

void held_done(struct held *h);
/* The payload of a MSG_VIPS. 1: the set is whole; 0: more of it is to come; -EINVAL: malformed, nothing changed. */
int held_take(struct held *h, const void *data, size_t len);
/* Where the addresses first..last are: here when one of them is. Two instances may have the same: one that holds it counts. */
enum held_where held_find(const struct held *h, const struct addr *first, const struct addr *last);
#endif
