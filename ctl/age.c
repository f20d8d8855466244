/* age.c - see age.h. */
#include "ctl/age.h"

#include <inttypes.h>
#include <stdio.h>

const char *age_str(int64_t usec, char *buf, size_t size)
{
	int64_t s = usec / 1000000;

	if (s < 120)
		snprintf(buf, size, "%" PRId64 " s", s);
	else if (s < 7200)
		snprintf(buf, size, "%" PRId64 " min", s / 60);
	else if (s < 172800)
		snprintf(buf, size, "%" PRId64 " h %" PRId64 " min", s / 3600, s / 60 % 60);
	else
		snprintf(buf, size, "%" PRId64 " d %" PRId64 " h", s / 86400, s / 3600 % 24);
	return buf;
}
