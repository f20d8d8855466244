/* anycast_tell.c - see anycast_tell.h. */
#include "checkers/anycast_tell.h"

#include <string.h>

#include "checkers/table.h"
#include "io/child.h"

static void send_part(const struct anycast_teller *t, unsigned from, unsigned n)
{
	struct msg_vips head = { .n = n, .is_first = from == 0, .is_last = from + n == t->told.n };
	char buf[sizeof(head) + MSG_ANYCAST_MAX * sizeof(struct msg_anycast)];

	memcpy(buf, &head, sizeof(head));
	if (n)
		memcpy(buf + sizeof(head), t->told.vip + from, n * sizeof(*t->told.vip));
	(void)child_send(t->child, ROLE_VRRP, MSG_ANYCAST, buf, sizeof(head) + n * sizeof(*t->told.vip));
}

static void send_all(const struct anycast_teller *t)
{
	unsigned from = 0, n;

	do {
		n = t->told.n - from < MSG_ANYCAST_MAX ? t->told.n - from : MSG_ANYCAST_MAX;
		send_part(t, from, n);
		from += n;
	} while (from < t->told.n);
}

void anycast_tell(struct anycast_teller *t, const struct services *s, const struct table *table, bool must)
{
	struct anycast_set set;
	struct table_info info;

	if (!s)
		return;
	table_info(table, &info);
	anycast_wanted(s, info.is_available, &set);
	if (!must && anycast_equal(&set, &t->told)) {
		anycast_done(&set);
		return;
	}
	anycast_done(&t->told);
	t->told = set;
	send_all(t);
}

void anycast_tell_done(struct anycast_teller *t)
{
	anycast_done(&t->told);
}
