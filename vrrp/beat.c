/* beat.c - see beat.h. */
#include "vrrp/beat.h"

mono_t beat_at(mono_t when, int64_t interval)
{
	const int64_t share = interval / BEAT_SHARE;
	const int64_t beat = share < BEAT_MOST_USEC ? share : BEAT_MOST_USEC;

	if (beat <= 1 || when.usec > MONO_NEVER.usec - beat)
		return when;
	return (mono_t){ (when.usec + beat - 1) / beat * beat };
}
