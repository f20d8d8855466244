/*
 * mono.h - monotonic time. The only module that asks the clock; everybody else is given `now`.
 * mono_t is a struct, so that no one adds it to an int. Unit: microseconds of CLOCK_MONOTONIC.
 */
#ifndef BASE_MONO_H
#define BASE_MONO_H
#include <stdbool.h>
#include <stdint.h>

#define MONO_SEC INT64_C(1000000)
#define MONO_MSEC INT64_C(1000)
#define MONO_NEVER ((mono_t){ INT64_MAX })

typedef struct mono {
	int64_t usec;
} mono_t;

/* The time now. Async-signal-safe, never fails. */
mono_t mono_now(void);
/* Microseconds since the host booted, those in which it slept too: CLOCK_BOOTTIME. */
int64_t mono_since_boot(void);
/* Microseconds since 1970, UTC: for stamps that other machines read. It may jump; no timer may depend on it. */
int64_t mono_utc(void);

/* `t` plus `usec` microseconds; MONO_NEVER stays MONO_NEVER. */
static inline mono_t mono_add(mono_t t, int64_t usec)
{
	return t.usec == INT64_MAX ? t : (mono_t){ t.usec + usec };
}

/* Microseconds from `from` to `to`; negative when `to` lies before `from`. */
static inline int64_t mono_diff(mono_t to, mono_t from)
{
	return to.usec - from.usec;
}

static inline bool mono_before(mono_t a, mono_t b)
{
	return a.usec < b.usec;
}

static inline mono_t mono_min(mono_t a, mono_t b)
{
	return a.usec < b.usec ? a : b;
}

static inline mono_t mono_max(mono_t a, mono_t b)
{
	return a.usec < b.usec ? b : a;
}
#endif
