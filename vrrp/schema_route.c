/*
 * schema_route.c - see schema_route.h. A route with a word that would lead it elsewhere and is not supported is left out, and the
 * word is named.
 */
#include "vrrp/schema_route.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "net/link_route.h"
#include "vrrp/conf.h"
#include "vrrp/route_line.h"
#include "vrrp/route_words.h"

static const struct conf_choice scopes[] = {
	{ "global", LINK_SCOPE_GLOBAL }, { "site", LINK_SCOPE_SITE }, { "link", LINK_SCOPE_LINK }, { "host", LINK_SCOPE_HOST },
	{ "nowhere", LINK_SCOPE_NOWHERE }, { NULL, 0 }
};
static const struct conf_choice tables[] = { { "main", LINK_TABLE_MAIN }, { "default", 253 }, { "local", 255 },
	{ NULL, 0 } };
static const struct conf_choice types[] = {
	{ "unicast", LINK_ROUTE_UNICAST }, { "local", LINK_ROUTE_LOCAL }, { "broadcast", LINK_ROUTE_BROADCAST },
	{ "anycast", LINK_ROUTE_ANYCAST }, { "multicast", LINK_ROUTE_MULTICAST }, { "blackhole", LINK_ROUTE_BLACKHOLE },
	{ "unreachable", LINK_ROUTE_UNREACHABLE }, { "prohibit", LINK_ROUTE_PROHIBIT }, { "throw", LINK_ROUTE_THROW },
	{ NULL, 0 }
};
static const struct conf_choice preferences[] = { { "medium", 0 }, { "high", 1 }, { "low", 3 },
	{ NULL, 0 } } /* RFC 4191 */;
static const struct conf_choice features[] = { { "ecn", 1 }, { NULL, 0 } };
static const struct conf_choice switches[] = { { "enabled", 1 }, { "disabled", 0 }, { NULL, 0 } };

/* Words of a route that vipd sets. */

static bool is_choice(const struct conf_choice *c, const char *name)
{
	for (; c->name; c++)
		if (!strcmp(c->name, name))
			return true;
	return false;
}

static bool is_any_word(const char *text)
{
	return !strcmp(text, "default") || !strcmp(text, "any") || !strcmp(text, "all");
}

static int read_dst(struct words *l, const struct conf_word *w, struct route_line *line)
{
	struct link_route *rt = &line->route->route;

	line->is_default = is_any_word(w->text);
	if (!line->is_default)
		return route_words_prefix(l, w, &rt->dst, &rt->prefix_len);
	rt->dst.family = AF_INET;
	return 0;
}

static int route_to(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a prefix");

	(void)word;
	return w ? read_dst(l, w, out) : -EINVAL;
}

static int route_from(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a prefix");
	struct link_route *rt = &((struct route_line *)out)->route->route;

	(void)word;
	if (!w || is_any_word(w->text))
		return w ? 0 : -EINVAL;
	return route_words_prefix(l, w, &rt->from, &rt->from_len);
}

static int route_src(struct words *l, const struct line_word *word, void *out)
{
	return line_addr(l, word, &((struct route_line *)out)->route->route);
}

/* The hop that is being read: that of the route itself, or the newest nexthop. */
static unsigned hop_of(const struct route_line *line)
{
	return line->is_multipath ? line->route->route.n_hops - 1 : 0;
}

/* via [inet|inet6] ADDRESS */
static int route_via(struct words *l, const struct line_word *word, void *out)
{
	struct route_line *line = out;

	line->has_other_via |= words_skip(l, "inet6") || words_skip(l, "inet");
	return line_addr(l, word, &line->route->route.hop[hop_of(line)]);
}

static int route_dev(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "an interface");
	struct route_line *line = out;

	(void)word;
	if (w)
		line->route->dev[hop_of(line)] = words_keep(l, w);
	return w ? 0 : -EINVAL;
}

static int route_encap(struct words *l, const struct line_word *word, void *out)
{
	struct route_line *line = out;
	int r = route_words_encap(l, &line->route->route.hop[hop_of(line)].encap);

	(void)word;
	line->is_left_out |= r > 0;
	return r < 0 ? r : 0;
}

static int route_onlink(struct words *l, const struct line_word *word, void *out)
{
	struct route_line *line = out;

	(void)l, (void)word;
	line->route->route.hop[hop_of(line)].onlink = true;
	return 0;
}

/* Names other than the kernel's own are the host's, and main has put their numbers here: one that is left is in no file. */
static int foreign_name(struct words *l, const struct conf_word *w, const char *what, const char *file)
{
	if (l->item->status == CONF_LATER)
		return 0;
	report_add(l->rd->report, CONF_WARNING, &w->at, "no %s is called '%s' on this host; the route is left out",
		what, w->text);
	conf_hint_name(l->rd, w->text, !strcmp(file, "rt_tables") ? tables : NULL, file);
	report_inert(l->rd->report);
	return 0;
}

/* REALM, FROM/TO: numbers. */
static int route_realms(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a realm");
	struct route_line *line = out;
	unsigned long from, to;
	char *end;

	(void)word;
	if (!w)
		return -EINVAL;
	from = 0;
	to = strtoul(w->text, &end, 0);
	if (*end == '/' && words_is_number(w)) {
		from = to;
		to = strtoul(end + 1, &end, 0);
	}
	if (!words_is_number(w) || *end) {
		line->is_left_out = true;
		return foreign_name(l, w, "realm", "rt_realms");
	}
	if (from > UINT16_MAX || to > UINT16_MAX) {
		report_add(l->rd->report, CONF_ERROR, &w->at, "a realm is a number from 0 to %u", UINT16_MAX);
		return -EINVAL;
	}
	line->route->route.hop[hop_of(line)].realms = (uint32_t)(from << 16 | to);
	return 0;
}

static int route_uint(struct words *l, const struct line_word *word, void *out)
{
	return line_uint(l, word, &((struct route_line *)out)->route->route);
}

static int route_table(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = l->at < l->node->n_words ? &l->node->words[l->at] : NULL;
	struct route_line *line = out;

	line->route->vrf = NULL; /* what is said last counts */
	if (!w || words_is_number(w) || is_choice(tables, w->text))
		return line_number(l, word, &line->route->route);
	l->at++;
	line->is_left_out = true;
	return foreign_name(l, w, "table", "rt_tables");
}

static int route_tos(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = l->at < l->node->n_words ? &l->node->words[l->at] : NULL;
	struct route_line *line = out;
	uint32_t tos = 0;
	int r;

	if (w && !words_is_number(w)) {
		l->at++;
		line->is_left_out = true;
		return foreign_name(l, w, "type of service", "rt_dsfield");
	}
	r = line_hex(l, word, &tos);
	line->route->route.tos = (uint8_t)tos;
	return r;
}

static int route_scope(struct words *l, const struct line_word *word, void *out)
{
	struct vrrp_route *rt = ((struct route_line *)out)->route;
	uint32_t scope = 0;
	int r = line_number(l, word, &scope);

	rt->route.scope = (uint8_t)scope;
	rt->has_scope = true;
	return r;
}

static int route_no_track(struct words *l, const struct line_word *word, void *out)
{
	(void)l, (void)word;
	((struct route_line *)out)->route->no_track = true;
	return 0;
}

static int route_ipv6(struct words *l, const struct line_word *word, void *out)
{
	(void)l, (void)word;
	((struct route_line *)out)->is_ipv6 = true;
	return 0;
}

/* add, prepend, append: word->max is the place. */
static int route_place(struct words *l, const struct line_word *word, void *out)
{
	(void)l;
	((struct route_line *)out)->route->route.place = (enum link_route_place)word->max;
	return 0;
}

static int route_pref(struct words *l, const struct line_word *word, void *out)
{
	unsigned pref = 0;
	int r = line_choice(l, word, &pref);

	((struct route_line *)out)->route->route.pref = (uint8_t)pref;
	return r;
}

/* Metrics: the row's offset is the number of one. */

static int route_metric(struct words *l, const struct line_word *word, void *out)
{
	return route_words_metric(l, word, &((struct route_line *)out)->route->route.metrics);
}

static int route_congctl(struct words *l, const struct line_word *word, void *out)
{
	return route_words_congctl(l, word, &((struct route_line *)out)->route->route.metrics);
}

static int route_time(struct words *l, const struct line_word *word, void *out)
{
	return route_words_time(l, word, &((struct route_line *)out)->route->route.metrics);
}

static int route_features(struct words *l, const struct line_word *word, void *out)
{
	return route_words_features(l, word, &((struct route_line *)out)->route->route.metrics);
}

static int route_proto(struct words *l, const struct line_word *word, void *out)
{
	struct route_line *line = out;
	int r = route_words_proto(l, word, &line->route->route.proto);

	line->is_left_out |= r > 0;
	return r < 0 ? r : 0;
}

/* Its table is found when it is there. */
static int route_vrf(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "the interface of a VRF");
	struct route_line *line = out;

	(void)word;
	if (w)
		line->route->vrf = words_keep(l, w);
	return w ? 0 : -EINVAL;
}

static int route_expires(struct words *l, const struct line_word *word, void *out)
{
	struct route_line *line = out;

	line->expires = words_next(l);
	l->at -= line->expires != NULL;
	return line_uint(l, word, &line->route->route);
}

/* via A or B, from before there was nexthop: two ways. */
static int route_or(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *at = &l->node->words[l->at - 1];
	struct route_line *line = out;
	struct link_route *rt = &line->route->route;

	if (addr_is_set(&rt->hop[0].via) && !line->is_multipath && !line->has_or) {
		line->has_or = true;
		return line_addr(l, word, &rt->hop[1]);
	}
	report_add(l->rd->report, CONF_ERROR, &at->at, "'or' stands once, behind the one 'via' of a route");
	report_hint(l->rd->report, "nexthop via ADDRESS nexthop via ADDRESS");
	return -EINVAL;
}

/* Words that the kernel knows for other routes than these. */

static void say_idle(struct words *l, const struct conf_word *w)
{
	report_add(l->rd->report, CONF_WARNING, &w->at,
		"'%s' belongs to routes of labels (MPLS): the kernel passes over it in a route of IP; it has no effect",
		w->text);
	report_hint(l->rd->report, "remove it");
	report_inert(l->rd->report);
}

/* as [to] ADDRESS */
static int read_as(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *at = &l->node->words[l->at - 1];
	int r;

	(void)words_skip(l, "to");
	r = line_addr(l, word, out);
	if (r == 0)
		say_idle(l, at);
	return r;
}

static int read_ttl_propagate(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *at = &l->node->words[l->at - 1];
	int r = line_choice(l, word, out);

	if (r == 0)
		say_idle(l, at);
	return r;
}

static int read_nat(struct words *l, const struct line_word *word, void *out)
{
	(void)word;
	report_add(l->rd->report, CONF_WARNING, &l->node->words[l->at - 1].at,
		"no kernel since Linux 2.6.9 takes routes of type nat; the whole line is left out");
	report_hint(l->rd->report, "nftables translates addresses; remove the line");
	report_inert(l->rd->report);
	((struct route_line *)out)->is_left_out = true;
	return 0;
}

#define ROUTE(field) offsetof(struct link_route, field)
#define HOP_WORDS                                                                                          \
	{ .name = "via", .read = route_via, .offset = offsetof(struct link_hop, via) },                    \
		{ .name = "gw", .read = route_via, .offset = offsetof(struct link_hop, via) },             \
		{ .name = "dev", .read = route_dev }, { .name = "oif", .read = route_dev },                \
		{ .name = "onlink", .read = route_onlink }, { .name = "realms", .read = route_realms },    \
		{ .name = "realm", .read = route_realms }, { .name = "encap", .read = route_encap },                   \
	{                                                                                                  \
		.name = "as", .read = read_as, .offset = CONF_NOWHERE                                        \
	}

/* weight 1-256 */
static int hop_weight(struct words *l, const struct line_word *word, void *out)
{
	struct route_line *line = out;
	uint32_t weight = 1;
	int r = line_uint(l, word, &weight);

	if (r == 0 && weight == 0) {
		report_add(l->rd->report, CONF_ERROR, &l->node->words[l->at - 1].at, "a weight is from 1 to 256");
		return -EINVAL;
	}
	line->route->route.hop[hop_of(line)].weight = (uint16_t)weight;
	return r;
}

static const struct line_word nexthop_words[] = {
	HOP_WORDS,
	{ .name = "weight", .read = hop_weight, .max = 256 },
	{ .name = NULL },
};

static int read_nexthop(struct words *l, const struct line_word *word, void *out)
{
	struct route_line *line = out;
	struct link_route *rt = &line->route->route;

	(void)word;
	if (rt->n_hops == LINK_HOPS_MAX) {
		report_add(l->rd->report, CONF_ERROR, &l->node->words[l->at - 1].at, "a route has at most %d nexthops",
			LINK_HOPS_MAX);
		return -EINVAL;
	}
	if (!line->is_multipath && (addr_is_set(&rt->hop[0].via) || line->route->dev[0])) {
		report_add(l->rd->report, CONF_ERROR, &l->node->words[l->at - 1].at,
			"a route has a gateway of its own, or nexthops");
		report_hint(l->rd->report, "nexthop via ADDRESS nexthop via ADDRESS, and no via or dev before them");
		return -EINVAL;
	}
	line->is_multipath = true;
	rt->hop[rt->n_hops++].weight = 1;
	return words_part(l, nexthop_words, line);
}

/* All words. */

#define METRIC(spelling, which, most)                                                \
	{                                                                            \
		.name = spelling, .read = route_metric, .offset = which, .max = most \
	}
#define TIME(spelling, which, parts)                                                \
	{                                                                           \
		.name = spelling, .read = route_time, .offset = which, .max = parts \
	}

static const struct line_word route_words[] = {
	HOP_WORDS,
	{ .name = "to", .read = route_to },
	{ .name = "from", .read = route_from },
	{ .name = "src", .read = route_src, .offset = ROUTE(src) },
	{ .name = "nexthop", .read = read_nexthop },
	{ .name = "metric", .read = route_uint, .offset = ROUTE(metric), .max = UINT32_MAX },
	{ .name = "priority", .read = route_uint, .offset = ROUTE(metric), .max = UINT32_MAX },
	{ .name = "preference", .read = route_uint, .offset = ROUTE(metric), .max = UINT32_MAX },
	{ .name = "table", .read = route_table, .offset = ROUTE(table), .max = UINT32_MAX, .choices = tables },
	{ .name = "tos", .read = route_tos, .max = UINT8_MAX },
	{ .name = "dsfield", .read = route_tos, .max = UINT8_MAX },
	{ .name = "scope", .read = route_scope, .max = UINT8_MAX, .choices = scopes },
	{ .name = "no_track", .read = route_no_track },
	{ .name = "inet", .read = line_flag, .offset = CONF_NOWHERE },
	{ .name = "inet6", .read = route_ipv6 },
	{ .name = "track_group", .read = line_track_group },
	{ .name = "prepend", .read = route_place, .max = LINK_ROUTE_FIRST },
	{ .name = "append", .read = route_place, .max = LINK_ROUTE_LAST },
	{ .name = "add", .read = route_place, .max = LINK_ROUTE_ALONE },
	{ .name = "pref", .read = route_pref, .choices = preferences },
	{ .name = "features", .read = route_features, .choices = features },
	{ .name = "congctl", .read = route_congctl, .offset = LINK_METRIC_CONGCTL },
	METRIC("mtu", LINK_METRIC_MTU, UINT32_MAX),
	METRIC("advmss", LINK_METRIC_ADVMSS, UINT32_MAX),
	METRIC("reordering", LINK_METRIC_REORDERING, UINT32_MAX),
	METRIC("window", LINK_METRIC_WINDOW, UINT32_MAX),
	METRIC("cwnd", LINK_METRIC_CWND, UINT32_MAX),
	METRIC("ssthresh", LINK_METRIC_SSTHRESH, UINT32_MAX),
	METRIC("hoplimit", LINK_METRIC_HOPLIMIT, UINT8_MAX),
	METRIC("initcwnd", LINK_METRIC_INITCWND, UINT32_MAX),
	METRIC("initrwnd", LINK_METRIC_INITRWND, UINT32_MAX),
	METRIC("quickack", LINK_METRIC_QUICKACK, 1),
	METRIC("fastopen_no_cookie", LINK_METRIC_NO_COOKIE, 1),
	TIME("rtt", LINK_METRIC_RTT, 8),
	TIME("rttvar", LINK_METRIC_RTTVAR, 4),
	TIME("rto_min", LINK_METRIC_RTO_MIN, 1),
	{ .name = "or", .read = route_or, .offset = offsetof(struct link_hop, via) },
	{ .name = "vrf", .read = route_vrf },
	{ .name = "nat", .read = read_nat },
	{ .name = "proto", .read = route_proto, .max = UINT8_MAX, .choices = route_words_protocols },
	{ .name = "protocol", .read = route_proto, .max = UINT8_MAX, .choices = route_words_protocols },
	{ .name = "expires", .read = route_expires, .offset = ROUTE(expires), .max = UINT32_MAX },
	{ .name = "ttl-propagate", .read = read_ttl_propagate, .offset = CONF_NOWHERE, .choices = switches },
	{ .name = NULL },
};

static const struct line_grammar route_line;

/* A type, or the destination. */
static int read_other(struct words *l, const struct conf_word *w, void *out)
{
	struct route_line *line = out;

	for (const struct conf_choice *c = types; c->name; c++)
		if (!strcmp(c->name, w->text)) {
			line->route->route.type = (uint8_t)c->value;
			return 0;
		}
	if (line->route->route.dst.family == AF_UNSPEC)
		return read_dst(l, w, line);
	words_refuse(l, w, &route_line);
	return -EINVAL;
}

static const struct line_grammar route_line = { "a route", route_words, read_other };

int schema_route(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = words_of(rd, item, node, 0);
	struct vrrp_route *rt = arena_alloc(rd->arena, sizeof(*rt));
	struct route_line line = { .route = rt };
	int r;

	rt->word = node->words[0];
	rt->route.type = LINK_ROUTE_UNICAST;
	rt->route.table = LINK_TABLE_MAIN;
	r = words_line(&l, &route_line, &line);
	if (r == 0)
		r = route_check(&l, &line);
	if (r >= 0)
		rt->group = words_settle_group(&l, item->min != 0, out);
	if (rt->route.n_hops == 0 && !route_leads_nowhere(rt->route.type))
		rt->route.n_hops = 1;
	if (r == 0)
		conf_vec_add(rd->arena, conf_field(rd, item, out), rt);
	return r < 0 ? r : 0;
}
