/* realserver_check.h - `vipctl realserver check`: looks at this host and prints what a director would see. */
#ifndef VIPCTL_REALSERVER_CHECK_H
#define VIPCTL_REALSERVER_CHECK_H
#include "ctl/realserver_types.h"

/* Looks at the addresses of `w`; returns 0 fine, 1 warnings, 2 errors. */
int realserver_check(const struct realserver_facts *f, const struct realserver_want *w, bool is_json);
#endif
