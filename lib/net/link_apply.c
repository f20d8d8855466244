/*
 * link_apply.c - changes, many in one datagram: the kernel works through them in their order (netlink(7)), answers for each that
 * failed, and, because it was asked to, for the last one. Declared in link.h.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "net/link.h"
#include "net/link_state.h"
#include "net/link_wire.h"

enum {
	BATCH_MAX = 128, /* requests in one sendto(): their answers, if all fail, fit any receive buffer */
	BATCH_SIZE = 32768,
	REQUEST_MAX = 4096, /* bytes of one request: a route with all its ways, each with an encapsulation */
	ANSWER_MSEC = 500,
};

/* A datagram of requests on its way out. */
struct batch {
	uint8_t out[BATCH_SIZE];
	size_t len, last; /* last: where the last request begins */
	unsigned n;
};

static void append(struct batch *b, const struct nlmsghdr *h)
{
	memcpy(b->out + b->len, h, h->nlmsg_len);
	b->last = b->len;
	b->len += NLMSG_ALIGN(h->nlmsg_len);
	b->n++;
}

/* Only the last one is answered whatever comes of it. */
static void ask_once(struct batch *b)
{
	for (size_t at = 0; at < b->last;) {
		struct nlmsghdr h;

		memcpy(&h, b->out + at, sizeof(h));
		h.nlmsg_flags &= (uint16_t)~NLM_F_ACK;
		memcpy(b->out + at, &h, sizeof(h));
		at += NLMSG_ALIGN(h.nlmsg_len);
	}
}

/* As many of the `n` as fit one after another. 0 or -errno. */
static int encode_batch(const struct link *l, const struct link_change *c, unsigned n, struct batch *b)
{
	b->len = b->last = b->n = 0;
	while (b->n < n && b->n < BATCH_MAX && b->len <= BATCH_SIZE - REQUEST_MAX) {
		struct nl_msg *m = nlmsg_alloc_size(REQUEST_MAX);
		int r = m ? link_wire_change(m, &c[b->n], l->seq + b->n) : -ENOMEM;

		if (r == 0)
			append(b, nlmsg_hdr(m));
		nlmsg_free(m);
		if (r < 0)
			return r;
	}
	ask_once(b);
	return 0;
}

/*
 * The table follows a change that the kernel confirmed; the monitor's message then finds nothing new. An address that is there
 * already may be one whose removal was read while a renewal had put it back, unheard.
 */
static void follow(struct link *l, const struct link_change *c)
{
	struct link_addr a = { .index = c->index, .addr = c->addr, .prefix_len = c->prefix_len, .scope = c->scope,
		.proto = LINK_ADDR_PROTO, .is_leased = c->valid_lft > 0 };

	if (link_policy_follow(&l->policy, c))
		return;
	if (c->op == LINK_ADD &&
		(c->err == 0 || (c->err == -EEXIST && !link_table_find_addr(&l->table, c->index, &c->addr))))
		link_table_put_addr(&l->table, &a);
	else if (c->op == LINK_DEL && (c->err == 0 || c->err == -EADDRNOTAVAIL))
		link_table_drop_addr(&l->table, &a);
}

/* The answers in one datagram of `len` bytes; whether the last request's is among them. */
static bool take_answers(struct link *l, int len, struct link_change *c, unsigned n)
{
	bool is_last = false;

	for (struct nlmsghdr *h = (struct nlmsghdr *)(void *)l->buf; nlmsg_ok(h, len); h = nlmsg_next(h, &len)) {
		uint32_t i = h->nlmsg_seq - l->seq;

		if (h->nlmsg_type != NLMSG_ERROR || i >= n)
			continue;
		c[i].err = ((struct nlmsgerr *)nlmsg_data(h))->error;
		is_last = is_last || i == n - 1;
	}
	return is_last;
}

static int collect(struct link *l, struct nl_sock *sk, struct link_change *c, unsigned n)
{
	mono_t until = mono_add(mono_now(), ANSWER_MSEC * MONO_MSEC);
	bool is_last = false;

	while (!is_last) {
		int len = link_receive_answer(l, sk, until);

		if (len < 0)
			return len;
		is_last = take_answers(l, len, c, n);
	}
	for (unsigned i = 0; i < n; i++)
		follow(l, &c[i]);
	return 0;
}

/* The first of the `n`: how many went, or -errno; then what came of none of them is known. */
static int apply_batch(struct link *l, struct nl_sock *sk, struct link_change *c, unsigned n)
{
	struct batch b;
	int r;

	l->seq++;
	r = encode_batch(l, c, n, &b);
	for (unsigned i = 0; i < b.n; i++)
		c[i].err = 0; /* who fails says so */
	if (r == 0)
		r = link_send(sk, b.out, b.len);
	if (r == 0)
		r = collect(l, sk, c, b.n);
	l->seq += b.n;
	return r < 0 ? r : (int)b.n;
}

static int apply(struct link *l, struct nl_sock *sk, struct link_change *changes, unsigned n)
{
	for (unsigned done = 0; done < n;) {
		int r = apply_batch(l, sk, changes + done, n - done);

		if (r < 0) {
			for (unsigned i = done; i < n; i++)
				changes[i].err = r;
			return r;
		}
		done += (unsigned)r;
	}
	return 0;
}

int link_apply(struct link *l, struct link_change *changes, unsigned n)
{
	return apply(l, l->cmd, changes, n);
}

int link_renew(struct link *l, struct link_change *changes, unsigned n)
{
	return apply(l, l->lease, changes, n);
}

/* By who asked for it: IPv4 says so in its notices, IPv6 does not (net/ipv4/devinet.c, net/ipv6/addrconf.c). */
int link_filter_renewals(struct link *l)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct nlmsghdr, nlmsg_type)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWADDR), 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct nlmsghdr, nlmsg_pid)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(nl_socket_get_local_port(l->lease)), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	};
	struct sock_fprog prog = { .len = sizeof(code) / sizeof(code[0]), .filter = code };

	return setsockopt(nl_socket_get_fd(l->mon), SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) < 0 ? -errno : 0;
}
