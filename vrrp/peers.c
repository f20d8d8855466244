/* peers.c - see peers.h. It listens to ARP and neighbour advertisements only while a question is open. */
#include "vrrp/peers.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/loop.h"
#include "net/link_dev.h"
#include "net/raw.h"
#include "vrrp/claimant.h"
#include "vrrp/peer_table.h"
#include "vrrp/port.h"

/* PACE: the kernel takes up to 30 ms to close a packet socket; many at once would make adverts late. */
enum { LISTEN_USEC = 1000000, PACE_USEC = 200000, HOST_EVERY_USEC = 10000000, OTHER_EVERY_USEC = 200000 };

/* A question that is open. */
struct question {
	struct peers *peers;
	struct port *port; /* NULL: none */
	struct port_ear ear;
	struct peer *peer; /* in the table; it may be another's by now, which the address tells */
	mono_t until;
};

struct peers {
	struct port_table *ports; /* borrowed */
	struct peer_table table;
	struct question question[PEERS_MAX]; /* by the place of the peer */
	struct loop_timer *timer;            /* owned */
	mono_t next_at;                      /* nothing is done before */
	struct {
		mono_t at; /* usec 0: never */
		int index;
		uint8_t mac[6];
		struct addr addr;
	} host; /* the last stranger that the kernel was asked for */
	struct claimants claimants;
};

static void close_question(struct question *q)
{
	if (!q->port)
		return;
	port_unwatch(q->port, &q->ear);
	port_release(q->port);
	q->port = NULL;
}

/* The port may not be left from here. */
static void on_claim(void *ctx, const struct raw_arp *arp, mono_t now)
{
	struct question *q = ctx;

	if (!addr_equal(&arp->sender, &q->peer->addr) || q->peer->index != port_index(q->port))
		return;
	peer_answered(q->peer, arp->mac);
	q->until = now;
	loop_timer_at(q->peers->timer, now);
}

static void ask(struct peers *p, struct peer *peer, mono_t now)
{
	struct question *q = &p->question[peer - p->table.peer];

	close_question(q);
	if (port_use(p->ports, peer->index, &q->port) < 0)
		return;
	q->ear = (struct port_ear){ on_claim, q };
	q->peers = p;
	q->peer = peer;
	q->until = mono_add(now, LISTEN_USEC);
	(void)port_watch(q->port, &q->ear, &peer->addr);
	(void)port_ask(q->port, &peer->addr);
}

/* Of those whose time is over one. */
static bool close_one(struct peers *p, mono_t now)
{
	for (unsigned i = 0; i < PEERS_MAX; i++) {
		if (!p->question[i].port || mono_before(now, p->question[i].until))
			continue;
		close_question(&p->question[i]);
		return true;
	}
	return false;
}

static mono_t next_end(const struct peers *p)
{
	mono_t next = MONO_NEVER;

	for (unsigned i = 0; i < PEERS_MAX; i++)
		if (p->question[i].port)
			next = mono_min(next, p->question[i].until);
	return next;
}

/* One thing at a time: a question ends, or the next one is asked. */
static void on_timer(void *ctx, mono_t now)
{
	struct peers *p = ctx;
	struct peer *peer;
	mono_t next;

	if (mono_before(now, p->next_at)) {
		loop_timer_at(p->timer, p->next_at);
		return;
	}
	if (!close_one(p, now) && (peer = peer_table_ask(&p->table, now)))
		ask(p, peer, now);
	p->next_at = mono_add(now, PACE_USEC);
	next = mono_min(next_end(p), peer_table_next(&p->table));
	loop_timer_at(p->timer, next.usec == MONO_NEVER.usec ? next : mono_max(next, p->next_at));
}

struct peers *peers_new(struct loop *l, struct port_table *ports)
{
	struct peers *p = x_calloc(1, sizeof(*p));

	p->ports = ports;
	p->timer = loop_timer_new(l, on_timer, p);
	return p;
}

void peers_free(struct peers *p)
{
	if (!p)
		return;
	for (unsigned i = 0; i < PEERS_MAX; i++)
		close_question(&p->question[i]);
	loop_timer_free(p->timer);
	free(p);
}

void peers_heard(struct peers *p, int index, const struct addr *a, mono_t now)
{
	const struct peer *peer;

	if (index == 0 || !addr_is_set(a))
		return;
	peer = peer_table_heard(&p->table, index, a, now);
	if (peer && !mono_before(now, peer->ask_at))
		loop_timer_at(p->timer, now);
}

/* A stranger may announce itself a thousand times a second. */
static void look_for_host(struct peers *p, const struct link_dev_whose *whose, mono_t now)
{
	const bool is_same = p->host.index == whose->index && !memcmp(p->host.mac, whose->mac, sizeof(p->host.mac));
	struct link_dev *dev;

	if (!is_same)
		p->host.addr.family = AF_UNSPEC;
	if (p->host.at.usec && mono_diff(now, p->host.at) < (is_same ? HOST_EVERY_USEC : OTHER_EVERY_USEC))
		return;
	p->host.at = now;
	p->host.index = whose->index;
	memcpy(p->host.mac, whose->mac, sizeof(p->host.mac));
	p->host.addr.family = AF_UNSPEC;
	if (link_dev_new(&dev) < 0)
		return;
	(void)link_dev_neighbour(dev, whose, &p->host.addr);
	link_dev_free(dev);
}

struct claimants *peers_claimants(struct peers *p)
{
	return &p->claimants;
}

bool peers_who(struct peers *p, int index, peers_vip_fn *is_vip, void *ctx, struct suspect_event *ev)
{
	struct msg_whose q = { .vip = ev->about };

	ev->who = peer_table_who(&p->table, index, ev->mac);
	ev->host.family = AF_UNSPEC;
	if (ev->who == SUSPECT_HOST_PEER)
		return true;
	look_for_host(p, &(struct link_dev_whose){ index, ev->mac, is_vip, ctx }, ev->now);
	ev->host = q.host = p->host.addr;
	switch (claimants_find(&p->claimants, &q, ev->now, &ev->server)) {
	case CLAIMANT_AWAITED:
		return false;
	case CLAIMANT_SERVER:
		ev->who = SUSPECT_HOST_SERVER;
		break;
	case CLAIMANT_NOBODY:
		break;
	}
	return true;
}
