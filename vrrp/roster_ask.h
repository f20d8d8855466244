/* roster_ask.h - what instances, groups and the sweep of leftovers ask of the roster; ctx is the struct roster. */
#ifndef VRRP_ROSTER_ASK_H
#define VRRP_ROSTER_ASK_H
#include <stdbool.h>
#include <stdint.h>

struct anycast;
struct claimants;
struct groups_ops;
struct misplaced_ops;
struct instance_ops;
struct names;
struct roster;
struct text;
struct sweep_ops;
struct unit;

extern const struct instance_ops roster_instance_ops;
extern const struct groups_ops roster_groups_ops;
extern const struct misplaced_ops roster_misplaced_ops;
extern const struct sweep_ops roster_sweep_ops;

/* The unit of that name, by units' names; NULL: none. */
struct unit *roster_unit_named(const struct roster *r, const struct names *names, const char *name);
/* The addresses of vip_mode anycast. */
struct anycast *roster_anycast(struct roster *r);
/* What is known of the hosts that answer for a virtual address. */
struct claimants *roster_claimants(struct roster *r);
/* The kernel will refuse every address of ours: who has some takes no part. Before the first configuration. */
void roster_is_powerless(struct roster *r);
/* Routes and rules of other protocols than ours that are there, as lines (path_memory.h); whether there are any. */
bool roster_write_paths(const struct roster *r, struct text *t);
/* Whether an instance checks signatures (auth_hmac). */
bool roster_has_auth(const struct roster *r);
/* The shortest time after which another router would take over from one of our MASTERs, in usec; 0: no MASTER. */
int64_t roster_shortest_down(const struct roster *r);
#endif
