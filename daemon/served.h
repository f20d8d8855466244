/*
 * served.h - what main keeps of the services of an accepted configuration: how each of them and of their servers is called, whose
 * it is, and what is run and mailed when it changes. Children name them by index. All else that a service is stands in the kept
 * bytes (conf.h) and is read again by who needs it: of 10,000 services the structs are most of what main would hold.
 */
#ifndef DAEMON_SERVED_H
#define DAEMON_SERVED_H
#include "base/addr.h"

struct checkers_config;
struct script_conf;
struct served;

/* What a change means: quorum_up and quorum_down of a service, notify_up and notify_down of a server. */
struct served_hooks {
	const struct script_conf *up, *down; /* NULL: none */
	unsigned smtp_alert;                 /* enum said */
};

/* One service. Pointers are the table's. */
struct served_service {
	const struct served *of;
	struct addr addr; /* not set: of a group or a mark */
	uint32_t port, fwmark;
	const char *group; /* NULL: address or mark */
	unsigned protocol; /* IPPROTO_TCP, ... */
	uint16_t mark_family;
	bool is_added; /* by the overlay, not by the file */
	const struct served_hooks *hooks;
	uint32_t n_servers;
	/* Private: where its servers and their addresses are. */
	uint32_t first, addrs;
	uint8_t slot;
};

struct served_server {
	struct addr addr;
	uint32_t port;
	bool is_added;
	const struct served_hooks *hooks;
};

/* Nothing of `c` is borrowed. The caller frees. */
struct served *served_new(const struct checkers_config *c);
/* Accepts NULL. */
void served_free(struct served *s);
unsigned served_count(const struct served *s);
/* By the index that children use. false: there is none. */
bool served_service(const struct served *s, uint32_t i, struct served_service *ret);
bool served_server(const struct served_service *vs, uint32_t i, struct served_server *ret);
/* vs_name() and rs_name(): buf of CONF_NAME_LEN bytes. */
const char *served_service_name(const struct served_service *vs, char *buf);
const char *served_server_name(const struct served_server *rs, char *buf);
#endif
