/* held.c - see held.h. */
#include "checkers/held.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/message.h"

void held_done(struct held *h)
{
	free(h->list);
	free(h->next);
	memset(h, 0, sizeof(*h));
}

static int by_addr(const void *a, const void *b)
{
	const struct msg_vip *x = a, *y = b;

	return addr_cmp(&x->addr, &y->addr);
}

/* Equal addresses become one, held if one of them is. */
static void merge(struct held *h)
{
	unsigned kept = 0;

	if (h->n)
		qsort(h->list, h->n, sizeof(*h->list), by_addr);
	for (unsigned i = 0; i < h->n; i++) {
		if (kept && addr_equal(&h->list[kept - 1].addr, &h->list[i].addr))
			h->list[kept - 1].is_held |= h->list[i].is_held;
		else
			h->list[kept++] = h->list[i];
	}
	h->n = kept;
}

int held_take(struct held *h, const void *data, size_t len)
{
	struct msg_vips head;

	if (len < sizeof(head))
		return -EINVAL;
	memcpy(&head, data, sizeof(head));
	if (head.n > MSG_VIPS_MAX || len != sizeof(head) + head.n * sizeof(*h->next))
		return -EINVAL;
	if (head.is_first)
		h->n_next = 0;
	h->next = x_realloc(h->next, h->n_next + head.n + 1, sizeof(*h->next));
	memcpy(h->next + h->n_next, (const char *)data + sizeof(head), head.n * sizeof(*h->next));
	h->n_next += head.n;
	if (!head.is_last)
		return 0;
	free(h->list);
	h->list = h->next;
	h->n = h->n_next;
	h->next = NULL;
	h->n_next = 0;
	h->is_told = true;
	merge(h);
	return 1;
}

/* The place of the first address that is not below `a`. */
static unsigned lower_bound(const struct held *h, const struct addr *a)
{
	unsigned low = 0, high = h->n;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (addr_cmp(&h->list[middle].addr, a) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

enum held_where held_find(const struct held *h, const struct addr *first, const struct addr *last)
{
	enum held_where ret = HELD_UNKNOWN;

	for (unsigned i = lower_bound(h, first); i < h->n && addr_cmp(&h->list[i].addr, last) <= 0; i++) {
		if (h->list[i].is_held)
			return HELD_HERE;
		ret = HELD_ELSEWHERE;
	}
	return ret;
}
