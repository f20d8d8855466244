/* hooks.c - see hooks.h. */
#include "hooks.h"

#include <inttypes.h>

enum { EPS = 2 };
#define RELEASE_MAX (120 * MONO_MSEC) /* 20 of them for an answer to who has the addresses */

static const char *const words[] = { "/bin/true", NULL };
static const struct script_conf script = { .argv = words };

static bool is_running(const struct sim_node *n)
{
	return n->is_on && !n->is_paused;
}

static int64_t deadline(struct hooks *h, struct sim *s, int64_t most)
{
	const int64_t ret = 1000 + (int64_t)sim_random(s, (uint64_t)most);

	if (ret > h->most)
		h->most = ret;
	return ret;
}

void hooks_init(struct hooks *h, struct sim *s, int64_t interval_max, bool is_gentle)
{
	const int64_t most = 2 * interval_max + 50 * MONO_MSEC;
	unsigned i;

	h->is_on = true;
	h->wait = interval_max + RELEASE_MAX;
	for (i = 0; i < s->n; i++) {
		struct vrrp_hook_conf *c = &s->node[i].hooks;

		*c = (struct vrrp_hook_conf){ 0 };
		s->node[i].conf.hooks = c;

		if (sim_chance(s, 50)) {
			c->pre_master = &script;
			c->pre_master_timeout = deadline(h, s, is_gentle ? 60 * MONO_MSEC : most);
		}
		if (sim_chance(s, 50)) {
			c->pre_release = &script;
			c->pre_release_timeout = deadline(h, s, most);
		}
	}
}

void hooks_boot(struct hooks *h, unsigned node)
{
	h->one[node] = (struct hooks_one){ .id = h->one[node].id };
}

static void start(struct hooks *h, struct sim *s, unsigned node, const struct vrrp_action *a)
{
	const struct sim_node *n = &s->node[node];
	struct hooks_one *x = &h->one[node];
	const mono_t end = mono_add(s->now, 1 + (int64_t)sim_random(s, (uint64_t)a->usec * 3 / 2));

	*x = (struct hooks_one){ .kind = a->hook,
		.id = x->id + 1,
		.runs = true,
		.was_held = n->holds,
		.until = mono_add(s->now, a->usec),
		.backup_since = x->backup_since };
	if (a->usec !=
		(a->hook == VRRP_HOOK_PRE_MASTER ? n->conf.hooks->pre_master_timeout
						 : n->conf.hooks->pre_release_timeout))
		sim_fail(s, "H2: a hook of %u may run for %" PRId64 " us", node, a->usec);
	if (!sim_chance(s, 20))
		sim_post(s,
			(struct sim_event){ .at = end, .kind = SIM_OTHER, .node = node, .plan = HOOKS_EVENTS + x->id });
}

void hooks_action(struct hooks *h, struct sim *s, unsigned node, const struct vrrp_action *a)
{
	if (!h->is_on || a->type != VRRP_ACT_HOOK)
		return;
	if (a->hook == VRRP_HOOK_NONE)
		h->one[node].runs = false;
	else
		start(h, s, node, a);
}

/* The step waits for it still, and it may. */
static bool is_awaited(const struct hooks_one *x, const struct sim *s, enum vrrp_hook kind)
{
	return x->runs && !x->is_void && x->kind == kind && mono_before(s->now, x->until);
}

/* The kernel has let its addresses go already. */
static bool is_expired(const struct sim *s, const struct sim_node *n)
{
	return n->lease_until.usec && !mono_before(s->now, n->lease_until);
}

static bool excuses(const struct vrrp_event *ev, const struct vrrp_action *a)
{
	return ev->type == VRRP_EV_FAULT || ev->type == VRRP_EV_YIELD ||
		(ev->type == VRRP_EV_STOP && a->type == VRRP_ACT_STATE && a->from == VRRP_BACKUP) ||
		(a->type == VRRP_ACT_STATE && (a->reason == VRRP_WHY_STALLED || a->reason == VRRP_WHY_LEASE));
}

void hooks_step(struct hooks *h, struct sim *s, unsigned node, const struct vrrp_event *ev,
	const struct vrrp_actions *out)
{
	struct hooks_one *x = &h->one[node];
	const struct sim_node *n = &s->node[node];
	unsigned i;

	if (!h->is_on)
		return;
	for (i = 0; i < out->n; i++)
		x->is_void = x->is_void || excuses(ev, &out->item[i]);
	for (i = 0; i < out->n; i++) {
		const struct vrrp_action *a = &out->item[i];

		if (a->type == VRRP_ACT_VIPS_DEL && is_awaited(x, s, VRRP_HOOK_PRE_RELEASE) && !is_expired(s, n))
			sim_fail(s, "H4: %u lets the addresses go before its pre_release ended", node);
		if (a->type == VRRP_ACT_ADVERT && a->priority == 0 && ev->hook_usec > 0)
			sim_fail(s, "H7: %u says goodbye instead of waiting for pre_release", node);
		if (a->type == VRRP_ACT_ADVERT && a->priority == 0 && ev->type != VRRP_EV_ADVERT &&
			!(ev->type == VRRP_EV_DRILL && ev->hook_usec == 0) && /* another member was beaten */
			is_awaited(x, s, VRRP_HOOK_PRE_RELEASE))
			sim_fail(s, "H7: %u says goodbye before its pre_release ended", node);
	}
	if (n->vr.state != VRRP_BACKUP || !n->holds)
		x->backup_since = (mono_t){ 0 };
	else if (!x->backup_since.usec)
		x->backup_since = s->now;
}

static unsigned first_of(const struct sim *s, unsigned node)
{
	return node - node % s->members;
}

/* As the product's groups_hook_ended(): pre_release of one is that of all, the last end counts. */
static void end_of_group(struct hooks *h, struct sim *s, unsigned node)
{
	const unsigned first = first_of(s, node);
	unsigned i;

	for (i = first; i < first + s->members; i++)
		if (h->one[i].runs && s->node[i].vr.hook == VRRP_HOOK_PRE_RELEASE)
			return;
	for (i = first; i < first + s->members; i++)
		if (s->node[i].is_on && s->node[i].vr.hook == VRRP_HOOK_PRE_RELEASE)
			sim_tell(s, i, (struct vrrp_event){ .type = VRRP_EV_HOOK });
}

static void end(struct hooks *h, struct sim *s, unsigned node)
{
	const struct sim_node *n = &s->node[node];

	h->one[node].runs = h->one[node].has_ended = false;
	if (s->members > 1 && n->vr.hook == VRRP_HOOK_PRE_RELEASE)
		end_of_group(h, s, node);
	else
		sim_tell(s, node, (struct vrrp_event){ .type = VRRP_EV_HOOK });
	if (n->vr.state == VRRP_MASTER && !h->one[node].runs &&
		((!n->holds && n->vr.hook != VRRP_HOOK_PRE_RELEASE) || (s->members == 1 && n->vr.hook)))
		sim_fail(s, "H6: %u waits for a hook that ended", node);
}

void hooks_event(struct hooks *h, struct sim *s, const struct sim_event *ev)
{
	struct hooks_one *x = &h->one[ev->node];

	if (!s->node[ev->node].is_on || !x->runs || x->id != ev->plan - HOOKS_EVENTS)
		return;
	if (s->node[ev->node].is_paused)
		x->has_ended = true;
	else
		end(h, s, ev->node);
}

void hooks_resume(struct hooks *h, struct sim *s, unsigned node)
{
	h->one[node].is_void = true; /* whatever came meanwhile comes first */
	if (h->one[node].has_ended)
		end(h, s, node);
}

static void look(struct hooks *h, struct sim *s, unsigned node)
{
	const struct hooks_one *x = &h->one[node];
	const struct sim_node *n = &s->node[node];
	const bool is_late = mono_diff(s->now, x->until) > 0;

	if (!is_running(n))
		return;
	if (n->vr.state == VRRP_MASTER && !n->holds && (x->kind != VRRP_HOOK_PRE_MASTER || is_late) &&
		(s->members == 1 || n->vr.hook != VRRP_HOOK_PRE_RELEASE))
		sim_fail(s, "H2: MASTER %u has no addresses and waits for no hook", node);
	if (n->vr.state == VRRP_MASTER && n->is_stopping && s->members == 1 &&
		(x->kind != VRRP_HOOK_PRE_RELEASE || is_late))
		sim_fail(s, "H2: %u was stopped and waits for no hook", node);
	if (n->vr.state == VRRP_MASTER && n->holds && !x->was_held && is_awaited(x, s, VRRP_HOOK_PRE_MASTER))
		sim_fail(s, "H3: %u has the addresses before its pre_master ended", node);
	if (x->backup_since.usec && !n->vr.skip_release_wait && is_late &&
		mono_diff(s->now, x->backup_since) > h->wait + EPS)
		sim_fail(s, "H5: BACKUP %u keeps the addresses", node);
}

void hooks_look(struct hooks *h, struct sim *s)
{
	unsigned i;

	for (i = 0; h->is_on && i < s->n; i++)
		look(h, s, i);
}
