/* machine.c - see machine.h. */
#include "machine.h"
#include "machine_dev.h"

#include "base/alloc.h"
#include "base/text.h"
#include "io/loop.h"
#include "net/link.h"
#include "net/link_table.h"
#include "net/raw_nd.h"
#include "vrrp/hmac.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FD_MAX = 256, GROUP_MAX = 16, SENT_MAX = 512, BYTES_MAX = 2048 };

struct link {
	struct link_table table;
	struct link_route_table routes;
	struct link_rule_table rules;
};

struct loop {
	int unused;
};

struct loop_watch {
	int unused;
};

struct loop_timer {
	struct loop_timer *next;
	loop_timer_fn *fn;
	void *ctx;
	mono_t at;
};

/* The newest packet of one kind. */
struct sent {
	mono_t at;
	char key[128]; /* who to whom */
	uint8_t bytes[BYTES_MAX];
	size_t len;
};

struct groups {
	struct addr group[GROUP_MAX];
	int index[GROUP_MAX];
	unsigned n;
};

struct machine {
	mono_t now;
	struct link *link;
	struct loop_timer *timers;
	struct groups groups[FD_MAX];
	struct sent sent[SENT_MAX];
	unsigned n_sent;
};

/* Doors have no argument for it. */
static struct machine *machine;

static void put_if(int index, const char *name, const char *own)
{
	struct link_if in = { .index = index,
		.is_up = true,
		.has_mac = index > 1,
		.mac = { 2, 0, 0, 0, 0, (uint8_t)index },
		.mtu = 1500 };
	struct link_addr a = { .index = index, .prefix_len = 24 };

	memcpy(in.name, name, strlen(name) + 1);
	link_table_put_if(&machine->link->table, &in);
	if (addr_parse(own, &a.addr) == 0)
		link_table_put_addr(&machine->link->table, &a);
}

struct link *machine_new(void)
{
	machine = x_calloc(1, sizeof(*machine));
	machine->now = (mono_t){ 1000 * MONO_SEC };
	machine->link = x_calloc(1, sizeof(*machine->link));
	machine_dev_init(&machine->link->table);
	put_if(1, "lo", "127.0.0.1");
	put_if(2, "eth0", "192.0.2.200");
	put_if(3, "eth1", "198.51.100.200");
	put_if(4, "eth2", "203.0.113.200");
	put_if(5, "bond0", "10.0.0.200");
	return machine->link;
}

void machine_done(void)
{
	link_table_done(&machine->link->table);
	link_route_table_done(&machine->link->routes);
	link_rule_table_done(&machine->link->rules);
	free(machine->link);
	free(machine);
	machine = NULL;
}

mono_t mono_now(void)
{
	return machine ? machine->now : (mono_t){ 0 };
}

int64_t mono_since_boot(void)
{
	return mono_now().usec;
}

int64_t mono_utc(void)
{
	return mono_now().usec;
}

/* io/loop.h */

struct loop *loop_new(unsigned flags)
{
	(void)flags;
	return x_calloc(1, sizeof(struct loop));
}

void loop_free(struct loop *l)
{
	free(l);
}

int loop_run(struct loop *l)
{
	(void)l;
	return 0;
}

void loop_stop(struct loop *l)
{
	(void)l;
}

struct loop_watch *loop_watch_new(struct loop *l, int fd, unsigned ready, loop_fd_fn *fn, void *ctx)
{
	(void)l, (void)fd, (void)ready, (void)fn, (void)ctx;
	return x_calloc(1, sizeof(struct loop_watch));
}

void loop_watch_set(struct loop_watch *w, unsigned ready)
{
	(void)w, (void)ready;
}

void loop_watch_patient(struct loop_watch *w)
{
	(void)w;
}

void loop_watch_free(struct loop_watch *w)
{
	free(w);
}

struct loop_timer *loop_timer_new(struct loop *l, loop_timer_fn *fn, void *ctx)
{
	struct loop_timer *t = x_calloc(1, sizeof(*t));

	(void)l;
	*t = (struct loop_timer){ machine->timers, fn, ctx, MONO_NEVER };
	machine->timers = t;
	return t;
}

void loop_timer_at(struct loop_timer *t, mono_t at)
{
	t->at = at;
}

void loop_timer_urgent(struct loop_timer *t)
{
	(void)t;
}

void loop_timer_stop(struct loop_timer *t)
{
	t->at = MONO_NEVER;
}

mono_t loop_timer_when(const struct loop_timer *t)
{
	return t->at;
}

void loop_timer_free(struct loop_timer *t)
{
	struct loop_timer **at = &machine->timers;

	if (!t)
		return;
	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	free(t);
}

void machine_run(int64_t usec)
{
	mono_t end = mono_add(machine->now, usec);

	for (;;) {
		struct loop_timer *first = NULL;

		for (struct loop_timer *t = machine->timers; t; t = t->next)
			if (!mono_before(end, t->at) && (!first || mono_before(t->at, first->at)))
				first = t;
		if (!first)
			break;
		if (mono_before(machine->now, first->at))
			machine->now = first->at;
		first->at = MONO_NEVER;
		first->fn(first->ctx, machine->now);
	}
	machine->now = end;
}

/* net/link.h */

int link_new(struct link **ret)
{
	*ret = machine->link;
	return 0;
}

void link_free(struct link *l)
{
	(void)l;
}

int link_fd(const struct link *l)
{
	(void)l;
	return -1;
}

int link_read(struct link *l)
{
	(void)l;
	return 0;
}

int link_dump(struct link *l)
{
	(void)l;
	return 0;
}

int link_route_watch(struct link *l)
{
	(void)l;
	return 0;
}

int link_route_dump(struct link *l)
{
	(void)l;
	return 0;
}

bool link_route_claim(struct link *l, const struct link_route *r)
{
	(void)l, (void)r;
	return false;
}

bool link_rule_claim(struct link *l, const struct link_rule *r)
{
	(void)l, (void)r;
	return false;
}

int link_rule_watch(struct link *l)
{
	(void)l;
	return 0;
}

int link_rule_dump(struct link *l)
{
	(void)l;
	return 0;
}

static int apply(struct link *l, const struct link_change *c)
{
	struct link_table *t = &l->table;
	struct link_addr a = {
		.index = c->index, .addr = c->addr, .prefix_len = c->prefix_len, .scope = c->scope, .proto = LINK_ADDR_PROTO
	};

	if (c->rule && c->op == LINK_ADD)
		return link_rule_put(&l->rules, c->rule) ? 0 : -EEXIST;
	if (c->rule)
		return link_rule_drop(&l->rules, c->rule) ? 0 : -ENOENT;
	if (c->route && c->op == LINK_ADD)
		return link_route_put(&l->routes, c->route) ? 0 : -EEXIST;
	if (c->route)
		return link_route_drop(&l->routes, c->route) ? 0 : -ESRCH;
	if (c->op == LINK_LEASE)
		link_table_put_addr(t, &a);
	if (c->op == LINK_LEASE)
		return 0;
	if (c->op == LINK_ADD)
		return link_table_put_addr(t, &a) ? 0 : -EEXIST;
	return link_table_drop_addr(t, &a) ? 0 : -EADDRNOTAVAIL;
}

int link_apply(struct link *l, struct link_change *changes, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		changes[i].err = apply(l, &changes[i]);
	return 0;
}

int link_renew(struct link *l, struct link_change *changes, unsigned n)
{
	return link_apply(l, changes, n);
}

const struct link_if *link_find(const struct link *l, const char *name)
{
	return link_table_find(&l->table, name);
}

const struct link_if *link_find_index(const struct link *l, int index)
{
	return link_table_find_index(&l->table, index);
}

bool link_in_vrf(const struct link *l, int index)
{
	(void)l, (void)index;
	return false;
}

void link_judge(struct link *l, int index, bool is_judged, bool counts)
{
	link_table_judge(&l->table, index, is_judged, counts);
}

const struct link_addr *link_addr_find(const struct link *l, int index, const struct addr *a)
{
	return link_table_find_addr(&l->table, index, a);
}

const struct link_addr *link_addrs(const struct link *l, unsigned *ret_n)
{
	*ret_n = l->table.n_addrs;
	return l->table.addrs;
}

const struct link_route *link_route_find(const struct link *l, const struct link_route *r)
{
	return link_route_in(&l->routes, r);
}

const struct link_route *link_routes(const struct link *l, unsigned *ret_n)
{
	*ret_n = l->routes.n;
	return l->routes.item;
}

const struct link_rule *link_rule_find(const struct link *l, const struct link_rule *r)
{
	return link_rule_in(&l->rules, r);
}

const struct link_rule *link_rules(const struct link *l, unsigned *ret_n)
{
	*ret_n = l->rules.n;
	return l->rules.item;
}

/* net/raw.h */

static int open_fd(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd >= FD_MAX) {
		close(fd);
		return -EMFILE;
	}
	machine->groups[fd].n = 0;
	return fd;
}

int raw_open(uint16_t family, uint8_t proto, const char *name)
{
	(void)family, (void)proto, (void)name;
	return open_fd();
}

int raw_any_source(int fd)
{
	(void)fd;
	return 0;
}

int raw_join(int fd, int index, const struct addr *group)
{
	struct groups *g = &machine->groups[fd];

	for (unsigned i = 0; i < g->n; i++)
		if (g->index[i] == index && addr_equal(&g->group[i], group))
			return 0;
	if (g->n == GROUP_MAX)
		return -ENOBUFS;
	g->index[g->n] = index;
	g->group[g->n++] = *group;
	return 0;
}

void raw_leave(int fd, int index, const struct addr *group)
{
	(void)fd;
	(void)index;
	(void)group;
}

static struct sent *keep(const char *key, const void *data, size_t len)
{
	struct sent *s = machine->sent;

	while (s < machine->sent + machine->n_sent && strcmp(s->key, key) != 0)
		s++;
	if (s == machine->sent + SENT_MAX)
		abort();
	if (s == machine->sent + machine->n_sent)
		machine->n_sent++;
	s->at = machine->now;
	s->len = len < BYTES_MAX ? len : BYTES_MAX;
	snprintf(s->key, sizeof(s->key), "%s", key);
	if (len)
		memcpy(s->bytes, data, s->len);
	return s;
}

static bool is_joined(int fd, const struct raw_dest *d)
{
	const struct groups *g = &machine->groups[fd];

	for (unsigned i = 0; i < g->n; i++)
		if (g->index[i] == d->index && addr_equal(&g->group[i], &d->dst))
			return true;
	return false;
}

/* The trailer of auth_hmac: its sequence is the time of day, and its tag follows from that; neither is a state. */
static void forget_time(struct sent *s, uint16_t family)
{
	size_t len = hmac_message_len(s->bytes, s->len, family);

	if (s->len == len + HMAC_TRAILER_LEN)
		memset(s->bytes + len + 4, 0, HMAC_TRAILER_LEN - 4);
}

int raw_send(int fd, const struct raw_dest *d, const void *data, size_t len)
{
	char key[128], src[ADDR_STRLEN], dst[ADDR_STRLEN];

	snprintf(key, sizeof(key), "advert %s -> %s%s vrid %u on %d ttl %u", addr_str(&d->src, src),
		addr_str(&d->dst, dst), is_joined(fd, d) ? " (joined)" : "", ((const uint8_t *)data)[1], d->index,
		d->ttl);
	forget_time(keep(key, data, len), d->dst.family);
	return 0;
}

int raw_receive(int fd, struct raw_packet *ret)
{
	(void)fd, (void)ret;
	return -EAGAIN;
}

int raw_arp_open(void)
{
	return open_fd();
}

int raw_arp_watch(int index)
{
	(void)index;
	return open_fd();
}

int raw_arp_announce(int fd, int index, const uint8_t *mac, const struct addr *ip)
{
	char key[128], name[ADDR_STRLEN];

	(void)fd, (void)mac;
	snprintf(key, sizeof(key), "announce %s on %d", addr_str(ip, name), index);
	keep(key, NULL, 0);
	return 0;
}

int raw_arp_receive(int fd, struct raw_arp *ret)
{
	(void)fd, (void)ret;
	return -EAGAIN;
}

int raw_nd_watch(const char *name)
{
	(void)name;
	return open_fd();
}

int raw_nd_announce(int fd, int index, const uint8_t *mac, const struct addr *ip, bool is_router)
{
	(void)is_router;
	return raw_arp_announce(fd, index, mac, ip);
}

int raw_nd_probe(int fd, int index, const struct addr *ip)
{
	(void)fd, (void)index, (void)ip;
	return 0;
}

int raw_nd_receive(int fd, struct raw_arp *ret)
{
	return raw_arp_receive(fd, ret);
}

/* What is to be seen. */

static void write_routes(struct text *out)
{
	const struct link_route_table *t = &machine->link->routes;
	char dst[ADDR_STRLEN], via[ADDR_STRLEN], src[ADDR_STRLEN];

	for (unsigned i = 0; i < t->n; i++) {
		const struct link_route *r = &t->item[i];

		text_printf(out, "route %s/%u via %s src %s on %d type %u scope %u table %u metric %u\n",
			addr_str(&r->dst, dst), r->prefix_len,
			addr_is_set(&r->hop[0].via) ? addr_str(&r->hop[0].via, via) : "-",
			addr_is_set(&r->src) ? addr_str(&r->src, src) : "-", r->hop[0].index, r->type, r->scope,
			r->table, r->metric);
	}
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct sent *)a)->key, ((const struct sent *)b)->key);
}

static void write_sent(mono_t since, struct text *out)
{
	qsort(machine->sent, machine->n_sent, sizeof(machine->sent[0]), by_key);
	for (unsigned i = 0; i < machine->n_sent; i++) {
		const struct sent *s = &machine->sent[i];

		if (mono_before(s->at, since))
			continue;
		text_printf(out, "%s ", s->key);
		for (size_t k = 0; k < s->len; k++)
			text_printf(out, "%02x", s->bytes[k]);
		text_add(out, "\n");
	}
}

void machine_write(int64_t usec, struct text *out)
{
	const struct link_table *t = &machine->link->table;
	char name[ADDR_STRLEN];

	for (unsigned i = 0; i < t->n_addrs; i++)
		if (t->addrs[i].proto == LINK_ADDR_PROTO)
			text_printf(out, "address %s/%u on %d scope %u\n", addr_str(&t->addrs[i].addr, name),
				t->addrs[i].prefix_len, t->addrs[i].index, t->addrs[i].scope);
	write_routes(out);
	write_sent(mono_add(machine->now, -usec), out);
}
