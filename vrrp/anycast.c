/* anycast.c - see anycast.h. A struct vrrp_conf of its own makes it an owner of addresses as an instance is one. */
#include "vrrp/anycast.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "ctl/writer.h"
#include "io/loop.h"
#include "io/message.h"
#include "net/link.h"
#include "net/link_dev.h"
#include "vrrp/address.h"
#include "vrrp/conf.h"

/* The alias of every device made here. */
#define MARK "vipd: anycast"

enum { RETRY_USEC = 1000000 };

/* Made here, now or by a process before this one. */
struct made {
	int index;
	char name[LINK_NAME_MAX];
};

struct anycast {
	struct link *link;               /* borrowed */
	struct link_dev *dev;            /* owned; NULL until a device is made or looked for */
	struct loop_timer *timer;        /* owned */
	struct msg_anycast *told, *next; /* owned: the set; the one that comes, in parts */
	unsigned n_told, n_next;
	struct vrrp_conf conf; /* its vips: those of `told` that are on */
	struct vrrp_vip *vips; /* owned */
	struct address_set set;
	struct made *made; /* owned */
	unsigned n_made;
	int err; /* why a device could not be made last, or 0 */
	struct log_limit limit;
	bool is_told, is_ended;
};

/* Devices. */

static void add_made(void *ctx, const struct link_dev_info *info)
{
	struct anycast *a = ctx;

	a->made = x_realloc(a->made, a->n_made + 1, sizeof(*a->made));
	a->made[a->n_made] = (struct made){ .index = info->index };
	memcpy(a->made[a->n_made++].name, info->name, LINK_NAME_MAX);
}

static bool is_made(const struct anycast *a, int index)
{
	for (unsigned i = 0; i < a->n_made; i++)
		if (a->made[i].index == index)
			return true;
	return false;
}

/* Up, and without an address of its own: a routing daemon would announce that, too. */
static int set_up(struct anycast *a, const struct link_dev_info *info)
{
	int r = link_dev_alias(a->dev, info->index, MARK);

	if (r < 0)
		return r;
	(void)link_dev_no_addr_gen(a->dev,
		info->index); /* fails where IPv6 is off: then nothing is made of it either */
	r = link_dev_up(a->dev, info->index, true);
	return r < 0 ? r : link_refresh(a->link, info->index);
}

static int make(struct anycast *a, const char *name)
{
	const struct link_dev_spec spec = { .kind = LINK_DEV_DUMMY, .name = name };
	struct link_dev_info info;
	int r = a->dev ? 0 : link_dev_new(&a->dev);

	if (r == 0)
		r = link_dev_add(a->dev, &spec);
	if (r == 0)
		r = link_dev_get(a->dev, name, 0, &info);
	if (r < 0)
		return r;
	r = set_up(a, &info);
	if (r < 0) {
		(void)link_dev_del(a->dev, info.index);
		return r;
	}
	add_made(a, &info);
	log_info(LOG_VRRP, "anycast: interface %s made", name);
	return 0;
}

/* False: one is missing and cannot be made now. */
static bool make_missing(struct anycast *a)
{
	int err = 0;

	for (unsigned i = 0; i < a->n_told; i++) {
		const char *name = a->told[i].dev;
		int r = link_find(a->link, name) ? 0 : make(a, name);

		if (r == 0 || err)
			continue;
		err = r;
		if (r != a->err)
			log_error(LOG_VRRP, "anycast: interface %s cannot be made: %s", name, strerror(-r));
	}
	a->err = err;
	return err == 0;
}

static bool is_needed(const struct anycast *a, const char *name)
{
	for (unsigned i = 0; i < a->n_told && !a->is_ended; i++)
		if (!strcmp(a->told[i].dev, name))
			return true;
	return false;
}

/* With them goes what is on them: of a process before this one, too. */
static void drop_unneeded(struct anycast *a)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < a->n_made; i++) {
		if (is_needed(a, a->made[i].name)) {
			a->made[kept++] = a->made[i];
			continue;
		}
		if (link_dev_del(a->dev, a->made[i].index) == 0)
			log_info(LOG_VRRP, "anycast: interface %s removed", a->made[i].name);
	}
	a->n_made = kept;
}

/* Addresses. */

static void report(struct anycast *a, const struct address_result *r)
{
	char name[ADDR_STRLEN];

	if (r->lost > 0)
		log_warn_limited(&a->limit, LOG_VRRP,
			"anycast: %u address%s removed by somebody else put back, first %s", r->lost,
			r->lost > 1 ? "es" : "", addr_str(&r->lost_one->conf.addr, name));
	if (r->refused_one)
		log_error(LOG_VRRP, "anycast: the kernel refuses %s: %s", addr_str(&r->refused_one->conf.addr, name),
			strerror(-r->refused_one->err));
}

/* What a process before this one put on a device of ours, and nobody wants. */
static void sweep_one(struct anycast *a)
{
	unsigned n;
	const struct link_addr *all = link_addrs(a->link, &n);

	for (unsigned i = 0; i < n; i++) {
		struct link_change c = {
			.op = LINK_DEL, .index = all[i].index, .addr = all[i].addr, .prefix_len = all[i].prefix_len
		};

		if (!is_made(a, c.index) || address_has(&a->set, 0, &c.addr))
			continue;
		(void)link_apply(a->link, &c, 1);
		all = link_addrs(a->link, &n);
		i = (unsigned)-1; /* the table is another one now */
		if (c.err < 0)
			return;
	}
}

void anycast_sync(struct anycast *a, mono_t now)
{
	mono_t again = MONO_NEVER;
	struct address_result r;

	if (!a->is_told || a->is_ended)
		return;
	if (!make_missing(a))
		again = mono_add(now, RETRY_USEC);
	r = address_sync(&a->set, a->link, &a->conf, now);
	report(a, &r);
	drop_unneeded(a);
	loop_timer_at(a->timer, mono_min(r.again_at, again));
}

static void on_timer(void *ctx, mono_t now)
{
	anycast_sync(ctx, now);
}

/* The wanted addresses of the set. */
static void set_vips(struct anycast *a)
{
	struct vrrp_vip *vips = x_calloc(a->n_told + 1, sizeof(*vips));
	void **item = x_calloc(a->n_told + 1, sizeof(*item));
	unsigned n = 0;

	for (unsigned i = 0; i < a->n_told; i++) {
		const struct msg_anycast *m = &a->told[i];

		if (!m->is_on)
			continue;
		vips[n] = (struct vrrp_vip){ .addr = m->addr,
			.prefix_len = m->addr.family == AF_INET6 ? 128 : 32,
			.dev = m->dev,
			.is_deprecated = m->addr.family == AF_INET6 };
		item[n] = &vips[n];
		n++;
	}
	free(a->conf.vips.item);
	a->conf.vips.item = item;
	a->conf.vips.n = n;
	address_reconf(&a->set, &a->conf);
	free(a->vips);
	a->vips = vips;
}

static unsigned n_on(const struct anycast *a)
{
	unsigned n = 0;

	for (unsigned i = 0; i < a->n_told; i++)
		n += a->told[i].is_on;
	return n;
}

static void take_whole(struct anycast *a, mono_t now)
{
	struct msg_anycast *old = a->told;
	unsigned n_old = a->n_told, n_old_on = n_on(a);
	bool is_first = !a->is_told;

	a->told = a->next;
	a->n_told = a->n_next;
	a->next = NULL;
	a->n_next = 0;
	a->is_told = true;
	set_vips(a);
	free(old);
	if (a->n_told != n_old || n_on(a) != n_old_on)
		log_notice(LOG_VRRP, "anycast: %u of %u addresses stand", n_on(a), a->n_told);
	if (is_first)
		sweep_one(a);
	anycast_sync(a, now);
}

int anycast_take(struct anycast *a, const void *data, size_t len, mono_t now)
{
	struct msg_vips head;

	memcpy(&head, data, sizeof(head)); /* no message of this kind is shorter */
	if (head.n > MSG_ANYCAST_MAX || len != sizeof(head) + head.n * sizeof(*a->next)) {
		log_error(LOG_VRRP, "the lvs process told its addresses in a form that is not understood");
		return -EINVAL;
	}
	if (head.is_first)
		a->n_next = 0;
	a->next = x_realloc(a->next, a->n_next + head.n + 1, sizeof(*a->next));
	memcpy(a->next + a->n_next, (const char *)data + sizeof(head), head.n * sizeof(*a->next));
	for (unsigned i = 0; i < head.n; i++)
		a->next[a->n_next + i].dev[sizeof(a->next->dev) - 1] = '\0'; /* what others say is not trusted */
	a->n_next += head.n;
	if (head.is_last && !a->is_ended)
		take_whole(a, now);
	return 0;
}

/* Life. */

struct anycast *anycast_new(struct loop *l, struct link *link)
{
	struct anycast *a = x_calloc(1, sizeof(*a));

	a->link = link;
	a->limit = (struct log_limit){ .burst = 5, .per_usec = 10 * MONO_SEC };
	a->timer = loop_timer_new(l, on_timer, a);
	a->conf = (struct vrrp_conf){ VRRP_BARE, .name = "anycast" };
	address_init(&a->set, &a->conf, NULL, NULL);
	address_keep(&a->set, true);
	address_hold(&a->set, true);
	if (link_dev_new(&a->dev) == 0)
		(void)link_dev_list(a->dev, MARK, add_made, a);
	return a;
}

void anycast_free(struct anycast *a)
{
	if (!a)
		return;
	loop_timer_free(a->timer);
	address_done(&a->set);
	link_dev_free(a->dev);
	free(a->conf.vips.item);
	free(a->vips);
	free(a->told);
	free(a->next);
	free(a->made);
	free(a);
}

void anycast_stop(struct anycast *a, mono_t now)
{
	if (a->is_ended)
		return;
	a->is_ended = true;
	loop_timer_stop(a->timer);
	address_hold(&a->set, false);
	for (unsigned left = a->set.n + 1; left > 0; left -= left < ADDRESS_BATCH ? left : ADDRESS_BATCH)
		(void)address_sync(&a->set, a->link, &a->conf, now); /* the loop does not run any more for the rest */
	drop_unneeded(a);
}

bool anycast_has(const struct anycast *a, const struct link_addr *addr)
{
	return address_has(&a->set, addr->index, &addr->addr) || (!a->is_told && is_made(a, addr->index));
}

static void write_one(const struct anycast *a, const struct msg_anycast *m, struct writer *w)
{
	const struct link_if *in = link_find(a->link, m->dev);
	char name[ADDR_STRLEN];

	writer_object(w, NULL);
	writer_str(w, "address", addr_str(&m->addr, name));
	writer_str(w, "device", m->dev);
	writer_bool(w, "wanted", m->is_on);
	writer_bool(w, "present", in && link_addr_find(a->link, in->index, &m->addr));
	writer_end(w);
}

void anycast_write(const struct anycast *a, struct writer *w)
{
	writer_array(w, "anycast");
	for (unsigned i = 0; i < a->n_told; i++)
		write_one(a, &a->told[i], w);
	writer_end(w);
}
