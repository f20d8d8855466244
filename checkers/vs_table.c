/* vs_table.c - see vs_table.h. */
#include "checkers/vs_table.h"

#include <inttypes.h>
#include <stdio.h>

static const struct {
	const char *name;
	uint32_t min, max;
} table[VS_SYSCTL_MAX] = {
	[VS_EXPIRE_NODEST_CONN] = { "expire_nodest_conn", 0, 1 },
	[VS_EXPIRE_QUIESCENT_TEMPLATE] = { "expire_quiescent_template", 0, 1 },
	[VS_CONN_REUSE_MODE] = { "conn_reuse_mode", 0, 3 },
	[VS_SYNC_THRESHOLD] = { "sync_threshold", 0, INT32_MAX },
	[VS_SYNC_REFRESH_PERIOD] = { "sync_refresh_period", 0, 86400 },
	[VS_SYNC_RETRIES] = { "sync_retries", 0, 3 },
	[VS_SYNC_PORTS] = { "sync_ports", 1, 64 },
	[VS_SYNC_PERSIST_MODE] = { "sync_persist_mode", 0, 1 },
	[VS_SYNC_VERSION] = { "sync_version", 0, 1 },
	[VS_SYNC_QLEN_MAX] = { "sync_qlen_max", 0, INT32_MAX },
	[VS_SYNC_SOCK_SIZE] = { "sync_sock_size", 0, INT32_MAX },
	[VS_BACKUP_ONLY] = { "backup_only", 0, 1 },
	[VS_SLOPPY_TCP] = { "sloppy_tcp", 0, 1 },
	[VS_SLOPPY_SCTP] = { "sloppy_sctp", 0, 1 },
	[VS_SCHEDULE_ICMP] = { "schedule_icmp", 0, 1 },
	[VS_IGNORE_TUNNELED] = { "ignore_tunneled", 0, 1 },
	[VS_CONNTRACK] = { "conntrack", 0, 1 },
	[VS_DROP_ENTRY] = { "drop_entry", 0, 3 },
	[VS_DROP_PACKET] = { "drop_packet", 0, 3 },
	[VS_SECURE_TCP] = { "secure_tcp", 0, 3 },
	[VS_AM_DROPRATE] = { "am_droprate", 1, INT32_MAX },
	[VS_AMEMTHRESH] = { "amemthresh", 0, INT32_MAX },
	[VS_PMTU_DISC] = { "pmtu_disc", 0, 1 },
	[VS_CACHE_BYPASS] = { "cache_bypass", 0, 1 },
	[VS_NAT_ICMP_SEND] = { "nat_icmp_send", 0, 1 },
	[VS_SNAT_REROUTE] = { "snat_reroute", 0, 1 },
	[VS_RUN_ESTIMATION] = { "run_estimation", 0, 1 },
};

const char *vs_table_name(enum vs_sysctl_name name)
{
	return table[name].name;
}

const char *vs_table_str(enum vs_sysctl_name name, const struct vs_value *v, char *buf)
{
	if (name == VS_SYNC_THRESHOLD)
		snprintf(buf, VS_VALUE_LEN, "%" PRIu32 " %" PRIu32, v->a, v->b);
	else
		snprintf(buf, VS_VALUE_LEN, "%" PRIu32, v->a);
	return buf;
}

/* A packet counts when number % period == threshold: with a period, the threshold is below it (linux ip_vs_ctl.c). */
static bool fits(enum vs_sysctl_name name, const struct vs_value *v)
{
	if (v->a < table[name].min || v->a > table[name].max || v->b > INT32_MAX)
		return false;
	if (name == VS_SYNC_THRESHOLD)
		return v->b == 0 || v->a < v->b;
	return name != VS_SYNC_PORTS || (v->a & (v->a - 1)) == 0;
}

bool vs_table_parse(enum vs_sysctl_name name, const char *text, struct vs_value *ret)
{
	bool has_two = name == VS_SYNC_THRESHOLD;
	struct vs_value v = { .is_set = true };
	long long a = -1, b = 0;
	char rest;

	if ((has_two ? sscanf(text, "%lld %lld %c", &a, &b, &rest) : sscanf(text, "%lld %c", &a, &rest)) !=
			1 + has_two ||
		a < 0 || b < 0 || a > UINT32_MAX || b > UINT32_MAX)
		return false;
	v.a = (uint32_t)a;
	v.b = (uint32_t)b;
	if (!fits(name, &v))
		return false;
	*ret = v;
	return true;
}
