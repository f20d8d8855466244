/*
 * lint_local.c - see lint_local.h. The addresses that the file itself puts on an interface, while MASTER, say nothing about its
 * networks: they are left out.
 */
#include "daemon/lint_local.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/conf.h"
#include "checkers/lint.h"
#include "conf/tree.h"
#include "daemon/local_net.h"
#include "vrrp/conf.h"
#include "vrrp/lint_table.h"

enum { OFF_LINK_SAID = 50 /* services, one by one */ };

struct machine {
	const struct local_net *net;
	const struct addr **vip;       /* owned, sorted: the file's own addresses */
	const struct addr **local;     /* owned, sorted: all addresses of the machine */
	const struct local_addr **own; /* owned: those of them that are not the file's */
	unsigned n_vips, n_own;
	unsigned last_link;             /* the network that had the last server: the next one is often there too */
	bool is_meant;                  /* something that the file names is here */
	unsigned n_off_link;            /* services with servers on no link */
	const struct rs_conf *not_said; /* a server of the first one that was not said */
	struct report *report;
};

static int by_addr(const void *a, const void *b)
{
	return addr_cmp(*(const struct addr *const *)a, *(const struct addr *const *)b);
}

static bool is_vip(const struct machine *m, const struct addr *a)
{
	return bsearch(&a, m->vip, m->n_vips, sizeof(*m->vip), by_addr) != NULL;
}

static void know_vips(struct machine *m, const struct vrrp_config *c)
{
	size_t n = 0;

	for (unsigned i = 0; i < c->instances.n; i++)
		n += ((const struct vrrp_conf *)c->instances.item[i])->vips.n;
	m->vip = x_calloc(n + 1, sizeof(*m->vip));
	for (unsigned i = 0; i < c->instances.n; i++) {
		const struct vrrp_conf *vi = c->instances.item[i];

		for (unsigned k = 0; k < vi->vips.n; k++)
			m->vip[m->n_vips++] = &((const struct vrrp_vip *)vi->vips.item[k])->addr;
	}
	qsort(m->vip, m->n_vips, sizeof(*m->vip), by_addr);
}

static void know_own(struct machine *m)
{
	unsigned n = m->net->n_addrs;

	m->local = x_calloc(n + 1, sizeof(*m->local));
	m->own = x_calloc(n + 1, sizeof(*m->own));
	for (unsigned i = 0; i < n; i++) {
		m->local[i] = &m->net->addr[i].addr;
		if (!is_vip(m, m->local[i]))
			m->own[m->n_own++] = &m->net->addr[i];
	}
	qsort(m->local, n, sizeof(*m->local), by_addr);
}

static bool is_local(const struct machine *m, const struct addr *a)
{
	return bsearch(&a, m->local, m->net->n_addrs, sizeof(*m->local), by_addr) != NULL;
}

/* The first address of the interface that says what its network is; NULL: there is none, or `a` lies in one of them. */
static const struct local_addr *foreign_to(const struct machine *m, const char *interface, const struct addr *a)
{
	const struct local_addr *first = NULL;

	for (unsigned i = 0; i < m->n_own; i++) {
		const struct local_addr *l = m->own[i];

		if (l->addr.family != a->family || strcmp(l->interface, interface))
			continue;
		if (addr_in_prefix(a, &l->addr, l->prefix_len))
			return NULL;
		first = first ? first : l;
	}
	return first;
}

static void lint_vip(const struct machine *m, const struct vrrp_conf *c, const struct vrrp_vip *v)
{
	const char *interface = v->dev ? v->dev : c->interface;
	const struct local_addr *l;
	char text[ADDR_STRLEN], own[ADDR_STRLEN];

	if (!interface || !strcmp(interface, "lo") || addr_is_link_local(&v->addr))
		return;
	l = foreign_to(m, interface, &v->addr);
	if (!l)
		return;
	lint_add(m->report, &vrrp_lints[VRRP_LINT_VIP_FOREIGN], &v->word->at,
		"%s lies in no network of %s (%s/%u): hosts there do not ask for it", addr_str(&v->addr, text),
		interface, addr_str(&l->addr, own), l->prefix_len);
	report_hint(m->report, "%s", vrrp_lints[VRRP_LINT_VIP_FOREIGN].cure);
}

static void lint_peers(const struct machine *m, const struct vrrp_conf *c)
{
	char text[ADDR_STRLEN];

	for (unsigned i = 0; i < c->peers.n; i++) {
		const struct vrrp_peer *p = c->peers.item[i];

		if (addr_equal(&p->addr, &c->rare->unicast_src) || !is_local(m, &p->addr))
			continue;
		lint_add(m->report, &vrrp_lints[VRRP_LINT_PEER_LOCAL], lint_place(c->head.node, "unicast_peer"),
			"the peers list this router itself: %s is an address of this machine",
			addr_str(&p->addr, text));
		report_hint(m->report, "%s", vrrp_lints[VRRP_LINT_PEER_LOCAL].cure);
	}
}

static bool has_interface(const struct machine *m, const char *name)
{
	for (unsigned i = 0; name && i < m->n_own; i++)
		if (!strcmp(m->own[i]->interface, name))
			return strcmp(name, "lo") != 0;
	return false;
}

static void lint_source(const struct machine *m, const struct vrrp_conf *c, const struct addr *a, const char *keyword)
{
	char text[ADDR_STRLEN];

	if (!addr_is_set(a) || is_local(m, a) || !(c->interface ? has_interface(m, c->interface) : m->is_meant))
		return;
	lint_add(m->report, &vrrp_lints[VRRP_LINT_SOURCE_FOREIGN], lint_place(c->head.node, keyword),
		"%s is no address of this machine (yet)", addr_str(a, text));
}

static bool is_in(const struct local_link *l, const struct addr *a)
{
	return l->net.family == a->family && addr_in_prefix(a, &l->net, l->prefix_len);
}

/* Whether a packet reaches it without a router; also where nothing is known of its family. */
static bool is_on_link(struct machine *m, const struct addr *a)
{
	bool is_known = false;

	if (m->last_link < m->net->n_links && is_in(&m->net->link[m->last_link], a))
		return true;
	for (unsigned i = 0; i < m->net->n_links; i++) {
		is_known |= m->net->link[i].net.family == a->family;
		if (!is_in(&m->net->link[i], a))
			continue;
		m->last_link = i;
		return true;
	}
	return !is_known || is_local(m, a);
}

/* Whether the file is for this machine: an interface that it names is here, or a server that it names is on a link. */
static bool is_meant(struct machine *m, const struct vrrp_config *vrrp, const struct checkers_config *checkers)
{
	for (unsigned i = 0; i < vrrp->instances.n; i++)
		if (has_interface(m, ((const struct vrrp_conf *)vrrp->instances.item[i])->interface))
			return true;
	for (unsigned i = 0; i < checkers->services.n; i++) {
		const struct vs_conf *vs = checkers->services.item[i];

		for (unsigned k = 0; k < vs->servers.n; k++)
			if (is_on_link(m, &((const struct rs_conf *)vs->servers.item[k])->addr))
				return true;
	}
	return false;
}

static void say_off_link(struct machine *m, const struct rs_conf *rs, const char *more)
{
	char name[CONF_NAME_LEN];

	lint_add(m->report, &checkers_lints[CHECKERS_LINT_OFF_LINK], &rs->head.node->words[0].at,
		"%s is on no link of this machine%s: DR reaches no server behind a router", rs_name(rs, name), more);
	report_hint(m->report, "%s", checkers_lints[CHECKERS_LINT_OFF_LINK].cure);
}

/* One finding for each of the first services: a file for another machine has thousands of them. */
static void lint_service(struct machine *m, const struct vs_conf *vs)
{
	const struct rs_conf *first = NULL;
	char more[48] = "";
	unsigned n = 0;

	for (unsigned i = 0; i < vs->servers.n; i++) {
		const struct rs_conf *rs = vs->servers.item[i];

		if (rs->how->forward != LVS_DR || is_on_link(m, &rs->addr))
			continue;
		first = first ? first : rs;
		n++;
	}
	if (!first)
		return;
	if (n > 1)
		snprintf(more, sizeof(more), ", as are %u more of this service", n - 1);
	if (m->n_off_link++ < OFF_LINK_SAID)
		say_off_link(m, first, more);
	else if (!m->not_said)
		m->not_said = first;
}

static void lint_services(struct machine *m, const struct checkers_config *c)
{
	char more[64] = "";
	unsigned n;

	for (unsigned i = 0; i < c->services.n; i++)
		lint_service(m, c->services.item[i]);
	if (!m->not_said)
		return;
	n = m->n_off_link - OFF_LINK_SAID - 1;
	if (n)
		snprintf(more, sizeof(more), ", as are servers of %u more service%s", n, n == 1 ? "" : "s");
	say_off_link(m, m->not_said, more);
}

static void lint_instance(const struct machine *m, const struct vrrp_conf *c)
{
	for (unsigned i = 0; i < c->vips.n; i++)
		lint_vip(m, c, c->vips.item[i]);
	lint_peers(m, c);
	lint_source(m, c, &c->rare->unicast_src, "unicast_src_ip");
	lint_source(m, c, &c->rare->mcast_src, "mcast_src_ip");
}

void lint_local(const struct vrrp_config *vrrp, const struct checkers_config *checkers, const struct local_net *net,
	struct report *r)
{
	struct machine m = { .net = net, .report = r };

	know_vips(&m, vrrp);
	know_own(&m);
	m.is_meant = is_meant(&m, vrrp, checkers);
	for (unsigned i = 0; i < vrrp->instances.n; i++)
		lint_instance(&m, vrrp->instances.item[i]);
	if (m.is_meant)
		lint_services(&m, checkers);
	free(m.vip);
	free(m.local);
	free(m.own);
}
