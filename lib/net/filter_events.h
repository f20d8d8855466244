/*
 * filter_events.h - the door to what the kernel tells of changes to nftables (linux/netfilter/nfnetlink.h, group NFNLGRP_NFTABLES):
 * whether somebody touched a table. Needs CAP_NET_ADMIN. Changes nothing itself, and knows no rule.
 */
#ifndef NET_FILTER_EVENTS_H
#define NET_FILTER_EVENTS_H
#include <stdint.h>

struct filter_events;

/* 0 or -errno: -EPROTONOSUPPORT where the kernel has no nftables. */
int filter_events_new(struct filter_events **ret);
/* Accepts NULL. */
void filter_events_free(struct filter_events *e);
/* To be watched for reading. */
int filter_events_fd(const struct filter_events *e);
/*
 * Takes in all that waits. 1: somebody else than the socket `own` (its netlink address; of a program with one such socket its pid)
 * touched the table of family inet called `table`, or that may be so; 0: nobody did; -errno.
 */
int filter_events_read(struct filter_events *e, const char *table, uint32_t own);
#endif
