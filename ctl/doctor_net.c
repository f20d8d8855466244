/* doctor_net.c - see doctor_net.h. */
#include "ctl/doctor_net.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/mono.h"
#include "net/raw.h"
#include "net/raw_nd.h"
#include "net/raw_reach.h"

enum { ROUNDS = 3, PACE_MSEC = 20, LISTEN_MSEC = 400, TARGETS_MAX = 256, WATCHES_MAX = 32, ROUTE_LOCAL = 2 };

/* One address to ask for. */
struct target {
	struct addr addr;
	int index;
};

/* Who hears the answers of one interface and family. */
struct watch {
	int index, fd;
	uint16_t family;
};

struct asking {
	struct doctor_facts *f;
	struct target target[TARGETS_MAX];
	struct watch watch[WATCHES_MAX];
	unsigned n_targets, n_watches;
	int arp; /* sends */
	bool is_full;
};

/* Hearing. */

static bool is_known(const struct doctor_facts *f, const struct doctor_answer *a)
{
	for (unsigned i = 0; i < f->n_answers; i++)
		if (addr_equal(&f->answers[i].addr, &a->addr) && f->answers[i].is_reply == a->is_reply &&
			!memcmp(f->answers[i].mac, a->mac, LINK_MAC_LEN))
			return true;
	return false;
}

static bool is_asked(const struct asking *a, const struct addr *addr)
{
	for (unsigned i = 0; i < a->n_targets; i++)
		if (addr_equal(&a->target[i].addr, addr))
			return true;
	return false;
}

static void hear(struct asking *a, const struct watch *w)
{
	struct raw_arp heard;
	int r;

	while ((r = w->family == AF_INET6 ? raw_nd_receive(w->fd, &heard) : raw_arp_receive(w->fd, &heard)) == 0 ||
		r == -EBADMSG) {
		struct doctor_answer said = { .addr = heard.sender, .index = w->index,
			.is_reply = heard.is_reply || w->family == AF_INET6 };

		memcpy(said.mac, heard.mac, LINK_MAC_LEN);
		if (r == 0 && is_asked(a, &said.addr) && !is_known(a->f, &said))
			*(struct doctor_answer *)doctor_facts_add(a->f, &a->f->answers, &a->f->n_answers,
				sizeof(said)) = said;
	}
}

static void listen_for(struct asking *a, int64_t msec)
{
	mono_t until = mono_add(mono_now(), msec * MONO_MSEC);
	struct pollfd p[WATCHES_MAX];
	int64_t left;

	for (unsigned i = 0; i < a->n_watches; i++)
		p[i] = (struct pollfd){ .fd = a->watch[i].fd, .events = POLLIN };
	while ((left = mono_diff(until, mono_now())) > 0) {
		(void)poll(p, a->n_watches, (int)(left / MONO_MSEC) + 1);
		for (unsigned i = 0; i < a->n_watches; i++)
			hear(a, &a->watch[i]);
	}
}

/* Asking. */

static const struct watch *watch_of(const struct asking *a, int index, uint16_t family)
{
	for (unsigned i = 0; i < a->n_watches; i++)
		if (a->watch[i].index == index && a->watch[i].family == family)
			return &a->watch[i];
	return NULL;
}

static void ask(const struct asking *a, const struct target *t)
{
	const struct doctor_link *l = doctor_facts_link(a->f, t->index);
	const struct watch *w = watch_of(a, t->index, t->addr.family);
	struct raw_reach r = { .index = t->index, .target = t->addr, .source = { .family = t->addr.family } };

	if (!l || !w)
		return;
	memcpy(r.mac, l->is.mac, LINK_MAC_LEN);
	(void)raw_reach_ask(t->addr.family == AF_INET6 ? w->fd : a->arp, &r);
}

static void refused(struct asking *a, int r)
{
	doctor_facts_unseen(a->f,
		r == -EPERM || r == -EACCES ? "who answers for the addresses: ARP probes need root"
					    : "who answers for the addresses: %s",
		strerror(-r));
}

/* True: the answers will be heard. */
static bool open_watch(struct asking *a, const struct doctor_link *l, uint16_t family)
{
	struct watch w = { .index = l->is.index, .family = family };

	if (watch_of(a, w.index, family))
		return true;
	if (a->n_watches == WATCHES_MAX) {
		a->is_full = true;
		return false;
	}
	w.fd = family == AF_INET6 ? raw_nd_watch(l->is.name) : raw_arp_watch(w.index);
	if (w.fd < 0) {
		refused(a, w.fd);
		return false;
	}
	a->watch[a->n_watches++] = w;
	return true;
}

/* True: it will be asked for. */
static bool add(struct asking *a, const struct addr *addr, int index)
{
	const struct doctor_link *l = doctor_facts_link(a->f, index);

	if (!addr_is_set(addr) || !l || !l->is.has_mac || a->arp < 0)
		return false;
	if (is_asked(a, addr))
		return true;
	if (a->n_targets == TARGETS_MAX) {
		a->is_full = true;
		return false;
	}
	if (!open_watch(a, l, addr->family))
		return false;
	a->target[a->n_targets++] = (struct target){ *addr, index };
	return true;
}

static int index_of(const struct doctor_facts *f, const char *name)
{
	for (unsigned i = 0; i < f->n_links; i++)
		if (!strcmp(f->links[i].is.name, name))
			return f->links[i].is.index;
	return 0;
}

/* Virtual addresses first, then those by whom an answer is known again. */
static void choose(struct asking *a)
{
	struct doctor_facts *f = a->f;

	for (unsigned i = 0; i < f->n_vips; i++)
		f->vips[i].was_asked = add(a, &f->vips[i].addr, f->vips[i].index);
	for (unsigned i = 0; i < f->n_peers; i++)
		(void)add(a, &f->peers[i].addr, index_of(f, f->peers[i].interface));
	for (unsigned i = 0; i < f->n_servers; i++) {
		struct doctor_server *s = &f->servers[i];

		if (s->has_way && s->way.type != ROUTE_LOCAL && !addr_is_set(&s->way.via))
			s->was_asked = add(a, &s->addr, s->way.index);
	}
	if (f->has_outward && addr_is_set(&f->outward.via))
		(void)add(a, &f->outward.via, f->outward.index);
}

void doctor_net_ask(struct doctor_facts *f)
{
	struct asking *a = x_calloc(1, sizeof(*a));

	a->f = f;
	a->arp = raw_arp_open();
	if (a->arp < 0)
		refused(a, a->arp);
	choose(a);
	for (int round = 0; round < ROUNDS && a->n_targets; round++)
		for (unsigned i = 0; i < a->n_targets; i++) {
			ask(a, &a->target[i]);
			listen_for(a, PACE_MSEC);
		}
	if (a->n_targets)
		listen_for(a, LISTEN_MSEC);
	if (a->is_full)
		doctor_facts_unseen(f, "more than %d addresses: the others were not asked for (name a service)",
			TARGETS_MAX);
	for (unsigned i = 0; i < a->n_watches; i++)
		close(a->watch[i].fd);
	if (a->arp >= 0)
		close(a->arp);
	free(a);
}
