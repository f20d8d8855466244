/*
 * script_streak.h - what the results of a vrrp_script add up to: rise and fall. Pure; track_script.c feeds it one result after the
 * other.
 */
#ifndef DAEMON_SCRIPT_STREAK_H
#define DAEMON_SCRIPT_STREAK_H
#include "io/message.h"

struct job_result;
struct vrrp_script_conf;

struct script_streak {
	enum script_status status;
	uint32_t good, bad; /* results in a row */
};

/* Before the first result: UNKNOWN, or FAILED with init_fail. */
struct script_streak script_streak_of(const struct vrrp_script_conf *conf);
/*
 * One more result, judged by the rise and fall of `conf`. Only exit code 0 is good; one that ended in another way than by exiting
 * is an ERROR. fall failures (or the very first result) turn it bad, rise successes good.
 */
void script_streak_add(struct script_streak *s, const struct vrrp_script_conf *conf, const struct job_result *r);
#endif
