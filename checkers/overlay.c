/* overlay.c - see overlay.h: the lines as text. overlay_settle.c applies them. */
#include "checkers/overlay.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/alloc.h"
#include "base/text.h"
#include "checkers/conf.h"
#include "conf/tree.h"

enum { WEIGHT_MAX = 65535, PERCENT_MAX = 10000, PORT_MAX = 65535 };

static const struct conf_choice kinds[] = { { "add", OVERLAY_ADD }, { "remove", OVERLAY_REMOVE },
	{ "weight", OVERLAY_WEIGHT }, { "state", OVERLAY_STATE }, { NULL, 0 } };
static const struct conf_choice states[] = { { "drain", RS_DRAIN }, { "disabled", RS_DISABLED }, { NULL, 0 } };

static const char *choice_str(const struct conf_choice *c, unsigned value)
{
	while (c->name && c->value != value)
		c++;
	return c->name ? c->name : "enabled";
}

const char *overlay_admin_str(unsigned admin)
{
	return choice_str(states, admin);
}

int overlay_endpoint(const char *name, struct addr *ret, uint32_t *ret_port)
{
	const char *end = *name == '[' ? strchr(name, ']') : strrchr(name, ':'), *port;
	char host[ADDR_STRLEN + 1], *rest;
	size_t len;

	*ret_port = UINT32_MAX;
	if (*name != '[' && (!end || strchr(name, ':') != end)) /* an address alone */
		return addr_parse(name, ret);
	name += *name == '[';
	len = end ? (size_t)(end - name) : sizeof(host);
	if (len >= sizeof(host))
		return -EINVAL;
	memcpy(host, name, len);
	host[len] = '\0';
	port = *end == ']' ? end + 1 : end;
	if (addr_parse(host, ret) < 0)
		return -EINVAL;
	if (!*port)
		return 0;
	*ret_port = (uint32_t)strtoul(port + 1, &rest, 10);
	return *port != ':' || rest == port + 1 || *rest || port[1] == '-' || *ret_port > PORT_MAX ? -EINVAL : 0;
}

int overlay_weight_read(struct conf_read *rd, const struct conf_node *node, unsigned i, struct overlay_entry *ret)
{
	const struct conf_word *w = conf_need_word(rd, node, i, "a weight, or a share of it as 50%");
	size_t len = w ? strlen(w->text) : 0;
	struct conf_word number;

	if (!w)
		return -EINVAL;
	number = *w;
	ret->is_percent = len > 1 && w->text[len - 1] == '%';
	ret->has_weight = true;
	if (ret->is_percent)
		number.text = arena_strndup(rd->arena, w->text, len - 1);
	return conf_read_uint(rd, &number, 0, ret->is_percent ? PERCENT_MAX : WEIGHT_MAX, &ret->weight);
}

static int unknown_word(struct conf_read *rd, const struct conf_word *w, const char *hint)
{
	report_add(rd->report, CONF_ERROR, &w->at, "'%s' is not known here", w->text);
	report_hint(rd->report, "%s", hint);
	return -EINVAL;
}

/* The option at word i and its value. */
static int read_option(struct conf_read *rd, const struct conf_node *node, unsigned i, struct overlay_entry *e)
{
	const struct conf_word *w = &node->words[i], *value;

	if (e->kind == OVERLAY_ADD && e->rs && !strcmp(w->text, "weight"))
		return overlay_weight_read(rd, node, i + 1, e);
	value = conf_need_word(rd, node, i + 1, "a value");
	if (!value)
		return -EINVAL;
	if (!strcmp(w->text, "since"))
		return conf_read_uint(rd, value, 0, UINT32_MAX, &e->since);
	if (!strcmp(w->text, "until"))
		return conf_read_uint(rd, value, 0, UINT32_MAX, &e->until);
	if (!strcmp(w->text, "by"))
		e->by = arena_strdup(rd->arena, value->text);
	else if (!strcmp(w->text, "reason"))
		e->reason = arena_strdup(rd->arena, value->text);
	else if (!strcmp(w->text, "like") && e->kind == OVERLAY_ADD && e->rs)
		e->like = arena_strdup(rd->arena, value->text);
	else
		return unknown_word(rd, w,
			"by WHO, since SECONDS, until SECONDS, reason TEXT; for server add: like SERVER, weight WEIGHT");
	return 0;
}

static int read_names(struct conf_read *rd, const struct conf_node *node, bool is_service, struct overlay_entry *e)
{
	const struct conf_word *vs = conf_need_word(rd, node, 2, "the name of a service"),
			       *rs = vs && !is_service ? conf_need_word(rd, node, 3, "the name of a server") : NULL;
	struct addr addr;
	uint32_t port;

	if (!vs || (!rs && !is_service))
		return -EINVAL;
	e->vs = arena_strdup(rd->arena, vs->text);
	if (!rs)
		return 0;
	e->rs = arena_strdup(rd->arena, rs->text);
	if (overlay_endpoint(rs->text, &addr, &port) == 0 && port <= PORT_MAX)
		return 0;
	report_add(rd->report, CONF_ERROR, &rs->at, "'%s' is no server", rs->text);
	report_hint(rd->report, "10.0.0.1:80 or [2001:db8::1]:80");
	return -EINVAL;
}

static int read_value(struct conf_read *rd, const struct conf_node *node, unsigned *i, struct overlay_entry *e)
{
	const struct conf_word *w;

	switch (e->kind) {
	case OVERLAY_ADD:
	case OVERLAY_REMOVE:
		return 0;
	case OVERLAY_WEIGHT:
		return overlay_weight_read(rd, node, (*i)++, e);
	case OVERLAY_STATE:
		w = conf_need_word(rd, node, (*i)++, "drain or disabled");
		return w ? conf_read_choice(rd, w, states, &e->admin) : -EINVAL;
	}
	return -EINVAL;
}

int overlay_entry_read(struct conf_read *rd, const struct conf_node *node, struct overlay_entry *ret)
{
	const bool is_service = !strcmp(node->words[0].text, "service");
	const struct conf_word *w = conf_need_word(rd, node, 1, "add, remove, weight or state");
	unsigned kind, i = is_service ? 3 : 4;

	*ret = (struct overlay_entry){ .node = node };
	if (!is_service && strcmp(node->words[0].text, "server") != 0)
		return unknown_word(rd, &node->words[0], "server ... or service ...");
	if (!w || conf_read_choice(rd, w, kinds, &kind) < 0)
		return -EINVAL;
	ret->kind = (enum overlay_kind)kind;
	if (is_service && ret->kind == OVERLAY_WEIGHT)
		return unknown_word(rd, w, "service add NAME, service remove NAME, service state NAME drain|disabled");
	if (read_names(rd, node, is_service, ret) < 0 || read_value(rd, node, &i, ret) < 0)
		return -EINVAL;
	for (; i < node->n_words; i += 2)
		if (read_option(rd, node, i, ret) < 0)
			return -EINVAL;
	return 0;
}

static void add_word(const char *key, const char *value, struct text *out)
{
	if (!value)
		return;
	text_add(out, key);
	tree_write_text(value, false, out);
}

void overlay_entry_what(const struct overlay_entry *e, struct text *out)
{
	text_printf(out, "%s %s", e->rs ? "server" : "service", choice_str(kinds, e->kind));
	add_word(" ", e->vs, out);
	add_word(" ", e->rs, out);
	if (e->kind == OVERLAY_STATE)
		text_printf(out, " %s", overlay_admin_str(e->admin));
	add_word(" like ", e->kind == OVERLAY_ADD ? e->like : NULL, out);
	if (e->kind == OVERLAY_ADD && e->has_weight)
		text_add(out, " weight");
	if (e->has_weight)
		text_printf(out, " %" PRIu32 "%s", e->weight, e->is_percent ? "%" : "");
}

void overlay_entry_write(const struct overlay_entry *e, struct text *out)
{
	overlay_entry_what(e, out);
	add_word(" by ", e->by, out);
	if (e->since)
		text_printf(out, " since %" PRIu32, e->since);
	if (e->until)
		text_printf(out, " until %" PRIu32, e->until);
	add_word(" reason ", e->reason, out);
}

int overlay_parse(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct checkers_config *c = out;
	struct overlay_entry *e = arena_alloc(rd->arena, sizeof(*e));

	(void)item;
	if (overlay_entry_read(rd, node, e) < 0)
		return -EINVAL;
	conf_vec_add(rd->arena, &c->overlay, e);
	return 0;
}
