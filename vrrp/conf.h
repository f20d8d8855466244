/*
 * conf.h - the VRRP half of the configuration as structs: const after load, filled by the tables in schema.c. Run state is in
 * instance.h; no counter sits here. Field defaults are in the tables.
 */
#ifndef VRRP_CONF_H
#define VRRP_CONF_H
#include "base/addr.h"
#include "conf/schema.h"
#include "conf/script.h"
#include "net/link_route.h"
#include "net/link_rule.h"
#include "vrrp/track.h"

enum vrrp_version { VRRP_V2 = 2, VRRP_V3 = 3 };
enum vrrp_auth { VRRP_AUTH_NONE = 0, VRRP_AUTH_PASS = 1 }; /* the wire's values, RFC 2338 5.3.6 */
/* on_address_mismatch: what an advert with other addresses than ours is worth. */
enum vrrp_mismatch { VRRP_MISMATCH_ACCEPT, VRRP_MISMATCH_IGNORE, VRRP_MISMATCH_FAULT };
/* on_transmit_failure: what a MASTER does whose adverts the kernel refuses. */
enum vrrp_unsent { VRRP_UNSENT_YIELD, VRRP_UNSENT_KEEP, VRRP_UNSENT_FAULT };
enum { VRRP_AUTH_LEN = 8, VRRP_PRIORITY_OWNER = 255, VRRP_UNSET = -1, VRRP_PATH_MAX = 4096 };

/* Gratuitous ARP timing; in an instance VRRP_UNSET was replaced by the global value (and the global one by its default). */
struct vrrp_garp_conf {
	int64_t master_delay;   /* usec until the second burst; 0 = none */
	uint32_t master_repeat; /* per VIP and burst */
	int64_t master_refresh; /* usec; 0 = off */
	uint32_t master_refresh_repeat;
	int64_t lower_prio_delay;
	uint32_t lower_prio_repeat;
	struct vrrp_garp_extra {
		int64_t every; /* usec; 0 = off */
		bool is_all;   /* every address, not one for each interface */
	} extra;               /* garp_extra_if */
};

/* use_vmac, use_ipvlan: the devices of an instance (vmac.h). */
struct vrrp_vmac_conf {
	bool is_vmac, is_ipvlan; /* use_vmac, use_ipvlan: addresses and adverts are on a device */
	bool per_addr;           /* use_vmac_addr: addresses elsewhere too */
	bool xmit_base;          /* adverts leave by the interface itself */
	const char *name;        /* of the device; NULL: made up */
	uint8_t mac[6], mac_len; /* mac_len 0: the standard's, 5: followed by the VRID, 6: as written */
	unsigned mode;           /* of an ipvlan, enum link_dev_mode */
	uint32_t group;
};

/* A name that refers to another block. */
struct vrrp_name {
	const char *name;
	struct place at;
};

/* lvs_sync_daemon. 0 and AF_UNSPEC: the kernel's default. */
struct vrrp_sync {
	const char *interface; /* NULL: not written */
	struct vrrp_name instance;
	uint32_t id; /* VRRP_SYNC_ID_AUTO: the instance's VRID, or 0 */
	uint32_t maxlen, port, ttl;
	struct addr group;
	bool is_both; /* the instance only lends its VRID */
};

#define VRRP_SYNC_ID_AUTO UINT32_MAX

/* The rows of global_defs that VRRP owns. */
struct vrrp_globals {
	struct conf_head head;
	uint32_t version; /* 2 or 3 */
	struct addr mcast_group4, mcast_group6;
	struct vrrp_garp_conf garp;
	int64_t garp_interval,
		gna_interval; /* usec between two announcements on one interface; 0 = the built-in budget */
	bool strict, skip_check_adv_addr, lower_prio_no_advert, higher_prio_send_advert, v3_checksum_as_v2,
		check_unicast_src, owner_ignore_adverts;
	bool notify_priority_changes, log_unknown_vrids;
	uint32_t down_timer_adverts;
	int64_t startup_delay;    /* usec */
	int64_t delay_after_boot; /* usec of the host's uptime */
	int32_t nice;             /* of the vrrp process, as the next three */
	uint32_t rt_priority;     /* SCHED_RR; 0: not */
	uint32_t rt_time;         /* usec in real time without a pause; 0: no limit */
	bool no_swap;
	int64_t vip_lease;                          /* usec, or LEASE_AUTO, LEASE_OFF (lease.h) */
	unsigned on_mismatch, on_unsent;            /* enum vrrp_mismatch, enum vrrp_unsent */
	int64_t drill_hold;                         /* usec a drilled instance does not preempt (60 s) */
	const char *vmac_prefix, *vmac_addr_prefix; /* of the names of devices; the second NULL: as the first */
	const char *default_interface;
	struct vrrp_sync sync;
};

/* Words of an address that are seldom written. */
struct vrrp_vip_rare {
	const char *label;
	const char *group;       /* static: the track_group; NULL: none */
	struct addr broadcast;   /* AF_UNSPEC: none */
	bool broadcast_computed; /* "brd +" */
};

/* An address of virtual_ipaddress or virtual_ipaddress_excluded. */
struct vrrp_vip {
	const char *dev;                  /* NULL: the instance's interface */
	const struct vrrp_vip_rare *rare; /* NULL: none of them */
	const struct conf_word *word;     /* for diagnostics; gone with the tree */
	struct addr addr;
	uint8_t prefix_len; /* 32/128 when not written */
	uint8_t scope;      /* RT_SCOPE_UNIVERSE ... */
	bool no_track;      /* its loss is not repaired */
	bool is_excluded;   /* not carried in adverts */
	bool is_deprecated; /* preferred_lft 0, or an IPv6 address alone: not chosen as a source */
};

/* A line of virtual_routes or static_routes. */
struct vrrp_route {
	struct link_route route; /* without the numbers of interfaces */
	const char *dev
		[LINK_HOPS_MAX]; /* of each hop; NULL: the kernel finds it by `via`; without one, the instance's interface */
	const char *vrf;         /* the interface of the VRF whose table it is in; NULL: `route` says the table */
	bool has_scope, no_track;
	const char *group;     /* static: the track_group; NULL: none */
	struct conf_word word; /* for diagnostics */
};

/* A line of virtual_rules or static_rules. */
struct vrrp_rule {
	struct link_rule rule;
	bool no_track;
	const char *group;     /* static: the track_group; NULL: none */
	struct conf_word word; /* for diagnostics */
};

struct vrrp_peer {
	struct addr addr;
	uint8_t min_ttl, max_ttl; /* 0, 255 when not written; written: check_unicast_src is on */
	bool is_owner;            /* may send priority 255 */
};

/* A line of allow_from. */
struct vrrp_source {
	struct addr addr;
	uint8_t prefix_len;
	bool is_owner; /* may send priority 255 */
};

struct vrrp_track_if {
	const char *interface;
	int32_t weight; /* 0: FAULT when down */
	bool is_reverse;
};

/* A line of track_script, track_file, track_process or track_bfd. */
struct vrrp_track_ref {
	const char *name;
	uint32_t index; /* into vrrp_config.scripts, files, processes or bfds once checked */
	int32_t weight; /* INT32_MIN: the tracked thing's own */
	bool is_reverse;
	struct place at;
};

/* A line of track_service. */
struct vrrp_track_service {
	const char *name; /* as the other half calls it: "192.0.2.1:80/tcp", "fwmark 7", "group web" */
	int32_t weight;   /* 0: FAULT while its quorum is lost */
	bool is_reverse;
	struct place at;
};

/* A line of track_gateway: a neighbour that must answer ARP or neighbour solicitation. */
struct vrrp_gateway_conf {
	const char *name; /* "192.0.2.254", "fe80::1 dev eth0": the address, and the interface where it was written */
	struct addr addr;
	const char *dev;                 /* NULL: the interface whose network the address is in */
	int64_t interval, timeout, hold; /* usec */
	uint32_t fall, rise;             /* in a row */
	int32_t weight;                  /* 0: FAULT while it is silent */
	bool is_reverse;
	struct place at;
};

/* weight N [reverse]. */
struct vrrp_weight {
	int32_t value;
	bool is_reverse;
};

struct vrrp_script_conf {
	struct conf_head head;
	const char *name;
	struct script_conf script;
	int64_t interval, timeout; /* usec */
	struct vrrp_weight weight;
	bool init_fail;
	uint32_t rise, fall;
};

/* track_file: a number in a file, times the weight. */
struct vrrp_file_conf {
	struct conf_head head;
	const char *name;
	const char *path; /* absolute, shorter than VRRP_PATH_MAX */
	struct vrrp_weight weight;
	bool init, init_overwrite; /* init_file was written; even if the file exists */
	int32_t init_value;
};

enum vrrp_param_match { VRRP_PARAM_ANY, VRRP_PARAM_EXACT, VRRP_PARAM_INITIAL, VRRP_PARAM_PARTIAL };

/* vrrp_track_process: how many processes of a name run. */
struct vrrp_process_conf {
	struct conf_head head;
	const char *name;
	const char *const *argv; /* the command and its parameters, NULL at the end */
	unsigned param_match;    /* enum vrrp_param_match; ANY: the command alone was written */
	struct vrrp_weight weight;
	uint32_t quorum, quorum_max;
	int64_t fork_delay, terminate_delay; /* usec */
	bool full_command;
};

enum vrrp_hmac_mode { VRRP_HMAC_ENFORCE, VRRP_HMAC_PERMISSIVE, VRRP_HMAC_RECEIVE_ONLY };
enum vrrp_hmac_replay { VRRP_HMAC_TIME, VRRP_HMAC_MONOTONIC };
enum { VRRP_HMAC_KEY_MIN = 32, VRRP_HMAC_KEY_MAX = 64 };

/* auth_hmac. */
struct vrrp_hmac_conf {
	struct conf_head head;
	struct conf_vec keys; /* struct vrrp_hmac_key; empty: not written */
	uint32_t active_key;  /* 0: not written, the first key signs */
	unsigned anti_replay; /* enum vrrp_hmac_replay */
	int64_t time_window;  /* usec; 0: not written */
	unsigned mode;        /* enum vrrp_hmac_mode */
};

struct vrrp_hmac_key {
	uint32_t id;
	uint8_t bytes[VRRP_HMAC_KEY_MAX];
	uint8_t len; /* 0: `file:`, not read here: the configuration that main accepts has the key itself */
	struct place at;
};

/* track_interface and its like, of an instance or a group. */
struct vrrp_track_conf {
	struct conf_vec interfaces; /* struct vrrp_track_if */
	struct conf_vec scripts;    /* struct vrrp_track_ref, as the next */
	struct conf_vec files, processes, bfds;
	struct conf_vec services; /* struct vrrp_track_service */
	struct conf_vec gateways; /* struct vrrp_gateway_conf */
};

/* vrrp_sync_group. */
struct vrrp_group_conf {
	struct conf_head head;
	const char *name;
	struct conf_vec members; /* struct vrrp_name */
	struct vrrp_track_conf track;
	const struct script_conf *notify, *notify_master, *notify_backup, *notify_fault, *notify_stop; /* NULL: none */
	unsigned smtp_alert;                                                                           /* enum said */
	bool notify_priority_changes;
};

/* track_group: who depends on what is static; not served yet. */
struct vrrp_static_group {
	struct conf_head head;
	const char *name;
	struct conf_vec members; /* struct vrrp_name */
};

/* A line of interface_up_down_delays. */
struct vrrp_delay {
	const char *interface;
	int64_t down, up; /* usec */
};

/* garp_group. */
struct vrrp_garp_group {
	struct conf_head head;
	int64_t garp_interval, gna_interval; /* usec */
	const char *interface;
	struct conf_vec interfaces; /* struct vrrp_name */
};

/* bfd_instance. */
struct vrrp_bfd_conf {
	struct conf_head head;
	const char *name;
	struct addr neighbor, source;     /* source AF_UNSPEC: the kernel's choice */
	uint32_t min_rx, min_tx, idle_tx; /* usec */
	uint32_t multiplier, ttl, hoplimit;
	int32_t max_hops; /* -1 and 255: not checked, nor 0 of a multihop session */
	bool is_passive, is_multihop;
	bool for_vrrp, for_checker; /* as written; neither: both */
	struct vrrp_weight weight;
};

/* What runs for an instance, and who is told. */
struct vrrp_hook_conf {
	const struct script_conf *notify, *notify_master, *notify_backup, *notify_fault, *notify_stop; /* NULL: none */
	const struct script_conf *notify_ensure;
	int64_t notify_ensure_interval; /* usec */
	const struct script_conf *notify_deleted, *notify_master_rx_lower_pri;
	const struct script_conf *pre_master, *pre_release;
	int64_t pre_master_timeout, pre_release_timeout; /* usec */
	unsigned smtp_alert;                             /* enum said */
};

/* Words of an instance that are seldom written, or the same in all of them. */
struct vrrp_rare_conf {
	struct conf_vec routes;     /* struct vrrp_route */
	struct conf_vec rules;      /* struct vrrp_rule */
	struct conf_vec allow_from; /* struct vrrp_source; empty: everybody */
	const char *sync_interface; /* lvs_sync_daemon_interface; NULL: not written */
	const char *vrf;            /* of one without interface; NULL: the default */
	uint32_t unicast_ttl;
	struct addr unicast_src, mcast_src, mcast_dst;
	int64_t vip_lease;               /* usec, or LEASE_AUTO, LEASE_OFF (lease.h) */
	unsigned on_mismatch, on_unsent; /* enum vrrp_mismatch, enum vrrp_unsent */
};

/*
 * One virtual router. All arrays are NULL-free and live in the arena. There are thousands of them: what is alike in most is in
 * parts (conf/schema.h), none of which is NULL once read.
 */
struct vrrp_conf {
	struct conf_head head;
	const char *name;
	const char *interface; /* NULL: unicast without interface */
	uint32_t vrid, priority;
	uint32_t interval_cs;             /* 1..25500; v2: whole seconds, v3: 1..4095 */
	uint32_t version;                 /* VRRP_V2, VRRP_V3 */
	unsigned auth_type;               /* enum vrrp_auth */
	uint8_t auth_pass[VRRP_AUTH_LEN]; /* zero padded, longer ones cut as keepalived does */
	unsigned
		initial_state; /* enum vrrp_state: VRRP_MASTER or VRRP_BACKUP; a wish only, see state in the man page */
	struct conf_vec vips;  /* struct vrrp_vip, those in adverts first, then excluded ones */
	struct conf_vec peers; /* struct vrrp_peer; not empty: unicast */
	uint32_t n_advertised; /* the first n of vips are in adverts */
	uint8_t family;        /* AF_INET, AF_INET6: of the adverts, from what they carry; never AF_UNSPEC once read */
	bool native_ipv6;      /* IPv6, where no address tells */
	bool nopreempt, strict, skip_check_adv_addr, lower_prio_no_advert, higher_prio_send_advert;
	bool v3_checksum_as_v2, check_unicast_src, unicast_fault_no_peer, dont_track_primary, track_src_ip, no_accept;
	bool owner_ignore_adverts;
	bool promote_secondaries, notify_priority_changes;
	bool tells_deleted;     /* notify_deleted was written, with or without a script */
	bool no_vip_is_meant;   /* no_virtual_ipaddress was written */
	bool has_unicast_block; /* unicast_peer was written, even if empty: never fall back to multicast */
	uint32_t down_timer_adverts;
	int64_t preempt_delay; /* usec */
	const struct vrrp_garp_conf *garp;
	const struct vrrp_vmac_conf *vmac;
	const struct vrrp_track_conf *track;
	const struct vrrp_hmac_conf *hmac;
	const struct vrrp_hook_conf *hooks;
	const struct vrrp_rare_conf *rare;
};

/* Parts with nothing in them: for who makes a struct vrrp_conf of his own. */
struct vrrp_bare {
	struct vrrp_garp_conf garp;
	struct vrrp_vmac_conf vmac;
	struct vrrp_track_conf track;
	struct vrrp_hmac_conf hmac;
	struct vrrp_hook_conf hooks;
	struct vrrp_rare_conf rare;
};

extern const struct vrrp_bare vrrp_bare;
#define VRRP_BARE                                                                                                          \
	.garp = &vrrp_bare.garp, .vmac = &vrrp_bare.vmac, .track = &vrrp_bare.track, .hmac = &vrrp_bare.hmac,              \
	.hooks = &vrrp_bare.hooks, .rare = &vrrp_bare.rare

struct vrrp_config {
	struct conf_head head;
	struct vrrp_globals globals;
	unsigned n_vips;           /* of all instances; set once it is read */
	struct conf_vec instances; /* struct vrrp_conf */
	struct conf_vec scripts;   /* struct vrrp_script_conf */
	struct conf_vec files;     /* struct vrrp_file_conf */
	struct conf_vec processes; /* struct vrrp_process_conf */
	struct conf_vec bfds;      /* struct vrrp_bfd_conf */
	/* Read and checked, not served yet. */
	struct conf_vec groups;                                        /* struct vrrp_group_conf */
	struct conf_vec delays;                                        /* struct vrrp_delay */
	struct conf_vec garp_groups;                                   /* struct vrrp_garp_group */
	struct conf_vec track_groups;                                  /* struct vrrp_static_group */
	struct conf_vec static_addresses, static_routes, static_rules; /* struct vrrp_vip, vrrp_route, vrrp_rule */
	struct conf_vec static_groups; /* struct vrrp_name: the track_groups that static lines name */
};

/* The interface or the VRF whose packets its sockets take; NULL: those of every interface outside a VRF. */
const char *vrrp_socket_device(const struct vrrp_conf *c);
/* The name of what a track_ref of that kind and index means; NULL when there is none. */
const char *vrrp_tracked_name(const struct vrrp_config *c, enum track_kind kind, unsigned index);
/* The root table of this floor: fills a struct vrrp_config. */
extern const struct conf_block vrrp_root;
/* The table of one instance, for schema_diff(). */
extern const struct conf_block vrrp_instance_block;
extern const struct conf_part vrrp_track_part; /* of it */
/* The table of one BFD session. */
extern const struct conf_block vrrp_bfd_block;
#endif
