/*
 * vs_table.h - the settings of IPVS under /proc/sys/net/ipv4/vs: their names, and which values they take. Pure.
 * Linux Documentation/networking/ipvs-sysctl.rst.
 */
#ifndef CHECKERS_VS_TABLE_H
#define CHECKERS_VS_TABLE_H
#include "conf/schema.h"

enum vs_sysctl_name {
	VS_EXPIRE_NODEST_CONN,
	VS_EXPIRE_QUIESCENT_TEMPLATE,
	VS_CONN_REUSE_MODE,
	VS_SYNC_THRESHOLD,
	VS_SYNC_REFRESH_PERIOD,
	VS_SYNC_RETRIES,
	VS_SYNC_PORTS,
	VS_SYNC_PERSIST_MODE,
	VS_SYNC_VERSION,
	VS_SYNC_QLEN_MAX,
	VS_SYNC_SOCK_SIZE,
	VS_BACKUP_ONLY,
	VS_SLOPPY_TCP,
	VS_SLOPPY_SCTP,
	VS_SCHEDULE_ICMP,
	VS_IGNORE_TUNNELED,
	VS_CONNTRACK,
	VS_DROP_ENTRY,
	VS_DROP_PACKET,
	VS_SECURE_TCP,
	VS_AM_DROPRATE,
	VS_AMEMTHRESH,
	VS_PMTU_DISC,
	VS_CACHE_BYPASS,
	VS_NAT_ICMP_SEND,
	VS_SNAT_REROUTE,
	VS_RUN_ESTIMATION,
	VS_SYSCTL_MAX
};

/* One number, or two (sync_threshold). */
struct vs_value {
	bool is_set;
	uint32_t a, b;
};

struct vs_values {
	struct vs_value of[VS_SYSCTL_MAX];
};

/* Block ipvs_sysctl. */
struct vs_sysctl_conf {
	struct conf_head head;
	struct vs_values written;
};

const char *vs_table_name(enum vs_sysctl_name name);
/* "3 0" or "1"; buf of VS_VALUE_LEN bytes. */
enum { VS_VALUE_LEN = 24 };
const char *vs_table_str(enum vs_sysctl_name name, const struct vs_value *v, char *buf);
/* What a file says, or a line of the configuration: false when it is no such value. */
bool vs_table_parse(enum vs_sysctl_name name, const char *text, struct vs_value *ret);
#endif
