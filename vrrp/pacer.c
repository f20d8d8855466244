/* pacer.c - see pacer.h (keepalived.conf(5), garp_group). */
#include "vrrp/pacer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "io/loop.h"
#include "vrrp/conf.h"

/* One of each family: ARP and neighbour advertisements have a pace each. */
enum { V4, V6, FAMILIES };

struct pacer {
	LIST_ENTRY(pacer) next;
	struct pacers *all;
	const struct vrrp_garp_group
		*group; /* of the newest configuration; NULL: of one interface alone, or to be changed */
	unsigned users;
	struct announcer announcer[FAMILIES];
	struct loop_timer *timer;
};

struct pacers {
	struct loop *loop;
	announce_send_fn *send;
	void *ctx;
	const struct vrrp_config *conf; /* NULL before the first */
	LIST_HEAD(, pacer) pacer;
};

struct pacers *pacers_new(struct loop *l, announce_send_fn *send, void *ctx)
{
	struct pacers *p = x_calloc(1, sizeof(*p));

	p->loop = l;
	p->send = send;
	p->ctx = ctx;
	LIST_INIT(&p->pacer);
	return p;
}

void pacers_free(struct pacers *p)
{
	free(p);
}

void pacers_conf(struct pacers *p, const struct vrrp_config *conf)
{
	struct pacer *one;

	p->conf = conf;
	LIST_FOREACH(one, &p->pacer, next)
		one->group = NULL;
}

/* Which group. */

static bool has_interface(const struct vrrp_garp_group *g, const char *interface)
{
	if (g->interface && !strcmp(g->interface, interface))
		return true;
	for (unsigned i = 0; i < g->interfaces.n; i++)
		if (!strcmp(((const struct vrrp_name *)g->interfaces.item[i])->name, interface))
			return true;
	return false;
}

/* The first one that has it; NULL: none. */
static const struct vrrp_garp_group *group_of(const struct pacers *p, const char *interface)
{
	for (unsigned i = 0; p->conf && interface && i < p->conf->garp_groups.n; i++)
		if (has_interface(p->conf->garp_groups.item[i], interface))
			return p->conf->garp_groups.item[i];
	return NULL;
}

static int64_t interval_of(const struct pacers *p, const struct vrrp_garp_group *g, unsigned family)
{
	if (g)
		return family == V4 ? g->garp_interval : g->gna_interval;
	if (!p->conf)
		return 0;
	return family == V4 ? p->conf->globals.garp_interval : p->conf->globals.gna_interval;
}

/* Life. */

static void on_timer(void *ctx, mono_t now)
{
	struct pacer *p = ctx;
	mono_t arp = announce_run(&p->announcer[V4], now);

	loop_timer_at(p->timer, mono_min(arp, announce_run(&p->announcer[V6], now)));
}

static struct pacer *pacer_new(struct pacers *all, const struct vrrp_garp_group *group)
{
	struct pacer *p = x_calloc(1, sizeof(*p));

	p->all = all;
	p->group = group;
	for (unsigned i = 0; i < FAMILIES; i++) {
		announce_init(&p->announcer[i], all->send, all->ctx);
		p->announcer[i].interval = interval_of(all, group, i);
	}
	p->timer = loop_timer_new(all->loop, on_timer, p);
	LIST_INSERT_HEAD(&all->pacer, p, next);
	return p;
}

struct pacer *pacer_join(struct pacers *p, const char *interface)
{
	const struct vrrp_garp_group *group = group_of(p, interface);
	struct pacer *one;

	LIST_FOREACH(one, &p->pacer, next)
		if (group && one->group == group)
			break;
	if (!one)
		one = pacer_new(p, group);
	one->users++;
	return one;
}

void pacer_leave(struct pacer *p)
{
	if (!p || --p->users > 0)
		return;
	LIST_REMOVE(p, next);
	loop_timer_free(p->timer);
	free(p);
}

struct pacer *pacer_change(struct pacer *old, const char *interface, const struct port *port)
{
	struct pacer *p = pacer_join(old->all, interface);

	for (unsigned i = 0; i < FAMILIES; i++)
		announce_move(&p->announcer[i], &old->announcer[i], port);
	pacer_leave(old);
	on_timer(p, mono_now());
	return p;
}

/* Announcing. */

static struct announcer *announcer_of(struct pacer *p, const struct announce_item *item)
{
	return &p->announcer[item->addr->family == AF_INET6 ? V6 : V4];
}

void pacer_announce(struct pacer *p, struct announce_item *item, unsigned count, bool is_again)
{
	struct announcer *a = announcer_of(p, item);

	if (is_again)
		announce_again(a, item, count);
	else
		announce_add(a, item, count);
	on_timer(p, mono_now());
}

void pacer_drop(struct pacer *p, struct announce_item *item)
{
	announce_drop(announcer_of(p, item), item);
}
