/*
 * lease.h - how long the kernel keeps a VIP without a word of ours ("dead means gone"): the length of the lease, when an address's
 * is to be set anew, and at which pace all of them are. Pure. Who refreshes is refresh.c; what the end of a lease means is
 * step.c's.
 */
#ifndef VRRP_LEASE_H
#define VRRP_LEASE_H
#include "base/mono.h"

#include <stdbool.h>

struct vrrp_conf;

/* Values of vip_lease besides microseconds. */
enum { LEASE_AUTO = 0, LEASE_OFF = -1 };

enum {
	LEASE_BATCH = 32,    /* addresses refreshed in one turn of the loop, while there are not too many */
	LEASE_SLOTS = 64,    /* turns of a period, at most */
	LEASE_LEAST_SEC = 3, /* and by default at most LEASE_CROWD addresses for each LEASE_LEAST_SEC */
	LEASE_CROWD = 1000,
	LEASE_MOST_SEC = 86400,
	LEASE_SLACK_USEC = 1750000, /* so long at least an address has still to live when it is refreshed */
};

/*
 * The lease of an instance's addresses in usec, whole seconds; 0: none. `n_addrs` are those of all instances: by default a lease is
 * longer where there are many, because each refresh costs the kernel a walk over the interface's addresses.
 */
int64_t lease_usec(const struct vrrp_conf *conf, unsigned n_addrs);
/*
 * Every address is refreshed once in so many usec: half the lease or less, so that LEASE_SLACK_USEC of it are left; whole seconds
 * (see lease.c for why).
 */
int64_t lease_period(int64_t lease);
/* Whether an address with this lease, set at `leased_at`, is due when all are visited once in `round` usec. */
bool lease_is_due(int64_t lease, mono_t leased_at, int64_t round, mono_t now);

/* A round over all addresses: `n` of them every `every` usec. */
struct lease_pace {
	int64_t every;
	unsigned n;
};

struct lease_pace lease_pace(unsigned n_addrs, int64_t round);
/* How many of the `left` turns of a round (1 or more) go now, `late` usec after the first was due: none is left out. */
unsigned lease_turns(int64_t late, int64_t every, unsigned left);
#endif
