/* doctor_match.c - see doctor_match.h. */
#include "ctl/doctor_match.h"

#include <fnmatch.h>
#include <string.h>

#include "base/addr.h"
#include "ctl/reader.h"

enum { VRRP = 112 };

typedef enum doctor_match one_fn(const struct jvalue *value, const struct doctor_advert *a);

static enum doctor_match yes(bool is_so)
{
	return is_so ? DOCTOR_MATCH_YES : DOCTOR_MATCH_NO;
}

static const char *group_of(const struct doctor_advert *a)
{
	return a->family == AF_INET6 ? "ff02::12" : "224.0.0.18";
}

/* One value on the right side. */

static enum doctor_match is_protocol(const struct jvalue *value, const struct doctor_advert *a)
{
	(void)a;
	return yes(!strcmp(reader_text(value, ""), "vrrp") || reader_number(value, 0) == VRRP);
}

static enum doctor_match is_family(const struct jvalue *value, const struct doctor_advert *a)
{
	return yes(!strcmp(reader_text(value, ""), a->family == AF_INET6 ? "ipv6" : "ipv4"));
}

static enum doctor_match is_interface(const struct jvalue *value, const struct doctor_advert *a)
{
	for (unsigned i = 0; i < a->n_interfaces; i++)
		if (fnmatch(reader_text(value, ""), a->interfaces[i], 0) == 0)
			return DOCTOR_MATCH_YES;
	return DOCTOR_MATCH_NO;
}

static enum doctor_match is_group(const struct jvalue *value, const struct doctor_advert *a)
{
	const struct jvalue *prefix = reader_get(value, "prefix");
	const char *text = reader_text(value, reader_str(prefix, "addr", ""));
	struct addr group, net;

	if (a->is_unicast || addr_parse(group_of(a), &group) < 0 || addr_parse(text, &net) < 0)
		return DOCTOR_MATCH_MAYBE;
	return yes(prefix ? addr_in_prefix(&group, &net, (uint8_t)reader_int(prefix, "len", 0))
			  : addr_equal(&group, &net));
}

/* To a group nothing is ever answered: such a packet is always new. */
static enum doctor_match is_state(const struct jvalue *value, const struct doctor_advert *a)
{
	const char *state = reader_text(value, "");

	if (!strcmp(state, "invalid"))
		return DOCTOR_MATCH_NO;
	if (!strcmp(state, "untracked") || a->is_unicast)
		return DOCTOR_MATCH_MAYBE;
	return yes(!strcmp(state, "new"));
}

/* Any of the values of "a", [a, b] or {"set": [a, b]}. A set by name may have it. */
static enum doctor_match any_of(const struct jvalue *right, const struct doctor_advert *a, one_fn *one)
{
	const struct jvalue *set = reader_get(right, "set"), *all = set ? set : right;
	enum doctor_match best = DOCTOR_MATCH_NO;

	if (reader_text(right, "")[0] == '@' || reader_get(right, "range"))
		return DOCTOR_MATCH_MAYBE;
	if (!reader_count(all))
		return one(right, a);
	for (size_t i = 0; i < reader_count(all); i++) {
		enum doctor_match m = reader_get(reader_at(all, i), "range") ? DOCTOR_MATCH_MAYBE
									     : one(reader_at(all, i), a);

		best = m > best ? m : best;
	}
	return best;
}

/* What can be on the left side; protocol NULL: of the packet as a whole ("meta", "ct"). */
static const struct left {
	const char *kind, *protocol, *field;
	uint16_t family; /* a packet of another one never matches; 0: any */
	one_fn *one;     /* NULL: not understood, or never */
} lefts[] = {
	{ "meta", NULL, "l4proto", 0, is_protocol },
	{ "meta", NULL, "nfproto", 0, is_family },
	{ "meta", NULL, "iifname", 0, is_interface },
	{ "meta", NULL, "iif", 0, is_interface },
	{ "meta", NULL, "oifname", 0, is_interface },
	{ "meta", NULL, "oif", 0, is_interface },
	{ "ct", NULL, "state", 0, is_state },
	{ "payload", "ip", "protocol", AF_INET, is_protocol },
	{ "payload", "ip", "daddr", AF_INET, is_group },
	{ "payload", "ip", NULL, AF_INET, NULL },
	{ "payload", "ip6", "nexthdr", AF_INET6, is_protocol },
	{ "payload", "ip6", "daddr", AF_INET6, is_group },
	{ "payload", "ip6", NULL, AF_INET6, NULL },
};

static const struct left *left_of(const struct jvalue *left)
{
	for (size_t i = 0; i < sizeof(lefts) / sizeof(lefts[0]); i++) {
		const struct left *l = &lefts[i];
		const struct jvalue *is = reader_get(left, l->kind);
		const char *field = reader_str(is, l->protocol ? "field" : "key", "");

		if (is && (!l->protocol || !strcmp(reader_str(is, "protocol", ""), l->protocol)) &&
			(!l->field || !strcmp(field, l->field)))
			return l;
	}
	return NULL;
}

/* A header that an advert does not have. */
static bool is_of_others(const struct jvalue *left)
{
	static const char *const protocols[] = { "tcp", "udp", "udplite", "sctp", "dccp", "icmp", "icmpv6", "igmp", "ah", "esp",
		"comp", "arp" };
	const char *protocol = reader_str(reader_get(left, "payload"), "protocol", "");

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (!strcmp(protocols[i], protocol))
			return true;
	return false;
}

static enum doctor_match condition(const struct jvalue *match, const struct doctor_advert *a, bool *ret_names)
{
	const struct jvalue *left = reader_get(match, "left");
	const struct left *l = left_of(left);
	const char *op = reader_str(match, "op", "==");
	enum doctor_match m;

	if (is_of_others(left) || (l && l->family && l->family != a->family))
		return DOCTOR_MATCH_NO;
	if (!l || !l->one || (strcmp(op, "==") != 0 && strcmp(op, "in") != 0 && strcmp(op, "!=") != 0))
		return DOCTOR_MATCH_MAYBE;
	m = any_of(reader_get(match, "right"), a, l->one);
	if (!strcmp(op, "!="))
		return m == DOCTOR_MATCH_MAYBE ? m : yes(m == DOCTOR_MATCH_NO);
	*ret_names = *ret_names || (l->one == is_protocol && m == DOCTOR_MATCH_YES);
	return m;
}

enum doctor_match doctor_match(const struct jvalue *expr, const struct doctor_advert *a, bool *ret_names)
{
	enum doctor_match least = DOCTOR_MATCH_YES;

	*ret_names = false;
	for (size_t i = 0; i < reader_count(expr); i++) {
		const struct jvalue *e = reader_at(expr, i), *match = reader_get(e, "match");
		enum doctor_match m = DOCTOR_MATCH_YES;

		if (match)
			m = condition(match, a, ret_names);
		else if (reader_get(e, "limit") || reader_get(e, "xt") || reader_get(e, "quota") ||
			reader_get(e, "vmap"))
			m = DOCTOR_MATCH_MAYBE;
		least = m < least ? m : least;
	}
	return least;
}

static bool is_invalid(const struct jvalue *match)
{
	const struct jvalue *right = reader_get(match, "right"), *set = reader_get(right, "set"),
			    *all = set ? set : right;

	if (strcmp(reader_str(reader_get(reader_get(match, "left"), "ct"), "key", ""), "state") != 0)
		return false;
	for (size_t i = 0; i < reader_count(all); i++)
		if (!strcmp(reader_text(reader_at(all, i), ""), "invalid"))
			return true;
	return !strcmp(reader_text(right, ""), "invalid");
}

bool doctor_match_drops_invalid(const struct jvalue *expr)
{
	bool is_about = false, is_dropped = false;

	for (size_t i = 0; i < reader_count(expr); i++) {
		const struct jvalue *e = reader_at(expr, i);

		is_about = is_about || is_invalid(reader_get(e, "match"));
		is_dropped = is_dropped || reader_get(e, "drop") || reader_get(e, "reject");
	}
	return is_about && is_dropped;
}
