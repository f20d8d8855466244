/* parse_method.c - see parse.h: how packets reach a server. */
#include "checkers/parse.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "checkers/conf.h"

enum { PORT_MAX = 65535 };

static const struct conf_choice wraps[] = { { "ipip", LVS_IPIP }, { "gue", LVS_GUE }, { "gre", LVS_GRE }, { NULL, 0 } };
static const struct conf_choice checksums[] = { { "nocsum", LVS_NOCSUM }, { "csum", LVS_CSUM },
	{ "remcsum", LVS_REMCSUM }, { NULL, 0 } };

/* One line of lvs_method while its words are read. */
struct method {
	struct conf_read *rd;
	const struct conf_node *node;
	unsigned forward;
	struct lvs_tunnel tunnel;
	const struct conf_word *type, *checksum, *port; /* NULL: not written */
};

static int fail(struct method *m, const struct conf_word *w, const char *what)
{
	report_add(m->rd->report, CONF_ERROR, &w->at, "%s", what);
	report_hint(m->rd->report, "NAT, DR, or TUN [type ipip|gue port PORT|gre] [nocsum|csum|remcsum]");
	return -EINVAL;
}

/*
 * keepalived ignores the line and assumes NAT for a kind that it does not know, which is a guess at where packets go.
 */
static int read_kind(struct method *m, const struct conf_word *w)
{
	static const struct conf_choice kinds[] = { { "NAT", LVS_NAT }, { "DR", LVS_DR }, { "TUN", LVS_TUN },
		{ NULL, 0 } };
	bool is_foreign = !strcasecmp(w->text, "FNAT") || !strcasecmp(w->text, "SNAT");

	for (const struct conf_choice *c = kinds; c->name; c++) {
		if (strcasecmp(c->name, w->text))
			continue;
		if (strcmp(c->name, w->text))
			report_add(m->rd->report, CONF_WARNING, &w->at, "'%s' is read as %s", w->text, c->name);
		m->forward = c->value;
		return 0;
	}
	report_add(m->rd->report, CONF_ERROR, &w->at, "'%s' is no way to forward packets", w->text);
	if (is_foreign)
		report_hint(m->rd->report, "%s belongs to other kernels (LVS-FNAT, DPVS); NAT, DR or TUN", w->text);
	else
		report_hint(m->rd->report, "NAT, DR or TUN");
	return -EINVAL;
}

/* "type gue", "port 6080" or a word about checksums; how many words they were, or -EINVAL. */
static int read_words(struct method *m, unsigned i)
{
	const struct conf_word *w = &m->node->words[i], *value = i + 1 < m->node->n_words ? w + 1 : NULL;
	bool is_type = !strcmp(w->text, "type"), is_port = !strcmp(w->text, "port");
	unsigned n;
	uint32_t port;

	if ((is_type || is_port) && !value)
		return fail(m, w, is_type ? "'type' needs ipip, gue or gre" : "'port' needs a port");
	if (is_type) {
		m->type = value;
		if (conf_read_choice(m->rd, value, wraps, &n) < 0)
			return -EINVAL;
		m->tunnel.wrap = (enum lvs_wrap)n;
		return 2;
	}
	if (is_port) {
		m->port = value;
		if (conf_read_uint(m->rd, value, 1, PORT_MAX, &port) < 0)
			return -EINVAL;
		m->tunnel.port = (uint16_t)port;
		return 2;
	}
	m->checksum = w;
	if (conf_read_choice(m->rd, w, checksums, &n) < 0)
		return -EINVAL;
	m->tunnel.checksum = (enum lvs_checksum)n;
	return 1;
}

/* Which words go together: keepalived.conf(5) "lvs_method". */
static int check_words(struct method *m)
{
	if (m->forward != LVS_TUN && m->node->n_words > 2)
		return fail(m, &m->node->words[2], "only TUN takes more words");
	if (m->tunnel.wrap == LVS_GUE && !m->port)
		return fail(m, m->type, "a tunnel of type gue needs 'port PORT'");
	if (m->tunnel.wrap != LVS_GUE && m->port)
		return fail(m, m->port, "only a tunnel of type gue has a port");
	if (m->tunnel.wrap == LVS_IPIP && m->tunnel.checksum != LVS_NOCSUM)
		return fail(m, m->checksum, "a tunnel of type ipip has no checksum");
	if (m->tunnel.wrap == LVS_GRE && m->tunnel.checksum == LVS_REMCSUM)
		return fail(m, m->checksum, "a tunnel of type gre has no remote checksum");
	return 0;
}

static int read_method(struct method *m)
{
	const struct conf_word *w = conf_need_word(m->rd, m->node, 1, "NAT, DR or TUN");
	int n = 0;

	if (!w || read_kind(m, w) < 0)
		return -EINVAL;
	for (unsigned i = 2; m->forward == LVS_TUN && i < m->node->n_words; i += (unsigned)n) {
		n = read_words(m, i);
		if (n < 0)
			return n;
	}
	return check_words(m);
}

int parse_vs_method(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct method m = { .rd = rd, .node = node };
	struct vs_how *how;

	if (read_method(&m) < 0)
		return -EINVAL;
	how = conf_part_edit(rd, item->part, out);
	how->forward = m.forward;
	how->tunnel = m.tunnel;
	return 0;
}

int parse_rs_method(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct method m = { .rd = rd, .node = node };
	struct rs_how *how;

	if (read_method(&m) < 0)
		return -EINVAL;
	how = conf_part_edit(rd, item->part, out);
	how->forward = m.forward;
	how->tunnel = m.tunnel;
	return 0;
}

int parse_sorry_method(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct method m = { .rd = rd, .node = node };
	struct vs_how *how;

	if (read_method(&m) < 0)
		return -EINVAL;
	how = conf_part_edit(rd, item->part, out);
	how->sorry_forward = (int32_t)m.forward;
	how->sorry_tunnel = m.tunnel;
	return 0;
}
