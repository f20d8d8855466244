/* schema_address.c - see schema_address.h. */
#include "vrrp/schema_address.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "net/link_types.h"
#include "vrrp/conf.h"
#include "vrrp/schema_words.h"

enum { LABEL_MAX = 15, ADDR6_BITS = 128 };

/* A line while it is read. */
struct line {
	struct vrrp_vip vip;
	struct vrrp_vip_rare rare;
};

/* Words. */

static const struct conf_choice scopes[] = {
	{ "global", LINK_SCOPE_GLOBAL }, { "site", LINK_SCOPE_SITE }, { "link", LINK_SCOPE_LINK }, { "host", LINK_SCOPE_HOST },
	{ "nowhere", LINK_SCOPE_NOWHERE }, { NULL, 0 }
};

static int read_scope(struct words *l, const struct line_word *word, void *out)
{
	struct line_word number = *word;
	uint32_t scope = 0;
	int r;

	number.offset = 0;
	r = line_number(l, &number, &scope);
	((struct line *)out)->vip.scope = (uint8_t)scope;
	return r;
}

static int read_broadcast(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "an address, + or -");
	struct vrrp_vip_rare *v = &((struct line *)out)->rare;

	(void)word;
	if (!w)
		return -EINVAL;
	v->broadcast_computed = !strcmp(w->text, "+");
	if (v->broadcast_computed || !strcmp(w->text, "-"))
		return 0;
	return conf_read_addr(l->rd, w, &v->broadcast);
}

static int read_label(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "a label");

	(void)word;
	if (!w)
		return -EINVAL;
	((struct line *)out)->rare.label = words_keep(l, w);
	if (strlen(w->text) <= LABEL_MAX)
		return 0;
	report_add(l->rd->report, CONF_ERROR, &w->at, "the label is longer than %d characters", LABEL_MAX);
	return -EINVAL;
}

/* preferred_lft SECONDS|forever: an address is preferred or it is not; nothing counts down. */
static int read_lifetime(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "seconds or forever");
	struct vrrp_vip *v = &((struct line *)out)->vip;
	uint32_t seconds = UINT32_MAX;
	int r;

	(void)word;
	if (!w)
		return -EINVAL;
	r = strcmp(w->text, "forever") ? conf_read_uint(l->rd, w, 0, UINT32_MAX, &seconds) : 0;
	v->is_deprecated = seconds == 0;
	if (r == 0 && seconds != 0 && seconds != UINT32_MAX) {
		report_add(l->rd->report, CONF_WARNING, &w->at, "preferred_lft %s counts as forever", w->text);
		report_inert(l->rd->report);
		report_hint(l->rd->report, "preferred_lft 0, or preferred_lft forever");
	}
	return r;
}

#define WORD(spelling, reader) .name = spelling, .read = reader, .offset = CONF_NOWHERE
#define FIELD(field) .offset = offsetof(struct line, vip.field)

static const struct line_word address_words[] = {
	{ .name = "dev", .read = line_text, FIELD(dev) },
	{ WORD("scope", read_scope), .choices = scopes, .max = UINT8_MAX },
	{ WORD("brd", read_broadcast) },
	{ WORD("broadcast", read_broadcast) },
	{ WORD("label", read_label) },
	{ .name = "no_track", .read = line_flag, FIELD(no_track) },
	{ WORD("track_group", line_track_group) },
	{ WORD("peer", line_prefix), .status = LINE_LATER },
	{ WORD("home", line_flag), .status = LINE_LATER },
	{ WORD("-nodad", line_flag) },
	{ WORD("mngtmpaddr", line_flag), .status = LINE_LATER },
	{ WORD("noprefixroute", line_flag), .status = LINE_LATER },
	{ WORD("autojoin", line_flag), .status = LINE_LATER },
	{ WORD("preferred_lft", read_lifetime) },
	{ WORD("use_vmac", line_flag), .status = LINE_LATER },
	{ .name = NULL },
};

static const struct line_grammar address_line = { "an address", address_words, NULL };

/* The address itself. */

static bool is_any_word(const char *s)
{
	return !strcmp(s, "default") || !strcmp(s, "any") || !strcmp(s, "all") || !strcmp(s, "default6");
}

static int read_address(struct words *l, const struct conf_word *w, struct vrrp_vip *v)
{
	if (!is_any_word(w->text) && addr_parse_prefix(w->text, &v->addr, &v->prefix_len) < 0) {
		report_add(l->rd->report, CONF_ERROR, &w->at, "'%s' is no address", w->text);
		if (!conf_hint_addr(l->rd, w->text))
			report_hint(l->rd->report, "ADDRESS[/LENGTH] [dev INTERFACE] [label LABEL] ...");
		return -EINVAL;
	}
	if (v->prefix_len == UINT8_MAX)
		v->prefix_len = (uint8_t)(addr_len(&v->addr) * 8);
	if (!addr_is_set(&v->addr) || addr_is_multicast(&v->addr) || addr_is_any(&v->addr)) {
		report_add(l->rd->report, CONF_ERROR, &w->at, "%s cannot be a virtual address", w->text);
		report_hint(l->rd->report, "an address of one host: not unspecified, not multicast");
		return -EINVAL;
	}
	return 0;
}

static bool is_duplicate(const struct conf_vec *all, const struct vrrp_vip *v)
{
	for (unsigned i = 0; i < all->n; i++) {
		const struct vrrp_vip *o = all->item[i];

		if (o->addr.bytes[3] != v->addr.bytes[3]) /* of thousands nearly all end here */
			continue;
		if (addr_equal(&o->addr, &v->addr) && !o->dev == !v->dev && (!v->dev || !strcmp(o->dev, v->dev)))
			return true;
	}
	return false;
}

/* IPv4 and IPv6 in the block that adverts carry: one advert cannot. */
static bool has_wrong_family(struct words *l, const struct conf_vec *all, const struct vrrp_vip *v)
{
	const struct vrrp_vip *first = NULL;

	for (unsigned i = 0; i < all->n && !first; i++)
		if (!((const struct vrrp_vip *)all->item[i])->is_excluded)
			first = all->item[i];
	if (v->is_excluded || !first || first->addr.family == v->addr.family)
		return false;
	report_add(l->rd->report, CONF_ERROR, &v->word->at, "IPv4 and IPv6 addresses in one virtual_ipaddress block");
	report_hint(l->rd->report, "make one vrrp_instance per family, or use virtual_ipaddress_excluded");
	return true;
}

/* What the configuration keeps. */
static struct vrrp_vip *keep(struct conf_read *rd, const struct line *line)
{
	struct vrrp_vip *v = arena_alloc(rd->arena, sizeof(*v));

	*v = line->vip;
	if (line->rare.label || line->rare.group || line->rare.broadcast_computed || addr_is_set(&line->rare.broadcast))
		v->rare = conf_share(rd, &line->rare, sizeof(line->rare));
	return v;
}

int schema_address(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = words_of(rd, item, node, 0);
	struct conf_vec *all = conf_field(rd, item, out);
	const struct conf_word *w = words_next(&l);
	struct line line;
	struct vrrp_vip *v = &line.vip;
	int r;

	memset(&line, 0, sizeof(line));
	r = read_address(&l, w, v);
	v->word = w;
	v->is_excluded = item->min == SCHEMA_ADDRESS_EXCLUDED;
	v->is_deprecated = v->addr.family == AF_INET6 && v->prefix_len == ADDR6_BITS;
	if (r == 0)
		r = words_line(&l, &address_line, &line);
	if (r == 0)
		line.rare.group = words_settle_group(&l, item->min == SCHEMA_ADDRESS_STATIC, out);
	if (r != 0 || (item->min != SCHEMA_ADDRESS_STATIC && has_wrong_family(&l, all, v)))
		return r < 0 ? r : 0;
	if (is_duplicate(all, v)) {
		report_add(rd->report, CONF_WARNING, &v->word->at, "%s is listed twice", v->word->text);
		return 0;
	}
	conf_vec_add(rd->arena, all, keep(rd, &line));
	return 0;
}
