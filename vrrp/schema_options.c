/* schema_options.c - see schema_options.h. */
#include "vrrp/schema_options.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/alloc.h"
#include "base/mono.h"
#include "base/text.h"
#include "net/link_dev.h"
#include "vrrp/conf.h"
#include "vrrp/lease.h"
#include "vrrp/schema_words.h"

enum { INTERFACE_MAX = 15, NAME_MAX_LEN = 31, MAC_OCTETS = 6, SYNC_LEN_MAX = 65507 };

/* Virtual interfaces. */

/* 5 or 6 octets "00:00:5e:00:01[:33]". */
static bool is_mac(const char *s)
{
	unsigned octets = 0;

	for (;; s++) {
		size_t n = strspn(s, "0123456789abcdefABCDEF");

		if (n == 0 || n > 2)
			return false;
		octets++;
		s += n;
		if (*s != ':')
			return !*s && (octets == MAC_OCTETS || octets == MAC_OCTETS - 1);
	}
}

static int read_interface(struct words *l, const struct conf_word *w, const char **ret_name)
{
	if (*ret_name) {
		report_add(l->rd->report, CONF_ERROR, &w->at, "'%s' is not known in a line of %s", w->text,
			l->item->name);
		report_hint(l->rd->report, "%s %s", l->item->name, l->item->args);
		return -EINVAL;
	}
	*ret_name = words_keep(l, w);
	if (strlen(w->text) <= INTERFACE_MAX && !strchr(w->text, '/') && !strchr(w->text, ':'))
		return 0;
	report_add(l->rd->report, CONF_ERROR, &w->at, "'%s' cannot be the name of an interface", w->text);
	report_hint(l->rd->report, "at most %d characters, no '/' and no ':'", INTERFACE_MAX);
	return -EINVAL;
}

static int read_name(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "the name of an interface");

	(void)word;
	return w ? read_interface(l, w, &((struct vrrp_vmac_conf *)out)->name) : -EINVAL;
}

static const struct line_word vmac_words[] = {
	{ .name = "name", .read = read_name },
	{ .name = "netlink_notify_msg", .read = line_flag, .offset = CONF_NOWHERE },
	{ .name = "group", .read = line_uint, .offset = offsetof(struct vrrp_vmac_conf, group), .max = INT32_MAX },
	{ .name = NULL },
};

/* The virtual router's own octet completes five. */
static int read_mac(struct words *l, const struct conf_word *w, struct vrrp_vmac_conf *c)
{
	const char *s = w->text;
	char *end = NULL;

	c->mac_len = 0;
	do {
		c->mac[c->mac_len++] = (uint8_t)strtoul(s, &end, 16);
		s = end + 1;
	} while (*end);
	if (!(c->mac[0] & 1))
		return 0;
	report_add(l->rd->report, CONF_ERROR, &w->at, "%s is a multicast address", w->text);
	report_hint(l->rd->report, "the first octet is even: 02:00:5e:00:01, or no address for the one of the RFC");
	return -EINVAL;
}

static int read_vmac_other(struct words *l, const struct conf_word *w, void *out)
{
	struct vrrp_vmac_conf *c = out;

	if (!is_mac(w->text))
		return read_interface(l, w, &c->name);
	return read_mac(l, w, c);
}

static const struct line_grammar vmac_line = { "a virtual MAC", vmac_words, read_vmac_other };

/* One kind of device for an instance. */
static bool is_both(struct conf_read *rd, const struct conf_node *node, const struct vrrp_vmac_conf *c)
{
	if (!c->is_vmac || !c->is_ipvlan)
		return false;
	report_add(rd->report, CONF_ERROR, &node->words[0].at, "an instance has use_vmac or use_ipvlan, not both");
	return true;
}

int schema_use_vmac(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = words_of(rd, item, node, 1);
	struct vrrp_vmac_conf *c = conf_part_edit(rd, item->part, out);

	c->is_vmac = true;
	if (is_both(rd, node, c) || words_line(&l, &vmac_line, c) < 0)
		return -EINVAL;
	return 0;
}

static int read_mode(struct words *l, const struct line_word *word, void *out)
{
	(void)l;
	((struct vrrp_vmac_conf *)out)->mode = word->max;
	return 0;
}

static const struct line_word ipvlan_words[] = {
	{ .name = "name", .read = read_name },
	{ .name = "bridge", .read = read_mode, .max = LINK_DEV_BRIDGE },
	{ .name = "private", .read = read_mode, .max = LINK_DEV_PRIVATE },
	{ .name = "vepa", .read = read_mode, .max = LINK_DEV_VEPA },
	{ .name = "group", .read = line_uint, .offset = offsetof(struct vrrp_vmac_conf, group), .max = INT32_MAX },
	{ .name = NULL },
};

static int read_ipvlan_other(struct words *l, const struct conf_word *w, void *out)
{
	struct vrrp_vmac_conf *c = out;
	struct addr a;
	uint8_t len;

	if (addr_parse_prefix(w->text, &a, &len) < 0)
		return read_interface(l, w, &c->name);
	report_add(l->rd->report, CONF_WARNING, &w->at,
		"%s has no effect: adverts leave by the interface itself, from its address", w->text);
	report_hint(l->rd->report, "mcast_src_ip or unicast_src_ip say which one");
	return 0;
}

static const struct line_grammar ipvlan_line = { "an ipvlan", ipvlan_words, read_ipvlan_other };

int schema_use_ipvlan(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct words l = words_of(rd, item, node, 1);
	struct vrrp_vmac_conf *c = conf_part_edit(rd, item->part, out);

	c->is_ipvlan = true;
	if (is_both(rd, node, c) || words_line(&l, &ipvlan_line, c) < 0)
		return -EINVAL;
	return 0;
}

/* Values that may be missing. */

int schema_extra_if(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	unsigned i = node->n_words > 1 && !strcmp(node->words[1].text, "all") ? 2 : 1;
	const struct conf_word *w = conf_need_word(rd, node, i, "seconds");
	struct vrrp_garp_extra extra = { 0, i == 2 };

	if (!w || conf_read_time(rd, w, item->min, item->max, &extra.every) < 0)
		return -EINVAL;
	memcpy(conf_field(rd, item, out), &extra, sizeof(extra));
	words_extra(rd, node, i + 1);
	return 0;
}

int schema_optional(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	uint32_t value;

	(void)out;
	words_extra(rd, node, 2);
	if (node->n_words < 2)
		return 0;
	if (item->choices)
		return conf_read_choice(rd, &node->words[1], item->choices, &value);
	return conf_read_uint(rd, &node->words[1], item->min, item->max, &value);
}

int schema_names_line(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	(void)out;
	for (unsigned i = 1; i < node->n_words && i <= item->max; i++) {
		const struct conf_word *w = &node->words[i];

		if (strlen(w->text) <= NAME_MAX_LEN)
			continue;
		report_add(rd->report, CONF_ERROR, &w->at, "the name is longer than %d characters", NAME_MAX_LEN);
		return -EINVAL;
	}
	words_extra(rd, node, (unsigned)item->max + 1);
	return 0;
}

/* The group of the adverts. */

int schema_mcast_group(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "an address");
	struct addr a;

	if (!w || conf_read_addr(rd, w, &a) < 0)
		return -EINVAL;
	if (a.family != item->min || !addr_is_multicast(&a)) {
		report_add(rd->report, CONF_ERROR, &w->at, "%s is not an IPv%c multicast address", w->text,
			item->min == AF_INET ? '4' : '6');
		return -EINVAL;
	}
	if (item->offset != CONF_NOWHERE)
		*(struct addr *)conf_field(rd, item, out) = a;
	words_extra(rd, node, 2);
	return 0;
}

/* The kernel's connection synchronisation. */

static int read_instance(struct words *l, const struct line_word *word, void *out)
{
	const struct conf_word *w = words_value(l, "the name of a vrrp_instance");
	struct vrrp_sync *sync = out;

	(void)word;
	if (!w)
		return -EINVAL;
	sync->instance = (struct vrrp_name){ words_keep(l, w), w->at };
	return 0;
}

#define SYNC(field) offsetof(struct vrrp_sync, field)

static const struct line_word sync_words[] = {
	{ .name = "inst", .read = read_instance },
	{ .name = "id", .read = line_uint, .offset = SYNC(id), .max = UINT8_MAX },
	{ .name = "maxlen", .read = line_uint, .offset = SYNC(maxlen), .max = SYNC_LEN_MAX },
	{ .name = "port", .read = line_uint, .offset = SYNC(port), .max = UINT16_MAX },
	{ .name = "ttl", .read = line_uint, .offset = SYNC(ttl), .max = UINT8_MAX },
	{ .name = "group", .read = line_addr, .offset = SYNC(group) },
	{ .name = "both", .read = line_flag, .offset = SYNC(is_both) },
	{ .name = NULL },
};

static int read_sync_other(struct words *l, const struct conf_word *w, void *out)
{
	struct vrrp_sync *sync = out;

	if (!sync->instance.name)
		sync->instance = (struct vrrp_name){ words_keep(l, w), w->at };
	else
		words_unknown(l, w, sync_words);
	return 0;
}

static const struct line_grammar sync_line = { "lvs_sync_daemon", sync_words, read_sync_other };

/* The kernel says no more than EINVAL. */
static int check_sync_group(struct words *l, const struct vrrp_sync *sync)
{
	if (sync->group.family == AF_UNSPEC || addr_is_multicast(&sync->group))
		return 0;
	report_add(l->rd->report, CONF_ERROR, &l->node->words[0].at,
		"the group of lvs_sync_daemon is not a multicast address");
	return -EINVAL;
}

int schema_sync_daemon(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "an interface");
	struct words l = words_of(rd, item, node, 2);
	struct vrrp_sync sync = { .id = VRRP_SYNC_ID_AUTO };

	if (!w || read_interface(&l, w, &sync.interface) < 0 || words_line(&l, &sync_line, &sync) < 0 ||
		check_sync_group(&l, &sync) < 0)
		return -EINVAL;
	((struct vrrp_globals *)out)->sync = sync;
	return 0;
}

int schema_interface(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "an interface");
	struct words l = words_of(rd, item, node, 2);
	const char *name = NULL;

	if (!w || read_interface(&l, w, &name) < 0)
		return -EINVAL;
	*(const char **)conf_field(rd, item, out) = name;
	return 0;
}

/* Policies. */

const struct conf_choice schema_mismatches[] = { { "accept", VRRP_MISMATCH_ACCEPT }, { "ignore", VRRP_MISMATCH_IGNORE },
	{ "fault", VRRP_MISMATCH_FAULT }, { NULL, 0 } };

const struct conf_choice schema_unsents[] = { { "yield", VRRP_UNSENT_YIELD }, { "keep", VRRP_UNSENT_KEEP },
	{ "fault", VRRP_UNSENT_FAULT }, { NULL, 0 } };

/* vip_lease. */

static const struct conf_choice lease_choices[] = { { "off", 0 }, { "auto", 1 }, { NULL, 0 } };

int schema_lease(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "off, auto or a number of seconds");
	uint32_t sec;

	if (!w)
		return -EINVAL;
	words_extra(rd, node, 2);
	for (const struct conf_choice *c = lease_choices; c->name; c++)
		if (!strcmp(c->name, w->text)) {
			*(int64_t *)conf_field(rd, item, out) = c->value ? LEASE_AUTO : LEASE_OFF;
			return 0;
		}
	if (conf_read_uint(rd, w, LEASE_LEAST_SEC, LEASE_MOST_SEC, &sec) < 0)
		return -EINVAL;
	*(int64_t *)conf_field(rd, item, out) = sec * MONO_SEC;
	return 0;
}

int schema_lease_write(const struct conf_item *item, const void *out, struct text *ret)
{
	const int64_t lease = *(const int64_t *)conf_at(item, out);

	if (lease > 0)
		text_printf(ret, "%lld", (long long)(lease / MONO_SEC));
	else
		text_printf(ret, "%s", lease == LEASE_OFF ? "off" : "auto");
	return 0;
}
