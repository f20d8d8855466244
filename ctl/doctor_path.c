/* doctor_path.c - see doctor_path.h. */
#include "ctl/doctor_path.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/mono.h"
#include "net/raw_syn.h"

enum {
	ROUNDS = 2,
	PACE_MSEC = 20,
	LISTEN_MSEC = 300,
	SERVERS_MAX = 256,
	PORT_FIRST = 61000, /* above those that the kernel gives out, see ip_local_port_range */
	PORT_MASK = 0xfff,
	NUMBER = 0x76697000, /* of the first SYN */
};

/* One round of SYNs over one family. */
struct trial {
	struct doctor_facts *f;
	struct addr far; /* AF_UNSPEC: the servers' paths, not their gateways */
	int fd;
	uint16_t family, port;
};

/* Of an answer alone: what the kernel remembers may be old. */
static const uint8_t *mac_of(const struct doctor_facts *f, const struct addr *a)
{
	for (unsigned i = 0; i < f->n_answers; i++)
		if (f->answers[i].is_reply && addr_equal(&f->answers[i].addr, a))
			return f->answers[i].mac;
	return NULL;
}

/* True: the SYN for this server; false: there is none. */
static bool question(const struct trial *t, unsigned i, struct raw_syn *ret)
{
	const struct doctor_server *s = &t->f->servers[i];
	const struct doctor_service *vs = &t->f->services[s->service];
	const struct doctor_link *l = doctor_facts_link(t->f, s->way.index);
	const uint8_t *mac = mac_of(t->f, &s->addr);

	if (s->forward != DOCTOR_DR || !mac || !l || doctor_facts_is_own_mac(t->f, mac) ||
		vs->addr.family != t->family || s->addr.family != t->family || !vs->port || vs->fwmark ||
		strcmp(vs->protocol, "tcp") != 0)
		return false;
	*ret = (struct raw_syn){
		.index = l->is.index, .dst = vs->addr, .src_port = t->port, .dst_port = vs->port, .number = NUMBER + i
	};
	ret->src = addr_is_set(&t->far) ? t->far : t->family == AF_INET6 ? l->own6 : l->own4;
	memcpy(ret->mac, mac, LINK_MAC_LEN);
	return addr_is_set(&ret->src);
}

static enum doctor_path path_of(enum raw_syn_says says)
{
	switch (says) {
	case RAW_SYN_OPEN:
		return DOCTOR_PATH_OK;
	case RAW_SYN_CLOSED:
		return DOCTOR_PATH_REFUSED;
	case RAW_SYN_PASSED:
		return DOCTOR_PATH_FORWARDED;
	}
	return DOCTOR_PATH_UNKNOWN;
}

static void hear(const struct trial *t)
{
	struct raw_syn_answer a;
	struct raw_syn s;
	int r;

	while ((r = raw_syn_receive(t->fd, t->family, t->port, &a)) == 0 || r == -EBADMSG) {
		unsigned i = a.number - NUMBER;

		if (r < 0 || i >= t->f->n_servers || !question(t, i, &s) || !addr_equal(&a.from, &s.dst) ||
			!addr_equal(&a.to, &s.src))
			continue;
		if (addr_is_set(&t->far))
			t->f->servers[i].gateway = a.says == RAW_SYN_PASSED ? t->f->servers[i].gateway
									    : DOCTOR_GATEWAY_US;
		else
			t->f->servers[i].path = path_of(a.says);
	}
}

static void listen_for(const struct trial *t, int64_t msec)
{
	mono_t until = mono_add(mono_now(), msec * MONO_MSEC);
	struct pollfd p = { .fd = t->fd, .events = POLLIN };
	int64_t left;

	while ((left = mono_diff(until, mono_now())) > 0) {
		(void)poll(&p, 1, (int)(left / MONO_MSEC) + 1);
		hear(t);
	}
}

static bool is_open(const struct trial *t, unsigned i)
{
	const struct doctor_server *s = &t->f->servers[i];

	return addr_is_set(&t->far) ? s->gateway == DOCTOR_GATEWAY_UNKNOWN && s->path == DOCTOR_PATH_OK
				    : s->path == DOCTOR_PATH_UNKNOWN;
}

/* Returns how many SYNs were sent. */
static unsigned send_all(const struct trial *t)
{
	struct raw_syn s;
	unsigned n = 0;

	for (unsigned i = 0; i < t->f->n_servers && n < SERVERS_MAX; i++)
		if (is_open(t, i) && question(t, i, &s) && raw_syn_send(t->fd, &s) == 0) {
			n++;
			listen_for(t, PACE_MSEC);
		}
	return n;
}

/* What did not answer twice, is silent; what was half opened is taken back. */
static void end(const struct trial *t)
{
	struct raw_syn s;
	unsigned n = 0;

	for (unsigned i = 0; i < t->f->n_servers && n < SERVERS_MAX; i++) {
		struct doctor_server *rs = &t->f->servers[i];

		if (!question(t, i, &s))
			continue;
		n++;
		if (rs->path == DOCTOR_PATH_OK)
			(void)raw_syn_reset(t->fd, &s);
		if (rs->path == DOCTOR_PATH_UNKNOWN)
			rs->path = DOCTOR_PATH_SILENT;
		else if (addr_is_set(&t->far) && is_open(t, i))
			rs->gateway = DOCTOR_GATEWAY_OTHER;
	}
}

static void try(struct trial *t)
{
	for (int round = 0; round < ROUNDS; round++)
		if (send_all(t))
			listen_for(t, LISTEN_MSEC);
	end(t);
}

/* An address that nobody has (RFC 5737, RFC 3849) and that is not in a network of ours. */
static struct addr far_client(uint16_t family)
{
	static const char *const candidates[] = { "203.0.113.1", "198.51.100.1", "192.0.2.1", "2001:db8:ffff:ffff::1" };
	struct link_way way;
	struct addr a;

	for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++)
		if (addr_parse(candidates[i], &a) == 0 && a.family == family &&
			(link_ask_way(&a, &way) < 0 || addr_is_set(&way.via)))
			return a;
	return (struct addr){ 0 };
}

static bool is_needed(const struct trial *t)
{
	struct raw_syn s;

	for (unsigned i = 0; i < t->f->n_servers; i++)
		if (question(t, i, &s))
			return true;
	return false;
}

static void try_family(struct doctor_facts *f, uint16_t family, bool and_gateways)
{
	struct trial t = {
		.f = f, .fd = -1, .family = family, .port = (uint16_t)(PORT_FIRST + (getpid() & PORT_MASK))
	};

	if (!is_needed(&t))
		return;
	t.fd = raw_syn_open(family, t.port);
	if (t.fd < 0) {
		doctor_facts_unseen(f, "the servers' paths: %s", strerror(-t.fd));
		return;
	}
	try(&t);
	if (and_gateways) {
		t.far = far_client(family);
		if (addr_is_set(&t.far))
			try(&t);
	}
	close(t.fd);
}

void doctor_path_try(struct doctor_facts *f, bool and_gateways)
{
	try_family(f, AF_INET, and_gateways);
	try_family(f, AF_INET6, and_gateways);
}
