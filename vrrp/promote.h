/* promote.h - promote_secondaries: an address that leaves an interface does not take others of its network with it. */
#ifndef VRRP_PROMOTE_H
#define VRRP_PROMOTE_H

/* Sets it on the interface, for good. What goes wrong is logged, with the instance's name. */
void promote_secondaries(int index, const char *instance);
#endif
