/*
 * doctor_rules_servers.c - whether packets for a service reach each of its real servers, and answers the client: routes, link-layer
 * addresses, the path of a SYN, ports, loops.
 */
#include "ctl/doctor_rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "net/ipvs_table.h"

enum { ROUTE_LOCAL = 2, OVERHEAD_IPIP = 20, FEW = 256 };

/* One server with what it is of. */
struct view {
	const struct doctor_facts *f;
	const struct doctor_server *s;
	const struct doctor_service *vs;
	struct doctor_findings *out;
	char rip[ADDR_STRLEN];
};

static void find(const struct view *v, struct doctor_finding finding)
{
	finding.subject = doctor_text(v->out, "%s, server %s", v->vs->name, v->s->name);
	doctor_find(v->out, &finding);
}

static const char *link_name(const struct doctor_facts *f, int index)
{
	const struct doctor_link *l = doctor_facts_link(f, index);

	return l ? l->is.name : "?";
}

/* The way. */

static void look_at_way(const struct view *v)
{
	const struct doctor_server *s = v->s;
	char via[ADDR_STRLEN];

	if (s->way_error)
		find(v,
			(struct doctor_finding){ DOCTOR_ERROR, "no-route", NULL, "the kernel has no way to the server",
				doctor_text(v->out, "asked for a route to %s it says: %s", v->rip,
					strerror(-s->way_error)),
				"give this director an address in the server's segment, or a route" });
	else if (s->has_way && s->forward == DOCTOR_DR && addr_is_set(&s->way.via))
		find(v,
			(struct doctor_finding){ DOCTOR_ERROR, "off-link", NULL,
				"direct routing cannot reach a server behind a router",
				doctor_text(v->out,
					"the way to %s is by the router %s (%s): it would get packets for the virtual "
					"address and send them back",
					v->rip, addr_str(&s->way.via, via), link_name(v->f, s->way.index)),
				"put director and server into one segment (VLAN, subnet), or use `lvs_method TUN`" });
}

/* Who answers for the server's own address. */

static unsigned macs_of(const struct view *v, char *buf, size_t size)
{
	const uint8_t *seen[8];
	unsigned n = 0;
	size_t len = 0;

	*buf = '\0';
	for (unsigned i = 0; i < v->f->n_answers && n < 8 && len < size; i++) {
		const struct doctor_answer *a = &v->f->answers[i];
		char mac[ADDR_MAC_STRLEN];
		unsigned k = 0;

		if (!a->is_reply || !addr_equal(&a->addr, &v->s->addr))
			continue;
		while (k < n && memcmp(seen[k], a->mac, LINK_MAC_LEN) != 0)
			k++;
		if (k < n)
			continue;
		seen[n++] = a->mac;
		len += (size_t)snprintf(buf + len, size - len, "%s%s", n > 1 ? " and " : "", addr_mac_str(a->mac, mac));
	}
	return n;
}

static bool is_gateway(const struct view *v, const uint8_t *mac)
{
	const uint8_t *gateway = v->f->has_outward && addr_is_set(&v->f->outward.via)
		? doctor_facts_mac(v->f, &v->f->outward.via)
		: NULL;

	return gateway && mac && !addr_equal(&v->s->addr, &v->f->outward.via) && !memcmp(gateway, mac, LINK_MAC_LEN);
}

static const struct link_neighbour *learned(const struct view *v)
{
	for (unsigned i = 0; i < v->f->n_neighbours; i++)
		if (addr_equal(&v->f->neighbours[i].addr, &v->s->addr) && v->f->neighbours[i].index == v->s->way.index)
			return &v->f->neighbours[i];
	return NULL;
}

static bool has_answered_from(const struct view *v, const uint8_t *mac)
{
	for (unsigned i = 0; i < v->f->n_answers; i++)
		if (v->f->answers[i].is_reply && addr_equal(&v->f->answers[i].addr, &v->s->addr) &&
			!memcmp(v->f->answers[i].mac, mac, LINK_MAC_LEN))
			return true;
	return false;
}

static void look_at_learned(const struct view *v, const char *macs)
{
	const struct link_neighbour *n = learned(v);
	char mac[ADDR_MAC_STRLEN];

	if (!n || has_answered_from(v, n->mac))
		return;
	find(v,
		(struct doctor_finding){ DOCTOR_ERROR, "wrong-mac", NULL,
			"this director sends packets for the server to another MAC address than the server's",
			doctor_text(v->out, "the neighbour table has %s%s, but %s answered for %s",
				addr_mac_str(n->mac, mac), n->is_permanent ? " (permanent)" : "", macs, v->rip),
			doctor_text(v->out, "`ip neigh del %s dev %s`%s", v->rip, link_name(v->f, n->index),
				n->is_permanent ? ", and find who wrote it" : "") });
}

static void look_at_macs(const struct view *v)
{
	char macs[FEW];
	unsigned n = macs_of(v, macs, sizeof(macs));

	if (n > 1)
		find(v,
			(struct doctor_finding){ DOCTOR_ERROR, "server-duplicate", NULL,
				"two hosts answer for the server's own address",
				doctor_text(v->out, "%s was answered by %s", v->rip, macs),
				"give each host its own address; where one of them is a router with proxy ARP, switch "
				"that off" });
	else if (n == 1 && is_gateway(v, doctor_facts_mac(v->f, &v->s->addr)))
		find(v,
			(struct doctor_finding){ DOCTOR_ERROR, "proxy-arp", NULL,
				"the router answers in the server's name: it is not in this segment",
				doctor_text(v->out, "%s was answered by %s, which is the gateway", v->rip, macs),
				"put the server into the director's segment, or use `lvs_method TUN`" });
	else if (n == 0 && v->s->was_asked && v->s->way.type != ROUTE_LOCAL)
		find(v,
			(struct doctor_finding){ v->s->is_up ? DOCTOR_ERROR : DOCTOR_WARNING, "server-silent", NULL,
				"the server does not answer in this segment",
				doctor_text(v->out, "nobody on %s answered for %s", link_name(v->f, v->s->way.index),
					v->rip),
				"is it on? is it in the same VLAN as the director? direct routing needs one segment" });
	if (n > 0)
		look_at_learned(v, macs);
}

/* The path of a SYN for the virtual address. */

static void path_is_silent(const struct view *v, const char *vip)
{
	bool is_forwarded = v->s->path == DOCTOR_PATH_FORWARDED;

	find(v,
		(struct doctor_finding){ DOCTOR_ERROR, "server-without-vip", NULL,
			"the server does not own the virtual address: what it gets for it is lost",
			is_forwarded
				? doctor_text(v->out,
					  "a SYN for %s put before its network card was forwarded: it has ip_forward "
					  "on and no %s",
					  vip, vip)
				: doctor_text(v->out, "a SYN for %s put before its network card was not answered", vip),
			doctor_text(v->out, "on %s: `ip addr add %s/%d dev lo` after arp_ignore=1 and arp_announce=2%s",
				v->rip, vip, v->vs->addr.family == AF_INET6 ? 128 : 32,
				is_forwarded ? "; and switch ip_forward off"
					     : "; if it has the address: its packet filter drops the SYN") });
}

static void look_at_path(const struct view *v)
{
	char vip[ADDR_STRLEN];

	addr_str(&v->vs->addr, vip);
	switch (v->s->path) {
	case DOCTOR_PATH_UNKNOWN:
	case DOCTOR_PATH_OK:
		return;
	case DOCTOR_PATH_SILENT:
	case DOCTOR_PATH_FORWARDED:
		path_is_silent(v, vip);
		return;
	case DOCTOR_PATH_REFUSED:
		find(v,
			(struct doctor_finding){ DOCTOR_ERROR, "service-not-on-vip", NULL,
				"the server has the virtual address, but nobody listens there",
				doctor_text(v->out, "a SYN for %s port %u put before its network card was refused", vip,
					v->vs->port),
				doctor_text(v->out, "let the program on %s listen on 0.0.0.0 or on %s, not on %s alone",
					v->rip, vip, v->rip) });
		return;
	}
}

static void look_at_gateway(const struct view *v)
{
	if (v->s->gateway == DOCTOR_GATEWAY_US && v->s->forward != DOCTOR_NAT)
		find(v,
			(struct doctor_finding){ DOCTOR_ERROR, "gateway-is-director", NULL,
				"the server sends its answers through this director, which drops them",
				doctor_text(v->out,
					"the answer of %s to a far client came to this director's MAC address; its "
					"source, the "
					"virtual address, is the director's own",
					v->rip),
				doctor_text(v->out,
					"set the default gateway of %s to the router of the segment (`ip route replace "
					"default "
					"via ROUTER`)",
					v->rip) });
}

/* Ports and loops. */

static void look_at_port(const struct view *v)
{
	if (v->s->forward != DOCTOR_NAT && v->vs->port && v->s->port && v->s->port != v->vs->port)
		find(v,
			(struct doctor_finding){ DOCTOR_ERROR, "port-differs", NULL,
				"direct routing and tunnels change no port",
				doctor_text(v->out,
					"the service has port %u, the server is listed with port %u: it gets packets "
					"for %u",
					v->vs->port, v->s->port, v->vs->port),
				doctor_text(v->out,
					"write port %u, and let the program listen there (or redirect on the server)",
					v->vs->port) });
}

/* Whether the other director, too, would schedule what this one sends it. */
static bool is_loop(const struct view *v)
{
	bool is_peer = false;

	for (unsigned i = 0; i < v->f->n_peers && !is_peer; i++)
		is_peer = v->f->peers[i].is_heard && addr_equal(&v->f->peers[i].addr, &v->s->addr);
	return is_peer && v->s->forward != DOCTOR_NAT && !v->vs->fwmark && v->f->sysctl[DOCTOR_VS_BACKUP_ONLY] <= 0;
}

static void look_at_loop(const struct view *v)
{
	if (is_loop(v))
		find(v,
			(struct doctor_finding){ DOCTOR_ERROR, "loop", NULL,
				"the server is the other director, which may schedule the packet again: it travels "
				"between both until "
				"its TTL is used up",
				doctor_text(v->out,
					"%s sends VRRP adverts, the service is by address and not by mark, and "
					"net.ipv4.vs.backup_only is 0",
					v->rip),
				"mark on each director what does not come from the other one's MAC address, and make "
				"the service a fwmark "
				"service: `nft add rule ... ether saddr != PEER_MAC ip daddr VIP tcp dport PORT meta "
				"mark set 1`; or "
				"backup_only 1 with a backup sync daemon, and not both sync daemons on one director" });
}

/* Tunnels. */

static void look_at_mtu(const struct view *v)
{
	const struct doctor_link *l = doctor_facts_link(v->f, v->s->way.index);
	uint32_t mtu = v->s->way.mtu ? v->s->way.mtu : l ? l->is.mtu : 0;
	bool is_filtered = v->f->sysctl[DOCTOR_VS_PMTU_DISC] != 0;
	const struct doctor_link *in = NULL;

	for (unsigned i = 0; i < v->f->n_vips && !in; i++)
		if (addr_equal(&v->f->vips[i].addr, &v->vs->addr))
			in = doctor_facts_link(v->f, v->f->vips[i].index);
	if (v->s->forward != DOCTOR_TUN || !mtu || !in || mtu >= in->is.mtu + OVERHEAD_IPIP)
		return;
	find(v,
		(struct doctor_finding){ is_filtered ? DOCTOR_NOTE : DOCTOR_WARNING, "mtu-tunnel", NULL,
			is_filtered ? "large packets do not fit into the tunnel: the director tells clients by ICMP to "
				      "send smaller ones"
				    : "large packets do not fit into the tunnel and are fragmented",
			doctor_text(v->out,
				"clients may send %" PRIu32 " bytes (%s); towards %s there is room for %" PRIu32
				" less %d and more of the tunnel",
				in->is.mtu, in->is.name, v->rip, mtu, OVERHEAD_IPIP),
			doctor_text(v->out,
				"raise the MTU towards the server, or on the server `ip route change default ... "
				"advmss 1440`; and "
				"let ICMP \"fragmentation needed\" through to the clients") });
}

/* The outer packet comes from an address that the server has, too: it takes it for a forgery. */
static void look_at_source(const struct view *v)
{
	bool is_virtual = false;
	char src[ADDR_STRLEN];

	for (unsigned i = 0; i < v->f->n_vips && !is_virtual; i++)
		is_virtual = addr_equal(&v->f->vips[i].addr, &v->s->way.src);
	if (v->s->forward != DOCTOR_TUN || !addr_is_set(&v->s->way.src) || !is_virtual)
		return;
	addr_str(&v->s->way.src, src);
	find(v,
		(struct doctor_finding){ DOCTOR_ERROR, "tunnel-source", NULL,
			"the tunnel's packets come from a virtual address, which the server has itself: it drops them",
			doctor_text(v->out, "the kernel takes %s as the source of what it sends to %s", src, v->rip),
			doctor_text(v->out,
				"write %s %s; and this director needs an address of its own in that network", src,
				v->s->way.src.family == AF_INET6
					? "without a prefix length, or with `preferred_lft 0`: then it never is a source"
					: "with the prefix length 32, or a route to the server with `src` an own address") });
}

static void look_at(const struct view *v)
{
	look_at_way(v);
	look_at_macs(v);
	look_at_path(v);
	look_at_gateway(v);
	look_at_port(v);
	look_at_loop(v);
	look_at_mtu(v);
	look_at_source(v);
}

/* The service itself. */

static bool has_scheduler(const struct doctor_service *vs, const char *name)
{
	return vs->scheduler && !strcmp(vs->scheduler, name);
}

static void look_at_service(const struct doctor_facts *f, const struct doctor_service *vs, struct doctor_findings *out)
{
	bool is_hash = has_scheduler(vs, "sh") || has_scheduler(vs, "mh");

	if (!vs->port && !vs->fwmark && addr_is_set(&vs->addr) && !vs->persistence)
		doctor_find(out,
			&(struct doctor_finding){ DOCTOR_ERROR, "port-zero", vs->name,
				"a service for all ports needs persistence",
				"its port is 0 and persistence_timeout is not set",
				"set persistence_timeout, or a port" });
	if (is_hash && vs->has_flags && !(vs->flags & IPVS_SCHED1))
		doctor_find(out,
			&(struct doctor_finding){ DOCTOR_WARNING, "no-fallback", vs->name,
				"the clients of a server that drains or fails get no other one",
				doctor_text(out,
					"scheduler %s without its fallback flag: a server of weight 0 refuses its "
					"share",
					vs->scheduler),
				doctor_text(out, "set %s", has_scheduler(vs, "sh") ? "sh-fallback" : "mh-fallback") });
	if (vs->persistence && f->sysctl[DOCTOR_VS_EXPIRE_TEMPLATE] == 0)
		doctor_find(out,
			&(struct doctor_finding){ DOCTOR_WARNING, "template-stays", vs->name,
				"persistent clients keep coming to a server of weight 0",
				"the service has persistence, and net.ipv4.vs.expire_quiescent_template is 0",
				"`sysctl -w net.ipv4.vs.expire_quiescent_template=1`" });
}

void doctor_rules_servers(const struct doctor_facts *f, struct doctor_findings *out)
{
	for (unsigned i = 0; i < f->n_services; i++)
		look_at_service(f, &f->services[i], out);
	for (unsigned i = 0; i < f->n_servers; i++) {
		struct view v = { .f = f, .s = &f->servers[i], .vs = &f->services[f->servers[i].service], .out = out };

		addr_str(&v.s->addr, v.rip);
		look_at(&v);
	}
}
