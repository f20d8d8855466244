/*
 * doctor_rules_vips.c - who answers for the virtual addresses (RFC 5227 probes, neighbour solicitations): on the director that has
 * the address nobody else may, on another one exactly the MASTER.
 */
#include "ctl/doctor_rules.h"

#include <stdio.h>
#include <string.h>

enum { MANY = 256 };

static const char *kind_str(const struct addr *a)
{
	return a->family == AF_INET6 ? "a neighbour solicitation" : "an ARP probe";
}

/* "192.0.2.100 (VI_1)" */
static const char *subject(struct doctor_findings *out, const struct doctor_vip *v)
{
	char text[ADDR_STRLEN];

	return v->instance ? doctor_text(out, "%s (%s)", addr_str(&v->addr, text), v->instance)
			   : doctor_text(out, "%s", addr_str(&v->addr, text));
}

static bool same_mac(const uint8_t *a, const uint8_t *b)
{
	return a && b && !memcmp(a, b, LINK_MAC_LEN);
}

/* Another director, by the address its adverts come from. */
static const struct doctor_peer *peer_of(const struct doctor_facts *f, const uint8_t *mac)
{
	for (unsigned i = 0; i < f->n_peers; i++)
		if (f->peers[i].is_heard && same_mac(doctor_facts_mac(f, &f->peers[i].addr), mac))
			return &f->peers[i];
	return NULL;
}

static const struct doctor_server *server_of(const struct doctor_facts *f, const uint8_t *mac)
{
	for (unsigned i = 0; i < f->n_servers; i++)
		if (same_mac(doctor_facts_mac(f, &f->servers[i].addr), mac))
			return &f->servers[i];
	return NULL;
}

/* Whether an earlier answer said the same. */
static bool is_repeated(const struct doctor_facts *f, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (addr_equal(&f->answers[i].addr, &f->answers[n].addr) &&
			f->answers[i].is_reply == f->answers[n].is_reply &&
			same_mac(f->answers[i].mac, f->answers[n].mac))
			return true;
	return false;
}

/* A real server answers for the address: clients that hear it first bypass the director. */
static void server_answers(const struct doctor_vip *v, const struct doctor_server *s, const uint8_t *mac,
	struct doctor_findings *out)
{
	char vip[ADDR_STRLEN], rip[ADDR_STRLEN], text[ADDR_MAC_STRLEN];
	bool is_v6 = v->addr.family == AF_INET6;

	addr_str(&v->addr, vip);
	addr_str(&s->addr, rip);
	doctor_find(out,
		&(struct doctor_finding){ DOCTOR_ERROR, "vip-answered-by-server", subject(out, v),
			doctor_text(out, "real server %s answers %s for the virtual address", rip,
				is_v6 ? "neighbour discovery" : "ARP"),
			doctor_text(out, "%s for %s was answered by %s, which is %s", kind_str(&v->addr), vip,
				addr_mac_str(mac, text), rip),
			is_v6 ? doctor_text(out,
					"on %s move the address to lo: `ip -6 addr del %s/128 dev IF; ip -6 addr add "
					"%s/128 dev lo`",
					rip, vip, vip)
			      : doctor_text(out,
					"on %s: `sysctl -w net.ipv4.conf.all.arp_ignore=1 "
					"net.ipv4.conf.all.arp_announce=2`, and "
					"%s/32 on lo (not on the network card: there arp_ignore 1 does not help)",
					rip, vip) });
}

static void server_claims(const struct doctor_vip *v, const struct doctor_server *s, const uint8_t *mac,
	struct doctor_findings *out)
{
	char vip[ADDR_STRLEN], rip[ADDR_STRLEN], text[ADDR_MAC_STRLEN];

	addr_str(&s->addr, rip);
	doctor_find(out,
		&(struct doctor_finding){ DOCTOR_ERROR, "vip-claimed-by-server", subject(out, v),
			doctor_text(out, "real server %s asks by ARP in the name of the virtual address", rip),
			doctor_text(out, "an ARP request from %s (%s) had %s as its sender: who hears it sends there",
				addr_mac_str(mac, text), rip, addr_str(&v->addr, vip)),
			doctor_text(out, "on %s: `sysctl -w net.ipv4.conf.all.arp_announce=2` (1 is not enough)",
				rip) });
}

static void duplicate(const struct doctor_vip *v, const char *who, struct doctor_findings *out)
{
	doctor_find(out,
		&(struct doctor_finding){ DOCTOR_ERROR, "vip-duplicate", subject(out, v),
			v->is_here ? "another host has the address of this director too"
				   : "more than one host answers for the address",
			who,
			"two directors: find why they do not hear each other (`vipctl why`, proto 112 in every filter "
			"between "
			"them); any other host: take the address from it" });
}

/* "a and b (the director 192.0.2.2)": those who answered and are no real server; how many. */
static unsigned holders(const struct doctor_facts *f, const struct doctor_vip *v, char *buf, size_t size)
{
	unsigned n = 0;
	size_t len = 0;

	*buf = '\0';
	for (unsigned i = 0; i < f->n_answers && len < size; i++) {
		const struct doctor_answer *a = &f->answers[i];
		const struct doctor_peer *p = peer_of(f, a->mac);
		char mac[ADDR_MAC_STRLEN], addr[ADDR_STRLEN];

		if (!addr_equal(&a->addr, &v->addr) || !a->is_reply || is_repeated(f, i) ||
			doctor_facts_is_own_mac(f, a->mac) || (!p && server_of(f, a->mac)))
			continue;
		len += (size_t)snprintf(buf + len, size - len, "%s%s%s%s%s", n ? " and " : "",
			addr_mac_str(a->mac, mac), p ? " (the director " : "", p ? addr_str(&p->addr, addr) : "",
			p ? ")" : "");
		n++;
	}
	return n;
}

static void look_at_servers(const struct doctor_facts *f, const struct doctor_vip *v, struct doctor_findings *out)
{
	for (unsigned i = 0; i < f->n_answers; i++) {
		const struct doctor_answer *a = &f->answers[i];
		const struct doctor_server *s = server_of(f, a->mac);

		if (!addr_equal(&a->addr, &v->addr) || !s || addr_equal(&s->addr, &v->addr) || peer_of(f, a->mac) ||
			doctor_facts_is_own_mac(f, a->mac) || is_repeated(f, i))
			continue;
		if (a->is_reply)
			server_answers(v, s, a->mac, out);
		else
			server_claims(v, s, a->mac, out);
	}
}

static void look_at_holders(const struct doctor_facts *f, const struct doctor_vip *v, struct doctor_findings *out)
{
	char who[MANY], vip[ADDR_STRLEN];
	unsigned n = holders(f, v, who, sizeof(who));

	addr_str(&v->addr, vip);
	if (v->is_here ? n > 0 : n > 1)
		duplicate(v, doctor_text(out, "%s for %s was answered by %s", kind_str(&v->addr), vip, who), out);
	else if (v->was_asked && !v->is_here && n == 0)
		doctor_find(out,
			&(struct doctor_finding){ DOCTOR_WARNING, "vip-unanswered", subject(out, v),
				"nobody has the virtual address",
				doctor_text(out, "it is not on this director, and %s %s was answered by no director",
					v->addr.family == AF_INET6 ? "a neighbour solicitation for"
								   : "an ARP probe for",
					vip),
				"is a director MASTER (`vipctl status` on each)? is the address of a service in a "
				"vrrp_instance "
				"at all? are both in the same segment?" });
}

static void look_at_state(const struct doctor_vip *v, struct doctor_findings *out)
{
	bool is_master = !strcmp(v->state, "MASTER");

	if (v->is_anycast && v->is_wanted && !v->is_here)
		doctor_find(out,
			&(struct doctor_finding){ DOCTOR_ERROR, "vip-missing", subject(out, v),
				"the services of the anycast address can serve, and the address is not here",
				"the kernel's list of addresses does not have it on its device",
				"`vipctl status`, `vipctl events`: does the device of `vip_mode anycast` exist, and is it up?" });
	if (is_master && !v->is_here)
		doctor_find(out,
			&(struct doctor_finding){ DOCTOR_ERROR, "vip-missing", subject(out, v),
				"this director is MASTER and does not have the address",
				"the kernel's list of addresses has it on no network card",
				"who removed it? `vipctl events`; it comes back by itself within a second where the "
				"kernel takes it" });
	if (v->is_here && (v->dad_failed || v->is_tentative))
		doctor_find(out,
			&(struct doctor_finding){ DOCTOR_ERROR, "vip-dad", subject(out, v),
				"the kernel does not use the address: duplicate address detection",
				v->dad_failed ? "the address is marked dadfailed: another host answered for it"
					      : "the address is marked tentative",
				"find the other host (its MAC address is in the neighbour advertisement); then `ip -6 "
				"addr del` and "
				"let vipd add it, which it does without detection (nodad)" });
}

void doctor_rules_vips(const struct doctor_facts *f, struct doctor_findings *out)
{
	for (unsigned i = 0; i < f->n_vips; i++) {
		const struct doctor_vip *v = &f->vips[i];

		look_at_state(v, out);
		look_at_servers(f, v, out);
		if (!v->is_anycast) /* every director has it */
			look_at_holders(f, v, out);
	}
}
