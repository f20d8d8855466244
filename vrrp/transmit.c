/* transmit.c - see transmit.h. */
#include "vrrp/transmit.h"

#include <errno.h>
#include <string.h>

#include "net/raw.h"
#include "vrrp/advert.h"
#include "vrrp/auth.h"
#include "vrrp/conf.h"
#include "vrrp/port.h"

enum { ADDRS_MAX = 255 };

struct addr transmit_group(const struct vrrp_conf *conf, const struct vrrp_globals *globals)
{
	if (addr_is_set(&conf->rare->mcast_dst))
		return conf->rare->mcast_dst;
	return conf->family == AF_INET6 ? globals->mcast_group6 : globals->mcast_group4;
}

static struct advert advert_of(const struct vrrp_conf *conf, uint8_t priority, uint8_t *addrs)
{
	struct advert a = {
		.version = (uint8_t)conf->version,
		.type = 1,
		.vrid = (uint8_t)conf->vrid,
		.priority = priority,
		.count = (uint8_t)conf->n_advertised,
		.auth_type = (uint8_t)conf->auth_type,
		.interval_cs = (uint16_t)conf->interval_cs,
		.checksum = conf->version == VRRP_V3 && !conf->v3_checksum_as_v2 ? ADVERT_SUM_PSEUDO : ADVERT_SUM_MESSAGE,
		.addrs = addrs,
	};

	for (unsigned i = 0; i < conf->n_advertised; i++) {
		const struct vrrp_vip *v = conf->vips.item[i];

		memcpy(addrs + i * addr_len(&v->addr), v->addr.bytes, addr_len(&v->addr));
	}
	memcpy(a.auth, conf->auth_pass, sizeof(a.auth));
	return a;
}

/* One advert on its way: the trailer of auth_hmac is made with the first copy and is the same in all. */
struct outgoing {
	const struct transmit *from;
	const struct advert *advert;
	uint8_t trailer[HMAC_TRAILER_LEN];
	size_t trailer_len;
	bool is_signed;
};

static int add_trailer(struct outgoing *o, const struct advert_meta *meta, uint8_t *packet, size_t len)
{
	const struct hmac_message m = { *o->from->src, packet, len };
	int r = o->is_signed ? (int)o->trailer_len : auth_sign(o->from->auth, &m, mono_utc(), o->trailer);

	if (r < 0)
		return r;
	o->is_signed = true;
	o->trailer_len = (size_t)r;
	memcpy(packet + len, o->trailer, o->trailer_len);
	if (r > 0 && meta->src.family == AF_INET6)
		advert_seal(meta, packet, len + o->trailer_len);
	return 0;
}

static int send_one(struct outgoing *o, const struct raw_dest *d)
{
	const struct advert_meta meta = { d->src, d->dst, d->ttl, 0 };
	uint8_t packet[ADVERT_MAX + HMAC_TRAILER_LEN];
	size_t len = advert_encode(o->advert, &meta, packet, ADVERT_MAX);
	int r = len > 0 ? add_trailer(o, &meta, packet, len) : -EMSGSIZE;

	return r < 0 ? r : port_send(o->from->port, d, packet, len + o->trailer_len);
}

int transmit_advert(const struct transmit *t, uint8_t priority)
{
	uint8_t addrs[ADDRS_MAX * sizeof(t->src->bytes)];
	struct advert a = advert_of(t->conf, priority, addrs);
	struct outgoing o = { .from = t, .advert = &a };
	struct raw_dest d = { .src = *t->src, .dst = *t->group, .index = port_index(t->port), .ttl = ADVERT_TTL };
	int first = 0;

	if (t->src->family != t->conf->family) /* the kernel would take another one, perhaps a virtual one */
		return -EADDRNOTAVAIL;
	if (!t->conf->has_unicast_block)
		return send_one(&o, &d);
	d.ttl = (uint8_t)t->conf->rare->unicast_ttl;
	for (unsigned i = 0; i < t->conf->peers.n; i++) {
		const struct vrrp_peer *peer = t->conf->peers.item[i];
		int r;

		d.dst = peer->addr;
		r = send_one(&o, &d);
		if (r < 0 && first == 0)
			first = r;
	}
	return first;
}
