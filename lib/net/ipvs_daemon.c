/* ipvs_daemon.c - see ipvs_daemon.h. MCAST_PORT is in host order, MCAST_GROUP in network order. */
#include "net/ipvs_daemon.h"

#include <errno.h>
#include <linux/ip_vs.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <string.h>

#include "net/ipvs_ask.h"

static const uint32_t states[IPVS_DAEMON_ROLES] = {
	[IPVS_SENDS] = IP_VS_STATE_MASTER, [IPVS_LISTENS] = IP_VS_STATE_BACKUP
};

struct start {
	enum ipvs_daemon_role role;
	const struct ipvs_daemon *daemon;
};

static struct addr get_group(struct nlattr *v4, struct nlattr *v6)
{
	struct addr a = { .family = v4 ? AF_INET : v6 ? AF_INET6 : AF_UNSPEC };

	if (v4 || v6)
		nla_memcpy(a.bytes, v4 ? v4 : v6, (int)addr_len(&a));
	return a;
}

static bool has(struct nlattr *attr, size_t size)
{
	return attr && nla_len(attr) >= (int)size;
}

static int take_daemon(struct nlmsghdr *h, void *ctx)
{
	struct nlattr *top[IPVS_CMD_ATTR_MAX + 1], *at[IPVS_DAEMON_ATTR_MAX + 1];
	struct ipvs_daemons *ret = ctx;
	struct ipvs_daemon d = { .id = 0 };
	uint32_t state;

	if (genlmsg_parse(h, 0, top, IPVS_CMD_ATTR_MAX, NULL) < 0 || !top[IPVS_CMD_ATTR_DAEMON] ||
		nla_parse_nested(at, IPVS_DAEMON_ATTR_MAX, top[IPVS_CMD_ATTR_DAEMON], NULL) < 0 ||
		!has(at[IPVS_DAEMON_ATTR_STATE], sizeof(state)) || !at[IPVS_DAEMON_ATTR_MCAST_IFN])
		return -EBADMSG;
	state = nla_get_u32(at[IPVS_DAEMON_ATTR_STATE]);
	nla_strlcpy(d.interface, at[IPVS_DAEMON_ATTR_MCAST_IFN], sizeof(d.interface));
	if (has(at[IPVS_DAEMON_ATTR_SYNC_ID], sizeof(uint32_t)))
		d.id = nla_get_u32(at[IPVS_DAEMON_ATTR_SYNC_ID]);
	if (has(at[IPVS_DAEMON_ATTR_SYNC_MAXLEN], sizeof(uint16_t)))
		d.maxlen = nla_get_u16(at[IPVS_DAEMON_ATTR_SYNC_MAXLEN]);
	if (has(at[IPVS_DAEMON_ATTR_MCAST_PORT], sizeof(uint16_t)))
		d.port = nla_get_u16(at[IPVS_DAEMON_ATTR_MCAST_PORT]);
	if (has(at[IPVS_DAEMON_ATTR_MCAST_TTL], sizeof(uint8_t)))
		d.ttl = nla_get_u8(at[IPVS_DAEMON_ATTR_MCAST_TTL]);
	d.group = get_group(at[IPVS_DAEMON_ATTR_MCAST_GROUP], at[IPVS_DAEMON_ATTR_MCAST_GROUP6]);
	for (unsigned i = 0; i < IPVS_DAEMON_ROLES; i++)
		if (states[i] == state)
			ret->role[i] = d;
	return 0;
}

int ipvs_daemons_read(struct ipvs *v, struct ipvs_daemons *ret)
{
	const struct ipvs_question q = {
		.cmd = IPVS_CMD_GET_DAEMON, .flags = NLM_F_DUMP, .take = take_daemon, .ctx = ret
	};

	*ret = (struct ipvs_daemons){ 0 };
	return ipvs_ask(v, &q);
}

/* What is not said is the kernel's default; kernels before 4.3 know the first three alone. */
static void put_start(struct nl_msg *msg, const void *what)
{
	const struct start *s = what;
	const struct ipvs_daemon *d = s->daemon;
	struct nlattr *nest = nla_nest_start(msg, IPVS_CMD_ATTR_DAEMON);

	nla_put_u32(msg, IPVS_DAEMON_ATTR_STATE, states[s->role]);
	nla_put_string(msg, IPVS_DAEMON_ATTR_MCAST_IFN, d->interface);
	nla_put_u32(msg, IPVS_DAEMON_ATTR_SYNC_ID, d->id);
	if (d->maxlen)
		nla_put_u16(msg, IPVS_DAEMON_ATTR_SYNC_MAXLEN, d->maxlen);
	if (d->port)
		nla_put_u16(msg, IPVS_DAEMON_ATTR_MCAST_PORT, d->port);
	if (d->ttl)
		nla_put_u8(msg, IPVS_DAEMON_ATTR_MCAST_TTL, d->ttl);
	if (d->group.family == AF_INET)
		nla_put(msg, IPVS_DAEMON_ATTR_MCAST_GROUP, (int)addr_len(&d->group), d->group.bytes);
	if (d->group.family == AF_INET6)
		nla_put(msg, IPVS_DAEMON_ATTR_MCAST_GROUP6, (int)addr_len(&d->group), d->group.bytes);
	nla_nest_end(msg, nest);
}

int ipvs_daemon_start(struct ipvs *v, enum ipvs_daemon_role role, const struct ipvs_daemon *d)
{
	const struct start s = { role, d };
	const struct ipvs_question q = { .cmd = IPVS_CMD_NEW_DAEMON, .flags = NLM_F_ACK, .put = put_start, .what = &s };

	return ipvs_ask(v, &q);
}

static void put_stop(struct nl_msg *msg, const void *what)
{
	const enum ipvs_daemon_role *role = what;
	struct nlattr *nest = nla_nest_start(msg, IPVS_CMD_ATTR_DAEMON);

	nla_put_u32(msg, IPVS_DAEMON_ATTR_STATE, states[*role]);
	nla_nest_end(msg, nest);
}

int ipvs_daemon_stop(struct ipvs *v, enum ipvs_daemon_role role)
{
	const struct ipvs_question q = {
		.cmd = IPVS_CMD_DEL_DAEMON, .flags = NLM_F_ACK, .put = put_stop, .what = &role
	};
	struct ipvs_daemons now;
	int r = ipvs_ask(v, &q);

	if (r == -ETIMEDOUT && ipvs_daemons_read(v, &now) == 0 && !*now.role[role].interface)
		return 0;
	return r;
}

const char *ipvs_daemon_role_str(enum ipvs_daemon_role role)
{
	return role == IPVS_SENDS ? "MASTER" : "BACKUP";
}
