/*
 * message.h - what processes say to each other: typed, length-checked messages over SOCK_SEQPACKET pairs, with at most one
 * descriptor each. No pointer crosses. Kinds, sizes and who may send what are one table in message.c.
 * Sending never blocks: what the socket does not take waits in a bounded queue; log lines are dropped (and counted) instead.
 */
#ifndef IO_MESSAGE_H
#define IO_MESSAGE_H
#include "base/addr.h"

#include <stddef.h>
#include <stdint.h>

struct channel;
struct loop;

enum { MESSAGE_MAX = 60000 /* bytes of payload */, MESSAGE_FD = 3 /* a child's channel to main */ };

enum role { ROLE_MAIN, ROLE_VRRP, ROLE_LVS, ROLE_PROBE, ROLE_MAX };

enum message_type {
	/* main -> child */
	MSG_CONFIG,  /* struct msg_config + sealed memfd: the accepted configuration; at start and at each reload */
	MSG_PEER,    /* struct msg_peer + socket: the channel to another child (new at each restart of that child) */
	MSG_RESTORE, /* memfd: what this role last said with MSG_STATE; comes before MSG_CONFIG; fd -1 = nothing known */
	MSG_STOP,    /* orderly stop; the child exits when it is done */
	MSG_DRILL,   /* struct msg_drill: hand over every MASTER instance */
	MSG_QUERY,   /* struct msg_query: answer with MSG_REPLY */
	MSG_SCRIPT_RESULT, /* struct msg_script_result: a vrrp_script changed between up and down */
	MSG_FILE_VALUE,    /* struct msg_tracked: the number in a track_file changed */
	MSG_PROCESS_STATE, /* struct msg_tracked: a vrrp_track_process has its quorum, or lost it */
	MSG_HOOK_END,      /* struct msg_hook_end: what MSG_HOOK asked for is over, whatever came of it */
	MSG_WAIT, /* vrrp, before MSG_CONFIG: take part only once MSG_RESTORE came; another one serves until then */
	MSG_SUCCESSION, /* vrrp, struct msg_succession: main is about to be replaced by another program */
	MSG_YIELD,      /* vrrp: say the last MSG_STATE and MSG_GONE, and end without touching anything */
	/* child -> main */
	MSG_LOG,    /* struct msg_log, then the text without NUL */
	MSG_READY,  /* struct msg_ready: this generation is applied; again when the last of an older one is gone */
	MSG_ALIVE,  /* empty, once a second: the loop turns */
	MSG_STATE,  /* memfd: what to give back as MSG_RESTORE after a crash; replaces the one before */
	MSG_REPLY,  /* struct msg_query + memfd: JSON text */
	MSG_NOTIFY, /* struct msg_notify, one or several: run the notify scripts of these transitions */
	MSG_HOOK,   /* struct msg_hook: run this instance's pre_master or pre_release, or end what runs */
	MSG_GONE,   /* empty: handed over and cleaned up, about to exit */
	/* probe -> lvs */
	MSG_CHECK, /* struct msg_check, one or several */
	/* lvs -> probe */
	MSG_CHECK_SYNC,    /* struct msg_config: send MSG_CHECK for every check of that generation */
	MSG_CHECK_RESTORE, /* struct msg_check, one or several: states of checks before the probe process was restarted */
	MSG_CHECK_SUSPEND, /* struct msg_check_suspend */
	MSG_VIA,           /* struct msg_via: at the start of either, after a configuration, at changes */
	/* vrrp -> lvs */
	MSG_INSTANCE, /* struct msg_instance */
	MSG_BFD,      /* struct msg_bfd: at the start and when what it counts as has changed */
	MSG_SYNC_DAEMON, /* struct msg_sync_daemon: after a configuration, and before its instance becomes MASTER or ends it */
	MSG_VIPS, /* struct msg_vips, then its struct msg_vip: all virtual addresses, in as many messages as it takes */
	MSG_WHOSE,    /* struct msg_whose: which real server has this address? It answers for a virtual one. */
	MSG_SERVICES, /* from now on MSG_SERVICE is wanted: of all services, then of each whose quorum changes */
	/* lvs -> vrrp */
	MSG_SERVICE, /* struct msg_service, one or several: all at once when MSG_SERVICES asks, then each change of a quorum */
	MSG_SERVER, /* struct msg_server: the answer to MSG_WHOSE */
	MSG_ANYCAST, /* struct msg_vips, then its struct msg_anycast: all of vip_mode anycast, in as many messages as it takes */
	MSG_TYPE_MAX
};

/* MSG_CONFIG: the bytes of the role; to the lvs and the probe process perhaps with what they differ in, struct msg_weight. */
struct msg_config {
	uint32_t generation;
	uint32_t was; /* the generation that differs in the weights behind this, and in nothing else; 0: not told */
};

/* Another number in the only `weight` line of a real_server. */
struct msg_weight {
	uint32_t vs;    /* which virtual_server block */
	uint32_t rs, n; /* which of the n real_server blocks in it that are in no backup_pool */
	uint32_t from, to;
};

struct msg_ready {
	uint32_t generation;
	uint32_t oldest; /* of which something is left that may speak: an instance that still hands over */
};

struct msg_peer {
	uint32_t role; /* enum role */
};

struct msg_drill {
	int64_t hold_usec; /* how long a drilled instance does not preempt */
};

struct msg_succession {
	int64_t within_usec; /* no MSG_YIELD by then: hand over; 0: nothing came of it, go on */
};

enum query_scope {
	QUERY_ALL,
	QUERY_WRONG, /* of services only those that something is wrong with, and how many there are; no checks */
};

struct msg_query {
	uint32_t id, scope; /* enum query_scope */
};

struct msg_log {
	uint32_t level, topic;
};

struct msg_script_result {
	uint32_t generation, script; /* index into vrrp_config.scripts */
	uint32_t status;             /* enum script_status */
	char detail[128];            /* why, for log and status; NUL-terminated */
};

struct msg_tracked {
	uint32_t generation, index; /* into vrrp_config.files or processes */
	int32_t value;              /* the number, or enum script_status */
};

/* The result of a vrrp_script after rise and fall. ERROR: could not be run, timed out or killed; it counts as failed. */
enum script_status { SCRIPT_UNKNOWN, SCRIPT_OK, SCRIPT_FAILED, SCRIPT_ERROR };

/* RIVAL: a MASTER heard a weaker router; PRIORITY: the effective priority is another one, in the same state. */
enum notify_kind {
	NOTIFY_INSTANCE,
	NOTIFY_GROUP,
	NOTIFY_SERVER,
	NOTIFY_QUORUM,
	NOTIFY_SUSPICION,
	NOTIFY_RIVAL,
	NOTIFY_PRIORITY,
	NOTIFY_GROUP_PRIORITY,
	NOTIFY_ALARM /* sub: enum notify_alarm, of a virtual server */
};

/* Servers that are down stay in the table: too many failed at once, or too few are left. */
enum notify_alarm { ALARM_FAIL_OPEN, ALARM_MINIMUM, ALARM_MAX };

struct msg_notify {
	uint32_t generation, kind; /* enum notify_kind */
	uint32_t index, sub;       /* instance (and enum suspicion); or virtual server and real server */
	uint32_t state;            /* enum vrrp_state, or 1 up / 0 down */
	uint32_t priority;
};

/* The instance's former hook is over with it: killed, where it still runs. */
struct msg_hook {
	uint32_t generation, index; /* of the instance */
	uint32_t id;                /* said again in msg_hook_end; never 0 */
	uint32_t hook;              /* enum vrrp_hook; NONE: none is wanted any more */
	uint32_t state, priority;   /* enum vrrp_state: the one that comes */
	int64_t within_usec;
};

struct msg_hook_end {
	uint32_t id;
};

/* What a check found. UNKNOWN: a local failure, which says nothing about the server. */
enum check_state { CHECK_UNKNOWN, CHECK_UP, CHECK_DOWN };

enum { MSG_CHECK_PATH = INT32_MAX /* instead of the index of a check: the path watch */ };

struct msg_check {
	uint32_t generation;
	uint32_t vs, rs, check; /* indices into checkers_config */
	uint32_t state;         /* enum check_state after rise, fall and retry */
	uint32_t reason;        /* enum check_reason, see checkers/verdict.h */
	uint32_t attempts;      /* failed in a row; of the path watch: enum path_found */
	int64_t latency_usec;
	char detail[96]; /* escaped, NUL-terminated: "HTTP status 503 (want 200-299)" */
};

struct msg_instance {
	uint32_t generation, instance, state; /* index into vrrp_config.instances, enum vrrp_state */
};

/* The checks of service `vs` (index into checkers_config) pause, or go on. */
struct msg_check_suspend {
	uint32_t generation, vs, on;
};

/* Whether checks `via service` of this configuration have their private services in the kernel's table. */
struct msg_via {
	uint32_t generation, is_ready;
	char why[96]; /* not ready: NUL-terminated */
};

struct msg_vips {
	uint32_t n;                 /* how many follow */
	uint32_t is_first, is_last; /* of the messages that make one set */
};

/* What a bfd_instance counts as. */
struct msg_bfd {
	char name[96];    /* NUL-terminated, cut to fit */
	uint32_t status;  /* enum script_status: OK while up; FAILED; UNKNOWN: no word on the path */
	char detail[160]; /* why: "192.0.2.254 was not heard for 151.004 ms" */
};

/* What the kernel's synchronisation of connections shall do. Numbers that are 0, a group without a family: the kernel's default. */
struct msg_sync_daemon {
	char interface[16]; /* NUL-terminated; empty: nothing is wanted */
	char follows[96];   /* the instance, NUL-terminated and cut to fit; empty: none */
	uint32_t sends, listens;
	uint32_t id, maxlen, port, ttl;
	struct addr group;
};

/* Whether a virtual server has its quorum. */
struct msg_service {
	char name[96];   /* as the lvs process calls it, NUL-terminated: "192.0.2.1:80/tcp" */
	uint32_t status; /* enum script_status: OK, FAILED, or UNKNOWN */
	char detail[96]; /* "weight 0 of quorum 1, 0 of 3 servers up" */
};

struct msg_whose {
	struct addr host, vip;
};

struct msg_server {
	struct addr host, vip; /* of the question */
	char name[128]; /* NUL-terminated, cut to fit: "192.0.2.100:80/tcp/192.0.2.11:80"; empty: no real server */
};

struct msg_vip {
	struct addr addr;
	uint8_t is_held, reserved; /* 1: on an interface of this director, or about to be */
};

/* An address of a service with vip_mode anycast. */
struct msg_anycast {
	struct addr addr;
	uint8_t is_on, reserved; /* 1: it stands on `dev` */
	char dev[16];            /* NUL-terminated */
};

enum { MSG_WEIGHTS_MAX = (MESSAGE_MAX - sizeof(struct msg_config)) / sizeof(struct msg_weight) /* in one message */ };
enum { MSG_ANYCAST_MAX = (MESSAGE_MAX - sizeof(struct msg_vips)) / sizeof(struct msg_anycast) /* in one message */ };
enum { MSG_VIPS_MAX = (MESSAGE_MAX - sizeof(struct msg_vips)) / sizeof(struct msg_vip) /* in one message */ };

struct message {
	enum message_type type;
	const void *data; /* payload, valid during the handler only; at least the kind's struct long */
	size_t len;
	int fd; /* -1, or a descriptor that the handler owns from now on */
};

struct channel_ops {
	/* Called for each valid message; must not free the channel (use loop_stop, or free it later). */
	void (*message)(void *ctx, const struct message *m);
	/* The other side is gone: called once, last. May be NULL. */
	void (*gone)(void *ctx);
};

/* A connected pair; both ends non-blocking and close-on-exec. 0 or -errno. */
int channel_pair(int ret_fd[2]);
/* Takes over `fd`. `name` (the peer, for logs) and `ops` must outlive the channel. */
struct channel *channel_new(struct loop *l, int fd, const char *name, const struct channel_ops *ops, void *ctx);
/* Sends what is queued if the socket takes it at once, then closes. Accepts NULL. */
void channel_free(struct channel *ch);
/*
 * Sends one message; `fd` (-1 for none) is duplicated, the caller keeps and closes its own. A NULL channel swallows it
 * (-ENOTCONN). 0: sent or queued; -ENOBUFS: queue full, the message is lost (logged once); -EPIPE: the peer is gone.
 */
int channel_send(struct channel *ch, enum message_type type, const void *data, size_t len, int fd);
/* Handles everything that has arrived already: for the last words of a peer that has ended. */
void channel_drain(struct channel *ch);
/* The descriptor, the channel's own. */
int channel_fd(const struct channel *ch);
/* Says nothing of its own to a program of another make: equal numbers mean that both know the same messages. */
uint32_t message_protocol(void);
/* Bytes waiting in the queue. */
size_t channel_queued(const struct channel *ch);
const char *message_type_str(enum message_type type);
const char *role_str(enum role role);
#endif
