/* ipvs_wire.c - see ipvs_wire.h. Ports and IPv4 masks are in network order, all else is not. */
#include "net/ipvs_wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

static void put_service_key(struct nl_msg *msg, const struct ipvs_service *s)
{
	nla_put_u16(msg, IPVS_SVC_ATTR_AF, s->family);
	if (s->fwmark) {
		nla_put_u32(msg, IPVS_SVC_ATTR_FWMARK, s->fwmark);
		return;
	}
	nla_put_u16(msg, IPVS_SVC_ATTR_PROTOCOL, s->protocol);
	nla_put(msg, IPVS_SVC_ATTR_ADDR, (int)addr_len(&s->addr), s->addr.bytes);
	nla_put_u16(msg, IPVS_SVC_ATTR_PORT, htons(s->port));
}

void ipvs_put_service(struct nl_msg *msg, const struct ipvs_service *s, bool is_full)
{
	/* new flags = (old & ~mask) | (flags & mask): the mask names the bits that are ours */
	const struct ip_vs_flags flags = { .flags = s->flags & IPVS_FLAGS, .mask = IPVS_FLAGS };
	struct nlattr *nest = nla_nest_start(msg, IPVS_CMD_ATTR_SERVICE);

	put_service_key(msg, s);
	if (is_full) {
		nla_put_string(msg, IPVS_SVC_ATTR_SCHED_NAME, s->scheduler);
		nla_put(msg, IPVS_SVC_ATTR_FLAGS, sizeof(flags), &flags);
		nla_put_u32(msg, IPVS_SVC_ATTR_TIMEOUT, s->timeout);
		nla_put_u32(msg, IPVS_SVC_ATTR_NETMASK, s->netmask);
		if (*s->engine) /* without it, an edit removes the engine */
			nla_put_string(msg, IPVS_SVC_ATTR_PE_NAME, s->engine);
	}
	nla_nest_end(msg, nest);
}

/* Only where it is one: kernels before 5.3 know none of these. */
static void put_tunnel(struct nl_msg *msg, const struct ipvs_dest *d)
{
	if (d->forward != IP_VS_CONN_F_TUNNEL)
		return;
	nla_put_u8(msg, IPVS_DEST_ATTR_TUN_TYPE, d->tunnel);
	nla_put_u16(msg, IPVS_DEST_ATTR_TUN_PORT, htons(d->tunnel_port));
	nla_put_u16(msg, IPVS_DEST_ATTR_TUN_FLAGS, d->tunnel_flags);
}

void ipvs_put_dest(struct nl_msg *msg, const struct ipvs_dest *d, bool is_full)
{
	struct nlattr *nest = nla_nest_start(msg, IPVS_CMD_ATTR_DEST);

	nla_put(msg, IPVS_DEST_ATTR_ADDR, (int)addr_len(&d->addr), d->addr.bytes);
	nla_put_u16(msg, IPVS_DEST_ATTR_PORT, htons(d->port));
	nla_put_u16(msg, IPVS_DEST_ATTR_ADDR_FAMILY, d->addr.family);
	if (is_full) {
		nla_put_u32(msg, IPVS_DEST_ATTR_FWD_METHOD, d->forward);
		nla_put_u32(msg, IPVS_DEST_ATTR_WEIGHT, d->weight);
		nla_put_u32(msg, IPVS_DEST_ATTR_U_THRESH, d->upper);
		nla_put_u32(msg, IPVS_DEST_ATTR_L_THRESH, d->lower);
		put_tunnel(msg, d);
	}
	nla_nest_end(msg, nest);
}

static struct addr get_addr(struct nlattr *attr, uint16_t family)
{
	struct addr a = { .family = family };

	nla_memcpy(a.bytes, attr, (int)addr_len(&a));
	return a;
}

static uint32_t get_u32(struct nlattr *attr)
{
	return attr && nla_len(attr) >= (int)sizeof(uint32_t) ? nla_get_u32(attr) : 0;
}

static uint16_t get_u16(struct nlattr *attr)
{
	return attr && nla_len(attr) >= (int)sizeof(uint16_t) ? nla_get_u16(attr) : 0;
}

/* The attributes of the nest `kind` of a message into at[0..max]. 0 or -EBADMSG. */
static int parse_nest(struct nlmsghdr *h, int kind, struct nlattr **at, int max)
{
	struct nlattr *top[IPVS_CMD_ATTR_MAX + 1];

	if (genlmsg_parse(h, 0, top, IPVS_CMD_ATTR_MAX, NULL) < 0 || !top[kind] ||
		nla_parse_nested(at, max, top[kind], NULL) < 0)
		return -EBADMSG;
	return 0;
}

int ipvs_get_service(struct nlmsghdr *h, struct ipvs_service *ret)
{
	struct nlattr *at[IPVS_SVC_ATTR_MAX + 1];
	struct ip_vs_flags flags = { 0 };
	struct ipvs_service s = { 0 };

	if (parse_nest(h, IPVS_CMD_ATTR_SERVICE, at, IPVS_SVC_ATTR_MAX) < 0)
		return -EBADMSG;
	s.family = get_u16(at[IPVS_SVC_ATTR_AF]);
	s.fwmark = get_u32(at[IPVS_SVC_ATTR_FWMARK]);
	s.protocol = get_u16(at[IPVS_SVC_ATTR_PROTOCOL]);
	s.port = ntohs(get_u16(at[IPVS_SVC_ATTR_PORT]));
	if (at[IPVS_SVC_ATTR_ADDR])
		s.addr = get_addr(at[IPVS_SVC_ATTR_ADDR], s.family);
	if (at[IPVS_SVC_ATTR_SCHED_NAME])
		nla_strlcpy(s.scheduler, at[IPVS_SVC_ATTR_SCHED_NAME], sizeof(s.scheduler));
	if (at[IPVS_SVC_ATTR_PE_NAME])
		nla_strlcpy(s.engine, at[IPVS_SVC_ATTR_PE_NAME], sizeof(s.engine));
	nla_memcpy(&flags, at[IPVS_SVC_ATTR_FLAGS], sizeof(flags));
	s.flags = flags.flags;
	s.timeout = get_u32(at[IPVS_SVC_ATTR_TIMEOUT]);
	s.netmask = get_u32(at[IPVS_SVC_ATTR_NETMASK]);
	*ret = s;
	return 0;
}

int ipvs_get_dest(struct nlmsghdr *h, uint16_t service_family, struct ipvs_dest *ret)
{
	struct nlattr *at[IPVS_DEST_ATTR_MAX + 1];
	struct ipvs_dest d = { 0 };
	uint16_t family;

	if (parse_nest(h, IPVS_CMD_ATTR_DEST, at, IPVS_DEST_ATTR_MAX) < 0 || !at[IPVS_DEST_ATTR_ADDR])
		return -EBADMSG;
	family = get_u16(at[IPVS_DEST_ATTR_ADDR_FAMILY]);
	d.addr = get_addr(at[IPVS_DEST_ATTR_ADDR], family ? family : service_family);
	d.port = ntohs(get_u16(at[IPVS_DEST_ATTR_PORT]));
	d.forward = (uint8_t)(get_u32(at[IPVS_DEST_ATTR_FWD_METHOD]) & IP_VS_CONN_F_FWD_MASK);
	if (d.forward == IP_VS_CONN_F_TUNNEL && at[IPVS_DEST_ATTR_TUN_TYPE]) {
		d.tunnel = nla_get_u8(at[IPVS_DEST_ATTR_TUN_TYPE]);
		d.tunnel_port = ntohs(get_u16(at[IPVS_DEST_ATTR_TUN_PORT]));
		d.tunnel_flags = (uint8_t)get_u16(at[IPVS_DEST_ATTR_TUN_FLAGS]);
	}
	d.weight = get_u32(at[IPVS_DEST_ATTR_WEIGHT]);
	d.upper = get_u32(at[IPVS_DEST_ATTR_U_THRESH]);
	d.lower = get_u32(at[IPVS_DEST_ATTR_L_THRESH]);
	d.active = get_u32(at[IPVS_DEST_ATTR_ACTIVE_CONNS]);
	d.inactive = get_u32(at[IPVS_DEST_ATTR_INACT_CONNS]);
	*ret = d;
	return 0;
}

int ipvs_get_version(struct nlmsghdr *h, uint32_t *ret)
{
	struct nlattr *at[IPVS_INFO_ATTR_MAX + 1];

	if (genlmsg_parse(h, 0, at, IPVS_INFO_ATTR_MAX, NULL) < 0)
		return -EBADMSG;
	*ret = get_u32(at[IPVS_INFO_ATTR_VERSION]);
	return 0;
}
