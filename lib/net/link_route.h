/*
 * link_route.h - routes of both families: as values, as a table of those with our mark, and to and from rtnetlink's messages. Part
 * of the door in link.c; knows no socket.
 */
#ifndef NET_LINK_ROUTE_H
#define NET_LINK_ROUTE_H
#include "net/link_encap.h"
#include "net/link_types.h"

struct nl_msg;
struct nlmsghdr;

enum {
	LINK_ROUTE_PROTO =
		112, /* rtm_protocol of the routes added here unless they say another; nobody else's in linux/rtnetlink.h */
	LINK_TABLE_MAIN = 254,
	LINK_HOPS_MAX = 16,
	LINK_METRICS = 18,     /* RTAX_MAX + 1 */
	LINK_CONGCTL_LEN = 16, /* TCP_CA_NAME_MAX */
};

/* What a route does, the kernel's numbers (rtnetlink(7), rtm_type). */
enum link_route_type {
	LINK_ROUTE_UNICAST = 1,
	LINK_ROUTE_LOCAL = 2,
	LINK_ROUTE_BROADCAST = 3,
	LINK_ROUTE_ANYCAST = 4,
	LINK_ROUTE_MULTICAST = 5,
	LINK_ROUTE_BLACKHOLE = 6,
	LINK_ROUTE_UNREACHABLE = 7,
	LINK_ROUTE_PROHIBIT = 8,
	LINK_ROUTE_THROW = 9,
};

/* Among other routes to the same place with the same metric. */
enum link_route_place { LINK_ROUTE_FIRST, LINK_ROUTE_LAST, LINK_ROUTE_ALONE };

/* What a route may prescribe to connections: the kernel's numbers, RTAX_ of linux/rtnetlink.h. */
enum link_metric {
	LINK_METRIC_MTU = 2,
	LINK_METRIC_WINDOW = 3,
	LINK_METRIC_RTT = 4,
	LINK_METRIC_RTTVAR = 5,
	LINK_METRIC_SSTHRESH = 6,
	LINK_METRIC_CWND = 7,
	LINK_METRIC_ADVMSS = 8,
	LINK_METRIC_REORDERING = 9,
	LINK_METRIC_HOPLIMIT = 10,
	LINK_METRIC_INITCWND = 11,
	LINK_METRIC_FEATURES = 12,
	LINK_METRIC_RTO_MIN = 13,
	LINK_METRIC_INITRWND = 14,
	LINK_METRIC_QUICKACK = 15,
	LINK_METRIC_CONGCTL = 16, /* its value is the text */
	LINK_METRIC_NO_COOKIE = 17,
};

/* By these numbers. */
struct link_metrics {
	uint32_t value[LINK_METRICS];
	uint32_t has, locked; /* bits */
	char congctl[LINK_CONGCTL_LEN];
};

/* One way out. */
struct link_hop {
	struct addr via; /* AF_UNSPEC: the link itself; its family may be another than the route's */
	int index;       /* 0: the kernel finds it, or none is needed */
	uint16_t weight; /* 1..256 among the hops of a route; 0 in a route that has one alone */
	bool onlink;
	uint32_t realms;
	struct link_encap encap;
};

/* One route. */
struct link_route {
	struct addr dst, from,
		src; /* from (IPv6): of packets from there alone; src: the preferred source; AF_UNSPEC: none */
	uint8_t prefix_len, from_len, tos, scope, type;
	uint8_t proto; /* of a wanted one; 0: LINK_ROUTE_PROTO */
	uint32_t table, metric;
	struct link_hop hop[LINK_HOPS_MAX];
	unsigned n_hops;             /* 0: leads nowhere, or the kernel knows */
	enum link_route_place place; /* of a new one */
	uint8_t pref;                /* RFC 4191, the kernel's numbers, of a new one */
	struct link_metrics metrics; /* of a new one */
	uint32_t expires;            /* IPv6, of a new one: seconds until the kernel removes it; 0: never */
};

/* Those that are followed; zero is an empty one. */
struct link_route_table {
	struct link_route *item; /* owned; unsorted, few */
	unsigned n, cap;
};

/* Whether the kernel's `there` is what adding `want` makes. What is of a new one only is not compared. */
bool link_route_is(const struct link_route *want, const struct link_route *there);
/* Its protocol, as the kernel has it. */
uint8_t link_route_proto(const struct link_route *r);
/* The same in all that is written here: nothing would be changed by adding the one after the other. */
bool link_route_equal(const struct link_route *a, const struct link_route *b);

/* True when the table is another one now. */
bool link_route_put(struct link_route_table *t, const struct link_route *r);
bool link_route_drop(struct link_route_table *t, const struct link_route *r);
/* The one that is `want`, or NULL; valid until the next change. */
const struct link_route *link_route_in(const struct link_route_table *t, const struct link_route *want);
/* The one with the same key, whatever its ways: destination, table, metric and protocol. NULL: none. */
const struct link_route *link_route_like(const struct link_route_table *t, const struct link_route *r);
/* Whether any route has this destination, in any table. */
bool link_route_has_dst(const struct link_route_table *t, const struct link_route *r);
void link_route_table_done(struct link_route_table *t);

/* False: not of the kind that is kept here. `proto` says whose it is. */
bool link_route_decode(struct nlmsghdr *h, struct link_route *ret);
/* The body of a dump request for routes of a family and a protocol. 0 or below. */
int link_route_ask(struct nl_msg *m, uint8_t family, uint8_t proto);
/* The whole request. 0 or -ENOMEM. */
int link_route_encode(struct nl_msg *m, enum link_op op, const struct link_route *r, uint32_t seq);
#endif
