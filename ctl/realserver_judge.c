/* realserver_judge.c - see realserver_judge.h. */
#include "ctl/realserver_judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "ctl/realserver_arp.h"
#include "ctl/realserver_find.h"

enum { ARP_NEVER = 8, RP_STRICT = 1 };

struct judging {
	const struct realserver_view *v;
	const struct realserver_look *k; /* the address at hand */
	char name[ADDR_STRLEN];          /* as text */
	struct realserver_report *to;
};

static struct realserver_finding *find(struct judging *j, enum realserver_severity s, const char *id, const char *fmt,
	...) __attribute__((format(printf, 4, 5)));

static struct realserver_finding *find(struct judging *j, enum realserver_severity s, const char *id, const char *fmt,
	...)
{
	struct realserver_finding *f;
	va_list ap;

	j->to->findings = x_realloc(j->to->findings, j->to->n + 1, sizeof(*f));
	f = &j->to->findings[j->to->n++];
	*f = (struct realserver_finding){ .severity = s, .id = id };
	va_start(ap, fmt);
	vsnprintf(f->what, sizeof(f->what), fmt, ap);
	va_end(ap);
	return f;
}

static void cure(struct realserver_finding *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void cure(struct realserver_finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->cure, sizeof(f->cure), fmt, ap);
	va_end(ap);
}

/* The address on the interface (0: on any). */
static const struct link_addr *addr_on(const struct judging *j, int index)
{
	for (unsigned i = 0; i < j->v->f->n_addrs; i++)
		if (addr_equal(&j->v->f->addrs[i].addr, &j->k->addr) && (!index || j->v->f->addrs[i].index == index))
			return &j->v->f->addrs[i];
	return NULL;
}

/* Is the address our own? */

static void judge_missing(struct judging *j)
{
	struct realserver_finding *f;

	if (j->k->ruled.is_redirected)
		find(j, REALSERVER_NOTE, "redirected", "%s: what a director sends to it is redirected to this host",
			j->name);
	else if (j->k->is_routed)
		find(j, REALSERVER_NOTE, "local", "%s: its own by a route of type local", j->name);
	else {
		f = find(j, REALSERVER_ERROR, "not-local",
			"%s is not an address of this host: what a director sends is %s", j->name,
			j->v->f->ip_forward > 0 && j->k->addr.family == AF_INET
				? "forwarded, back to the active director, and another server answers"
				: "dropped, and clients wait");
		cure(f, "vipctl realserver apply %s", j->name);
	}
}

static void judge_place(struct judging *j, const struct link_addr *at)
{
	const struct realserver_link *l = realserver_link_find(j->v->f, at->index);
	const char *dev = l ? l->name : "?";
	bool is_whole = at->prefix_len == addr_len(&at->addr) * 8;
	struct realserver_finding *f;

	if (at->dad_failed || at->is_tentative) {
		f = find(j, REALSERVER_ERROR, "not-usable", "%s on %s is tentative: another host has it, or may have",
			j->name, dev);
		cure(f, "ip addr del %s/%u dev %s; vipctl realserver apply %s", j->name, at->prefix_len, dev, j->name);
	} else if (l && l->is_quiet && !is_whole) {
		f = find(j, REALSERVER_ERROR, "prefix",
			"%s is on %s as /%u: all of that network is local, and nobody in it is reached", j->name, dev,
			at->prefix_len);
		cure(f, "ip addr del %s/%u dev %s; vipctl realserver apply %s", j->name, at->prefix_len, dev, j->name);
	} else {
		find(j, REALSERVER_NOTE, "local", "%s: its own, on %s", j->name, dev);
	}
}

/* Is it answered for? */

static enum realserver_holder holder(const struct judging *j, int index)
{
	if (addr_on(j, index))
		return REALSERVER_HERE;
	if (addr_on(j, 0))
		return REALSERVER_ELSEWHERE;
	return j->k->is_routed ? REALSERVER_ROUTE : REALSERVER_NOWHERE;
}

static void answered(struct judging *j, const struct realserver_link *l, int arp_ignore)
{
	struct realserver_finding *f = find(j, REALSERVER_ERROR, "arp-answered",
		"%s: ARP requests for it are answered on %s (arp_ignore %d%s): clients pass the director by", j->name,
		l->name, arp_ignore, addr_on(j, l->index) ? ", and it is configured there" : "");

	if (addr_on(j, l->index))
		cure(f, "ip addr del %s/%u dev %s; vipctl realserver apply %s", j->name,
			addr_on(j, l->index)->prefix_len, l->name, j->name);
	else
		cure(f, "vipctl realserver apply %s", j->name);
}

static void told(struct judging *j, const struct realserver_link *l, int arp_announce)
{
	struct realserver_finding *f = find(j, REALSERVER_ERROR, "arp-told",
		"%s: own ARP requests on %s carry it as their source (arp_announce %d): who hears one passes the director by",
		j->name, l->name, arp_announce);

	cure(f, "vipctl realserver apply %s", j->name);
}

static void judge_arp(struct judging *j, const struct realserver_link *l)
{
	const struct realserver_facts *f = j->v->f;
	const struct link_addr *at = addr_on(j, l->index) ? addr_on(j, l->index) : addr_on(j, 0);
	int announce = realserver_in_force(f->arp_announce, l->arp_announce);
	struct realserver_arp c = { .holder = holder(j, l->index),
		.scope = at ? at->scope : 0,
		.arp_ignore = realserver_in_force(f->arp_ignore, l->arp_ignore),
		.is_dropped = j->k->ruled.is_dropped };

	if (c.holder == REALSERVER_NOWHERE)
		return;
	if (realserver_answers(&c))
		answered(j, l, c.arp_ignore);
	if (realserver_tells(announce, j->k->ruled.is_mangled))
		told(j, l, announce);
	if (!realserver_answers(&c) && !realserver_tells(announce, j->k->ruled.is_mangled))
		find(j, REALSERVER_NOTE, "silent", "%s: ARP on %s neither answers for it nor tells it", j->name,
			l->name);
}

/* IPv6: a neighbour solicitation is answered for addresses of the interface alone (RFC 4861 7.2.3). */
static void judge_nd(struct judging *j)
{
	const struct link_addr *at = addr_on(j, 0);
	const struct realserver_link *l = at ? realserver_link_find(j->v->f, at->index) : NULL;
	struct realserver_finding *f;

	if (l && l->does_arp) {
		f = find(j, REALSERVER_ERROR, "nd-answered",
			"%s is on %s: ND answers for it there, clients pass the director by", j->name, l->name);
		cure(f, "if it is the virtual address: ip addr del %s/%u dev %s; vipctl realserver apply %s", j->name,
			at->prefix_len, l->name, j->name);
	} else if (at) {
		find(j, REALSERVER_NOTE, "silent", "%s: no neighbour solicitation for it is answered", j->name);
	}
}

static void judge_look(struct judging *j)
{
	const struct realserver_facts *f = j->v->f;
	const struct link_addr *at = addr_on(j, 0);

	if (at)
		judge_place(j, at);
	else
		judge_missing(j);
	if (j->k->addr.family == AF_INET6) {
		judge_nd(j);
		return;
	}
	for (unsigned i = 0; i < f->n_links; i++)
		if (f->links[i].does_arp)
			judge_arp(j, &f->links[i]);
}

/* The host. */

/* Whether an address to look at is in a network of the interface: from there a director sends. */
static bool faces_director(const struct judging *j, const struct realserver_link *l)
{
	const struct realserver_facts *f = j->v->f;

	for (unsigned i = 0; i < f->n_addrs; i++)
		for (unsigned k = 0; f->addrs[i].index == l->index && k < j->v->n_looks; k++)
			if (f->addrs[i].addr.family == AF_INET && j->v->looks[k].addr.family == AF_INET &&
				addr_in_prefix(&j->v->looks[k].addr, &f->addrs[i].addr, f->addrs[i].prefix_len))
				return true;
	return false;
}

static void judge_link(struct judging *j, const struct realserver_link *l)
{
	const struct realserver_facts *f = j->v->f;
	bool is_strict = realserver_in_force(f->rp_filter, l->rp_filter) == RP_STRICT;
	struct realserver_finding *found;

	if (l->does_arp && realserver_in_force(f->arp_ignore, l->arp_ignore) == ARP_NEVER) {
		found = find(j, REALSERVER_ERROR, "rip-silent",
			"arp_ignore is 8 on %s: the host answers for no address there, and no director reaches it",
			l->name);
		cure(found, "sysctl net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.%s.arp_ignore=1", l->name);
	}
	if (is_strict && l->is_tunnel) {
		found = find(j, REALSERVER_WARNING, "rp-filter",
			"rp_filter is 1 on %s: what comes through a tunnel is dropped", l->name);
		cure(found, "sysctl net.ipv4.conf.%s.rp_filter=2 (0 on all and on it does as well)", l->name);
	}
	if (is_strict && l->does_arp && j->v->has_outward && j->v->outward != l->index && faces_director(j, l)) {
		found = find(j, REALSERVER_WARNING, "rp-filter",
			"rp_filter is 1 on %s, the way to far clients is another one: what comes from them is dropped",
			l->name);
		cure(found, "sysctl net.ipv4.conf.%s.rp_filter=2", l->name);
	}
}

static void judge_gateway(struct judging *j)
{
	struct realserver_finding *f;
	char buf[ADDR_STRLEN];

	if (!j->v->has_outward) {
		f = find(j, REALSERVER_WARNING, "no-gateway", "there is no default route: far clients get no answer");
		cure(f, "ip route add default via ROUTER (the router, not a director)");
		return;
	}
	for (unsigned i = 0; i < j->v->n_looks; i++)
		if (addr_equal(&j->v->looks[i].addr, &j->v->gateway)) {
			f = find(j, REALSERVER_ERROR, "gateway-is-director",
				"the default gateway is %s, a virtual address: directors drop answers from their own address",
				addr_str(&j->v->gateway, buf));
			cure(f, "ip route replace default via ROUTER");
			return;
		}
	if (addr_is_set(&j->v->gateway))
		find(j, REALSERVER_NOTE, "gateway",
			"the default gateway is %s: fine if that is the router, no director",
			addr_str(&j->v->gateway, buf));
}

void realserver_judge(const struct realserver_view *v, struct realserver_report *ret)
{
	struct judging j = { .v = v, .to = ret };

	*ret = (struct realserver_report){ 0 };
	for (unsigned i = 0; i < v->n_looks; i++) {
		j.k = &v->looks[i];
		addr_str(&j.k->addr, j.name);
		judge_look(&j);
	}
	for (unsigned i = 0; i < v->f->n_links; i++)
		judge_link(&j, &v->f->links[i]);
	judge_gateway(&j);
}

void realserver_report_done(struct realserver_report *r)
{
	free(r->findings);
	*r = (struct realserver_report){ 0 };
}

enum realserver_severity realserver_worst(const struct realserver_report *r)
{
	enum realserver_severity worst = REALSERVER_NOTE;

	for (unsigned i = 0; i < r->n; i++)
		if (r->findings[i].severity > worst)
			worst = r->findings[i].severity;
	return worst;
}
