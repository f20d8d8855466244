/*
 * ipvs_ask.h - one request of the family "IPVS" and its answers, over the connection of a struct ipvs. Only for ipvs.c and its
 * siblings.
 */
#ifndef NET_IPVS_ASK_H
#define NET_IPVS_ASK_H
#include <stdint.h>

struct ipvs;
struct nl_msg;
struct nlmsghdr;

struct ipvs_question {
	uint8_t cmd;
	int flags; /* NLM_F_ACK or NLM_F_DUMP; without either nothing ends the wait */
	/* Puts the attributes; NULL: none. */
	void (*put)(struct nl_msg *msg, const void *what);
	const void *what;
	/* Called for each message of the answer; NULL: none is expected. 0 or -errno. */
	int (*take)(struct nlmsghdr *h, void *ctx);
	void *ctx;
};

/* 0 or -errno, -ETIMEDOUT when the kernel says nothing; the next request connects anew then. */
int ipvs_ask(struct ipvs *v, const struct ipvs_question *q);
#endif
