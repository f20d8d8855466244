/* link_wire.c - see link_wire.h. rtnetlink(7), linux/rtnetlink.h. */
#include "net/link_wire.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

enum { ATTR_IFA_PROTO = 11 /* IFA_PROTO of Linux 5.18; older headers do not have it */, TABLE_8BIT_MAX = 255 };

/* Reading. */

bool link_wire_if(struct nlmsghdr *h, struct link_if *ret)
{
	struct nlattr *tb[IFLA_MAX + 1];
	const struct ifinfomsg *ifi = nlmsg_data(h);
	const unsigned running = IFF_UP | IFF_RUNNING;

	memset(ret, 0, sizeof(*ret));
	if (nlmsg_parse(h, sizeof(*ifi), tb, IFLA_MAX, NULL) < 0)
		return false;
	ret->index = ifi->ifi_index;
	ret->is_up = (ifi->ifi_flags & running) == running;
	if (tb[IFLA_IFNAME])
		nla_strlcpy(ret->name, tb[IFLA_IFNAME], sizeof(ret->name));
	if (tb[IFLA_MTU] && nla_len(tb[IFLA_MTU]) >= 4)
		ret->mtu = nla_get_u32(tb[IFLA_MTU]);
	if (ifi->ifi_type == ARPHRD_ETHER && tb[IFLA_ADDRESS] && nla_len(tb[IFLA_ADDRESS]) == LINK_MAC_LEN) {
		memcpy(ret->mac, nla_data(tb[IFLA_ADDRESS]), LINK_MAC_LEN);
		ret->has_mac = true;
	}
	return true;
}

bool link_wire_addr(struct nlmsghdr *h, struct link_addr *ret)
{
	struct nlattr *tb[ATTR_IFA_PROTO + 1];
	const struct ifaddrmsg *ifa = nlmsg_data(h);
	const struct nlattr *local;

	memset(ret, 0, sizeof(*ret));
	if (nlmsg_parse(h, sizeof(*ifa), tb, ATTR_IFA_PROTO, NULL) < 0 || ifa->ifa_family != AF_INET)
		return false;
	local = tb[IFA_LOCAL] ? tb[IFA_LOCAL] : tb[IFA_ADDRESS];
	if (!local || nla_len(local) != 4)
		return false;
	ret->index = (int)ifa->ifa_index;
	ret->addr.family = AF_INET;
	memcpy(ret->addr.bytes, nla_data(local), 4);
	ret->prefix_len = ifa->ifa_prefixlen;
	ret->scope = ifa->ifa_scope;
	ret->is_secondary = ifa->ifa_flags & IFA_F_SECONDARY;
	ret->is_leased = !(ifa->ifa_flags & IFA_F_PERMANENT);
	if (tb[ATTR_IFA_PROTO] && nla_len(tb[ATTR_IFA_PROTO]) >= 1)
		ret->proto = nla_get_u8(tb[ATTR_IFA_PROTO]);
	return true;
}

static void get_addr(const struct nlattr *a, struct addr *ret)
{
	if (!a || nla_len(a) != 4)
		return;
	ret->family = AF_INET;
	memcpy(ret->bytes, nla_data(a), 4);
}

static uint32_t get_u32(const struct nlattr *a, uint32_t otherwise)
{
	return a && nla_len(a) >= 4 ? nla_get_u32(a) : otherwise;
}

bool link_wire_route(struct nlmsghdr *h, struct link_route *ret)
{
	struct nlattr *tb[RTA_MAX + 1];
	const struct rtmsg *rt = nlmsg_data(h);

	memset(ret, 0, sizeof(*ret));
	if (nlmsg_parse(h, sizeof(*rt), tb, RTA_MAX, NULL) < 0 || rt->rtm_family != AF_INET ||
		rt->rtm_protocol != LINK_ROUTE_PROTO)
		return false;
	ret->dst.family = AF_INET;
	get_addr(tb[RTA_DST], &ret->dst);
	get_addr(tb[RTA_GATEWAY], &ret->via);
	get_addr(tb[RTA_PREFSRC], &ret->src);
	ret->prefix_len = rt->rtm_dst_len;
	ret->scope = rt->rtm_scope;
	ret->type = rt->rtm_type;
	ret->index = (int)get_u32(tb[RTA_OIF], 0);
	ret->table = get_u32(tb[RTA_TABLE], rt->rtm_table);
	ret->metric = get_u32(tb[RTA_PRIORITY], 0);
	return true;
}

/* Asking. */

/* Kernels since 4.20 send those of the protocol alone when they are asked strictly; the others are passed over. */
int link_wire_ask_routes(struct nl_msg *m)
{
	struct rtmsg rt = { .rtm_family = AF_INET, .rtm_protocol = LINK_ROUTE_PROTO };

	return nlmsg_append(m, &rt, sizeof(rt), NLMSG_ALIGNTO);
}

static int addr_flags(enum link_op op)
{
	switch (op) {
	case LINK_ADD:
		return NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
	case LINK_LEASE:
		return NLM_F_REQUEST | NLM_F_ACK | NLM_F_REPLACE;
	case LINK_DEL:
		break;
	}
	return NLM_F_REQUEST | NLM_F_ACK;
}

/* Preferred as long as valid: a deprecated address would not be chosen as a source. */
static int put_lifetime(struct nl_msg *m, const struct link_change *c)
{
	const uint32_t sec = c->valid_lft ? c->valid_lft : UINT32_MAX;
	const struct ifa_cacheinfo ci = { .ifa_prefered = sec, .ifa_valid = sec };

	if (c->op == LINK_ADD && !c->valid_lft)
		return 0;
	return nla_put(m, IFA_CACHEINFO, sizeof(ci), &ci);
}

static int put_addr(struct nl_msg *m, const struct link_change *c, uint32_t seq)
{
	struct ifaddrmsg ifa = { .ifa_family = AF_INET, .ifa_prefixlen = c->prefix_len, .ifa_scope = c->scope,
		.ifa_index = (unsigned)c->index };

	if (!nlmsg_put(m, 0, seq, c->op == LINK_DEL ? RTM_DELADDR : RTM_NEWADDR, 0, addr_flags(c->op)) ||
		nlmsg_append(m, &ifa, sizeof(ifa), NLMSG_ALIGNTO) < 0 || nla_put(m, IFA_LOCAL, 4, c->addr.bytes) < 0 ||
		nla_put(m, IFA_ADDRESS, 4, c->addr.bytes) < 0)
		return -ENOMEM;
	if (c->op == LINK_DEL)
		return 0;
	if (c->broadcast.family == AF_INET && nla_put(m, IFA_BROADCAST, 4, c->broadcast.bytes) < 0)
		return -ENOMEM;
	if (c->label && nla_put_string(m, IFA_LABEL, c->label) < 0)
		return -ENOMEM;
	if (put_lifetime(m, c) < 0)
		return -ENOMEM;
	return nla_put_u8(m, ATTR_IFA_PROTO, LINK_ADDR_PROTO) < 0 ? -ENOMEM : 0;
}

static int put_u32(struct nl_msg *m, int type, uint32_t value)
{
	return value ? nla_put_u32(m, type, value) : 0;
}

static int put_addr_attr(struct nl_msg *m, int type, const struct addr *a)
{
	return a->family == AF_INET ? nla_put(m, type, 4, a->bytes) : 0;
}

/* Before other routes to the same place with the same metric: the kernel's default, and keepalived's. */
static int put_route(struct nl_msg *m, const struct link_change *c, uint32_t seq)
{
	const struct link_route *r = c->route;
	struct rtmsg rt = { .rtm_family = AF_INET, .rtm_dst_len = r->prefix_len, .rtm_protocol = LINK_ROUTE_PROTO,
		.rtm_scope = r->scope, .rtm_type = r->type,
		.rtm_table = r->table <= TABLE_8BIT_MAX ? (uint8_t)r->table : RT_TABLE_UNSPEC };
	int flags = NLM_F_REQUEST | NLM_F_ACK | (c->op == LINK_ADD ? NLM_F_CREATE : 0);

	if (!nlmsg_put(m, 0, seq, c->op == LINK_ADD ? RTM_NEWROUTE : RTM_DELROUTE, 0, flags) ||
		nlmsg_append(m, &rt, sizeof(rt), NLMSG_ALIGNTO) < 0 || put_addr_attr(m, RTA_DST, &r->dst) < 0 ||
		put_addr_attr(m, RTA_GATEWAY, &r->via) < 0 || put_addr_attr(m, RTA_PREFSRC, &r->src) < 0 ||
		put_u32(m, RTA_OIF, (uint32_t)r->index) < 0 || put_u32(m, RTA_PRIORITY, r->metric) < 0 ||
		put_u32(m, RTA_TABLE, r->table) < 0)
		return -ENOMEM;
	return 0;
}

int link_wire_change(struct nl_msg *m, const struct link_change *c, uint32_t seq)
{
	return c->route ? put_route(m, c, seq) : put_addr(m, c, seq);
}
