/*
 * ipvs.c - see ipvs.h. libnl builds and takes apart the messages; sending and receiving are done on the socket itself, because
 * libnl's error codes are coarser than errno (ESRCH and ENOENT become one) and because it has no batches.
 * Pitfalls that shape this file: dumps cannot be pipelined (EBUSY), an ack per message overflows the receive buffer, a kernel
 * function that fails with EINTR is never acked (so a receive timeout), ports and IPv4 masks are in network order, all else not.
 */
#include "net/ipvs.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "base/alloc.h"

enum {
	BUFFER_BYTES = 1 << 20, /* of the socket, each way */
	RECV_BYTES = 64 * 1024, /* the kernel makes dump chunks as large as the buffer that it sees */
	MESSAGE_BYTES = 512,
	RECV_TIMEOUT_SEC = 3,
};

struct ipvs {
	struct nl_sock *sk; /* NULL: not connected */
	int family;
	uint32_t seq;
	uint8_t *in, *out; /* RECV_BYTES; IPVS_BATCH_MAX * MESSAGE_BYTES */
};

/* What a request collects from its answers. */
struct answer {
	uint32_t first, last; /* sequence numbers of the request; the answer to `last` ends it */
	int (*on_message)(struct nlmsghdr *h, void *ctx);
	struct ipvs_change *changes; /* seq `first` belongs to changes[0]; NULL: the error of the request counts */
	void *ctx;
	bool done;
	int error;
};

/* Collects one full table. */
struct reader {
	struct ipvs_table *table;
	unsigned cap_services, cap_dests;
	uint16_t family; /* of the service whose destinations are read */
};

struct ipvs *ipvs_new(void)
{
	struct ipvs *v = x_calloc(1, sizeof(*v));

	v->in = x_calloc(1, RECV_BYTES);
	v->out = x_calloc(IPVS_BATCH_MAX, MESSAGE_BYTES);
	return v;
}

static void disconnect(struct ipvs *v)
{
	nl_socket_free(v->sk);
	v->sk = NULL;
}

void ipvs_free(struct ipvs *v)
{
	if (!v)
		return;
	disconnect(v);
	free(v->in);
	free(v->out);
	free(v);
}

void ipvs_table_done(struct ipvs_table *t)
{
	free(t->services);
	free(t->dests);
	*t = (struct ipvs_table){ 0 };
}

const char *ipvs_op_str(enum ipvs_op op)
{
	static const char *const names[IPVS_OP_MAX] = {
		[IPVS_NEW_SERVICE] = "add service",	   [IPVS_SET_SERVICE] = "edit service",
		[IPVS_NEW_DEST] = "add destination",	   [IPVS_SET_DEST] = "edit destination",
		[IPVS_DEL_DEST] = "delete destination", [IPVS_DEL_SERVICE] = "delete service",
	};

	return names[op];
}

/* Only the resolver's errors come from libnl; everything else is raw. */
static int resolve_error(int nl)
{
	switch (-nl) {
	case NLE_OBJ_NOTFOUND:
		return -EPROTONOSUPPORT;
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	case NLE_AGAIN:
		return -ETIMEDOUT;
	}
	return -EIO;
}

/* SO_*BUFFORCE needs CAP_NET_ADMIN in the first user namespace, which IPVS asks for anyway; without it the limits apply. */
static void set_buffers(int fd)
{
	const struct timeval timeout = { .tv_sec = RECV_TIMEOUT_SEC };
	const int bytes = BUFFER_BYTES, on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
}

static int connected(struct ipvs *v)
{
	int r;

	if (v->sk)
		return 0;
	v->sk = nl_socket_alloc();
	if (!v->sk)
		return -ENOMEM;
	if (genl_connect(v->sk) < 0) {
		disconnect(v);
		return -EPROTONOSUPPORT;
	}
	set_buffers(nl_socket_get_fd(v->sk));
	r = genl_ctrl_resolve(v->sk, IPVS_GENL_NAME);
	if (r < 0) {
		disconnect(v);
		return resolve_error(r);
	}
	v->family = r;
	v->seq = 1;
	return 0;
}

static int transmit(struct ipvs *v, const void *data, size_t len)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t n;

	do
		n = sendto(nl_socket_get_fd(v->sk), data, len, 0, (const struct sockaddr *)&kernel, sizeof(kernel));
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/* The next datagram of the kernel (others may send to a netlink port too). Its length, or -errno. */
static ssize_t receive(struct ipvs *v)
{
	for (;;) {
		struct sockaddr_nl from = { 0 };
		socklen_t from_len = sizeof(from);
		ssize_t n = recvfrom(nl_socket_get_fd(v->sk), v->in, RECV_BYTES, 0, (struct sockaddr *)&from, &from_len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		if (from.nl_pid == 0)
			return n;
	}
}

/* NLMSG_ERROR (0 is an ack) and NLMSG_DONE begin with an int: 0 or -errno. */
static int result_of(struct nlmsghdr *h)
{
	int error = 0;

	if (nlmsg_datalen(h) >= (int)sizeof(error))
		memcpy(&error, nlmsg_data(h), sizeof(error));
	return error;
}

static void take_result(struct answer *a, const struct nlmsghdr *h, int error)
{
	if (a->changes)
		a->changes[h->nlmsg_seq - a->first].error = error;
	else if (error)
		a->error = error;
	if (h->nlmsg_seq == a->last)
		a->done = true;
}

static void take_message(struct answer *a, struct nlmsghdr *h)
{
	if (h->nlmsg_seq - a->first > a->last - a->first)
		return; /* of an earlier request that was given up */
	if (h->nlmsg_type == NLMSG_ERROR || h->nlmsg_type == NLMSG_DONE) {
		take_result(a, h, result_of(h));
		return;
	}
	if (h->nlmsg_flags & NLM_F_DUMP_INTR)
		a->error = -EAGAIN;
	if (a->on_message && !a->error)
		a->error = a->on_message(h, a->ctx);
}

/* Until the answer to the last message is here. Any failure drops the connection: late answers must not meet later requests. */
static int collect(struct ipvs *v, struct answer *a)
{
	while (!a->done) {
		ssize_t n = receive(v);
		int left = (int)n;

		if (n < 0) {
			disconnect(v);
			return (int)n;
		}
		/* the buffer is suitably aligned: it comes from calloc() */
		for (struct nlmsghdr *h = (struct nlmsghdr *)(void *)v->in; nlmsg_ok(h, left); h = nlmsg_next(h, &left))
			take_message(a, h);
	}
	return a->error;
}

/* A message of ours with `flags`; the caller frees. Never NULL. */
static struct nl_msg *message_new(struct ipvs *v, uint8_t cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc_size(MESSAGE_BYTES);

	if (!msg)
		abort();
	genlmsg_put(msg, nl_socket_get_local_port(v->sk), v->seq++, v->family, 0, flags | NLM_F_REQUEST, cmd,
		IPVS_GENL_VERSION);
	return msg;
}

static int request(struct ipvs *v, struct nl_msg *msg, int (*on_message)(struct nlmsghdr *, void *), void *ctx)
{
	struct nlmsghdr *h = nlmsg_hdr(msg);
	struct answer a = { .first = h->nlmsg_seq, .last = h->nlmsg_seq, .on_message = on_message, .ctx = ctx };
	int r = transmit(v, h, h->nlmsg_len);

	nlmsg_free(msg);
	return r < 0 ? r : collect(v, &a);
}

static void put_addr(struct nl_msg *msg, int attr, const struct addr *a)
{
	nla_put(msg, attr, (int)addr_len(a), a->bytes);
}

static void put_service_key(struct nl_msg *msg, const struct ipvs_service *s)
{
	nla_put_u16(msg, IPVS_SVC_ATTR_AF, s->family);
	if (s->fwmark) {
		nla_put_u32(msg, IPVS_SVC_ATTR_FWMARK, s->fwmark);
		return;
	}
	nla_put_u16(msg, IPVS_SVC_ATTR_PROTOCOL, s->protocol);
	put_addr(msg, IPVS_SVC_ATTR_ADDR, &s->addr);
	nla_put_u16(msg, IPVS_SVC_ATTR_PORT, htons(s->port));
}

static void put_service(struct nl_msg *msg, const struct ipvs_service *s, bool is_full)
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
	}
	nla_nest_end(msg, nest);
}

static void put_dest(struct nl_msg *msg, const struct ipvs_dest *d, bool is_full)
{
	struct nlattr *nest = nla_nest_start(msg, IPVS_CMD_ATTR_DEST);

	put_addr(msg, IPVS_DEST_ATTR_ADDR, &d->addr);
	nla_put_u16(msg, IPVS_DEST_ATTR_PORT, htons(d->port));
	nla_put_u16(msg, IPVS_DEST_ATTR_ADDR_FAMILY, d->addr.family);
	if (is_full) {
		nla_put_u32(msg, IPVS_DEST_ATTR_FWD_METHOD, d->forward);
		nla_put_u32(msg, IPVS_DEST_ATTR_WEIGHT, d->weight);
		nla_put_u32(msg, IPVS_DEST_ATTR_U_THRESH, d->upper);
		nla_put_u32(msg, IPVS_DEST_ATTR_L_THRESH, d->lower);
	}
	nla_nest_end(msg, nest);
}

static struct nl_msg *change_message(struct ipvs *v, const struct ipvs_change *c, int flags)
{
	static const uint8_t cmd[IPVS_OP_MAX] = {
		[IPVS_NEW_SERVICE] = IPVS_CMD_NEW_SERVICE, [IPVS_SET_SERVICE] = IPVS_CMD_SET_SERVICE,
		[IPVS_NEW_DEST] = IPVS_CMD_NEW_DEST,	   [IPVS_SET_DEST] = IPVS_CMD_SET_DEST,
		[IPVS_DEL_DEST] = IPVS_CMD_DEL_DEST,	   [IPVS_DEL_SERVICE] = IPVS_CMD_DEL_SERVICE,
	};
	struct nl_msg *msg = message_new(v, cmd[c->op], flags);

	put_service(msg, c->service, c->op == IPVS_NEW_SERVICE || c->op == IPVS_SET_SERVICE);
	if (c->dest)
		put_dest(msg, c->dest, c->op != IPVS_DEL_DEST);
	return msg;
}

/* One send, one ack: errors are reported without being asked for, each with its seq. */
static int apply_batch(struct ipvs *v, struct ipvs_change *changes, unsigned n)
{
	struct answer a = { .first = v->seq, .last = v->seq + n - 1, .changes = changes };
	size_t len = 0;
	int r;

	for (unsigned i = 0; i < n; i++) {
		struct nl_msg *msg = change_message(v, &changes[i], i + 1 == n ? NLM_F_ACK : 0);
		struct nlmsghdr *h = nlmsg_hdr(msg);

		memcpy(v->out + len, h, h->nlmsg_len);
		len += NLMSG_ALIGN(h->nlmsg_len);
		nlmsg_free(msg);
		changes[i].error = 0;
	}
	r = transmit(v, v->out, len);
	return r < 0 ? r : collect(v, &a);
}

int ipvs_apply(struct ipvs *v, struct ipvs_change *changes, unsigned n)
{
	int r = n ? connected(v) : 0;
	unsigned done = 0;

	while (r == 0 && done < n) {
		unsigned batch = n - done < IPVS_BATCH_MAX ? n - done : IPVS_BATCH_MAX;

		r = apply_batch(v, changes + done, batch);
		if (r == 0)
			done += batch;
	}
	for (; done < n; done++)
		changes[done].error = r;
	return r;
}

static struct addr get_addr(struct nlattr *attr, uint16_t family)
{
	struct addr a = { .family = family };

	nla_memcpy(a.bytes, attr, (int)addr_len(&a));
	return a;
}

/* The kernel's answers are trusted to be complete; libnl's policies only keep the reads inside the attribute. */
static int on_service(struct nlmsghdr *h, void *ctx)
{
	static const struct nla_policy policy[IPVS_SVC_ATTR_MAX + 1] = {
		[IPVS_SVC_ATTR_AF] = { .type = NLA_U16 },	  [IPVS_SVC_ATTR_PROTOCOL] = { .type = NLA_U16 },
		[IPVS_SVC_ATTR_PORT] = { .type = NLA_U16 },	  [IPVS_SVC_ATTR_FWMARK] = { .type = NLA_U32 },
		[IPVS_SVC_ATTR_SCHED_NAME] = { .type = NLA_STRING }, [IPVS_SVC_ATTR_TIMEOUT] = { .type = NLA_U32 },
		[IPVS_SVC_ATTR_NETMASK] = { .type = NLA_U32 },
	};
	struct nlattr *top[IPVS_CMD_ATTR_MAX + 1], *at[IPVS_SVC_ATTR_MAX + 1];
	struct reader *rd = ctx;
	struct ipvs_service s = { 0 };
	struct ip_vs_flags flags = { 0 };

	if (genlmsg_parse(h, 0, top, IPVS_CMD_ATTR_MAX, NULL) < 0 || !top[IPVS_CMD_ATTR_SERVICE] ||
	    nla_parse_nested(at, IPVS_SVC_ATTR_MAX, top[IPVS_CMD_ATTR_SERVICE], policy) < 0 || !at[IPVS_SVC_ATTR_AF])
		return -EBADMSG;
	s.family = nla_get_u16(at[IPVS_SVC_ATTR_AF]);
	s.fwmark = at[IPVS_SVC_ATTR_FWMARK] ? nla_get_u32(at[IPVS_SVC_ATTR_FWMARK]) : 0;
	if (!s.fwmark && at[IPVS_SVC_ATTR_PROTOCOL] && at[IPVS_SVC_ATTR_ADDR] && at[IPVS_SVC_ATTR_PORT]) {
		s.protocol = nla_get_u16(at[IPVS_SVC_ATTR_PROTOCOL]);
		s.addr = get_addr(at[IPVS_SVC_ATTR_ADDR], s.family);
		s.port = ntohs(nla_get_u16(at[IPVS_SVC_ATTR_PORT]));
	}
	if (at[IPVS_SVC_ATTR_SCHED_NAME])
		nla_strlcpy(s.scheduler, at[IPVS_SVC_ATTR_SCHED_NAME], sizeof(s.scheduler));
	nla_memcpy(&flags, at[IPVS_SVC_ATTR_FLAGS], sizeof(flags));
	s.flags = flags.flags;
	s.timeout = at[IPVS_SVC_ATTR_TIMEOUT] ? nla_get_u32(at[IPVS_SVC_ATTR_TIMEOUT]) : 0;
	s.netmask = at[IPVS_SVC_ATTR_NETMASK] ? nla_get_u32(at[IPVS_SVC_ATTR_NETMASK]) : 0;
	reader_add_service(rd, &s);
	return 0;
}
