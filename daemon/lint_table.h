/*
 * lint_table.h - the lints of meaning that only main can find: across floors, and about scripts. Those of the floors are in
 * vrrp/lint_table.h and checkers/lint.h; daemon/lint.h has them all.
 */
#ifndef DAEMON_LINT_TABLE_H
#define DAEMON_LINT_TABLE_H
#include "conf/lint.h"

enum daemon_lint {
	DAEMON_LINT_SUSPEND_IDLE,
	DAEMON_LINT_SERVICE_CLOSED,
	DAEMON_LINT_VIP_TWICE,
	DAEMON_LINT_ANYCAST_MOVES,
	DAEMON_LINT_FILE_NAME,
	DAEMON_LINT_BFD_NAME,
	DAEMON_LINT_SCRIPT_UNSAFE,
	DAEMON_LINT_SCRIPT_SHELL,
	DAEMON_LINT_SCRIPT_WORDS,
	DAEMON_LINTS,
};

/* By enum daemon_lint; id NULL ends it. */
extern const struct lint daemon_lints[];
#endif
