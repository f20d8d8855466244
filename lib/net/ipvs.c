/*
 * ipvs.c - see ipvs.h. libnl builds and takes apart the messages; sending and receiving are done on the socket
 * itself, because libnl's error codes are coarser than errno (ESRCH and ENOENT become one) and because it has no
 * batches. Pitfalls that shape this file: dumps cannot be pipelined (EBUSY), an ack per message overflows the receive
 * buffer, a kernel function that fails with EINTR is never acked (so a receive timeout), ports and IPv4 masks are in
 * network order, all else not.
 */
#include "net/ipvs.h"

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
#include "net/ipvs_ask.h"
#include "net/ipvs_wire.h"

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

static struct nl_msg *change_message(struct ipvs *v, const struct ipvs_change *c, int flags)
{
	static const uint8_t cmd[IPVS_OP_MAX] = {
		[IPVS_NEW_SERVICE] = IPVS_CMD_NEW_SERVICE, [IPVS_SET_SERVICE] = IPVS_CMD_SET_SERVICE,
		[IPVS_NEW_DEST] = IPVS_CMD_NEW_DEST,	   [IPVS_SET_DEST] = IPVS_CMD_SET_DEST,
		[IPVS_DEL_DEST] = IPVS_CMD_DEL_DEST,	   [IPVS_DEL_SERVICE] = IPVS_CMD_DEL_SERVICE,
	};
	struct nl_msg *msg = message_new(v, cmd[c->op], flags);

	ipvs_put_service(msg, c->service, c->op == IPVS_NEW_SERVICE || c->op == IPVS_SET_SERVICE);
	if (c->dest)
		ipvs_put_dest(msg, c->dest, c->op != IPVS_DEL_DEST);
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

static int on_service(struct nlmsghdr *h, void *ctx)
{
	struct reader *rd = ctx;
	struct ipvs_service s;
	int r = ipvs_get_service(h, &s);

	if (r == 0)
		ipvs_rows_add_service(&rd->rows, &s);
	return r;
}

static int on_dest(struct nlmsghdr *h, void *ctx)
{
	struct reader *rd = ctx;
	struct ipvs_dest d;
	int r = ipvs_get_dest(h, rd->family, &d);

	if (r == 0)
		ipvs_rows_add_dest(&rd->rows, &d);
	return r;
}

/* One dump per service: the API has no other way to destinations, and a socket carries one dump at a time. */
static int read_dests(struct ipvs *v, struct reader *rd)
{
	const struct ipvs_table *t = rd->rows.table;
	int r = 0;

	for (unsigned i = 0; r == 0 && i < t->n_services; i++) {
		struct nl_msg *msg = message_new(v, IPVS_CMD_GET_DEST, NLM_F_DUMP);

		rd->family = t->services[i].family;
		ipvs_put_service(msg, &t->services[i], false);
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

		ipvs_put_service(msg, &keys[i], false);
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
	return ipvs_get_version(h, ctx);
}

int ipvs_version(struct ipvs *v, uint32_t *ret)
{
	int r = connected(v);

	*ret = 0;
	/* the answer comes before the ack that ends the request */
	return r < 0 ? r : request(v, message_new(v, IPVS_CMD_GET_INFO, NLM_F_ACK), on_info, ret);
}

static int ask(struct ipvs *v, const struct ipvs_question *q)
{
	struct nl_msg *msg;
	int r = connected(v);

	if (r < 0)
		return r;
	msg = message_new(v, q->cmd, q->flags);
	if (q->put)
		q->put(msg, q->what);
	return request(v, msg, q->take, q->ctx);
}

int ipvs_ask(struct ipvs *v, const struct ipvs_question *q)
{
	int r = ask(v, q);

	if (r != -ENOENT) /* the module was reloaded and has another family id */
		return r;
	disconnect(v);
	return ask(v, q);
}
