/*
 * checker.h - what every kind of check is: a row in one registry that starts one attempt and can cancel it. probe.c schedules and
 * counts; a checker knows neither schedule nor verdict. Adding a kind is one file and one line of the registry.
 */
#ifndef CHECKERS_CHECKER_H
#define CHECKERS_CHECKER_H
#include "base/mono.h"
#include "checkers/verdict.h"

struct check_conf;
struct loop;

enum { CHECK_DETAIL_LEN = 96 /* as msg_check.detail */ };

/* What one attempt found. */
struct check_result {
	enum check_reason reason;
	mono_t ended;                  /* when it was known */
	char detail[CHECK_DETAIL_LEN]; /* "" or what was seen, escaped */
};

typedef void check_done_fn(void *ctx, const struct check_result *result);

/*
 * One attempt as the scheduler wants it; owned by the scheduler and valid until done or cancel. A reload may replace `conf` by an
 * equal one while the attempt runs: attempts read it through this struct and keep no pointer into it.
 */
struct check_run {
	struct loop *loop;
	const struct check_conf *conf;
	mono_t deadline; /* of the whole attempt, absolute */
	check_done_fn *done;
	void *ctx;
};

struct checker {
	const char *name; /* the keyword of its block: "TCP_CHECK" */
	/*
	 * Begins an attempt and returns it, never NULL. `done` is called exactly once, from the loop and never from inside start(),
	 * no later than the deadline; the attempt is gone by then. After cancel() it is not called any more.
	 */
	void *(*start)(const struct check_run *run);
	void (*cancel)(void *attempt);
};

extern const struct checker tcp_checker, http_checker;
/* Nobody runs it: what it finds is told by the vrrp process, see session.h. It has a name only. */
extern const struct checker bfd_checker;
/* All kinds; NULL ends the array. */
extern const struct checker *const checker_registry[];
/* The kind with this keyword, or NULL. */
const struct checker *checker_find(const char *name);
/* Fills reason and detail (cut to fit); `ended` is now. */
void check_result_set(struct check_result *r, enum check_reason reason, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/*
 * The deadline's timer fired: false when what arrived meanwhile must be looked at first (arm it for `now` again), for a loop that
 * was held up must not blame the server; true: give up. *is_late is the attempt's and starts false.
 */
bool check_deadline(bool *is_late);
/* Gives up: `reason` and the text, or a local failure if this process slept through the deadline (a stopped or starved host). */
void check_result_late(struct check_result *r, const struct check_run *run, enum check_reason reason, const char *what);
/* Whether the probe runs it; the others are told. */
static inline bool checker_is_run(const struct checker *c)
{
	return c->start != NULL;
}

/* Our own fault, which says nothing about the server. */
static inline bool check_reason_is_local(enum check_reason r)
{
	return r >= CHECK_LOCAL;
}
#endif
