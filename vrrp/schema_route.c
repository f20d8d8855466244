/*
 * schema_route.c - see schema_route.h. Words that tune a route have no effect yet and are named; words that would make another
 * route of it are refused.
 */
#include "vrrp/schema_route.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "net/link_types.h"
#include "vrrp/conf.h"
#include "vrrp/schema_words.h"

static const struct conf_choice scopes[] = {
	{ "global", LINK_SCOPE_GLOBAL }, { "site", LINK_SCOPE_SITE }, { "link", LINK_SCOPE_LINK }, { "host", LINK_SCOPE_HOST },
	{ "nowhere", LINK_SCOPE_NOWHERE }, { NULL, 0 }
};
static const struct conf_choice tables[] = { { "main", LINK_TABLE_MAIN }, { "default", 253 }, { "local", 255 },
	{ NULL, 0 } };
static const struct conf_choice types[] = {
	{ "unicast", LINK_ROUTE_UNICAST }, { "blackhole", LINK_ROUTE_BLACKHOLE }, { "unreachable", LINK_ROUTE_UNREACHABLE },
	{ "prohibit", LINK_ROUTE_PROHIBIT }, { NULL, 0 }
};

/* A number, or one of the names. */
static int number_or_name(struct words *l, const struct conf_choice *names, int64_t max, uint32_t *ret)
{
	const struct conf_word *w = words_value(l, "a name or a number");
	unsigned value;
	int r;

	if (!w)
		return -EINVAL;
	if (*w->text >= '0' && *w->text <= '9')
		return conf_read_uint(l->rd, w, 0, max, ret);
	r = conf_read_choice(l->rd, w, names, &value);
	if (r == 0)
		*ret = value;
	return r;
}

static int route_prefix(struct words *l, const struct conf_word *w, struct vrrp_route *rt)
{
	uint8_t bits;

	if (rt->dst.family != AF_UNSPEC) {
		report_add(l->rd->report, CONF_ERROR, &w->at, "'%s' is no word of a route", w->text);
		report_hint(l->rd->report,
			"[src ADDRESS] [to] PREFIX|default [via ADDRESS] [dev INTERFACE] [metric N] [table N]");
		return -EINVAL;
	}
	if (!strcmp(w->text, "default")) {
		rt->dst.family = AF_INET;
		return 0;
	}
	if (addr_parse_prefix(w->text, &rt->dst, &rt->prefix_len) < 0) {
		report_add(l->rd->report, CONF_ERROR, &w->at, "'%s' is no prefix", w->text);
		return -EINVAL;
	}
	if (rt->prefix_len == UINT8_MAX)
		rt->prefix_len = (uint8_t)(addr_len(&rt->dst) * 8);
	for (bits = rt->prefix_len; rt->dst.family == AF_INET && bits < 32; bits++)
		if (rt->dst.bytes[bits / 8] & (0x80u >> bits % 8)) {
			report_add(l->rd->report, CONF_ERROR, &w->at, "%s has bits behind its length", w->text);
			return -EINVAL;
		}
	return 0;
}

static int route_to(struct words *l, struct vrrp_route *rt)
{
	const struct conf_word *w = words_value(l, "a prefix");

	return w ? route_prefix(l, w, rt) : -EINVAL;
}

static int route_addr(struct words *l, struct addr *ret)
{
	const struct conf_word *w = words_value(l, "an address");

	return w ? conf_read_addr(l->rd, w, ret) : -EINVAL;
}

static int route_src(struct words *l, struct vrrp_route *rt)
{
	return route_addr(l, &rt->src);
}

static int route_via(struct words *l, struct vrrp_route *rt)
{
	return route_addr(l, &rt->via);
}

static int route_dev(struct words *l, struct vrrp_route *rt)
{
	const struct conf_word *w = words_value(l, "an interface");

	rt->dev = w ? words_keep(l, w) : NULL;
	return w ? 0 : -EINVAL;
}

static int route_metric(struct words *l, struct vrrp_route *rt)
{
	return words_uint(l, UINT32_MAX, &rt->metric);
}

static int route_table(struct words *l, struct vrrp_route *rt)
{
	return number_or_name(l, tables, UINT32_MAX, &rt->table);
}

static int route_scope(struct words *l, struct vrrp_route *rt)
{
	uint32_t scope = 0;
	int r = number_or_name(l, scopes, UINT8_MAX, &scope);

	rt->scope = (uint8_t)scope;
	rt->has_scope = true;
	return r;
}

static int route_no_track(struct words *l, struct vrrp_route *rt)
{
	(void)l;
	rt->no_track = true;
	return 0;
}

/* Without it the route would lead elsewhere. */
static int route_refused(struct words *l, struct vrrp_route *rt)
{
	const struct conf_word *w = &l->node->words[l->at - 1];

	(void)rt;
	report_add(l->rd->report, CONF_ERROR, &w->at, "'%s' of a route is not supported yet", w->text);
	report_hint(l->rd->report, "without it this would be another route");
	return -EINVAL;
}

static int route_later(struct words *l, struct vrrp_route *rt)
{
	const struct conf_word *w = &l->node->words[l->at - 1];

	(void)rt;
	report_add(l->rd->report, CONF_WARNING, &w->at, "'%s' of a route is not supported yet; it has no effect",
		w->text);
	report_inert(l->rd->report);
	return 0;
}

static int route_later_value(struct words *l, struct vrrp_route *rt)
{
	const struct conf_word *w;

	(void)route_later(l, rt);
	w = words_value(l, "a value");
	if (w && !strcmp(w->text, "lock"))
		w = words_value(l, "a value");
	return w ? 0 : -EINVAL;
}

static const struct {
	const char *name;
	int (*read)(struct words *l, struct vrrp_route *rt);
} route_words[] = {
	{ "to", route_to }, { "src", route_src }, { "via", route_via }, { "gw", route_via }, { "dev", route_dev },
	{ "oif", route_dev }, { "metric", route_metric }, { "preference", route_metric }, { "table", route_table },
	{ "scope", route_scope }, { "no_track", route_no_track }, { "or", route_refused }, { "nexthop", route_refused },
	{ "tos", route_refused }, { "dsfield", route_refused }, { "encap", route_refused }, { "inet6", route_refused },
	{ "throw", route_refused }, { "local", route_refused }, { "broadcast", route_refused }, { "multicast", route_refused },
	{ "anycast", route_refused }, { "nat", route_refused }, { "onlink", route_refused }, { "as", route_refused },
	{ "proto", route_later_value }, { "protocol", route_later_value }, { "mtu", route_later_value },
	{ "advmss", route_later_value }, { "hoplimit", route_later_value }, { "window", route_later_value },
	{ "rtt", route_later_value }, { "rttvar", route_later_value }, { "cwnd", route_later_value },
	{ "initcwnd", route_later_value }, { "initrwnd", route_later_value }, { "ssthresh", route_later_value },
	{ "realms", route_later_value }, { "realm", route_later_value }, { "reordering", route_later_value },
	{ "rto_min", route_later_value }, { "quickack", route_later_value }, { "features", route_later_value },
	{ "congctl", route_later_value }, { "pref", route_later_value }, { "expires", route_later_value },
	{ "ttl-propagate", route_later_value }, { "fastopen_no_cookie", route_later_value },
	{ "track_group", route_later_value }, { "append", route_later },
};

static int route_word(struct words *l, const struct conf_word *w, struct vrrp_route *rt)
{
	for (size_t i = 0; i < sizeof(route_words) / sizeof(route_words[0]); i++)
		if (!strcmp(route_words[i].name, w->text))
			return route_words[i].read(l, rt);
	for (const struct conf_choice *c = types; c->name; c++)
		if (!strcmp(c->name, w->text)) {
			rt->type = (uint8_t)c->value;
			return 0;
		}
	return route_prefix(l, w, rt);
}

static int check(struct words *l, const struct vrrp_route *rt)
{
	struct report *r = l->rd->report;

	if (rt->dst.family == AF_UNSPEC) {
		report_add(r, CONF_ERROR, &rt->word.at, "the route has no prefix");
		return -EINVAL;
	}
	if (rt->type != LINK_ROUTE_UNICAST && (addr_is_set(&rt->via) || rt->dev || addr_is_set(&rt->src))) {
		report_add(r, CONF_ERROR, &rt->word.at, "this kind of route leads nowhere: no via, dev or src");
		return -EINVAL;
	}
	if (rt->dst.family == AF_INET6 && rt->via.family != AF_INET && rt->src.family != AF_INET) {
		report_add(r, CONF_WARNING, &rt->word.at, "IPv6 routes are not supported yet; this one is left out");
		report_inert(r);
		return 1;
	}
	if (rt->dst.family == AF_INET6 || rt->via.family == AF_INET6 || rt->src.family == AF_INET6) {
		report_add(r, CONF_ERROR, &rt->word.at, "IPv4 and IPv6 in one route");
		return -EINVAL;
	}
	return 0;
}

int schema_route(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = { rd, node, 0 };
	struct vrrp_route *rt = arena_alloc(rd->arena, sizeof(*rt));
	const struct conf_word *w;
	int r = 0;

	(void)item;
	rt->word = node->words[0];
	rt->type = LINK_ROUTE_UNICAST;
	rt->table = LINK_TABLE_MAIN;
	while (r == 0 && (w = words_next(&l)))
		r = route_word(&l, w, rt);
	if (r == 0)
		r = check(&l, rt);
	if (r == 0)
		conf_vec_add(rd->arena, &((struct vrrp_conf *)out)->routes, rt);
	return r < 0 ? r : 0;
}
