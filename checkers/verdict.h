/*
 * verdict.h - from attempts to a verdict: retry, delays, initial state, as a pure step. The probe process feeds it attempts and
 * gets back what the check's state is and when to try again.
 */
#ifndef CHECKERS_VERDICT_H
#define CHECKERS_VERDICT_H
#include "base/mono.h"
#include "io/message.h"

#include <stdbool.h>

struct check_conf;

/* What one attempt found. Everything from LOCAL on is our own fault: UNKNOWN, never DOWN. */
enum check_reason {
	CHECK_OK,
	CHECK_REFUSED,     /* RST, ICMP port unreachable */
	CHECK_UNREACHABLE, /* ICMP host or network unreachable from the way: EHOSTUNREACH */
	CHECK_TIMEOUT_CONNECT,
	CHECK_TIMEOUT_REPLY, /* connected, but the deadline of the whole check came first */
	CHECK_RESET,         /* closed before the answer was complete */
	CHECK_HTTP_STATUS,
	CHECK_HTTP_DIGEST,
	CHECK_HTTP_MALFORMED,
	CHECK_HTTP_TOO_LARGE,
	CHECK_SESSION, /* of BFD_CHECK: not up */
	CHECK_PATH,    /* of the path watch: not proven */
	CHECK_LOCAL,   /* first local one: EPERM, EADDRNOTAVAIL, ... ; `detail` names errno */
	CHECK_LOCAL_NO_FD,
	CHECK_LOCAL_NO_ROUTE, /* ENETUNREACH from our own table */
	CHECK_REASON_MAX
};

struct check_attempt {
	enum check_reason reason;
	mono_t due;            /* when it was meant to start: the beat that does not drift */
	mono_t started, ended; /* when it ran */
};

struct verdict {
	enum check_state state : 8;
	enum check_reason reason : 8; /* of the last attempt */
	uint32_t failures;            /* in a row */
	uint32_t latency_usec;        /* at most 71 minutes */
};

struct verdict_out {
	bool changed; /* state is not what it was: tell lvs */
	mono_t next;  /* start of the next attempt */
};

/* The state before the first attempt: alpha -> DOWN, else UP; a restored state wins. */
void verdict_init(struct verdict *v, const struct check_conf *conf, enum check_state restored);
void verdict_step(struct verdict *v, const struct check_conf *conf, const struct check_attempt *a,
	struct verdict_out *out);
/* When the first attempt starts: `phase` (0..UINT32_MAX, a hash of the check) spread over warmup. */
mono_t verdict_first(const struct check_conf *conf, mono_t now, uint32_t phase);
const char *check_reason_str(enum check_reason r);
#endif
