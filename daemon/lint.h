/* lint.h - all lints of meaning: their tables, one run over a configuration, and `vipd --lints`. */
#ifndef DAEMON_LINT_H
#define DAEMON_LINT_H
#include "conf/lint.h"

#include <stdint.h>
#include <stdio.h>

struct allows;
struct checkers_config;
struct conf_tree;
struct report;
struct vrrp_config;

/* The tables of all floors; NULL ends them, a lint without an id ends each. */
extern const struct lint *const lint_tables[];

/* The lint with that id, or NULL. */
const struct lint *lint_find(const char *id);
/*
 * Adds what is found to `r`, without what the file allows; what it allows and is not found is a finding too, unless the file has
 * errors. `filter_priority`: at which no_accept drops. Returns what is allowed, for allow_apply() after the machine was looked
 * at; it lives as long as the tree.
 */
struct allows *lint_config(const struct conf_tree *t, const struct vrrp_config *vrrp,
	const struct checkers_config *checkers, int32_t filter_priority, struct report *r);
/* `vipd --lints`: all of them by id, a paragraph each. */
void lint_print(FILE *out);
#endif
