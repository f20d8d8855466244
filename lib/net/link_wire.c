/* link_wire.c - see link_wire.h. rtnetlink(7), linux/rtnetlink.h. */
#include "net/link_wire.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

#include "net/link_attr.h"
#include "net/link_route.h"
#include "net/link_rule.h"

enum {
	ATTR_IFA_PROTO = 11,    /* IFA_PROTO of Linux 5.18; older headers do not have it */
	CONF_FORWARDING_AT = 0, /* DEVCONF_FORWARDING, linux/ipv6.h, which does not go with netinet/in.h */
};

/* Reading. */

/* Of what each family says of the interface: IPv6's settings, a row of numbers. */
static bool is_forwarding6(const struct nlattr *families)
{
	struct nlattr *family[AF_INET6 + 1], *tb[IFLA_INET6_CONF + 1];
	int32_t value;

	if (!families || nla_parse_nested(family, AF_INET6, (struct nlattr *)(uintptr_t)families, NULL) < 0 ||
		!family[AF_INET6] || nla_parse_nested(tb, IFLA_INET6_CONF, family[AF_INET6], NULL) < 0 ||
		!tb[IFLA_INET6_CONF] || nla_len(tb[IFLA_INET6_CONF]) < (int)sizeof(value))
		return false;
	memcpy(&value, (const int32_t *)nla_data(tb[IFLA_INET6_CONF]) + CONF_FORWARDING_AT, sizeof(value));
	return value > 0;
}

bool link_wire_forwarding6(struct nlmsghdr *h, int *ret_index, bool *ret_on)
{
	struct nlattr *tb[NETCONFA_MAX + 1];
	const struct netconfmsg *conf = nlmsg_data(h);

	if (nlmsg_parse(h, sizeof(*conf), tb, NETCONFA_MAX, NULL) < 0 || conf->ncm_family != AF_INET6 ||
		!tb[NETCONFA_IFINDEX] || !tb[NETCONFA_FORWARDING])
		return false;
	*ret_index = (int)nla_get_u32(tb[NETCONFA_IFINDEX]);
	*ret_on = (int32_t)nla_get_u32(tb[NETCONFA_FORWARDING]) > 0;
	return true;
}

/* The table of a VRF; 0: the interface is none. */
static uint32_t get_vrf_table(const struct nlattr *info)
{
	struct nlattr *tb[IFLA_INFO_MAX + 1], *vrf[IFLA_VRF_MAX + 1];

	if (!info || nla_parse_nested(tb, IFLA_INFO_MAX, (struct nlattr *)(uintptr_t)info, NULL) < 0 ||
		!tb[IFLA_INFO_KIND] || !tb[IFLA_INFO_DATA] || nla_strcmp(tb[IFLA_INFO_KIND], "vrf") != 0 ||
		nla_parse_nested(vrf, IFLA_VRF_MAX, tb[IFLA_INFO_DATA], NULL) < 0)
		return 0;
	return link_attr_u32(vrf[IFLA_VRF_TABLE], 0);
}

/* Not those of a bridge about its ports, nor of wireless drivers: they tell little of the interface. */
bool link_wire_if(struct nlmsghdr *h, struct link_if *ret)
{
	struct nlattr *tb[IFLA_MAX + 1];
	const struct ifinfomsg *ifi = nlmsg_data(h);
	const unsigned running = IFF_UP | IFF_RUNNING;

	memset(ret, 0, sizeof(*ret));
	if (nlmsg_parse(h, sizeof(*ifi), tb, IFLA_MAX, NULL) < 0 || ifi->ifi_family != AF_UNSPEC || tb[IFLA_WIRELESS])
		return false;
	ret->index = ifi->ifi_index;
	ret->is_router6 = is_forwarding6(tb[IFLA_AF_SPEC]);
	ret->is_up = (ifi->ifi_flags & running) == running;
	ret->vrf_table = get_vrf_table(tb[IFLA_LINKINFO]);
	ret->master = (int)link_attr_u32(tb[IFLA_MASTER], 0);
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
	if (nlmsg_parse(h, sizeof(*ifa), tb, ATTR_IFA_PROTO, NULL) < 0)
		return false;
	local = tb[IFA_LOCAL] ? tb[IFA_LOCAL] : tb[IFA_ADDRESS];
	ret->addr.family = ifa->ifa_family;
	if (!local || !addr_len(&ret->addr) || nla_len(local) != (int)addr_len(&ret->addr))
		return false;
	ret->index = (int)ifa->ifa_index;
	memcpy(ret->addr.bytes, nla_data(local), addr_len(&ret->addr));
	ret->prefix_len = ifa->ifa_prefixlen;
	ret->scope = ifa->ifa_scope;
	if (ifa->ifa_family == AF_INET) {
		ret->is_secondary = ifa->ifa_flags & IFA_F_SECONDARY;
	} else { /* OPTIMISTIC: may be used at once, RFC 4429 */
		ret->dad_failed = ifa->ifa_flags & IFA_F_DADFAILED;
		ret->is_tentative = (ifa->ifa_flags & (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC)) == IFA_F_TENTATIVE;
	}
	ret->is_leased = !(ifa->ifa_flags & IFA_F_PERMANENT);
	if (tb[ATTR_IFA_PROTO] && nla_len(tb[ATTR_IFA_PROTO]) >= 1)
		ret->proto = nla_get_u8(tb[ATTR_IFA_PROTO]);
	return true;
}

/* Asking. */

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

/* Otherwise preferred as long as valid: a deprecated address would not be chosen as a source. */
static int put_lifetime(struct nl_msg *m, const struct link_change *c)
{
	const uint32_t sec = c->valid_lft ? c->valid_lft : UINT32_MAX;
	const struct ifa_cacheinfo ci = { .ifa_prefered = c->is_deprecated ? 0 : sec, .ifa_valid = sec };

	if (c->op == LINK_ADD && !c->valid_lft && !c->is_deprecated)
		return 0;
	return nla_put(m, IFA_CACHEINFO, sizeof(ci), &ci);
}

/* What only one family has. IFA_F_NODAD: else the address could not be used for a second (RFC 9568 8.2.2). */
static int put_addr_options(struct nl_msg *m, const struct link_change *c)
{
	if (c->addr.family == AF_INET6)
		return nla_put_u32(m, IFA_FLAGS, IFA_F_NODAD);
	if (c->broadcast.family == AF_INET && nla_put(m, IFA_BROADCAST, 4, c->broadcast.bytes) < 0)
		return -ENOMEM;
	return c->label ? nla_put_string(m, IFA_LABEL, c->label) : 0;
}

static int put_addr(struct nl_msg *m, const struct link_change *c, uint32_t seq)
{
	struct ifaddrmsg ifa = { .ifa_family = (uint8_t)c->addr.family, .ifa_prefixlen = c->prefix_len,
		.ifa_scope = c->scope, .ifa_index = (unsigned)c->index };
	int len = (int)addr_len(&c->addr);

	if (!nlmsg_put(m, 0, seq, c->op == LINK_DEL ? RTM_DELADDR : RTM_NEWADDR, 0, addr_flags(c->op)) ||
		nlmsg_append(m, &ifa, sizeof(ifa), NLMSG_ALIGNTO) < 0 ||
		nla_put(m, IFA_LOCAL, len, c->addr.bytes) < 0 || nla_put(m, IFA_ADDRESS, len, c->addr.bytes) < 0)
		return -ENOMEM;
	if (c->op == LINK_DEL)
		return 0;
	if (put_addr_options(m, c) < 0 || put_lifetime(m, c) < 0)
		return -ENOMEM;
	return nla_put_u8(m, ATTR_IFA_PROTO, LINK_ADDR_PROTO) < 0 ? -ENOMEM : 0;
}

int link_wire_change(struct nl_msg *m, const struct link_change *c, uint32_t seq)
{
	if (c->rule)
		return link_rule_encode(m, c->op, c->rule, seq);
	return c->route ? link_route_encode(m, c->op, c->route, seq) : put_addr(m, c, seq);
}
