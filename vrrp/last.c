/* last.c - see last.h. */
#include "vrrp/last.h"

#include <stdio.h>

const char *instance_last_str(const struct instance_last *last, char *buf)
{
	buf[0] = '\0';
	if (last->reason)
		snprintf(buf, INSTANCE_REASON_LEN, "%s", last->reason);
	else if (last->at.usec)
		(void)vrrp_reason_str(&last->action, buf, INSTANCE_REASON_LEN);
	return buf;
}
