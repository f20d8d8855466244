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

struct config;
struct text;

/* How many addresses are closed: those of instances with no_accept that are not their owners. */
unsigned accept_rules_count(const struct config *c);
/* The table that `c` asks for. */
const char *accept_rules_table(const struct config *c);
/*
 * Appends the script: removes the table `old` (NULL: there is none of ours), and makes the one that `c` (NULL: none) asks for,
 * if it closes an address. Nothing is appended when there is nothing to do. The script fails as a whole when a table of that
 * name is there already, which is not ours then.
 */
void accept_rules_write(const struct config *c, const char *old, struct text *ret);
#endif
