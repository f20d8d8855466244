/*
 * track.h - what trackers do to a virtual router: the effective priority, or that it cannot take part. Pure: the shell keeps an
 * array of struct track per instance, sets `state` as links, scripts, files and processes report, and asks again.
 */
#ifndef VRRP_TRACK_H
#define VRRP_TRACK_H
#include "base/mono.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* UNKNOWN: not reported yet (a script before its first result); it does not count. */
enum track_state { TRACK_UNKNOWN, TRACK_UP, TRACK_DOWN };
enum track_kind {
	TRACK_INTERFACE,
	TRACK_SCRIPT,
	TRACK_FILE,
	TRACK_PROCESS,
	TRACK_BFD,
	TRACK_SERVICE,
	TRACK_GATEWAY,
};

/* One tracker of one instance. A file with weight 0 fails by any value but 0; with a weight, by less than -253. */
struct track {
	enum track_kind kind;
	const char *name; /* borrowed */
	int32_t weight;   /* 0: its failure is a FAULT */
	bool is_reverse;  /* up counts as failure: weight 0; otherwise the direction of the weight turns round */
	bool init_fail;   /* UNKNOWN counts as down */
	enum track_state state;
	int32_t value;      /* of a file, once its state is TRACK_UP: the weight is multiplied by it */
	mono_t since;       /* of state and value; for people */
	const char *detail; /* borrowed: why it is so, as its observer says it; NULL: nothing to add */
};

/* What was last reported of a tracker that others observe. */
struct track_report {
	int32_t value;    /* of a file the number, else enum script_status */
	char detail[128]; /* "": nothing to add */
};

struct track_result {
	uint8_t priority; /* effective: 1..254, or 255 for the owner */
	int64_t sum;      /* base and all deltas, before they were kept within 1..254 */
	bool is_fault;
	const struct track *culprit; /* the first tracker that makes the fault; NULL when there is none */
};

/* The priority that one tracker adds or takes now; 0 for one without weight (keepalived.conf(5), track_interface). */
int track_delta(const struct track *t);
/* Whether one tracker keeps the instance from taking part. */
bool track_is_fault(const struct track *t);
/* All of them on the configured priority. The owner's priority is never changed (RFC 9568 5.2.4); the others stay in 1..254. */
void track_sum(uint8_t base, const struct track *tracks, unsigned n, struct track_result *ret);
/*
 * What adds up to it, into buf: "150 as configured, script chk -60 (exit code 1)"; a cut text ends in "...". Returns buf, which has
 * room for TRACK_SUM_LEN.
 */
enum { TRACK_SUM_LEN = 200 };
const char *track_sum_str(uint8_t base, const struct track *tracks, unsigned n, char *buf);
/* "interface", "script", "BFD session": the kind in words. */
const char *track_kind_str(enum track_kind kind);
/* "interface eth1 is down", "script chk failed", "file hold has 1" into buf; "" without a fault. Returns buf. */
const char *track_culprit_str(const struct track_result *r, char *buf, size_t size);
#endif
