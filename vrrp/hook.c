/* hook.c - see hook.h. */
#include "vrrp/hook.h"

#include "vrrp/act.h"
#include "vrrp/conf.h"

bool hook_is_before_master(const struct vrrp_router *vr)
{
	return vr->state == VRRP_MASTER && vr->hook == VRRP_HOOK_PRE_MASTER;
}

bool hook_is_before_leave(const struct vrrp_router *vr)
{
	return vr->state == VRRP_MASTER && vr->hook == VRRP_HOOK_PRE_RELEASE;
}

bool hook_is_due(const struct vrrp_router *vr, mono_t now)
{
	return vr->hook != VRRP_HOOK_NONE && !mono_before(now, vr->hook_until);
}

static void start(struct vrrp_actions *out, enum vrrp_hook hook, int64_t within, enum vrrp_state to)
{
	act(out, (struct vrrp_action){ .type = VRRP_ACT_HOOK, .hook = hook, .usec = within, .to = to });
}

/* After a restart the addresses are there. Where they are still held, it runs beside. */
bool hook_master(const struct vrrp_router *vr, enum vrrp_reason reason, struct vrrp_actions *out)
{
	if (!vr->conf->hooks->pre_master || reason == VRRP_WHY_RESUME)
		return false;
	start(out, VRRP_HOOK_PRE_MASTER, vr->conf->hooks->pre_master_timeout, VRRP_MASTER);
	return !vr->is_holding;
}

void hook_wait(struct vrrp_router *vr, enum vrrp_hook hook, mono_t until)
{
	vr->hook = hook;
	vr->hook_until = until;
}

mono_t hook_release(const struct vrrp_router *vr, mono_t now, enum vrrp_state to, struct vrrp_actions *out)
{
	if (!vr->conf->hooks->pre_release)
		return (mono_t){ 0 };
	start(out, VRRP_HOOK_PRE_RELEASE, vr->conf->hooks->pre_release_timeout, to);
	return mono_add(now, vr->conf->hooks->pre_release_timeout);
}

void hook_end(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	(void)ev, (void)out;
	hook_wait(vr, VRRP_HOOK_NONE, (mono_t){ 0 });
}
