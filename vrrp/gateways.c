/* gateways.c - see gateways.h. */
#include "vrrp/gateways.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "ctl/writer.h"
#include "io/loop.h"
#include "net/link.h"
#include "net/raw_reach.h"
#include "vrrp/conf.h"
#include "vrrp/gateway.h"

enum { DETAIL_LEN = 128, READS_MAX = 32 };

struct one {
	LIST_ENTRY(one) link;
	struct gateways *all;
	char *name, *dev; /* owned; dev NULL: by its network */
	struct addr addr;
	struct gateway_conf conf;
	struct gateway state;
	int fd, index;            /* fd -1: none open */
	struct loop_watch *watch; /* owned, with fd */
	struct loop_timer *timer; /* owned */
	int err;                  /* of the last question, 0 or -errno */
	bool is_wanted;           /* while a configuration is taken over */
};

struct gateways {
	struct loop *loop;
	const struct link *link;
	gateways_fn *fn;
	void *ctx;
	LIST_HEAD(, one) list; /* owned */
};

static void shut(struct one *o)
{
	loop_watch_free(o->watch);
	o->watch = NULL;
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
	o->index = 0;
}

/* Saying. */

static void detail_of(const struct one *o, char *buf)
{
	if (o->state.state == TRACK_UP)
		snprintf(buf, DETAIL_LEN, "it answers");
	else if (o->err == -ENETUNREACH)
		snprintf(buf, DETAIL_LEN, "%s", o->dev ? "its interface is missing" : "no interface is in its network");
	else if (o->err)
		snprintf(buf, DETAIL_LEN, "it cannot be asked: %s", strerror(-o->err));
	else
		snprintf(buf, DETAIL_LEN, "no answer to %" PRIu32 " questions in a row", o->state.bad);
}

static void tell(struct one *o)
{
	bool is_up = o->state.state == TRACK_UP;
	char detail[DETAIL_LEN];

	detail_of(o, detail);
	if (!is_up)
		log_warn(LOG_VRRP, "gateway %s: %s", o->name, detail);
	else if (o->state.changed_at.usec)
		log_notice(LOG_VRRP, "gateway %s: it answers again", o->name);
	o->all->fn(o->all->ctx, o->name, is_up ? SCRIPT_OK : SCRIPT_FAILED, detail);
}

/* Asking. */

/* An address of the interface's own in the neighbour's network; any of its own where none is; NULL. */
static const struct link_addr *source_on(const struct one *o, int index)
{
	const struct link_addr *any = NULL, *all;
	unsigned n;

	all = link_addrs(o->all->link, &n);
	for (unsigned i = 0; i < n; i++) {
		const struct link_addr *a = &all[i];

		if (a->addr.family != o->addr.family || (index && a->index != index) || a->proto == LINK_ADDR_PROTO)
			continue;
		if (addr_in_prefix(&o->addr, &a->addr, a->prefix_len) && !addr_equal(&o->addr, &a->addr))
			return a;
		any = index && !any ? a : any;
	}
	return any;
}

/* Where it is asked now. -ENETUNREACH: there is no such place. */
static int place(const struct one *o, struct raw_reach *ret, const struct link_if **ret_in)
{
	const struct link_if *in = o->dev ? link_find(o->all->link, o->dev) : NULL;
	const struct link_addr *a = o->dev && !in ? NULL : source_on(o, in ? in->index : 0);

	if (!in && a)
		in = link_find_index(o->all->link, a->index);
	if (!in)
		return -ENETUNREACH;
	*ret = (struct raw_reach){ .index = in->index, .target = o->addr };
	if (a)
		ret->source = a->addr;
	memcpy(ret->mac, in->mac, sizeof(ret->mac));
	*ret_in = in;
	return in->is_up ? 0 : -ENETDOWN;
}

static void on_ready(void *ctx, int fd, unsigned ready);

static int ask(struct one *o)
{
	const struct link_if *in;
	struct raw_reach r;
	int err = place(o, &r, &in);

	if (err < 0)
		return err;
	if (o->fd >= 0 && o->index != r.index)
		shut(o);
	if (o->fd < 0) {
		o->fd = raw_reach_open(r.index, in->name, &o->addr);
		if (o->fd < 0)
			return o->fd;
		o->index = r.index;
		o->watch = loop_watch_new(o->all->loop, o->fd, LOOP_READ, on_ready, o);
	}
	err = raw_reach_ask(o->fd, &r);
	if (err < 0 && err != -EAGAIN)
		shut(o); /* opened anew at the next question: the interface may be another one */
	return err;
}

static void feed(struct one *o, enum gateway_event_type type, mono_t now)
{
	struct gateway_out out;

	gateway_step(&o->state, &o->conf, type, now, &out);
	if (out.has_changed)
		tell(o);
	if (out.must_ask) {
		o->err = ask(o);
		if (o->err < 0) {
			gateway_step(&o->state, &o->conf, GATEWAY_EV_UNSENT, now, &out);
			if (out.has_changed)
				tell(o);
		}
	}
	loop_timer_at(o->timer, out.timer);
}

static void on_ready(void *ctx, int fd, unsigned ready)
{
	struct one *o = ctx;
	bool has_answered = false;
	int r = 0;

	(void)ready;
	for (int i = 0; i < READS_MAX && (r == 0 || r == -EBADMSG); i++) {
		r = raw_reach_heard(fd, &o->addr);
		has_answered |= r == 0;
	}
	if (has_answered)
		feed(o, GATEWAY_EV_ANSWER, mono_now());
	else if (r != 0 && r != -EAGAIN && r != -EBADMSG)
		shut(o);
}

static void on_timer(void *ctx, mono_t now)
{
	struct one *o = ctx;

	if (o->fd >= 0)
		on_ready(o, o->fd, LOOP_READ); /* an answer that waits came in time */
	feed(o, GATEWAY_EV_TIMER, now);
}

/* From one configuration to the next. */

static void drop(struct one *o)
{
	LIST_REMOVE(o, link);
	shut(o);
	loop_timer_free(o->timer);
	free(o->name);
	free(o->dev);
	free(o);
}

static struct one *find(const struct gateways *g, const char *name)
{
	struct one *o;

	LIST_FOREACH(o, &g->list, link)
		if (!strcmp(o->name, name))
			return o;
	return NULL;
}

/* Of several lines about one neighbour the first one says how it is asked. */
static void want(struct gateways *g, const struct vrrp_gateway_conf *c, mono_t now)
{
	struct one *o = find(g, c->name);

	if (o && o->is_wanted)
		return;
	if (!o) {
		o = x_calloc(1, sizeof(*o));
		*o = (struct one){ .all = g, .name = x_strdup(c->name), .addr = c->addr, .fd = -1 };
		o->dev = c->dev ? x_strdup(c->dev) : NULL;
		o->timer = loop_timer_new(g->loop, on_timer, o);
		loop_timer_at(o->timer, now);
		LIST_INSERT_HEAD(&g->list, o, link);
	}
	o->is_wanted = true;
	o->conf = (struct gateway_conf){ c->interval, c->timeout, c->hold, c->fall, c->rise };
}

static void want_all(struct gateways *g, const struct conf_vec *lines, mono_t now)
{
	for (unsigned i = 0; i < lines->n; i++)
		want(g, lines->item[i], now);
}

void gateways_conf(struct gateways *g, const struct vrrp_config *c, mono_t now)
{
	struct one *o, *next;

	LIST_FOREACH(o, &g->list, link)
		o->is_wanted = false;
	for (unsigned i = 0; c && i < c->instances.n; i++)
		want_all(g, &((const struct vrrp_conf *)c->instances.item[i])->track->gateways, now);
	for (unsigned i = 0; c && i < c->groups.n; i++)
		want_all(g, &((const struct vrrp_group_conf *)c->groups.item[i])->track.gateways, now);
	for (o = LIST_FIRST(&g->list); o; o = next) {
		next = LIST_NEXT(o, link);
		if (!o->is_wanted)
			drop(o);
	}
}

struct gateways *gateways_new(struct loop *l, const struct link *link, gateways_fn *fn, void *ctx)
{
	struct gateways *g = x_calloc(1, sizeof(*g));

	*g = (struct gateways){ .loop = l, .link = link, .fn = fn, .ctx = ctx };
	LIST_INIT(&g->list);
	return g;
}

void gateways_free(struct gateways *g)
{
	if (!g)
		return;
	while (LIST_FIRST(&g->list))
		drop(LIST_FIRST(&g->list));
	free(g);
}

void gateways_write(const struct gateways *g, struct writer *w)
{
	static const char *const states[] = { [TRACK_UNKNOWN] = "unknown", [TRACK_UP] = "up", [TRACK_DOWN] = "down" };
	const struct one *o;
	char detail[DETAIL_LEN];

	writer_array(w, "gateways");
	LIST_FOREACH(o, &g->list, link) {
		detail_of(o, detail);
		writer_object(w, NULL);
		writer_str(w, "name", o->name);
		writer_str(w, "state", states[o->state.state]);
		writer_str(w, "detail", o->state.state == TRACK_UNKNOWN ? "not known yet" : detail);
		writer_int(w, "asked", (int64_t)o->state.asked);
		writer_int(w, "answered", (int64_t)o->state.answered);
		writer_end(w);
	}
	writer_end(w);
}
