/* parse_group.c - see parse_group.h. */
#include "checkers/parse_group.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/conf.h"
#include "checkers/parse.h"

enum { PORT_MAX = 65535 };

static const struct conf_choice families[] = { { "inet", AF_INET }, { "inet6", AF_INET6 }, { NULL, 0 } };

static int bad_range(struct conf_read *rd, const struct conf_word *w, const char *why)
{
	report_add(rd->report, CONF_ERROR, &w->at, "'%s' is no range of addresses: %s", w->text, why);
	return -EINVAL;
}

/* "192.0.2.1-10": the last octet goes up to 10; "2001:db8::1-ff": the last 16 bits, in hex. */
static int read_last_part(const char *text, const struct addr *first, struct addr *ret)
{
	bool is_v6 = first->family == AF_INET6;
	char *end;
	unsigned long n = strtoul(text, &end, is_v6 ? 16 : 10);

	if (*end || strspn(text, is_v6 ? "0123456789abcdefABCDEF" : "0123456789") != strlen(text) || !*text ||
		n > (is_v6 ? UINT16_MAX : UINT8_MAX))
		return -EINVAL;
	*ret = *first;
	ret->bytes[addr_len(first) - 1] = (uint8_t)n;
	if (is_v6)
		ret->bytes[addr_len(first) - 2] = (uint8_t)(n >> 8);
	return 0;
}

static int read_span(struct conf_read *rd, const struct conf_word *w, const char *sign, struct group_line *line)
{
	char *from = arena_strndup(rd->arena, w->text, (size_t)(sign - w->text));

	if (addr_parse(from, &line->first) < 0)
		return bad_range(rd, w, "an address stands before '-'");
	if (addr_parse(sign + 1, &line->last) < 0 && read_last_part(sign + 1, &line->first, &line->last) < 0)
		return bad_range(rd, w,
			line->first.family == AF_INET6 ? "an address or its last 16 bits stand after '-'"
						       : "an address or a last octet stands after '-'");
	if (line->first.family != line->last.family)
		return bad_range(rd, w, "its ends are of two families");
	return addr_cmp(&line->last, &line->first) < 0 ? bad_range(rd, w, "its end is below its start") : 0;
}

/* All addresses of a prefix; bits behind its length are a mistake, as in keepalived. */
static int read_prefix(struct conf_read *rd, const struct conf_word *w, struct group_line *line)
{
	uint8_t len;
	bool has_bits = false;

	if (addr_parse_prefix(w->text, &line->first, &len) < 0)
		return bad_range(rd, w, "ADDRESS/LENGTH");
	line->last = line->first;
	for (size_t bit = len; bit < addr_len(&line->first) * 8; bit++) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		has_bits |= line->first.bytes[bit / 8] & mask;
		line->last.bytes[bit / 8] |= mask;
	}
	return has_bits ? bad_range(rd, w, "bits are set behind the prefix") : 0;
}

static int read_addresses(struct conf_read *rd, const struct conf_node *node, struct group_line *line)
{
	const struct conf_word *w = &node->words[0];
	const char *sign = strchr(w->text, '-');
	int r;

	if (sign) {
		r = read_span(rd, w, sign, line);
	} else if (strchr(w->text, '/')) {
		r = read_prefix(rd, w, line);
	} else {
		r = conf_read_addr(rd, w, &line->first);
		line->last = line->first;
	}
	parse_extra_words(rd, node, 2);
	return r;
}

static void add_line(struct conf_read *rd, struct group_conf *g, const struct group_line *line)
{
	struct group_line *own = arena_alloc(rd->arena, sizeof(*own));

	*own = *line;
	conf_vec_add(rd->arena, &g->lines, own);
}

/* PORT or PORT-PORT at the start of `text`; returns where it ends, NULL: it is neither. */
static const char *read_port_range(const char *text, unsigned long *first, unsigned long *last)
{
	char *end;

	if (*text < '0' || *text > '9')
		return NULL;
	*first = *last = strtoul(text, &end, 10);
	if (*end == '-') {
		text = end + 1;
		if (*text < '0' || *text > '9')
			return NULL;
		*last = strtoul(text, &end, 10);
	}
	return *first && *first <= *last && *last <= PORT_MAX ? end : NULL;
}

/* "80,443,8000-8010": as if there were a line for each port. */
static int read_port_list(struct conf_read *rd, const struct conf_word *w, struct group_line *line,
	struct group_conf *g)
{
	const char *at = w->text;
	unsigned long first, last;

	do {
		const char *end = read_port_range(at, &first, &last);

		if (!end || (*end && *end != ',')) {
			report_add(rd->report, CONF_ERROR, &w->at, "'%s' is no list of ports", w->text);
			report_hint(rd->report, "80,443,8000-8010");
			return -EINVAL;
		}
		for (; first <= last; first++) {
			line->port = (uint32_t)first;
			add_line(rd, g, line);
		}
		at = end + 1;
	} while (at[-1]);
	return 0;
}

static int read_ports(struct conf_read *rd, const struct conf_node *node, struct group_line *line, struct group_conf *g)
{
	const struct conf_word *w = node->n_words < 2 ? NULL : &node->words[1];

	if (w && strpbrk(w->text, ",-"))
		return read_port_list(rd, w, line, g);
	if (w && conf_read_uint(rd, w, 0, PORT_MAX, &line->port) < 0)
		return -EINVAL;
	add_line(rd, g, line);
	return 0;
}

static int read_mark(struct conf_read *rd, const struct conf_node *node, struct group_line *line)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a mark");
	unsigned family = AF_UNSPEC;

	if (!w || conf_read_uint(rd, w, 1, UINT32_MAX, &line->fwmark) < 0 ||
		(node->n_words > 2 && conf_read_choice(rd, &node->words[2], families, &family) < 0))
		return -EINVAL;
	line->family = (uint16_t)family;
	parse_extra_words(rd, node, 3);
	return 0;
}

static int read_line(struct conf_read *rd, const struct conf_node *node, struct group_conf *g)
{
	struct group_line line = { .node = node };
	bool is_mark = !strcmp(node->words[0].text, "fwmark");

	if (node->is_block) {
		report_add(rd->report, CONF_ERROR, &node->words[0].at, "no block is expected inside '%s'",
			node->parent->words[0].text);
		report_hint(rd->report, "is a '}' missing before it?");
		return -EINVAL;
	}
	if ((is_mark ? read_mark(rd, node, &line) : read_addresses(rd, node, &line)) < 0)
		return -EINVAL;
	if (!is_mark)
		return read_ports(rd, node, &line, g);
	add_line(rd, g, &line);
	return 0;
}

int parse_group(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct group_conf *g = arena_alloc(rd->arena, sizeof(*g));
	const struct conf_word *name = conf_need_word(rd, node, 1, "a name");
	struct checkers_config *c = out;
	int r = 0;

	if (!name)
		return -EINVAL;
	parse_extra_words(rd, node, 2);
	if (!node->is_block) {
		report_add(rd->report, CONF_ERROR, &node->words[0].at, "'%s' needs a block", item->name);
		report_hint(rd->report, "%s %s", item->name, item->args);
		return -EINVAL;
	}
	*g = (struct group_conf){ .node = node, .name = arena_strdup(rd->arena, name->text) };
	for (const struct conf_node *n = node->children; n; n = n->next)
		if (read_line(rd, n, g) < 0)
			r = -EINVAL;
	if (!node->children)
		report_add(rd->report, CONF_WARNING, &node->words[0].at, "the group %s is empty", g->name);
	conf_vec_add(rd->arena, &c->groups, g);
	return r;
}
