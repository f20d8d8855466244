/* schema_reach.c - see schema_reach.h. */
#include "vrrp/schema_reach.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/addr.h"
#include "base/alloc.h"
#include "base/mono.h"
#include "vrrp/conf.h"
#include "vrrp/schema_words.h"

enum { PORT_MAX = 65535, WEIGHT_MAX = 253, COUNT_MAX = 100, NAME_LEN = 128 };

#define INTERVAL_MIN (10 * MONO_MSEC)
#define HOUR (3600 * MONO_SEC)

static int read_weight(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a number");
	uint32_t value;

	if (!w || conf_read_uint(l->rd, w, -WEIGHT_MAX, WEIGHT_MAX, &value) < 0)
		return -EINVAL;
	*(int32_t *)(void *)((char *)out + word->offset) = (int32_t)value;
	return 0;
}

/* track_service. */

static const struct line_word service_words[] = {
	{ .name = "weight", .read = read_weight, .offset = offsetof(struct vrrp_track_service, weight) },
	{ .name = "reverse", .read = line_flag, .offset = offsetof(struct vrrp_track_service, is_reverse) },
	{ .name = NULL },
};

static const struct line_grammar service_line = { "track_service", service_words, NULL };

/* The protocol's name behind a '/', where one is written; else `dflt`. */
static const char *read_protocol(struct words *l, const char *dflt)
{
	static const char *const names[] = { "tcp", "udp", "sctp", "TCP", "UDP", "SCTP" };
	static const char *const said[] = { "/tcp", "/udp", "/sctp" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (words_skip(l, names[i]))
			return i % 3 || *dflt ? said[i % 3] : dflt;
	return dflt;
}

/* ADDRESS PORT [PROTOCOL] */
static int read_endpoint(struct words *l, const struct conf_word *w, char *name)
{
	char text[ADDR_STRLEN];
	const struct conf_word *p;
	struct addr a;
	uint32_t port;
	int n;

	if (conf_read_addr(l->rd, w, &a) < 0)
		return -EINVAL;
	p = words_value(l, "a port");
	if (!p || conf_read_uint(l->rd, p, 0, PORT_MAX, &port) < 0)
		return -EINVAL;
	(void)addr_str(&a, text);
	n = snprintf(name, NAME_LEN, a.family == AF_INET6 ? "[%s]:%" PRIu32 : "%s:%" PRIu32, text, port);
	snprintf(name + n, NAME_LEN - (size_t)n, "%s", read_protocol(l, "/tcp"));
	return 0;
}

/* As behind virtual_server; the name is the one that the other half uses. */
static int read_service(struct words *l, const struct conf_word *w, char *name)
{
	bool is_mark = !strcmp(w->text, "fwmark"), is_group = !strcmp(w->text, "group");
	const struct conf_word *value;
	uint32_t mark;

	if (!is_mark && !is_group)
		return read_endpoint(l, w, name);
	value = words_value(l, is_mark ? "a mark" : "a name");
	if (!value)
		return -EINVAL;
	if (is_group)
		return snprintf(name, NAME_LEN, "group %s%s", value->text, read_protocol(l, "")) < NAME_LEN ? 0
													    : -EINVAL;
	if (conf_read_uint(l->rd, value, 1, UINT32_MAX, &mark) < 0)
		return -EINVAL;
	snprintf(name, NAME_LEN, "fwmark %" PRIu32 "%s", mark, words_skip(l, "inet6") ? "/inet6" : "");
	return 0;
}

int schema_reach_service(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a virtual server");
	struct words l = words_of(rd, item, node, 2);
	struct vrrp_track_service *t = arena_alloc(rd->arena, sizeof(*t));
	char name[NAME_LEN];

	if (!w || read_service(&l, w, name) < 0)
		return -EINVAL;
	*t = (struct vrrp_track_service){ .name = arena_strdup(rd->arena, name), .at = w->at };
	if (words_line(&l, &service_line, t) < 0)
		return -EINVAL;
	conf_vec_add(rd->arena, conf_field(rd, item, out), t);
	return 0;
}

/* track_gateway. */

/* max 0: none is a time, too. */
static int read_seconds(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a time");

	if (!w)
		return -EINVAL;
	return conf_read_time(l->rd, w, word->max ? INTERVAL_MIN : 0, HOUR,
		(int64_t *)(void *)((char *)out + word->offset));
}

static int read_count(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a count");

	if (!w)
		return -EINVAL;
	return conf_read_uint(l->rd, w, 1, COUNT_MAX, (uint32_t *)(void *)((char *)out + word->offset));
}

#define G(field) offsetof(struct vrrp_gateway_conf, field)

static const struct line_word gateway_words[] = {
	{ .name = "dev", .read = line_text, .offset = G(dev) },
	{ .name = "interval", .read = read_seconds, .offset = G(interval), .max = 1 },
	{ .name = "timeout", .read = read_seconds, .offset = G(timeout), .max = 1 },
	{ .name = "hold", .read = read_seconds, .offset = G(hold) },
	{ .name = "fall", .read = read_count, .offset = G(fall) },
	{ .name = "rise", .read = read_count, .offset = G(rise) },
	{ .name = "weight", .read = read_weight, .offset = G(weight) },
	{ .name = "reverse", .read = line_flag, .offset = G(is_reverse) },
	{ .name = NULL },
};

static const struct line_grammar gateway_line = { "track_gateway", gateway_words, NULL };

static int refuse(struct conf_read *rd, const struct vrrp_gateway_conf *g, const char *what, const char *cure)
{
	report_add(rd->report, CONF_ERROR, &g->at, "%s", what);
	report_hint(rd->report, "%s", cure);
	return -EINVAL;
}

static int check_gateway(struct conf_read *rd, const struct vrrp_gateway_conf *g)
{
	if (addr_is_multicast(&g->addr) || addr_is_any(&g->addr))
		return refuse(rd, g, "this is no neighbour's address",
			"the address of the router that packets of this host leave by");
	if (g->addr.family == AF_INET6 && addr_is_link_local(&g->addr) && !g->dev)
		return refuse(rd, g, "a link-local address needs its interface", "track_gateway ADDRESS dev INTERFACE");
	return 0;
}

int schema_reach_gateway(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "an address");
	struct words l = words_of(rd, item, node, 2);
	struct vrrp_gateway_conf *g = arena_alloc(rd->arena, sizeof(*g));
	char text[ADDR_STRLEN];

	*g = (struct vrrp_gateway_conf){ .interval = MONO_SEC, .hold = 10 * MONO_SEC, .fall = 3, .rise = 3 };
	if (!w || conf_read_addr(rd, w, &g->addr) < 0)
		return -EINVAL;
	g->at = w->at;
	if (words_line(&l, &gateway_line, g) < 0 || check_gateway(rd, g) < 0)
		return -EINVAL;
	(void)addr_str(&g->addr, text);
	g->name = g->dev ? arena_printf(rd->arena, "%s dev %s", text, g->dev) : arena_strdup(rd->arena, text);
	if (!g->timeout)
		g->timeout = g->interval;
	conf_vec_add(rd->arena, conf_field(rd, item, out), g);
	return 0;
}
