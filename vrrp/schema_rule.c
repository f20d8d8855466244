/* schema_rule.c - see schema_rule.h. */
#include "vrrp/schema_rule.h"

#include <errno.h>
#include <string.h>

#include "base/addr.h"
#include "base/alloc.h"
#include "vrrp/schema_words.h"

/* What the words of a line mean together. */
struct line {
	struct addr from, to;
	bool is_ipv4, is_ipv6, has_action, has_preference;
	uint32_t preference;
};

#define LINE(field) offsetof(struct line, field)

/* Names of tables are the host's (rt_tables): any name is right here. */
static int read_table(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "the name or number of a table");
	uint32_t table;

	((struct line *)out)->has_action = true;
	if (!w)
		return -EINVAL;
	return words_is_number(w) ? conf_read_uint(l->rd, w, 0, word->max, &table) : 0;
}

static int read_preference(struct words *l, const struct line_word *word, void *out)
{
	((struct line *)out)->has_preference = true;
	return line_uint(l, word, out);
}

static int read_goto(struct words *l, const struct line_word *word, void *out)
{
	((struct line *)out)->has_action = true;
	return line_uint(l, word, NULL);
}

static int read_type(struct words *l, const struct line_word *word, void *out)
{
	((struct line *)out)->has_action = true;
	return line_choice(l, word, NULL);
}

/* N or N/MASK, in decimal or with 0x. */
static int read_mark(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a mark");

	(void)word, (void)out;
	if (!w)
		return -EINVAL;
	if (words_is_number(w) && w->text[strspn(w->text, "0123456789abcdefABCDEFxX/")] == '\0')
		return 0;
	report_add(l->rd->report, CONF_ERROR, &w->at, "'%s' is not a mark", w->text);
	report_hint(l->rd->report, "NUMBER or NUMBER/MASK");
	return -EINVAL;
}

static const struct conf_choice types[] = { { "unicast", 0 }, { "blackhole", 1 }, { "unreachable", 2 }, { "prohibit", 3 },
	{ "nop", 4 }, { NULL, 0 } };

#define WORD(spelling, reader, most)                                                  \
	{                                                                             \
		.name = spelling, .read = reader, .offset = CONF_NOWHERE, .max = most \
	}
#define FIELD(spelling, reader, field, most)                                         \
	{                                                                            \
		.name = spelling, .read = reader, .offset = LINE(field), .max = most \
	}

static const struct line_word rule_words[] = {
	WORD("not", line_flag, 0),
	FIELD("inet", line_flag, is_ipv4, 0),
	FIELD("inet6", line_flag, is_ipv6, 0),
	FIELD("from", line_prefix, from, 0),
	FIELD("to", line_prefix, to, 0),
	WORD("table", read_table, UINT32_MAX),
	WORD("lookup", read_table, UINT32_MAX),
	FIELD("preference", read_preference, preference, UINT32_MAX),
	FIELD("order", read_preference, preference, UINT32_MAX),
	FIELD("priority", read_preference, preference, UINT32_MAX),
	WORD("tos", line_text, 0),
	WORD("dsfield", line_text, 0),
	WORD("fwmark", read_mark, 0),
	WORD("realms", line_text, 0),
	WORD("suppress_prefixlength", line_uint, 128),
	WORD("sup_pl", line_uint, 128),
	WORD("suppress_ifgroup", line_text, 0),
	WORD("sup_group", line_text, 0),
	WORD("dev", line_text, 0),
	WORD("iif", line_text, 0),
	WORD("oif", line_text, 0),
	WORD("tun_id", line_uint, UINT32_MAX),
	WORD("tunnel-id", line_uint, UINT32_MAX),
	WORD("uidrange", line_range, UINT32_MAX),
	FIELD("l3mdev", line_flag, has_action, 0),
	WORD("protocol", line_text, 0),
	WORD("ipproto", line_text, 0),
	WORD("ip_proto", line_text, 0),
	WORD("sport", line_range, UINT16_MAX),
	WORD("dport", line_range, UINT16_MAX),
	WORD("goto", read_goto, UINT32_MAX),
	FIELD("nop", line_flag, has_action, 0),
	FIELD("blackhole", line_flag, has_action, 0),
	FIELD("unreachable", line_flag, has_action, 0),
	FIELD("prohibit", line_flag, has_action, 0),
	{ .name = "type", .read = read_type, .offset = CONF_NOWHERE, .choices = types },
	WORD("no_track", line_flag, 0),
	WORD("track_group", line_track_group, 0),
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

static int check(struct words *l, const struct line *line)
{
	const struct place *at = &l->node->words[0].at;
	bool has_ipv4 = line->is_ipv4 || line->from.family == AF_INET || line->to.family == AF_INET;
	bool has_ipv6 = line->is_ipv6 || line->from.family == AF_INET6 || line->to.family == AF_INET6;

	if (has_ipv4 && has_ipv6) {
		report_add(l->rd->report, CONF_ERROR, at, "IPv4 and IPv6 in one rule");
		return -EINVAL;
	}
	if (!line->has_action) {
		report_add(l->rd->report, CONF_WARNING, at, "the rule does not say what to do: it has no effect");
		report_hint(l->rd->report, "table N, goto PREFERENCE, blackhole, unreachable, prohibit or nop");
	}
	if (line->has_preference)
		return 0;
	report_add(l->rd->report, CONF_WARNING, at,
		"the rule has no preference: its place among the others is not known");
	report_hint(l->rd->report, "preference NUMBER");
	return 0;
}

int schema_rule(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = words_of(rd, item, node, 0);
	struct line line = { .preference = 0 };
	int r = words_line(&l, &rule_line, &line);

	if (r == 0)
		r = check(&l, &line);
	if (r == 0)
		words_settle_group(&l, item->min != 0, out);
	return r < 0 ? r : 0;
}
