/*
 * ipvs.c - see ipvs.h. libnl builds and takes apart the messages; sending and receiving are done on the socket
 * itself, because libnl's error codes are coarser than errno (ESRCH and ENOENT become one) and because it has no
 * batches. Pitfalls that shape this file: dumps cannot be pipelined (EBUSY), an ack per message overflows the receive
 * buffer, a kernel function that fails with EINTR is never acked (so a receive timeout), ports and IPv4 masks are in
 * network order, all else not.
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

/* Collects one table. */
struct reader {
	struct ipvs_rows rows;
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

/* SO_*BUFFORCE needs CAP_NET_ADMIN in the first user namespace; so does everything of IPVS. */
static void set_buffers(int fd)
{
	const struct timeval timeout = { .tv_sec = RECV_TIMEOUT_SEC };
	const int bytes = BUFFER_BYTES;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
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
		ssize_t n = recvfrom(nl_socket_get_fd(v->sk), v->in, RECV_BYTES, 0, (struct sockaddr *)&from,
			&from_len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		if (from.nl_pid == 0)
			return n;
	}
}

/* NLMSG_ERROR (0 is an ack) and NLMSG_DONE begin with an int: 0 or -errno. */
static void take_result(struct answer *a, struct nlmsghdr *h)
{
	int error = 0;

	if (nlmsg_datalen(h) >= (int)sizeof(error))
		memcpy(&error, nlmsg_data(h), sizeof(error));
	if (a->changes)
		a->changes[h->nlmsg_seq - a->first].error = error;
	else if (error)
		a->error = error;
	a->done = h->nlmsg_seq == a->last;
}

static void take_message(struct answer *a, struct nlmsghdr *h)
{
	if (h->nlmsg_seq - a->first > a->last - a->first)
		return; /* of an earlier request that was given up */
	if (h->nlmsg_type == NLMSG_ERROR || h->nlmsg_type == NLMSG_DONE) {
		take_result(a, h);
		return;
	}
	if (h->nlmsg_flags & NLM_F_DUMP_INTR)
		a->error = -EAGAIN;
	if (a->on_message && !a->error)
		a->error = a->on_message(h, a->ctx);
}

/* Until the answer to the last message is here. A failure drops the connection: no late answer meets a later request. */
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

static void put_dest(struct nl_msg *msg, const struct ipvs_dest *d, bool is_full)
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

static int on_service(struct nlmsghdr *h, void *ctx)
{
	struct nlattr *at[IPVS_SVC_ATTR_MAX + 1];
	struct reader *rd = ctx;
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
	ipvs_rows_add_service(&rd->rows, &s);
	return 0;
}

static int on_dest(struct nlmsghdr *h, void *ctx)
{
	struct nlattr *at[IPVS_DEST_ATTR_MAX + 1];
	struct reader *rd = ctx;
	struct ipvs_dest d = { 0 };
	uint16_t family;

	if (parse_nest(h, IPVS_CMD_ATTR_DEST, at, IPVS_DEST_ATTR_MAX) < 0 || !at[IPVS_DEST_ATTR_ADDR])
		return -EBADMSG;
	family = get_u16(at[IPVS_DEST_ATTR_ADDR_FAMILY]);
	d.addr = get_addr(at[IPVS_DEST_ATTR_ADDR], family ? family : rd->family);
	d.port = ntohs(get_u16(at[IPVS_DEST_ATTR_PORT]));
	d.forward = get_u32(at[IPVS_DEST_ATTR_FWD_METHOD]) & IP_VS_CONN_F_FWD_MASK;
	if (d.forward == IP_VS_CONN_F_TUNNEL && at[IPVS_DEST_ATTR_TUN_TYPE]) {
		d.tunnel = nla_get_u8(at[IPVS_DEST_ATTR_TUN_TYPE]);
		d.tunnel_port = ntohs(get_u16(at[IPVS_DEST_ATTR_TUN_PORT]));
		d.tunnel_flags = get_u16(at[IPVS_DEST_ATTR_TUN_FLAGS]);
	}
	d.weight = get_u32(at[IPVS_DEST_ATTR_WEIGHT]);
	d.upper = get_u32(at[IPVS_DEST_ATTR_U_THRESH]);
	d.lower = get_u32(at[IPVS_DEST_ATTR_L_THRESH]);
	d.active = get_u32(at[IPVS_DEST_ATTR_ACTIVE_CONNS]);
	d.inactive = get_u32(at[IPVS_DEST_ATTR_INACT_CONNS]);
	ipvs_rows_add_dest(&rd->rows, &d);
	return 0;
}

/* One dump per service: the API has no other way to destinations, and a socket carries one dump at a time. */
static int read_dests(struct ipvs *v, struct reader *rd)
{
	const struct ipvs_table *t = rd->rows.table;
	int r = 0;

	for (unsigned i = 0; r == 0 && i < t->n_services; i++) {
		struct nl_msg *msg = message_new(v, IPVS_CMD_GET_DEST, NLM_F_DUMP);

		rd->family = t->services[i].family;
		put_service(msg, &t->services[i], false);
		ipvs_rows_begin(&rd->rows, i);
		r = request(v, msg, on_dest, rd);
	}
	ipvs_rows_end(&rd->rows);
	return r;
}

static int read_services(struct ipvs *v, struct reader *rd)
{
	int r = connected(v);

	return r < 0 ? r : request(v, message_new(v, IPVS_CMD_GET_SERVICE, NLM_F_DUMP), on_service, rd);
}

/* The end of a reading: all of it, or nothing. */
static int finish(struct ipvs *v, int r, struct ipvs_table *t)
{
	if (r < 0) {
		disconnect(v);
		ipvs_table_done(t);
	}
	return r;
}

int ipvs_read(struct ipvs *v, enum ipvs_read what, struct ipvs_table *ret)
{
	struct reader rd = { .rows = { .table = ret } };
	int r;

	*ret = (struct ipvs_table){ 0 };
	r = read_services(v, &rd);
	if (r == -ENOENT) { /* the module was reloaded and has another family id */
		disconnect(v);
		r = read_services(v, &rd);
	}
	return finish(v, r == 0 && what == IPVS_READ_ALL ? read_dests(v, &rd) : r, ret);
}

/* ESRCH: there is no such service. */
static int read_keys(struct ipvs *v, const struct ipvs_service *keys, unsigned n, struct reader *rd)
{
	int r = connected(v);

	for (unsigned i = 0; r == 0 && i < n; i++) {
		struct nl_msg *msg = message_new(v, IPVS_CMD_GET_SERVICE, NLM_F_ACK);

		put_service(msg, &keys[i], false);
		r = request(v, msg, on_service, rd);
		if (r == -ESRCH)
			r = 0;
	}
	return r < 0 ? r : read_dests(v, rd);
}

int ipvs_read_some(struct ipvs *v, const struct ipvs_service *keys, unsigned n, struct ipvs_table *ret)
{
	struct reader rd = { .rows = { .table = ret } };

	*ret = (struct ipvs_table){ 0 };
	return finish(v, read_keys(v, keys, n, &rd), ret);
}

int ipvs_set_timeouts(struct ipvs *v, const struct ipvs_timeouts *t)
{
	struct nl_msg *msg;
	int r = connected(v);

	if (r < 0)
		return r;
	msg = message_new(v, IPVS_CMD_SET_CONFIG, NLM_F_ACK);
	nla_put_u32(msg, IPVS_CMD_ATTR_TIMEOUT_TCP, t->tcp);
	nla_put_u32(msg, IPVS_CMD_ATTR_TIMEOUT_TCP_FIN, t->tcpfin);
	nla_put_u32(msg, IPVS_CMD_ATTR_TIMEOUT_UDP, t->udp);
	return request(v, msg, NULL, NULL);
}

static int on_info(struct nlmsghdr *h, void *ctx)
{
	struct nlattr *at[IPVS_INFO_ATTR_MAX + 1];
	uint32_t *version = ctx;

	if (genlmsg_parse(h, 0, at, IPVS_INFO_ATTR_MAX, NULL) < 0)
		return -EBADMSG;
	*version = get_u32(at[IPVS_INFO_ATTR_VERSION]);
	return 0;
}

int ipvs_version(struct ipvs *v, uint32_t *ret)
{
	int r = connected(v);

	*ret = 0;
	/* the answer comes before the ack that ends the request */
	return r < 0 ? r : request(v, message_new(v, IPVS_CMD_GET_INFO, NLM_F_ACK), on_info, ret);
}
