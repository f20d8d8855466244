/*
 * claimant.h - hosts that answer for a virtual address, and what the lvs process says of them: which real server it is, or none.
 * This process never reads its configuration. Pure, but for the question that goes out through a function of the caller's.
 */
#ifndef VRRP_CLAIMANT_H
#define VRRP_CLAIMANT_H
#include "base/addr.h"
#include "base/mono.h"
#include "io/message.h"

enum { CLAIMANTS = 8 };

enum claimant_word {
	CLAIMANT_NOBODY,  /* no real server, or nobody can say */
	CLAIMANT_AWAITED, /* asked a moment ago: once more after CLAIMANT_WAIT_USEC */
	CLAIMANT_SERVER
};

enum { CLAIMANT_WAIT_USEC = 50000 };

struct claimant {
	struct msg_server is; /* host and vip AF_UNSPEC: free */
	mono_t asked_at;
	bool is_answered;
};

/* 0, or -errno: there is nobody to ask. */
typedef int claimant_ask(void *ctx, const struct msg_whose *q);

struct claimants {
	struct claimant list[CLAIMANTS];
	unsigned next;     /* whose place a new one takes */
	claimant_ask *ask; /* NULL: there is nobody to ask */
	void *ctx;
};

/* Whether `host` is a real server; *ret_name, borrowed until the next claimants_take(), is its name then. Asks where unknown. */
enum claimant_word claimants_find(struct claimants *c, const struct msg_whose *q, mono_t now, const char **ret_name);
/* The answer; one that nobody waits for is passed over. */
void claimants_take(struct claimants *c, const struct msg_server *m);
#endif
