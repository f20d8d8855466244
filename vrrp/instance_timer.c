/* instance_timer.c - see instance_timer.h. */
#include "vrrp/instance_timer.h"

#include "io/loop.h"
#include "vrrp/deadline.h"
#include "vrrp/holder.h"
#include "vrrp/instance_act.h"
#include "vrrp/instance_state.h"
#include "vrrp/instance_wake.h"
#include "vrrp/lateness.h"
#include "vrrp/port.h"
#include "vrrp/witness.h"

/*
 * TM-16: routers that wait for the same silence differ by their skew; who is later than that may be overtaken by a weaker one.
 * Whoever was later than the down interval was stalled, which the step says.
 */
static void note_late(struct instance *vi, int64_t late)
{
	const struct vrrp_router *r = &vi->router;
	const int64_t spread = deadline_spread(r, vi->receiver.peer.priority);

	vi->late.last = late;
	if (late > vi->late.max)
		vi->late.max = late;
	if (r->state != VRRP_BACKUP || vi->late.is_told || spread == 0 || late < spread ||
		late >= vrrp_down_interval(r, r->conf->interval_cs))
		return;
	vi->late.is_told = true;
	lateness_tell(vi->env->lateness,
		&(struct lateness_note){ r->conf->name, late, spread, r->priority, vi->receiver.peer.priority });
}

/* What waits in the socket was there before the time ran out: it is heard first. */
static void on_deadline(struct instance *vi, mono_t now)
{
	const mono_t due = vi->timer_at;

	vi->wake_at = MONO_NEVER;
	note_late(vi, mono_before(now, due) ? 0 : mono_diff(now, due));
	if (vi->port)
		port_drain(vi->port, now);
	if (vi->group && vi->router.state == VRRP_BACKUP)
		vi->env->ops->drain_group(vi->group, vi, now);
	if (vi->timer_at.usec != due.usec)
		return;
	if (mono_before(now, due))
		instance_send_again(vi);
	else
		instance_feed_plain(vi, VRRP_EV_TIMER, now);
}

/* What one of them puts off until now comes in the next turn of the loop. */
static void on_timer(void *ctx, mono_t now)
{
	struct instance *vi = ctx;
	const bool is_deadline = !mono_before(now, vi->wake_at), is_holder = !mono_before(now, holder_due(vi->holder)),
		   is_witness = !mono_before(now, witness_due(vi->witness));

	if (is_deadline)
		on_deadline(vi, now);
	if (is_holder)
		holder_run(vi->holder, now);
	if (is_witness)
		witness_run(vi->witness, now);
	instance_wake(vi);
}

void instance_timer_init(struct instance *vi)
{
	vi->timer = loop_timer_new(vi->env->loop, on_timer, vi);
	vi->timer_at = vi->wake_at = MONO_NEVER;
}
