/* link_state.h - what the files of the door to rtnetlink share (link.c, link_apply.c). */
#ifndef NET_LINK_STATE_H
#define NET_LINK_STATE_H
#include <sys/types.h>

#include "base/mono.h"
#include "net/link_policy.h"
#include "net/link_table.h"

struct msghdr;
struct nl_sock;

/* recvmsg(), or what a test puts in its place. */
typedef ssize_t link_recv_fn(int fd, struct msghdr *msg, int flags);

struct link {
	struct nl_sock *cmd, *lease, *mon;
	struct link_table table;
	struct link_policy policy;
	uint32_t seq;
	uint8_t *buf; /* of one datagram */
	link_recv_fn *recv;
	uint64_t foreign; /* messages that somebody else than the kernel sent to us */
	bool is_torn;     /* the view is none of one moment, or an old one: it is to be read again */
};

/* link_new() with a recv of its own. */
int link_new_with(link_recv_fn *recv, struct link **ret);
/* A request, or several; 0 or -errno. */
int link_send(struct nl_sock *sk, const void *data, size_t len);
/* One datagram of the kernel on `sk` into l->buf, waiting until `until`: its length or -errno. */
int link_receive_answer(struct link *l, struct nl_sock *sk, mono_t until);
/* The monitor does not get what comes of link_renew(). 0 or -errno. */
int link_filter_renewals(struct link *l);
#endif
