/*
 * ipvs.h - the one door to the kernel's IPVS table (generic netlink family "IPVS", linux/ip_vs.h, libnl-genl-3). It
 * reads the table, applies changes in batches, sets the timeouts; what the table should look like is decided
 * elsewhere (checkers/). A struct ipvs connects by itself when it is used, and again after an error. The network
 * namespace is that of the first use. All functions return 0 or -errno; -EPROTONOSUPPORT says that this kernel has no
 * IPVS (module ip_vs is missing).
 */
#ifndef NET_IPVS_H
#define NET_IPVS_H
#include "net/ipvs_table.h"

struct ipvs;

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
 * Reads the table (of services only: dests stay empty) into *ret, which the caller frees with ipvs_table_done().
 * Entries may appear twice when somebody else writes at the same time (a dump is no snapshot). *ret is empty on an
 * error.
 */
int ipvs_read(struct ipvs *v, enum ipvs_read what, struct ipvs_table *ret);
/*
 * Reads only the services with these keys, with their destinations; those that the kernel does not have are left out.
 */
int ipvs_read_some(struct ipvs *v, const struct ipvs_service *keys, unsigned n, struct ipvs_table *ret);
/*
 * Applies `n` changes in order, up to 128 messages a send. A failing change does not stop the others: each one's
 * `error` tells. 0: the kernel has answered for all of them. -errno (-ETIMEDOUT, -ENOBUFS, ...): the connection was
 * dropped, and those without an answer carry the same error; read the table again.
 */
int ipvs_apply(struct ipvs *v, struct ipvs_change *changes, unsigned n);
/* IPVS_CMD_SET_CONFIG. */
int ipvs_set_timeouts(struct ipvs *v, const struct ipvs_timeouts *t);
/* The kernel's IPVS version as (major << 16 | minor << 8 | patch). */
int ipvs_version(struct ipvs *v, uint32_t *ret);
#endif
