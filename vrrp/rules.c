/* rules.c - see rules.h. */
#include "vrrp/rules.h"

#include <stddef.h>
#include <string.h>

#include "base/alloc.h"
#include "vrrp/conf.h"
#include "vrrp/lint_table.h"
#include "vrrp/step.h"

enum {
	ADVERT_ADDRS4_MAX = 255,
	ADVERT_ADDRS6_MAX = 90, /* of 1500 bytes */
	SIGNED_ADDRS6_MAX = 89, /* with the trailer of auth_hmac */
	PRIORITY_DEFAULT = 100,
	V3_INTERVAL_MAX = 4095
};

static bool is_written(const struct vrrp_conf *c, const char *keyword)
{
	return schema_seen(&vrrp_instance_block, c, keyword);
}

/* The keyword's line in the instance, for diagnostics; the block's own when it is not written. */
static const struct place *place_of(const struct vrrp_conf *c, const char *keyword)
{
	const struct conf_node *last = NULL;

	for (const struct conf_node *n = c->head.node->children; n; n = n->next)
		if (!strcmp(n->words[0].text, keyword))
			last = n;
	return last ? &last->words[last->n_words > 1 ? 1 : 0].at : &c->head.node->words[0].at;
}

/* What adverts carry decides; where that is nothing, what else names an address. */
static uint8_t family_of(const struct vrrp_conf *c)
{
	const struct vrrp_peer *peer = c->peers.n ? c->peers.item[0] : NULL;
	const struct vrrp_vip *excluded = c->vips.n ? c->vips.item[0] : NULL;
	const struct addr *const by[] = { peer ? &peer->addr : NULL, &c->rare->unicast_src, &c->rare->mcast_dst,
		&c->rare->mcast_src };

	for (unsigned i = 0; i < c->vips.n; i++) {
		const struct vrrp_vip *v = c->vips.item[i];

		if (!v->is_excluded)
			return (uint8_t)v->addr.family;
	}
	for (size_t i = 0; i < sizeof(by) / sizeof(by[0]); i++)
		if (by[i] && addr_is_set(by[i]))
			return (uint8_t)by[i]->family;
	if (c->native_ipv6 || (excluded && excluded->addr.family == AF_INET6))
		return AF_INET6;
	return AF_INET;
}

/* What was not written comes from global_defs. */

struct garp_row {
	const char *name;
	size_t offset, size;
};

#define GARP(field) offsetof(struct vrrp_garp_conf, field), sizeof(((struct vrrp_garp_conf *)NULL)->field)

static const struct garp_row garp_rows[] = {
	{ "garp_master_delay", GARP(master_delay) },
	{ "garp_master_repeat", GARP(master_repeat) },
	{ "garp_master_refresh", GARP(master_refresh) },
	{ "garp_master_refresh_repeat", GARP(master_refresh_repeat) },
	{ "garp_lower_prio_delay", GARP(lower_prio_delay) },
	{ "garp_lower_prio_repeat", GARP(lower_prio_repeat) },
	{ "garp_extra_if", GARP(extra) },
};

static void inherit_garp(struct conf_read *rd, struct vrrp_conf *c, const struct vrrp_globals *g)
{
	struct vrrp_garp_conf garp;

	memcpy(&garp, c->garp, sizeof(garp));
	for (size_t i = 0; i < sizeof(garp_rows) / sizeof(garp_rows[0]); i++) {
		const struct garp_row *row = &garp_rows[i];

		if (!is_written(c, row->name))
			memcpy((char *)&garp + row->offset, (const char *)&g->garp + row->offset, row->size);
	}
	if (c->strict && !is_written(c, "garp_lower_prio_delay"))
		garp.lower_prio_delay = 0;
	if (c->strict && !is_written(c, "garp_lower_prio_repeat"))
		garp.lower_prio_repeat = 0;
	c->garp = conf_share(rd, &garp, sizeof(garp));
}

/* Hardly ever are they others than those that are there. */
static void inherit_rare(struct conf_read *rd, struct vrrp_conf *c, const struct vrrp_globals *g)
{
	struct vrrp_rare_conf rare;

	memcpy(&rare, c->rare, sizeof(rare));
	if (!is_written(c, "vip_lease"))
		rare.vip_lease = g->vip_lease;
	if (!is_written(c, "on_address_mismatch"))
		rare.on_mismatch = g->on_mismatch;
	if (!is_written(c, "on_transmit_failure"))
		rare.on_unsent = g->on_unsent;
	if (rare.vip_lease != c->rare->vip_lease || rare.on_mismatch != c->rare->on_mismatch ||
		rare.on_unsent != c->rare->on_unsent)
		c->rare = conf_share(rd, &rare, sizeof(rare));
}

static void inherit_switches(struct vrrp_conf *c, const struct vrrp_globals *g)
{
	const struct {
		const char *name;
		bool *own, global;
	} rows[] = {
		{ "strict_mode", &c->strict, g->strict },
		{ "skip_check_adv_addr", &c->skip_check_adv_addr, g->skip_check_adv_addr },
		{ "lower_prio_no_advert", &c->lower_prio_no_advert, g->lower_prio_no_advert },
		{ "higher_prio_send_advert", &c->higher_prio_send_advert, g->higher_prio_send_advert },
		{ "v3_checksum_as_v2", &c->v3_checksum_as_v2, g->v3_checksum_as_v2 },
		{ "owner_ignore_adverts", &c->owner_ignore_adverts, g->owner_ignore_adverts },
		{ "check_unicast_src", &c->check_unicast_src, g->check_unicast_src },
		{ "notify_priority_changes", &c->notify_priority_changes, g->notify_priority_changes },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!is_written(c, rows[i].name))
			*rows[i].own = rows[i].global;
	if (c->strict && !is_written(c, "lower_prio_no_advert"))
		c->lower_prio_no_advert = true;
	if (c->strict && !is_written(c, "owner_ignore_adverts"))
		c->owner_ignore_adverts = true;
}

/* keepalived.conf(5): without a priority, state MASTER means the owner. */
static void inherit_priority(struct conf_read *rd, struct vrrp_conf *c)
{
	if (is_written(c, "priority"))
		return;
	c->priority = PRIORITY_DEFAULT;
	if (c->initial_state != VRRP_MASTER)
		return;
	c->priority = VRRP_PRIORITY_OWNER;
	lint_add(rd->report, &vrrp_lints[VRRP_LINT_OWNER], place_of(c, "state"),
		"state MASTER without a priority means priority 255");
	report_hint(rd->report,
		"255 is for the router whose own addresses these are; write a priority of 1 to 254 otherwise");
}

static unsigned advert_addrs_max(const struct vrrp_conf *c)
{
	if (c->family != AF_INET6)
		return ADVERT_ADDRS4_MAX;
	return c->hmac->keys.n ? SIGNED_ADDRS6_MAX : ADVERT_ADDRS6_MAX;
}

/* Those for adverts that are link-local, or those that are not, as far as there is room. */
static void add_advertised(struct conf_read *rd, struct vrrp_conf *c, struct conf_vec *sorted, bool link_local)
{
	for (unsigned i = 0; i < c->vips.n; i++) {
		struct vrrp_vip *v = c->vips.item[i];

		if (v->is_excluded || addr_is_link_local(&v->addr) != link_local)
			continue;
		if (sorted->n < advert_addrs_max(c))
			conf_vec_add(rd->arena, sorted, v);
		else
			v->is_excluded = true;
	}
}

/* Those in adverts first, link-local ones before all (RFC 9568 5.2.9), else in the order in which they were written. */
static void order_vips(struct conf_read *rd, struct vrrp_conf *c)
{
	struct conf_vec sorted = { 0 };

	if (c->vips.n == 1) { /* as in most of thousands */
		c->n_advertised = !((const struct vrrp_vip *)c->vips.item[0])->is_excluded;
		return;
	}
	add_advertised(rd, c, &sorted, true);
	add_advertised(rd, c, &sorted, false);
	c->n_advertised = sorted.n;
	for (unsigned i = 0; i < c->vips.n; i++)
		if (((struct vrrp_vip *)c->vips.item[i])->is_excluded)
			conf_vec_add(rd->arena, &sorted, c->vips.item[i]);
	c->vips = sorted;
}

/* Words that cannot hold together; the weaker one gives way, as in keepalived, and it is said. */
static void settle_auth(struct conf_read *rd, struct vrrp_conf *c)
{
	static const char *const cures[][2] = {
		{ "version 3 of VRRP has none", "remove the block, or write version 2 on all routers" },
		{ "strict_mode (or vrrp_strict) forbids it", "remove the block, or strict_mode" },
		{ "auth_pass is missing", "auth_pass PASSWORD, the same on all routers" },
	};
	unsigned why;

	if (c->auth_type == VRRP_AUTH_NONE)
		return;
	if (c->version == VRRP_V3)
		why = 0;
	else if (c->strict)
		why = 1;
	else if (c->auth_pass[0] == '\0')
		why = 2;
	else
		return;
	c->auth_type = VRRP_AUTH_NONE;
	memset(c->auth_pass, 0, sizeof(c->auth_pass));
	lint_add(rd->report, &vrrp_lints[VRRP_LINT_AUTH_IDLE], place_of(c, "authentication"),
		"authentication has no effect: %s", cures[why][0]);
	report_hint(rd->report, "%s", cures[why][1]);
}

/* RFC 3768 is IPv4's alone: version 2 does not go out over IPv6. */
static void settle_version(struct conf_read *rd, struct vrrp_conf *c)
{
	if (c->family != AF_INET6 || c->version == VRRP_V3)
		return;
	c->version = VRRP_V3;
	if (!is_written(c, "version"))
		return;
	report_add(rd->report, CONF_WARNING, place_of(c, "version"),
		"version 2 of VRRP has no IPv6: version 3 is used");
	report_hint(rd->report, "version 3 on all routers");
}

static void settle_preempt(struct conf_read *rd, struct vrrp_conf *c)
{
	if (c->initial_state != VRRP_MASTER)
		return;
	if (c->nopreempt) {
		lint_add(rd->report, &vrrp_lints[VRRP_LINT_NOPREEMPT_MASTER], place_of(c, "nopreempt"),
			"nopreempt has no effect with state MASTER");
		report_hint(rd->report, "write state BACKUP on all routers; the priority decides");
		c->nopreempt = false;
	}
	if (c->preempt_delay > 0) {
		lint_add(rd->report, &vrrp_lints[VRRP_LINT_DELAY_MASTER], place_of(c, "preempt_delay"),
			"preempt_delay has no effect with state MASTER");
		report_hint(rd->report, "write state BACKUP on all routers; the priority decides");
		c->preempt_delay = 0;
	}
}

void rules_inherit(struct conf_read *rd, void *out, const void *parent)
{
	const struct vrrp_globals *g = &((const struct vrrp_config *)parent)->globals;
	struct vrrp_conf *c = out;

	if (c->initial_state == VRRP_INIT)
		c->initial_state = VRRP_BACKUP;
	if (!is_written(c, "version"))
		c->version = g->version;
	if (!is_written(c, "down_timer_adverts"))
		c->down_timer_adverts = g->down_timer_adverts;
	c->has_unicast_block = is_written(c, "unicast_peer");
	if (!c->interface && !c->has_unicast_block)
		c->interface = g->default_interface;
	inherit_switches(c, g);
	inherit_garp(rd, c, g);
	inherit_rare(rd, c, g);
	inherit_priority(rd, c);
	c->family = family_of(c);
	order_vips(rd, c);
	settle_version(rd, c);
	settle_auth(rd, c);
	settle_preempt(rd, c);
}

/* Rules across rows. */

static void check_interval(const struct vrrp_conf *c, struct report *r)
{
	if (c->version == VRRP_V2 && c->interval_cs % 100 != 0) {
		report_add(r, CONF_ERROR, place_of(c, "advert_int"), "version 2 of VRRP knows whole seconds only");
		report_hint(r, "`version 3` here, or `vrrp_version 3` in global_defs, on all routers; or advert_int 1");
	}
	if (c->version == VRRP_V3 && c->interval_cs > V3_INTERVAL_MAX) {
		report_add(r, CONF_ERROR, place_of(c, "advert_int"), "version 3 of VRRP allows at most 40.95 seconds");
		report_hint(r, "advert_int 40.95 or less on all routers; or `version 2` here, for IPv4");
	}
}

static void check_peers(const struct vrrp_conf *c, struct report *r)
{
	if (!c->has_unicast_block && !c->interface) {
		report_add(r, CONF_ERROR, place_of(c, "interface"), "'interface' is missing in this vrrp_instance");
		report_hint(r, "interface INTERFACE, or a unicast_peer block with unicast_src_ip");
	}
	if (c->has_unicast_block && c->peers.n == 0 && !c->unicast_fault_no_peer) {
		report_add(r, CONF_ERROR, place_of(c, "unicast_peer"),
			"unicast_peer is empty: there is nobody to speak to");
		report_hint(r, "list the other routers, or remove the block to use multicast");
	}
	if (addr_is_set(&c->rare->mcast_dst) && !addr_is_multicast(&c->rare->mcast_dst)) {
		report_add(r, CONF_ERROR, place_of(c, "mcast_dst_ip"), "not a multicast address");
		report_hint(r, "224.0.0.18 and ff02::12 are VRRP's; to one other router: unicast_peer");
	}
}

/* Words beside one that is missing: they do less than they say. */
static void check_alone(const struct vrrp_conf *c, struct report *r)
{
	const struct {
		const char *keyword;
		bool is_used;
	} unicast[] = { { "unicast_src_ip", addr_is_set(&c->rare->unicast_src) },
		{ "unicast_ttl", c->rare->unicast_ttl != UINT8_MAX }, { "check_unicast_src", c->check_unicast_src } };

	for (size_t i = 0; i < sizeof(unicast) / sizeof(unicast[0]) && !c->has_unicast_block; i++) {
		if (!unicast[i].is_used || !is_written(c, unicast[i].keyword))
			continue;
		report_add(r, CONF_WARNING, place_of(c, unicast[i].keyword),
			"'%s' without unicast_peer: adverts are multicast%s", unicast[i].keyword,
			i == 0 ? " from there" : "");
		report_hint(r, "list the other routers in a unicast_peer block; or remove the word%s",
			i == 0 ? ", or write mcast_src_ip" : "");
	}
	if (c->rare->vrf && c->interface) {
		report_add(r, CONF_WARNING, place_of(c, "vrf"),
			"'vrf' has no effect beside an interface: adverts are in the VRF of %s", c->interface);
		report_hint(r, "remove it");
	}
	if (c->vmac->xmit_base && !c->vmac->is_vmac) {
		report_add(r, CONF_WARNING, place_of(c, "vmac_xmit_base"),
			"vmac_xmit_base has no effect without use_vmac");
		report_hint(r, "remove it, or write use_vmac");
	}
}

/* One family for all that adverts have to do with. */
static void check_family(const struct vrrp_conf *c, struct report *r)
{
	const struct vrrp_peer *peer = c->peers.n ? c->peers.item[0] : NULL;
	const struct {
		const char *keyword;
		const struct addr *addr;
	} all[] = { { "unicast_peer", peer ? &peer->addr : NULL }, { "unicast_src_ip", &c->rare->unicast_src },
		{ "mcast_src_ip", &c->rare->mcast_src }, { "mcast_dst_ip", &c->rare->mcast_dst } };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (!all[i].addr || !addr_is_set(all[i].addr) || all[i].addr->family == c->family)
			continue;
		report_add(r, CONF_ERROR, place_of(c, all[i].keyword), "'%s' is IPv%c, the instance is IPv%c",
			all[i].keyword, c->family == AF_INET6 ? '4' : '6', c->family == AF_INET6 ? '6' : '4');
		report_hint(r, "the first address of virtual_ipaddress decides: make one vrrp_instance per family");
	}
	if (c->interface || !peer || !addr_is_link_local(&peer->addr))
		return;
	report_add(r, CONF_ERROR, place_of(c, "unicast_peer"), "a link-local peer needs an 'interface'");
	report_hint(r, "interface INTERFACE, or a global address of the peer");
}

static void check_vips(const struct vrrp_conf *c, struct report *r)
{
	const struct vrrp_vip *first = c->vips.n ? c->vips.item[0] : NULL;

	if (c->n_advertised == advert_addrs_max(c) && c->vips.n > c->n_advertised)
		report_add(r, CONF_WARNING, place_of(c, "virtual_ipaddress"),
			"an advert carries %u addresses; the others are excluded from it", c->n_advertised);
	if (c->family == AF_INET6 && c->n_advertised > 0 && !addr_is_link_local(&first->addr)) {
		lint_add(r, &vrrp_lints[VRRP_LINT_FIRST_ADDRESS], place_of(c, "virtual_ipaddress"),
			"none of the advertised IPv6 addresses is link-local");
		report_hint(r, "%s", vrrp_lints[VRRP_LINT_FIRST_ADDRESS].cure);
	}
	if (c->vips.n == 0 && !c->no_vip_is_meant) {
		lint_add(r, &vrrp_lints[VRRP_LINT_NO_ADDRESS], &c->head.node->words[0].at,
			"the instance has no virtual address");
		report_hint(r, "%s", vrrp_lints[VRRP_LINT_NO_ADDRESS].cure);
	}
}

void rules_check(const void *conf, struct report *r)
{
	const struct vrrp_conf *c = conf;

	check_interval(c, r);
	check_peers(c, r);
	check_alone(c, r);
	check_family(c, r);
	check_vips(c, r);
}
