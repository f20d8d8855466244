/*
 * lint_weight.c - see lint_weight.h. The priority moves between two bounds: every tracker adds what is best for it, or what is
 * worst. A BACKUP takes over from a living MASTER only when that one's priority is below its own; at the same priority it waits
 * (RFC 9568 6.4.2, (435)). A file's number is not known beforehand, so an instance with one is left alone.
 */
#include "vrrp/lint_weight.h"

#include <inttypes.h>
#include <string.h>

#include "conf/tree.h"
#include "vrrp/conf.h"
#include "vrrp/lint_table.h"

enum { PRIORITY_MAX = 254 };

/* The bounds, and the trackers that make them. */
struct bounds {
	int64_t high, low; /* not clamped */
	unsigned n;        /* trackers with a weight */
	int32_t weight;    /* of the only one */
	const char *name;
};

static void add(struct bounds *b, const char *name, int32_t weight, bool is_reverse)
{
	int32_t delta = is_reverse ? -weight : weight;

	if (weight == 0)
		return;
	b->n++;
	b->name = name;
	b->weight = weight;
	b->high += delta > 0 ? delta : 0;
	b->low += delta < 0 ? delta : 0;
}

static void add_ref(struct bounds *b, const struct vrrp_track_ref *ref, const struct vrrp_weight *own)
{
	bool is_own = ref->weight == INT32_MIN;

	add(b, ref->name, is_own ? own->value : ref->weight, ref->is_reverse != (is_own && own->is_reverse));
}

static struct bounds bounds_of(const struct vrrp_config *all, const struct vrrp_conf *c)
{
	struct bounds b = { .high = c->priority, .low = c->priority };

	for (unsigned i = 0; i < c->track->interfaces.n; i++) {
		const struct vrrp_track_if *t = c->track->interfaces.item[i];

		add(&b, t->interface, t->weight, t->is_reverse);
	}
	for (unsigned i = 0; i < c->track->scripts.n; i++) {
		const struct vrrp_track_ref *ref = c->track->scripts.item[i];
		const struct vrrp_script_conf *s = ref->index < all->scripts.n ? all->scripts.item[ref->index] : NULL;

		if (s)
			add_ref(&b, ref, &s->weight);
	}
	for (unsigned i = 0; i < c->track->processes.n; i++) {
		const struct vrrp_track_ref *ref = c->track->processes.item[i];
		const struct vrrp_process_conf *p = ref->index < all->processes.n ? all->processes.item[ref->index]
										  : NULL;

		if (p)
			add_ref(&b, ref, &p->weight);
	}
	for (unsigned i = 0; i < c->track->services.n; i++) {
		const struct vrrp_track_service *t = c->track->services.item[i];

		add(&b, t->name, t->weight, t->is_reverse);
	}
	for (unsigned i = 0; i < c->track->gateways.n; i++) {
		const struct vrrp_gateway_conf *t = c->track->gateways.item[i];

		add(&b, t->name, t->weight, t->is_reverse);
	}
	return b;
}

/* As track_sum(): 1 to 254. */
static unsigned clamped(int64_t priority)
{
	return priority < 1 ? 1 : priority > PRIORITY_MAX ? PRIORITY_MAX : (unsigned)priority;
}

/* The first line that tracks something. */
static const struct place *place_of(const struct vrrp_conf *c)
{
	for (const struct conf_node *n = c->head.node->children; n; n = n->next)
		if (!strncmp(n->words[0].text, "track_", 6) && n->n_words > 1)
			return &n->words[1].at;
		else if (!strncmp(n->words[0].text, "track_", 6) && n->children)
			return &n->children->words[0].at;
	return &c->head.node->words[0].at;
}

static void report_owner(const struct vrrp_conf *c, struct report *r)
{
	lint_add(r, &vrrp_lints[VRRP_LINT_WEIGHT_IDLE], place_of(c),
		"no weight changes priority 255, the owner's: a failure never causes a fail-over");
	report_hint(r, "a priority of 254 or less; or weight 0: FAULT at once");
}

static void report_clamped(const struct vrrp_conf *c, const struct bounds *b, struct report *r)
{
	unsigned at = clamped(b->low);

	lint_add(r, &vrrp_lints[VRRP_LINT_WEIGHT_IDLE], place_of(c),
		"the priority is %u with %+" PRId64
		" as without: it stays within 1 to 254, so that no failure changes it",
		at, (b->high - c->priority) + (b->low - c->priority));
	report_hint(r, "a priority that leaves room for the weights");
}

static void report_peer(const struct vrrp_conf *c, const struct bounds *b, uint32_t peer, struct report *r)
{
	unsigned high = clamped(b->high), low = clamped(b->low);
	const struct lint *l = &vrrp_lints[VRRP_LINT_WEIGHT_IDLE];

	if (b->n == 1)
		lint_add(r, l, place_of(c),
			"weight %" PRId32
			" of '%s' can never cause a fail-over: %u - %u = %u is not below the peer's %" PRIu32,
			b->weight, b->name, high, high - low, low, peer);
	else
		lint_add(r, l, place_of(c),
			"the weights can never cause a fail-over: with all %u failed %u - %u = %u is not below the peer's %" PRIu32,
			b->n, high, high - low, low, peer);
	report_hint(r, "more than %u has to be lost for a priority below %" PRIu32 "; or weight 0: FAULT at once",
		high - peer, peer);
}

static void report_nopreempt(const struct vrrp_conf *c, struct report *r)
{
	const struct lint *l = &vrrp_lints[VRRP_LINT_WEIGHT_NOPREEMPT];

	lint_add(r, l, lint_place(c->head.node, "nopreempt"),
		"nopreempt beside weights: this router never takes over from one whose priority they lowered");
	report_hint(r, "%s", l->cure);
}

void lint_weights(const struct vrrp_config *all, const struct vrrp_conf *c, uint32_t peer, struct report *r)
{
	struct bounds b = bounds_of(all, c);

	if (!b.n || c->track->files.n || c->track->bfds.n)
		return;
	if (c->priority == VRRP_PRIORITY_OWNER)
		report_owner(c, r);
	else if (clamped(b.high) == clamped(b.low))
		report_clamped(c, &b, r);
	else if (peer && clamped(b.high) > peer && clamped(b.low) >= peer)
		report_peer(c, &b, peer, r);
	else if (c->nopreempt)
		report_nopreempt(c, r);
}
