/* act.c - see act.h. */
#include "vrrp/act.h"

#include <stdlib.h>
#include <string.h>

/* What the outside is told after everything was done. */
static bool is_report(enum vrrp_action_type type)
{
	return type == VRRP_ACT_STATE || type == VRRP_ACT_NOTE || type == VRRP_ACT_DONE;
}

void act(struct vrrp_actions *out, struct vrrp_action a)
{
	unsigned at = out->n;

	if (out->n == VRRP_ACTIONS_MAX)
		abort();
	while (!is_report(a.type) && at > 0 && is_report(out->item[at - 1].type))
		at--;
	memmove(&out->item[at + 1], &out->item[at], (out->n - at) * sizeof(a));
	out->item[at] = a;
	out->n++;
}

void act_plain(struct vrrp_actions *out, enum vrrp_action_type type)
{
	act(out, (struct vrrp_action){ .type = type });
}

void act_advert(struct vrrp_actions *out, uint8_t priority)
{
	act(out, (struct vrrp_action){ .type = VRRP_ACT_ADVERT, .priority = priority });
}

void act_watch(struct vrrp_actions *out, bool on)
{
	act(out, (struct vrrp_action){ .type = VRRP_ACT_WATCH, .on = on });
}
