/* link_encap.h - the encapsulation of a way out: as a value, and to and from rtnetlink's attributes. Part of link_route.c. */
#ifndef NET_LINK_ENCAP_H
#define NET_LINK_ENCAP_H
#include "base/addr.h"

struct nl_msg;
struct nlattr;

enum { LINK_LABELS_MAX = 8 };

/* What a packet is put into on its way out: the kernel's numbers, linux/lwtunnel.h. */
enum link_encap_type { LINK_ENCAP_NONE = 0, LINK_ENCAP_MPLS = 1, LINK_ENCAP_IP = 2, LINK_ENCAP_IP6 = 4 };

/* The same of linux/if_tunnel.h, for link_encap.flags. */
enum link_encap_flag { LINK_ENCAP_CSUM = 1, LINK_ENCAP_KEY = 4, LINK_ENCAP_SEQ = 8 };

/* With what; 0 is what the kernel chooses. */
struct link_encap {
	uint8_t type, ttl; /* ttl: the hop limit too */
	uint8_t tos;       /* of an IP header: the traffic class too */
	uint8_t n_labels;
	uint16_t flags;
	union {
		struct {
			struct addr dst, src;
			uint64_t id;
		} ip;
		uint32_t label[LINK_LABELS_MAX]; /* the outermost first */
	};
};

bool link_encap_is(const struct link_encap *want, const struct link_encap *there);
/* Of RTA_ENCAP_TYPE and RTA_ENCAP, NULL: none. */
void link_encap_decode(const struct nlattr *type, const struct nlattr *all, struct link_encap *ret);
/* Both, and neither without an encapsulation. 0 or -ENOMEM. */
int link_encap_encode(struct nl_msg *m, const struct link_encap *e);
#endif
