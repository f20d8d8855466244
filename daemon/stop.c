/* stop.c - see stop.h. */
#include "daemon/stop.h"

#include "base/log.h"
#include "daemon/accept.h"
#include "daemon/broker.h"
#include "daemon/igmp.h"
#include "daemon/notify.h"
#include "daemon/options.h"
#include "daemon/state.h"
#include "daemon/supervise.h"
#include "io/loop.h"
#include "io/message.h"

void stop_now(struct daemon *d, const char *asked_by)
{
	if (d->is_stopping)
		return;
	d->is_stopping = true;
	log_notice(LOG_MAIN, "stopping: %s", asked_by);
	notify_send("STOPPING=1\nSTATUS=handing over");
	broker_stop_tracking(d->broker);
	supervise_stop(d->sup);
}

void stop_check(struct daemon *d)
{
	if (!d->is_stopping)
		return;
	for (enum role r = ROLE_VRRP; r < ROLE_MAX; r++)
		if (supervise_is_running(d->sup, r))
			return;
	broker_hurry(d->broker);
	if (broker_is_busy(d->broker))
		return;
	igmp_config(d->opt->run_dir, false);
	if (accept_stop(d->accept))
		loop_stop(d->loop);
}
