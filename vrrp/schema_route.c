/*
 * schema_route.c - see schema_route.h. A route with a word that would lead it elsewhere and is not supported yet is left out, and
 * the word is named.
 */
#include "vrrp/schema_route.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "net/link_route.h"
#include "vrrp/conf.h"
#include "vrrp/route_words.h"

/* A route while its line is read. */
struct line {
	struct vrrp_route *route;
	bool is_default; /* its family is that of the gateway */
	bool is_ipv6;    /* inet6 */
	bool has_foreign_name;
	bool is_multipath;
	bool has_other_via; /* "via inet" or "via inet6": on purpose */
};

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

static int read_dst(struct words *l, const struct conf_word *w, struct line *line)
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
	struct link_route *rt = &((struct line *)out)->route->route;

	(void)word;
	if (!w || is_any_word(w->text))
		return w ? 0 : -EINVAL;
	return route_words_prefix(l, w, &rt->from, &rt->from_len);
}

static int route_src(struct words *l, const struct line_word *word, void *out)
{
	return line_addr(l, word, &((struct line *)out)->route->route);
}

/* The hop that is being read: that of the route itself, or the newest nexthop. */
static unsigned hop_of(const struct line *line)
{
	return line->is_multipath ? line->route->route.n_hops - 1 : 0;
}

/* via [inet|inet6] ADDRESS */
static int route_via(struct words *l, const struct line_word *word, void *out)
{
	struct line *line = out;

	line->has_other_via |= words_skip(l, "inet6") || words_skip(l, "inet");
	return line_addr(l, word, &line->route->route.hop[hop_of(line)]);
}

static int route_dev(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "an interface");
	struct line *line = out;

	(void)word;
	if (w)
		line->route->dev[hop_of(line)] = words_keep(l, w);
	return w ? 0 : -EINVAL;
}

static int route_onlink(struct words *l, const struct line_word *word, void *out)
{
	struct line *line = out;

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
	report_hint(l->rd->report, "a number, or a name of /etc/iproute2/%s", file);
	report_inert(l->rd->report);
	return 0;
}

/* REALM, FROM/TO: numbers. */
static int route_realms(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a realm");
	struct line *line = out;
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
		line->has_foreign_name = true;
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
	return line_uint(l, word, &((struct line *)out)->route->route);
}

static int route_table(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = l->at < l->node->n_words ? &l->node->words[l->at] : NULL;
	struct line *line = out;

	if (!w || words_is_number(w) || is_choice(tables, w->text))
		return line_number(l, word, &line->route->route);
	l->at++;
	line->has_foreign_name = true;
	return foreign_name(l, w, "table", "rt_tables");
}

static int route_tos(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = l->at < l->node->n_words ? &l->node->words[l->at] : NULL;
	struct line *line = out;
	uint32_t tos = 0;
	int r;

	if (w && !words_is_number(w)) {
		l->at++;
		line->has_foreign_name = true;
		return foreign_name(l, w, "type of service", "rt_dsfield");
	}
	r = line_hex(l, word, &tos);
	line->route->route.tos = (uint8_t)tos;
	return r;
}

static int route_scope(struct words *l, const struct line_word *word, void *out)
{
	struct vrrp_route *rt = ((struct line *)out)->route;
	uint32_t scope = 0;
	int r = line_number(l, word, &scope);

	rt->route.scope = (uint8_t)scope;
	rt->has_scope = true;
	return r;
}

static int route_no_track(struct words *l, const struct line_word *word, void *out)
{
	(void)l, (void)word;
	((struct line *)out)->route->no_track = true;
	return 0;
}

static int route_ipv6(struct words *l, const struct line_word *word, void *out)
{
	(void)l, (void)word;
	((struct line *)out)->is_ipv6 = true;
	return 0;
}

/* add, prepend, append: word->max is the place. */
static int route_place(struct words *l, const struct line_word *word, void *out)
{
	(void)l;
	((struct line *)out)->route->route.place = (enum link_route_place)word->max;
	return 0;
}

static int route_pref(struct words *l, const struct line_word *word, void *out)
{
	unsigned pref = 0;
	int r = line_choice(l, word, &pref);

	((struct line *)out)->route->route.pref = (uint8_t)pref;
	return r;
}

/* Metrics: the row's offset is the number of one. */

static int route_metric(struct words *l, const struct line_word *word, void *out)
{
	return route_words_metric(l, word, &((struct line *)out)->route->route.metrics);
}

static int route_congctl(struct words *l, const struct line_word *word, void *out)
{
	return route_words_congctl(l, word, &((struct line *)out)->route->route.metrics);
}

static int route_time(struct words *l, const struct line_word *word, void *out)
{
	return route_words_time(l, word, &((struct line *)out)->route->route.metrics);
}

static int route_features(struct words *l, const struct line_word *word, void *out)
{
	return route_words_features(l, word, &((struct line *)out)->route->route.metrics);
}

/* Words that are read and forgotten. */

/* as [to] ADDRESS */
static int read_as(struct words *l, const struct line_word *word, void *out)
{
	(void)words_skip(l, "to");
	return line_addr(l, word, out);
}

#define ROUTE(field) offsetof(struct link_route, field)
#define LATER(spelling, reader, most) \
	{ .name = spelling, .read = reader, .offset = CONF_NOWHERE, .status = LINE_LATER, .max = most }
#define VITAL(spelling, reader)                                                                \
	{                                                                                      \
		.name = spelling, .read = reader, .offset = CONF_NOWHERE, .status = LINE_VITAL \
	}
#define HOP_WORDS                                                                                          \
	{ .name = "via", .read = route_via, .offset = offsetof(struct link_hop, via) },                    \
		{ .name = "gw", .read = route_via, .offset = offsetof(struct link_hop, via) },             \
		{ .name = "dev", .read = route_dev }, { .name = "oif", .read = route_dev },                \
		{ .name = "onlink", .read = route_onlink }, { .name = "realms", .read = route_realms },    \
		{ .name = "realm", .read = route_realms }, VITAL("encap", route_words_encap), VITAL("as", read_as)

/* weight 1-256 */
static int hop_weight(struct words *l, const struct line_word *word, void *out)
{
	struct line *line = out;
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
	struct line *line = out;
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
	VITAL("or", line_addr),
	VITAL("vrf", line_text),
	VITAL("nat", line_flag),
	LATER("proto", line_text, 0),
	LATER("protocol", line_text, 0),
	LATER("expires", line_uint, UINT32_MAX),
	{ .name = "ttl-propagate", .read = line_choice, .offset = CONF_NOWHERE, .status = LINE_LATER, .choices = switches },
	{ .name = NULL },
};

static const struct line_grammar route_line;

/* A type, or the destination. */
static int read_other(struct words *l, const struct conf_word *w, void *out)
{
	struct line *line = out;

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

/* One family for all addresses of a route, but a gateway may be of the other one on purpose. */
static int check_family(struct words *l, const struct line *line)
{
	const struct link_route *rt = &line->route->route;
	uint16_t family = rt->dst.family;
	bool is_mixed = (line->is_ipv6 && family != AF_INET6) || (addr_is_set(&rt->src) && rt->src.family != family) ||
		(addr_is_set(&rt->from) && rt->from.family != family);

	for (unsigned i = 0; i < LINK_HOPS_MAX; i++) {
		const struct addr *via = &rt->hop[i].via;

		is_mixed = is_mixed ||
			(addr_is_set(via) && via->family != family && !(line->has_other_via && family == AF_INET));
	}
	if (!is_mixed)
		return 0;
	report_add(l->rd->report, CONF_ERROR, &line->route->word.at, "IPv4 and IPv6 in one route");
	report_hint(l->rd->report,
		"prefix, via, src and from of one family; a gateway of the other one: via inet6 ADDRESS");
	return -EINVAL;
}

static bool leads_nowhere(uint8_t type)
{
	return type == LINK_ROUTE_BLACKHOLE || type == LINK_ROUTE_UNREACHABLE || type == LINK_ROUTE_PROHIBIT ||
		type == LINK_ROUTE_THROW;
}

/* A default route is of the family of the first address in its line. */
static void settle_family(struct line *line)
{
	struct link_route *rt = &line->route->route;

	if (line->is_default && !line->has_other_via &&
		(line->is_ipv6 || rt->hop[0].via.family == AF_INET6 || rt->src.family == AF_INET6 ||
			rt->from.family == AF_INET6))
		rt->dst.family = AF_INET6;
	if (line->is_default && line->is_ipv6)
		rt->dst.family = AF_INET6;
}

/* Rules across the words of a line. 0; 1: it is left out; <0: reported. */
static int check(struct words *l, struct line *line)
{
	const struct link_route *rt = &line->route->route;
	const struct place *at = &line->route->word.at;
	struct report *r = l->rd->report;

	if (rt->dst.family == AF_UNSPEC) {
		report_add(r, CONF_ERROR, at, "the route has no prefix");
		report_hint(r, "ADDRESS[/LENGTH] or default, then via, dev ...");
		return -EINVAL;
	}
	if (leads_nowhere(rt->type) &&
		(line->is_multipath || addr_is_set(&rt->hop[0].via) || line->route->dev[0] || addr_is_set(&rt->src))) {
		report_add(r, CONF_ERROR, at, "this kind of route leads nowhere: no via, dev or src");
		report_hint(r, "remove them, or the word blackhole, unreachable, prohibit or throw");
		return -EINVAL;
	}
	settle_family(line);
	if (check_family(l, line) < 0)
		return -EINVAL;
	if (addr_is_set(&rt->from) && rt->dst.family == AF_INET) {
		report_add(r, CONF_ERROR, at, "routes of IPv4 have no 'from'");
		report_hint(r, "a rule sends what comes from there to another table: virtual_rules");
		return -EINVAL;
	}
	return line->has_foreign_name;
}

int schema_route(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = words_of(rd, item, node, 0);
	struct vrrp_route *rt = arena_alloc(rd->arena, sizeof(*rt));
	struct line line = { .route = rt };
	int r;

	rt->word = node->words[0];
	rt->route.type = LINK_ROUTE_UNICAST;
	rt->route.table = LINK_TABLE_MAIN;
	r = words_line(&l, &route_line, &line);
	if (r == 0)
		r = check(&l, &line);
	if (r >= 0)
		rt->group = words_settle_group(&l, item->min != 0, out);
	if (rt->route.n_hops == 0 && !leads_nowhere(rt->route.type))
		rt->route.n_hops = 1;
	if (r == 0)
		conf_vec_add(rd->arena, conf_field(rd, item, out), rt);
	return r < 0 ? r : 0;
}
