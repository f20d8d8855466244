/* environment.c - see environment.h. */
#include "vrrp/environment.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "net/link.h"
#include "vrrp/conf.h"

void faults_add(struct faults *f, const char *fmt, ...)
{
	char text[FAULT_LEN];
	va_list ap;

	if (f->n == FAULTS_MAX)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	f->text = x_realloc(f->text, f->n + 1, sizeof(*f->text));
	f->text[f->n++] = x_strdup(text);
}

void faults_clear(struct faults *f)
{
	for (unsigned i = 0; i < f->n; i++)
		free(f->text[i]);
	free(f->text);
	*f = (struct faults){ 0 };
}

const char *faults_str(const struct faults *f, char *buf, size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < f->n && len < size; i++) {
		int n = snprintf(buf + len, size - len, "%s%s", i ? "; " : "", f->text[i]);

		len += n > 0 ? (size_t)n : 0;
	}
	return buf;
}

/* Who tells VIPs from other addresses. */
struct environment_vips {
	environment_vip_fn *is_vip;
	void *ctx;
};

/* The source that was asked for; AF_UNSPEC: any. Either word names it for both kinds of adverts, as in keepalived. */
static const struct addr *wanted_source(const struct vrrp_conf *conf)
{
	const struct addr *unicast = &conf->rare->unicast_src, *mcast = &conf->rare->mcast_src;

	if (conf->has_unicast_block)
		return addr_is_set(unicast) ? unicast : mcast;
	return addr_is_set(mcast) ? mcast : unicast;
}

/* RFC 9568 5.1.2.1: link-local; to unicast peers farther away an address that they can answer to. */
static bool has_right_scope(const struct vrrp_conf *conf, const struct addr *a)
{
	const struct vrrp_peer *peer = conf->peers.n ? conf->peers.item[0] : NULL;

	if (a->family != conf->family || a->family == AF_INET)
		return a->family == conf->family;
	return addr_is_link_local(a) == (!peer || addr_is_link_local(&peer->addr));
}

/* What can be used before what cannot, first ones before secondary ones, older ones before newer ones. */
static bool is_better(const struct link_addr *a, const struct link_addr *than)
{
	if (!than || a->is_tentative != than->is_tentative)
		return !than || than->is_tentative;
	if (a->is_secondary != than->is_secondary)
		return than->is_secondary;
	return a->order < than->order;
}

/* The interface's first address that is nobody's VIP: what the kernel would choose, whatever is added later. */
static const struct link_addr *primary(const struct vrrp_conf *conf, const struct link *link, int index,
	const struct environment_vips *vips)
{
	const struct link_addr *best = NULL;
	unsigned n;
	const struct link_addr *all = link_addrs(link, &n);

	for (unsigned i = 0; i < n; i++)
		if (all[i].index == index && has_right_scope(conf, &all[i].addr) && is_better(&all[i], best) &&
			!vips->is_vip(vips->ctx, &all[i]))
			best = &all[i];
	return best;
}

static int socket_index(const struct vrrp_conf *conf, const struct link *link)
{
	const char *device = vrrp_socket_device(conf);
	const struct link_if *in = device ? link_find(link, device) : NULL;

	return in && (conf->interface || in->vrf_table) ? in->index : 0;
}

void environment_look(const struct vrrp_conf *conf, const struct link *link, environment_vip_fn *is_vip, void *ctx,
	struct environment *ret)
{
	const struct link_if *in = conf->interface ? link_find(link, conf->interface) : NULL;
	const struct addr *src = wanted_source(conf);
	const struct link_addr *a = NULL;

	*ret = (struct environment){ .index = in ? in->index : 0, .is_up = in && in->is_up };
	ret->socket = socket_index(conf, link);
	if (addr_is_set(src))
		a = link_addr_find(link, in && addr_is_link_local(src) ? in->index : 0, src);
	else if (in)
		a = primary(conf, link, in->index, &(struct environment_vips){ is_vip, ctx });
	if (a && a->is_tentative)
		ret->pending = a->addr;
	else if (a)
		ret->own = a->addr;
	ret->dad_failed = a && a->dad_failed;
}

static void interface_faults(const struct vrrp_conf *conf, const struct link *link, const char *name, struct faults *f)
{
	const struct link_if *in = link_find(link, name);

	if (!in)
		faults_add(f, "interface %s does not exist", name);
	else if (!link_if_counts(in) && !conf->dont_track_primary)
		faults_add(f, "interface %s is %s", name,
			in->is_up ? "up, but not for as long as interface_up_down_delays wants" : "down");
}

static void vrf_faults(const char *name, const struct link *link, struct faults *f)
{
	const struct link_if *vrf = link_find(link, name);

	if (!vrf)
		faults_add(f, "VRF %s does not exist", name);
	else if (!vrf->vrf_table)
		faults_add(f, "interface %s is no VRF", name);
	else if (!vrf->is_up)
		faults_add(f, "VRF %s is down", name);
}

static bool is_named_before(const struct vrrp_conf *conf, unsigned i, const char *dev)
{
	if (conf->interface && !strcmp(conf->interface, dev))
		return true;
	for (unsigned j = 0; j < i; j++) {
		const struct vrrp_vip *v = conf->vips.item[j];

		if (v->dev && !strcmp(v->dev, dev))
			return true;
	}
	return false;
}

/* Of what it needs to take part: its interface or VRF, and the interfaces of its addresses. */
static void device_faults(const struct vrrp_conf *conf, const struct link *link, struct faults *f)
{
	if (conf->interface)
		interface_faults(conf, link, conf->interface, f);
	else if (conf->rare->vrf)
		vrf_faults(conf->rare->vrf, link, f);
	for (unsigned i = 0; i < conf->vips.n; i++) {
		const struct vrrp_vip *v = conf->vips.item[i];

		if (v->dev && !v->no_track && !is_named_before(conf, i, v->dev))
			interface_faults(conf, link, v->dev, f);
	}
}

void environment_faults(const struct environment *e, const struct vrrp_conf *conf, const struct link *link,
	struct faults *f)
{
	const struct addr *src = wanted_source(conf);
	char name[ADDR_STRLEN];

	device_faults(conf, link, f);
	if (addr_is_set(&e->own))
		return;
	if (e->dad_failed)
		faults_add(f, "source address %s is another host's too: duplicate address detection failed",
			addr_str(&e->pending, name));
	else if (addr_is_set(&e->pending))
		faults_add(f, "source address %s is tentative: duplicate address detection is not over",
			addr_str(&e->pending, name));
	else if (addr_is_set(src))
		faults_add(f, "source address %s is not on this machine", addr_str(src, name));
	else if (!conf->interface)
		faults_add(f, "no source address: unicast without an interface needs unicast_src_ip");
	else if (e->index && conf->family == AF_INET)
		faults_add(f, "interface %s has no IPv4 address of its own", conf->interface);
	else if (e->index)
		faults_add(f, "interface %s has no %s IPv6 address of its own", conf->interface,
			conf->has_unicast_block ? "suitable" : "link-local");
}
