/* deadline.c - see deadline.h. */
#include "vrrp/deadline.h"

#include <stdlib.h>

#include "vrrp/conf.h"

#define CENTISEC INT64_C(10000)

/* TM-01, V2-13: version 2 counts in whole seconds whatever the interval is. Exact to the microsecond: 10000 / 256 = 625 / 16. */
int64_t vrrp_skew(const struct vrrp_router *vr, uint32_t interval_cs)
{
	const int64_t weakness = 256 - vr->priority;

	if (vr->conf->version == VRRP_V2)
		return weakness * MONO_SEC / 256;
	return weakness * interval_cs * 625 / 16;
}

int64_t vrrp_down_interval(const struct vrrp_router *vr, uint32_t interval_cs)
{
	const int64_t adverts = vr->conf->down_timer_adverts ? vr->conf->down_timer_adverts : 3;
	const uint32_t cs = vr->conf->version == VRRP_V2 ? vr->conf->interval_cs : interval_cs;

	return adverts * cs * CENTISEC + vrrp_skew(vr, cs);
}

int64_t deadline_spread(const struct vrrp_router *vr, uint8_t priority)
{
	struct vrrp_router other = *vr;
	int64_t spread;

	if (priority == 0)
		return 0;
	other.priority = priority;
	spread = vrrp_skew(vr, vr->conf->interval_cs) - vrrp_skew(&other, vr->conf->interval_cs);
	return spread < 0 ? -spread : spread;
}

int64_t deadline_own_interval(const struct vrrp_router *vr)
{
	return vr->conf->interval_cs * CENTISEC;
}

int64_t deadline_learned_interval(const struct vrrp_router *vr)
{
	return vr->learned_cs * CENTISEC;
}

int64_t deadline_own_down(const struct vrrp_router *vr)
{
	return vrrp_down_interval(vr, vr->conf->interval_cs);
}

bool deadline_is_never(mono_t t)
{
	return t.usec == MONO_NEVER.usec;
}

bool deadline_is_due(mono_t deadline, mono_t now)
{
	return !mono_before(now, deadline);
}

/* When the addresses go, or whoever has them is asked to tell the clients, before; MONO_NEVER: that is not known yet. */
static mono_t release_at(const struct vrrp_router *vr)
{
	const mono_t at = mono_max(vr->release_at, vr->stay_until);

	if (vr->owes_clients)
		return vr->release_at;
	return vr->hook == VRRP_HOOK_NONE || deadline_is_never(at) ? at : mono_max(at, vr->hook_until);
}

bool deadline_is_release(const struct vrrp_router *vr, mono_t now)
{
	return deadline_is_due(release_at(vr), now);
}

static mono_t master_next(const struct vrrp_router *vr)
{
	const mono_t advert = vr->owes_answer ? mono_min(vr->advert_at, vr->reassert_at) : vr->advert_at;

	return vr->hook == VRRP_HOOK_NONE ? advert : mono_min(advert, vr->hook_until);
}

mono_t deadline_next(const struct vrrp_router *vr)
{
	switch (vr->state) {
	case VRRP_BACKUP:
		return mono_min(mono_max(vr->down_at, vr->wait_until), release_at(vr));
	case VRRP_MASTER:
		return master_next(vr);
	case VRRP_LEAVING: /* who was heard will not be given up */
		return deadline_is_never(vr->release_at) ? vr->give_up_at : release_at(vr);
	case VRRP_INIT:
	case VRRP_FAULT:
	case VRRP_STATE_MAX:
		break;
	}
	return MONO_NEVER;
}

void deadline_forget(struct vrrp_router *vr)
{
	vr->advert_at = vr->down_at = vr->release_at = vr->give_up_at = vr->preempt_at = MONO_NEVER;
	vr->wait_until = vr->stay_until = vr->hook_until = (mono_t){ 0 };
	vr->hook = VRRP_HOOK_NONE;
	vr->skip_release_wait = vr->owes_answer = vr->owes_clients = false;
	vr->resigned = VRRP_WHY_NONE;
}

static void must(bool is_so)
{
	if (!is_so)
		abort();
}

void vrrp_assert(const struct vrrp_router *vr)
{
	const bool is_on = vr->state == VRRP_BACKUP || vr->state == VRRP_MASTER || vr->state == VRRP_LEAVING;

	must(vr->state < VRRP_STATE_MAX && vr->priority > 0);
	must(is_on == !deadline_is_never(deadline_next(vr)));
	if (vr->state == VRRP_MASTER)
		must(vr->hook == VRRP_HOOK_PRE_RELEASE || vr->is_holding == (vr->hook == VRRP_HOOK_NONE));
	else
		must(vr->hook != VRRP_HOOK_PRE_MASTER);
	if (vr->state == VRRP_BACKUP)
		must(vr->is_holding == (vr->skip_release_wait || !deadline_is_never(vr->release_at)) &&
			!deadline_is_never(vr->down_at));
	if (vr->state == VRRP_LEAVING)
		must(!deadline_is_never(vr->give_up_at) && (vr->leave_to == VRRP_INIT || vr->leave_to == VRRP_BACKUP));
	if (!is_on)
		must(!vr->is_holding);
}
