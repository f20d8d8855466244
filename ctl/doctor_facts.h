/*
 * doctor_facts.h - what `vipctl doctor` knows of this director before it judges: a plain struct, filled from the daemon's status
 * (doctor_facts.c), from the kernel (doctor_host.c), from the packet filter (doctor_filter.c) and by probes (doctor_net.c). All
 * of it lives in one arena. What could not be looked at is said in `unseen`; a rule does not fire on what is not known.
 */
#ifndef VIPCTL_DOCTOR_FACTS_H
#define VIPCTL_DOCTOR_FACTS_H
#include "net/link_ask.h"
#include "net/link_types.h"

struct arena;
struct jvalue;

/* By the kernel's numbers (linux/ip_vs.h IP_VS_CONN_F_*). */
enum doctor_forward { DOCTOR_NAT = 0, DOCTOR_TUN = 2, DOCTOR_DR = 3 };

enum doctor_sysctl {
	DOCTOR_IP_FORWARD,
	DOCTOR_VS_CONNTRACK,
	DOCTOR_VS_BACKUP_ONLY,
	DOCTOR_VS_SLOPPY_TCP,
	DOCTOR_VS_RUN_ESTIMATION,
	DOCTOR_VS_EXPIRE_NODEST,
	DOCTOR_VS_EXPIRE_TEMPLATE,
	DOCTOR_VS_PMTU_DISC,
	DOCTOR_VS_SYNC_THRESHOLD, /* the first of its two numbers */
	DOCTOR_VS_SYNC_PERIOD,    /* the second */
	DOCTOR_VS_SYNC_REFRESH,
	DOCTOR_SYSCTL_MAX
};

/* What a SYN for the VIP, put before one server's network card, met (doctor_net.h). */
enum doctor_path {
	DOCTOR_PATH_UNKNOWN,
	DOCTOR_PATH_OK,
	DOCTOR_PATH_REFUSED,
	DOCTOR_PATH_SILENT,
	DOCTOR_PATH_FORWARDED
};

/* Where a server sends what is for a far client. */
enum doctor_gateway { DOCTOR_GATEWAY_UNKNOWN, DOCTOR_GATEWAY_OTHER, DOCTOR_GATEWAY_US };

struct doctor_link {
	struct link_if is;
	int rp_filter;          /* in force: the greater of its own and that of `all`; -1: not known */
	struct addr own4, own6; /* an address of this host there that is no virtual one; AF_UNSPEC: none */
};

/* A virtual address. */
struct doctor_vip {
	struct addr addr;
	const char *instance; /* who moves it; NULL: not known */
	const char *state;    /* of the instance; "" when not known */
	int index;            /* the interface that it is on, or would be; 0: not known */
	bool is_here;         /* this director has it, on a network card */
	bool dad_failed, is_tentative;
	bool was_asked;             /* its neighbours were asked who has it */
	bool is_anycast, is_wanted; /* vip_mode anycast: on a device of its own; and its services have their quorum */
};

/* Another director, as an instance heard it. */
struct doctor_peer {
	struct addr addr;
	const char *instance;
	const char *interface;
	bool is_unicast;
	bool is_heard;
};

/* One entry of a service. Those of a group have one name and the same servers. */
struct doctor_service {
	const char *name;
	struct addr addr; /* AF_UNSPEC: by mark, or a group */
	uint16_t port;
	uint32_t fwmark;
	const char *protocol, *scheduler;
	uint32_t flags; /* enum ipvs_flags of net/ipvs_table.h; only where they are known */
	bool has_flags;
	int64_t persistence;
};

struct doctor_server {
	unsigned service; /* index */
	const char *name;
	struct addr addr;
	uint16_t port;
	enum doctor_forward forward;
	bool is_up, has_way, was_asked;
	int way_error; /* -errno where there is no way */
	struct link_way way;
	enum doctor_path path;
	enum doctor_gateway gateway;
};

/* Somebody who sends connections to this director's sync daemon, with this id. */
struct doctor_sender {
	struct addr addr;
	unsigned id;
};

/* Somebody who said that he has an address. */
struct doctor_answer {
	struct addr addr;
	uint8_t mac[LINK_MAC_LEN];
	int index;
	bool is_reply; /* else he asked for somebody, with this address as his own */
};

/* A rule of the packet filter that matters. */
enum doctor_drop_kind { DOCTOR_DROP_VRRP, DOCTOR_DROP_INVALID };
struct doctor_drop {
	enum doctor_drop_kind kind;
	bool is_sure;      /* else it depends on something that was not looked at */
	bool is_policy;    /* no rule, but the chain's policy */
	const char *where; /* "table inet filter, chain input" */
	const char *chain; /* "inet filter input", as nft wants it */
	const char *rule;  /* as nft prints it */
	int64_t handle;
};

struct doctor_facts {
	struct arena *arena;
	bool has_daemon, has_ipvs, has_filter;
	bool is_absent;                /* there is no daemon that could be asked */
	const char *silent;            /* the process of the daemon that did not answer; NULL: none */
	const char *ipvs_error;        /* the daemon's; NULL: none */
	const char *ipvs_refused;      /* what the kernel refused of the table; NULL: nothing */
	const char *sync_trouble;      /* the daemon's; NULL or "": none */
	unsigned sync_id;              /* of the daemon's lvs_sync_daemon */
	bool has_sync;                 /* a sync daemon runs here */
	bool has_via;                  /* checks go by their service */
	int sysctl[DOCTOR_SYSCTL_MAX]; /* -1: not known */
	struct link_way outward;       /* towards a far client of IPv4 */
	bool has_outward;
	struct doctor_link *links;
	struct doctor_vip *vips;
	struct doctor_peer *peers;
	struct doctor_service *services;
	struct doctor_server *servers;
	struct doctor_answer *answers;
	struct doctor_sender *senders;
	struct link_neighbour *neighbours; /* the only one that is malloc'ed */
	struct doctor_drop *drops;
	const char **unseen; /* "ARP probes: ...": what was not looked at, and why */
	unsigned n_links, n_vips, n_peers, n_services, n_servers, n_senders, n_answers, n_neighbours, n_drops, n_unseen;
};

/* Empty, in a new arena. */
void doctor_facts_init(struct doctor_facts *f);
void doctor_facts_done(struct doctor_facts *f);
/* A new zeroed element at the end of `list` (of *n elements of `size` bytes, in f's arena). */
void *doctor_facts_add(struct doctor_facts *f, void *list, unsigned *n, size_t size);
/* "what: why", printf. */
void doctor_facts_unseen(struct doctor_facts *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Takes in the daemon's status document. */
void doctor_facts_status(struct doctor_facts *f, const struct jvalue *doc);
/* The virtual addresses of the services join those of the instances. */
void doctor_facts_vips(struct doctor_facts *f);
/* Only the service of that name, its servers and its addresses are left; false: there is none. */
bool doctor_facts_limit(struct doctor_facts *f, const char *service);
/* NULL: not known. */
const struct doctor_link *doctor_facts_link(const struct doctor_facts *f, int index);
/* The link-layer address of a neighbour: what it answered, else what the kernel has. NULL: not known. */
const uint8_t *doctor_facts_mac(const struct doctor_facts *f, const struct addr *a);
bool doctor_facts_is_own_mac(const struct doctor_facts *f, const uint8_t *mac);
#endif
