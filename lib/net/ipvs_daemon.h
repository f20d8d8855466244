/*
 * ipvs_daemon.h - the kernel's synchronisation of connections (IPVS_CMD_*_DAEMON, linux/ip_vs.h): which daemons run, starting and
 * stopping them. One that sends (MASTER) and one that listens (BACKUP) are independent of each other: none, one or both may run
 * in a network namespace. All functions return 0 or -errno; -EPROTONOSUPPORT: no IPVS here.
 */
#ifndef NET_IPVS_DAEMON_H
#define NET_IPVS_DAEMON_H
#include "base/addr.h"

#include <net/if.h>

struct ipvs;

enum ipvs_daemon_role { IPVS_SENDS, IPVS_LISTENS, IPVS_DAEMON_ROLES };

/* What one daemon works with. 0 and AF_UNSPEC are asked for as the kernel's defaults, and read as what the kernel made of them. */
struct ipvs_daemon {
	char interface[IF_NAMESIZE];
	uint32_t id;     /* 0 to 255; the other side's is the same */
	uint16_t maxlen; /* bytes of a datagram */
	uint16_t port;
	uint8_t ttl;
	struct addr group;
};

/* Those that run, by role; an empty `interface` where none does. */
struct ipvs_daemons {
	struct ipvs_daemon role[IPVS_DAEMON_ROLES];
};

int ipvs_daemons_read(struct ipvs *v, struct ipvs_daemons *ret);
/*
 * -EEXIST: one of this role runs. -ENODEV: no such interface. -EADDRNOTAVAIL: it has no IPv4 address. -EADDRINUSE: the port is
 * taken.
 */
int ipvs_daemon_start(struct ipvs *v, enum ipvs_daemon_role role, const struct ipvs_daemon *d);
/*
 * -ESRCH: none runs. One that was started a moment ago is stopped, but the kernel may not say so (kthread_stop() of a thread
 * that has not run fails with EINTR, and netlink answers nothing then): -ETIMEDOUT after seconds, and 0 once it is read to be
 * gone.
 */
int ipvs_daemon_stop(struct ipvs *v, enum ipvs_daemon_role role);
/* "MASTER" or "BACKUP", as ipvsadm calls them. */
const char *ipvs_daemon_role_str(enum ipvs_daemon_role role);
#endif
