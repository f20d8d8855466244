/* transmit.c - see transmit.h. */
#include "vrrp/transmit.h"

#include <errno.h>
#include <string.h>

#include "net/raw.h"
#include "vrrp/advert.h"
#include "vrrp/conf.h"
#include "vrrp/port.h"

enum { ADDRS_MAX = 255 };

struct addr transmit_group(const struct vrrp_conf *conf, const struct addr *dflt)
{
	return addr_is_set(&conf->mcast_dst) ? conf->mcast_dst : *dflt;
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

		memcpy(addrs + (size_t)i * 4, v->addr.bytes, 4);
	}
	memcpy(a.auth, conf->auth_pass, sizeof(a.auth));
	return a;
}

static int send_one(struct port *p, const struct advert *a, const struct raw_dest *d)
{
	const struct advert_meta meta = { d->src, d->dst, d->ttl };
	uint8_t packet[ADVERT_MAX];
	size_t len = advert_encode(a, &meta, packet, sizeof(packet));

	return len > 0 ? port_send(p, d, packet, len) : -EMSGSIZE;
}

int transmit_advert(struct port *p, const struct vrrp_conf *conf, const struct addr *src, const struct addr *group,
	uint8_t priority)
{
	uint8_t addrs[ADDRS_MAX * 4];
	struct advert a = advert_of(conf, priority, addrs);
	struct raw_dest d = { .src = *src, .dst = *group, .index = port_index(p), .ttl = ADVERT_TTL };
	int first = 0;

	if (!conf->has_unicast_block)
		return send_one(p, &a, &d);
	d.ttl = (uint8_t)conf->unicast_ttl;
	for (unsigned i = 0; i < conf->peers.n; i++) {
		const struct vrrp_peer *peer = conf->peers.item[i];
		int r;

		d.dst = peer->addr;
		r = send_one(p, &a, &d);
		if (r < 0 && first == 0)
			first = r;
	}
	return first;
}
