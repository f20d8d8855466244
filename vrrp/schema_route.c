/*
 * schema_route.c - see schema_route.h. Words that tune a route have no effect yet and are named; a route with a word that would
 * lead it elsewhere is left out.
 */
#include "vrrp/schema_route.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "net/link_types.h"
#include "vrrp/conf.h"
#include "vrrp/schema_words.h"

/* A route while its line is read. */
struct line {
	struct vrrp_route *route;
	bool is_default; /* its family is that of the gateway */
	bool is_ipv6;    /* inet6 */
	bool has_foreign_table;
	bool has_other_via; /* "via inet" or "via inet6": on purpose */
};

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
static const struct conf_choice preferences[] = { { "low", 0 }, { "medium", 1 }, { "high", 2 }, { NULL, 0 } };
static const struct conf_choice switches[] = { { "enabled", 1 }, { "disabled", 0 }, { NULL, 0 } };
static const struct conf_choice features[] = { { "ecn", 1 }, { NULL, 0 } };

/* Words of a route that vipd sets. */

static bool is_choice(const struct conf_choice *c, const char *name)
{
	for (; c->name; c++)
		if (!strcmp(c->name, name))
			return true;
	return false;
}

static bool has_host_bits(const struct addr *a, uint8_t len)
{
	for (unsigned bit = len; bit < addr_len(a) * 8; bit++)
		if (a->bytes[bit / 8] & (0x80u >> bit % 8))
			return true;
	return false;
}

static int read_prefix(struct words *l, const struct conf_word *w, struct line *line)
{
	struct vrrp_route *rt = line->route;

	if (!strcmp(w->text, "default") || !strcmp(w->text, "any") || !strcmp(w->text, "all")) {
		line->is_default = true;
		rt->dst.family = AF_INET;
		return 0;
	}
	if (addr_parse_prefix(w->text, &rt->dst, &rt->prefix_len) < 0) {
		report_add(l->rd->report, CONF_ERROR, &w->at, "'%s' is no prefix", w->text);
		conf_hint_addr(l->rd, w->text);
		return -EINVAL;
	}
	if (rt->prefix_len == UINT8_MAX)
		rt->prefix_len = (uint8_t)(addr_len(&rt->dst) * 8);
	if (!has_host_bits(&rt->dst, rt->prefix_len))
		return 0;
	report_add(l->rd->report, CONF_ERROR, &w->at, "%s has bits behind its length", w->text);
	return -EINVAL;
}

static int route_to(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a prefix");

	(void)word;
	return w ? read_prefix(l, w, out) : -EINVAL;
}

static int route_src(struct words *l, const struct line_word *word, void *out)
{
	return line_addr(l, word, ((struct line *)out)->route);
}

/* via [inet|inet6] ADDRESS */
static int route_via(struct words *l, const struct line_word *word, void *out)
{
	struct line *line = out;

	line->has_other_via = words_skip(l, "inet6") || words_skip(l, "inet");
	return line_addr(l, word, line->route);
}

static int route_text(struct words *l, const struct line_word *word, void *out)
{
	return line_text(l, word, ((struct line *)out)->route);
}

static int route_uint(struct words *l, const struct line_word *word, void *out)
{
	return line_uint(l, word, ((struct line *)out)->route);
}

/* Names other than the kernel's own are the host's (rt_tables); they cannot be looked up in the process that sets the route. */
static int route_table(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = l->at < l->node->n_words ? &l->node->words[l->at] : NULL;
	struct line *line = out;

	if (!w || words_is_number(w) || is_choice(tables, w->text))
		return line_number(l, word, line->route);
	l->at++;
	line->has_foreign_table = true;
	if (l->item->status == CONF_LATER)
		return 0;
	report_add(l->rd->report, CONF_WARNING, &w->at, "names of tables are not supported yet; the route is left out");
	report_hint(l->rd->report, "write the number that '%s' has in rt_tables", w->text);
	report_inert(l->rd->report);
	return 0;
}

static int route_scope(struct words *l, const struct line_word *word, void *out)
{
	struct vrrp_route *rt = ((struct line *)out)->route;
	uint32_t scope = 0;
	int r = line_number(l, word, &scope);

	rt->scope = (uint8_t)scope;
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

/* Words that are read and forgotten. */

/* [lock] N */
static int locked_uint(struct words *l, const struct line_word *word, void *out)
{
	(void)words_skip(l, "lock");
	return line_uint(l, word, out);
}

/* [lock] NAME */
static int locked_text(struct words *l, const struct line_word *word, void *out)
{
	(void)words_skip(l, "lock");
	return line_text(l, word, out);
}

/* [lock] N[s|ms]: milliseconds. */
static int locked_time(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w;
	size_t digits;

	(void)words_skip(l, "lock");
	(void)word, (void)out;
	w = words_value(l, "a time");
	if (!w)
		return -EINVAL;
	digits = strspn(w->text, "0123456789.");
	if (digits && (!w->text[digits] || !strcmp(w->text + digits, "s") || !strcmp(w->text + digits, "ms")))
		return 0;
	report_add(l->rd->report, CONF_ERROR, &w->at, "'%s' is not a time", w->text);
	report_hint(l->rd->report, "a number of milliseconds, or with s or ms behind it");
	return -EINVAL;
}

static const struct line_word encap_ip_words[] = {
	{ .name = "id", .read = line_uint, .offset = CONF_NOWHERE, .max = UINT32_MAX },
	{ .name = "dst", .read = line_addr, .offset = CONF_NOWHERE },
	{ .name = "src", .read = line_addr, .offset = CONF_NOWHERE },
	{ .name = "tos", .read = line_text, .offset = CONF_NOWHERE },
	{ .name = "tc", .read = line_text, .offset = CONF_NOWHERE },
	{ .name = "ttl", .read = line_uint, .offset = CONF_NOWHERE, .max = UINT8_MAX },
	{ .name = "hoplimit", .read = line_uint, .offset = CONF_NOWHERE, .max = UINT8_MAX },
	{ .name = "flags", .read = line_text, .offset = CONF_NOWHERE },
	{ .name = NULL },
};
static const struct line_word encap_mpls_words[] = {
	{ .name = "ttl", .read = line_uint, .offset = CONF_NOWHERE, .max = UINT8_MAX },
	{ .name = NULL },
};
static const struct conf_choice encap_types[] = { { "ip", 0 }, { "ip6", 1 }, { "mpls", 2 }, { "ila", 3 }, { NULL, 0 } };

/* encap ip|ip6 ..., encap mpls LABEL[/LABEL] ..., encap ila LOCATOR */
static int read_encap(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "ip, ip6, mpls or ila");
	unsigned type;

	(void)word, (void)out;
	if (!w || conf_read_choice(l->rd, w, encap_types, &type) < 0)
		return -EINVAL;
	if (type < 2)
		return words_part(l, encap_ip_words, NULL);
	if (!words_value(l, type == 2 ? "a label" : "a locator"))
		return -EINVAL;
	return type == 2 ? words_part(l, encap_mpls_words, NULL) : 0;
}

static int read_gateway(struct words *l, const struct line_word *word, void *out)
{
	(void)out;
	if (!words_skip(l, "inet6"))
		(void)words_skip(l, "inet");
	return line_addr(l, word, NULL);
}

/* as [to] ADDRESS */
static int read_as(struct words *l, const struct line_word *word, void *out)
{
	(void)words_skip(l, "to");
	return line_addr(l, word, out);
}

static const struct line_word nexthop_words[] = {
	{ .name = "via", .read = read_gateway, .offset = CONF_NOWHERE },
	{ .name = "dev", .read = line_text, .offset = CONF_NOWHERE },
	{ .name = "weight", .read = line_uint, .offset = CONF_NOWHERE, .max = 256 },
	{ .name = "onlink", .read = line_flag, .offset = CONF_NOWHERE },
	{ .name = "encap", .read = read_encap, .offset = CONF_NOWHERE },
	{ .name = "realms", .read = line_text, .offset = CONF_NOWHERE },
	{ .name = "as", .read = read_as, .offset = CONF_NOWHERE },
	{ .name = NULL },
};

static int read_nexthop(struct words *l, const struct line_word *word, void *out)
{
	(void)word, (void)out;
	return words_part(l, nexthop_words, NULL);
}

/* All words. */

#define ROUTE(field) offsetof(struct vrrp_route, field)
#define LATER(spelling, reader, most) \
	{ .name = spelling, .read = reader, .offset = CONF_NOWHERE, .status = LINE_LATER, .max = most }
#define VITAL(spelling, reader)                                                                \
	{                                                                                      \
		.name = spelling, .read = reader, .offset = CONF_NOWHERE, .status = LINE_VITAL \
	}

static const struct line_word route_words[] = {
	{ .name = "to", .read = route_to },
	{ .name = "src", .read = route_src, .offset = ROUTE(src) },
	{ .name = "via", .read = route_via, .offset = ROUTE(via) },
	{ .name = "gw", .read = route_via, .offset = ROUTE(via) },
	{ .name = "dev", .read = route_text, .offset = ROUTE(dev) },
	{ .name = "oif", .read = route_text, .offset = ROUTE(dev) },
	{ .name = "metric", .read = route_uint, .offset = ROUTE(metric), .max = UINT32_MAX },
	{ .name = "priority", .read = route_uint, .offset = ROUTE(metric), .max = UINT32_MAX },
	{ .name = "preference", .read = route_uint, .offset = ROUTE(metric), .max = UINT32_MAX },
	{ .name = "table", .read = route_table, .offset = ROUTE(table), .max = UINT32_MAX, .choices = tables },
	{ .name = "scope", .read = route_scope, .max = UINT8_MAX, .choices = scopes },
	{ .name = "no_track", .read = route_no_track },
	{ .name = "inet", .read = line_flag, .offset = CONF_NOWHERE },
	{ .name = "inet6", .read = route_ipv6 },
	{ .name = "track_group", .read = line_track_group },
	VITAL("or", line_addr), VITAL("nexthop", read_nexthop), VITAL("from", line_prefix),
	VITAL("tos", line_text), VITAL("dsfield", line_text), VITAL("encap", read_encap), VITAL("onlink", line_flag),
	VITAL("vrf", line_text), VITAL("as", read_as), VITAL("local", line_flag), VITAL("broadcast", line_flag),
	VITAL("multicast", line_flag), VITAL("throw", line_flag), VITAL("nat", line_flag), VITAL("anycast", line_flag),
	LATER("proto", line_text, 0), LATER("protocol", line_text, 0), LATER("expires", line_uint, UINT32_MAX),
	LATER("mtu", locked_uint, UINT32_MAX), LATER("advmss", locked_uint, UINT32_MAX), LATER("rtt", locked_time, 0),
	LATER("rttvar", locked_time, 0), LATER("rto_min", locked_time, 0), LATER("reordering", locked_uint, UINT32_MAX),
	LATER("window", locked_uint, UINT32_MAX), LATER("cwnd", locked_uint, UINT32_MAX),
	LATER("ssthresh", locked_uint, UINT32_MAX), LATER("hoplimit", locked_uint, UINT8_MAX),
	LATER("initcwnd", locked_uint, UINT32_MAX), LATER("initrwnd", locked_uint, UINT32_MAX),
	LATER("realms", line_text, 0), LATER("realm", line_text, 0), LATER("quickack", line_uint, 1),
	LATER("congctl", locked_text, 0), LATER("fastopen_no_cookie", line_uint, 1), LATER("add", line_flag, 0),
	LATER("prepend", line_flag, 0), LATER("append", line_flag, 0),
	{ .name = "features", .read = line_choice, .offset = CONF_NOWHERE, .status = LINE_LATER, .choices = features },
	{ .name = "pref", .read = line_choice, .offset = CONF_NOWHERE, .status = LINE_LATER, .choices = preferences },
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
			line->route->type = (uint8_t)c->value;
			return 0;
		}
	if (line->route->dst.family == AF_UNSPEC)
		return read_prefix(l, w, line);
	words_refuse(l, w, &route_line);
	return -EINVAL;
}

static const struct line_grammar route_line = { "a route", route_words, read_other };

/* One family for all addresses of a route. 0; 1: it is left out; <0: reported. */
static int check_family(struct words *l, struct line *line)
{
	struct vrrp_route *rt = line->route;
	struct report *r = l->rd->report;
	bool is_other_via = addr_is_set(&rt->via) && rt->via.family != rt->dst.family;
	bool is_other_src = addr_is_set(&rt->src) && rt->src.family != rt->dst.family;

	if (is_other_via && line->has_other_via && !is_other_src) {
		if (l->item->status == CONF_LATER)
			return 0;
		report_add(r, CONF_WARNING, &rt->word.at,
			"a gateway of the other family is not supported yet; the route is left out");
		report_inert(r);
		return 1;
	}
	if (!is_other_via && !is_other_src && (!line->is_ipv6 || rt->dst.family == AF_INET6))
		return 0;
	report_add(r, CONF_ERROR, &rt->word.at, "IPv4 and IPv6 in one route");
	return -EINVAL;
}

/* Rules across the words of a line. 0; 1: it is left out; <0: reported. */
static int check(struct words *l, struct line *line)
{
	struct vrrp_route *rt = line->route;
	struct report *r = l->rd->report;
	int family;

	if (rt->dst.family == AF_UNSPEC) {
		report_add(r, CONF_ERROR, &rt->word.at, "the route has no prefix");
		return -EINVAL;
	}
	if (rt->type != LINK_ROUTE_UNICAST && (addr_is_set(&rt->via) || rt->dev || addr_is_set(&rt->src))) {
		report_add(r, CONF_ERROR, &rt->word.at, "this kind of route leads nowhere: no via, dev or src");
		return -EINVAL;
	}
	if (line->is_default && (line->is_ipv6 || rt->via.family == AF_INET6 || rt->src.family == AF_INET6))
		rt->dst.family = AF_INET6;
	family = check_family(l, line);
	if (family != 0)
		return family;
	if (line->has_foreign_table)
		return 1;
	if (rt->dst.family == AF_INET || l->item->status == CONF_LATER)
		return 0;
	report_add(r, CONF_WARNING, &rt->word.at, "IPv6 routes are not supported yet; this one is left out");
	report_inert(r);
	return 1;
}

int schema_route(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = words_of(rd, item, node, 0);
	struct vrrp_route *rt = arena_alloc(rd->arena, sizeof(*rt));
	struct line line = { .route = rt };
	int r;

	rt->word = node->words[0];
	rt->type = LINK_ROUTE_UNICAST;
	rt->table = LINK_TABLE_MAIN;
	r = words_line(&l, &route_line, &line);
	if (r == 0)
		r = check(&l, &line);
	if (r >= 0)
		words_settle_group(&l, item->min != 0, out);
	if (r == 0)
		conf_vec_add(rd->arena, (struct conf_vec *)(void *)((char *)out + item->offset), rt);
	return r < 0 ? r : 0;
}
