/*
 * lint.h - lints of meaning: findings about a file that is valid and still not what was meant. Each floor has a table of its own
 * (vrrp/lint.h, checkers/lint.h, daemon/lint.h); `vipd --lints` and the manual page walk them. A lint never refuses a file. An id
 * is given once: W1xx VRRP, W2xx LVS, W3xx checks, W4xx scripts, W9xx the comments that silence lints (allow.h).
 */
#ifndef CONF_LINT_H
#define CONF_LINT_H
#include "conf/report.h"

struct conf_node;

struct lint {
	const char *id;        /* "W101"; NULL ends a table */
	const char *name;      /* "duplicate-vrid" */
	enum conf_class class; /* CONF_WARNING, or CONF_ENVIRONMENT: it depends on the machine */
	bool is_security;      /* about the security of scripts: exit status 6 */
	const char *doc;       /* what is wrong and why it hurts */
	const char *cure;      /* what to do about it */
};

/* Adds a finding of `l`, with its class and id. Its cure may follow with report_hint(). */
void lint_add(struct report *r, const struct lint *l, const struct place *at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* The line of a keyword in a block, the last one when there are several; NULL: none. */
const struct conf_node *lint_line(const struct conf_node *block, const char *keyword);
/* The place of its first value; its own without one; of the block when it is not written. */
const struct place *lint_place(const struct conf_node *block, const char *keyword);
/* Whether the lint depends on the machine: the same file has it here and not there. */
bool lint_is_local(const struct lint *l);
#endif
