/* lint_table.c - see lint_table.h. */
#include "vrrp/lint_table.h"

const struct lint vrrp_lints[] = {
	[VRRP_LINT_DUPLICATE_VRID] = { "W101", "duplicate-vrid", CONF_WARNING, false,
		"Two instances have the same virtual_router_id on one interface and family. Each takes the adverts of the other's routers "
		"for its own: one of them never becomes MASTER, or both do. Unicast instances may share a number when their peers differ "
		"and check_unicast_src is on: then the sender tells them apart.",
		"another virtual_router_id for one of them, on all its routers" },
	[VRRP_LINT_NOPREEMPT_MASTER] = { "W102", "nopreempt-master", CONF_WARNING, false,
		"nopreempt stands beside state MASTER, which asks for the opposite, and has no effect: the router takes the addresses back "
		"as soon as it is up again.",
		"state BACKUP on all routers; the priority decides" },
	[VRRP_LINT_DELAY_MASTER] = { "W103", "preempt-delay-master", CONF_WARNING, false,
		"preempt_delay stands beside state MASTER, which asks for the opposite, and has no effect.",
		"state BACKUP on all routers; the priority decides" },
	[VRRP_LINT_WEIGHT_IDLE] = { "W104", "weight-idle", CONF_WARNING, false,
		"Whatever the tracked things do, the priority stays where the other router does not take over: it does so only when the "
		"priority falls below its own (RFC 9568 6.4.2), and never changes the priority 255 of an owner. The other's priority comes "
		"from a comment `# vipd: peer-priority 90`; without one only what is certain is said.",
		"a weight that is larger than the distance of the two priorities, or weight 0: FAULT at once" },
	[VRRP_LINT_AUTH_IDLE] = { "W105", "auth-idle", CONF_WARNING, false,
		"Authentication that is not used: version 3 of VRRP has none, strict_mode forbids it, and without auth_pass there is "
		"nothing to compare. The routers accept adverts of everybody on the link.",
		"remove the block, or write version 2 on all routers" },
	[VRRP_LINT_AUTH_LONG] = { "W106", "auth-pass-long", CONF_WARNING, false,
		"Adverts have room for eight characters of auth_pass; the rest is cut off, here as in keepalived. Passwords that differ "
		"only behind the eighth are the same one.",
		"eight characters, the same ones on all routers" },
	[VRRP_LINT_PEER_SELF] = { "W107", "peer-is-self", CONF_WARNING, false,
		"The unicast_peer block lists the instance's own source address. This router then speaks to itself, and where the same file "
		"is on both routers, neither list is right.",
		"list the other routers only" },
	[VRRP_LINT_STRICT_UNICAST] = { "W108", "strict-unicast", CONF_WARNING, false,
		"strict_mode (or vrrp_strict) asks for what the RFCs say, and they know no unicast: keepalived refuses such an instance or "
		"ignores one of the two, by version.",
		"remove vrrp_strict: it is for routers of other makers" },
	[VRRP_LINT_OWNER] = { "W109", "owner-by-state", CONF_WARNING, false,
		"state MASTER without a priority means priority 255, that of the router whose own addresses the virtual ones are. Two such "
		"routers never agree.",
		"a priority of 1 to 254" },
	[VRRP_LINT_NO_ADDRESS] = { "W110", "no-address", CONF_WARNING, false,
		"The instance has no virtual address: its transitions move nothing but what its scripts do.",
		"virtual_ipaddress { ADDRESS/LENGTH }, or no_virtual_ipaddress when that is meant" },
	[VRRP_LINT_GROUP_ALONE] = { "W111", "group-alone", CONF_WARNING, false,
		"A vrrp_sync_group holds instances together; with a single one it holds nothing. Often the second name was mistyped or its "
		"instance removed.",
		"name the other instance, or remove the group" },
	[VRRP_LINT_TRACK_OWN] = { "W112", "track-own-interface", CONF_WARNING, false,
		"track_interface names the instance's own interface, which is tracked without that: the line has no effect, or, with "
		"dont_track_primary, takes that back.",
		"remove the line" },
	[VRRP_LINT_SCRIPT_SLOW] = { "W113", "script-slow", CONF_WARNING, false,
		"The timeout of a vrrp_script is longer than its interval. A script that hangs is noticed after the timeout, fall times: "
		"later than the interval makes believe.",
		"timeout not above interval" },
	[VRRP_LINT_STRICT_CLOSED] = { "W114", "strict-closed", CONF_WARNING, false,
		"strict_mode (or vrrp_strict) implies accept off (RFC 9568 6.1): keepalived drops every packet to the virtual address unless "
		"the priority is 255 - ping, proxies and virtual servers on it do not answer.",
		"remove vrrp_strict, or write accept in the instance" },
	[VRRP_LINT_VIP_FOREIGN] = { "W115", "vip-foreign", CONF_ENVIRONMENT, false,
		"A virtual address lies in no network of its interface. Hosts on that link do not ask for it there, unless they have a route "
		"of their own; often a digit is wrong.",
		"check address and interface (`dev`), or allow it when a router sends the address here" },
	[VRRP_LINT_PEER_LOCAL] = { "W116", "peer-is-local", CONF_ENVIRONMENT, false,
		"The unicast_peer block lists an address of this machine: this router speaks to itself.",
		"list the other routers only" },
	[VRRP_LINT_SOURCE_FOREIGN] = { "W117", "source-foreign", CONF_ENVIRONMENT, false,
		"unicast_src_ip or mcast_src_ip is no address of this machine (yet): nothing can be sent, and the instance is in FAULT as "
		"long as it is so.",
		"an address of this machine" },
	[VRRP_LINT_WEIGHT_NOPREEMPT] = { "W118", "weight-nopreempt", CONF_WARNING, false,
		"Weights lower the priority of a MASTER that goes on working, and nopreempt keeps the other router from taking over from it: "
		"with both on both routers no failure of what is tracked moves the addresses.",
		"weight 0: FAULT at once, which nopreempt does not hold up; or no nopreempt" },
	[VRRP_LINT_SCRIPT_IDLE] = { "W119", "script-idle", CONF_WARNING, false,
		"A vrrp_script or vrrp_track_process is tracked by no instance and no sync group: whatever it finds, nothing follows.",
		"its name in track_script (track_process) of the instance" },
	[VRRP_LINT_FIRST_ADDRESS] = { "W120", "first-not-link-local", CONF_WARNING, false,
		"The first address of an IPv6 advert is to be link-local (RFC 9568 5.2.9, erratum 8300): hosts have it as their router. "
		"vipd and keepalived do without, where neither is strict; routers of other makers may drop the adverts, and both are MASTER then.",
		"an address of fe80::/10 in virtual_ipaddress, the same on all routers" },
	[VRRP_LINT_ROUTED_UNSIGNED] = { "W121", "routed-unsigned", CONF_WARNING, false,
		"min_ttl or max_ttl lets adverts in that came through routers. A TTL of 255 is the proof that the sender is on the link (RFC "
		"9568 9); without it and without signatures anybody who can reach this router can take its addresses away.",
		"auth_hmac with mode enforce on all routers, or min_ttl 255" },
	[VRRP_LINT_INTERVAL_LEAST] = { "W122", "interval-least", CONF_WARNING, false,
		"With one advert every hundredth of a second a point of priority is worth 39 microseconds of waiting: less than the usual "
		"lateness of a timer. Of three routers the weaker one may take over first, and any pause of 40 ms is a fail-over.",
		"advert_int 0.1 or more; `vipctl why` shows how late the timers are" },
	[VRRP_LINTS] = { .id = NULL },
};
