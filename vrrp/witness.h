/*
 * witness.h - the shell around suspect.h for one instance: hears ARP and neighbour announcements on its interface while MASTER,
 * asks who else answers for its address, says in log and status what is suspected. Knows no state machine. Its owner has the timer,
 * as with holder.h.
 */
#ifndef VRRP_WITNESS_H
#define VRRP_WITNESS_H
#include "base/mono.h"
#include "vrrp/suspect.h"

struct faults;
struct link;
struct peers;
struct port_table;
struct vrrp_conf;
struct witness;
struct writer;

struct witness_ops {
	/* Whether it is one of our virtual addresses. */
	bool (*is_vip)(void *ctx, const struct addr *a);
	/* Whether an advert would get out now: 0 or -errno. */
	int (*try)(void *ctx);
	/* What witness_faults() adds may be another now. */
	void (*look)(void *ctx, mono_t now);
	/* The addresses should be announced again; `once`: a single time each, against a rival that goes on. */
	void (*announce)(void *ctx, bool once, mono_t now);
	/* One of the names was raised, or ended. */
	void (*changed)(void *ctx, enum suspicion s, bool is_on);
	/* witness_due() is another time now. */
	void (*due)(void *ctx);
};

/* What all of them share. */
struct witness_env {
	struct port_table *ports;
	struct peers *peers;
	const struct witness_ops *ops;
};

/* Where the instance is just now. */
struct witness_place {
	int index;       /* of the interface; 0: none */
	struct addr own; /* its source address */
};

/* Nothing is suspected. `env` is borrowed, `ctx` is that of its operations. */
struct witness *witness_new(const struct witness_env *env, void *ctx);
/* Accepts NULL. */
void witness_free(struct witness *w);
/* Also after every reload; `down` is the instance's down interval in usec. `conf` is borrowed until the next. */
void witness_conf(struct witness *w, const struct vrrp_conf *conf, int64_t down);
/* Where it listens and asks from now on. */
void witness_move(struct witness *w, const struct witness_place *place);
/* Leaves the interface: it is about to be opened anew. */
void witness_unbind(struct witness *w);
/* The instance became MASTER, or is something else now. */
void witness_state(struct witness *w, bool is_master, mono_t now);
/* When witness_run() is due; MONO_NEVER: not. */
mono_t witness_due(const struct witness *w);
void witness_run(struct witness *w, mono_t now);
/* Evidence that comes in elsewhere: adverts that were read or refused, and what became of our own. */
void witness_tell(struct witness *w, const struct suspect_event *ev);
/* What is a FAULT, because the configuration says so: on_address_mismatch, on_transmit_failure. */
void witness_faults(const struct witness *w, struct faults *f);
/* What is suspected now, as bits 1 << enum suspicion. */
unsigned witness_suspects(const struct witness *w);
/* The members "suspicions" (those that hold: name, detail, since) and "suspicion_counters". */
void witness_show(const struct witness *w, struct writer *out, mono_t now);
#endif
