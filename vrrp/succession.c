/* succession.c - see succession.h. */
#include "vrrp/succession.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "conf/names.h"
#include "vrrp/conf.h"
#include "vrrp/transmit.h"

/* The only value that an instance takes from global_defs without a field of its own. */
static enum conf_cost group_cost(const struct vrrp_config *from, const struct vrrp_config *to,
	const struct succession_step *s)
{
	struct addr a = transmit_group(s->from, &from->globals);
	struct addr b = transmit_group(s->to, &to->globals);
	bool is_used = !s->from->has_unicast_block || !s->to->has_unicast_block;

	return is_used && !addr_equal(&a, &b) ? CONF_REBIND : CONF_SAME;
}

static void judge(const struct vrrp_config *from, const struct vrrp_config *to, struct succession_step *s)
{
	enum conf_cost group = group_cost(from, to, s);

	s->cost = schema_diff(&vrrp_instance_block, s->from, s->to);
	if (group > s->cost)
		s->cost = group;
	if (s->from->family != s->to->family)
		s->cost = CONF_RESTART;
	s->what = s->cost == CONF_RESTART ? SUCCESSION_RESTART
		: s->cost == CONF_SAME    ? SUCCESSION_KEEP
					  : SUCCESSION_CHANGE;
}

void succession_of(const struct vrrp_config *from, const struct vrrp_config *to, struct succession *ret)
{
	unsigned n_from = from ? from->instances.n : 0;
	bool *is_taken = x_calloc(to->instances.n + 1, sizeof(*is_taken));
	struct names names = { 0 };

	*ret = (struct succession){ .step = x_calloc(n_from + to->instances.n + 1, sizeof(*ret->step)) };
	for (unsigned i = 0; i < to->instances.n; i++) {
		const struct vrrp_conf *c = to->instances.item[i];

		*names_get(&names, &to->instances, c->name) = (struct named){ &to->instances, c->name, c->head.node, i,
			NULL };
	}
	for (unsigned i = 0; i < n_from; i++) {
		struct succession_step *s = &ret->step[ret->n++];
		const struct named *e;

		*s = (struct succession_step){ .what = SUCCESSION_REMOVE, .from = from->instances.item[i] };
		e = names_find(&names, &to->instances, s->from->name);
		if (!e)
			continue;
		s->to = to->instances.item[e->index];
		s->index = e->index;
		is_taken[e->index] = true;
		judge(from, to, s);
	}
	for (unsigned i = 0; i < to->instances.n; i++)
		if (!is_taken[i])
			ret->step[ret->n++] = (struct succession_step){ .to = to->instances.item[i], .index = i };
	names_done(&names);
	free(is_taken);
}

void succession_done(struct succession *s)
{
	free(s->step);
	*s = (struct succession){ 0 };
}
