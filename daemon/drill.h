/*
 * drill.h - the failover drill: USR1 and `vipctl drill` ask the vrrp process to hand over; too soon after the last one
 * is refused.
 */
#ifndef DAEMON_DRILL_H
#define DAEMON_DRILL_H
#include <stdbool.h>
#include <stddef.h>

struct daemon;

/* Whether the drill was started; otherwise the reason is in `reterr`. Logs who asked. */
bool drill_now(struct daemon *d, const char *asked_by, char *reterr, size_t size);
#endif
