/* link_types.h - interfaces, addresses, routes and changes of them, as net/link.h speaks of them. */
#ifndef NET_LINK_TYPES_H
#define NET_LINK_TYPES_H
#include "base/addr.h"

struct link_route;
struct link_rule;

enum {
	LINK_NAME_MAX = 16,    /* IFNAMSIZ */
	LINK_ADDR_PROTO = 112, /* IFA_PROTO of the addresses added here; kernels before 5.18 ignore the mark */
	LINK_MAC_LEN = 6,
};

/* Scopes of an address, the kernel's numbers (rtnetlink(7), rtm_scope). */
enum link_scope {
	LINK_SCOPE_GLOBAL = 0,
	LINK_SCOPE_SITE = 200,
	LINK_SCOPE_LINK = 253,
	LINK_SCOPE_HOST = 254,
	LINK_SCOPE_NOWHERE = 255,
};

/* One interface. */
struct link_if {
	int index;
	char name[LINK_NAME_MAX];
	bool is_up;      /* IFF_UP and IFF_RUNNING: carrier and operational state are fine */
	bool has_mac;    /* an Ethernet-like device */
	bool is_router6; /* forwards IPv6 */
	uint8_t mac[LINK_MAC_LEN];
	uint32_t mtu;
	uint32_t vrf_table;     /* of the device of a VRF; 0: it is none */
	int master;             /* the bridge, bond or VRF that it is in; 0: none */
	bool is_judged, counts; /* link_judge(): what counts instead of is_up, until the next judgement */
};

/* Whether an interface is taken as up. */
static inline bool link_if_counts(const struct link_if *in)
{
	return in->is_judged ? in->counts : in->is_up;
}

/* One address on one interface. */
struct link_addr {
	int index;
	struct addr addr;
	uint8_t prefix_len, scope, proto; /* proto: LINK_ADDR_PROTO when a vipd put it there */
	bool is_secondary;
	bool is_tentative; /* IPv6: duplicate address detection is not over, or found one (dad_failed) */
	bool dad_failed;
	bool is_leased; /* the kernel removes it when its lifetime is over */
	uint64_t order; /* grows with each address seen: the kernel's order */
};

/* LEASE: an address that is there gets another lifetime; one that is not there is added, as the kernel has it. */
enum link_op { LINK_ADD, LINK_DEL, LINK_LEASE };

/* One requested change and its result. IPv6 addresses are added without duplicate address detection. */
struct link_change {
	enum link_op op;
	int index;
	struct addr addr, broadcast; /* broadcast AF_UNSPEC: none */
	uint8_t prefix_len, scope;
	const char *label;              /* IPv4; NULL: none */
	bool is_deprecated;             /* IPv6: never the source of a connection that did not ask for it */
	uint32_t valid_lft;             /* ADD, LEASE: the kernel removes it after so many seconds; 0: never */
	const struct link_route *route; /* not NULL: a route is changed; of the above only `op` counts */
	const struct link_rule *rule;   /* the same for a rule */
	int err; /* result: 0 or -errno (-EEXIST: was there; -EADDRNOTAVAIL, of a route -ESRCH: was not) */
};
#endif
