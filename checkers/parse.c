/* parse.c - see parse.h. Places are those of the word that is wrong, sentences say what would be right. */
#include "checkers/parse.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "checkers/conf.h"

enum {
	PERSISTENCE_DEFAULT = 360, /* seconds, of the bare word */
	PERSISTENCE_MAX = 31 * 86400,
	TIMEOUT_MAX = 31 * 86400,
	PORT_MAX = 65535,
	DIGEST_LEN = 32,
};

/* The word at `i` as a port into *ret, 0 when the line has no such word. */
static int read_port(struct conf_read *rd, const struct conf_node *node, unsigned i, uint32_t *ret)
{
	*ret = 0;
	return i < node->n_words ? conf_read_uint(rd, &node->words[i], 0, PORT_MAX, ret) : 0;
}

static void extra_words(struct conf_read *rd, const struct conf_node *node, unsigned n)
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
	extra_words(rd, node, 3);
	return 0;
}

int parse_virtual_server(struct conf_read *rd, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "an address and a port, 'fwmark N' or 'group NAME'");
	struct vs_conf *vs = out;

	if (!w)
		return -EINVAL;
	if (!strcmp(w->text, "fwmark")) {
		w = conf_need_word(rd, node, 2, "a mark");
		return w ? conf_read_uint(rd, w, 1, UINT32_MAX, &vs->fwmark) : -EINVAL;
	}
	if (!strcmp(w->text, "group")) {
		w = conf_need_word(rd, node, 2, "the name of a virtual_server_group");
		vs->group = w ? w->text : NULL;
		return w ? 0 : -EINVAL;
	}
	vs->is_supported = true;
	return read_addr_port(rd, node, &vs->addr, &vs->port);
}

int parse_real_server(struct conf_read *rd, const struct conf_node *node, void *out)
{
	struct rs_conf *rs = out;

	return read_addr_port(rd, node, &rs->addr, &rs->port);
}

/*
 * keepalived ignores the line and assumes NAT for a kind that it does not know, which is a guess at where packets go.
 */
static int read_method(struct conf_read *rd, const struct conf_word *w, unsigned *ret)
{
	static const struct conf_choice kinds[] = {
		{ "NAT", LVS_NAT }, { "DR", LVS_DR }, { "TUN", LVS_TUN }, { NULL, 0 }
	};

	for (const struct conf_choice *c = kinds; c->name; c++) {
		if (strcasecmp(c->name, w->text))
			continue;
		if (strcmp(c->name, w->text))
			report_add(rd->report, CONF_WARNING, &w->at, "'%s' is read as %s", w->text, c->name);
		*ret = c->value;
		return 0;
	}
	report_add(rd->report, CONF_ERROR, &w->at, "'%s' is no way to forward packets", w->text);
	report_hint(rd->report,
		!strcasecmp(w->text, "FNAT") ? "FNAT belongs to other kernels (LVS-FNAT, DPVS); NAT, DR or TUN"
					     : "NAT, DR or TUN");
	return -EINVAL;
}

int parse_method(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "NAT, DR or TUN");
	unsigned *field = (unsigned *)(void *)((char *)out + item->offset);

	if (!w || read_method(rd, w, field) < 0)
		return -EINVAL;
	for (unsigned i = 2; i < node->n_words; i++) {
		const char *word = node->words[i].text;

		if (!strcmp(word, "type") || !strcmp(word, "ipip") || !strcmp(word, "nocsum"))
			continue;
		report_add(rd->report, CONF_WARNING, &node->words[i].at,
			"'%s' is not supported yet: TUN is always plain IP in IP", word);
		report_inert(rd->report);
	}
	return 0;
}

int parse_persistence(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct vs_conf *vs = out;

	(void)item;
	if (node->n_words < 2) {
		vs->persistence_timeout = PERSISTENCE_DEFAULT;
		return 0;
	}
	extra_words(rd, node, 2);
	return conf_read_uint(rd, &node->words[1], 0, PERSISTENCE_MAX, &vs->persistence_timeout);
}

/* "255.255.255.0" or "24" for IPv4, "64" for IPv6: the kernel wants a mask in network order there and a length here. */
int parse_granularity(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a mask or a prefix length");
	struct vs_conf *vs = out;
	bool is_v6 = vs->addr.family == AF_INET6;
	struct addr mask;
	uint32_t len;

	(void)item;
	if (!w)
		return -EINVAL;
	if (!is_v6 && strchr(w->text, '.')) {
		if (conf_read_addr(rd, w, &mask) < 0)
			return -EINVAL;
		vs->persistence_netmask = addr_to_in(&mask).s_addr;
		return 0;
	}
	if (conf_read_uint(rd, w, 1, is_v6 ? 128 : 32, &len) < 0)
		return -EINVAL;
	vs->persistence_netmask = is_v6 ? len : htonl(UINT32_MAX << (32 - len));
	return 0;
}

int parse_flag(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct vs_conf *vs = out;

	extra_words(rd, node, 1);
	vs->sched_flags |= (uint32_t)item->min;
	return 0;
}

int parse_sorry(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct vs_conf *vs = out;
	struct rs_conf *rs = arena_alloc(rd->arena, sizeof(*rs));

	(void)item;
	rs->head.node = node;
	rs->weight = 1;
	if (read_addr_port(rd, node, &rs->addr, &rs->port) < 0)
		return -EINVAL;
	vs->sorry = rs;
	return 0;
}

int parse_timeouts(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct lvs_globals *g = out;
	const struct {
		const char *name;
		uint32_t *field;
	} kinds[] = { { "tcp", &g->timeout_tcp }, { "tcpfin", &g->timeout_tcpfin }, { "udp", &g->timeout_udp } };

	(void)item;
	for (unsigned i = 1; i < node->n_words; i += 2) {
		const struct conf_word *value = conf_need_word(rd, node, i + 1, "seconds after tcp, tcpfin or udp");
		uint32_t *field = NULL;

		for (size_t k = 0; k < 3; k++)
			if (!strcmp(kinds[k].name, node->words[i].text))
				field = kinds[k].field;
		if (!field) {
			report_add(rd->report, CONF_ERROR, &node->words[i].at, "'%s' is none of tcp, tcpfin, udp",
				node->words[i].text);
			return -EINVAL;
		}
		if (!value || conf_read_uint(rd, value, 0, TIMEOUT_MAX, field) < 0)
			return -EINVAL;
	}
	return 0;
}

static int read_range(struct conf_read *rd, const struct conf_word *w, struct check_range *ret)
{
	unsigned low, high;
	int used = 0;

	if (sscanf(w->text, "%3u-%3u%n", &low, &high, &used) != 2 || w->text[used]) {
		if (sscanf(w->text, "%3u%n", &low, &used) != 1 || w->text[used])
			low = 0;
		high = low;
	}
	if (low < 100 || high > 999 || low > high) {
		report_add(rd->report, CONF_ERROR, &w->at, "'%s' is no HTTP status (100..999) and no range of them",
			w->text);
		return -EINVAL;
	}
	*ret = (struct check_range){ (uint16_t)low, (uint16_t)high };
	return 0;
}

int parse_status(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct url_conf *url = out;

	(void)item;
	if (!conf_need_word(rd, node, 1, "at least one HTTP status"))
		return -EINVAL;
	for (unsigned i = 1; i < node->n_words; i++) {
		if (url->n_status == CHECK_STATUS_MAX) {
			report_add(rd->report, CONF_ERROR, &node->words[i].at, "more than %d ranges", CHECK_STATUS_MAX);
			return -EINVAL;
		}
		if (read_range(rd, &node->words[i], &url->status[url->n_status]) < 0)
			return -EINVAL;
		url->n_status++;
	}
	return 0;
}

int parse_digest(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "the MD5 of the body as 32 hex digits");
	struct url_conf *url = out;
	char *digest;

	(void)item;
	if (!w)
		return -EINVAL;
	if (strlen(w->text) != DIGEST_LEN || strspn(w->text, "0123456789abcdefABCDEF") != DIGEST_LEN) {
		report_add(rd->report, CONF_ERROR, &w->at, "a digest is 32 hex digits (MD5), this has %zu characters",
			strlen(w->text));
		return -EINVAL;
	}
	digest = arena_strdup(rd->arena, w->text);
	for (char *p = digest; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	url->digest = digest;
	return 0;
}
