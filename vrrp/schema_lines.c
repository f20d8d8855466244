/* schema_lines.c - see schema_lines.h. */
#include "vrrp/schema_lines.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/mono.h"
#include "base/text.h"
#include "vrrp/conf.h"
#include "vrrp/schema_words.h"
#include "vrrp/step.h"

enum { TTL_MAX = 255, DELAY_MAX_S = 255 };

int schema_block_name(struct conf_read *rd, const struct conf_node *node, const char **ret)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a name");

	if (!w)
		return -EINVAL;
	*ret = arena_strdup(rd->arena, w->text);
	words_extra(rd, node, 2);
	return 0;
}

/* Peers. */

struct ttls {
	uint32_t min, max;
	bool is_owner;
};

static const struct line_word peer_words[] = {
	{ .name = "min_ttl", .read = line_uint, .offset = offsetof(struct ttls, min), .max = TTL_MAX },
	{ .name = "max_ttl", .read = line_uint, .offset = offsetof(struct ttls, max), .max = TTL_MAX },
	{ .name = "owner", .read = line_flag, .offset = offsetof(struct ttls, is_owner) },
	{ .name = NULL },
};

static const struct line_grammar peer_line = { "a peer", peer_words, NULL };

/* One family for all of them; none twice. 0; 1: it is left out; <0: reported. */
static int check_peer(struct words *l, const struct conf_vec *peers, const struct vrrp_peer *p)
{
	const struct conf_word *w = &l->node->words[0];

	for (unsigned i = 0; i < peers->n; i++) {
		const struct vrrp_peer *other = peers->item[i];

		if (other->addr.family != p->addr.family) {
			report_add(l->rd->report, CONF_ERROR, &w->at,
				"IPv4 and IPv6 addresses in one unicast_peer block");
			report_hint(l->rd->report, "make one vrrp_instance per family");
			return -EINVAL;
		}
		if (!addr_equal(&other->addr, &p->addr))
			continue;
		report_add(l->rd->report, CONF_WARNING, &w->at, "%s is listed twice", w->text);
		return 1;
	}
	return 0;
}

int schema_peer(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = words_of(rd, item, node, 0);
	const struct conf_word *w = words_next(&l);
	struct vrrp_peer *p = arena_alloc(rd->arena, sizeof(*p));
	struct conf_vec *peers = &((struct vrrp_conf *)out)->peers;
	struct ttls ttls = { 0, TTL_MAX, false };
	int r;

	if (conf_read_addr(rd, w, &p->addr) < 0 || words_line(&l, &peer_line, &ttls) < 0)
		return -EINVAL;
	if (ttls.min > ttls.max) {
		report_add(rd->report, CONF_ERROR, &w->at, "min_ttl %u is more than max_ttl %u", ttls.min, ttls.max);
		return -EINVAL;
	}
	p->min_ttl = (uint8_t)ttls.min;
	p->max_ttl = (uint8_t)ttls.max;
	p->is_owner = ttls.is_owner;
	r = check_peer(&l, peers, p);
	if (r == 0)
		conf_vec_add(rd->arena, peers, p);
	return r < 0 ? r : 0;
}

/* The state of an instance. */

int schema_state(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "MASTER or BACKUP");
	struct vrrp_conf *c = out;

	(void)item;
	if (!w)
		return -EINVAL;
	words_extra(rd, node, 2);
	c->initial_state = VRRP_BACKUP;
	if (!strcmp(w->text, "MASTER"))
		c->initial_state = VRRP_MASTER;
	if (!strcmp(w->text, "MASTER") || !strcmp(w->text, "BACKUP"))
		return 0;
	report_add(rd->report, CONF_WARNING, &w->at, "unknown state '%s': BACKUP is taken", w->text);
	if (!strcasecmp(w->text, "MASTER") || text_distance(w->text, "MASTER") < 3)
		report_hint(rd->report, "did you mean MASTER?");
	else
		report_hint(rd->report, "the states are MASTER and BACKUP");
	return 0;
}

/* Names. */

int schema_names(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct conf_vec *all = conf_field(rd, item, out);

	for (unsigned i = 0; i < node->n_words; i++) {
		const struct conf_word *w = &node->words[i];
		struct vrrp_name *n = arena_alloc(rd->arena, sizeof(*n));

		*n = (struct vrrp_name){ arena_strdup(rd->arena, w->text), w->at };
		conf_vec_add(rd->arena, all, n);
	}
	return 0;
}

/* Interfaces. */

static const struct conf_choice linkbeats[] = { { "MII", 0 }, { "ETHTOOL", 1 }, { "IOCTL", 2 }, { NULL, 0 } };

int schema_linkbeat(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	unsigned how;

	(void)item, (void)out;
	if (node->n_words > 1 && conf_read_choice(rd, &node->words[1], linkbeats, &how) < 0)
		return -EINVAL;
	words_extra(rd, node, 2);
	return 0;
}

/* The line of an interface; a second one says it anew. */
static struct vrrp_delay *delay_of(struct conf_read *rd, struct conf_vec *all, const struct conf_word *w)
{
	struct vrrp_delay *d;

	for (unsigned i = 0; i < all->n; i++) {
		d = all->item[i];
		if (strcmp(d->interface, w->text) != 0)
			continue;
		report_add(rd->report, CONF_WARNING, &w->at, "%s is listed twice: this line counts", w->text);
		return d;
	}
	d = arena_alloc(rd->arena, sizeof(*d));
	d->interface = arena_strdup(rd->arena, w->text);
	conf_vec_add(rd->arena, all, d);
	return d;
}

int schema_delays(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct conf_vec *all = conf_field(rd, item, out);
	struct vrrp_delay *d;
	int64_t delay[2];

	if (!conf_need_word(rd, node, 1, "a delay in seconds"))
		return -EINVAL;
	for (unsigned i = 1; i < node->n_words && i < 3; i++)
		if (conf_read_time(rd, &node->words[i], 0, DELAY_MAX_S * MONO_SEC, &delay[i - 1]) < 0)
			return -EINVAL;
	words_extra(rd, node, 3);
	d = delay_of(rd, all, &node->words[0]);
	d->down = delay[0];
	d->up = node->n_words > 2 ? delay[1] : delay[0];
	return 0;
}
