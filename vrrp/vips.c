/* vips.c - see vips.h. */
#include "vrrp/vips.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "io/child.h"
#include "io/loop.h"
#include "io/message.h"
#include "vrrp/instance.h"
#include "vrrp/roster.h"

enum {
	LATER_USEC = 100000,
	COST_SHARE = 20, /* of the time at most one part in this many goes into telling */
};

struct vips {
	struct child *child;
	const struct roster *roster;
	struct loop_timer *timer; /* owned */
	struct hash told;         /* of what lvs knows */
	mono_t not_before;        /* thousands of addresses are not told for every one of them */
	bool must_tell;
};

/* Those of one instance behind the `n` of `list`; how many there are then. With `list` NULL they are only counted. */
static unsigned add_instance(const struct instance *vi, struct msg_vip *list, unsigned n)
{
	bool is_held = instance_is_holding(vi);
	struct instance_view v;

	instance_look(vi, &v);
	for (unsigned i = 0; i < v.addresses->n; i++) {
		const struct address_vip *vip = v.addresses->vip[i];

		if (vip->is_dropped)
			continue;
		if (list) {
			list[n].addr = vip->conf.addr;
			list[n].is_held = is_held;
		}
		n++;
	}
	return n;
}

static unsigned add_all(const struct roster *r, struct msg_vip *list)
{
	const struct instance *vi;
	unsigned n = 0;

	for (unsigned i = 0; (vi = roster_get(r, i, NULL)); i++)
		n = add_instance(vi, list, n);
	return n;
}

/* What is to be told. */
struct list {
	struct msg_vip *vip;
	unsigned n;
};

static void send_part(const struct vips *v, const struct list *l, unsigned from, unsigned n)
{
	struct msg_vips head = { .n = n, .is_first = from == 0, .is_last = from + n == l->n };
	char buf[sizeof(head) + MSG_VIPS_MAX * sizeof(struct msg_vip)];

	memcpy(buf, &head, sizeof(head));
	memcpy(buf + sizeof(head), l->vip + from, n * sizeof(*l->vip));
	(void)child_send(v->child, ROLE_LVS, MSG_VIPS, buf, sizeof(head) + n * sizeof(*l->vip));
}

static void send_all(const struct vips *v, const struct list *l)
{
	unsigned from = 0, n;

	do {
		n = l->n - from < MSG_VIPS_MAX ? l->n - from : MSG_VIPS_MAX;
		send_part(v, l, from, n);
		from += n;
	} while (from < l->n);
}

static void tell(struct vips *v)
{
	const unsigned n = add_all(v->roster, NULL);
	const struct list l = { x_calloc(n + 1, sizeof(*l.vip)), n };
	struct hash now;

	add_all(v->roster, l.vip);
	now = hash_of(l.vip, n * sizeof(*l.vip));
	if (v->must_tell || !hash_is_same(&now, &v->told))
		send_all(v, &l);
	v->told = now;
	v->must_tell = false;
	free(l.vip);
}

static void on_timer(void *ctx, mono_t now)
{
	struct vips *v = ctx;
	mono_t start = mono_now(), end;

	(void)now;
	tell(v);
	end = mono_now();
	v->not_before = mono_add(end, mono_diff(end, start) * COST_SHARE);
}

struct vips *vips_new(struct loop *l, struct child *child, const struct roster *roster)
{
	struct vips *v = x_calloc(1, sizeof(*v));

	v->child = child;
	v->roster = roster;
	v->told = hash_of("", 0);
	v->timer = loop_timer_new(l, on_timer, v);
	return v;
}

void vips_free(struct vips *v)
{
	if (!v)
		return;
	loop_timer_free(v->timer);
	free(v);
}

void vips_touch(struct vips *v, mono_t now)
{
	loop_timer_at(v->timer, mono_max(now, v->not_before));
}

void vips_touch_later(struct vips *v, mono_t now)
{
	mono_t later = mono_add(now, LATER_USEC);

	if (mono_before(later, loop_timer_when(v->timer)))
		loop_timer_at(v->timer, later);
}

void vips_tell_all(struct vips *v, mono_t now)
{
	v->must_tell = true;
	vips_touch(v, now);
}
