/*
 * lint.h - lints of meaning of the LVS half: services that are valid, and still not what was meant. Pure: structs and a report;
 * what needs the machine is in daemon/lint_local.c. Linear in the size of the file.
 */
#ifndef CHECKERS_LINT_H
#define CHECKERS_LINT_H
#include "conf/lint.h"

struct checkers_config;
struct vs_conf;

enum checkers_lint {
	CHECKERS_LINT_QUORUM,
	CHECKERS_LINT_HYSTERESIS,
	CHECKERS_LINT_SORRY_REAL,
	CHECKERS_LINT_PORT,
	CHECKERS_LINT_TWICE,
	CHECKERS_LINT_OFF_LINK,
	CHECKERS_LINT_CHECK_SLOW,
	CHECKERS_LINT_ANYCAST,
	CHECKERS_LINTS,
};

/* By enum checkers_lint; id NULL ends it. */
extern const struct lint checkers_lints[];

/* Adds what is found in `c` to `r`. */
void checkers_lint(const struct checkers_config *c, struct report *r);
/* Whether nothing is said of the quorums of a service and its pools, which is all that depends on weights. */
bool checkers_lint_has_quorum(const struct vs_conf *vs);
#endif
