/* vs_want.c - see vs_want.h. */
#include "checkers/vs_want.h"

#include "checkers/conf.h"

static void want(struct vs_values *v, enum vs_sysctl_name name, uint32_t a)
{
	if (!v->of[name].is_set)
		v->of[name] = (struct vs_value){ true, a, 0 };
}

void vs_want(const struct checkers_config *c, bool has_sync, struct vs_values *ret)
{
	bool cuts = false, persists = false;

	*ret = c->sysctl.written;
	for (unsigned i = 0; i < c->services.n; i++) {
		const struct vs_conf *vs = c->services.item[i];

		cuts |= vs->how->on_server_down != LVS_DOWN_KEEP;
		persists |= vs->how->on_server_down != LVS_DOWN_KEEP && vs->how->persistence_timeout;
	}
	if (cuts) {
		want(ret, VS_EXPIRE_NODEST_CONN, 1);
		want(ret, VS_CONN_REUSE_MODE, 1);
	}
	if (persists)
		want(ret, VS_EXPIRE_QUIESCENT_TEMPLATE, 1);
	if (has_sync) {
		want(ret, VS_SYNC_THRESHOLD, 3);
		want(ret, VS_SYNC_REFRESH_PERIOD, 10);
	}
}
