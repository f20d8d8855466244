/* port.c - see port.h. A port lives while it is used. */
#include "vrrp/port.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/loop.h"
#include "net/link.h"
#include "net/raw_filter.h"
#include "net/raw_nd.h"
#include "net/raw_reach.h"
#include "net/raw_try.h"
#include "vrrp/advert.h"
#include "vrrp/announce.h"
#include "vrrp/conf.h"
#include "vrrp/joined.h"
#include "vrrp/pacer.h"
#include "vrrp/unknown.h"
#include "vrrp/watched.h"

enum { DRAIN_MAX = 64, VRIDS = 256 };

/* A socket and its place in the loop. */
struct sock {
	int fd; /* -1: not open */
	struct joined joined;
	struct loop_watch *watch;
};

/* One of each family. */
enum { V4, V6, FAMILIES };

struct member {
	SLIST_ENTRY(member) same; /* others with its VRID */
	SLIST_ENTRY(member) next_heard;
	struct port_user user;
};

struct port {
	LIST_ENTRY(port) next;
	struct port_table *table;
	int index;
	struct sock raw[FAMILIES];
	struct sock claims[FAMILIES]; /* the watch for foreign announcements: ARP, neighbour advertisements */
	struct pacer *pacer;
	struct port_counters counters;
	unsigned uses;
	SLIST_HEAD(, member) by_vrid[VRIDS];
	struct watched watched;     /* ears, by the addresses whose claims they want to hear of */
	SLIST_HEAD(, member) heard; /* since the last drain; whom it must be told */
	struct watched_asked asked;
	bool is_draining;
};

struct port_table {
	struct loop *loop;
	struct link *link;
	int announce_fd;       /* sends ARP and neighbour advertisements on every interface */
	struct pacers *pacers; /* owned */
	struct unknown unknown;
	LIST_HEAD(, port) ports;
};

static announce_send_fn send_announcement;

struct port_table *port_table_new(struct loop *l, struct link *link, struct offender_pace *strangers)
{
	struct port_table *t = x_calloc(1, sizeof(*t));

	t->loop = l;
	t->link = link;
	t->announce_fd = raw_arp_open();
	t->pacers = pacers_new(l, send_announcement, t);
	t->unknown.seen.pace = strangers;
	LIST_INIT(&t->ports);
	return t;
}

void port_table_free(struct port_table *t)
{
	if (!t)
		return;
	if (t->announce_fd >= 0)
		close(t->announce_fd);
	pacers_free(t->pacers);
	free(t);
}

void port_table_pace(struct port_table *t, const struct vrrp_config *conf)
{
	struct port *p;

	pacers_conf(t->pacers, conf);
	t->unknown.is_logged = conf->globals.log_unknown_vrids;
	LIST_FOREACH(p, &t->ports, next) {
		const struct link_if *in = link_find_index(t->link, p->index);

		p->pacer = pacer_change(p->pacer, in ? in->name : NULL, p);
	}
}

static unsigned family_index(uint16_t family)
{
	return family == AF_INET6 ? V6 : V4;
}

/* Takes over `fd`, which may be an error: then nothing is opened. 0 or that error. */
static int sock_open(struct sock *e, struct port *p, int fd, loop_fd_fn *fn)
{
	if (fd < 0)
		return fd;
	e->fd = fd;
	e->watch = loop_watch_new(p->table->loop, fd, LOOP_READ, fn, p);
	return 0;
}

static void sock_close(struct sock *e)
{
	loop_watch_free(e->watch);
	if (e->fd >= 0)
		close(e->fd);
	joined_done(&e->joined);
	*e = (struct sock){ .fd = -1 };
}

/* Receiving. */

static void note_heard(struct port *p, struct member *m)
{
	if (m->user.has_heard)
		return;
	m->user.has_heard = true;
	SLIST_INSERT_HEAD(&p->heard, m, next_heard);
}

static void note_unknown(struct port *p, const struct raw_packet *packet, int vrid)
{
	const struct link_if *in = p->index ? link_find_index(p->table->link, p->index) : NULL;

	p->counters.bad_vrid++;
	if (in)
		unknown_heard(&p->table->unknown, in->name, &packet->src, (unsigned)vrid);
}

static void deliver(struct port *p, const struct raw_packet *packet)
{
	int vrid = advert_vrid(packet->data, packet->len);
	bool is_known = false;
	struct member *m;

	if (!p->index && link_in_vrf(p->table->link, packet->index))
		return; /* net.ipv4.raw_l3mdev_accept: an unbound socket has those too */
	p->counters.rx++;
	if (vrid < 0) {
		p->counters.bad_packet++;
		return;
	}
	SLIST_FOREACH(m, &p->by_vrid[vrid], same)
		if (m->user.family == packet->src.family) {
			is_known = true;
			m->user.ops->packet(m->user.ctx, packet);
			note_heard(p, m);
		}
	if (!is_known)
		note_unknown(p, packet, vrid);
	if (advert_is_carp(packet->data, packet->len))
		p->counters.foreign_carp++;
}

static void drain_socket(struct port *p, int fd)
{
	struct raw_packet packet;
	int r = 0;

	for (int i = 0; i < DRAIN_MAX && r != -EAGAIN; i++) {
		r = raw_receive(fd, &packet);
		if (r == 0)
			deliver(p, &packet);
		else if (r != -EAGAIN)
			p->counters.bad_packet++;
	}
}

void port_drain(struct port *p, mono_t now)
{
	struct member *m;

	if (p->is_draining)
		return;
	p->is_draining = true;
	for (unsigned i = 0; i < FAMILIES; i++)
		if (p->raw[i].fd >= 0)
			drain_socket(p, p->raw[i].fd);
	while ((m = SLIST_FIRST(&p->heard))) {
		SLIST_REMOVE_HEAD(&p->heard, next_heard);
		m->user.has_heard = false;
		m->user.ops->drained(m->user.ctx, now);
	}
	p->is_draining = false;
}

static void on_packet(void *ctx, int fd, unsigned ready)
{
	(void)fd, (void)ready;
	port_drain(ctx, mono_now());
}

/* A virtual router's address (RFC 9568 7.3): other routers have it too. */
static bool is_shared(const uint8_t *mac)
{
	static const uint8_t prefix[] = { 0x00, 0x00, 0x5e, 0x00 };

	return !memcmp(mac, prefix, sizeof(prefix)) && (mac[4] == 1 || mac[4] == 2);
}

static void tell_claim(void *who, const void *claim)
{
	const struct port_ear *ear = who;

	ear->claim(ear->ctx, claim, mono_now());
}

/* Who hears of it may end the watch. */
static void hear_claim(struct port *p, const struct raw_arp *claim)
{
	const struct link_if *in = link_find_index(p->table->link, p->index);

	if (in && !is_shared(in->mac) && !memcmp(in->mac, claim->mac, sizeof(claim->mac)))
		return;
	watched_tell(&p->watched, addr_is_set(&claim->asked) ? &claim->asked : &claim->sender, tell_claim, claim);
}

/* Until somebody who hears one ends the last watch. */
static void on_claims(void *ctx, int fd, unsigned ready)
{
	struct port *p = ctx;
	const unsigned family = fd == p->claims[V6].fd ? V6 : V4;
	struct raw_arp claim;
	int r = 0;

	(void)ready;
	for (int i = 0; i < DRAIN_MAX && p->claims[family].fd == fd && (r == 0 || r == -EBADMSG); i++) {
		r = family == V6 ? raw_nd_receive(fd, &claim) : raw_arp_receive(fd, &claim);
		if (r == 0)
			hear_claim(p, &claim);
	}
}

/* Announcing. */

static void send_announcement(void *ctx, const struct announce_item *item)
{
	const struct addr *a = item->addr;
	struct port *p = item->port;
	const struct link_if *in = link_find_index(p->table->link, p->index);
	int r;

	(void)ctx;
	if (!in || !in->has_mac)
		return;
	if (a->family == AF_INET6)
		r = raw_nd_announce(p->table->announce_fd, p->index, in->mac, a, in->is_router6);
	else
		r = raw_arp_announce(p->table->announce_fd, p->index, in->mac, a);
	if (r < 0)
		p->counters.announce_errors++;
	else
		p->counters.announced++;
}

void port_announce(struct port *p, struct announce_item *item, unsigned count, bool is_again)
{
	item->port = p;
	pacer_announce(p->pacer, item, count, is_again);
}

void port_announce_drop(struct port *p, struct announce_item *item)
{
	pacer_drop(p->pacer, item);
}

int port_ask(struct port *p, const struct addr *target)
{
	const struct link_if *in = link_find_index(p->table->link, p->index);
	struct raw_reach question = { .index = p->index, .target = *target };
	const int fd = target->family == AF_INET ? p->table->announce_fd : p->claims[V6].fd;

	if (fd < 0)
		return -EAFNOSUPPORT;
	if (!in || !in->has_mac)
		return -ENODEV;
	memcpy(question.mac, in->mac, sizeof(question.mac));
	return raw_reach_ask(fd, &question);
}

int port_probe(struct port *p, const struct addr *target)
{
	return target->family == AF_INET ? port_ask(p, target) : raw_nd_probe(p->table->announce_fd, p->index, target);
}

int port_ask_for_all(struct port *p, const struct addr *target, mono_t now)
{
	return watched_is_asked(&p->asked, target, now) ? 0 : port_ask(p, target);
}

static void port_close(struct port *p)
{
	for (unsigned i = 0; i < FAMILIES; i++) {
		sock_close(&p->raw[i]);
		sock_close(&p->claims[i]);
	}
	pacer_leave(p->pacer);
	watched_done(&p->watched);
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
	for (unsigned i = 0; i < FAMILIES; i++)
		p->raw[i].fd = p->claims[i].fd = -1;
	p->pacer = pacer_join(t->pacers, in ? in->name : NULL);
	LIST_INSERT_HEAD(&t->ports, p, next);
	*ret = p;
	return 0;
}

/* The raw socket of a family comes with its first member that has a VRID. */
static int open_raw(struct port *p, uint16_t family)
{
	const struct link_if *in = link_find_index(p->table->link, p->index);
	struct sock *e = &p->raw[family_index(family)];

	if (e->fd >= 0)
		return 0;
	return sock_open(e, p, raw_open(family, ADVERT_PROTO, in ? in->name : NULL), on_packet);
}

int port_use(struct port_table *t, int index, struct port **ret)
{
	struct port *p;
	int r = 0;

	LIST_FOREACH(p, &t->ports, next)
		if (p->index == index)
			break;
	if (!p)
		r = port_open(t, index, &p);
	if (r < 0)
		return r;
	p->uses++;
	*ret = p;
	return 0;
}

void port_release(struct port *p)
{
	if (p && --p->uses == 0)
		port_close(p);
}

int port_join(struct port_table *t, int index, const struct port_user *user, struct port **ret)
{
	struct member *m;
	struct port *p;
	int r = port_use(t, index, &p);

	if (r < 0)
		return r;
	r = open_raw(p, user->family);
	if (r < 0) {
		port_release(p);
		return r;
	}
	m = x_calloc(1, sizeof(*m));
	m->user = *user;
	SLIST_INSERT_HEAD(&p->by_vrid[user->vrid], m, same);
	*ret = p;
	return 0;
}

static struct member *member_of(struct port *p, const void *ctx)
{
	struct member *m;

	for (unsigned i = 0; i < VRIDS; i++)
		SLIST_FOREACH(m, &p->by_vrid[i], same)
			if (m->user.ctx == ctx)
				return m;
	return NULL;
}

void port_leave(struct port *p, const void *ctx)
{
	struct member *m = p ? member_of(p, ctx) : NULL;

	if (!m)
		return;
	if (m->user.has_heard)
		SLIST_REMOVE(&p->heard, m, member, next_heard);
	SLIST_REMOVE(&p->by_vrid[m->user.vrid], m, member, same);
	free(m);
	port_release(p);
}

int port_group(struct port *p, const struct addr *group)
{
	const struct link_if *in = link_find_index(p->table->link, p->index);
	struct sock *e = &p->raw[family_index(group->family)];

	if (joined_take(&e->joined, group, !in || in->is_up))
		raw_leave(e->fd, p->index, group);
	return raw_join(e->fd, p->index, group);
}

int port_only_from(struct port *p, const uint8_t *mac)
{
	int r = 0;

	for (unsigned i = 0; i < FAMILIES && r == 0; i++)
		if (p->raw[i].fd >= 0)
			r = raw_filter_source(p->raw[i].fd, mac);
	if (r == 0 && p->raw[V6].fd >= 0)
		r = raw_any_source(p->raw[V6].fd); /* the link-local one of the interface below */
	return r;
}

int port_send(struct port *p, const struct raw_dest *d, const void *data, size_t len)
{
	const int r = raw_send(p->raw[family_index(d->dst.family)].fd, d, data, len);

	if (r < 0)
		p->counters.tx_errors++;
	return r;
}

int port_try(struct port *p, const struct addr *group)
{
	const int fd = p->raw[family_index(group->family)].fd;

	return fd >= 0 && p->index ? raw_try(fd, p->index, group) : 0;
}

/* Thousands of answers may come at once: adverts go before them. */
static int open_claim(struct sock *e, struct port *p, int fd)
{
	int r = sock_open(e, p, fd, on_claims);

	if (r == 0)
		loop_watch_patient(e->watch);
	return r;
}

static int open_claims(struct port *p)
{
	const struct link_if *in = link_find_index(p->table->link, p->index);
	int r = 0;

	if (p->claims[V4].fd < 0)
		r = open_claim(&p->claims[V4], p, raw_arp_watch(p->index));
	if (r == 0 && p->claims[V6].fd < 0 && in)
		(void)open_claim(&p->claims[V6], p, raw_nd_watch(in->name));
	return r;
}

int port_watch(struct port *p, struct port_ear *ear, const struct addr *a)
{
	watched_add(&p->watched, a, ear);
	return open_claims(p);
}

void port_unwatch(struct port *p, const struct port_ear *ear)
{
	watched_drop(&p->watched, ear);
	for (unsigned i = 0; i < FAMILIES && watched_is_empty(&p->watched); i++)
		sock_close(&p->claims[i]);
}

int port_index(const struct port *p)
{
	return p->index;
}

const struct port_counters *port_counters(const struct port *p)
{
	return &p->counters;
}
