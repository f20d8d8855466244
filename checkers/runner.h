/*
 * runner.h - one check's life: due, queued, running, judged, due again; and how many attempts may be in flight at once. It knows
 * neither messages nor files: probe.c feeds it configurations and passes on what it reports.
 */
#ifndef CHECKERS_RUNNER_H
#define CHECKERS_RUNNER_H
#include "checkers/checker.h"
#include "io/timer_queue.h"

#include <sys/queue.h>

struct runner;
struct running;

/* Where a check stands in the configuration, which owns what is pointed to. */
struct check_place {
	uint32_t vs_index, rs_index, check_index;
	bool ha_suspend;              /* its service's */
	const char *service, *server; /* as vs_name(), rs_name() */
	const struct check_conf *conf;
};

/* Owned by the runner; its maker may change `place` (with conf equal to the one before) and `verdict`, and reads the rest. */
struct check {
	struct check_place place;
	struct verdict verdict;
	uint32_t runs;     /* attempts that ended */
	mono_t due;        /* start of the next attempt (of this one while it runs or waits) */
	mono_t ended;      /* of the last attempt, when runs > 0 */
	bool is_proven;    /* verdict.state comes from attempts (or a restore), not from the configuration */
	bool is_suspended; /* ha_suspend: the address of its service is elsewhere; nothing is due */
	/* private */
	bool is_queued;
	uint32_t phase; /* runner_phase() */
	char *detail;   /* owned: of the last attempt; NULL: "" */
	struct runner *runner;
	struct running *running; /* owned; NULL while no attempt runs */
	struct timer_item timer; /* among the runner's */
	TAILQ_ENTRY(check) link; /* in the queue */
};

/* State or reason of a check changed. The check is the runner's. */
typedef void runner_changed_fn(void *ctx, const struct check *c);

struct runner_stats {
	unsigned inflight, queued;
	uint64_t late;         /* attempts that began more than 100 ms after they were due */
	uint64_t local_errors; /* attempts that failed for a reason of our own */
};

/* At most `max_inflight` attempts run at once; what is due beyond waits in order. Never NULL. */
struct runner *runner_new(struct loop *l, unsigned max_inflight, runner_changed_fn *changed, void *ctx);
/* All checks must have been removed. Accepts NULL. */
void runner_free(struct runner *r);
/*
 * A new check in its initial state; its first attempt comes within warmup, at a phase that depends on `key` alone (borrowed for the
 * call). With ha_suspend it begins suspended.
 */
struct check *runner_add(struct runner *r, const struct check_place *place, const char *key);
/*
 * Its configuration changed: a running attempt is dropped, the schedule begins anew, the verdict stays. Here and in runner_move() a
 * suspended check goes on when its service has no ha_suspend any more.
 */
void runner_restart(struct check *c, const struct check_place *place);
/* The same configuration at another place or in other memory: nothing is disturbed. */
void runner_move(struct check *c, const struct check_place *place);
/* The state it had in an earlier life; without effect once this life has its own. */
void runner_restore(struct check *c, enum check_state state, uint32_t failures);
/* Pauses it: a running attempt is dropped and counts for nothing, the verdict stays. Or lets it go on at once. */
void runner_suspend(struct check *c, bool on);
void runner_remove(struct check *c);
/*
 * Whether the private services are there that checks via their service need (at first not); while they are not, such checks
 * wait when `why` is "", else fail with it for a reason of our own.
 */
void runner_via(struct runner *r, bool is_ready, const char *why);
/* "UP", "DOWN", or "UNKNOWN" as long as nothing is proven. */
const char *runner_state_str(const struct check *c);
/* What the last attempt saw, or "". */
const char *runner_detail(const struct check *c);
void runner_stats(const struct runner *r, struct runner_stats *ret);
/* FNV-1a, and stirred so that neighbours (10.0.0.1, 10.0.0.2) come to lie far apart. */
uint32_t runner_phase(const char *key);
#endif
