/* link_rule.c - see link_rule.h. linux/fib_rules.h, net/core/fib_rules.c. */
#include "net/link_rule.h"

#include <endian.h>
#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "net/link_attr.h"

enum { TABLE_8BIT_MAX = 255 };

/* Comparing. */

static bool same_range(const struct link_range *a, const struct link_range *b)
{
	return a->from == b->from && a->to == b->to;
}

static bool same_numbers(const struct link_rule *a, const struct link_rule *b)
{
	return a->table == b->table && a->target == b->target && a->mark == b->mark && a->mask == b->mask &&
		a->realms == b->realms && a->tun_id == b->tun_id && a->tos == b->tos && a->ip_proto == b->ip_proto &&
		a->suppress_plen == b->suppress_plen && a->suppress_group == b->suppress_group &&
		same_range(&a->uid, &b->uid) && same_range(&a->sport, &b->sport) && same_range(&a->dport, &b->dport);
}

uint8_t link_rule_proto(const struct link_rule *r)
{
	return r->proto ? r->proto : (uint8_t)LINK_RULE_PROTO;
}

bool link_rule_is(const struct link_rule *want, const struct link_rule *there)
{
	unsigned asked = ~(unsigned)LINK_RULE_PRIORITY;

	if ((want->has & LINK_RULE_PRIORITY) && want->priority != there->priority)
		return false;
	return want->family == there->family && link_rule_proto(want) == link_rule_proto(there) &&
		(want->has & asked) == (there->has & asked) && addr_equal(&want->from, &there->from) &&
		want->from_len == there->from_len && addr_equal(&want->to, &there->to) &&
		want->to_len == there->to_len && want->action == there->action && want->is_not == there->is_not &&
		want->l3mdev == there->l3mdev && !strcmp(want->iif, there->iif) && !strcmp(want->oif, there->oif) &&
		same_numbers(want, there);
}

/* The table. */

const struct link_rule *link_rule_in(const struct link_rule_table *t, const struct link_rule *want)
{
	for (unsigned i = 0; i < t->n; i++)
		if (link_rule_is(want, &t->item[i]))
			return &t->item[i];
	return NULL;
}

bool link_rule_put(struct link_rule_table *t, const struct link_rule *r)
{
	if (link_rule_in(t, r))
		return false;
	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 16;
		t->item = x_realloc(t->item, t->cap, sizeof(*t->item));
	}
	t->item[t->n++] = *r;
	return true;
}

bool link_rule_drop(struct link_rule_table *t, const struct link_rule *r)
{
	const struct link_rule *there = link_rule_in(t, r);

	if (there)
		t->item[there - t->item] = t->item[--t->n];
	return there != NULL;
}

void link_rule_table_done(struct link_rule_table *t)
{
	free(t->item);
	*t = (struct link_rule_table){ 0 };
}

/* Reading. */

static uint8_t get_u8(const struct nlattr *a)
{
	return a && nla_len(a) >= 1 ? nla_get_u8(a) : 0;
}

static void get_name(const struct nlattr *a, char *ret)
{
	if (a)
		nla_strlcpy(ret, a, LINK_NAME_MAX);
}

static void get_ports(const struct nlattr *a, unsigned bit, struct link_rule *ret, struct link_range *range)
{
	struct fib_rule_port_range ports;

	if (!a || nla_len(a) < (int)sizeof(ports))
		return;
	memcpy(&ports, nla_data(a), sizeof(ports));
	*range = (struct link_range){ ports.start, ports.end };
	ret->has |= bit;
}

static void get_uids(const struct nlattr *a, struct link_rule *ret)
{
	struct fib_rule_uid_range uids;

	if (!a || nla_len(a) < (int)sizeof(uids))
		return;
	memcpy(&uids, nla_data(a), sizeof(uids));
	ret->uid = (struct link_range){ uids.start, uids.end };
	ret->has |= LINK_RULE_UID;
}

/* The kernel says -1 where nothing is suppressed. */
static void get_suppressed(struct nlattr **tb, struct link_rule *ret)
{
	uint32_t plen = link_attr_u32(tb[FRA_SUPPRESS_PREFIXLEN], UINT32_MAX);
	uint32_t group = link_attr_u32(tb[FRA_SUPPRESS_IFGROUP], UINT32_MAX);

	if (plen != UINT32_MAX) {
		ret->has |= LINK_RULE_PLEN;
		ret->suppress_plen = plen;
	}
	if (group != UINT32_MAX) {
		ret->has |= LINK_RULE_GROUP;
		ret->suppress_group = group;
	}
}

static void get_numbers(struct nlattr **tb, const struct fib_rule_hdr *fr, struct link_rule *ret)
{
	ret->has |= LINK_RULE_PRIORITY;
	ret->priority = link_attr_u32(tb[FRA_PRIORITY], 0);
	ret->table = fr->action == FR_ACT_TO_TBL ? link_attr_u32(tb[FRA_TABLE], fr->table) : 0;
	ret->target = link_attr_u32(tb[FRA_GOTO], 0);
	ret->mark = link_attr_u32(tb[FRA_FWMARK], 0);
	ret->mask = link_attr_u32(tb[FRA_FWMASK], 0);
	ret->realms = link_attr_u32(tb[FRA_FLOW], 0);
	ret->l3mdev = get_u8(tb[FRA_L3MDEV]) != 0;
	ret->ip_proto = get_u8(tb[FRA_IP_PROTO]);
	ret->proto = get_u8(tb[FRA_PROTOCOL]);
	if (tb[FRA_TUN_ID] && nla_len(tb[FRA_TUN_ID]) >= 8)
		ret->tun_id = be64toh(nla_get_u64(tb[FRA_TUN_ID]));
	if (ret->l3mdev)
		ret->table = 0;
}

bool link_rule_decode(struct nlmsghdr *h, struct link_rule *ret)
{
	struct nlattr *tb[FRA_MAX + 1];
	const struct fib_rule_hdr *fr = nlmsg_data(h);

	memset(ret, 0, sizeof(*ret));
	if (nlmsg_parse(h, sizeof(*fr), tb, FRA_MAX, NULL) < 0 || (fr->family != AF_INET && fr->family != AF_INET6))
		return false;
	ret->family = fr->family;
	ret->tos = fr->tos;
	ret->action = fr->action;
	ret->is_not = fr->flags & FIB_RULE_INVERT;
	link_attr_addr(tb[FRA_SRC], fr->family, &ret->from);
	link_attr_addr(tb[FRA_DST], fr->family, &ret->to);
	ret->from_len = fr->src_len;
	ret->to_len = fr->dst_len;
	get_name(tb[FRA_IIFNAME], ret->iif);
	get_name(tb[FRA_OIFNAME], ret->oif);
	get_numbers(tb, fr, ret);
	get_suppressed(tb, ret);
	get_uids(tb[FRA_UID_RANGE], ret);
	get_ports(tb[FRA_SPORT_RANGE], LINK_RULE_SPORT, ret, &ret->sport);
	get_ports(tb[FRA_DPORT_RANGE], LINK_RULE_DPORT, ret, &ret->dport);
	return true;
}

/* Asking. */

static int put_u32(struct nl_msg *m, int type, uint32_t value)
{
	return value ? nla_put_u32(m, type, value) : 0;
}

static int put_u8(struct nl_msg *m, int type, uint8_t value)
{
	return value ? nla_put_u8(m, type, value) : 0;
}

static int put_name(struct nl_msg *m, int type, const char *name)
{
	return name[0] ? nla_put_string(m, type, name) : 0;
}

static int put_addr(struct nl_msg *m, int type, const struct addr *a)
{
	return addr_is_set(a) ? nla_put(m, type, (int)addr_len(a), a->bytes) : 0;
}

static int put_ports(struct nl_msg *m, int type, const struct link_range *r)
{
	const struct fib_rule_port_range ports = { (uint16_t)r->from, (uint16_t)r->to };

	return nla_put(m, type, sizeof(ports), &ports);
}

static int put_ranges(struct nl_msg *m, const struct link_rule *r)
{
	const struct fib_rule_uid_range uids = { r->uid.from, r->uid.to };

	if ((r->has & LINK_RULE_SPORT) && put_ports(m, FRA_SPORT_RANGE, &r->sport) < 0)
		return -ENOMEM;
	if ((r->has & LINK_RULE_DPORT) && put_ports(m, FRA_DPORT_RANGE, &r->dport) < 0)
		return -ENOMEM;
	return (r->has & LINK_RULE_UID) ? nla_put(m, FRA_UID_RANGE, sizeof(uids), &uids) : 0;
}

static int put_numbers(struct nl_msg *m, const struct link_rule *r)
{
	if (((r->has & LINK_RULE_PRIORITY) && nla_put_u32(m, FRA_PRIORITY, r->priority) < 0) ||
		put_u32(m, FRA_TABLE, r->table) < 0 || put_u32(m, FRA_GOTO, r->target) < 0 ||
		put_u32(m, FRA_FLOW, r->realms) < 0 || put_u8(m, FRA_L3MDEV, r->l3mdev) < 0 ||
		put_u8(m, FRA_IP_PROTO, r->ip_proto) < 0)
		return -ENOMEM;
	if ((r->mark || r->mask) &&
		(nla_put_u32(m, FRA_FWMARK, r->mark) < 0 || nla_put_u32(m, FRA_FWMASK, r->mask) < 0))
		return -ENOMEM;
	if (r->tun_id && nla_put_u64(m, FRA_TUN_ID, htobe64(r->tun_id)) < 0)
		return -ENOMEM;
	if ((r->has & LINK_RULE_PLEN) && nla_put_u32(m, FRA_SUPPRESS_PREFIXLEN, r->suppress_plen) < 0)
		return -ENOMEM;
	return (r->has & LINK_RULE_GROUP) ? nla_put_u32(m, FRA_SUPPRESS_IFGROUP, r->suppress_group) : 0;
}

int link_rule_encode(struct nl_msg *m, enum link_op op, const struct link_rule *r, uint32_t seq)
{
	struct fib_rule_hdr fr = { .family = r->family, .src_len = r->from_len, .dst_len = r->to_len, .tos = r->tos,
		.action = r->action, .flags = r->is_not ? FIB_RULE_INVERT : 0,
		.table = r->table <= TABLE_8BIT_MAX ? (uint8_t)r->table : RT_TABLE_UNSPEC };
	bool is_add = op == LINK_ADD;
	int flags = NLM_F_REQUEST | NLM_F_ACK | (is_add ? NLM_F_CREATE | NLM_F_EXCL : 0);

	if (!nlmsg_put(m, 0, seq, is_add ? RTM_NEWRULE : RTM_DELRULE, 0, flags) ||
		nlmsg_append(m, &fr, sizeof(fr), NLMSG_ALIGNTO) < 0 || put_addr(m, FRA_SRC, &r->from) < 0 ||
		put_addr(m, FRA_DST, &r->to) < 0 || put_name(m, FRA_IIFNAME, r->iif) < 0 ||
		put_name(m, FRA_OIFNAME, r->oif) < 0 || put_numbers(m, r) < 0 || put_ranges(m, r) < 0)
		return -ENOMEM;
	return nla_put_u8(m, FRA_PROTOCOL, link_rule_proto(r)) < 0 ? -ENOMEM : 0;
}
