/* lives.c - see lives.h. */
#include "lives.h"

#include "trace.h"

void life_init(struct life *l, uint64_t seed, const struct sim_ops *ops)
{
	sim_init(&l->sim, seed);
	l->sim.ctx = l;
	l->sim.ops = ops;
}

void life_step(struct life *l, unsigned node, const struct vrrp_event *ev, const struct vrrp_actions *out)
{
	const struct sim *s = &l->sim;
	char buf[1024];
	unsigned i;

	for (i = 0; i < out->n; i++)
		l->hash = (l->hash ^ (uint64_t)s->now.usec ^ node << 20 ^ (uint64_t)out->item[i].type << 40) *
			0x100000001b3;
	if (!l->is_verbose)
		return;
	printf("%12.6f %u", (double)s->now.usec / 1e6, node / s->members);
	if (s->members > 1)
		printf(".%u", node % s->members);
	printf(" %s ev %d prio %u: %s\n", vrrp_state_str(s->node[node].vr.state), (int)ev->type, ev->priority,
		trace_actions(out, ev->now, true, buf, sizeof(buf)));
}

unsigned life_transitions(const struct life *l)
{
	unsigned i, n = 0;

	for (i = 0; i < l->sim.n; i++)
		n += l->sim.node[i].n_transitions;
	return n;
}
