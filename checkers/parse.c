/* parse.c - see parse.h. Places are those of the word that is wrong, sentences say what would be right. */
#include "checkers/parse.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/conf.h"

enum {
	PERSISTENCE_DEFAULT = 360, /* seconds, of the bare word */
	PERSISTENCE_MAX = 31 * 86400,
	PORT_MAX = 65535,
};

/* The word at `i` as a port into *ret, 0 when the line has no such word. */
static int read_port(struct conf_read *rd, const struct conf_node *node, unsigned i, uint32_t *ret)
{
	*ret = 0;
	return i < node->n_words ? conf_read_uint(rd, &node->words[i], 0, PORT_MAX, ret) : 0;
}

void parse_extra_words(struct conf_read *rd, const struct conf_node *node, unsigned n)
{
	if (node->n_words > n)
		report_add(rd->report, CONF_WARNING, &node->words[n].at, "'%s' after %s has no effect",
			node->words[n].text, node->words[0].text);
}

static int read_addr_port(struct conf_read *rd, const struct conf_node *node, struct addr *addr, uint32_t *port)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "an address");

	if (!w || conf_read_addr(rd, w, addr) < 0 || read_port(rd, node, 2, port) < 0)
		return -EINVAL;
	parse_extra_words(rd, node, 3);
	return 0;
}

/* Its own address or mark is what a group's line would be. */
static void add_own_line(struct conf_read *rd, const struct conf_node *node, struct vs_conf *vs)
{
	struct {
		struct group_line line;
		void *item[1]; /* of vs->lines: there may be 10,000 services */
	} *own = arena_alloc(rd->arena, sizeof(*own));

	own->line = (struct group_line){
		.node = node, .first = vs->addr, .last = vs->addr, .port = vs->port, .fwmark = vs->fwmark
	};
	own->item[0] = &own->line;
	vs->lines = (struct conf_vec){ own->item, 1, 1 };
}

int parse_virtual_server(struct conf_read *rd, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "an address and a port, 'fwmark N' or 'group NAME'");
	struct vs_conf *vs = out;

	if (!w)
		return -EINVAL;
	if (!strcmp(w->text, "fwmark")) {
		parse_extra_words(rd, node, 3);
		w = conf_need_word(rd, node, 2, "a mark");
		if (!w || conf_read_uint(rd, w, 1, UINT32_MAX, &vs->fwmark) < 0)
			return -EINVAL;
		add_own_line(rd, node, vs);
		return 0;
	}
	if (!strcmp(w->text, "group")) {
		parse_extra_words(rd, node, 3);
		w = conf_need_word(rd, node, 2, "the name of a virtual_server_group");
		vs->group = w ? arena_strdup(rd->arena, w->text) : NULL;
		return w ? 0 : -EINVAL;
	}
	if (read_addr_port(rd, node, &vs->addr, &vs->port) < 0)
		return -EINVAL;
	add_own_line(rd, node, vs);
	return 0;
}

int parse_real_server(struct conf_read *rd, const struct conf_node *node, void *out)
{
	struct rs_conf *rs = out;

	return read_addr_port(rd, node, &rs->addr, &rs->port);
}

int parse_persistence(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct vs_how *how = conf_part_edit(rd, item->part, out);

	if (node->n_words < 2) {
		how->persistence_timeout = PERSISTENCE_DEFAULT;
		return 0;
	}
	parse_extra_words(rd, node, 2);
	return conf_read_uint(rd, &node->words[1], 0, PERSISTENCE_MAX, &how->persistence_timeout);
}

/* Whether all bits that are set stand before all that are not. */
static bool is_netmask(uint32_t host_order)
{
	uint32_t rest = ~host_order;

	return host_order && !(rest & (rest + 1));
}

/* "255.255.255.0" or "24" for IPv4, "64" for IPv6. */
int parse_granularity(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a mask or a prefix length");
	struct vs_how *how = conf_part_edit(rd, item->part, out);
	const struct vs_conf *vs = out;
	bool is_v4 = vs->addr.family == AF_INET;
	struct addr mask;

	if (!w)
		return -EINVAL;
	parse_extra_words(rd, node, 2);
	if (vs->addr.family != AF_INET6 && strchr(w->text, '.')) {
		if (conf_read_addr(rd, w, &mask) < 0)
			return -EINVAL;
		if (is_netmask(ntohl(addr_to_in(&mask).s_addr))) {
			how->persistence_prefix = (uint32_t)__builtin_popcount(addr_to_in(&mask).s_addr);
			return 0;
		}
		report_add(rd->report, CONF_ERROR, &w->at, "'%s' is no netmask", w->text);
		return -EINVAL;
	}
	return conf_read_uint(rd, w, 1, is_v4 ? 32 : 128, &how->persistence_prefix);
}

int parse_sorry(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct vs_conf *vs = out;
	static const struct rs_how none;
	struct rs_conf *rs = arena_alloc(rd->arena, sizeof(*rs));

	(void)item;
	rs->head.node = node;
	rs->how = conf_share(rd, &none, sizeof(none));
	rs->weight = 1;
	if (read_addr_port(rd, node, &rs->addr, &rs->port) < 0)
		return -EINVAL;
	vs->sorry = rs;
	return 0;
}

int parse_foreign(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	(void)item;
	(void)out;
	return conf_need_word(rd, node, 1, "a value") ? 0 : -EINVAL;
}
