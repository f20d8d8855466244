/* ctl.h - what every command of vipctl is told, and what it may leave with. */
#ifndef VIPCTL_CTL_H
#define VIPCTL_CTL_H
#include <stdbool.h>

enum { CTL_EXIT_OK = 0, CTL_EXIT_FAILED = 1, CTL_EXIT_USAGE = 2, CTL_EXIT_NO_DAEMON = 3 };

struct ctl {
	const char *socket;
	bool is_json;
	bool is_plan; /* --plan */
};
#endif
