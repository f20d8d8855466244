/* link_types.h - an interface and an address, as net/link.h speaks of them. */
#ifndef NET_LINK_TYPES_H
#define NET_LINK_TYPES_H
#include "base/addr.h"

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
	bool is_up;   /* IFF_UP and IFF_RUNNING: carrier and operational state are fine */
	bool has_mac; /* an Ethernet-like device */
	uint8_t mac[LINK_MAC_LEN];
	uint32_t mtu;
};

/* One IPv4 address on one interface. */
struct link_addr {
	int index;
	struct addr addr;
	uint8_t prefix_len, scope, proto; /* proto: LINK_ADDR_PROTO when a vipd put it there */
	bool is_secondary;
	uint64_t order; /* grows with each address seen: the kernel's order */
};
#endif
