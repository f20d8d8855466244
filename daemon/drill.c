/* drill.c - see drill.h. */
#include "daemon/drill.h"

#include <stdio.h>

#include "base/log.h"
#include "daemon/conf.h"
#include "daemon/state.h"
#include "daemon/supervise.h"
#include "io/message.h"

static bool refuse(const char *asked_by, const char *why)
{
	log_warn(LOG_MAIN, "drill asked for by %s refused: %s", asked_by, why);
	return false;
}

bool drill_now(struct daemon *d, const char *asked_by, char *reterr, size_t size)
{
	struct msg_drill m = { d->config->vrrp.globals.drill_hold };
	int64_t since = mono_diff(mono_now(), d->last_drill), least = d->config->main.globals.drill_interval;

	if (d->is_stopping) {
		snprintf(reterr, size, "vipd is stopping");
		return refuse(asked_by, reterr);
	}
	if (!supervise_is_running(d->sup, ROLE_VRRP)) {
		snprintf(reterr, size, "no vrrp_instance is configured here");
		return refuse(asked_by, reterr);
	}
	if (!supervise_is_healthy(d->sup, ROLE_VRRP)) {
		snprintf(reterr, size, "the vrrp process does not answer");
		return refuse(asked_by, reterr);
	}
	if (d->last_drill.usec && since < least) {
		snprintf(reterr, size, "the last drill was %.1f s ago, drill_interval is %.1f s", (double)since / 1e6,
			(double)least / 1e6);
		return refuse(asked_by, reterr);
	}
	d->last_drill = mono_now();
	log_notice(LOG_MAIN, "drill asked for by %s: every MASTER instance hands over, and does not preempt for %.1f s",
		asked_by, (double)m.hold_usec / 1e6);
	supervise_send(d->sup, ROLE_VRRP, MSG_DRILL, &m, sizeof(m));
	return true;
}
