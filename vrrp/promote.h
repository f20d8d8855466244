/* promote.h - promote_secondaries: an address that leaves an interface does not take others of its network with it. */
#ifndef VRRP_PROMOTE_H
#define VRRP_PROMOTE_H
#include <stdbool.h>

struct addr;
struct link;

/*
 * Whether an address of somebody else would go with this one of ours: the kernel takes the secondary addresses of a network along
 * with its first one (net/ipv4/devinet.c). Of one that was put back others may come at any moment, unheard of yet.
 */
bool promote_is_due(const struct link *link, int index, const struct addr *a, bool was_put_back);
/* Sets it on the interface, for good. What goes wrong is logged, with the instance's name. */
void promote_secondaries(int index, const char *instance);
#endif
