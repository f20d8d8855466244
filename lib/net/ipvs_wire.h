/* ipvs_wire.h - services and destinations as attributes of generic netlink (linux/ip_vs.h). Only for ipvs.c. No I/O. */
#ifndef NET_IPVS_WIRE_H
#define NET_IPVS_WIRE_H
#include "net/ipvs_table.h"

#include <stdbool.h>

struct nl_msg;
struct nlmsghdr;

/* The nest of a service, or of a destination: whole, or only its key. */
void ipvs_put_service(struct nl_msg *msg, const struct ipvs_service *s, bool is_full);
void ipvs_put_dest(struct nl_msg *msg, const struct ipvs_dest *d, bool is_full);
/* What an answer of the kernel says. 0 or -EBADMSG. A destination without a family has that of its service. */
int ipvs_get_service(struct nlmsghdr *h, struct ipvs_service *ret);
int ipvs_get_dest(struct nlmsghdr *h, uint16_t service_family, struct ipvs_dest *ret);
/* (major << 16 | minor << 8 | patch) */
int ipvs_get_version(struct nlmsghdr *h, uint32_t *ret);
#endif
