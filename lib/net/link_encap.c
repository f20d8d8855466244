/* link_encap.c - see link_encap.h. linux/lwtunnel.h, linux/mpls_iptunnel.h, RFC 3032. */
#include "net/link_encap.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <linux/lwtunnel.h>
#include <linux/mpls_iptunnel.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

#include "net/link_attr.h"

/* A label in its place, and the bit of the innermost one (RFC 3032 2.1). */
enum { LABEL_SHIFT = 12, LABEL_LAST = 1 << 8 };

/* The numbers of the attributes of an IP header; those of IPv6 are the same but for their names. */
_Static_assert((int)LWTUNNEL_IP_ID == (int)LWTUNNEL_IP6_ID && (int)LWTUNNEL_IP_DST == (int)LWTUNNEL_IP6_DST &&
		(int)LWTUNNEL_IP_SRC == (int)LWTUNNEL_IP6_SRC && (int)LWTUNNEL_IP_FLAGS == (int)LWTUNNEL_IP6_FLAGS &&
		(int)LWTUNNEL_IP_MAX == (int)LWTUNNEL_IP6_MAX,
	"one code for both families");

static bool is_any(const struct addr *a)
{
	return !addr_is_set(a) || addr_is_any(a);
}

static bool same_addr(const struct addr *a, const struct addr *b)
{
	return (is_any(a) && is_any(b)) || addr_equal(a, b);
}

bool link_encap_is(const struct link_encap *want, const struct link_encap *there)
{
	if (want->type != there->type || want->ttl != there->ttl)
		return false;
	if (want->type == LINK_ENCAP_NONE)
		return true;
	if (want->type == LINK_ENCAP_MPLS)
		return want->n_labels == there->n_labels &&
			!memcmp(want->label, there->label, want->n_labels * sizeof(want->label[0]));
	return want->tos == there->tos && want->flags == there->flags && want->ip.id == there->ip.id &&
		same_addr(&want->ip.dst, &there->ip.dst) && same_addr(&want->ip.src, &there->ip.src);
}

/* Reading. */

static uint8_t get_u8(const struct nlattr *a)
{
	return a && nla_len(a) >= 1 ? nla_get_u8(a) : 0;
}

static void decode_labels(const struct nlattr *all, struct link_encap *ret)
{
	struct nlattr *tb[MPLS_IPTUNNEL_MAX + 1];
	uint32_t entry;

	if (nla_parse_nested(tb, MPLS_IPTUNNEL_MAX, (struct nlattr *)(uintptr_t)all, NULL) < 0 ||
		!tb[MPLS_IPTUNNEL_DST])
		return;
	ret->ttl = get_u8(tb[MPLS_IPTUNNEL_TTL]);
	for (int at = 0; at + 4 <= nla_len(tb[MPLS_IPTUNNEL_DST]) && ret->n_labels < LINK_LABELS_MAX; at += 4) {
		memcpy(&entry, (const char *)nla_data(tb[MPLS_IPTUNNEL_DST]) + at, sizeof(entry));
		ret->label[ret->n_labels++] = ntohl(entry) >> LABEL_SHIFT;
	}
}

static void decode_ip(const struct nlattr *all, struct link_encap *ret)
{
	uint8_t family = ret->type == LINK_ENCAP_IP6 ? AF_INET6 : AF_INET;
	struct nlattr *tb[LWTUNNEL_IP_MAX + 1];

	if (nla_parse_nested(tb, LWTUNNEL_IP_MAX, (struct nlattr *)(uintptr_t)all, NULL) < 0)
		return;
	link_attr_addr(tb[LWTUNNEL_IP_DST], family, &ret->ip.dst);
	link_attr_addr(tb[LWTUNNEL_IP_SRC], family, &ret->ip.src);
	ret->ttl = get_u8(tb[family == AF_INET6 ? LWTUNNEL_IP6_HOPLIMIT : LWTUNNEL_IP_TTL]);
	ret->tos = get_u8(tb[family == AF_INET6 ? LWTUNNEL_IP6_TC : LWTUNNEL_IP_TOS]);
	if (tb[LWTUNNEL_IP_ID] && nla_len(tb[LWTUNNEL_IP_ID]) >= 8)
		ret->ip.id = be64toh(nla_get_u64(tb[LWTUNNEL_IP_ID]));
	if (tb[LWTUNNEL_IP_FLAGS] && nla_len(tb[LWTUNNEL_IP_FLAGS]) >= 2)
		ret->flags = ntohs(nla_get_u16(tb[LWTUNNEL_IP_FLAGS]));
}

void link_encap_decode(const struct nlattr *type, const struct nlattr *all, struct link_encap *ret)
{
	if (!type || !all || nla_len(type) < 2)
		return;
	ret->type = (uint8_t)nla_get_u16(type);
	if (ret->type == LINK_ENCAP_MPLS)
		decode_labels(all, ret);
	else if (ret->type == LINK_ENCAP_IP || ret->type == LINK_ENCAP_IP6)
		decode_ip(all, ret);
}

/* Asking. */

static int put_labels(struct nl_msg *m, const struct link_encap *e)
{
	uint32_t entries[LINK_LABELS_MAX];

	for (unsigned i = 0; i < e->n_labels; i++)
		entries[i] = htonl(e->label[i] << LABEL_SHIFT | (i + 1u == e->n_labels ? LABEL_LAST : 0));
	if (nla_put(m, MPLS_IPTUNNEL_DST, e->n_labels * (int)sizeof(entries[0]), entries) < 0)
		return -ENOMEM;
	return e->ttl ? nla_put_u8(m, MPLS_IPTUNNEL_TTL, e->ttl) : 0;
}

static int put_ip(struct nl_msg *m, const struct link_encap *e)
{
	bool is_ipv6 = e->type == LINK_ENCAP_IP6;
	const struct addr *dst = &e->ip.dst, *src = &e->ip.src;

	if ((e->ip.id && nla_put_u64(m, LWTUNNEL_IP_ID, htobe64(e->ip.id)) < 0) ||
		(addr_is_set(dst) && nla_put(m, LWTUNNEL_IP_DST, (int)addr_len(dst), dst->bytes) < 0) ||
		(addr_is_set(src) && nla_put(m, LWTUNNEL_IP_SRC, (int)addr_len(src), src->bytes) < 0) ||
		(e->ttl && nla_put_u8(m, is_ipv6 ? LWTUNNEL_IP6_HOPLIMIT : LWTUNNEL_IP_TTL, e->ttl) < 0) ||
		(e->tos && nla_put_u8(m, is_ipv6 ? LWTUNNEL_IP6_TC : LWTUNNEL_IP_TOS, e->tos) < 0))
		return -ENOMEM;
	return e->flags ? nla_put_u16(m, LWTUNNEL_IP_FLAGS, htons(e->flags)) : 0;
}

int link_encap_encode(struct nl_msg *m, const struct link_encap *e)
{
	struct nlattr *all;

	if (e->type == LINK_ENCAP_NONE)
		return 0;
	if (nla_put_u16(m, RTA_ENCAP_TYPE, e->type) < 0)
		return -ENOMEM;
	all = nla_nest_start(m, RTA_ENCAP);
	if (!all || (e->type == LINK_ENCAP_MPLS ? put_labels(m, e) : put_ip(m, e)) < 0)
		return -ENOMEM;
	return nla_nest_end(m, all) < 0 ? -ENOMEM : 0;
}
