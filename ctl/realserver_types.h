/* realserver_types.h - a real server of direct routing: what the host is, what is wanted, what was done, and the steps between. */
#ifndef VIPCTL_REALSERVER_TYPES_H
#define VIPCTL_REALSERVER_TYPES_H
#include "base/text.h"
#include "net/link_types.h"

enum {
	REALSERVER_VIPS_MAX = 64,
	REALSERVER_PORTS_MAX = 16,
	REALSERVER_LINKS_MAX = 128,
	REALSERVER_SETTINGS_MAX = 64,
	REALSERVER_STEPS_MAX = REALSERVER_VIPS_MAX + REALSERVER_SETTINGS_MAX + 1,
	REALSERVER_WHY_MAX = 320,
	REALSERVER_NAME_MAX = 48,
	REALSERVER_PROTO_MAX = 8,
};

enum realserver_method { REALSERVER_AUTO, REALSERVER_SYSCTL, REALSERVER_NFT, REALSERVER_REDIRECT };

struct realserver_port {
	uint16_t number;
	char proto[REALSERVER_PROTO_MAX]; /* tcp, udp, sctp */
};

/* An address as it was asked for. */
struct realserver_vip {
	struct addr addr;
	enum realserver_method method; /* never AUTO in a state */
	char dev[LINK_NAME_MAX];       /* "": none, by redirect */
	bool is_added;                 /* it was not there before */
	struct realserver_port ports[REALSERVER_PORTS_MAX];
	unsigned n_ports;
};

/* A setting that was changed, "all/arp_ignore". */
struct realserver_setting {
	char name[REALSERVER_NAME_MAX];
	int before, set;
};

/* What was done on this host, and what was before. */
struct realserver_state {
	struct realserver_vip vips[REALSERVER_VIPS_MAX];
	struct realserver_setting settings[REALSERVER_SETTINGS_MAX];
	unsigned n_vips, n_settings;
};

/* One interface; settings are its own values, -1: there is none. */
struct realserver_link {
	char name[LINK_NAME_MAX];
	int index;
	bool is_up;
	bool is_quiet; /* lo or a dummy: no neighbour asks there */
	bool does_arp; /* Ethernet-like, neither that nor told off */
	bool is_tunnel;
	struct addr rip; /* its first IPv4 address that is no VIP; AF_UNSPEC: none */
	int arp_ignore, arp_announce, rp_filter;
};

struct realserver_facts {
	struct realserver_link links[REALSERVER_LINKS_MAX];
	unsigned n_links;
	struct link_addr *addrs; /* owned by who collects */
	unsigned n_addrs;
	int arp_ignore, arp_announce, rp_filter, ip_forward; /* of `all` */
	bool are_locked;                                     /* settings cannot be written */
	bool has_arp_nft;                                    /* nft knows the family arp */
};

/* What is wanted: all members of one command line. */
struct realserver_want {
	struct addr vips[REALSERVER_VIPS_MAX];
	unsigned n_vips;
	enum realserver_method method;
	const char *dev; /* lo or a dummy; NULL: lo, or as it is */
	struct realserver_port ports[REALSERVER_PORTS_MAX];
	unsigned n_ports;
	const char *interfaces[REALSERVER_PORTS_MAX]; /* where the settings go; none: `all` */
	unsigned n_interfaces;
};

enum realserver_act { REALSERVER_WRITE, REALSERVER_ADD, REALSERVER_DEL, REALSERVER_RULES };

struct realserver_step {
	enum realserver_act act;
	char name[REALSERVER_NAME_MAX]; /* WRITE */
	int value, before;              /* WRITE */
	struct addr addr;               /* ADD, DEL */
	int index;
	char dev[LINK_NAME_MAX];
};

struct realserver_plan {
	struct realserver_step steps[REALSERVER_STEPS_MAX];
	unsigned n_steps;
	struct realserver_state after;
	struct text rules, rules_back; /* what nft is told, and what takes it back */
	struct text notes;             /* for the operator, a line each */
	char why[REALSERVER_WHY_MAX];  /* why not */
};
#endif
