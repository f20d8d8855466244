/* environment.c - see environment.h. */
#include "vrrp/environment.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "net/link.h"
#include "vrrp/conf.h"

void faults_add(struct faults *f, const char *fmt, ...)
{
	va_list ap;

	if (f->n == FAULTS_MAX)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(f->text[f->n++], FAULT_LEN, fmt, ap);
	va_end(ap);
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

/* The source that was asked for; AF_UNSPEC: any. */
static const struct addr *wanted_source(const struct vrrp_conf *conf)
{
	return conf->has_unicast_block ? &conf->unicast_src : &conf->mcast_src;
}

/* The interface's first address that is nobody's VIP: what the kernel would choose, whatever is added later. */
static struct addr primary(const struct link *link, int index, environment_vip_fn *is_vip, void *ctx)
{
	const struct link_addr *best = NULL;
	unsigned n;
	const struct link_addr *all = link_addrs(link, &n);

	for (unsigned i = 0; i < n; i++) {
		const struct link_addr *a = &all[i];

		if (a->index != index || is_vip(ctx, a))
			continue;
		if (!best || a->is_secondary < best->is_secondary ||
			(a->is_secondary == best->is_secondary && a->order < best->order))
			best = a;
	}
	return best ? best->addr : (struct addr){ .family = AF_UNSPEC };
}

void environment_look(const struct vrrp_conf *conf, const struct link *link, environment_vip_fn *is_vip, void *ctx,
	struct environment *ret)
{
	const struct link_if *in = conf->interface ? link_find(link, conf->interface) : NULL;
	const struct addr *src = wanted_source(conf);

	*ret = (struct environment){ .index = in ? in->index : 0, .is_up = in && in->is_up };
	if (!addr_is_set(src) && in)
		ret->own = primary(link, in->index, is_vip, ctx);
	else if (addr_is_set(src) && link_addr_find(link, 0, src))
		ret->own = *src;
}

static void interface_faults(const struct vrrp_conf *conf, const struct link *link, const char *name, struct faults *f)
{
	const struct link_if *in = link_find(link, name);

	if (!in)
		faults_add(f, "interface %s does not exist", name);
	else if (!in->is_up && !conf->dont_track_primary)
		faults_add(f, "interface %s is down", name);
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

void environment_faults(const struct environment *e, const struct vrrp_conf *conf, const struct link *link,
	struct faults *f)
{
	const struct addr *src = wanted_source(conf);
	char name[ADDR_STRLEN];

	if (conf->interface)
		interface_faults(conf, link, conf->interface, f);
	for (unsigned i = 0; i < conf->vips.n; i++) {
		const struct vrrp_vip *v = conf->vips.item[i];

		if (v->dev && !v->no_track && !is_named_before(conf, i, v->dev))
			interface_faults(conf, link, v->dev, f);
	}
	if (addr_is_set(&e->own))
		return;
	if (addr_is_set(src))
		faults_add(f, "source address %s is not on this machine", addr_str(src, name));
	else if (!conf->interface)
		faults_add(f, "no source address: unicast without an interface needs unicast_src_ip");
	else if (e->index)
		faults_add(f, "interface %s has no IPv4 address of its own", conf->interface);
}
