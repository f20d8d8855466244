/*
 * ipvs.h - the one door to the kernel's IPVS table (generic netlink family "IPVS", linux/ip_vs.h, libnl-genl-3). It reads the table,
 * applies changes in batches, sets the timeouts; what the table should look like is decided elsewhere (checkers/).
 * A struct ipvs connects by itself when it is used, and again after an error. The network namespace is that of the first use.
 * All functions return 0 or -errno; -EPROTONOSUPPORT says that this kernel has no IPVS (module ip_vs is missing).
 */
#ifndef NET_IPVS_H
#define NET_IPVS_H
#include "base/addr.h"

struct ipvs;

enum { IPVS_SCHED_MAX = 16, IPVS_BATCH_MAX = 128 /* messages per send */ };

/* Service flags, IP_VS_SVC_F_*; IPVS_FLAGS are those that user space may own (HASHED is the kernel's). */
enum ipvs_flags {
	IPVS_PERSISTENT = 0x01,
	IPVS_ONEPACKET = 0x04,
	IPVS_SCHED1 = 0x08,
	IPVS_SCHED2 = 0x10,
	IPVS_SCHED3 = 0x20,
	IPVS_FLAGS = 0x3d,
};

/* A destination; its key inside the service is (addr, port). Ports are in host order. */
struct ipvs_dest {
	struct addr addr;
	uint16_t port;
	uint32_t forward; /* IP_VS_CONN_F_*: 0 masquerading, 2 tunnel, 3 direct routing */
	uint32_t weight;
	uint32_t upper, lower;     /* connection thresholds, 0: none */
	uint32_t active, inactive; /* connections; only read */
};

/* A service; its key is (family, fwmark), or with fwmark 0 (family, protocol, addr, port). */
struct ipvs_service {
	uint16_t family; /* AF_INET, AF_INET6 */
	uint16_t protocol;
	uint16_t port;
	uint32_t fwmark;
	struct addr addr;
	char scheduler[IPVS_SCHED_MAX];
	uint32_t flags;   /* enum ipvs_flags */
	uint32_t timeout; /* of persistence, seconds */
	uint32_t netmask; /* of persistence; IPv4: mask in network order, IPv6: prefix length 1..128 */
	struct ipvs_dest *dests; /* owned by the table */
	unsigned n_dests;
};

struct ipvs_table {
	struct ipvs_service *services; /* owned */
	struct ipvs_dest *dests;       /* owned: the storage behind all services' dests */
	unsigned n_services, n_dests;
};

enum ipvs_op {
	IPVS_NEW_SERVICE,
	IPVS_SET_SERVICE,
	IPVS_NEW_DEST,
	IPVS_SET_DEST,
	IPVS_DEL_DEST,
	IPVS_DEL_SERVICE,
	IPVS_OP_MAX
};

/* One change; dest is NULL for the service operations. The pointers stay the caller's. */
struct ipvs_change {
	enum ipvs_op op;
	const struct ipvs_service *service;
	const struct ipvs_dest *dest;
	int error; /* after ipvs_apply(): 0 or the kernel's -errno for this change */
};

/* Seconds; 0 leaves the kernel's value. */
struct ipvs_timeouts {
	uint32_t tcp, tcpfin, udp;
};

enum ipvs_read { IPVS_READ_SERVICES, IPVS_READ_ALL };

/* Never NULL; nothing is opened yet. */
struct ipvs *ipvs_new(void);
/* Accepts NULL. */
void ipvs_free(struct ipvs *v);
/*
 * Reads the table (of services only: dests stay empty) into *ret, which the caller frees with ipvs_table_done(). Entries may
 * appear twice when somebody else writes at the same time (a dump is no snapshot). *ret is empty on an error.
 */
int ipvs_read(struct ipvs *v, enum ipvs_read what, struct ipvs_table *ret);
/* Reads only the services with these keys, with their destinations; those that the kernel does not have are left out. */
int ipvs_read_some(struct ipvs *v, const struct ipvs_service *keys, unsigned n, struct ipvs_table *ret);
void ipvs_table_done(struct ipvs_table *t);
/*
 * Applies `n` changes in order, up to 128 messages a send. A failing change does not stop the others: each one's `error` tells.
 * 0: the kernel has answered for all of them. -errno (-ETIMEDOUT, -ENOBUFS, ...): the connection was dropped, and those without
 * an answer carry the same error; read the table again.
 */
int ipvs_apply(struct ipvs *v, struct ipvs_change *changes, unsigned n);
/* IPVS_CMD_SET_CONFIG. */
int ipvs_set_timeouts(struct ipvs *v, const struct ipvs_timeouts *t);
/* The kernel's IPVS version as (major << 16 | minor << 8 | patch). */
int ipvs_version(struct ipvs *v, uint32_t *ret);
const char *ipvs_op_str(enum ipvs_op op);
#endif
