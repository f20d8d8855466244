/* warm.c - see warm.h. */
#include "vrrp/warm.h"

#include "base/log.h"
#include "vrrp/conf.h"
#include "vrrp/instance.h"

enum { WARM_SECONDS = 12 };

static bool has_sync_daemon(const struct vrrp_config *c)
{
	if (c->globals.sync.interface)
		return true;
	for (unsigned i = 0; i < c->instances.n; i++)
		if (((const struct vrrp_conf *)c->instances.item[i])->rare->sync_interface)
			return true;
	return false;
}

static mono_t warm_until(const struct vrrp_config *c, mono_t now)
{
	if (!has_sync_daemon(c))
		return (mono_t){ 0 };
	log_info(LOG_VRRP, "lvs_sync_daemon: preempts no sooner than in %d s, when the connections in use are known",
		WARM_SECONDS);
	return mono_add(now, WARM_SECONDS * MONO_SEC);
}

mono_t warm_start(const struct vrrp_config *c, mono_t now, mono_t *ret_warm)
{
	*ret_warm = warm_until(c, now);
	return mono_max(mono_add(now, c->globals.startup_delay),
		mono_add(now, c->globals.delay_after_boot - mono_since_boot()));
}

void warm_hold(struct instance *vi, mono_t drill, mono_t warm)
{
	bool is_warming = mono_before(drill, warm);

	instance_hold(vi, is_warming ? warm : drill, is_warming);
}
