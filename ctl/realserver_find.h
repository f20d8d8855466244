/* realserver_find.h - looking up in what is known of a host: NULL where there is none. Pure. */
#ifndef VIPCTL_REALSERVER_FIND_H
#define VIPCTL_REALSERVER_FIND_H
#include "ctl/realserver_types.h"

const struct realserver_vip *realserver_vip_find(const struct realserver_state *s, const struct addr *a);
/* The address on any interface. */
const struct link_addr *realserver_addr_find(const struct realserver_facts *f, const struct addr *a);
const struct realserver_link *realserver_link_find(const struct realserver_facts *f, int index);
const struct realserver_link *realserver_link_named(const struct realserver_facts *f, const char *name);
#endif
