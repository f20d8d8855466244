/*
 * auth.h - one instance's auth_hmac while it runs: its keys, its own sequence, and what it knows of each sender. Signs adverts and
 * judges received ones by hmac.h. Keeps no packet, opens nothing, logs nothing.
 */
#ifndef VRRP_AUTH_H
#define VRRP_AUTH_H
#include "base/mono.h"
#include "vrrp/conf.h"
#include "vrrp/hmac.h"

struct mac;

enum { AUTH_SENDERS = 16 };

/* Who has shown that it has a key: other senders get no place here. */
struct auth_sender {
	struct addr addr;
	uint64_t mark; /* the highest sequence accepted; with has_mark */
	bool has_mark;
	bool is_proven; /* the mark is of an advert that was fresh, or grew from one: not the first of a recording */
	uint8_t key_id; /* of the last trailer that was valid */
	int64_t skew;   /* usec that its clock was behind ours then */
	enum hmac_result result; /* of its last advert, valid or not */
	mono_t heard_at;         /* last valid one; usec 0: known from before a restart */
};

struct auth_key {
	uint8_t id;
	struct mac *mac; /* owned */
};

/* Zero is one without keys: auth_is_on() is false. NULL is one too, for all that take a const one and for auth_sign(). */
struct auth {
	bool is_on;
	bool is_broken;       /* the library refuses a key: nothing is signed, and nothing is valid */
	struct auth_key *key; /* owned */
	unsigned n_keys;
	const struct auth_key *active; /* signs */
	enum vrrp_hmac_mode mode;
	int64_t window;             /* usec; 0: monotonic */
	uint64_t sent;              /* the last sequence of our own */
	struct auth_sender *sender; /* owned; AUTH_SENDERS places, NULL while nobody has one */
	unsigned n_senders;
	uint64_t results[HMAC_RESULT_MAX];
};

/* Reads keys and modes anew; sequence, senders and counters stay. */
void auth_conf(struct auth *a, const struct vrrp_conf *conf);
void auth_done(struct auth *a);
bool auth_is_on(const struct auth *a);
/* Whether adverts go out with a trailer. */
bool auth_signs(const struct auth *a);
/*
 * The trailer of an advert that is sent at `utc`; the sequence moves on. HMAC_TRAILER_LEN, 0 when adverts are not signed, or
 * -errno.
 */
int auth_sign(struct auth *a, const struct hmac_message *m, int64_t utc, uint8_t trailer[HMAC_TRAILER_LEN]);
/*
 * Judges what stands behind the message: `len` bytes, 0 or HMAC_TRAILER_LEN. Counts it, and remembers a valid sender. Whether the
 * advert counts by the mode is auth_accepts()'s to say.
 */
enum hmac_result auth_check(struct auth *a, const struct hmac_message *m, const uint8_t *trailer, size_t len,
	int64_t utc);
/* By the mode: only enforce drops. */
bool auth_accepts(const struct auth *a, enum hmac_result r);
/*
 * Whether more is known of a sender with a wrong clock than that somebody lives: it was heard while its clock was right, so that
 * what grows from there is no recording.
 */
bool auth_is_proven(const struct auth *a, const struct addr *addr);
/* NULL: it never sent anything valid. */
const struct auth_sender *auth_find(const struct auth *a, const struct addr *addr);
/* From before a restart: nothing at or below `mark` is accepted of it. */
void auth_restore(struct auth *a, const struct addr *addr, uint64_t mark);
#endif
