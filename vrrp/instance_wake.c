/* instance_wake.c - see instance_wake.h. */
#include "vrrp/instance_wake.h"

#include "io/loop.h"
#include "vrrp/holder.h"
#include "vrrp/instance_state.h"
#include "vrrp/witness.h"

void instance_wake(void *instance)
{
	const struct instance *vi = instance;
	const mono_t parts = mono_min(holder_due(vi->holder), witness_due(vi->witness));
	const mono_t at = mono_min(vi->wake_at, parts);

	if (loop_timer_when(vi->timer).usec != at.usec)
		loop_timer_at(vi->timer, at);
}
