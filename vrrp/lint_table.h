/*
 * lint_table.h - the table of this floor's lints of meaning: what they are called, what is wrong, why it hurts. Those who find them
 * are lint.c, rules.c, schema_*.c and, where the machine is asked, daemon/lint_local.c.
 */
#ifndef VRRP_LINT_TABLE_H
#define VRRP_LINT_TABLE_H
#include "conf/lint.h"

enum vrrp_lint {
	VRRP_LINT_DUPLICATE_VRID,
	VRRP_LINT_NOPREEMPT_MASTER,
	VRRP_LINT_DELAY_MASTER,
	VRRP_LINT_WEIGHT_IDLE,
	VRRP_LINT_AUTH_IDLE,
	VRRP_LINT_AUTH_LONG,
	VRRP_LINT_PEER_SELF,
	VRRP_LINT_STRICT_UNICAST,
	VRRP_LINT_OWNER,
	VRRP_LINT_NO_ADDRESS,
	VRRP_LINT_GROUP_ALONE,
	VRRP_LINT_TRACK_OWN,
	VRRP_LINT_VIP_FOREIGN,
	VRRP_LINT_PEER_LOCAL,
	VRRP_LINT_SOURCE_FOREIGN,
	VRRP_LINT_SCRIPT_SLOW,
	VRRP_LINT_STRICT_CLOSED,
	VRRP_LINT_WEIGHT_NOPREEMPT,
	VRRP_LINT_SCRIPT_IDLE,
	VRRP_LINT_FIRST_ADDRESS,
	VRRP_LINT_ROUTED_UNSIGNED,
	VRRP_LINT_INTERVAL_LEAST,
	VRRP_LINTS,
};

/* By enum vrrp_lint; id NULL ends it. */
extern const struct lint vrrp_lints[];
#endif
