/* unknown.h - adverts of virtual routers that no instance of the interface is: log_unknown_vrids. */
#ifndef VRRP_UNKNOWN_H
#define VRRP_UNKNOWN_H
#include "vrrp/offender.h"

#include <stdbool.h>

struct unknown {
	bool is_logged;        /* log_unknown_vrids */
	struct offenders seen; /* its pace is borrowed */
};

/* One came in on the interface `dev`: a line, unless there was one of its sender and VRID within the minute. */
void unknown_heard(struct unknown *u, const char *dev, const struct addr *src, unsigned vrid);
#endif
