/*
 * ipvs_table.h - a table of IPVS services and destinations as values, and changes to it; without the kernel. What pure
 * code knows of IPVS is here.
 */
#ifndef NET_IPVS_TABLE_H
#define NET_IPVS_TABLE_H
#include "base/addr.h"

enum { IPVS_SCHED_MAX = 16, IPVS_PE_MAX = 17, IPVS_BATCH_MAX = 128 /* messages per send */ };

/* Service flags, IP_VS_SVC_F_*; IPVS_FLAGS are those that user space may own (HASHED is the kernel's). */
enum ipvs_flags {
	IPVS_PERSISTENT = 0x01,
	IPVS_ONEPACKET = 0x04,
	IPVS_SCHED1 = 0x08,
	IPVS_SCHED2 = 0x10,
	IPVS_SCHED3 = 0x20,
	IPVS_FLAGS = 0x3d,
};

/*
 * Of a wanted destination that is not to be in the table, what becomes of its connections if it still is: KEEP: it stays with
 * weight 0, RESET: it goes at once. What is wanted in no way at all goes when its connections are gone.
 */
enum ipvs_absent { IPVS_PRESENT, IPVS_KEEP, IPVS_RESET };

/* A destination; its key inside the service is (addr, port). Ports are in host order. */
struct ipvs_dest {
	struct addr addr;
	uint16_t port;
	uint16_t tunnel_port; /* of GUE */
	uint8_t tunnel_flags; /* IP_VS_TUNNEL_ENCAP_FLAG_* */
	uint8_t tunnel;       /* IP_VS_CONN_F_TUNNEL_TYPE_*: 0 ipip, 1 GUE, 2 GRE; only of a tunnel */
	uint8_t forward;      /* IP_VS_CONN_F_*: 0 masquerading, 2 tunnel, 3 direct routing */
	uint8_t absent;       /* enum ipvs_absent; only of a wanted one */
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
	char engine[IPVS_PE_MAX]; /* of persistence, "" for none */
	uint32_t flags;           /* enum ipvs_flags */
	uint32_t timeout;         /* of persistence, seconds */
	uint32_t netmask;         /* of persistence; IPv4: mask in network order, IPv6: prefix length 1..128 */
	int64_t drain_usec; /* only of a wanted one: how long a destination may stay with weight 0 after its end; 0: not at all */
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

/* A table that grows while it is read. */
struct ipvs_rows {
	struct ipvs_table *table; /* the caller's, empty at first */
	unsigned cap_services, cap_dests;
	unsigned current; /* the service that destinations are added to */
};

void ipvs_table_done(struct ipvs_table *t);
const char *ipvs_op_str(enum ipvs_op op);
void ipvs_rows_add_service(struct ipvs_rows *r, const struct ipvs_service *s);
/* From here on, destinations belong to the i-th service; in ascending order. */
void ipvs_rows_begin(struct ipvs_rows *r, unsigned i);
void ipvs_rows_add_dest(struct ipvs_rows *r, const struct ipvs_dest *d);
/* The storage moves no more: services get their pointers into it. */
void ipvs_rows_end(struct ipvs_rows *r);
#endif
