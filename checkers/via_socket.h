/*
 * via_socket.h - what a socket needs so that its packets go to one real server through IPVS: see via.h, and facts of ip(7): the
 * mark, two hops to live, and an address of this director that is not the service's.
 */
#ifndef CHECKERS_VIA_SOCKET_H
#define CHECKERS_VIA_SOCKET_H
#include "base/addr.h"

struct check_conf;

/*
 * The address that this host's packets to `to` come from, but not `vip`: where the kernel would take that (IPv6 likes the
 * address that came last), another one of the same network. 0 or -errno; -EADDRNOTAVAIL: there is no other.
 */
int via_source(const struct addr *to, const struct addr *vip, struct addr *ret);
/* Before it is bound. The source it is to be bound to in *ret_source. 0, or -errno with what failed. */
int via_prepare(int fd, const struct check_conf *conf, struct addr *ret_source, const char **reterr_what);
#endif
