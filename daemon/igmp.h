/*
 * igmp.h - disable_local_igmp: net.ipv4.igmp_link_local_mcast_reports is 0 while that is wanted, so that the kernel sends no IGMP
 * reports for the group of the adverts. What was there before is kept in a file of the runtime directory: a reload without the
 * word, a stop and the start after a crash put it back.
 */
#ifndef DAEMON_IGMP_H
#define DAEMON_IGMP_H
#include <stdbool.h>

/* Before the vrrp process joins its groups. What goes wrong is logged. */
void igmp_config(const char *run_dir, bool is_disabled);
#endif
