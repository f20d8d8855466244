/*
 * peers.h - the shell around peer_table.h, for all instances of the process: asks the other directors for the MAC addresses of
 * their own addresses when they are first heard, and the kernel for an address of a host that is none.
 */
#ifndef VRRP_PEERS_H
#define VRRP_PEERS_H
#include "base/mono.h"
#include "vrrp/suspect.h"

struct claimants;
struct loop;
struct peers;
struct port_table;

/* Borrows both. */
struct peers *peers_new(struct loop *l, struct port_table *ports);
/* Accepts NULL. */
void peers_free(struct peers *p);
/* An advert of `a` was accepted on the interface, or it is a configured peer there. */
void peers_heard(struct peers *p, int index, const struct addr *a, mono_t now);
/* Whether it is a virtual address. */
typedef bool peers_vip_fn(void *ctx, const struct addr *a);
/*
 * Who has ev->mac, on the interface: ev->who, and where that is no peer ev->host, an address that the kernel has for it and that is
 * no virtual one (whoever told one may be taken for its host), AF_UNSPEC: none. False: whether it is a real server is asked just
 * now; once more after CLAIMANT_WAIT_USEC.
 */
bool peers_who(struct peers *p, int index, peers_vip_fn *is_vip, void *ctx, struct suspect_event *ev);
/* What is known of real servers among the hosts, for who asks the lvs process. */
struct claimants *peers_claimants(struct peers *p);
#endif
