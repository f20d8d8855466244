/* mono.c - see mono.h. */
#include "base/mono.h"

#include <time.h>

mono_t mono_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (mono_t){ (int64_t)ts.tv_sec * MONO_SEC + ts.tv_nsec / 1000 };
}

int64_t mono_since_boot(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (int64_t)ts.tv_sec * MONO_SEC + ts.tv_nsec / 1000;
}

int64_t mono_utc(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * MONO_SEC + ts.tv_nsec / 1000;
}
