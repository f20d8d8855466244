/*
 * link.h - the door to rtnetlink: a table of interfaces, addresses and own routes that follows the kernel, and batches of
 * changes. Level-triggered: link_read() says that something changed, the caller looks at the whole view again; nobody counts
 * events. Knows no virtual router and no loop.
 */
#ifndef NET_LINK_H
#define NET_LINK_H
#include "net/link_route.h"
#include "net/link_rule.h"
#include "net/link_types.h"

struct link;

/* What link_read() found changed, or'ed. */
enum link_changed { LINK_CHANGED_IF = 1, LINK_CHANGED_ADDR = 2, LINK_CHANGED_ROUTE = 4, LINK_CHANGED_RULE = 8 };

/*
 * Opens all sockets and reads the whole view. 0 or -errno; the caller frees with link_free(), and calls link_read() soon: a view
 * that changed all the time while it was read is accepted here, and read again there.
 */
int link_new(struct link **ret);
/* Accepts NULL. */
void link_free(struct link *l);
/* The monitor's descriptor, to be watched for reading. */
int link_fd(const struct link *l);
/* How many messages came to our sockets that others than the kernel had sent; they are not read. */
uint64_t link_foreign(const struct link *l);
/*
 * Takes in everything the kernel said since (after a lost message, ENOBUFS: reads the whole view again).
 * Returns enum link_changed, or'ed; 0 when nothing that matters here changed; -errno when the view could not be read: then it
 * is the last whole one, and the next call reads it again, whether link_fd() is readable or not. -EAGAIN: it changes all the time.
 */
int link_read(struct link *l);
/* Reads one interface anew, so that it can be found at once. 0 or -errno. */
int link_refresh(struct link *l, int index);
/* Reads interfaces and addresses from scratch. 0 or -errno: then the view is the one before. */
int link_dump(struct link *l);
/*
 * Performs all changes, many in one system call, each with its own result in `err`. Waits for the kernel's answers, at most half
 * a second. The table follows at once. 0, or -errno when the batch as a whole failed (then every err is set too).
 */
int link_apply(struct link *l, struct link_change *changes, unsigned n);
/* The same for LINK_LEASE of addresses that have one: over IPv4 link_read() hears nothing of it, and link_fd() does not wake. */
int link_renew(struct link *l, struct link_change *changes, unsigned n);
/* From now on the routes with LINK_ROUTE_PROTO are in the table. 0 or -errno. */
int link_route_watch(struct link *l);
/* Reads them once. 0 or -errno, as link_dump(). */
int link_route_dump(struct link *l);
/*
 * From now on the routes of another protocol that are like this one (link_route_like()) are there as well; true: since now, and the
 * caller reads them with link_route_dump(). False: they were, or it has our own protocol.
 */
bool link_route_claim(struct link *l, const struct link_route *r);
/* The same for rules with LINK_RULE_PROTO. */
int link_rule_watch(struct link *l);
int link_rule_dump(struct link *l);
bool link_rule_claim(struct link *l, const struct link_rule *r);
/* The interface of that name, or NULL. Valid until the next link_read() or link_dump(). */
const struct link_if *link_find(const struct link *l, const char *name);
const struct link_if *link_find_index(const struct link *l, int index);
/* Whether the interface is in a VRF. */
bool link_in_vrf(const struct link *l, int index);
/*
 * From now on `counts` is what link_if_counts() says of the interface, whatever the kernel reports; with is_judged false it is
 * is_up again. Forgotten with the interface, and by link_dump(). Unknown interfaces are passed over.
 */
void link_judge(struct link *l, int index, bool is_judged, bool counts);
/* The address on that interface (index 0: on any), or NULL; valid as above and until link_apply(). */
const struct link_addr *link_addr_find(const struct link *l, int index, const struct addr *a);
/* All addresses, sorted by address; *ret_n of them. */
const struct link_addr *link_addrs(const struct link *l, unsigned *ret_n);
/* The same route, or NULL; and all of them. Valid until the next change. */
const struct link_route *link_route_find(const struct link *l, const struct link_route *r);
const struct link_route *link_routes(const struct link *l, unsigned *ret_n);
/* The same rule, or NULL; and all of them. */
const struct link_rule *link_rule_find(const struct link *l, const struct link_rule *r);
const struct link_rule *link_rules(const struct link *l, unsigned *ret_n);
#endif
