/* hook_ask.c - see hook_ask.h. */
#include "vrrp/hook_ask.h"

#include "io/child.h"
#include "vrrp/instance.h"

uint32_t hook_ask(struct child *child, uint32_t *ids, const struct instance *vi, uint32_t generation,
	const struct vrrp_action *a)
{
	struct instance_view v;
	struct msg_hook m = { .generation = generation,
		.index = instance_index(vi),
		.hook = a->hook,
		.state = a->to,
		.within_usec = a->usec };

	instance_look(vi, &v);
	m.priority = v.router->priority;
	if (++*ids == 0)
		++*ids;
	m.id = *ids;
	if (child_send(child, ROLE_MAIN, MSG_HOOK, &m, sizeof(m)) < 0)
		return 0;
	return a->hook == VRRP_HOOK_NONE ? 0 : m.id;
}
