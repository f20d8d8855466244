/* route_words.c - see route_words.h. */
#include "vrrp/route_words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/link_route.h"

/* A network. */

/* Clears the bits behind the length; whether any was set. */
static bool clear_host_bits(struct addr *a, uint8_t len)
{
	bool any = false;

	for (unsigned bit = len; bit < addr_len(a) * 8; bit++) {
		any = any || (a->bytes[bit / 8] & (0x80u >> bit % 8));
		a->bytes[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
	}
	return any;
}

int route_words_prefix(struct words *l, const struct conf_word *w, struct addr *net, uint8_t *ret_len)
{
	char text[ADDR_STRLEN];

	if (addr_parse_prefix(w->text, net, ret_len) < 0) {
		report_add(l->rd->report, CONF_ERROR, &w->at, "'%s' is no prefix", w->text);
		conf_hint_addr(l->rd, w->text);
		return -EINVAL;
	}
	if (*ret_len == UINT8_MAX)
		*ret_len = (uint8_t)(addr_len(net) * 8);
	if (!clear_host_bits(net, *ret_len))
		return 0;
	report_add(l->rd->report, CONF_WARNING, &w->at, "%s has bits behind its length: it is read as %s/%u", w->text,
		addr_str(net, text), *ret_len);
	report_hint(l->rd->report, "%s/%u; for one host the address alone", text, *ret_len);
	return 0;
}

/* Metrics: the row's offset is the number of one. */

static void keep_metric(void *out, size_t which, uint32_t value, bool is_locked)
{
	struct link_metrics *m = out;

	m->value[which] = value;
	m->has |= 1u << which;
	m->locked |= is_locked ? 1u << which : 0;
}

/* [lock] N */
int route_words_metric(struct words *l, const struct line_word *word, void *out)
{
	struct line_word plain = { .max = word->max };
	bool is_locked = words_skip(l, "lock");
	uint32_t value = 0;
	int r = line_uint(l, &plain, &value);

	if (r == 0)
		keep_metric(out, word->offset, value, is_locked);
	return r;
}

/* [lock] NAME */
int route_words_congctl(struct words *l, const struct line_word *word, void *out)
{
	struct link_metrics *m = out;
	const struct conf_word *w;

	if (words_skip(l, "lock"))
		m->locked |= 1u << word->offset;
	w = words_value(l, "a name");
	if (!w)
		return -EINVAL;
	if (strlen(w->text) < sizeof(m->congctl)) {
		memcpy(m->congctl, w->text, strlen(w->text) + 1);
		return 0;
	}
	report_add(l->rd->report, CONF_ERROR, &w->at, "the name is longer than %d characters", LINK_CONGCTL_LEN - 1);
	return -EINVAL;
}

/* [lock] N[s|ms]: with a unit a time, which the kernel has in eighths (rtt) or quarters (rttvar) of a millisecond: word->max. */
int route_words_time(struct words *l, const struct line_word *word, void *out)
{
	bool is_locked = words_skip(l, "lock");
	const struct conf_word *w = words_value(l, "a time");
	double value;
	char *end;

	if (!w)
		return -EINVAL;
	value = strtod(w->text, &end);
	if (!strcmp(end, "s"))
		value *= 1000.0 * word->max;
	else if (!strcmp(end, "ms"))
		value *= word->max;
	if (words_is_number(w) && value < UINT32_MAX && (!*end || !strcmp(end, "s") || !strcmp(end, "ms"))) {
		keep_metric(out, word->offset, (uint32_t)value, is_locked);
		return 0;
	}
	report_add(l->rd->report, CONF_ERROR, &w->at, "'%s' is not a time", w->text);
	report_hint(l->rd->report, "a number of milliseconds, or with s or ms behind it");
	return -EINVAL;
}

int route_words_features(struct words *l, const struct line_word *word, void *out)
{
	unsigned bits = 0;
	int r = line_choice(l, word, &bits);

	if (r == 0)
		keep_metric(out, LINK_METRIC_FEATURES, bits, false);
	return r;
}

/* Protocols. */

enum { PROTO_MIN = 3 /* RTPROT_BOOT: unspec, redirect and kernel before it are no user's */ };

const struct conf_choice route_words_protocols[] = { { "unspec", 0 }, { "redirect", 1 }, { "kernel", 2 }, { "boot", 3 }, { "static", 4 }, { "gated", 8 }, { "ra", 9 }, { "mrt", 10 },
	{ "zebra", 11 }, { "bird", 12 }, { "dnrouted", 13 }, { "xorp", 14 }, { "ntk", 15 }, { "dhcp", 16 },
	{ "keepalived", 18 }, { "babel", 42 }, { "openr", 99 }, { "bgp", 186 }, { "isis", 187 }, { "ospf", 188 },
	{ "rip", 189 }, { "eigrp", 192 }, { NULL, 0 } };

int route_words_proto(struct words *l, const struct line_word *word, uint8_t *ret)
{
	const struct line_word plain = { .max = UINT8_MAX, .choices = word->choices };
	const struct conf_word *w = l->at < l->node->n_words ? &l->node->words[l->at] : NULL;
	const struct conf_choice *c = word->choices;
	uint32_t proto = 0;

	while (w && c->name && strcmp(c->name, w->text) != 0)
		c++;
	if (w && !c->name && !words_is_number(w)) {
		l->at++;
		report_add(l->rd->report, CONF_WARNING, &w->at,
			"no routing protocol is called '%s' on this host; the line is left out", w->text);
		report_hint(l->rd->report, "a number, or a name of /etc/iproute2/rt_protos");
		report_inert(l->rd->report);
		return 1;
	}
	if (line_number(l, &plain, &proto) < 0)
		return -EINVAL;
	*ret = (uint8_t)proto;
	if (proto >= PROTO_MIN)
		return 0;
	report_add(l->rd->report, CONF_ERROR, &w->at, "the protocols below %d are the kernel's own", PROTO_MIN);
	report_hint(l->rd->report,
		"static, or another name of /etc/iproute2/rt_protos; vipd's own, without the word, is %d",
		LINK_ROUTE_PROTO);
	return -EINVAL;
}
