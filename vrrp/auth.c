/* auth.c - see auth.h. */
#include "vrrp/auth.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/tls.h"

#define WINDOW_MIN (5 * MONO_SEC)
enum { WINDOW_ADVERTS = 3 };

/* Configuration. */

static void drop_keys(struct auth *a)
{
	for (unsigned i = 0; i < a->n_keys; i++)
		mac_free(a->key[i].mac);
	free(a->key);
	a->key = NULL;
	a->n_keys = 0;
	a->active = NULL;
}

static int64_t window_of(const struct vrrp_conf *conf)
{
	const int64_t dflt = WINDOW_ADVERTS * (int64_t)conf->interval_cs * (MONO_SEC / 100);

	if (conf->hmac->anti_replay == VRRP_HMAC_MONOTONIC)
		return 0;
	if (conf->hmac->time_window)
		return conf->hmac->time_window;
	return dflt > WINDOW_MIN ? dflt : WINDOW_MIN;
}

void auth_conf(struct auth *a, const struct vrrp_conf *conf)
{
	const struct vrrp_hmac_conf *c = conf->hmac;

	drop_keys(a);
	a->mode = (enum vrrp_hmac_mode)c->mode;
	a->window = window_of(conf);
	a->is_on = c->keys.n > 0;
	a->is_broken = false;
	a->key = a->is_on ? x_calloc(c->keys.n, sizeof(*a->key)) : NULL;
	for (unsigned i = 0; i < c->keys.n; i++) {
		const struct vrrp_hmac_key *k = c->keys.item[i];
		struct mac *mac = mac_sha256_new(k->bytes, k->len);

		a->is_broken = a->is_broken || !mac;
		if (!mac)
			continue;
		if (k->id == c->active_key || a->n_keys == 0)
			a->active = &a->key[a->n_keys];
		a->key[a->n_keys++] = (struct auth_key){ (uint8_t)k->id, mac };
	}
}

void auth_done(struct auth *a)
{
	drop_keys(a);
	free(a->sender);
	a->sender = NULL;
	a->n_senders = 0;
}

bool auth_is_on(const struct auth *a)
{
	return a && a->is_on;
}

bool auth_signs(const struct auth *a)
{
	return auth_is_on(a) && a->mode != VRRP_HMAC_RECEIVE_ONLY;
}

/* Signing. */

static int make_tag(const struct auth_key *k, const struct hmac_message *m, struct hmac_trailer *t)
{
	uint8_t input[HMAC_INPUT_MAX], tag[MAC_SHA256_LEN];
	size_t len = hmac_input(m, t, input);
	int r = len > 0 ? mac_sha256(k->mac, input, len, tag) : -EMSGSIZE;

	if (r == 0)
		memcpy(t->tag, tag, HMAC_TAG_LEN);
	return r;
}

int auth_sign(struct auth *a, const struct hmac_message *m, int64_t utc, uint8_t trailer[HMAC_TRAILER_LEN])
{
	struct hmac_trailer t;
	int r;

	if (!auth_signs(a))
		return 0;
	if (a->is_broken)
		return -EIO;
	a->sent = hmac_next(a->sent, utc);
	t = (struct hmac_trailer){ .key_id = a->active->id, .sequence = a->sent };
	r = make_tag(a->active, m, &t);
	if (r < 0)
		return r;
	hmac_encode(&t, trailer);
	return HMAC_TRAILER_LEN;
}

/* Checking. */

static const struct auth_key *find_key(const struct auth *a, uint8_t id)
{
	for (unsigned i = 0; i < a->n_keys; i++)
		if (a->key[i].id == id)
			return &a->key[i];
	return NULL;
}

static struct auth_sender *find_sender(struct auth *a, const struct addr *addr)
{
	for (unsigned i = 0; i < a->n_senders; i++)
		if (addr_equal(&a->sender[i].addr, addr))
			return &a->sender[i];
	return NULL;
}

const struct auth_sender *auth_find(const struct auth *a, const struct addr *addr)
{
	for (unsigned i = 0; a && i < a->n_senders; i++)
		if (addr_equal(&a->sender[i].addr, addr))
			return &a->sender[i];
	return NULL;
}

bool auth_is_proven(const struct auth *a, const struct addr *addr)
{
	const struct auth_sender *s = auth_find(a, addr);

	return s && s->is_proven;
}

/* With a place for everybody who has a key; the one not heard for longest gives way. */
static struct auth_sender *add_sender(struct auth *a, const struct addr *addr)
{
	struct auth_sender *s = find_sender(a, addr);

	if (s)
		return s;
	if (!a->sender)
		a->sender = x_calloc(AUTH_SENDERS, sizeof(*a->sender));
	s = &a->sender[0];
	if (a->n_senders < AUTH_SENDERS)
		s = &a->sender[a->n_senders++];
	for (unsigned i = 0; s->has_mark && i < AUTH_SENDERS; i++)
		if (mono_before(a->sender[i].heard_at, s->heard_at))
			s = &a->sender[i];
	*s = (struct auth_sender){ .addr = *addr };
	return s;
}

/*
 * A stale advert of a sender without a mark is hashed as well: it does not count, but if it is valid then the next one can be told
 * from a repetition. Otherwise two routers that start with different clocks would never hear each other.
 */
static enum hmac_result judge(struct auth *a, const struct hmac_message *m, const uint8_t *bytes, int64_t utc)
{
	struct auth_sender *s = find_sender(a, &m->src);
	const struct hmac_past past = { s && s->has_mark, s ? s->mark : 0, a->window };
	struct hmac_trailer t, ours;
	const struct auth_key *k;
	enum hmac_result r;
	bool is_proven;

	if (hmac_decode(bytes, &t) != HMAC_OK)
		return HMAC_MALFORMED;
	k = find_key(a, t.key_id);
	if (!k)
		return HMAC_UNKNOWN_KEY;
	r = hmac_judge(&past, t.sequence, utc);
	if (r == HMAC_REPLAYED)
		return r;
	ours = t;
	if (make_tag(k, m, &ours) < 0 || !hmac_same_tag(ours.tag, t.tag))
		return HMAC_INVALID;
	s = add_sender(a, &m->src);
	is_proven = r == HMAC_OK || s->is_proven;
	*s = (struct auth_sender){ .addr = m->src,
		.mark = t.sequence,
		.has_mark = true,
		.is_proven = is_proven,
		.key_id = t.key_id,
		.skew = hmac_skew(t.sequence, utc),
		.heard_at = mono_now() };
	return r;
}

enum hmac_result auth_check(struct auth *a, const struct hmac_message *m, const uint8_t *trailer, size_t len,
	int64_t utc)
{
	enum hmac_result r = HMAC_MALFORMED;
	struct auth_sender *s;

	if (len == 0)
		r = HMAC_MISSING;
	else if (len == HMAC_TRAILER_LEN)
		r = judge(a, m, trailer, utc);
	s = find_sender(a, &m->src);
	if (s)
		s->result = r;
	a->results[r]++;
	return r;
}

bool auth_accepts(const struct auth *a, enum hmac_result r)
{
	return r == HMAC_OK || r == HMAC_WRONG_CLOCK || !a || a->mode != VRRP_HMAC_ENFORCE;
}

void auth_restore(struct auth *a, const struct addr *addr, uint64_t mark)
{
	struct auth_sender *s = add_sender(a, addr);

	s->mark = mark;
	s->has_mark = s->is_proven = true;
}
