/*
 * address.h - the VIPs of one instance against the kernel's table: what is wanted, what is there, and the difference, written in
 * bounded batches. Adding, removing, adopting leftovers and repairing after somebody else's `ip addr del` or `add` are the same
 * code. Sends no announcement and logs nothing: the caller reads the result.
 */
#ifndef VRRP_ADDRESS_H
#define VRRP_ADDRESS_H
#include "base/mono.h"
#include "net/link_types.h"
#include "vrrp/announce.h"
#include "vrrp/conf.h"

struct link;
struct port;

enum {
	ADDRESS_BATCH = 32, /* changes in one turn: under a millisecond, so that adverts never wait behind a thousand */
	ADDRESS_REPAIR_USEC = 20000, /* between two repairs: a fight over an address is no busy loop */
	ADDRESS_AGAIN_USEC = 50000,  /* after the kernel refused, and later each time, up to */
	ADDRESS_RETRY_USEC = 1000000,
	ADDRESS_VAIN_USEC =
		750000, /* what it refuses for so long is said; holding nothing is a fault then (address_lack.h) */
};

/* One VIP. Everything needed to remove it is copied, so it outlives its configuration. */
struct address_vip {
	struct vrrp_vip conf;  /* dev and label are borrowed from the configuration; NULL once dropped */
	int index;             /* its interface; 0: not there now */
	int16_t err;           /* why the kernel refused it last, or 0 */
	bool is_held : 1;      /* on the interface because of us: added or adopted */
	bool is_dropped : 1;   /* no longer configured: to be removed, then forgotten */
	bool is_fresh : 1;     /* set when it was just added; the caller announces and clears it */
	bool is_absent : 1;    /* not to be there, and was not: whoever puts it there makes two that answer for it */
	bool can_lease : 1;    /* ours: it may have a lifetime (an adopted real address may not) */
	bool was_put_back : 1; /* somebody else removed it since it came: it may be the first of its network now */
	int64_t lease;         /* its lease in the kernel, usec; 0: none, negative: not known */
	mono_t leased_at;
	struct announce_item announce; /* its port is the caller's */
};

/* What the owner of a set knows of its addresses. */
struct address_ops {
	/* The interface of a VIP that is configured on interface `index`: a device of its own, perhaps; 0: not there now. */
	int (*place)(const void *ctx, const struct vrrp_vip *vip, int index);
	/* Whether somebody else (another instance) wants the address there now: then it is not removed, only let go. */
	bool (*spare)(const void *ctx, int index, const struct addr *a);
};

/* The VIPs of one instance. */
struct address_set {
	struct address_vip **vip;      /* owned; each at a fixed place, because announcements are queued by pointer */
	struct address_vip *only;      /* private: what `vip` points to while there is one, as in most of thousands */
	unsigned n, at;                /* `at`: where the next turn goes on */
	bool hold;                     /* wanted on the interface */
	bool is_clean_start;           /* the first turn also removes what a crashed run left */
	uint64_t lost;                 /* removed by somebody else while held, or put there while not */
	mono_t repair_at;              /* no repair before, */
	mono_t retry_at;               /* and nothing of what the kernel refused */
	mono_t vain_since;             /* since then the kernel refuses something; MONO_NEVER: it does not */
	int64_t lease;                 /* wanted, usec; 0: none (lease.h) */
	mono_t lease_until;            /* the first lease to end; MONO_NEVER: none runs */
	const struct address_ops *ops; /* NULL: every address is on its configured interface, and nobody else's */
	const void *ctx;               /* of theirs */
};

/* What one turn did. */
struct address_result {
	unsigned added, removed, adopted, lost, refused;
	unsigned healed;    /* duplicate address detection ran or failed: put there anew without it */
	unsigned intruding; /* put there by somebody else while not held: removed */
	unsigned left;      /* the same, but with the mark of another address manager: left there */
	const struct address_vip *lost_one, *refused_one, *healed_one; /* the first of them, for the log */
	const struct address_vip *intruding_one, *left_one;
	mono_t again_at; /* when to call again; MONO_NEVER: nothing is left to do */
};

/* Nothing is wanted yet; the first turn removes what a crashed run left. */
void address_init(struct address_set *s, const struct vrrp_conf *conf, const struct address_ops *ops, const void *ctx);
/* Whether leftovers of a crashed run stay (resume, address owner). */
void address_keep(struct address_set *s, bool keep);
/* The interface stays as it is; drops the announcements first. */
void address_done(struct address_set *s);
/* Another configuration: VIPs that stay are not touched, new ones are added and gone ones removed by the next turns. */
void address_reconf(struct address_set *s, const struct vrrp_conf *conf);
/* From now on the VIPs shall be there (or be gone). */
void address_hold(struct address_set *s, bool on);
/* One turn: at most ADDRESS_BATCH differences are written. */
struct address_result address_sync(struct address_set *s, struct link *link, const struct vrrp_conf *conf, mono_t now);
/* The change that adds the VIP, removes it, or sets its lease anew. */
struct link_change address_change(const struct address_set *s, const struct address_vip *v, enum link_op op);
/* Looks again which lease ends first. */
void address_look_at_leases(struct address_set *s);
/* Whether the address is one of the set's, on that interface (0: on any). */
bool address_has(const struct address_set *s, int index, const struct addr *a);
/* As address_has(), for those that are to be there (not the dropped ones), on exactly that interface. */
bool address_wants(const struct address_set *s, int index, const struct addr *a);
/* Whether all of them are on their interfaces. */
bool address_is_complete(const struct address_set *s, const struct link *link);
#endif
