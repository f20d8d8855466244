/*
 * holder.h - the VIPs of one instance in the world: address.h's reconciliation as time goes on, and their announcements through
 * the ports of their interfaces. Says in the log what somebody else did to them. Knows no state machine. Its owner has the timer:
 * there are thousands of owners, each with one for all that it waits for.
 */
#ifndef VRRP_HOLDER_H
#define VRRP_HOLDER_H
#include "base/mono.h"
#include "vrrp/address.h"

struct holder;
struct link;
struct port;
struct port_table;
struct raw_arp;
struct paths;
struct vmac;
struct vrrp_conf;

struct holder_ops {
	/* Whether somebody else (another instance) wants the address there now: then it is not removed, only let go. */
	bool (*spare)(void *ctx, int index, const struct addr *a);
	/* ARP of somebody else on an interface of one of the VIPs, while holder_watch() is on. */
	void (*arp)(void *ctx, const struct raw_arp *arp, mono_t now);
	/* A fight over one of its objects began or ended: from holder_run(). */
	void (*contested)(void *ctx, mono_t now);
	/* Some are held and others refused by the kernel, as the text says; again while that lasts. NULL: that is over. */
	void (*refused)(void *ctx, const char *what, mono_t now);
	/* holder_due() is another time now. */
	void (*due)(void *ctx);
};

/* What all of them share. */
struct holder_env {
	struct link *link;
	struct port_table *ports;
	const struct holder_ops *ops;
};

/* Whose it is. */
struct holder_owner {
	const struct vmac *vmac;
	void *ctx; /* of the operations */
};

/* Holds nothing yet. `env` is borrowed, `owner` copied. */
struct holder *holder_new(const struct holder_env *env, const struct holder_owner *owner, const struct vrrp_conf *conf);
/* When holder_run() is due; MONO_NEVER: not. */
mono_t holder_due(const struct holder *h);
/* Goes on with what takes several turns, and announces what is due. */
void holder_run(struct holder *h, mono_t now);
/* Leaves the kernel's addresses as they are; accepts NULL. */
void holder_free(struct holder *h);
/* Whether what a crashed run left on the interfaces stays; otherwise the next holder_sync() removes it. */
void holder_keep(struct holder *h, bool keep);
/* The same instance, configured anew, with another owner.vmac perhaps; holder_sync() applies the difference. */
void holder_reconf(struct holder *h, const struct vrrp_conf *conf, const struct vmac *vmac);
/* The addresses shall be there, or be gone: the first batch at once, the rest in turns of the loop. */
void holder_hold(struct holder *h, bool on, mono_t now);
/* The lease of its addresses from now on, usec; 0: none. holder_sync() applies it. */
void holder_lease(struct holder *h, int64_t usec);
/* For refresh.h, which sets leases anew. */
struct address_set *holder_leased(struct holder *h);
/* Looks at the kernel's table again and repairs. */
void holder_sync(struct holder *h, mono_t now);
/* All there is to announce after becoming MASTER: at once, again after the delay, and refreshed. */
void holder_announce(struct holder *h, mono_t now);
/* One bounded round: a weaker router was heard, a rival is gone, or the link came back. */
void holder_reannounce(struct holder *h, mono_t now);
/* Asks the network who has its addresses, so that whoever has them tells everybody: port_probe(). */
void holder_ask(struct holder *h);
/* One announcement of each address at once, unless it is being announced anyway: somebody else answers for them. */
void holder_defend(struct holder *h);
/* Forgets every queued announcement. */
void holder_announce_stop(struct holder *h);
/* Listens for foreign ARP on all interfaces of the VIPs. */
void holder_watch(struct holder *h, bool on);
/* Leaves the ports: their interface is gone or about to be opened anew. */
void holder_unbind(struct holder *h);
/* Whether an address is still on its interface because of us. */
bool holder_is_holding(const struct holder *h);
bool holder_has(const struct holder *h, const struct addr *a);
const struct address_set *holder_addresses(const struct holder *h);
/* Never NULL: an empty one where it never had a route or rule. */
const struct paths *holder_paths(const struct holder *h);
/* Somebody fights over this object, "192.0.2.1 on eth0", or the kernel refuses it, and why; NULL: neither. */
const char *holder_contested(const struct holder *h, bool *ret_refused);
#endif
