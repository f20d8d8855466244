/*
 * conf.h - the LVS half of the configuration as structs: const after load, filled by the tables in schema*.c. Run
 * state is in lvs.c and probe.c; no counter sits here. Times are microseconds.
 */
#ifndef CHECKERS_CONF_H
#define CHECKERS_CONF_H
#include "base/addr.h"
#include "checkers/vs_table.h"
#include "conf/schema.h"
#include "conf/script.h"

struct check_kind;
struct checker;
struct via_entry;

enum { CHECK_STATUS_MAX = 32 /* ranges in one status_code line */ };

/* Forwarding, with the kernel's numbers (linux/ip_vs.h IP_VS_CONN_F_*). */
enum lvs_forward { LVS_NAT = 0, LVS_TUN = 2, LVS_DR = 3 };

/* What packets are wrapped in by TUN, with the kernel's numbers (linux/ip_vs.h IP_VS_CONN_F_TUNNEL_TYPE_*). */
enum lvs_wrap { LVS_IPIP, LVS_GUE, LVS_GRE };
enum lvs_checksum { LVS_NOCSUM, LVS_CSUM, LVS_REMCSUM };

struct lvs_tunnel {
	enum lvs_wrap wrap;
	enum lvs_checksum checksum;
	uint16_t port; /* of GUE */
};

/*
 * What becomes of the connections of a server that its checks have found down. KEEP: it stays with weight 0 until it is up again.
 * DRAIN: weight 0 until they are gone or drain_timeout is over. RESET: it leaves the table, they are cut.
 */
enum lvs_down { LVS_DOWN_KEEP, LVS_DOWN_DRAIN, LVS_DOWN_RESET };

/* What becomes of a server that does not own the address of its service, see path.h. */
enum dr_path { DR_PATH_OFF, DR_PATH_WARN, DR_PATH_REQUIRE };

/* The rows of global_defs that this floor owns. */
struct lvs_globals {
	struct conf_head head;
	uint32_t timeout_tcp, timeout_tcpfin, timeout_udp; /* seconds, 0: leave the kernel's */
	bool is_flush;                                     /* lvs_flush */
	unsigned dr_path;                                  /* enum dr_path, the services' default */
	int64_t dr_path_interval;
	unsigned on_exit;                        /* enum lvs_exit of leave.h */
	unsigned on_server_down;                 /* enum lvs_down, the services' default */
	int64_t drain_timeout;                   /* the services' default */
	bool rs_init_notifies, log_all_failures; /* the latter: checker_log_all_failures, the checks' default */
};

/* What is for a service, as a line of its group or its own: addresses first..last and a port, or a mark. */
struct group_line {
	const struct conf_node *node;
	struct addr first, last;
	uint32_t port, fwmark;
	uint16_t family; /* of the mark: AF_UNSPEC when not written */
};

struct group_conf {
	const struct conf_node *node;
	const char *name;
	struct conf_vec lines; /* struct group_line */
	unsigned order;        /* in the file */
};

struct check_range {
	uint16_t low, high;
};

/* One url of HTTP_GET and SSL_GET. */
struct url_conf {
	struct conf_head head;
	const char *path, *virtualhost; /* virtualhost NULL: the check's */
	const char *digest;             /* 32 lower-case hex digits of the body's MD5, or NULL */
	struct check_range status[CHECK_STATUS_MAX];
	uint32_t n_status;                           /* 0: 200-299 */
	const char *regex;                           /* the rows from here on are read and not used yet */
	uint32_t regex_min_offset, regex_max_offset; /* max 0: none */
};

/* Which way a check's packets take: to the real server's own address, or as clients' do; see via.h. */
enum check_via { CHECK_VIA_SERVER, CHECK_VIA_SERVICE };

/* How a check is done: in most of thousands alike. */
struct check_how {
	const struct check_kind *kind;
	const struct checker *checker; /* who runs it; NULL: nobody yet */
	const char *bind_if, *virtualhost;
	int64_t connect_timeout; /* HTTP_GET: the deadline of the whole check, TCP_CHECK: of the connection */
	int64_t delay_loop, delay_before_retry, warmup;
	uint32_t bind_port, fwmark;
	unsigned via;           /* enum check_via */
	uint32_t via_hops;      /* TTL of via service; 0: two */
	uint32_t retry;         /* failures in a row that are forgiven */
	unsigned http_protocol; /* enum http_protocol of http.h */
	struct addr bindto;
	bool alpha, log_all_failures;
};

/*
 * One check of one real server. What is unset in the file was inherited: real_server, then virtual_server, then the
 * default.
 */
struct check_conf {
	struct conf_head head;
	const struct check_how *how;   /* part */
	const struct addr *via_server; /* of via service: the real server's address */
	struct conf_vec urls;          /* struct url_conf, HTTP_GET and SSL_GET */
	struct addr connect_ip;        /* the real server's address when not written */
	uint32_t connect_port;         /* the real server's when not written */
	uint32_t via_mark;             /* of via service, 0 without: not written, see via.h */
};

extern const struct conf_part check_how_part, rs_how_part, vs_how_part;

/* Checks that are read and not run yet: they are in rs_how.later, as the struct check_conf that they begin with. */
struct misc_conf {
	struct check_conf check;
	struct script_conf path;
	const char *user, *group;
	int64_t timeout; /* of the command */
	bool is_dynamic;
};

struct udp_conf {
	struct check_conf check;
	uint32_t min_reply, max_reply; /* bytes */
};

struct file_conf {
	struct check_conf check;
	const char *track_file;
	int32_t weight;
	bool is_reversed;
};

struct bfd_conf {
	struct check_conf check;
	const char *instance;
};

/* What an operator asked for while the daemon runs: enabled as written; no new connections; not in the table. */
enum rs_admin { RS_ENABLED, RS_DRAIN, RS_DISABLED };

/* In place of the weight that follows from the file and the checks: a value, or so many percent of it. */
enum weight_kind { WEIGHT_AS_IS, WEIGHT_ABSOLUTE, WEIGHT_PERCENT };

struct weight_override {
	enum weight_kind kind;
	uint32_t value;
};

/* How a server is served and judged: in most of thousands alike. */
struct rs_how {
	unsigned forward; /* enum lvs_forward */
	struct lvs_tunnel tunnel;
	uint32_t upper, lower; /* uthreshold, lthreshold */
	const char *pool;      /* the name of its backup_pool; NULL: of the service itself */
	/* defaults of its checks */
	int64_t connect_timeout, delay_loop, delay_before_retry, warmup;
	int32_t retry;       /* -1: the checker's own default */
	unsigned smtp_alert; /* enum said */
	const char *virtualhost;
	struct conf_vec later;                             /* struct check_conf: of kinds that nobody runs yet */
	const struct script_conf *notify_up, *notify_down; /* NULL: none */
	bool inhibit_on_failure;
	bool alpha; /* default of its checks */
	/* by the overlay of runtime changes (overlay.h) */
	bool is_added;
	enum rs_admin admin;
	struct weight_override weight_override; /* see pool.h */
};

struct rs_conf {
	struct conf_head head;
	const struct rs_how *how; /* part */
	struct addr addr;
	uint32_t port;
	uint32_t weight;
	uint32_t tier;          /* 0: of the service itself, else of its backup_pool number `tier` */
	struct conf_vec checks; /* struct check_conf */
};

/* What a quorum counts: the sum of weights, servers with a weight, or the share of these that are up. */
enum quorum_of { QUORUM_WEIGHT, QUORUM_SERVERS, QUORUM_PERCENT };
/* What a check without a result counts as, see initial_state in schema_service.c. */
enum initial_state { INITIAL_UP, INITIAL_DOWN, INITIAL_LAST, INITIAL_CHECK_FIRST };

struct vs_conf;

/* backup_pool: the servers that serve when those before them do not. Its servers are in vs_conf.servers, too. */
struct pool_conf {
	struct conf_head head;
	const struct vs_conf *vs;
	const char *name;
	uint32_t quorum, hysteresis;
	unsigned quorum_of;      /* enum quorum_of */
	struct conf_vec servers; /* struct rs_conf, as written */
};

/* How a service is served: in most of thousands alike. */
struct vs_how {
	const char *scheduler;
	uint32_t sched_flags; /* IP_VS_SVC_F_SCHED1..: those of the next ones that the scheduler has */
	bool flag_1, flag_2, flag_3, sh_port, sh_fallback, mh_port, mh_fallback;
	bool ops, alpha, omega, ha_suspend, inhibit_on_failure;
	unsigned forward;
	struct lvs_tunnel tunnel;
	unsigned ip_family;             /* AF_UNSPEC: that of the servers; for fwmark alone */
	uint32_t persistence_timeout;   /* seconds, 0: off */
	uint32_t persistence_prefix;    /* bits of a client's address that count; 0: all */
	const char *persistence_engine; /* NULL: the address counts */
	uint32_t weight, quorum, hysteresis;
	unsigned dr_path;           /* enum dr_path; the global default when not written */
	unsigned quorum_of;         /* enum quorum_of */
	unsigned initial_state;     /* enum initial_state */
	int64_t slow_start;         /* 0: none */
	uint32_t fail_open;         /* percent; 0: off */
	uint32_t minimum_available; /* servers; 0: off */
	unsigned on_server_down;    /* enum lvs_down; the global default when not written */
	int64_t drain_timeout; /* a server with weight 0 leaves the table after it at the latest; 0: at once; as above */
	int64_t connect_timeout, delay_loop, delay_before_retry, warmup;
	int32_t retry;
	const char *virtualhost;
	bool sorry_inhibit;
	int32_t sorry_forward; /* enum lvs_forward; -1: as the service */
	struct lvs_tunnel sorry_tunnel;
	const struct script_conf *quorum_up, *quorum_down; /* NULL: none */
	unsigned smtp_alert;                               /* enum said */
	bool is_anycast;                                   /* vip_mode anycast, see anycast.h */
	const char *anycast_dev;                           /* NULL: ANYCAST_DEV */
};

struct vs_conf {
	struct conf_head head;
	const struct vs_how *how; /* part */
	struct addr addr;
	uint32_t port;
	uint32_t fwmark;   /* != 0: instead of address and port */
	unsigned protocol; /* IPPROTO_TCP, IPPROTO_UDP */
	const char *group; /* name of the virtual_server_group; NULL: address or mark */
	struct conf_vec
		lines; /* struct group_line: what is for this service, its own line or those of its group; n 0: nothing */
	struct conf_vec servers; /* struct rs_conf: those of all tiers; messages' indices are into this one */
	struct conf_vec
		own; /* struct rs_conf: as written in the service itself; without pools the items of both are one array */
	struct conf_vec pools; /* struct pool_conf: tier 1, 2, ... */
	struct rs_conf *sorry; /* NULL: none */
	enum rs_admin admin;   /* by the overlay; RS_DISABLED: nothing is for it, lines is empty */
	bool is_added;         /* by the overlay */
};

struct checkers_config {
	struct conf_head head;
	struct lvs_globals globals;
	struct vs_sysctl_conf sysctl;
	struct conf_vec services; /* struct vs_conf */
	struct conf_vec groups;   /* struct group_conf; of two with one name the last one counts */
	struct conf_vec overlay;  /* struct overlay_entry: the changes over it, applied */
	struct via_entry *via;    /* private services of checks, see via.h; in the arena */
	unsigned n_via;
};

/* The root table of this floor: fills a struct checkers_config. */
extern const struct conf_block checkers_root;
extern const struct conf_block virtual_server_block, real_server_block, backup_pool_block;
/*
 * "192.0.2.1:80/tcp", "group web" or "group web/udp", "fwmark 7" or "fwmark 7/inet6" of a service, "10.0.0.1:80" of a server: the
 * name in log and status. buf of CONF_NAME_LEN bytes.
 */
enum { CONF_NAME_LEN = 72 };
enum { VS_KEYS_MAX = 65536 /* entries of the kernel's table that one service may have */ };
/* The family of what a line is for; of a mark without one: the service's ip_family, else that of its servers. */
uint16_t vs_family(const struct vs_conf *vs, const struct group_line *line);
const char *vs_name(const struct vs_conf *vs, char *buf);
const char *rs_name(const struct rs_conf *rs, char *buf);
#endif
