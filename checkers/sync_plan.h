/*
 * sync_plan.h - which of the kernel's synchronisation daemons have to be started and stopped. Pure. A daemon that
 * somebody else started is not ours: it is left alone, also where it is in the way of what is wanted.
 */
#ifndef CHECKERS_SYNC_PLAN_H
#define CHECKERS_SYNC_PLAN_H
#include "net/ipvs_daemon.h"

#include <stdbool.h>

/* What is wanted: lvs_sync_daemon, and the role of its instance. */
struct sync_want {
	bool runs[IPVS_DAEMON_ROLES];
	struct ipvs_daemon conf;
};

/* What we started; `is_ours` alone counts where what was asked for is not known any more (asked.interface is empty). */
struct sync_own {
	bool is_ours;
	struct ipvs_daemon asked;
};

struct sync_change {
	bool is_start;
	enum ipvs_daemon_role role;
};

enum { SYNC_CHANGES_MAX = 2 * IPVS_DAEMON_ROLES };

struct sync_plan {
	struct sync_change change[SYNC_CHANGES_MAX]; /* in this order */
	unsigned n;
	bool is_foreign[IPVS_DAEMON_ROLES]; /* somebody else's daemon is where ours should be */
};

/*
 * What is missing is started before what is not wanted is stopped, so that roles are switched without a gap; one that has to work
 * otherwise is stopped first, the kernel has one of each.
 */
void sync_plan(const struct sync_want *want, const struct sync_own own[IPVS_DAEMON_ROLES],
	const struct ipvs_daemons *kernel, struct sync_plan *ret);
/* Whether a daemon of the kernel works as `conf` says; what is not said there is the kernel's default. */
bool sync_plan_matches(const struct ipvs_daemon *conf, const struct ipvs_daemon *kernel);
#endif
