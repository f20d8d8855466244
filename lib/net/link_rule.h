/*
 * link_rule.h - routing policy rules of both families: as values, as a table of those with our mark, and to and from rtnetlink's
 * messages. Part of the door in link.c; knows no socket.
 */
#ifndef NET_LINK_RULE_H
#define NET_LINK_RULE_H
#include "net/link_types.h"

struct nl_msg;
struct nlmsghdr;

enum {
	LINK_RULE_PROTO =
		112 /* FRA_PROTOCOL of the rules added here unless they say another; kernels before 4.17 have none */
};

/* What a rule does, the kernel's numbers (linux/fib_rules.h, FR_ACT_). */
enum link_rule_action {
	LINK_RULE_TABLE = 1,
	LINK_RULE_GOTO = 2,
	LINK_RULE_NOP = 3,
	LINK_RULE_BLACKHOLE = 6,
	LINK_RULE_UNREACHABLE = 7,
	LINK_RULE_PROHIBIT = 8,
};

/* Numbers from..to. */
struct link_range {
	uint32_t from, to;
};

/* What a rule has besides what every rule has. */
enum link_rule_has {
	LINK_RULE_PRIORITY = 1,
	LINK_RULE_UID = 2,
	LINK_RULE_SPORT = 4,
	LINK_RULE_DPORT = 8,
	LINK_RULE_PLEN = 16,
	LINK_RULE_GROUP = 32,
};

/* One rule; what is 0 or empty is not asked for. */
struct link_rule {
	uint8_t family;
	struct addr from, to; /* AF_UNSPEC: any */
	uint8_t from_len, to_len, tos, action, ip_proto;
	uint8_t proto; /* of a wanted one; 0: LINK_RULE_PROTO */
	bool is_not, l3mdev;
	unsigned has; /* enum link_rule_has, or'ed: the fields below that count */
	char iif[LINK_NAME_MAX], oif[LINK_NAME_MAX];
	uint32_t priority, table, target, mark, mask, realms;
	uint32_t suppress_plen, suppress_group;
	uint64_t tun_id;
	struct link_range uid, sport, dport;
};

/* Those that are followed; zero is an empty one. */
struct link_rule_table {
	struct link_rule *item; /* owned; unsorted, few */
	unsigned n, cap;
};

/* Whether the kernel's `there` is what adding `want` makes; a priority that `want` leaves to the kernel is not compared. */
bool link_rule_is(const struct link_rule *want, const struct link_rule *there);

/* Its protocol, as the kernel has it. */
uint8_t link_rule_proto(const struct link_rule *r);

/* True when the table is another one now. */
bool link_rule_put(struct link_rule_table *t, const struct link_rule *r);
bool link_rule_drop(struct link_rule_table *t, const struct link_rule *r);
/* The one that is `want`, or NULL; valid until the next change. */
const struct link_rule *link_rule_in(const struct link_rule_table *t, const struct link_rule *want);
void link_rule_table_done(struct link_rule_table *t);

/* False: not of the kind that is kept here. `proto` says whose it is. */
bool link_rule_decode(struct nlmsghdr *h, struct link_rule *ret);
/* The whole request. 0 or -ENOMEM. */
int link_rule_encode(struct nl_msg *m, enum link_op op, const struct link_rule *r, uint32_t seq);
#endif
