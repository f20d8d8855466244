/* show.h - an instance as a status document. Reads, changes nothing. */
#ifndef VRRP_SHOW_H
#define VRRP_SHOW_H
#include "base/mono.h"

struct roster;
struct link;
struct writer;

/* The members "instances": an object for each, and "netlink". */
void show_instances(struct writer *w, const struct roster *r, const struct link *link, mono_t now);
#endif
