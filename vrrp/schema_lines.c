/* schema_lines.c - see schema_lines.h. */
#include "vrrp/schema_lines.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/text.h"
#include "net/link.h"
#include "vrrp/conf.h"
#include "vrrp/schema_words.h"
#include "vrrp/step.h"

enum { LABEL_MAX = 15, TTL_MAX = 255 };

/* Address lines. */

static const struct conf_choice scopes[] = {
	{ "global", LINK_SCOPE_GLOBAL }, { "site", LINK_SCOPE_SITE }, { "link", LINK_SCOPE_LINK }, { "host", LINK_SCOPE_HOST },
	{ "nowhere", LINK_SCOPE_NOWHERE }, { NULL, 0 }
};

static int vip_scope(struct words *l, struct vrrp_vip *v)
{
	const struct conf_word *w = words_value(l, "a scope");
	unsigned scope = 0;
	int r = -EINVAL;

	if (w && *w->text >= '0' && *w->text <= '9')
		r = conf_read_uint(l->rd, w, 0, UINT8_MAX, &scope);
	else if (w)
		r = conf_read_choice(l->rd, w, scopes, &scope);
	v->scope = (uint8_t)scope;
	return r;
}

static int vip_broadcast(struct words *l, struct vrrp_vip *v)
{
	const struct conf_word *w = words_value(l, "an address, + or -");

	if (!w)
		return -EINVAL;
	v->broadcast_computed = !strcmp(w->text, "+");
	if (v->broadcast_computed || !strcmp(w->text, "-"))
		return 0;
	return conf_read_addr(l->rd, w, &v->broadcast);
}

static int vip_label(struct words *l, struct vrrp_vip *v)
{
	const struct conf_word *w = words_value(l, "a label");

	if (!w)
		return -EINVAL;
	v->label = words_keep(l, w);
	if (strlen(w->text) <= LABEL_MAX)
		return 0;
	report_add(l->rd->report, CONF_ERROR, &w->at, "the label is longer than %d characters", LABEL_MAX);
	return -EINVAL;
}

static int vip_dev(struct words *l, struct vrrp_vip *v)
{
	const struct conf_word *w = words_value(l, "an interface");

	if (!w)
		return -EINVAL;
	v->dev = words_keep(l, w);
	return 0;
}

static int vip_no_track(struct words *l, struct vrrp_vip *v)
{
	(void)l;
	v->no_track = true;
	return 0;
}

static int vip_later(struct words *l, struct vrrp_vip *v)
{
	const struct conf_word *w = &l->node->words[l->at - 1];

	(void)v;
	report_add(l->rd->report, CONF_WARNING, &w->at, "'%s' of an address is not supported yet", w->text);
	report_inert(l->rd->report);
	return 0;
}

static int vip_later_value(struct words *l, struct vrrp_vip *v)
{
	(void)vip_later(l, v);
	return words_value(l, "a value") ? 0 : -EINVAL;
}

static const struct {
	const char *name;
	int (*read)(struct words *l, struct vrrp_vip *v);
} vip_words[] = {
	{ "dev", vip_dev }, { "scope", vip_scope }, { "brd", vip_broadcast }, { "broadcast", vip_broadcast },
	{ "label", vip_label }, { "no_track", vip_no_track }, { "peer", vip_later_value }, { "home", vip_later },
	{ "-nodad", vip_later }, { "mngtmpaddr", vip_later }, { "noprefixroute", vip_later }, { "autojoin", vip_later },
	{ "preferred_lft", vip_later_value }, { "track_group", vip_later_value }, { "use_vmac", vip_later },
};

static int vip_word(struct words *l, const struct conf_word *w, struct vrrp_vip *v)
{
	for (size_t i = 0; i < sizeof(vip_words) / sizeof(vip_words[0]); i++)
		if (!strcmp(vip_words[i].name, w->text))
			return vip_words[i].read(l, v);
	words_unknown(l, w, "addresses");
	return 0;
}

static int vip_addr(struct words *l, const struct conf_word *w, struct vrrp_vip *v)
{
	if (addr_parse_prefix(w->text, &v->addr, &v->prefix_len) < 0) {
		report_add(l->rd->report, CONF_ERROR, &w->at, "'%s' is no address", w->text);
		report_hint(l->rd->report, "ADDRESS[/LENGTH] [dev INTERFACE] [label LABEL] ...");
		return -EINVAL;
	}
	if (v->prefix_len == UINT8_MAX)
		v->prefix_len = (uint8_t)(addr_len(&v->addr) * 8);
	if (v->addr.family == AF_INET && (addr_is_multicast(&v->addr) || addr_is_any(&v->addr))) {
		report_add(l->rd->report, CONF_ERROR, &w->at, "%s cannot be a virtual address", w->text);
		return -EINVAL;
	}
	return 0;
}

static bool is_duplicate(const struct vrrp_conf *c, const struct vrrp_vip *v)
{
	for (unsigned i = 0; i < c->vips.n; i++) {
		const struct vrrp_vip *o = c->vips.item[i];

		if (addr_equal(&o->addr, &v->addr) && !o->dev == !v->dev && (!v->dev || !strcmp(o->dev, v->dev)))
			return true;
	}
	return false;
}

/* IPv4 and IPv6 in the block that adverts carry: one advert cannot. Excluded IPv6 ones cannot be served yet. */
static bool has_wrong_family(struct words *l, const struct vrrp_conf *c, const struct vrrp_vip *v)
{
	const struct vrrp_vip *first = NULL;

	for (unsigned i = 0; i < c->vips.n && !first; i++)
		if (!((const struct vrrp_vip *)c->vips.item[i])->is_excluded)
			first = c->vips.item[i];
	if (v->is_excluded && v->addr.family == AF_INET6) {
		report_add(l->rd->report, CONF_WARNING, &v->word.at,
			"IPv6 address %s is not supported yet; it is left out", v->word.text);
		report_inert(l->rd->report);
		return true;
	}
	if (v->is_excluded || !first || first->addr.family == v->addr.family)
		return false;
	report_add(l->rd->report, CONF_ERROR, &v->word.at, "IPv4 and IPv6 addresses in one virtual_ipaddress block");
	report_hint(l->rd->report, "make one vrrp_instance per family, or use virtual_ipaddress_excluded");
	return true;
}

int schema_vip(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = { rd, node, 0 };
	const struct conf_word *w = words_next(&l);
	struct vrrp_vip *v = arena_alloc(rd->arena, sizeof(*v));
	struct vrrp_conf *c = out;
	int r = vip_addr(&l, w, v);

	v->word = *w;
	v->is_excluded = item->min != 0;
	while (r == 0 && (w = words_next(&l)))
		r = vip_word(&l, w, v);
	if (r < 0 || has_wrong_family(&l, c, v))
		return r;
	if (is_duplicate(c, v)) {
		report_add(rd->report, CONF_WARNING, &v->word.at, "%s is listed twice", v->word.text);
		return 0;
	}
	conf_vec_add(rd->arena, &c->vips, v);
	return 0;
}

/* Peers. */

int schema_peer(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = { rd, node, 0 };
	const struct conf_word *w = words_next(&l);
	struct vrrp_peer *p = arena_alloc(rd->arena, sizeof(*p));
	uint32_t min_ttl = 0, max_ttl = TTL_MAX;
	int r = conf_read_addr(rd, w, &p->addr);

	(void)item;
	while (r == 0 && (w = words_next(&l))) {
		if (!strcmp(w->text, "min_ttl"))
			r = words_uint(&l, TTL_MAX, &min_ttl);
		else if (!strcmp(w->text, "max_ttl"))
			r = words_uint(&l, TTL_MAX, &max_ttl);
		else
			words_unknown(&l, w, "unicast_peer");
	}
	if (r < 0)
		return r;
	p->min_ttl = (uint8_t)min_ttl;
	p->max_ttl = (uint8_t)max_ttl;
	conf_vec_add(rd->arena, &((struct vrrp_conf *)out)->peers, p);
	return 0;
}

/* Words of an instance. */

int schema_state(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "MASTER or BACKUP");
	struct vrrp_conf *c = out;

	(void)item;
	if (!w)
		return -EINVAL;
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

int schema_auth_type(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "PASS");
	struct vrrp_conf *c = out;

	(void)item;
	if (!w)
		return -EINVAL;
	if (!strcmp(w->text, "PASS")) {
		c->auth_type = VRRP_AUTH_PASS;
		return 0;
	}
	report_add(rd->report, CONF_ERROR, &w->at,
		strcmp(w->text, "AH") ? "unknown auth_type '%s'" : "auth_type %s is not supported", w->text);
	report_hint(rd->report, "auth_type PASS, on all routers of this virtual router");
	return -EINVAL;
}

int schema_auth_pass(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a password");
	struct vrrp_conf *c = out;
	size_t len = w ? strlen(w->text) : 0;

	(void)item;
	if (!w)
		return -EINVAL;
	if (len > VRRP_AUTH_LEN) {
		report_add(rd->report, CONF_WARNING, &w->at, "only the first %d characters of auth_pass count",
			VRRP_AUTH_LEN);
		len = VRRP_AUTH_LEN;
	}
	memset(c->auth_pass, 0, sizeof(c->auth_pass));
	memcpy(c->auth_pass, w->text, len);
	return 0;
}
