/*
 * link_route.c - see link_route.h. rtnetlink(7), linux/rtnetlink.h; net/ipv4/fib_frontend.c and net/ipv6/route.c for what
 * counts.
 */
#include "net/link_route.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "net/link_attr.h"

enum { TABLE_8BIT_MAX = 255, METRIC6_DEFAULT = 1024 /* IP6_RT_PRIO_USER, where none is given */ };

/* Comparing. */

static bool same_hop(const struct link_hop *want, const struct link_hop *there)
{
	return addr_equal(&want->via, &there->via) && (want->index == there->index || !want->index || !there->index) &&
		(!want->weight || !there->weight || want->weight == there->weight) &&
		link_encap_is(&want->encap, &there->encap);
}

/* IPv6: the kernel makes one route of all that differ in the hop alone; ours is one hop of that. */
static bool same_hops(const struct link_route *want, const struct link_route *there)
{
	bool is_joined = there->dst.family == AF_INET6 && there->n_hops > want->n_hops;

	if (want->type != LINK_ROUTE_UNICAST)
		return want->n_hops == 0 || there->n_hops == 0 || same_hop(&want->hop[0], &there->hop[0]);
	if (want->n_hops != there->n_hops && !is_joined)
		return false;
	for (unsigned i = 0; i < want->n_hops; i++) {
		bool is_found = false;

		for (unsigned k = 0; k < there->n_hops && !is_found; k++)
			is_found = same_hop(&want->hop[i], &there->hop[k]);
		if (!is_found)
			return false;
	}
	return true;
}

static uint32_t metric_of(const struct link_route *r)
{
	return r->dst.family == AF_INET6 && r->metric == 0 ? METRIC6_DEFAULT : r->metric;
}

uint8_t link_route_proto(const struct link_route *r)
{
	return r->proto ? r->proto : (uint8_t)LINK_ROUTE_PROTO;
}

bool link_route_is(const struct link_route *want, const struct link_route *there)
{
	return addr_equal(&want->dst, &there->dst) && want->prefix_len == there->prefix_len &&
		addr_equal(&want->from, &there->from) && want->from_len == there->from_len &&
		addr_equal(&want->src, &there->src) && want->tos == there->tos && want->type == there->type &&
		want->table == there->table && link_route_proto(want) == link_route_proto(there) &&
		metric_of(want) == metric_of(there) && (want->dst.family == AF_INET6 || want->scope == there->scope) &&
		same_hops(want, there);
}

static bool same_metrics(const struct link_metrics *a, const struct link_metrics *b)
{
	return a->has == b->has && a->locked == b->locked && !strcmp(a->congctl, b->congctl) &&
		!memcmp(a->value, b->value, sizeof(a->value));
}

bool link_route_equal(const struct link_route *a, const struct link_route *b)
{
	if (!link_route_is(a, b) || a->n_hops != b->n_hops || a->pref != b->pref || a->place != b->place)
		return false;
	for (unsigned i = 0; i < a->n_hops; i++)
		if (a->hop[i].onlink != b->hop[i].onlink || a->hop[i].realms != b->hop[i].realms ||
			a->hop[i].weight != b->hop[i].weight)
			return false;
	return a->expires == b->expires && same_metrics(&a->metrics, &b->metrics);
}

/* The table. */

const struct link_route *link_route_in(const struct link_route_table *t, const struct link_route *want)
{
	for (unsigned i = 0; i < t->n; i++)
		if (link_route_is(want, &t->item[i]))
			return &t->item[i];
	return NULL;
}

const struct link_route *link_route_like(const struct link_route_table *t, const struct link_route *r)
{
	for (unsigned i = 0; i < t->n; i++) {
		const struct link_route *there = &t->item[i];

		if (addr_equal(&there->dst, &r->dst) && there->prefix_len == r->prefix_len &&
			there->table == r->table && metric_of(there) == metric_of(r) &&
			link_route_proto(there) == link_route_proto(r))
			return there;
	}
	return NULL;
}

bool link_route_has_dst(const struct link_route_table *t, const struct link_route *r)
{
	for (unsigned i = 0; i < t->n; i++)
		if (addr_equal(&t->item[i].dst, &r->dst) && t->item[i].prefix_len == r->prefix_len)
			return true;
	return false;
}

bool link_route_put(struct link_route_table *t, const struct link_route *r)
{
	if (link_route_in(t, r))
		return false;
	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 16;
		t->item = x_realloc(t->item, t->cap, sizeof(*t->item));
	}
	t->item[t->n++] = *r;
	return true;
}

bool link_route_drop(struct link_route_table *t, const struct link_route *r)
{
	const struct link_route *there = link_route_in(t, r);

	if (there)
		t->item[there - t->item] = t->item[--t->n];
	return there != NULL;
}

void link_route_table_done(struct link_route_table *t)
{
	free(t->item);
	*t = (struct link_route_table){ 0 };
}

/* Reading. */

/* A gateway of the route's family, or of another one. */
static void get_via(struct nlattr **tb, uint8_t family, struct addr *ret)
{
	const struct nlattr *via = tb[RTA_VIA];
	const struct rtvia *v;

	link_attr_addr(tb[RTA_GATEWAY], family, ret);
	if (!via || nla_len(via) < (int)sizeof(*v))
		return;
	v = nla_data(via);
	if (v->rtvia_family == AF_INET6 && nla_len(via) >= (int)sizeof(*v) + 16) {
		ret->family = AF_INET6;
		memcpy(ret->bytes, v->rtvia_addr, 16);
	}
}

static void get_out(struct nlattr **tb, uint8_t family, struct link_hop *ret)
{
	get_via(tb, family, &ret->via);
	link_encap_decode(tb[RTA_ENCAP_TYPE], tb[RTA_ENCAP], &ret->encap);
}

/* What is `left` bytes before the end of an attribute. */
static void *all_at(const struct nlattr *all, int left)
{
	return (char *)nla_data(all) + nla_len(all) - left;
}

static void get_hops(const struct nlattr *all, uint8_t family, struct link_route *ret)
{
	const struct rtnexthop *nh = nla_data(all);
	int left = nla_len(all);

	while (ret->n_hops < LINK_HOPS_MAX && left >= (int)sizeof(*nh) && nh->rtnh_len >= sizeof(*nh) &&
		nh->rtnh_len <= left) {
		struct link_hop *hop = &ret->hop[ret->n_hops++];
		struct nlattr *tb[RTA_MAX + 1];

		hop->index = nh->rtnh_ifindex;
		hop->weight = (uint16_t)(nh->rtnh_hops + 1);
		hop->onlink = nh->rtnh_flags & RTNH_F_ONLINK;
		if (nla_parse(tb, RTA_MAX, (struct nlattr *)(void *)((char *)all_at(all, left) + sizeof(*nh)),
			    nh->rtnh_len - (int)sizeof(*nh), NULL) >= 0)
			get_out(tb, family, hop);
		left -= (nh->rtnh_len + 3) & ~3;
		nh = all_at(all, left);
	}
}

bool link_route_decode(struct nlmsghdr *h, struct link_route *ret)
{
	struct nlattr *tb[RTA_MAX + 1];
	const struct rtmsg *rt = nlmsg_data(h);

	memset(ret, 0, sizeof(*ret));
	if (nlmsg_parse(h, sizeof(*rt), tb, RTA_MAX, NULL) < 0 ||
		(rt->rtm_family != AF_INET && rt->rtm_family != AF_INET6) || (rt->rtm_flags & RTM_F_CLONED))
		return false;
	ret->proto = rt->rtm_protocol;
	ret->dst.family = rt->rtm_family;
	link_attr_addr(tb[RTA_DST], rt->rtm_family, &ret->dst);
	link_attr_addr(tb[RTA_SRC], rt->rtm_family, &ret->from);
	link_attr_addr(tb[RTA_PREFSRC], rt->rtm_family, &ret->src);
	ret->prefix_len = rt->rtm_dst_len;
	ret->from_len = rt->rtm_src_len;
	ret->tos = rt->rtm_tos;
	ret->scope = rt->rtm_scope;
	ret->type = rt->rtm_type;
	ret->table = link_attr_u32(tb[RTA_TABLE], rt->rtm_table);
	ret->metric = link_attr_u32(tb[RTA_PRIORITY], 0);
	if (tb[RTA_MULTIPATH]) {
		get_hops(tb[RTA_MULTIPATH], rt->rtm_family, ret);
		return true;
	}
	ret->hop[0].index = (int)link_attr_u32(tb[RTA_OIF], 0);
	get_out(tb, rt->rtm_family, &ret->hop[0]);
	ret->hop[0].onlink = rt->rtm_flags & RTNH_F_ONLINK;
	ret->n_hops = ret->hop[0].index || addr_is_set(&ret->hop[0].via);
	return true;
}

/* Asking. */

/* Kernels since 4.20 send those of the protocol alone when they are asked strictly; the others are passed over. */
int link_route_ask(struct nl_msg *m, uint8_t family, uint8_t proto)
{
	struct rtmsg rt = { .rtm_family = family, .rtm_protocol = proto };

	return nlmsg_append(m, &rt, sizeof(rt), NLMSG_ALIGNTO);
}

static int put_u32(struct nl_msg *m, int type, uint32_t value)
{
	return value ? nla_put_u32(m, type, value) : 0;
}

static int put_addr(struct nl_msg *m, int type, const struct addr *a)
{
	return addr_is_set(a) ? nla_put(m, type, (int)addr_len(a), a->bytes) : 0;
}

static int put_via(struct nl_msg *m, const struct addr *via, uint16_t family)
{
	uint8_t buf[sizeof(struct rtvia) + 16] = { 0 };
	struct rtvia v = { .rtvia_family = via->family };

	if (!addr_is_set(via) || via->family == family)
		return put_addr(m, RTA_GATEWAY, via);
	memcpy(buf, &v, sizeof(v));
	memcpy(buf + offsetof(struct rtvia, rtvia_addr), via->bytes, addr_len(via));
	return nla_put(m, RTA_VIA, (int)(offsetof(struct rtvia, rtvia_addr) + addr_len(via)), buf);
}

static int put_one_hop(struct nl_msg *m, const struct link_route *r, bool is_add)
{
	const struct link_hop *hop = &r->hop[0];

	if (put_via(m, &hop->via, r->dst.family) < 0 || put_u32(m, RTA_OIF, (uint32_t)hop->index) < 0 ||
		link_encap_encode(m, &hop->encap) < 0)
		return -ENOMEM;
	return is_add ? put_u32(m, RTA_FLOW, hop->realms) : 0;
}

static int put_hop(struct nl_msg *m, const struct link_hop *hop, uint16_t family)
{
	struct rtnexthop *nh = nlmsg_reserve(m, sizeof(*nh), NLMSG_ALIGNTO);

	if (!nh)
		return -ENOMEM;
	*nh = (struct rtnexthop){ .rtnh_ifindex = hop->index,
		.rtnh_hops = (uint8_t)(hop->weight ? hop->weight - 1 : 0),
		.rtnh_flags = hop->onlink ? RTNH_F_ONLINK : 0 };
	if (put_via(m, &hop->via, family) < 0 || link_encap_encode(m, &hop->encap) < 0 ||
		(family == AF_INET && put_u32(m, RTA_FLOW, hop->realms) < 0))
		return -ENOMEM;
	nh->rtnh_len = (unsigned short)((char *)nlmsg_tail(nlmsg_hdr(m)) - (char *)nh);
	return 0;
}

static int put_hops(struct nl_msg *m, const struct link_route *r, bool is_add)
{
	struct nlattr *all;

	if (r->n_hops < 2)
		return r->n_hops ? put_one_hop(m, r, is_add) : 0;
	all = nla_nest_start(m, RTA_MULTIPATH);
	if (!all)
		return -ENOMEM;
	all->nla_type = RTA_MULTIPATH; /* kernels want it without the flag of nesting */
	for (unsigned i = 0; i < r->n_hops; i++)
		if (put_hop(m, &r->hop[i], r->dst.family) < 0)
			return -ENOMEM;
	return nla_nest_end(m, all);
}

static int put_metrics(struct nl_msg *m, const struct link_metrics *x)
{
	struct nlattr *all;

	if (!x->has && !x->congctl[0])
		return 0;
	all = nla_nest_start(m, RTA_METRICS);
	if (!all || put_u32(m, RTAX_LOCK, x->locked) < 0)
		return -ENOMEM;
	all->nla_type = RTA_METRICS;
	for (int i = 1; i < LINK_METRICS; i++)
		if ((x->has & (1u << i)) && nla_put_u32(m, i, x->value[i]) < 0)
			return -ENOMEM;
	if (x->congctl[0] && nla_put_string(m, RTAX_CC_ALGO, x->congctl) < 0)
		return -ENOMEM;
	return nla_nest_end(m, all);
}

static int place_flags(enum link_route_place place)
{
	switch (place) {
	case LINK_ROUTE_FIRST:
		return NLM_F_CREATE;
	case LINK_ROUTE_LAST:
		return NLM_F_CREATE | NLM_F_APPEND;
	case LINK_ROUTE_ALONE:
		return NLM_F_CREATE | NLM_F_EXCL;
	}
	return 0;
}

/* Before other routes to the same place with the same metric unless `place` says otherwise: as keepalived. */
int link_route_encode(struct nl_msg *m, enum link_op op, const struct link_route *r, uint32_t seq)
{
	bool is_add = op == LINK_ADD;
	struct rtmsg rt = { .rtm_family = (uint8_t)r->dst.family, .rtm_dst_len = r->prefix_len, .rtm_src_len = r->from_len,
		.rtm_tos = r->tos, .rtm_protocol = link_route_proto(r), .rtm_scope = r->scope, .rtm_type = r->type,
		.rtm_flags = r->n_hops == 1 && r->hop[0].onlink ? RTNH_F_ONLINK : 0,
		.rtm_table = r->table <= TABLE_8BIT_MAX ? (uint8_t)r->table : RT_TABLE_UNSPEC };
	int flags = NLM_F_REQUEST | NLM_F_ACK | (is_add ? place_flags(r->place) : 0);

	if (!nlmsg_put(m, 0, seq, is_add ? RTM_NEWROUTE : RTM_DELROUTE, 0, flags) ||
		nlmsg_append(m, &rt, sizeof(rt), NLMSG_ALIGNTO) < 0 || put_addr(m, RTA_DST, &r->dst) < 0 ||
		put_addr(m, RTA_SRC, &r->from) < 0 || put_addr(m, RTA_PREFSRC, &r->src) < 0 ||
		put_u32(m, RTA_PRIORITY, r->metric) < 0 || put_u32(m, RTA_TABLE, r->table) < 0 ||
		put_hops(m, r, is_add) < 0)
		return -ENOMEM;
	if (!is_add)
		return 0;
	if ((r->pref && nla_put_u8(m, RTA_PREF, r->pref) < 0) || put_u32(m, RTA_EXPIRES, r->expires) < 0)
		return -ENOMEM;
	return put_metrics(m, &r->metrics);
}
