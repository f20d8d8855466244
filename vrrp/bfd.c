/* bfd.c - see bfd.h. A session that leaves goes on saying AdminDown until its neighbor must have heard it. */
#include "vrrp/bfd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "io/loop.h"
#include "net/udp.h"
#include "vrrp/bfd_memory.h"
#include "vrrp/bfd_session.h"
#include "vrrp/generation.h"

#define LEAVE_USEC (3 * MONO_SEC) /* a removed session says AdminDown so long: three packets */
#define LISTEN_USEC MONO_SEC      /* between two tries to open a port */

enum { PORT_SINGLE_HOP = 3784, PORT_MULTIHOP = 4784, DRAIN_MAX = 512 };
enum { RECEIVER_V4, RECEIVER_V6, RECEIVER_V4_MULTIHOP, RECEIVER_V6_MULTIHOP, RECEIVERS };

struct receiver_kind {
	int family;
	uint16_t port;
	bool is_multihop;
};

static const struct receiver_kind kinds[RECEIVERS] = {
	[RECEIVER_V4] = { AF_INET, PORT_SINGLE_HOP, false },
	[RECEIVER_V6] = { AF_INET6, PORT_SINGLE_HOP, false },
	[RECEIVER_V4_MULTIHOP] = { AF_INET, PORT_MULTIHOP, true },
	[RECEIVER_V6_MULTIHOP] = { AF_INET6, PORT_MULTIHOP, true },
};

struct receiver {
	int fd; /* owned; -1: closed */
	struct loop_watch *watch;
};

struct entry {
	struct bfd_session *session; /* owned */
	bool is_leaving;
	mono_t until; /* leaving: then it is freed */
};

struct bfd_table {
	struct loop *loop;
	struct bfd_env env;
	bfd_changed_fn *changed;
	void *ctx;
	struct generation *generation; /* of the last bfd_apply(), shared */
	struct receiver receivers[RECEIVERS];
	int listen_error;
	struct entry *entry; /* owned */
	unsigned n;
	struct loop_timer *sweep;  /* of those who leave */
	struct loop_timer *listen; /* tries again */
	struct bfd_memory memory;  /* until the first bfd_apply() */
	uint32_t seed;
	uint64_t dropped[BFD_VERDICT_MAX];
};

/* xorshift32: for jitter and ports, where nobody gains by guessing. */
static uint32_t next_random(void *ctx)
{
	struct bfd_table *t = ctx;

	t->seed ^= t->seed << 13;
	t->seed ^= t->seed >> 17;
	t->seed ^= t->seed << 5;
	return t->seed;
}

/* Packets. */

static struct bfd_session *find_discriminator(const struct bfd_table *t, uint32_t discriminator)
{
	for (unsigned i = 0; i < t->n; i++)
		if (bfd_session_discriminator(t->entry[i].session) == discriminator)
			return t->entry[i].session;
	return NULL;
}

static struct bfd_session *find_addresses(const struct bfd_table *t, const struct udp_packet *u, bool is_multihop)
{
	for (unsigned i = 0; i < t->n; i++)
		if (bfd_session_is_meant(t->entry[i].session, &u->src, &u->dst, is_multihop))
			return t->entry[i].session;
	return NULL;
}

/* RFC 5880 6.8.6: by our discriminator when there is one, by the addresses when not. */
static void deliver(struct bfd_table *t, const struct udp_packet *u, bool is_multihop, mono_t now)
{
	struct bfd_packet p;
	enum bfd_verdict v = bfd_wire_decode(u->data, u->len < sizeof(u->data) ? u->len : sizeof(u->data), &p);
	struct bfd_session *s = v == BFD_OK && p.your_discriminator != 0 ? find_discriminator(t, p.your_discriminator)
									 : find_addresses(t, u, is_multihop);

	if (v == BFD_OK && s)
		bfd_session_packet(s, &p, u->ttl, now);
	else if (s)
		bfd_session_drop(s, v);
	else
		t->dropped[v == BFD_OK ? BFD_BAD_SESSION : v]++;
}

static void drain_one(struct bfd_table *t, int which, mono_t now)
{
	struct udp_packet u;

	for (int i = 0; i < DRAIN_MAX && t->receivers[which].fd >= 0; i++) {
		if (udp_receive(t->receivers[which].fd, &u) < 0)
			return;
		deliver(t, &u, kinds[which].is_multihop, now);
	}
}

static void drain(void *ctx, mono_t now)
{
	for (int i = 0; i < RECEIVERS; i++)
		drain_one(ctx, i, now);
}

static void on_readable(void *ctx, int fd, unsigned ready)
{
	struct bfd_table *t = ctx;

	(void)ready;
	for (int i = 0; i < RECEIVERS; i++)
		if (t->receivers[i].fd == fd)
			drain_one(t, i, mono_now());
}

/* Ports. */

static void close_receiver(struct receiver *r)
{
	loop_watch_free(r->watch);
	r->watch = NULL;
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

static int open_receiver(struct bfd_table *t, int which)
{
	struct receiver *r = &t->receivers[which];

	if (r->fd >= 0)
		return 0;
	r->fd = udp_listen(kinds[which].family, kinds[which].port);
	if (r->fd >= 0) {
		r->watch = loop_watch_new(t->loop, r->fd, LOOP_READ, on_readable, t);
		return 0;
	}
	if (r->fd != t->listen_error)
		log_error(LOG_VRRP, "bfd: cannot listen on UDP port %u: %s", kinds[which].port, strerror(-r->fd));
	return r->fd;
}

static bool is_needed(const struct bfd_table *t, const struct receiver_kind *kind)
{
	for (unsigned i = 0; i < t->n; i++) {
		struct bfd_view v;

		bfd_session_look(t->entry[i].session, &v);
		if (v.conf->neighbor.family == kind->family && v.conf->is_multihop == kind->is_multihop)
			return true;
	}
	return false;
}

/* The ports that sessions need are open, the others closed; one that is taken is tried again. */
static void listen_on_ports(struct bfd_table *t, mono_t now)
{
	int worst = 0;

	for (int i = 0; i < RECEIVERS; i++) {
		int r = 0;

		if (is_needed(t, &kinds[i]))
			r = open_receiver(t, i);
		else
			close_receiver(&t->receivers[i]);
		worst = r < 0 ? r : worst;
	}
	t->listen_error = worst;
	loop_timer_at(t->listen, worst < 0 ? mono_add(now, LISTEN_USEC) : MONO_NEVER);
}

static void on_listen(void *ctx, mono_t now)
{
	listen_on_ports(ctx, now);
}

/* Sessions. */

static void on_changed(void *ctx, const struct bfd_session *s, mono_t now)
{
	const struct bfd_table *t = ctx;

	t->changed(t->ctx, s, now);
}

static uint32_t new_discriminator(struct bfd_table *t)
{
	uint32_t d;

	do
		d = next_random(t);
	while (find_discriminator(t, d));
	return d;
}

static struct entry *find_name(const struct bfd_table *t, const char *name)
{
	for (unsigned i = 0; i < t->n; i++)
		if (!t->entry[i].is_leaving && !strcmp(bfd_session_name(t->entry[i].session), name))
			return &t->entry[i];
	return NULL;
}

static void remove_entry(struct bfd_table *t, struct entry *e)
{
	bfd_session_free(e->session);
	*e = t->entry[--t->n];
}

/* One that leaves would take the new session of the same neighbor down again. */
static void make_room(struct bfd_table *t, const struct vrrp_bfd_conf *conf)
{
	for (unsigned i = 0; i < t->n; i++) {
		struct bfd_view v;

		bfd_session_look(t->entry[i].session, &v);
		if (t->entry[i].is_leaving && addr_equal(&v.conf->neighbor, &conf->neighbor))
			remove_entry(t, &t->entry[i--]);
	}
}

/* The session as it was before a restart, if another one would not be meant by the same packets. */
static const struct bfd_past *past_of(const struct bfd_table *t, const struct vrrp_bfd_conf *conf)
{
	const struct bfd_past *p = bfd_memory_find(&t->memory, conf->name);

	if (!p || find_discriminator(t, p->bfd.discriminator))
		return NULL;
	return addr_equal(&p->neighbor, &conf->neighbor) && addr_equal(&p->source, &conf->source) &&
			p->is_multihop == conf->is_multihop
		? p
		: NULL;
}

static void add(struct bfd_table *t, const struct vrrp_bfd_conf *conf, mono_t now)
{
	const struct bfd_past *past = past_of(t, conf);
	struct bfd_session *s = bfd_session_new(&t->env, conf, past ? past->bfd.discriminator : new_discriminator(t));

	make_room(t, conf);
	t->entry = x_realloc(t->entry, t->n + 1, sizeof(*t->entry));
	t->entry[t->n++] = (struct entry){ .session = s, .until = MONO_NEVER };
	if (past)
		bfd_session_resume(s, past, now);
	t->changed(t->ctx, s, now);
	if (!past)
		bfd_session_start(s, now);
}

static void leave(struct bfd_table *t, struct entry *e, mono_t now)
{
	e->is_leaving = true;
	e->until = mono_add(now, LEAVE_USEC);
	bfd_session_stop(e->session, now);
	loop_timer_at(t->sweep, mono_min(loop_timer_when(t->sweep), e->until));
}

static void on_sweep(void *ctx, mono_t now)
{
	struct bfd_table *t = ctx;
	mono_t next = MONO_NEVER;

	for (unsigned i = 0; i < t->n; i++) {
		struct entry *e = &t->entry[i];

		if (e->is_leaving && !mono_before(now, e->until))
			remove_entry(t, &t->entry[i--]);
		else if (e->is_leaving)
			next = mono_min(next, e->until);
	}
	loop_timer_at(t->sweep, next);
	listen_on_ports(t, now);
}

static const struct vrrp_bfd_conf *conf_named(const struct vrrp_config *c, const char *name)
{
	for (unsigned i = 0; i < c->bfds.n; i++) {
		const struct vrrp_bfd_conf *b = c->bfds.item[i];

		if (!strcmp(b->name, name))
			return b;
	}
	return NULL;
}

/* One session of the configuration before, by what the tables say that its change costs. */
static void change(struct bfd_table *t, const struct vrrp_bfd_conf *from, const struct vrrp_bfd_conf *to, mono_t now)
{
	struct entry *e = find_name(t, from->name);
	enum conf_cost cost = to ? schema_diff(&vrrp_bfd_block, from, to) : CONF_RESTART;

	if (!e || cost == CONF_SAME)
		return;
	if (cost == CONF_RESTART) {
		log_notice(LOG_VRRP, "bfd %s: %s", from->name,
			to ? "changed so that it starts anew" : "no longer configured");
		leave(t, e, now);
		return;
	}
	log_info(LOG_VRRP, "bfd %s: changed", from->name);
	bfd_session_reconf(e->session, to, now);
}

static void change_all(struct bfd_table *t, const struct vrrp_config *from, const struct vrrp_config *to, mono_t now)
{
	for (unsigned i = 0; i < from->bfds.n; i++) {
		const struct vrrp_bfd_conf *one = from->bfds.item[i];

		change(t, one, conf_named(to, one->name), now);
	}
}

void bfd_apply(struct bfd_table *t, struct generation *g, mono_t now)
{
	struct generation *old = t->generation, *before = old && old->config.bfds.n ? generation_recall(old) : NULL;

	if (before)
		change_all(t, &before->config, &g->config, now);
	generation_drop(before);
	for (unsigned i = 0; i < g->config.bfds.n; i++) {
		const struct vrrp_bfd_conf *to = g->config.bfds.item[i];

		if (!find_name(t, to->name))
			add(t, to, now);
	}
	bfd_memory_done(&t->memory);
	g->users++;
	t->generation = g;
	generation_drop(old);
	listen_on_ports(t, now);
}

void bfd_restore(struct bfd_table *t, const char *line)
{
	bfd_memory_read(&t->memory, line);
}

void bfd_relax(struct bfd_table *t, bool on, mono_t now)
{
	for (unsigned i = 0; i < t->n; i++)
		if (!t->entry[i].is_leaving)
			bfd_session_relax(t->entry[i].session, on, now);
}

static void close_all(struct bfd_table *t)
{
	for (unsigned i = 0; i < t->n; i++)
		bfd_session_free(t->entry[i].session);
	t->n = 0;
	for (int i = 0; i < RECEIVERS; i++)
		close_receiver(&t->receivers[i]);
}

/* It knows too little to call one failed that does not go on: the neighbor may have given up meanwhile. */
void bfd_write(const struct bfd_table *t, struct text *text)
{
	struct bfd_past p;

	for (unsigned i = 0; i < t->n; i++) {
		bfd_session_past(t->entry[i].session, &p);
		p.is_settled = false;
		if (!t->entry[i].is_leaving && p.bfd.state == BFD_UP)
			bfd_memory_write(text, &p);
	}
}

void bfd_hand_over(struct bfd_table *t, struct text *text)
{
	struct bfd_past p;

	for (unsigned i = 0; i < t->n; i++) {
		bfd_session_past(t->entry[i].session, &p);
		if (!t->entry[i].is_leaving)
			bfd_memory_write(text, &p);
	}
	close_all(t);
}

void bfd_stop(struct bfd_table *t, mono_t now)
{
	for (unsigned i = 0; i < t->n; i++)
		bfd_session_stop(t->entry[i].session, now);
}

const struct bfd_session *bfd_get(const struct bfd_table *t, unsigned i)
{
	return i < t->n ? t->entry[i].session : NULL;
}

const uint64_t *bfd_dropped(const struct bfd_table *t)
{
	return t->dropped;
}

int bfd_listen_error(const struct bfd_table *t)
{
	return t->listen_error;
}

struct bfd_table *bfd_new(struct loop *l, bfd_changed_fn *changed, void *ctx)
{
	struct bfd_table *t = x_calloc(1, sizeof(*t));

	t->loop = l;
	t->changed = changed;
	t->ctx = ctx;
	t->env = (struct bfd_env){ .loop = l, .drain = drain, .changed = on_changed, .random = next_random, .ctx = t };
	for (int i = 0; i < RECEIVERS; i++)
		t->receivers[i].fd = -1;
	if (getrandom(&t->seed, sizeof(t->seed), GRND_NONBLOCK) != sizeof(t->seed) || t->seed == 0)
		t->seed = (uint32_t)mono_now().usec | 1;
	t->sweep = loop_timer_new(l, on_sweep, t);
	t->listen = loop_timer_new(l, on_listen, t);
	return t;
}

void bfd_free(struct bfd_table *t)
{
	if (!t)
		return;
	close_all(t);
	bfd_memory_done(&t->memory);
	loop_timer_free(t->sweep);
	loop_timer_free(t->listen);
	generation_drop(t->generation);
	free(t->entry);
	free(t);
}
