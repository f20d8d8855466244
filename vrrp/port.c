/* port.c - see port.h. A port lives while it has members; members are few, so lists are walked. */
#include "vrrp/port.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/loop.h"
#include "net/link.h"
#include "vrrp/advert.h"
#include "vrrp/announce.h"

enum { DRAIN_MAX = 64 };

struct member {
	LIST_ENTRY(member) next;
	struct port_user user;
	bool is_watching;
};

struct port {
	LIST_ENTRY(port) next;
	struct port_table *table;
	int index, fd, arp_fd; /* arp_fd: the watch for foreign ARP, -1 when nobody watches */
	struct loop_watch *watch, *arp_watch;
	struct loop_timer *timer; /* paces announcements */
	struct announcer announcer;
	struct port_counters counters;
	LIST_HEAD(, member) members;
	bool is_draining;
};

struct port_table {
	struct loop *loop;
	struct link *link;
	int arp_fd; /* sends ARP on every interface */
	int64_t pace;
	LIST_HEAD(, port) ports;
};

struct port_table *port_table_new(struct loop *l, struct link *link)
{
	struct port_table *t = x_calloc(1, sizeof(*t));

	t->loop = l;
	t->link = link;
	t->arp_fd = raw_arp_open();
	LIST_INIT(&t->ports);
	return t;
}

void port_table_free(struct port_table *t)
{
	if (!t)
		return;
	if (t->arp_fd >= 0)
		close(t->arp_fd);
	free(t);
}

void port_table_pace(struct port_table *t, int64_t interval)
{
	struct port *p;

	t->pace = interval;
	LIST_FOREACH(p, &t->ports, next)
		p->announcer.interval = interval;
}

/* Receiving. */

static void deliver(struct port *p, const struct raw_packet *packet)
{
	int vrid = advert_vrid(packet->data, packet->len);
	bool is_known = false;
	struct member *m;

	p->counters.rx++;
	if (vrid < 0) {
		p->counters.bad_packet++;
		return;
	}
	LIST_FOREACH(m, &p->members, next)
		if (m->user.vrid != 0 && m->user.vrid == vrid) {
			is_known = true;
			m->user.ops->packet(m->user.ctx, packet);
		}
	if (!is_known)
		p->counters.bad_vrid++;
	if (advert_is_carp(packet->data, packet->len))
		p->counters.foreign_carp++;
}

void port_drain(struct port *p, mono_t now)
{
	struct raw_packet packet;
	struct member *m;
	int r = 0;

	if (p->is_draining || p->fd < 0)
		return;
	p->is_draining = true;
	for (int i = 0; i < DRAIN_MAX && r != -EAGAIN; i++) {
		r = raw_receive(p->fd, &packet);
		if (r == 0)
			deliver(p, &packet);
		else if (r != -EAGAIN)
			p->counters.bad_packet++;
	}
	LIST_FOREACH(m, &p->members, next)
		m->user.ops->drained(m->user.ctx, now);
	p->is_draining = false;
}

static void on_packet(void *ctx, int fd, unsigned ready)
{
	(void)fd, (void)ready;
	port_drain(ctx, mono_now());
}

static void on_arp(void *ctx, int fd, unsigned ready)
{
	struct port *p = ctx;
	const struct link_if *in = link_find_index(p->table->link, p->index);
	struct raw_arp arp;

	(void)ready;
	for (int i = 0; i < DRAIN_MAX && p->arp_fd == fd && raw_arp_receive(fd, &arp) == 0; i++) {
		struct member *m;

		if (in && !memcmp(in->mac, arp.mac, sizeof(arp.mac)))
			continue;
		LIST_FOREACH(m, &p->members, next)
			if (m->is_watching)
				m->user.ops->arp(m->user.ctx, &arp, mono_now());
	}
}

/* Announcing. */

static void send_announcement(void *ctx, const struct addr *a)
{
	struct port *p = ctx;
	const struct link_if *in = link_find_index(p->table->link, p->index);

	if (!in || !in->has_mac)
		return;
	if (raw_arp_announce(p->table->arp_fd, p->index, in->mac, a) < 0)
		p->counters.announce_errors++;
	else
		p->counters.announced++;
}

static void on_timer(void *ctx, mono_t now)
{
	struct port *p = ctx;

	loop_timer_at(p->timer, announce_run(&p->announcer, now));
}

void port_announce(struct port *p, struct announce_item *item, unsigned count, bool is_again)
{
	if (is_again)
		announce_again(&p->announcer, item, count);
	else
		announce_add(&p->announcer, item, count);
	on_timer(p, mono_now());
}

void port_announce_drop(struct port *p, struct announce_item *item)
{
	announce_drop(&p->announcer, item);
}

/* Life. */

static void port_close(struct port *p)
{
	loop_watch_free(p->watch);
	loop_watch_free(p->arp_watch);
	if (p->timer)
		loop_timer_free(p->timer);
	if (p->fd >= 0)
		close(p->fd);
	if (p->arp_fd >= 0)
		close(p->arp_fd);
	LIST_REMOVE(p, next);
	free(p);
}

static int port_open(struct port_table *t, int index, struct port **ret)
{
	const struct link_if *in = index ? link_find_index(t->link, index) : NULL;
	struct port *p;

	if (index && !in)
		return -ENODEV;
	p = x_calloc(1, sizeof(*p));
	p->table = t;
	p->index = index;
	p->fd = -1;
	p->arp_fd = -1;
	LIST_INIT(&p->members);
	announce_init(&p->announcer, send_announcement, p);
	p->announcer.interval = t->pace;
	p->timer = loop_timer_new(t->loop, on_timer, p);
	LIST_INSERT_HEAD(&t->ports, p, next);
	*ret = p;
	return 0;
}

/* The raw socket comes with the first member that has a VRID. */
static int open_raw(struct port *p)
{
	const struct link_if *in = link_find_index(p->table->link, p->index);
	int fd;

	if (p->fd >= 0)
		return 0;
	fd = raw_open(ADVERT_PROTO, in ? in->name : NULL);
	if (fd < 0)
		return fd;
	p->fd = fd;
	p->watch = loop_watch_new(p->table->loop, fd, LOOP_READ, on_packet, p);
	return 0;
}

int port_join(struct port_table *t, int index, const struct port_user *user, struct port **ret)
{
	struct member *m;
	struct port *p;
	int r = 0;

	LIST_FOREACH(p, &t->ports, next)
		if (p->index == index)
			break;
	if (!p)
		r = port_open(t, index, &p);
	if (r == 0 && user->vrid != 0)
		r = open_raw(p);
	if (r < 0) {
		if (p && LIST_EMPTY(&p->members))
			port_close(p);
		return r;
	}
	m = x_calloc(1, sizeof(*m));
	m->user = *user;
	LIST_INSERT_HEAD(&p->members, m, next);
	*ret = p;
	return 0;
}

static struct member *member_of(struct port *p, const void *ctx)
{
	struct member *m;

	LIST_FOREACH(m, &p->members, next)
		if (m->user.ctx == ctx)
			return m;
	return NULL;
}

void port_leave(struct port *p, void *ctx)
{
	struct member *m = p ? member_of(p, ctx) : NULL;

	if (!m)
		return;
	(void)port_watch(p, ctx, false);
	LIST_REMOVE(m, next);
	free(m);
	if (LIST_EMPTY(&p->members))
		port_close(p);
}

int port_group(struct port *p, const struct addr *group)
{
	return raw_join(p->fd, p->index, group);
}

int port_send(struct port *p, const struct raw_dest *d, const void *data, size_t len)
{
	int r = raw_send(p->fd, d, data, len);

	if (r < 0)
		p->counters.tx_errors++;
	return r;
}

static bool is_watched(const struct port *p)
{
	const struct member *m;

	LIST_FOREACH(m, &p->members, next)
		if (m->is_watching)
			return true;
	return false;
}

int port_watch(struct port *p, void *ctx, bool on)
{
	struct member *m = member_of(p, ctx);

	if (!m)
		return -ENOENT;
	m->is_watching = on;
	if (is_watched(p) && p->arp_fd < 0) {
		int fd = raw_arp_watch(p->index);

		if (fd < 0)
			return fd;
		p->arp_fd = fd;
		p->arp_watch = loop_watch_new(p->table->loop, fd, LOOP_READ, on_arp, p);
	} else if (!is_watched(p) && p->arp_fd >= 0) {
		loop_watch_free(p->arp_watch);
		close(p->arp_fd);
		p->arp_watch = NULL;
		p->arp_fd = -1;
	}
	return 0;
}

int port_index(const struct port *p)
{
	return p->index;
}

const struct port_counters *port_counters(const struct port *p)
{
	return &p->counters;
}
