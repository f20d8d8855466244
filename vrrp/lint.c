/* lint.c - see lint.h. Weights: lint_weight.c. */
#include "vrrp/lint.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/mono.h"
#include "conf/tree.h"
#include "vrrp/conf.h"
#include "vrrp/lint_table.h"
#include "vrrp/lint_weight.h"

enum { LOOK_BACK = 64 };

static void hint(struct report *r, enum vrrp_lint l)
{
	report_hint(r, "%s", vrrp_lints[l].cure);
}

/* The lines of all instances, sorted by link: two of one number stand side by side. */
struct ranked {
	const struct vrrp_conf *conf;
	const char *interface; /* or VRF; "" for one without */
	bool is_ipv6;
	unsigned index; /* in the file */
};

static int compare_link(const struct ranked *a, const struct ranked *b)
{
	int by_link = strcmp(a->interface, b->interface);

	if (by_link != 0)
		return by_link;
	if (a->is_ipv6 != b->is_ipv6)
		return a->is_ipv6 ? 1 : -1;
	return a->conf->vrid < b->conf->vrid ? -1 : a->conf->vrid > b->conf->vrid;
}

static int compare_ranked(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;
	int by_link = compare_link(a, b);

	return by_link ? by_link : a->index < b->index ? -1 : 1;
}

static bool has_peer(const struct vrrp_conf *c, const struct addr *a)
{
	for (unsigned i = 0; i < c->peers.n; i++)
		if (addr_equal(&((const struct vrrp_peer *)c->peers.item[i])->addr, a))
			return true;
	return false;
}

/* Adverts are told apart by interface, family and number; with unicast also by their sender, where that is looked at. */
static bool tells_apart(const struct vrrp_conf *a, const struct vrrp_conf *b)
{
	if (!a->peers.n || !b->peers.n || !a->check_unicast_src || !b->check_unicast_src)
		return false;
	for (unsigned i = 0; i < a->peers.n; i++)
		if (has_peer(b, &((const struct vrrp_peer *)a->peers.item[i])->addr))
			return false;
	return true;
}

/* One before it that has the same number; LOOK_BACK of them at most, so that the time stays linear. */
static const struct ranked *clash(const struct ranked *sorted, unsigned i)
{
	for (unsigned k = i; k > 0 && i - k < LOOK_BACK && !compare_link(&sorted[k - 1], &sorted[i]); k--)
		if (!tells_apart(sorted[k - 1].conf, sorted[i].conf))
			return &sorted[k - 1];
	return NULL;
}

static void lint_vrids(const struct vrrp_config *c, struct report *r)
{
	struct ranked *sorted = x_calloc(c->instances.n + 1, sizeof(*sorted));
	unsigned n = 0;

	for (unsigned i = 0; i < c->instances.n; i++) {
		const struct vrrp_conf *vi = c->instances.item[i];
		const char *device = vrrp_socket_device(vi);

		if (vi->vrid)
			sorted[n++] = (struct ranked){ vi, device ? device : "", vi->family == AF_INET6, i };
	}
	qsort(sorted, n, sizeof(*sorted), compare_ranked);
	for (unsigned i = 1; i < n; i++) {
		const struct vrrp_conf *a = sorted[i].conf;
		const struct ranked *b = clash(sorted, i);
		const char *device = vrrp_socket_device(a);

		if (!b)
			continue;
		lint_add(r, &vrrp_lints[VRRP_LINT_DUPLICATE_VRID], &a->head.node->words[0].at,
			"virtual_router_id %" PRIu32 " on %s is also that of '%s'", a->vrid,
			device ? device : "every interface", b->conf->name);
		report_hint(r, "two virtual routers on one link need two numbers");
	}
	free(sorted);
}

static void lint_peers(const struct vrrp_conf *c, struct report *r)
{
	char text[ADDR_STRLEN];

	if (!addr_is_set(&c->rare->unicast_src) || !has_peer(c, &c->rare->unicast_src))
		return;
	lint_add(r, &vrrp_lints[VRRP_LINT_PEER_SELF], lint_place(c->head.node, "unicast_peer"),
		"the peers list this router itself: %s is its unicast_src_ip", addr_str(&c->rare->unicast_src, text));
	hint(r, VRRP_LINT_PEER_SELF);
}

/* GTSM (RFC 5082): only what came through no router proves by its TTL that it did not. */
static void lint_routed(const struct vrrp_conf *c, struct report *r)
{
	for (unsigned i = 0; i < c->peers.n; i++) {
		const struct vrrp_peer *p = c->peers.item[i];
		const bool is_default = p->min_ttl == 0 && p->max_ttl == UINT8_MAX; /* then it must be 255 */
		char text[ADDR_STRLEN];

		if (is_default || p->min_ttl == UINT8_MAX || (c->hmac->keys.n && c->hmac->mode == VRRP_HMAC_ENFORCE))
			continue;
		lint_add(r, &vrrp_lints[VRRP_LINT_ROUTED_UNSIGNED], lint_place(c->head.node, "unicast_peer"),
			"adverts of %s may come through routers, and nothing proves that they are its own",
			addr_str(&p->addr, text));
		hint(r, VRRP_LINT_ROUTED_UNSIGNED);
		return;
	}
}

/* RFC 9568 6.1, Accept_Mode. */
static void lint_strict(const struct vrrp_conf *c, struct report *r)
{
	const struct place *at = lint_place(c->head.node, "strict_mode");

	if (!c->strict)
		return;
	if (c->has_unicast_block) {
		lint_add(r, &vrrp_lints[VRRP_LINT_STRICT_UNICAST], lint_place(c->head.node, "unicast_peer"),
			"no standard knows unicast: strict_mode does not change that");
		hint(r, VRRP_LINT_STRICT_UNICAST);
	}
	if (!c->vips.n || c->priority == VRRP_PRIORITY_OWNER || lint_line(c->head.node, "accept") ||
		lint_line(c->head.node, "no_accept"))
		return;
	lint_add(r, &vrrp_lints[VRRP_LINT_STRICT_CLOSED], at,
		"%s closes the virtual addresses: with keepalived, ping and services on them do not answer",
		lint_line(c->head.node, "strict_mode") ? "strict_mode" : "vrrp_strict");
	hint(r, VRRP_LINT_STRICT_CLOSED);
}

/* TM-16. */
static void lint_interval(const struct vrrp_conf *c, struct report *r)
{
	if (c->interval_cs > 1)
		return;
	lint_add(r, &vrrp_lints[VRRP_LINT_INTERVAL_LEAST], lint_place(c->head.node, "advert_int"),
		"at this advert_int the timers are not exact enough to tell priorities apart");
	hint(r, VRRP_LINT_INTERVAL_LEAST);
}

static void lint_own_interface(const struct vrrp_conf *c, struct report *r)
{
	const struct conf_node *track = lint_line(c->head.node, "track_interface");

	for (const struct conf_node *n = track ? track->children : NULL; n && c->interface; n = n->next) {
		if (strcmp(n->words[0].text, c->interface) || n->n_words > 1 || c->dont_track_primary)
			continue;
		lint_add(r, &vrrp_lints[VRRP_LINT_TRACK_OWN], &n->words[0].at,
			"%s is the instance's own interface, which is tracked anyway", c->interface);
		report_inert(r);
		hint(r, VRRP_LINT_TRACK_OWN);
	}
}

static void lint_groups(const struct vrrp_config *c, struct report *r)
{
	for (unsigned i = 0; i < c->groups.n; i++) {
		const struct vrrp_group_conf *g = c->groups.item[i];

		if (g->members.n != 1)
			continue;
		lint_add(r, &vrrp_lints[VRRP_LINT_GROUP_ALONE], &g->head.node->words[0].at,
			"the vrrp_sync_group '%s' has one member: nothing is kept together", g->name);
		report_inert(r);
		hint(r, VRRP_LINT_GROUP_ALONE);
	}
}

static void lint_scripts(const struct vrrp_config *c, struct report *r)
{
	for (unsigned i = 0; i < c->scripts.n; i++) {
		const struct vrrp_script_conf *s = c->scripts.item[i];
		uint32_t fall = s->fall ? s->fall : 1;

		if (s->timeout <= s->interval)
			continue;
		lint_add(r, &vrrp_lints[VRRP_LINT_SCRIPT_SLOW], lint_place(s->head.node, "timeout"),
			"timeout %g is above interval %g: when it hangs, that is noticed after %" PRIu32
			" x %g = %g seconds",
			(double)s->timeout / MONO_SEC, (double)s->interval / MONO_SEC, fall,
			(double)s->timeout / MONO_SEC, fall * (double)s->timeout / MONO_SEC);
		hint(r, VRRP_LINT_SCRIPT_SLOW);
	}
}

/* What is tracked: one mark for each script or process, by its index. */
static void mark_tracked(bool *marks, unsigned n, const struct conf_vec *refs)
{
	for (unsigned i = 0; i < refs->n; i++) {
		const struct vrrp_track_ref *ref = refs->item[i];

		if (ref->index < n)
			marks[ref->index] = true;
	}
}

/* Two kinds of things that are tracked by name. */
static const struct {
	const char *keyword;
	size_t all, track; /* where the vecs are: in the configuration, in struct vrrp_track_conf */
} tracked[] = {
	{ "vrrp_script", offsetof(struct vrrp_config, scripts), offsetof(struct vrrp_track_conf, scripts) },
	{ "vrrp_track_process", offsetof(struct vrrp_config, processes),
		offsetof(struct vrrp_track_conf, processes) },
};

static const struct conf_vec *vec_at(const void *conf, size_t offset)
{
	return (const struct conf_vec *)(const void *)((const char *)conf + offset);
}

static void lint_tracked(const struct vrrp_config *c, size_t kind, struct report *r)
{
	const struct conf_vec *all = vec_at(c, tracked[kind].all);
	bool *marks = x_calloc(all->n + 1, sizeof(*marks));

	for (unsigned i = 0; i < c->instances.n; i++)
		mark_tracked(marks, all->n,
			vec_at(((const struct vrrp_conf *)c->instances.item[i])->track, tracked[kind].track));
	for (unsigned i = 0; i < c->groups.n; i++)
		mark_tracked(marks, all->n,
			vec_at(&((const struct vrrp_group_conf *)c->groups.item[i])->track, tracked[kind].track));
	for (unsigned i = 0; i < all->n; i++) {
		const struct conf_node *n = ((const struct conf_head *)all->item[i])->node;

		if (marks[i])
			continue;
		lint_add(r, &vrrp_lints[VRRP_LINT_SCRIPT_IDLE], &n->words[n->n_words > 1].at,
			"the %s '%s' is tracked by nobody", tracked[kind].keyword,
			n->n_words > 1 ? n->words[1].text : "");
		hint(r, VRRP_LINT_SCRIPT_IDLE);
	}
	free(marks);
}

/* An instance that was left out (of IPv6, or with an error) may track what the others do not. */
static bool is_complete(const struct vrrp_config *c, const struct report *r)
{
	unsigned n = 0;

	for (const struct conf_node *b = c->head.node->children; b; b = b->next)
		n += !strcmp(b->words[0].text, "vrrp_instance");
	return n == c->instances.n && !report_count(r, CONF_ERROR);
}

void vrrp_lint(const struct vrrp_config *c, vrrp_peer_priority_fn *peer, void *ctx, struct report *r)
{
	lint_vrids(c, r);
	lint_groups(c, r);
	lint_scripts(c, r);
	for (size_t kind = 0; is_complete(c, r) && kind < sizeof(tracked) / sizeof(tracked[0]); kind++)
		lint_tracked(c, kind, r);
	for (unsigned i = 0; i < c->instances.n; i++) {
		const struct vrrp_conf *vi = c->instances.item[i];

		lint_peers(vi, r);
		lint_routed(vi, r);
		lint_strict(vi, r);
		lint_interval(vi, r);
		lint_own_interface(vi, r);
		lint_weights(c, vi, peer ? peer(ctx, vi) : 0, r);
	}
}
