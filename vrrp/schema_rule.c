/* schema_rule.c - see schema_rule.h. */
#include "vrrp/schema_rule.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/alloc.h"
#include "vrrp/conf.h"
#include "vrrp/route_words.h"
#include "vrrp/schema_words.h"

/* A rule while its line is read. */
struct line {
	struct vrrp_rule *rule;
	bool is_ipv4, is_ipv6, has_foreign_name;
};

#define RULE(field) offsetof(struct link_rule, field)

static const struct conf_choice tables[] = { { "main", 254 }, { "default", 253 }, { "local", 255 }, { NULL, 0 } };
static const struct conf_choice protocols[] = { { "icmp", 1 }, { "tcp", 6 }, { "udp", 17 }, { "dccp", 33 }, { "ipv6-icmp", 58 },
	{ "icmpv6", 58 }, { "sctp", 132 }, { NULL, 0 } };
static const struct conf_choice types[] = { { "unicast", LINK_RULE_TABLE }, { "blackhole", LINK_RULE_BLACKHOLE },
	{ "unreachable", LINK_RULE_UNREACHABLE }, { "prohibit", LINK_RULE_PROHIBIT }, { "nop", LINK_RULE_NOP }, { NULL, 0 } };

static struct link_rule *rule_of(void *out)
{
	return &((struct line *)out)->rule->rule;
}

/* Names other than the kernel's own are the host's, and main has put their numbers here: one that is left is in no file. */
static int foreign_name(struct words *l, const struct conf_word *w, const char *what, const char *file, void *out)
{
	((struct line *)out)->has_foreign_name = true;
	report_add(l->rd->report, CONF_WARNING, &w->at, "no %s is called '%s' on this host; the rule is left out", what,
		w->text);
	conf_hint_name(l->rd, w->text, !file ? protocols : !strcmp(file, "rt_tables") ? tables : NULL, file);
	report_inert(l->rd->report);
	return 0;
}

static bool is_choice(const struct conf_choice *c, const char *name)
{
	for (; c->name; c++)
		if (!strcmp(c->name, name))
			return true;
	return false;
}

/* The next word when it is a name that only the host knows; it is taken then. */
static const struct conf_word *take_name(struct words *l, const struct conf_choice *known)
{
	const struct conf_word *w = l->at < l->node->n_words ? &l->node->words[l->at] : NULL;

	if (!w || words_is_number(w) || (known && is_choice(known, w->text)))
		return NULL;
	l->at++;
	return w;
}

static int rule_uint(struct words *l, const struct line_word *word, void *out)
{
	return line_uint(l, word, rule_of(out));
}

static int rule_prefix(struct words *l, const struct line_word *word, void *out)
{
	bool is_from = word->offset == RULE(from);
	const struct conf_word *w = l->at < l->node->n_words ? &l->node->words[l->at] : NULL;
	struct link_rule *r = rule_of(out);
	struct addr *net = is_from ? &r->from : &r->to;
	uint8_t len = 0;
	int err = line_prefix(l, word, r);

	if (err < 0 || !w || addr_parse_prefix(w->text, net, &len) < 0)
		return err;
	*(is_from ? &r->from_len : &r->to_len) = len == UINT8_MAX ? (uint8_t)(addr_len(net) * 8) : len;
	return 0;
}

static int read_table(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = take_name(l, tables);

	rule_of(out)->action = LINK_RULE_TABLE;
	return w ? foreign_name(l, w, "table", "rt_tables", out) : line_number(l, word, rule_of(out));
}

static int read_preference(struct words *l, const struct line_word *word, void *out)
{
	rule_of(out)->has |= LINK_RULE_PRIORITY;
	return rule_uint(l, word, out);
}

static int read_goto(struct words *l, const struct line_word *word, void *out)
{
	rule_of(out)->action = LINK_RULE_GOTO;
	return rule_uint(l, word, out);
}

static int read_type(struct words *l, const struct line_word *word, void *out)
{
	unsigned action = 0;
	int r = line_choice(l, word, &action);

	rule_of(out)->action = (uint8_t)action;
	return r;
}

/* nop, blackhole and so on: word->max is the action. */
static int read_action(struct words *l, const struct line_word *word, void *out)
{
	(void)l;
	rule_of(out)->action = (uint8_t)word->max;
	return 0;
}

static int read_l3mdev(struct words *l, const struct line_word *word, void *out)
{
	(void)l, (void)word;
	rule_of(out)->action = LINK_RULE_TABLE;
	rule_of(out)->l3mdev = true;
	return 0;
}

static int read_not(struct words *l, const struct line_word *word, void *out)
{
	(void)l, (void)word;
	rule_of(out)->is_not = true;
	return 0;
}

static int read_no_track(struct words *l, const struct line_word *word, void *out)
{
	(void)l, (void)word;
	((struct line *)out)->rule->no_track = true;
	return 0;
}

/* N or N/MASK, in decimal or with 0x. */
static int read_mark(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a mark");
	struct link_rule *r = rule_of(out);
	unsigned long mark, mask = UINT32_MAX;
	char *end = NULL;

	(void)word;
	if (!w)
		return -EINVAL;
	mark = strtoul(w->text, &end, 0);
	if (*end == '/')
		mask = strtoul(end + 1, &end, 0);
	if (words_is_number(w) && !*end && end[-1] != '/' && mark <= UINT32_MAX && mask <= UINT32_MAX) {
		r->mark = (uint32_t)mark;
		r->mask = (uint32_t)mask;
		return 0;
	}
	report_add(l->rd->report, CONF_ERROR, &w->at, "'%s' is not a mark", w->text);
	report_hint(l->rd->report, "NUMBER or NUMBER/MASK");
	return -EINVAL;
}

static int read_tos(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = take_name(l, NULL);
	uint32_t tos = 0;
	int r = w ? foreign_name(l, w, "type of service", "rt_dsfield", out) : line_hex(l, word, &tos);

	rule_of(out)->tos = (uint8_t)tos;
	return r;
}

/* REALM or FROM/TO. */
static int read_realms(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a realm");
	unsigned long from = 0, to;
	char *end = NULL;

	(void)word;
	if (!w)
		return -EINVAL;
	to = strtoul(w->text, &end, 0);
	if (*end == '/') {
		from = to;
		to = strtoul(end + 1, &end, 0);
	}
	if (!words_is_number(w) || *end || from > UINT16_MAX || to > UINT16_MAX)
		return foreign_name(l, w, "realm", "rt_realms", out);
	rule_of(out)->realms = (uint32_t)(from << 16 | to);
	return 0;
}

static int read_plen(struct words *l, const struct line_word *word, void *out)
{
	rule_of(out)->has |= LINK_RULE_PLEN;
	return rule_uint(l, word, out);
}

static int read_group(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = take_name(l, NULL);

	if (w)
		return foreign_name(l, w, "groups of interfaces", "group", out);
	rule_of(out)->has |= LINK_RULE_GROUP;
	return rule_uint(l, word, out);
}

static int read_interface(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "an interface");

	if (!w)
		return -EINVAL;
	if (strlen(w->text) >= LINK_NAME_MAX) {
		report_add(l->rd->report, CONF_ERROR, &w->at, "'%s' is too long for an interface", w->text);
		return -EINVAL;
	}
	memcpy((char *)rule_of(out) + word->offset, w->text, strlen(w->text) + 1);
	return 0;
}

static int read_tunnel(struct words *l, const struct line_word *word, void *out)
{
	const struct line_word plain = { .max = word->max };
	uint32_t id = 0;
	int r = line_uint(l, &plain, &id);

	rule_of(out)->tun_id = id;
	return r;
}

static int read_protocol(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = take_name(l, protocols);
	uint32_t proto = 0;
	int r = w ? foreign_name(l, w, "protocol", NULL, out) : line_number(l, word, &proto);

	rule_of(out)->ip_proto = (uint8_t)proto;
	return r;
}

static int read_origin(struct words *l, const struct line_word *word, void *out)
{
	int r = route_words_proto(l, word, &rule_of(out)->proto);

	((struct line *)out)->has_foreign_name |= r > 0;
	return r < 0 ? r : 0;
}

static int read_range(struct words *l, const struct line_word *word, void *out)
{
	struct link_rule *r = rule_of(out);

	r->has |= word->offset == RULE(uid)   ? LINK_RULE_UID
		: word->offset == RULE(sport) ? LINK_RULE_SPORT
					      : LINK_RULE_DPORT;
	return line_range(l, word, r);
}

#define WORD(spelling, reader, field, most)                                          \
	{                                                                            \
		.name = spelling, .read = reader, .offset = RULE(field), .max = most \
	}
#define PLAIN(spelling, reader, most)                    \
	{                                                \
		.name = spelling, .read = reader, .max = most \
	}

static const struct line_word rule_words[] = {
	PLAIN("not", read_not, 0),
	{ .name = "inet", .read = line_flag, .offset = offsetof(struct line, is_ipv4) },
	{ .name = "inet6", .read = line_flag, .offset = offsetof(struct line, is_ipv6) },
	WORD("from", rule_prefix, from, 0),
	WORD("to", rule_prefix, to, 0),
	{ .name = "table", .read = read_table, .offset = RULE(table), .max = UINT32_MAX, .choices = tables },
	{ .name = "lookup", .read = read_table, .offset = RULE(table), .max = UINT32_MAX, .choices = tables },
	WORD("preference", read_preference, priority, UINT32_MAX),
	WORD("order", read_preference, priority, UINT32_MAX),
	WORD("priority", read_preference, priority, UINT32_MAX),
	PLAIN("tos", read_tos, UINT8_MAX),
	PLAIN("dsfield", read_tos, UINT8_MAX),
	PLAIN("fwmark", read_mark, 0),
	PLAIN("realms", read_realms, 0),
	WORD("suppress_prefixlength", read_plen, suppress_plen, 128),
	WORD("sup_pl", read_plen, suppress_plen, 128),
	WORD("suppress_ifgroup", read_group, suppress_group, INT32_MAX),
	WORD("sup_group", read_group, suppress_group, INT32_MAX),
	WORD("dev", read_interface, iif, 0),
	WORD("iif", read_interface, iif, 0),
	WORD("oif", read_interface, oif, 0),
	PLAIN("tun_id", read_tunnel, UINT32_MAX),
	PLAIN("tunnel-id", read_tunnel, UINT32_MAX),
	WORD("uidrange", read_range, uid, UINT32_MAX),
	PLAIN("l3mdev", read_l3mdev, 0),
	{ .name = "protocol", .read = read_origin, .max = UINT8_MAX, .choices = route_words_protocols },
	{ .name = "ipproto", .read = read_protocol, .max = UINT8_MAX, .choices = protocols },
	{ .name = "ip_proto", .read = read_protocol, .max = UINT8_MAX, .choices = protocols },
	WORD("sport", read_range, sport, UINT16_MAX),
	WORD("dport", read_range, dport, UINT16_MAX),
	WORD("goto", read_goto, target, UINT32_MAX),
	PLAIN("nop", read_action, LINK_RULE_NOP),
	PLAIN("blackhole", read_action, LINK_RULE_BLACKHOLE),
	PLAIN("unreachable", read_action, LINK_RULE_UNREACHABLE),
	PLAIN("prohibit", read_action, LINK_RULE_PROHIBIT),
	{ .name = "type", .read = read_type, .choices = types },
	PLAIN("no_track", read_no_track, 0),
	{ .name = "track_group", .read = line_track_group },
	{ .name = NULL },
};

static int refuse(struct words *l, const struct conf_word *w, void *out);

static const struct line_grammar rule_line = { "a rule", rule_words, refuse };

static int refuse(struct words *l, const struct conf_word *w, void *out)
{
	(void)out;
	words_refuse(l, w, &rule_line);
	return -EINVAL;
}

/* 0; 1: it is left out; <0: reported. */
static int check(struct words *l, const struct line *line)
{
	struct link_rule *r = &line->rule->rule;
	const struct place *at = &l->node->words[0].at;
	bool has_ipv4 = line->is_ipv4 || r->from.family == AF_INET || r->to.family == AF_INET;
	bool has_ipv6 = line->is_ipv6 || r->from.family == AF_INET6 || r->to.family == AF_INET6;

	if (has_ipv4 && has_ipv6) {
		report_add(l->rd->report, CONF_ERROR, at, "IPv4 and IPv6 in one rule");
		report_hint(l->rd->report, "make one rule for each family");
		return -EINVAL;
	}
	if (r->action == LINK_RULE_GOTO && (r->has & LINK_RULE_PRIORITY) && r->target <= r->priority) {
		report_add(l->rd->report, CONF_ERROR, at, "goto %u leads back: the rule itself has preference %u",
			r->target, r->priority);
		report_hint(l->rd->report, "a preference behind it; the kernel takes no other");
		return -EINVAL;
	}
	r->family = has_ipv6 ? AF_INET6 : AF_INET;
	if (!r->action) {
		report_add(l->rd->report, CONF_WARNING, at, "the rule does not say what to do: it has no effect");
		report_hint(l->rd->report, "table N, goto PREFERENCE, blackhole, unreachable, prohibit or nop");
	}
	if (!(r->has & LINK_RULE_PRIORITY)) {
		report_add(l->rd->report, CONF_WARNING, at,
			"the rule has no preference: its place among the others is not known");
		report_hint(l->rd->report, "preference NUMBER");
	}
	return line->has_foreign_name || !r->action;
}

int schema_rule(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = words_of(rd, item, node, 0);
	struct vrrp_rule *rule = arena_alloc(rd->arena, sizeof(*rule));
	struct line line = { .rule = rule };
	int r = words_line(&l, &rule_line, &line);

	rule->word = node->words[0];
	if (r == 0)
		r = check(&l, &line);
	if (r >= 0)
		rule->group = words_settle_group(&l, item->min != 0, out);
	if (r == 0)
		conf_vec_add(rd->arena, conf_field(rd, item, out), rule);
	return r < 0 ? r : 0;
}
