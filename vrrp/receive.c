/* receive.c - see receive.h. */
#include "vrrp/receive.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "net/raw.h"

void receive_init(struct receiver *r)
{
	memset(r, 0, sizeof(*r));
}

/* What receive_conf() makes anew. */
static void drop_lists(struct receiver *r)
{
	if (!r->lists)
		return;
	free(r->lists->peers);
	free(r->lists->addrs);
	source_done(&r->lists->sources);
	free(r->lists);
	r->lists = NULL;
}

void receive_done(struct receiver *r)
{
	drop_lists(r);
	if (r->auth)
		auth_done(r->auth);
	free(r->auth);
	r->auth = NULL;
	free(r->pending);
	free(r->refused);
	r->pending = NULL;
	r->refused = NULL;
}

struct auth *receive_auth(struct receiver *r)
{
	if (!r->auth) /* by hardly any of thousands */
		r->auth = x_calloc(1, sizeof(*r->auth));
	return r->auth;
}

uint64_t receive_count(const struct receiver *r, enum advert_verdict v)
{
	if (v == ADVERT_OK)
		return r->valid;
	return r->refused ? r->refused[v] : 0;
}

void receive_count_on(struct receiver *r, enum advert_verdict v, uint64_t n)
{
	if (n == 0)
		return;
	if (v == ADVERT_OK) {
		r->valid += n;
		return;
	}
	if (!r->refused) /* by hardly any of thousands */
		r->refused = x_calloc(ADVERT_VERDICT_MAX, sizeof(*r->refused));
	r->refused[v] += n;
}

/* Written TTL limits mean that the source is looked at (facts of the language: min_ttl and max_ttl switch check_unicast_src on). */
static bool wants_source_check(const struct vrrp_conf *conf)
{
	if (conf->check_unicast_src)
		return true;
	for (unsigned i = 0; i < conf->peers.n; i++) {
		const struct vrrp_peer *p = conf->peers.item[i];

		if (p->min_ttl != 0 || p->max_ttl != ADVERT_TTL)
			return true;
	}
	return false;
}

static bool needs_lists(const struct vrrp_conf *conf)
{
	return conf->peers.n || conf->n_advertised != 1 || conf->rare->allow_from.n;
}

static void copy_lists(struct receive_lists *l, const struct vrrp_conf *conf)
{
	l->peers = x_array(conf->peers.n, sizeof(*l->peers));
	for (unsigned i = 0; i < conf->peers.n; i++) {
		const struct vrrp_peer *p = conf->peers.item[i];

		l->peers[i] = (struct advert_peer){ p->addr, p->min_ttl, p->max_ttl };
	}
	if (conf->n_advertised != 1)
		l->addrs = x_calloc(conf->n_advertised, sizeof(((struct addr *)NULL)->bytes));
	for (unsigned i = 0; l->addrs && i < conf->n_advertised; i++) {
		const struct vrrp_vip *v = conf->vips.item[i];

		memcpy(l->addrs + i * addr_len(&v->addr), v->addr.bytes, addr_len(&v->addr));
	}
	source_conf(&l->sources, conf);
}

void receive_conf(struct receiver *r, const struct vrrp_conf *conf)
{
	drop_lists(r);
	if (needs_lists(conf)) {
		r->lists = x_calloc(1, sizeof(*r->lists));
		copy_lists(r->lists, conf);
	}
	if (conf->hmac->keys.n)
		receive_auth(r);
	if (r->auth) /* also when there are no keys any more: what it knows of senders is not forgotten */
		auth_conf(r->auth, conf);
}

/* A list of one, as most have it, needs no copy. */
static const uint8_t *addrs_of(const struct receiver *r, const struct vrrp_conf *conf)
{
	if (conf->n_advertised == 1)
		return ((const struct vrrp_vip *)conf->vips.item[0])->addr.bytes;
	return r->lists ? r->lists->addrs : NULL;
}

/* Made for each packet: thousands of instances hear one a second, and keep theirs for years. */
static struct advert_profile profile_of(const struct receiver *r, const struct vrrp_conf *conf, const struct addr *own)
{
	struct advert_profile p = {
		.family = conf->family,
		.version = (uint8_t)conf->version,
		.vrid = (uint8_t)conf->vrid,
		.auth_type = (uint8_t)conf->auth_type,
		.interval_cs = (uint16_t)conf->interval_cs,
		.own = *own,
		.is_unicast = conf->has_unicast_block,
		.check_src = wants_source_check(conf),
		.peers = r->lists ? r->lists->peers : NULL,
		.n_peers = conf->peers.n,
		.addrs = addrs_of(r, conf),
		.n_addrs = conf->n_advertised,
		.drop_addr_mismatch = conf->version == VRRP_V2 && conf->strict && !conf->skip_check_adv_addr,
		.ignore_mismatch = conf->rare->on_mismatch == VRRP_MISMATCH_IGNORE,
		.needs_link_local = conf->family == AF_INET6 && conf->strict,
	};

	memcpy(p.auth, conf->auth_pass, sizeof(p.auth));
	return p;
}

static void remember(struct receiver *r, const struct raw_packet *p, const struct advert *a, bool is_late)
{
	struct receive_advert *slot = NULL;

	if (!r->pending)
		r->pending = x_calloc(RECEIVE_SENDERS, sizeof(*r->pending));
	for (unsigned i = 0; i < r->n_pending && !slot; i++)
		if (addr_equal(&r->pending[i].src, &p->src))
			slot = &r->pending[i];
	if (!slot) /* more senders than slots: the last one gives way, the next advert of all comes soon */
		slot = &r->pending[r->n_pending < RECEIVE_SENDERS ? r->n_pending++ : RECEIVE_SENDERS - 1];
	*slot = (struct receive_advert){ p->src, a->priority, a->interval_cs, is_late };
}

static void look_at_peer(struct receive_peer *peer, const struct raw_packet *p, const struct advert *a)
{
	if (!addr_equal(&peer->addr, &p->src))
		*peer = (struct receive_peer){ .addr = p->src };
	peer->version = a->version;
	peer->priority = a->priority;
	peer->interval_cs = a->interval_cs;
	peer->checksum = a->checksum;
}

/* The bytes behind the message that auth_hmac is to judge; others make its length wrong. */
static size_t trailer_len(const struct receiver *r, const struct raw_packet *p)
{
	const size_t len = hmac_message_len(p->data, p->len, p->src.family);

	return auth_is_on(r->auth) && len > 0 && p->len == len + HMAC_TRAILER_LEN ? HMAC_TRAILER_LEN : 0;
}

/* The last of the checks: nothing that failed another one is worth a hash. */
static enum advert_verdict check_hmac(struct receiver *r, const struct raw_packet *p, size_t trailer, bool *ret_is_late)
{
	static const enum advert_verdict verdicts[HMAC_RESULT_MAX] = {
		[HMAC_MISSING] = ADVERT_HMAC_MISSING,
		[HMAC_MALFORMED] = ADVERT_HMAC_MALFORMED,
		[HMAC_UNKNOWN_KEY] = ADVERT_HMAC_UNKNOWN_KEY,
		[HMAC_REPLAYED] = ADVERT_HMAC_REPLAYED,
		[HMAC_STALE] = ADVERT_HMAC_STALE,
		[HMAC_INVALID] = ADVERT_HMAC_INVALID,
	};
	const struct hmac_message m = { p->src, p->data, p->len - trailer };
	enum hmac_result result;

	if (!auth_is_on(r->auth))
		return ADVERT_OK;
	result = auth_check(r->auth, &m, p->data + m.len, trailer, mono_utc());
	*ret_is_late = result == HMAC_WRONG_CLOCK && r->auth->mode == VRRP_HMAC_ENFORCE;
	return auth_accepts(r->auth, result) ? ADVERT_OK : verdicts[result];
}

enum advert_verdict receive_packet(struct receiver *r, const struct vrrp_conf *conf, const struct addr *own,
	const struct raw_packet *p, mono_t now)
{
	const struct advert_profile profile = profile_of(r, conf, own);
	const size_t trailer = trailer_len(r, p);
	const struct advert_meta meta = { p->src, p->dst, p->ttl, (uint8_t)trailer };
	struct advert a = { 0 };
	enum advert_verdict v = advert_decode(&profile, &meta, p->data, p->len - trailer, &a);
	bool is_late = false;

	if (v == ADVERT_OK && r->lists)
		v = source_check(&r->lists->sources, &p->src, a.priority);
	if (v == ADVERT_OK)
		v = check_hmac(r, p, trailer, &is_late);
	receive_count_on(r, v, 1);
	if (v == ADVERT_OWN_SOURCE)
		return v;
	look_at_peer(&r->peer, p, &a);
	r->peer.drop = v;
	if (v != ADVERT_OK)
		return v;
	r->peer.heard_at = now;
	r->peer.addr_list_differs = a.notes.addr_list_differs;
	r->peer.addr_list_disjoint = a.notes.addr_list_disjoint;
	r->peer.interval_differs = a.notes.interval_differs;
	r->peer.first_not_link_local = a.notes.first_not_link_local;
	if (a.priority == 0)
		r->priority_zero++;
	remember(r, p, &a, is_late);
	return v;
}

bool receive_next(struct receiver *r, struct receive_advert *ret)
{
	if (r->n_pending == 0)
		return false;
	*ret = r->pending[0];
	memmove(&r->pending[0], &r->pending[1], --r->n_pending * sizeof(r->pending[0]));
	return true;
}
