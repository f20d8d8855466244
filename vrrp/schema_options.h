/*
 * schema_options.h - parse functions of keywords with several optional words: virtual MACs, refresh of other interfaces, the
 * kernel's connection synchronisation, packet filters (keepalived.conf(5)). Most of them check and forget.
 */
#ifndef VRRP_SCHEMA_OPTIONS_H
#define VRRP_SCHEMA_OPTIONS_H
#include "conf/schema.h"

/* use_vmac [[name] INTERFACE] [MAC] [netlink_notify_msg] [group N] */
conf_parse_fn schema_use_vmac;
/* use_ipvlan [[name] INTERFACE] [ADDRESS[/LENGTH]] [bridge|private|vepa] [group N] */
conf_parse_fn schema_use_ipvlan;
/* garp_extra_if [all] SECONDS; the row's min and max are those of the time. */
conf_parse_fn schema_extra_if;
/* One word that may be missing: a number (the row's min and max) or one of its choices. */
conf_parse_fn schema_optional;
/* Up to the row's max names of at most 31 characters. */
conf_parse_fn schema_names_line;
/* A multicast address of the family in the row's min (AF_INET, AF_INET6), into the struct addr at its offset. */
conf_parse_fn schema_mcast_group;
/* lvs_sync_daemon INTERFACE [[inst] INSTANCE] [id N] [maxlen N] [port N] [ttl N] [group ADDRESS] [both]: of struct vrrp_globals. */
conf_parse_fn schema_sync_daemon;
/* The name of an interface, into the const char * at the row's offset. */
conf_parse_fn schema_interface;
/* The words of on_address_mismatch and on_transmit_failure. */
extern const struct conf_choice schema_mismatches[], schema_unsents[];
/* vip_lease off|auto|SECONDS, whole ones. */
conf_parse_fn schema_lease;
conf_write_fn schema_lease_write;
#endif
