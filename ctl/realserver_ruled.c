/* realserver_ruled.c - see realserver_ruled.h. libnftables-json(5). */
#include "ctl/realserver_ruled.h"

#include <string.h>

#include "base/addr.h"
#include "ctl/reader.h"

struct looking {
	const struct jvalue *all;
	const char *addr; /* as text */
	const struct jvalue *rule;
};

static bool is_in_list(const struct jvalue *list, const char *addr)
{
	for (size_t i = 0; i < reader_count(list); i++)
		if (!strcmp(reader_text(reader_at(list, i), ""), addr))
			return true;
	return false;
}

/* "@vips": the named set of the rule's table. */
static bool is_in_named(const struct looking *l, const char *name)
{
	for (size_t i = 0; i < reader_count(l->all); i++) {
		const struct jvalue *set = reader_get(reader_at(l->all, i), "set");

		if (set && !strcmp(reader_str(set, "name", ""), name) &&
			!strcmp(reader_str(set, "table", ""), reader_str(l->rule, "table", "")) &&
			!strcmp(reader_str(set, "family", ""), reader_str(l->rule, "family", "")))
			return is_in_list(reader_get(set, "elem"), l->addr);
	}
	return false;
}

static bool means(const struct looking *l, const struct jvalue *right)
{
	const char *text = reader_text(right, NULL);

	if (!text)
		return is_in_list(reader_get(right, "set"), l->addr);
	return *text == '@' ? is_in_named(l, text + 1) : !strcmp(text, l->addr);
}

/* Whether the rule is about packets with the address in that field of the protocol. */
static bool has_match(const struct looking *l, const char *protocol, const char *field)
{
	const struct jvalue *expr = reader_get(l->rule, "expr");

	for (size_t i = 0; i < reader_count(expr); i++) {
		const struct jvalue *match = reader_get(reader_at(expr, i), "match");
		const struct jvalue *payload = reader_get(reader_get(match, "left"), "payload");

		if (payload && !strcmp(reader_str(match, "op", ""), "==") &&
			!strcmp(reader_str(payload, "protocol", ""), protocol) &&
			!strcmp(reader_str(payload, "field", ""), field) && means(l, reader_get(match, "right")))
			return true;
	}
	return false;
}

static bool does(const struct looking *l, const char *what)
{
	const struct jvalue *expr = reader_get(l->rule, "expr");

	for (size_t i = 0; i < reader_count(expr); i++)
		if (reader_get(reader_at(expr, i), what))
			return true;
	return false;
}

void realserver_ruled(const struct jvalue *ruleset, const struct addr *a, struct realserver_ruled *ret)
{
	char buf[ADDR_STRLEN];
	struct looking l = { .all = reader_get(ruleset, "nftables"), .addr = addr_str(a, buf) };
	const char *ip = a->family == AF_INET6 ? "ip6" : "ip";

	*ret = (struct realserver_ruled){ 0 };
	for (size_t i = 0; i < reader_count(l.all); i++) {
		l.rule = reader_get(reader_at(l.all, i), "rule");
		if (!l.rule)
			continue;
		if (has_match(&l, "arp", "daddr ip") && does(&l, "drop"))
			ret->is_dropped = true;
		if (has_match(&l, "arp", "saddr ip") && (does(&l, "mangle") || does(&l, "drop")))
			ret->is_mangled = true;
		if (has_match(&l, ip, "daddr") && (does(&l, "redirect") || does(&l, "dnat")))
			ret->is_redirected = true;
	}
}
