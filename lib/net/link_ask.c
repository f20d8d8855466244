/* link_ask.c - see link_ask.h. rtnetlink(7), linux/neighbour.h. */
#include "net/link_ask.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "base/alloc.h"
#include "net/link_attr.h"

enum { BUF_SIZE = 65536, ANSWER_USEC = 500000 };

typedef void take_fn(void *ctx, struct nlmsghdr *h);

/* Entries as they come in. */
struct list {
	struct link_neighbour *item;
	unsigned n, cap;
};

static int open_socket(struct nl_sock **ret)
{
	const struct timeval bound = { .tv_usec = ANSWER_USEC };
	struct nl_sock *sk = nl_socket_alloc();

	if (!sk)
		return -ENOMEM;
	if (nl_connect(sk, NETLINK_ROUTE) < 0 ||
		setsockopt(nl_socket_get_fd(sk), SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof(bound)) < 0) {
		nl_socket_free(sk);
		return -EIO;
	}
	*ret = sk;
	return 0;
}

/* One datagram: 1 at the end of the answer, 0 when more comes, or -errno. */
static int read_part(void *buf, int len, take_fn *take, void *ctx)
{
	for (struct nlmsghdr *h = buf; nlmsg_ok(h, len); h = nlmsg_next(h, &len)) {
		if (h->nlmsg_type == NLMSG_DONE)
			return 1;
		if (h->nlmsg_type == NLMSG_ERROR)
			return ((struct nlmsgerr *)nlmsg_data(h))->error < 0 ? ((struct nlmsgerr *)nlmsg_data(h))->error
									     : 1;
		take(ctx, h);
		if (!(h->nlmsg_flags & NLM_F_MULTI))
			return 1;
	}
	return 0;
}

/* Sends the message, which is freed here, and takes in all of the answer. 0 or -errno. */
static int ask(struct nl_msg *m, take_fn *take, void *ctx)
{
	struct nl_sock *sk;
	uint8_t *buf;
	int r = open_socket(&sk);

	if (r < 0) {
		nlmsg_free(m);
		return r;
	}
	buf = x_calloc(1, BUF_SIZE);
	r = nl_sendto(sk, nlmsg_hdr(m), nlmsg_hdr(m)->nlmsg_len) < 0 ? -EIO : 0;
	nlmsg_free(m);
	while (r == 0) {
		ssize_t n = recv(nl_socket_get_fd(sk), buf, BUF_SIZE, 0);

		r = n < 0 ? errno == EAGAIN ? -ETIMEDOUT : -errno : read_part(buf, (int)n, take, ctx);
	}
	free(buf);
	nl_socket_free(sk);
	return r < 0 ? r : 0;
}

static void take_way(void *ctx, struct nlmsghdr *h)
{
	struct link_way *w = ctx;
	struct nlattr *tb[RTA_MAX + 1], *metrics[RTAX_MAX + 1];
	const struct rtmsg *rt = nlmsg_data(h);
	const struct rtvia *via;

	if (h->nlmsg_type != RTM_NEWROUTE || nlmsg_parse(h, sizeof(*rt), tb, RTA_MAX, NULL) < 0)
		return;
	w->type = rt->rtm_type;
	w->index = (int)link_attr_u32(tb[RTA_OIF], 0);
	link_attr_addr(tb[RTA_GATEWAY], rt->rtm_family, &w->via);
	link_attr_addr(tb[RTA_PREFSRC], rt->rtm_family, &w->src);
	if (tb[RTA_VIA] && nla_len(tb[RTA_VIA]) >= (int)sizeof(*via) + 16) { /* IPv4 by a router of IPv6 */
		via = nla_data(tb[RTA_VIA]);
		w->via.family = via->rtvia_family;
		memcpy(w->via.bytes, via->rtvia_addr, 16);
	}
	if (tb[RTA_METRICS] && nla_parse_nested(metrics, RTAX_MAX, tb[RTA_METRICS], NULL) >= 0)
		w->mtu = link_attr_u32(metrics[RTAX_MTU], 0);
}

int link_ask_way(const struct addr *to, struct link_way *ret)
{
	struct rtmsg rt = { .rtm_family = (unsigned char)to->family, .rtm_dst_len = (unsigned char)(addr_len(to) * 8) };
	struct nl_msg *m = nlmsg_alloc_simple(RTM_GETROUTE, NLM_F_REQUEST);

	*ret = (struct link_way){ 0 };
	if (!m || nlmsg_append(m, &rt, sizeof(rt), NLMSG_ALIGNTO) < 0 ||
		nla_put(m, RTA_DST, (int)addr_len(to), to->bytes) < 0) {
		nlmsg_free(m);
		return -ENOMEM;
	}
	return ask(m, take_way, ret);
}

static void take_neighbour(void *ctx, struct nlmsghdr *h)
{
	struct list *l = ctx;
	struct nlattr *tb[NDA_MAX + 1];
	const struct ndmsg *nd = nlmsg_data(h);
	struct link_neighbour *to;

	if (h->nlmsg_type != RTM_NEWNEIGH || nlmsg_parse(h, sizeof(*nd), tb, NDA_MAX, NULL) < 0 || !tb[NDA_LLADDR] ||
		nla_len(tb[NDA_LLADDR]) != LINK_MAC_LEN || (nd->ndm_state & (NUD_NOARP | NUD_FAILED | NUD_INCOMPLETE)))
		return;
	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 32;
		l->item = x_realloc(l->item, l->cap, sizeof(*l->item));
	}
	to = &l->item[l->n++];
	*to = (struct link_neighbour){ .index = nd->ndm_ifindex, .is_permanent = nd->ndm_state & NUD_PERMANENT };
	link_attr_addr(tb[NDA_DST], nd->ndm_family, &to->addr);
	memcpy(to->mac, nla_data(tb[NDA_LLADDR]), LINK_MAC_LEN);
}

int link_ask_neighbours(struct link_neighbour **ret, unsigned *ret_n)
{
	struct ndmsg nd = { .ndm_family = AF_UNSPEC };
	struct nl_msg *m = nlmsg_alloc_simple(RTM_GETNEIGH, NLM_F_REQUEST | NLM_F_DUMP);
	struct list l = { 0 };
	int r;

	if (!m || nlmsg_append(m, &nd, sizeof(nd), NLMSG_ALIGNTO) < 0) {
		nlmsg_free(m);
		return -ENOMEM;
	}
	r = ask(m, take_neighbour, &l);
	*ret = l.item;
	*ret_n = l.n;
	return r;
}
