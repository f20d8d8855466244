/* link_state.h - what the files of the door to rtnetlink share (link.c, link_apply.c). */
#ifndef NET_LINK_STATE_H
#define NET_LINK_STATE_H
#include "base/mono.h"
#include "net/link_policy.h"
#include "net/link_table.h"

struct nl_sock;

struct link {
	struct nl_sock *cmd, *lease, *mon;
	struct link_table table;
	struct link_policy policy;
	uint32_t seq;
	uint8_t *buf; /* of one datagram */
};

/* One datagram of the kernel on `sk` into l->buf, waiting until `until`: its length or -errno. */
int link_receive_answer(struct link *l, struct nl_sock *sk, mono_t until);
/* The monitor does not get what comes of link_renew(). 0 or -errno. */
int link_filter_renewals(struct link *l);
#endif
