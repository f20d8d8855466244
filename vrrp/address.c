/* address.c - see address.h. The kernel's table (net/link.h) is the truth; is_held only says what is ours in it. */
#include "vrrp/address.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "net/link.h"
#include "vrrp/address_list.h"

static struct address_vip *vip_new(const struct vrrp_vip *conf)
{
	struct address_vip *v = x_calloc(1, sizeof(*v));

	v->conf = *conf;
	v->announce.addr = &v->conf.addr;
	return v;
}

static void append(struct address_set *s, struct address_vip *v)
{
	s->vip = address_list_add(s->vip, s->n, &s->only, v);
	s->n++;
}

void address_init(struct address_set *s, const struct vrrp_conf *conf, const struct address_ops *ops, const void *ctx)
{
	memset(s, 0, sizeof(*s));
	s->is_clean_start = true;
	s->lease_until = s->vain_since = MONO_NEVER;
	s->ops = ops;
	s->ctx = ctx;
	for (unsigned i = 0; i < conf->vips.n; i++)
		append(s, vip_new(conf->vips.item[i]));
}

void address_keep(struct address_set *s, bool keep)
{
	s->is_clean_start = !keep;
}

void address_done(struct address_set *s)
{
	for (unsigned i = 0; i < s->n; i++)
		free(s->vip[i]);
	address_list_drop(s->vip, &s->only);
	memset(s, 0, sizeof(*s));
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Whether the kernel would make the same entry of both. */
static bool same_vip(const struct vrrp_vip *a, const struct vrrp_vip *b)
{
	return addr_equal(&a->addr, &b->addr) && a->prefix_len == b->prefix_len && same_text(a->dev, b->dev);
}

static struct address_vip *take_old(struct address_vip **old, unsigned n, const struct vrrp_vip *conf)
{
	for (unsigned i = 0; i < n; i++)
		if (old[i] && same_vip(&old[i]->conf, conf)) {
			struct address_vip *v = old[i];

			old[i] = NULL;
			return v;
		}
	return NULL;
}

void address_reconf(struct address_set *s, const struct vrrp_conf *conf)
{
	struct address_set old = *s;

	if (old.vip == &s->only)
		old.vip = &old.only;
	s->vip = NULL;
	s->n = s->at = 0;
	for (unsigned i = 0; i < conf->vips.n; i++) {
		const struct vrrp_vip *c = conf->vips.item[i];
		struct address_vip *v = take_old(old.vip, old.n, c);

		if (!v)
			v = vip_new(c);
		if (v->conf.is_deprecated != c->is_deprecated)
			v->lease = -1;
		v->conf = *c;
		v->is_dropped = false;
		append(s, v);
	}
	for (unsigned i = 0; i < old.n; i++) {
		struct address_vip *v = old.vip[i];

		if (!v)
			continue;
		v->is_dropped = true;
		v->conf.dev = NULL;
		v->conf.rare = NULL;
		append(s, v);
	}
	address_list_drop(old.vip, &old.only);
}

void address_hold(struct address_set *s, bool on)
{
	for (unsigned i = 0; s->hold != on && i < s->n; i++)
		s->vip[i]->err = 0;
	if (s->hold != on)
		s->vain_since = MONO_NEVER;
	s->hold = on;
	s->at = 0;
	s->repair_at = (mono_t){ 0 };
}

/* False: its interface has another name now and still has the address; it goes from there first. */
static bool resolve(const struct address_set *s, struct address_vip *v, const struct link *link,
	const struct vrrp_conf *conf)
{
	const char *name = v->conf.dev ? v->conf.dev : conf->interface;
	const struct link_if *in = name ? link_find(link, name) : NULL;
	int index = in ? in->index : 0;

	if (v->is_dropped) /* its interface is the one where it was put */
		return true;
	if (s->ops)
		index = s->ops->place(s->ctx, &v->conf, index);
	if (v->is_held && v->index && v->index != index && conf->priority != VRRP_PRIORITY_OWNER &&
		link_addr_find(link, v->index, &v->conf.addr))
		return false;
	if (index && v->index != index) /* another one may take it */
		v->err = 0;
	v->index = index;
	return true;
}

enum todo { NOTHING, ADD, DEL, ADOPT, LET_GO, LEAVE, LEASE, HEAL };

static enum todo wanted(const struct address_set *s, const struct address_vip *v, const struct link_addr *there)
{
	if (!there)
		return v->is_held && v->conf.no_track ? NOTHING : ADD;
	if (there->is_tentative)
		return HEAL;
	if (!v->is_held)
		return ADOPT;
	return v->can_lease && v->lease != s->lease ? LEASE : NOTHING;
}

static enum todo difference(const struct address_set *s, const struct address_vip *v, const struct link_addr *there)
{
	if (v->index == 0)
		return NOTHING;
	if (s->hold && !v->is_dropped)
		return wanted(s, v, there);
	if (!there || !(v->is_held || s->is_clean_start || v->is_absent))
		return NOTHING;
	if (s->ops && s->ops->spare(s->ctx, v->index, &v->conf.addr))
		return LET_GO;
	return v->is_absent && there->proto && there->proto != LINK_ADDR_PROTO ? LEAVE : DEL;
}

static struct addr broadcast_of(const struct vrrp_vip *v)
{
	struct addr b = v->rare ? v->rare->broadcast : (struct addr){ 0 };

	if (v->addr.family != AF_INET)
		return (struct addr){ 0 };
	if (!v->rare || !v->rare->broadcast_computed)
		return b;
	b = v->addr;
	for (unsigned bit = v->prefix_len; bit < 32; bit++)
		b.bytes[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
	return b;
}

/* A turn's work: which VIP each change belongs to. */
struct turn {
	struct address_set *set;
	struct link_change change[ADDRESS_BATCH];
	struct address_vip *vip[ADDRESS_BATCH];
	unsigned n, n_waiting; /* waiting: refused before, and not due yet */
	mono_t now;
	bool is_full, has_moved, is_owner;
	struct address_result result;
};

struct link_change address_change(const struct address_set *s, const struct address_vip *v, enum link_op op)
{
	return (struct link_change){ .op = op,
		.index = v->index,
		.addr = v->conf.addr,
		.broadcast = broadcast_of(&v->conf),
		.prefix_len = v->conf.prefix_len,
		.scope = v->conf.scope,
		.label = v->conf.rare ? v->conf.rare->label : NULL,
		.is_deprecated = v->conf.is_deprecated,
		.valid_lft = (uint32_t)(s->lease / MONO_SEC) };
}

static void plan(struct turn *t, struct address_vip *v, enum link_op op, uint8_t prefix_len)
{
	if (v->err && mono_before(t->now, t->set->retry_at)) {
		t->n_waiting++;
		return;
	}
	if (t->n == ADDRESS_BATCH) {
		t->is_full = true;
		return;
	}
	t->vip[t->n] = v;
	t->change[t->n] = address_change(t->set, v, op);
	t->change[t->n++].prefix_len = prefix_len;
}

/* The kernel before 5.18 does not keep the mark: what has a lifetime there was ours. */
static void adopt(struct turn *t, struct address_vip *v, const struct link_addr *there)
{
	v->is_held = true;
	v->can_lease = there->proto == LINK_ADDR_PROTO || (there->is_leased && !t->is_owner);
	v->lease = -1;
	t->result.adopted++;
	if (v->can_lease)
		plan(t, v, LINK_LEASE, there->prefix_len);
}

/* Nobody gets an answer of an address that is tentative; put there by us it never is. */
static void heal(struct turn *t, struct address_vip *v, const struct link_addr *there)
{
	if (t->n + 2 > ADDRESS_BATCH) {
		t->is_full = true;
		return;
	}
	plan(t, v, LINK_DEL, there->prefix_len);
	plan(t, v, LINK_ADD, v->conf.prefix_len);
	if (t->result.healed++ == 0)
		t->result.healed_one = v;
}

/* Somebody else removed it. */
static void note_lost(struct turn *t, struct address_vip *v)
{
	v->is_held = false;
	v->was_put_back = true;
	t->set->lost++;
	if (t->result.lost++ == 0)
		t->result.lost_one = v;
}

/* From now on it is not to be there. The owner's is the interface's own, and nobody's business while it is not held. */
static void note_absent(const struct turn *t, struct address_vip *v)
{
	v->is_held = false;
	v->is_absent = !t->set->hold && !t->is_owner && !v->is_dropped;
}

/* Somebody else put it there, and it was removed. */
static void note_intruder(struct turn *t, struct address_vip *v)
{
	t->set->lost++;
	if (t->result.intruding++ == 0)
		t->result.intruding_one = v;
}

/* No more of our business, until it is gone again. */
static void leave(struct turn *t, struct address_vip *v)
{
	v->is_absent = false;
	if (t->result.left++ == 0)
		t->result.left_one = v;
}

static void plan_vip(struct turn *t, struct address_vip *v, const struct link *link)
{
	const struct link_addr *there = v->index ? link_addr_find(link, v->index, &v->conf.addr) : NULL;

	if (t->set->hold)
		v->is_absent = false;
	switch (difference(t->set, v, there)) {
	case NOTHING:
		if (!there && !t->set->hold)
			note_absent(t, v);
		break;
	case ADOPT:
		adopt(t, v, there);
		break;
	case LEASE:
		plan(t, v, LINK_LEASE, there->prefix_len);
		break;
	case ADD:
		if (v->is_held)
			note_lost(t, v);
		plan(t, v, LINK_ADD, v->conf.prefix_len);
		break;
	case DEL:
		plan(t, v, LINK_DEL, there->prefix_len);
		break;
	case LET_GO:
		v->is_held = v->is_absent = false;
		break;
	case LEAVE:
		leave(t, v);
		break;
	case HEAL:
		heal(t, v, there);
		break;
	}
}

static void plan_move(struct turn *t, struct address_vip *v, const struct link *link)
{
	t->has_moved = true;
	plan(t, v, LINK_DEL, link_addr_find(link, v->index, &v->conf.addr)->prefix_len);
}

static void refuse(struct turn *t, struct address_vip *v, int err)
{
	bool is_new = v->err != err;

	v->err = (int16_t)err;
	if (is_new && t->result.refused_one == NULL)
		t->result.refused_one = v;
	t->result.refused++;
}

static void settle_lease(struct turn *t, struct address_vip *v, mono_t now)
{
	v->can_lease = true;
	v->err = 0;
	v->lease = t->set->lease;
	v->leased_at = now;
}

static void settle(struct turn *t, const struct link_change *c, struct address_vip *v, mono_t now)
{
	if (c->op != LINK_DEL && c->err == 0)
		settle_lease(t, v, now);
	if (c->op == LINK_LEASE && c->err == 0)
		return;
	if (c->op == LINK_ADD && (c->err == 0 || c->err == -EEXIST)) {
		v->is_held = true;
		v->is_fresh = true;
		v->err = 0;
		t->result.added++;
	} else if (c->op == LINK_DEL && (c->err == 0 || c->err == -EADDRNOTAVAIL)) {
		if (v->is_absent && c->err == 0)
			note_intruder(t, v);
		note_absent(t, v);
		v->err = 0;
		t->result.removed++;
	} else {
		refuse(t, v, c->err);
	}
}

/* Dropped ones whose address is gone are. */
static bool is_forgotten(const struct address_vip *v, const struct link *link)
{
	if (!v->is_dropped || v->announce.place != ANNOUNCE_IDLE)
		return false;
	return !v->is_held || !v->index || !link_addr_find(link, v->index, &v->conf.addr);
}

static void forget_dropped(struct address_set *s, const struct link *link)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < s->n; i++) {
		struct address_vip *v = s->vip[i];

		if (is_forgotten(v, link))
			free(v);
		else
			s->vip[kept++] = v;
	}
	s->n = kept;
}

/* Twice as long each time. */
static void put_off(struct turn *t)
{
	int64_t pause = mono_before(t->now, t->set->vain_since) ? 0 : mono_diff(t->now, t->set->vain_since);

	pause = pause < ADDRESS_AGAIN_USEC ? ADDRESS_AGAIN_USEC : pause;
	t->set->retry_at = mono_add(t->now, pause < ADDRESS_RETRY_USEC ? pause : ADDRESS_RETRY_USEC);
}

static mono_t again_at(const struct turn *t, mono_t now)
{
	if (t->is_full)
		return now;
	if (t->result.refused + t->n_waiting > 0)
		return t->set->retry_at;
	if (t->has_moved)
		return now;
	return MONO_NEVER;
}

/* From where the turn before was full; whether it saw all of them. What went on behind it a turn from the first one finds. */
static bool plan_all(struct turn *t, const struct link *link, const struct vrrp_conf *conf)
{
	struct address_set *s = t->set;
	const unsigned from = s->at < s->n ? s->at : 0;
	unsigned i;

	for (i = from; i < s->n && !t->is_full; i++) {
		if (resolve(s, s->vip[i], link, conf))
			plan_vip(t, s->vip[i], link);
		else
			plan_move(t, s->vip[i], link);
	}
	s->at = t->is_full ? i - 1 : 0; /* the last one did not fit */
	return from == 0 && !t->is_full;
}

/* Since when something is refused; a turn that did not see all of them knows only that something is. */
static void look_for_vain(struct turn *t, bool is_whole)
{
	struct address_set *s = t->set;

	if (t->result.refused + t->n_waiting > 0)
		s->vain_since = mono_min(s->vain_since, t->now);
	else if (is_whole)
		s->vain_since = MONO_NEVER;
}

struct address_result address_sync(struct address_set *s, struct link *link, const struct vrrp_conf *conf, mono_t now)
{
	struct turn t = { .set = s,
		.now = now,
		.is_owner = conf->priority == VRRP_PRIORITY_OWNER,
		.result = { .again_at = MONO_NEVER } };
	bool is_whole;

	if (mono_before(now, s->repair_at)) {
		t.result.again_at = s->repair_at;
		return t.result;
	}
	is_whole = plan_all(&t, link, conf);
	(void)link_apply(link, t.change, t.n); /* each change carries its own result */
	for (unsigned i = 0; i < t.n; i++)
		settle(&t, &t.change[i], t.vip[i], now);
	address_look_at_leases(s);
	if (is_whole && t.result.refused + t.n_waiting == 0)
		s->is_clean_start = false;
	if (t.result.refused > 0)
		put_off(&t);
	look_for_vain(&t, is_whole);
	forget_dropped(s, link);
	if (t.result.lost > 0 || t.result.healed > 0 || t.result.intruding > 0)
		s->repair_at = mono_add(now, ADDRESS_REPAIR_USEC);
	t.result.again_at = is_whole ? again_at(&t, now) : now;
	return t.result;
}

void address_look_at_leases(struct address_set *s)
{
	s->lease_until = MONO_NEVER;
	for (unsigned i = 0; i < s->n; i++) {
		const struct address_vip *v = s->vip[i];

		if (v->is_held && v->index && v->lease > 0)
			s->lease_until = mono_min(s->lease_until, mono_add(v->leased_at, v->lease));
	}
}

bool address_has(const struct address_set *s, int index, const struct addr *a)
{
	for (unsigned i = 0; i < s->n; i++)
		if ((index == 0 || s->vip[i]->index == index) && addr_equal(&s->vip[i]->conf.addr, a))
			return true;
	return false;
}

bool address_wants(const struct address_set *s, int index, const struct addr *a)
{
	for (unsigned i = 0; i < s->n; i++) {
		const struct address_vip *v = s->vip[i];

		if (!v->is_dropped && v->index == index && addr_equal(&v->conf.addr, a))
			return s->hold;
	}
	return false;
}

bool address_is_complete(const struct address_set *s, const struct link *link)
{
	for (unsigned i = 0; i < s->n; i++) {
		const struct address_vip *v = s->vip[i];

		if (!v->is_dropped && (!v->index || !link_addr_find(link, v->index, &v->conf.addr)))
			return false;
	}
	return true;
}
