/* instance_types.h - what an instance is given and shows: its environment, its counters, a look inside. No function. */
#ifndef VRRP_INSTANCE_TYPES_H
#define VRRP_INSTANCE_TYPES_H
#include "base/mono.h"
#include "io/message.h"
#include "vrrp/address.h"
#include "vrrp/environment.h"
#include "vrrp/holder.h"
#include "vrrp/last.h"
#include "vrrp/receive.h"
#include "vrrp/step.h"
#include "vrrp/witness.h"

struct instance;
struct sync_group;
struct lateness;
struct link;
struct loop;
struct offender_pace;
struct offenders;
struct peers;
struct port;
struct port_table;
struct statics;
struct vmac;
struct vmac_table;
struct vmac_test;
struct trackers;

struct instance_ops {
	/* A transition happened (and was logged), or what notify scripts hear of beside: see instance_notify_kind(). */
	void (*transition)(void *ctx, struct instance *vi, const struct vrrp_action *a);
	/* It is in another state by now, and nothing of what that means has been done yet: no address was added or removed. */
	void (*entering)(void *ctx, struct instance *vi);
	/* Runs pre_master or pre_release (VRRP_ACT_HOOK); its id, 0 when it cannot be asked for or nothing is to run. */
	uint32_t (*hook)(void *ctx, struct instance *vi, const struct vrrp_action *a);
	/* Something is suspected of the other directors (enum suspicion), or that is over. */
	void (*suspicion)(void *ctx, struct instance *vi, unsigned suspicion, bool is_on);
	/* STOP is complete. The instance may be freed later, not from here. */
	void (*done)(void *ctx, struct instance *vi);
	/* A member of a sync group made a step; it was in `from` before. See groups.h for these six. */
	void (*follow)(struct sync_group *g, struct instance *vi, const struct vrrp_event *ev, enum vrrp_state from);
	void (*check_group)(struct sync_group *g, mono_t now);
	void (*drain_group)(struct sync_group *g, const struct instance *vi, mono_t now);
	mono_t (*not_before)(const struct sync_group *g, const struct instance *vi);
	void (*hook_ended)(struct sync_group *g, struct instance *vi, mono_t now);
	int64_t (*hook_usec)(const struct sync_group *g);
	/* Whether any instance has this address as a VIP. */
	bool (*is_vip)(void *ctx, const struct link_addr *a);
	/* Whether another instance wants the address on the interface just now: then it is not taken away. */
	bool (*is_wanted)(void *ctx, const struct instance *self, int index, const struct addr *a);
	/* What was last reported of a tracker that is no interface; NULL: nothing yet. */
	const struct track_report *(*tracked)(void *ctx, enum track_kind kind, const char *name);
};

/* What all instances of the process share; outlives them. */
struct instance_env {
	struct loop *loop;
	struct link *link;
	struct port_table *ports;
	struct peers *peers;
	struct vmac_table *vmacs;
	const struct vrrp_config *config; /* the newest one */
	const struct statics *statics;
	struct lateness *lateness;
	struct offender_pace *strangers; /* of the lines about what others send: what is dropped, and rivals */
	const struct instance_ops *ops;
	void *ctx;
	struct holder_env holder; /* as the next one, of instance_env_init() */
	struct witness_env witness;
	bool is_powerless; /* the kernel will refuse every address: no CAP_NET_ADMIN */
};

struct instance_counters {
	uint64_t rx, tx, tx_zero, tx_errors, transitions, became_master;
};

/* All that an instance counts, for the process after this one. */
struct instance_counts {
	struct instance_counters counters;
	uint64_t verdicts[ADVERT_VERDICT_MAX]; /* receive_count() */
	uint64_t zero_received, repaired;      /* receiver.priority_zero, address_set.lost */
};

/* How late the protocol's own timer fired, in usec. */
struct instance_late {
	int64_t last, max;
	bool is_told; /* that it is too late to tell priorities apart */
};

/* A look inside, for the status; all pointers borrowed until the next event. */
struct instance_view {
	const struct vrrp_conf *conf;
	const struct vrrp_router *router;
	const struct receiver *receiver;
	const struct offenders *offenders; /* NULL: none so far */
	const struct address_set *addresses;
	const struct paths *paths;
	const struct environment *environment;
	const struct faults *faults;
	const struct trackers *trackers;
	const struct instance_counters *counters;
	const struct instance_last *last;
	const struct instance_late *late;
	const struct port *port; /* NULL: none open */
	const struct vmac *vmac;
	const struct vmac_test *vmac_test;
	const struct witness *witness;
};
#endif
