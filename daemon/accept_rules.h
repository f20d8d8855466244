/*
 * accept_rules.h - no_accept as a script for nft(8): one transaction that replaces the one table which is ours, or removes it.
 * Pure.
 *
 * What is in the table depends on the configuration alone, not on who is MASTER: an address is closed before it is taken, so that
 * there is no moment in which it is open, and a BACKUP, which does not have it, is not concerned (what it forwards to the MASTER
 * passes another hook). The chain comes after that of IPVS (priorities 98 and 99, net/netfilter/ipvs/ip_vs_core.c): what is for a
 * virtual server is taken by the balancer and never gets here.
 */
#ifndef DAEMON_ACCEPT_RULES_H
#define DAEMON_ACCEPT_RULES_H
#include <stdbool.h>
#include <stdint.h>

struct text;
struct vrrp_config;

/* Rows of global_defs: the table. */
struct filter_conf {
	const char *table; /* NULL: vipd */
	int32_t priority;
	bool counters;
};

struct accept_rules {
	unsigned n;  /* addresses that are closed: those of instances with no_accept that are not their owners */
	char *table; /* owned: the one that is asked for */
	char *text;  /* owned: what makes it; NULL: no address is closed */
};

/* What a configuration asks for; nothing of it is borrowed. The caller frees. */
struct accept_rules *accept_rules_new(const struct filter_conf *f, const struct vrrp_config *c);
/* Accepts NULL. */
void accept_rules_free(struct accept_rules *r);
/*
 * Appends the script: removes the table `old` (NULL: there is none of ours), and makes the one that `r` (NULL: none) asks for,
 * if it closes an address. Nothing is appended when there is nothing to do. The script fails as a whole when a table of that
 * name is there already, which is not ours then.
 */
void accept_rules_write(const struct accept_rules *r, const char *old, struct text *ret);
#endif
