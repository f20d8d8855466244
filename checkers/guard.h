/*
 * guard.h - the part of a pool's step that guards against failures of many servers at once: which servers that are down go on as
 * before, by fail_open and minimum_available. Pure.
 */
#ifndef CHECKERS_GUARD_H
#define CHECKERS_GUARD_H
#include "base/mono.h"

struct pool;
struct pool_in;
struct pool_out;
struct vs_conf;

/*
 * Sets pool_server.is_held and .is_failed, pool.is_failing_open and .is_below_minimum, and in `out` what of these has changed.
 * Servers that are disabled or drain take no part. The rules are in pool.h.
 */
void guard_step(struct pool *p, const struct vs_conf *vs, const struct pool_in *in, mono_t now, struct pool_out *out);
#endif
