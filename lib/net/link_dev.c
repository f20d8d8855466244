/*
 * link_dev.c - see link_dev.h. rtnetlink(7), linux/if_link.h; IFLA_INET_CONF: net/ipv4/devinet.c reads an array of all settings and
 * takes attributes numbered as in linux/ip.h.
 */
#include "net/link_dev.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/neighbour.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/mono.h"
#include "net/link_attr.h"

enum { BUF_SIZE = 65536, ANSWER_MSEC = 500, ASK_STATISTICS_NOT = 1 << 3 /* RTEXT_FILTER_SKIP_STATS */ };

struct link_dev {
	struct nl_sock *sk;
	uint32_t seq;
	uint8_t *buf; /* BUF_SIZE */
};

/* One answer and who wants it. */
struct taker {
	void (*take)(void *ctx, struct nlmsghdr *h); /* NULL: nothing but the result matters */
	void *ctx;
};

static const int inet_number[LINK_DEV_INET_MAX] = {
	[LINK_DEV_ARP_IGNORE] = IPV4_DEVCONF_ARP_IGNORE,
	[LINK_DEV_ARP_ANNOUNCE] = IPV4_DEVCONF_ARP_ANNOUNCE,
	[LINK_DEV_ARP_FILTER] = IPV4_DEVCONF_ARPFILTER,
	[LINK_DEV_RP_FILTER] = IPV4_DEVCONF_RP_FILTER,
	[LINK_DEV_ACCEPT_REDIRECTS] = IPV4_DEVCONF_ACCEPT_REDIRECTS,
	[LINK_DEV_SEND_REDIRECTS] = IPV4_DEVCONF_SEND_REDIRECTS,
	[LINK_DEV_PROMOTE_SECONDARIES] = IPV4_DEVCONF_PROMOTE_SECONDARIES,
	[LINK_DEV_ACCEPT_LOCAL] = IPV4_DEVCONF_ACCEPT_LOCAL,
};

/* Requests. */

/* One datagram from the kernel: its length or -errno. */
static int receive(struct link_dev *d, mono_t until)
{
	struct pollfd p = { .fd = nl_socket_get_fd(d->sk), .events = POLLIN };

	for (;;) {
		ssize_t n = recv(p.fd, d->buf, BUF_SIZE, MSG_DONTWAIT);
		int64_t left = mono_diff(until, mono_now());

		if (n > 0)
			return (int)n;
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (left <= 0)
			return -ETIMEDOUT;
		(void)poll(&p, 1, (int)(left / MONO_MSEC) + 1);
	}
}

/* One datagram of the answer: 1 at its end, 0 when more comes, or -errno. */
static int read_part(const struct link_dev *d, int len, const struct taker *t)
{
	for (struct nlmsghdr *h = (struct nlmsghdr *)(void *)d->buf; nlmsg_ok(h, len); h = nlmsg_next(h, &len)) {
		if (h->nlmsg_seq != d->seq)
			continue;
		if (h->nlmsg_type == NLMSG_ERROR) {
			int err = ((struct nlmsgerr *)nlmsg_data(h))->error;

			return err < 0 ? err : 1;
		}
		if (h->nlmsg_type == NLMSG_DONE)
			return 1;
		if (t->take)
			t->take(t->ctx, h);
	}
	return 0;
}

/* Sends the message (freed here) and takes in all of the answer. 0 or -errno. */
static int ask(struct link_dev *d, struct nl_msg *m, const struct taker *t)
{
	mono_t until = mono_add(mono_now(), ANSWER_MSEC * MONO_MSEC);
	int r = nl_sendto(d->sk, nlmsg_hdr(m), nlmsg_hdr(m)->nlmsg_len) < 0 ? -EIO : 0;

	nlmsg_free(m);
	while (r == 0) {
		int len = receive(d, until);

		r = len < 0 ? len : read_part(d, len, t);
	}
	return r < 0 ? r : 0;
}

static const struct taker nobody = { NULL, NULL };

/* A request about one interface; it asks for an acknowledgement. NULL: out of memory. */
static struct nl_msg *request(struct link_dev *d, int type, int flags, const struct ifinfomsg *ifi)
{
	struct nl_msg *m = nlmsg_alloc();

	if (m &&
		(!nlmsg_put(m, 0, ++d->seq, type, 0, NLM_F_REQUEST | NLM_F_ACK | flags) ||
			nlmsg_append(m, (void *)(uintptr_t)ifi, sizeof(*ifi), NLMSG_ALIGNTO) < 0)) {
		nlmsg_free(m);
		return NULL;
	}
	return m;
}

/* Sends a message whose attributes were put with the result `r`. */
static int finish(struct link_dev *d, struct nl_msg *m, int r)
{
	if (r >= 0)
		return ask(d, m, &nobody);
	nlmsg_free(m);
	return -ENOMEM;
}

/* What the kernel says of a device. */

static void read_kind(const struct nlattr *info, struct link_dev_info *ret)
{
	struct nlattr *tb[IFLA_INFO_MAX + 1];
	const char *kind;

	if (!info || nla_parse_nested(tb, IFLA_INFO_MAX, (struct nlattr *)(uintptr_t)info, NULL) < 0 ||
		!tb[IFLA_INFO_KIND])
		return;
	kind = nla_get_string(tb[IFLA_INFO_KIND]);
	if (!strcmp(kind, "macvlan"))
		ret->kind = LINK_DEV_MACVLAN;
	else if (!strcmp(kind, "ipvlan"))
		ret->kind = LINK_DEV_IPVLAN;
	else if (!strcmp(kind, "dummy"))
		ret->kind = LINK_DEV_DUMMY;
}

/* The kernel's array counts from 0, its attributes from 1. */
static void read_inet(const struct nlattr *spec, struct link_dev_info *ret)
{
	const struct nlattr *inet = spec ? nla_find(nla_data(spec), nla_len(spec), AF_INET) : NULL;
	const struct nlattr *conf = inet ? nla_find(nla_data(inet), nla_len(inet), IFLA_INET_CONF) : NULL;

	if (!conf || nla_len(conf) < IPV4_DEVCONF_ACCEPT_LOCAL * (int)sizeof(int32_t))
		return;
	for (int i = 0; i < LINK_DEV_INET_MAX; i++)
		memcpy(&ret->inet[i], (const char *)nla_data(conf) + (size_t)(inet_number[i] - 1) * sizeof(int32_t),
			sizeof(int32_t));
	ret->has_inet = true;
}

static bool read_info(struct nlmsghdr *h, struct link_dev_info *ret)
{
	struct nlattr *tb[IFLA_MAX + 1];
	const struct ifinfomsg *ifi = nlmsg_data(h);

	memset(ret, 0, sizeof(*ret));
	if (h->nlmsg_type != RTM_NEWLINK || nlmsg_parse(h, sizeof(*ifi), tb, IFLA_MAX, NULL) < 0)
		return false;
	ret->index = ifi->ifi_index;
	ret->is_up = ifi->ifi_flags & IFF_UP;
	if (tb[IFLA_IFNAME])
		nla_strlcpy(ret->name, tb[IFLA_IFNAME], sizeof(ret->name));
	if (tb[IFLA_IFALIAS])
		nla_strlcpy(ret->alias, tb[IFLA_IFALIAS], sizeof(ret->alias));
	if (tb[IFLA_LINK] && nla_len(tb[IFLA_LINK]) >= 4)
		ret->parent = (int)nla_get_u32(tb[IFLA_LINK]);
	if (tb[IFLA_ADDRESS] && nla_len(tb[IFLA_ADDRESS]) == LINK_MAC_LEN)
		memcpy(ret->mac, nla_data(tb[IFLA_ADDRESS]), LINK_MAC_LEN);
	read_kind(tb[IFLA_LINKINFO], ret);
	read_inet(tb[IFLA_AF_SPEC], ret);
	return true;
}

static void take_one(void *ctx, struct nlmsghdr *h)
{
	struct link_dev_info info;

	if (read_info(h, &info))
		*(struct link_dev_info *)ctx = info;
}

int link_dev_get(struct link_dev *d, const char *name, int index, struct link_dev_info *ret)
{
	const struct ifinfomsg ifi = { .ifi_index = name ? 0 : index };
	struct nl_msg *m = request(d, RTM_GETLINK, 0, &ifi);
	int r;

	memset(ret, 0, sizeof(*ret));
	if (!m || nla_put_u32(m, IFLA_EXT_MASK, ASK_STATISTICS_NOT) < 0 ||
		(name && nla_put_string(m, IFLA_IFNAME, name) < 0)) {
		nlmsg_free(m);
		return -ENOMEM;
	}
	r = ask(d, m, &(struct taker){ take_one, ret });
	return r < 0 ? r : ret->index ? 0 : -ENODEV;
}

struct lister {
	const char *mark;
	void (*each)(void *ctx, const struct link_dev_info *info);
	void *ctx;
};

static void take_listed(void *ctx, struct nlmsghdr *h)
{
	const struct lister *l = ctx;
	struct link_dev_info info;

	if (read_info(h, &info) && !strncmp(info.alias, l->mark, strlen(l->mark)))
		l->each(l->ctx, &info);
}

int link_dev_list(struct link_dev *d, const char *mark, void (*each)(void *ctx, const struct link_dev_info *info),
	void *ctx)
{
	const struct ifinfomsg ifi = { 0 };
	struct nl_msg *m = request(d, RTM_GETLINK, NLM_F_DUMP, &ifi);
	struct lister l = { mark, each, ctx };

	if (!m || nla_put_u32(m, IFLA_EXT_MASK, ASK_STATISTICS_NOT) < 0) {
		nlmsg_free(m);
		return -ENOMEM;
	}
	return ask(d, m, &(struct taker){ take_listed, &l });
}

/* Changes. */

static int put_macvlan(struct nl_msg *m)
{
	struct nlattr *data = nla_nest_start(m, IFLA_INFO_DATA);

	if (!data || nla_put_u32(m, IFLA_MACVLAN_MODE, MACVLAN_MODE_PRIVATE) < 0)
		return -ENOMEM;
	return nla_nest_end(m, data);
}

static int put_ipvlan(struct nl_msg *m, enum link_dev_mode mode)
{
	static const uint16_t flags[] = {
		[LINK_DEV_BRIDGE] = 0, [LINK_DEV_PRIVATE] = IPVLAN_F_PRIVATE, [LINK_DEV_VEPA] = IPVLAN_F_VEPA
	};
	struct nlattr *data = nla_nest_start(m, IFLA_INFO_DATA);

	if (!data || nla_put_u16(m, IFLA_IPVLAN_MODE, IPVLAN_MODE_L2) < 0 ||
		nla_put_u16(m, IFLA_IPVLAN_FLAGS, flags[mode]) < 0)
		return -ENOMEM;
	return nla_nest_end(m, data);
}

static int put_spec(struct nl_msg *m, const struct link_dev_spec *s)
{
	bool is_ipvlan = s->kind == LINK_DEV_IPVLAN;
	struct nlattr *info;

	if (nla_put_string(m, IFLA_IFNAME, s->name) < 0 || nla_put_u32(m, IFLA_LINK, (uint32_t)s->parent) < 0 ||
		(s->group && nla_put_u32(m, IFLA_GROUP, s->group) < 0) ||
		(!is_ipvlan && nla_put(m, IFLA_ADDRESS, LINK_MAC_LEN, s->mac) < 0))
		return -ENOMEM;
	info = nla_nest_start(m, IFLA_LINKINFO);
	if (!info || nla_put_string(m, IFLA_INFO_KIND, is_ipvlan ? "ipvlan" : "macvlan") < 0 ||
		(is_ipvlan ? put_ipvlan(m, s->mode) : put_macvlan(m)) < 0)
		return -ENOMEM;
	return nla_nest_end(m, info);
}

static int put_dummy(struct nl_msg *m, const struct link_dev_spec *s)
{
	struct nlattr *info;

	if (nla_put_string(m, IFLA_IFNAME, s->name) < 0)
		return -ENOMEM;
	info = nla_nest_start(m, IFLA_LINKINFO);
	if (!info || nla_put_string(m, IFLA_INFO_KIND, "dummy") < 0)
		return -ENOMEM;
	return nla_nest_end(m, info);
}

int link_dev_add(struct link_dev *d, const struct link_dev_spec *s)
{
	const struct ifinfomsg ifi = { 0 };
	struct nl_msg *m = request(d, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &ifi);

	if (!m)
		return -ENOMEM;
	return finish(d, m, s->kind == LINK_DEV_DUMMY ? put_dummy(m, s) : put_spec(m, s));
}

int link_dev_del(struct link_dev *d, int index)
{
	const struct ifinfomsg ifi = { .ifi_index = index };
	struct nl_msg *m = request(d, RTM_DELLINK, 0, &ifi);

	return m ? finish(d, m, 0) : -ENOMEM;
}

int link_dev_up(struct link_dev *d, int index, bool on)
{
	const struct ifinfomsg ifi = { .ifi_index = index, .ifi_flags = on ? IFF_UP : 0, .ifi_change = IFF_UP };
	struct nl_msg *m = request(d, RTM_SETLINK, 0, &ifi);

	return m ? finish(d, m, 0) : -ENOMEM;
}

int link_dev_alias(struct link_dev *d, int index, const char *alias)
{
	const struct ifinfomsg ifi = { .ifi_index = index };
	struct nl_msg *m = request(d, RTM_SETLINK, 0, &ifi);

	/* Without its NUL: the kernel counts the bytes. */
	return m ? finish(d, m, nla_put(m, IFLA_IFALIAS, (int)strlen(alias), alias)) : -ENOMEM;
}

/* Both attributes of IFLA_AF_SPEC are one nest inside another. */
static int put_af(struct nl_msg *m, int family, int (*put)(struct nl_msg *m, const void *what), const void *what)
{
	struct nlattr *spec = nla_nest_start(m, IFLA_AF_SPEC);
	struct nlattr *af = spec ? nla_nest_start(m, family) : NULL;

	if (!af || put(m, what) < 0)
		return -ENOMEM;
	(void)nla_nest_end(m, af);
	return nla_nest_end(m, spec);
}

static int put_no_addr_gen(struct nl_msg *m, const void *what)
{
	(void)what;
	return nla_put_u8(m, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
}

int link_dev_no_addr_gen(struct link_dev *d, int index)
{
	const struct ifinfomsg ifi = { .ifi_index = index };
	struct nl_msg *m = request(d, RTM_SETLINK, 0, &ifi);

	return m ? finish(d, m, put_af(m, AF_INET6, put_no_addr_gen, NULL)) : -ENOMEM;
}

struct settings {
	const struct link_dev_setting *item;
	unsigned n;
};

static int put_settings(struct nl_msg *m, const void *what)
{
	const struct settings *s = what;
	struct nlattr *conf = nla_nest_start(m, IFLA_INET_CONF);

	for (unsigned i = 0; conf && i < s->n; i++)
		if (nla_put_u32(m, inet_number[s->item[i].what], (uint32_t)s->item[i].value) < 0)
			return -ENOMEM;
	return conf ? nla_nest_end(m, conf) : -ENOMEM;
}

int link_dev_inet_set(struct link_dev *d, int index, const struct link_dev_setting *s, unsigned n)
{
	const struct ifinfomsg ifi = { .ifi_index = index };
	const struct settings settings = { s, n };
	struct nl_msg *m = request(d, RTM_SETLINK, 0, &ifi);

	return m ? finish(d, m, put_af(m, AF_INET, put_settings, &settings)) : -ENOMEM;
}

static void take_rp_filter(void *ctx, struct nlmsghdr *h)
{
	struct nlattr *tb[NETCONFA_MAX + 1];

	if (h->nlmsg_type == RTM_NEWNETCONF && nlmsg_parse(h, sizeof(struct netconfmsg), tb, NETCONFA_MAX, NULL) >= 0 &&
		tb[NETCONFA_RP_FILTER])
		*(int *)ctx = (int)nla_get_u32(tb[NETCONFA_RP_FILTER]);
}

int link_dev_all_rp_filter(struct link_dev *d)
{
	struct netconfmsg ncm = { .ncm_family = AF_INET };
	struct nl_msg *m = nlmsg_alloc();
	int value = -1;

	if (!m || !nlmsg_put(m, 0, ++d->seq, RTM_GETNETCONF, 0, NLM_F_REQUEST | NLM_F_ACK) ||
		nlmsg_append(m, &ncm, sizeof(ncm), NLMSG_ALIGNTO) < 0 ||
		nla_put_u32(m, NETCONFA_IFINDEX, (uint32_t)NETCONFA_IFINDEX_ALL) < 0) {
		nlmsg_free(m);
		return -1;
	}
	(void)ask(d, m, &(struct taker){ take_rp_filter, &value });
	return value;
}

/* Neighbours. */

struct neighbour {
	const struct link_dev_whose *whose;
	struct addr *found;
};

static void take_neighbour(void *ctx, struct nlmsghdr *h)
{
	const struct neighbour *n = ctx;
	const struct link_dev_whose *whose = n->whose;
	const struct ndmsg *nd = nlmsg_data(h);
	struct nlattr *tb[NDA_MAX + 1];
	struct addr a = { .family = AF_UNSPEC };

	if (h->nlmsg_type != RTM_NEWNEIGH || nlmsg_parse(h, sizeof(*nd), tb, NDA_MAX, NULL) < 0 ||
		nd->ndm_ifindex != whose->index || (nd->ndm_state & NUD_NOARP) || !tb[NDA_LLADDR] ||
		nla_len(tb[NDA_LLADDR]) != LINK_MAC_LEN ||
		memcmp(nla_data(tb[NDA_LLADDR]), whose->mac, LINK_MAC_LEN) != 0)
		return;
	if (nd->ndm_family != AF_INET && (nd->ndm_family != AF_INET6 || n->found->family == AF_INET))
		return;
	link_attr_addr(tb[NDA_DST], nd->ndm_family, &a);
	if (!whose->is_passed || !whose->is_passed(whose->ctx, &a))
		*n->found = a;
}

int link_dev_neighbour(struct link_dev *d, const struct link_dev_whose *whose, struct addr *ret)
{
	const struct neighbour n = { whose, ret };
	const struct ifinfomsg any = { 0 }; /* longer than a struct ndmsg, and all zero as that */
	struct nl_msg *m = request(d, RTM_GETNEIGH, NLM_F_DUMP, &any);
	int r;

	*ret = (struct addr){ .family = AF_UNSPEC };
	if (!m)
		return -ENOMEM;
	r = ask(d, m, &(struct taker){ take_neighbour, (void *)(uintptr_t)&n });
	return r < 0 ? r : ret->family == AF_UNSPEC ? -ENOENT : 0;
}

/* Life. */

int link_dev_new(struct link_dev **ret)
{
	struct link_dev *d = x_calloc(1, sizeof(*d));

	d->buf = x_calloc(1, BUF_SIZE);
	d->sk = nl_socket_alloc();
	if (!d->sk || nl_connect(d->sk, NETLINK_ROUTE) < 0) {
		link_dev_free(d);
		return -EIO;
	}
	*ret = d;
	return 0;
}

void link_dev_free(struct link_dev *d)
{
	if (!d)
		return;
	nl_socket_free(d->sk);
	free(d->buf);
	free(d);
}
