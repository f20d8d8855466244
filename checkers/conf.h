/*
 * conf.h - the LVS half of the configuration as structs: const after load, filled by the tables in schema.c. Run
 * state is in lvs.c and probe.c; no counter sits here. Times are microseconds.
 */
#ifndef CHECKERS_CONF_H
#define CHECKERS_CONF_H
#include "base/addr.h"
#include "conf/schema.h"
#include "conf/script.h"

struct checker;

enum { CHECK_STATUS_MAX = 32 /* ranges in one status_code line */ };

/* Forwarding, with the kernel's numbers (linux/ip_vs.h IP_VS_CONN_F_*). */
enum lvs_forward { LVS_NAT = 0, LVS_TUN = 2, LVS_DR = 3 };

/* The rows of global_defs that this floor owns. */
struct lvs_globals {
	struct conf_head head;
	uint32_t timeout_tcp, timeout_tcpfin, timeout_udp; /* seconds, 0: leave the kernel's */
	bool is_flush;                                     /* lvs_flush */
};

struct check_range {
	uint16_t low, high;
};

/* One url of HTTP_GET. */
struct url_conf {
	struct conf_head head;
	const char *path, *virtualhost; /* virtualhost NULL: the check's */
	const char *digest;             /* 32 lower-case hex digits of the body's MD5, or NULL */
	struct check_range status[CHECK_STATUS_MAX];
	uint32_t n_status; /* 0: 200-299 */
};

/*
 * One check of one real server. What is unset in the file was inherited: real_server, then virtual_server, then the
 * default.
 */
struct check_conf {
	struct conf_head head;
	const struct checker *checker; /* which kind, from the registry */
	struct addr connect_ip;        /* the real server's address when not written */
	uint32_t connect_port;         /* its port when not written */
	struct addr bindto;
	uint32_t bind_port, fwmark;
	const char *bind_if;
	int64_t connect_timeout; /* HTTP_GET: the deadline of the whole check, TCP_CHECK: of the connection */
	int64_t delay_loop, delay_before_retry, warmup;
	uint32_t retry; /* failures in a row that are forgiven */
	bool alpha, log_all_failures;
	struct conf_vec urls; /* struct url_conf, HTTP_GET */
	const char *virtualhost;
	unsigned http_protocol; /* enum http_protocol of http.h */
};

struct rs_conf {
	struct conf_head head;
	struct addr addr;
	uint32_t port;
	uint32_t weight;
	unsigned forward; /* enum lvs_forward */
	bool inhibit_on_failure;
	uint32_t upper, lower; /* uthreshold, lthreshold */
	/* defaults of its checks */
	bool alpha;
	int64_t connect_timeout, delay_loop, delay_before_retry, warmup;
	int32_t retry; /* -1: the checker's own default */
	const char *virtualhost;
	struct conf_vec checks; /* struct check_conf */
	struct script_conf notify_up, notify_down;
};

struct vs_conf {
	struct conf_head head;
	struct addr addr;
	uint32_t port;
	uint32_t fwmark;   /* != 0: instead of address and port; programmed once the issue that owns it lands */
	bool is_supported; /* false: group, fwmark: recognised, warned about, not programmed */
	unsigned protocol; /* IPPROTO_TCP, IPPROTO_UDP */
	const char *scheduler;
	uint32_t sched_flags; /* IP_VS_SVC_F_SCHED1.. of sh-port, sh-fallback, mh-port, mh-fallback, flag-1..3 */
	unsigned forward;
	uint32_t persistence_timeout; /* seconds, 0: off */
	uint32_t persistence_netmask; /* kernel form */
	bool ops, alpha, omega, ha_suspend, inhibit_on_failure;
	uint32_t weight, quorum, hysteresis;
	int64_t connect_timeout, delay_loop, delay_before_retry, warmup;
	int32_t retry;
	const char *virtualhost;
	struct rs_conf *sorry; /* NULL: none */
	bool sorry_inhibit;
	int32_t sorry_forward;   /* enum lvs_forward; -1: as the service */
	const char *group;       /* name of the virtual_server_group; NULL: address or mark */
	struct conf_vec servers; /* struct rs_conf */
	struct script_conf quorum_up, quorum_down;
};

struct checkers_config {
	struct conf_head head;
	struct lvs_globals globals;
	struct conf_vec services; /* struct vs_conf */
};

/* The root table of this floor: fills a struct checkers_config. */
extern const struct conf_block checkers_root;
extern const struct conf_block virtual_server_block, real_server_block;
/*
 * "192.0.2.1:80/tcp" of a service, "10.0.0.1:80" of a server: the name in log and status. buf of CONF_NAME_LEN bytes.
 */
enum { CONF_NAME_LEN = 72 };
const char *vs_name(const struct vs_conf *vs, char *buf);
const char *rs_name(const struct rs_conf *rs, char *buf);
#endif
