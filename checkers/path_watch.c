/*
 * path_watch.c - see path_watch.h. Servers wait in two queues, each in order of when they are due because all in it wait for
 * the same time: those of the slow beat, and those that are asked again soon. What was asked waits in a third one for its
 * answers.
 */
#include "checkers/path_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "checkers/conf.h"
#include "checkers/verdict.h"
#include "checkers/via_socket.h"
#include "io/loop.h"
#include "net/link_ask.h"
#include "net/link_route.h"
#include "net/raw_syn.h"

enum {
	TICK_USEC = 20000,
	PER_TICK = 2,              /* servers asked: 100 a second */
	ANSWER_USEC = 700000,      /* for an answer */
	SOON_USEC = 1000000,       /* until it is asked again */
	NEIGHBOURS_USEC = 1000000, /* so long the kernel's table counts as read */
	FAMILIES = 2,
	DISCARD_PORT = 9,
	WEB_PORT = 80, /* of services for all ports */
	READ_BUDGET = 64,
};

#define NONE UINT32_MAX

enum queue_of { QUEUE_NONE, QUEUE_SLOW, QUEUE_SOON, QUEUE_ASKED, QUEUE_MAX };

/* A service with servers that are watched. */
struct watched {
	uint32_t vs;
	uint16_t port;
	struct addr vip; /* that is asked for: of a group the first one */
};

/* A server of one. There may be 40,000: neighbours in a queue are numbers. */
struct entry {
	uint32_t before, after; /* in its queue, NONE at the ends */
	uint32_t service, rs;
	uint32_t due; /* to be asked, or to be judged; in ticks */
	struct path path;
	struct addr rip;
	uint8_t where; /* enum queue_of */
	bool vip_answered : 1, rip_answered : 1, was_passed : 1;
	bool is_said : 1; /* something was told of it */
};

struct queue {
	uint32_t first, last; /* NONE: empty */
};

struct path_watch {
	struct loop *loop;
	path_told_fn *told;
	void *ctx;
	int fd[FAMILIES]; /* owned; -1: none. IPv4, IPv6 */
	int port_fd;      /* owned: keeps the port from everybody else */
	uint16_t port;
	struct loop_watch *watch[FAMILIES]; /* owned */
	struct loop_timer *timer;           /* owned */
	struct watched *services;           /* owned; in order of vs */
	struct entry *entries;              /* owned; in order of (service, rs) */
	unsigned n_services, n;
	uint32_t salt;
	int64_t interval;
	struct queue queues[QUEUE_MAX];
	struct link_neighbour *neighbours; /* owned; sorted by address */
	unsigned n_neighbours;
	mono_t neighbours_until;
};

/* They wrap after years; what is compared is minutes apart. */
static uint32_t tick_of(mono_t t)
{
	return (uint32_t)(t.usec / TICK_USEC);
}

static void unlink_entry(struct path_watch *w, struct entry *e)
{
	struct queue *q = &w->queues[e->where];

	if (e->where == QUEUE_NONE)
		return;
	*(e->before == NONE ? &q->first : &w->entries[e->before].after) = e->after;
	*(e->after == NONE ? &q->last : &w->entries[e->after].before) = e->before;
}

static void move(struct path_watch *w, struct entry *e, enum queue_of to, mono_t due)
{
	struct queue *q = &w->queues[to];
	uint32_t at = (uint32_t)(e - w->entries);

	unlink_entry(w, e);
	e->where = (uint8_t)to;
	e->due = tick_of(mono_add(due, TICK_USEC - 1));
	e->before = q->last;
	e->after = NONE;
	*(q->last == NONE ? &q->first : &w->entries[q->last].after) = at;
	q->last = at;
}

static void tell(const struct path_watch *w, const struct entry *e)
{
	struct msg_check m = { .vs = w->services[e->service].vs, .rs = e->rs, .check = MSG_CHECK_PATH,
		.state = e->path.state, .attempts = e->path.found };

	m.reason = m.state == CHECK_UP ? CHECK_OK : CHECK_PATH;
	snprintf(m.detail, sizeof(m.detail), "%s", path_found_str(e->path.found));
	w->told(w->ctx, &m);
}

static void judge(struct path_watch *w, struct entry *e, enum path_found found, mono_t now)
{
	struct path_out out;

	path_step(&e->path, found, &out);
	if (out.again)
		move(w, e, QUEUE_SOON, mono_add(now, SOON_USEC));
	else
		move(w, e, QUEUE_SLOW, mono_add(now, w->interval));
	if (e->is_said ? !out.changed : out.again)
		return;
	e->is_said = true;
	tell(w, e);
}

static int by_addr(const void *a, const void *b)
{
	const struct link_neighbour *x = a, *y = b;

	return addr_cmp(&x->addr, &y->addr);
}

static int addr_of(const void *key, const void *item)
{
	return addr_cmp(key, &((const struct link_neighbour *)item)->addr);
}

/* The neighbour on that interface, or NULL. */
static const struct link_neighbour *neighbour(struct path_watch *w, const struct addr *a, int index, mono_t now)
{
	const struct link_neighbour *n, *end;

	if (!mono_before(now, w->neighbours_until)) {
		free(w->neighbours);
		w->neighbours = NULL;
		if (link_ask_neighbours(&w->neighbours, &w->n_neighbours) < 0)
			w->n_neighbours = 0;
		if (w->n_neighbours)
			qsort(w->neighbours, w->n_neighbours, sizeof(*w->neighbours), by_addr);
		w->neighbours_until = mono_add(now, NEIGHBOURS_USEC);
	}
	n = w->n_neighbours ? bsearch(a, w->neighbours, w->n_neighbours, sizeof(*n), addr_of) : NULL;
	if (!n)
		return NULL;
	while (n > w->neighbours && addr_equal(&n[-1].addr, a))
		n--;
	for (end = w->neighbours + w->n_neighbours; n < end && addr_equal(&n->addr, a); n++)
		if (n->index == index)
			return n;
	return NULL;
}

/* One datagram for nobody: the kernel asks for the neighbour, and knows it the next time. */
static void provoke(const struct addr *a)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(a, DISCARD_PORT, &ss);
	int fd = socket(a->family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	if (sendto(fd, "", 0, 0, (struct sockaddr *)&ss, len) < 0)
		log_debug(LOG_PROBE, "path watch: %s", strerror(errno));
	close(fd);
}

/* How the server is asked. VIP: the question is complete but for its address. */
static enum path_found find_way(struct path_watch *w, const struct entry *e, struct raw_syn *ret, mono_t now)
{
	const struct watched *service = &w->services[e->service];
	const struct link_neighbour *n;
	struct link_way way;

	if (link_ask_way(&e->rip, &way) < 0)
		return PATH_NO_WAY;
	if (way.type == LINK_ROUTE_LOCAL)
		return PATH_LOCAL;
	if (addr_is_set(&way.via))
		return PATH_OFF_LINK;
	if (way.type != LINK_ROUTE_UNICAST || via_source(&e->rip, &service->vip, &ret->src) < 0)
		return PATH_NO_WAY;
	n = neighbour(w, &e->rip, way.index, now);
	if (!n) {
		provoke(&e->rip);
		return PATH_NO_MAC;
	}
	ret->index = way.index;
	ret->src_port = w->port;
	ret->dst_port = service->port;
	memcpy(ret->mac, n->mac, sizeof(ret->mac));
	return PATH_FOUND_VIP;
}

static int family_of(const struct addr *a)
{
	return a->family == AF_INET6;
}

static void ask(struct path_watch *w, struct entry *e, mono_t now)
{
	struct raw_syn s = { 0 };
	enum path_found way = find_way(w, e, &s, now);
	int fd = w->fd[family_of(&e->rip)];

	if (way != PATH_FOUND_VIP) {
		judge(w, e, way, now);
		return;
	}
	e->vip_answered = e->rip_answered = e->was_passed = false;
	s.number = w->salt + 2 * (uint32_t)(e - w->entries);
	s.dst = w->services[e->service].vip;
	raw_syn_send(fd, &s); /* what is not sent is not answered either */
	s.number++;
	s.dst = e->rip;
	raw_syn_send(fd, &s);
	move(w, e, QUEUE_ASKED, mono_add(now, ANSWER_USEC));
}

static enum path_found found_by(const struct entry *e)
{
	if (e->vip_answered)
		return PATH_FOUND_VIP;
	if (e->was_passed)
		return PATH_FOUND_PASSED;
	return e->rip_answered ? PATH_FOUND_RIP : PATH_FOUND_NOTHING;
}

static struct entry *due_in(const struct path_watch *w, enum queue_of queue, mono_t now)
{
	uint32_t at = w->queues[queue].first;

	return at != NONE && (int32_t)(tick_of(now) - w->entries[at].due) >= 0 ? &w->entries[at] : NULL;
}

static void on_tick(void *ctx, mono_t now)
{
	struct path_watch *w = ctx;
	struct entry *e;

	while ((e = due_in(w, QUEUE_ASKED, now)))
		judge(w, e, found_by(e), now);
	for (unsigned i = 0; i < PER_TICK; i++) {
		e = due_in(w, QUEUE_SOON, now);
		if (!e)
			e = due_in(w, QUEUE_SLOW, now);
		if (e)
			ask(w, e, now);
	}
	loop_timer_at(w->timer, mono_add(now, TICK_USEC));
}

/* A half-open connection is taken back. */
static void take_back(const struct path_watch *w, const struct entry *e, const struct raw_syn_answer *a)
{
	struct raw_syn s = {
		.src = a->to, .dst = a->from, .src_port = w->port, .dst_port = a->from_port, .number = a->number
	};
	const struct link_neighbour *n = NULL;

	/* What it was sent to a moment ago is still in the copy of the neighbour table. */
	if (w->n_neighbours)
		n = bsearch(&e->rip, w->neighbours, w->n_neighbours, sizeof(*n), addr_of);
	if (!n)
		return;
	s.index = n->index;
	memcpy(s.mac, n->mac, sizeof(s.mac));
	raw_syn_reset(w->fd[family_of(&e->rip)], &s);
}

static void on_answer(struct path_watch *w, const struct raw_syn_answer *a)
{
	uint32_t at = (a->number - w->salt) / 2;
	bool is_rip = (a->number - w->salt) & 1;
	struct entry *e;

	if (at >= w->n)
		return;
	e = &w->entries[at];
	if (e->where != QUEUE_ASKED || !addr_equal(&a->from, is_rip ? &e->rip : &w->services[e->service].vip))
		return;
	if (a->says == RAW_SYN_OPEN)
		take_back(w, e, a);
	if (a->says == RAW_SYN_PASSED)
		e->was_passed |= !is_rip;
	else if (is_rip)
		e->rip_answered = true;
	else
		e->vip_answered = true;
}

static void on_readable(void *ctx, int fd, unsigned ready)
{
	struct path_watch *w = ctx;
	uint16_t family = fd == w->fd[1] ? AF_INET6 : AF_INET;
	struct raw_syn_answer a;

	(void)ready;
	for (unsigned i = 0; i < READ_BUDGET; i++) {
		int r = raw_syn_receive(fd, family, w->port, &a);

		if (r == -EAGAIN)
			return;
		if (r == 0)
			on_answer(w, &a);
	}
}

/* A port of TCP that no connection of this host gets; 0: none. */
static uint16_t reserve_port(int *ret_fd)
{
	struct sockaddr_storage ss;
	struct addr any = { .family = AF_INET6 }, ignored;
	socklen_t len = sizeof(ss);
	uint16_t port = 0;
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0) {
		any.family = AF_INET;
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	}
	*ret_fd = fd;
	if (fd < 0 || bind(fd, (struct sockaddr *)&ss, addr_to_sockaddr(&any, 0, &ss)) < 0 ||
		getsockname(fd, (struct sockaddr *)&ss, &len) < 0 || addr_from_sockaddr(&ss, &ignored, &port) < 0)
		return 0;
	return port;
}

static void empty_queues(struct path_watch *w)
{
	for (unsigned i = 0; i < QUEUE_MAX; i++)
		w->queues[i] = (struct queue){ NONE, NONE };
}

struct path_watch *path_watch_new(struct loop *l, path_told_fn *told, void *ctx)
{
	static const uint16_t families[FAMILIES] = { AF_INET, AF_INET6 };
	struct path_watch *w = x_calloc(1, sizeof(*w));

	*w = (struct path_watch){ .loop = l, .told = told, .ctx = ctx };
	empty_queues(w);
	w->port = reserve_port(&w->port_fd);
	for (unsigned i = 0; i < FAMILIES; i++) {
		w->fd[i] = w->port ? raw_syn_open(families[i], w->port) : -EADDRNOTAVAIL;
		if (w->fd[i] >= 0)
			w->watch[i] = loop_watch_new(l, w->fd[i], LOOP_READ, on_readable, w);
		else
			log_debug(LOG_PROBE, "no path watch: %s", strerror(-w->fd[i]));
	}
	w->timer = loop_timer_new(l, on_tick, w);
	return w;
}

static void forget(struct path_watch *w)
{
	loop_timer_stop(w->timer);
	empty_queues(w);
	free(w->services);
	free(w->entries);
	w->services = NULL;
	w->entries = NULL;
	w->n_services = w->n = 0;
}

void path_watch_free(struct path_watch *w)
{
	if (!w)
		return;
	forget(w);
	loop_timer_free(w->timer);
	for (unsigned i = 0; i < FAMILIES; i++) {
		loop_watch_free(w->watch[i]);
		if (w->fd[i] >= 0)
			close(w->fd[i]);
	}
	if (w->port_fd >= 0)
		close(w->port_fd);
	free(w->neighbours);
	free(w);
}

static bool is_watched(const struct path_watch *w, const struct rs_conf *rs, const struct addr *vip)
{
	return rs->how->forward == LVS_DR && rs->addr.family == vip->family && w->fd[family_of(vip)] >= 0;
}

/* The line whose address is asked for; NULL: there is none, or nobody wants to know. */
static const struct group_line *line_of(const struct vs_conf *vs)
{
	for (unsigned i = 0; vs->how->dr_path != DR_PATH_OFF && i < vs->lines.n; i++)
		if (!((const struct group_line *)vs->lines.item[i])->fwmark)
			return vs->lines.item[i];
	return NULL;
}

/* As long as there is no room for the servers of services, they are only counted. */
static void add_service(struct path_watch *w, const struct vs_conf *vs, uint32_t vs_index)
{
	const struct group_line *line = line_of(vs);
	const unsigned before = w->n;

	for (uint32_t i = 0; line && i < vs->servers.n; i++) {
		const struct rs_conf *rs = vs->servers.item[i];

		if (!is_watched(w, rs, &line->first))
			continue;
		if (w->entries)
			w->entries[w->n] = (struct entry){ .service = w->n_services, .rs = i, .rip = rs->addr };
		w->n++;
	}
	if (w->n == before)
		return;
	if (w->services)
		w->services[w->n_services] = (struct watched){ vs_index, (uint16_t)(line->port ? line->port : WEB_PORT),
			line->first };
	w->n_services++;
}

static void add_all(struct path_watch *w, const struct conf_vec *services)
{
	w->n_services = w->n = 0;
	for (uint32_t i = 0; i < services->n; i++)
		add_service(w, services->item[i], i);
}

void path_watch_config(struct path_watch *w, const struct checkers_config *c)
{
	mono_t now = mono_now();

	forget(w);
	add_all(w, &c->services);
	if (!w->n)
		return;
	w->services = x_calloc(w->n_services, sizeof(*w->services));
	w->entries = x_calloc(w->n, sizeof(*w->entries));
	add_all(w, &c->services);
	w->interval = c->globals.dr_path_interval;
	if (getrandom(&w->salt, sizeof(w->salt), GRND_NONBLOCK) < 0)
		w->salt = (uint32_t)now.usec;
	/* By then the first checks have met their servers. */
	for (unsigned i = 0; i < w->n; i++)
		move(w, &w->entries[i], QUEUE_SLOW, mono_add(now, SOON_USEC));
	loop_timer_at(w->timer, mono_add(now, TICK_USEC));
}

/* <0, 0, >0: whether it comes before server `rs` of service `vs`, or is it. */
static int order(const struct path_watch *w, const struct entry *e, uint32_t vs, uint32_t rs)
{
	const uint32_t at = w->services[e->service].vs;

	return at != vs ? (at < vs ? -1 : 1) : (e->rs > rs) - (e->rs < rs);
}

void path_watch_up(struct path_watch *w, uint32_t vs, uint32_t rs)
{
	unsigned low = 0, high = w->n;

	while (low < high) {
		unsigned mid = low + (high - low) / 2;

		if (order(w, &w->entries[mid], vs, rs) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < w->n && order(w, &w->entries[low], vs, rs) == 0 && w->entries[low].where == QUEUE_SLOW)
		move(w, &w->entries[low], QUEUE_SOON, mono_add(mono_now(), SOON_USEC));
}

void path_watch_tell(const struct path_watch *w)
{
	for (unsigned i = 0; i < w->n; i++)
		if (w->entries[i].is_said)
			tell(w, &w->entries[i]);
}
