/*
 * service.h - the run state of all services: last known results, pools, and the table that follows from them. Knows
 * no socket, no clock and no log; the lvs process feeds it results and asks for what is wanted.
 */
#ifndef CHECKERS_SERVICE_H
#define CHECKERS_SERVICE_H
#include "base/mono.h"
#include "checkers/pool.h"

struct check_conf;
struct checkers_config;
struct weight_edits;
struct rs_conf;
struct vs_conf;

/* What is known of one check: its last result, UNKNOWN ones too. There may be 50,000. */
struct service_check {
	char *detail;          /* owned; NULL: nothing was seen */
	uint32_t latency_usec; /* at most 71 minutes */
	uint32_t attempts;     /* failed in a row */
	uint8_t state;         /* enum check_state */
	uint8_t reason;        /* enum check_reason */
	bool is_heard;         /* the probe has said something since the configuration came */
};

/* Whose result made a server go up or down: the check before this number, or one of these. */
enum { WHY_NOBODY = 0, WHY_PATH = UINT16_MAX };

/* There may be 40,000, so that what can be found by a number is no pointer. */
struct service_server {
	const struct rs_conf *conf;
	mono_t since;   /* of `up` */
	uint32_t first; /* of its checks among those of the service: service_checks() */
	uint16_t why;   /* WHY_NOBODY: none did yet */
	uint8_t path;   /* enum path_found: the path watch's last word; PATH_FOUND_MAX: none so far */
	uint8_t path_state : 2;
	bool is_ended : 1;  /* omega: it was up at the stop, the script for down has run */
	bool was_ended : 1; /* the same, in the run before this one: it comes up anew */
};

/* Its arrays are parts of those of all services. */
struct service {
	const struct vs_conf *conf;
	struct service_server *servers;
	struct service_check *checks; /* those of all servers, as the next two */
	enum check_state *known;      /* last state of each check that was not UNKNOWN */
	int32_t *delta;               /* what each check adds to the weight, by its last result */
	uint32_t *weight;             /* one per server, as the next: pool_in */
	bool *up;
	struct pool pool;
	struct pool_out out;
	uint32_t n_wanted; /* entries in the kernel's table: match_table(); 0: nothing is for it */
	bool is_dirty;     /* the table does not show it yet */
	bool is_suspended; /* ha_suspend: its checks pause, or wait for the first word of where its address is */
	bool is_ended;     /* omega: the scripts for down have run for it, see services_end() */
	uint8_t told;      /* health.c: what the vrrp process was told last; 0: nothing */
};

/* What services have one for each server, check or server with times of; owned. */
struct service_arrays {
	struct service_server *servers;
	struct pool_server *pool;
	struct pool_times *times;
	uint32_t *weight;
	bool *up;
	struct service_check *checks;
	enum check_state *known;
	int32_t *delta;
	size_t n_servers, n_times, n_checks;
};

struct services {
	const struct checkers_config *conf; /* borrowed */
	uint32_t generation;
	struct service *list; /* owned; in order of the configuration, so messages' indices fit */
	struct service_arrays arrays;
	unsigned n, n_unheard; /* checks whose state the probe has not told yet */
	mono_t start;          /* when the configuration came */
};

/* What one result changed; without a server: what time changed. */
struct service_change {
	struct service *service;
	struct service_server *server;
	unsigned server_index;
	bool server_changed;
	bool was_present; /* the server in the table before, with old_weight */
	uint32_t old_weight;
	bool path_changed; /* the path watch has another opinion */
	bool is_first;     /* the probe had said nothing about this check in this generation */
};

/*
 * The services of `conf`. States of those that `old` (may be NULL) has too, by key, are taken over. pool_step() is
 * still to come: services_start(). The configuration must outlive the result. Freed by services_free(), which accepts
 * NULL.
 */
struct services *services_new(const struct checkers_config *conf, uint32_t generation, const struct services *old,
	mono_t now);
void services_free(struct services *s);
/* The same configuration under another number: nothing but that changes, and the probe tells its states once more. */
void services_again(struct services *s, uint32_t generation);
/*
 * The first step of every pool, once states were restored; each service's out.quorum_changed tells. All become dirty.
 */
void services_start(struct services *s);
/* 0; -ESTALE: of another generation; -EINVAL: no such check. */
int services_result(struct services *s, const struct msg_check *m, mono_t now, struct service_change *ret);
/*
 * Slow start: steps the services whose time has come and calls `each` for those whose quorum, tier or guards it changed. When to
 * call again, MONO_NEVER: when a result has been.
 */
typedef void service_changed_fn(void *ctx, const struct service_change *change);
mono_t services_tick(struct services *s, mono_t now, service_changed_fn *each, void *ctx);
/*
 * Weights in `conf` were changed (weights.h): one more step for their services, which become dirty where their destinations did;
 * `each` is called as by services_tick().
 */
void services_edit(struct services *s, const struct weight_edits *e, mono_t now, service_changed_fn *each, void *ctx);
/* omega, at the stop: marks services and servers that count as down from now on for everybody outside, see tell_end(). */
void services_end(struct services *s);
/* Of one server: its checks, and the last state of each that was not UNKNOWN. */
struct service_check *service_checks(const struct service *vs, const struct service_server *rs);
enum check_state *service_known(const struct service *vs, const struct service_server *rs);
/* What was seen, or "". */
const char *service_detail(const struct service_check *c);
/* Something besides servers changed in the last step: quorum, tier, guards. */
bool service_is_changed(const struct service *vs);
/* "weight 3 of 4", "2 servers of 3", "40 % of 50 %": what the service's own servers have of its quorum. */
enum { QUORUM_TEXT_LEN = 64 };
const char *service_quorum_str(const struct service *vs, char *buf);
/* Who serves: "servers", "backup_pool NAME", "sorry server 127.0.0.1:80", "nobody". buf of SERVING_LEN. */
enum { SERVING_LEN = 128 };
const char *service_serving_str(const struct service *vs, char *buf);
/* Whether the server is in the table, and with which weight. */
bool service_weight(const struct service *vs, unsigned server, uint32_t *ret);
/* Whether anything is wanted at all. */
bool services_any(const struct services *s);
unsigned services_dirty(const struct services *s);
void services_clean(struct services *s);
#endif
