/*
 * fuzz_advert.c - packets for a virtual router (RX-33): what is accepted says what was configured, encodes to itself, and is
 * refused once its checksum is wrong.
 */
#include "vrrp/advert.h"

#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

enum { V6 = 1, V2 = 2, UNICAST = 4, PASS = 8, LINK_LOCAL = 16, STRICT = 32, DAMAGE = 64 };

static void expect(bool is_fine)
{
	if (!is_fine)
		abort();
}

static struct addr addr_of(const char *text)
{
	struct addr a;

	expect(addr_parse(text, &a) == 0);
	return a;
}

static struct advert_profile profile_of(uint8_t how, const uint8_t *vips)
{
	const bool is_v6 = how & V6;
	struct advert_profile p = { .family = is_v6 ? AF_INET6 : AF_INET,
		.version = how & V2 && !is_v6 ? 2 : 3,
		.vrid = 51,
		.interval_cs = 100,
		.is_unicast = how & UNICAST,
		.addrs = vips,
		.n_addrs = 1,
		.drop_addr_mismatch = how & STRICT,
		.needs_link_local = how & LINK_LOCAL };

	p.auth_type = how & PASS && p.version == 2;
	memcpy(p.auth, "s3cr3tpw", sizeof(p.auth));
	p.own = addr_of(is_v6 ? "fe80::1" : "192.0.2.1");
	return p;
}

static void check_accepted(const struct advert_profile *p, const struct advert_meta *m, const struct advert *a,
	size_t len)
{
	uint8_t again[8 + 255 * 16 + 8];
	struct advert back;

	expect(a->version == p->version && a->vrid == p->vrid && a->type == 1 && a->count > 0 && a->interval_cs > 0);
	expect(advert_encode(a, m, again, sizeof(again)) == len);
	expect(advert_decode(p, m, again, len, &back) == ADVERT_OK);
	expect(back.priority == a->priority && back.interval_cs == a->interval_cs && back.checksum == a->checksum);
	again[2] ^= 1;
	expect(advert_decode(p, m, again, len, &back) == ADVERT_BAD_CHECKSUM);
}

/*
 * The first byte says what the receiver expects, the second is the TTL. DAMAGE: the checksum stays as it came; else it is made
 * right.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t vips[] = { 192, 0, 2, 100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	uint8_t packet[4200];
	struct advert_profile p;
	struct advert_meta m;
	struct advert a = { 0 };
	size_t len;

	if (size < 2)
		return 0;
	p = profile_of(data[0], vips);
	m = (struct advert_meta){ .ttl = data[1] };
	m.src = addr_of(data[0] & V6 ? "fe80::2" : "192.0.2.2");
	m.dst = p.is_unicast ? p.own : addr_of(data[0] & V6 ? "ff02::12" : "224.0.0.18");
	len = size - 2 < sizeof(packet) ? size - 2 : sizeof(packet);
	memcpy(packet, data + 2, len);
	(void)advert_vrid(packet, len);
	(void)advert_is_carp(packet, len);
	if (!(data[0] & DAMAGE) && len >= 8)
		advert_seal(&m, packet, len);
	if (advert_decode(&p, &m, packet, len, &a) == ADVERT_OK)
		check_accepted(&p, &m, &a, len);
	return 0;
}
