/* vmac.c - see vmac.h. */
#include "vrrp/vmac.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "net/link.h"
#include "net/link_dev.h"
#include "vrrp/conf.h"
#include "vrrp/environment.h"
#include "vrrp/port.h"
#include "vrrp/vmac_device.h"
#include "vrrp/vmac_words.h"

/* What the configuration asks for. */

static bool uses_device(const struct vrrp_conf *c)
{
	return c->vmac->is_vmac || c->vmac->is_ipvlan;
}

static const char *interface_of(const struct vrrp_conf *c, const struct vrrp_vip *vip)
{
	return vip->dev ? vip->dev : c->interface;
}

/* Whether an address has a device of its interface and family: its own, or, with use_vmac_addr, another one. */
static bool find_want(const struct vrrp_conf *c, const struct vrrp_vip *vip, uint16_t *ret_family)
{
	const char *dev = interface_of(c, vip);
	bool is_elsewhere = !dev || !c->interface || strcmp(dev, c->interface) != 0;

	*ret_family = vip->addr.family;
	if (!dev)
		return false;
	if (c->vmac->per_addr && !c->vmac->is_ipvlan && (is_elsewhere || vip->addr.family != c->family))
		return true;
	*ret_family = c->family;
	return !is_elsewhere && uses_device(c);
}

static struct device *find_device(const struct vmac *v, const char *parent, uint16_t family)
{
	struct device *d;

	LIST_FOREACH(d, &v->devices, next)
		if (d->is_wanted && d->family == family && !strcmp(d->parent, parent))
			return d;
	return NULL;
}

static void want(struct vmac *v, const char *parent, uint16_t family)
{
	struct device *d;

	LIST_FOREACH(d, &v->devices, next)
		if (d->family == family && !strcmp(d->parent, parent))
			break;
	if (!d) {
		d = x_calloc(1, sizeof(*d));
		d->owner = v;
		d->family = family;
		memcpy(d->parent, parent, strnlen(parent, sizeof(d->parent) - 1));
		if (LIST_EMPTY(&v->devices))
			LIST_INSERT_HEAD(&v->devices, d, next);
		else /* its own device stays the first one: it gets the plain name */
			LIST_INSERT_AFTER(LIST_FIRST(&v->devices), d, next);
	}
	d->is_wanted = true;
	d->is_own = v->conf->interface && family == v->conf->family && !strcmp(parent, v->conf->interface);
}

static void want_all(struct vmac *v)
{
	const struct vrrp_conf *c = v->conf;
	struct device *d;

	LIST_FOREACH(d, &v->devices, next)
		d->is_wanted = false;
	if (uses_device(c) && c->interface)
		want(v, c->interface, c->family);
	for (unsigned i = 0; i < c->vips.n; i++) {
		const struct vrrp_vip *vip = c->vips.item[i];
		uint16_t family;

		if (find_want(c, vip, &family))
			want(v, interface_of(c, vip), family);
	}
}

/* Looking. */

static const struct link_if *alive(const struct device *d)
{
	return d->index ? link_find_index(d->owner->table->link, d->index) : NULL;
}

/* Up or down as it shall be; the table lags behind, so this may be one request too many, never one too few. */
static void set_state(struct device *d, bool on)
{
	int r = d->index ? link_dev_up(d->owner->table->dev, d->index, on) : 0;

	if (on && r != d->err && r < 0 && r != -ENODEV)
		log_error(LOG_VRRP, "%s: interface %s cannot be set up: %s", d->owner->conf->name, d->name,
			strerror(-r));
	d->err = on ? r : 0;
}

static void report(const struct device *d, struct faults *f)
{
	if (d->err == -EEXIST)
		faults_add(f, "interface %s exists and is not of this instance", d->name);
	else if (d->err == -EOPNOTSUPP)
		faults_add(f, "the kernel has no %s", d->owner->conf->vmac->is_ipvlan ? "ipvlan" : "macvlan");
	else if (d->err == -EADDRINUSE)
		faults_add(f, "another interface on %s that is up has the MAC address of %s", d->parent, d->name);
	else if (d->err < 0)
		faults_add(f, "interface %s on %s: %s", d->name, d->parent, strerror(-d->err));
}

/* Somebody removed it just now, and the table does not know yet: that is no fault, there is a new one at once. */
static void make_again(struct device *d, bool is_holding)
{
	vmac_device_forget(d);
	d->err = vmac_device_make(d);
	if (d->index)
		set_state(d, is_holding);
}

/* True: another device than before. */
static bool look_at(struct device *d, bool is_holding, struct faults *f)
{
	struct link *link = d->owner->table->link;
	const struct link_if *below = link_find(link, d->parent), *there = alive(d);
	int before = d->index;

	if (d->index && (!there || (below && below->index != d->below))) {
		if (there)
			vmac_device_unmake(d);
		else
			vmac_device_forget(d);
		there = NULL;
	}
	if (!below)
		return d->index != before; /* that the interface is missing is said elsewhere */
	if (!there) {
		d->below = below->index;
		d->err = vmac_device_make(d);
		there = alive(d);
	}
	if (there && is_holding != there->is_up)
		set_state(d, is_holding);
	if (d->index && d->err == -ENODEV)
		make_again(d, is_holding);
	report(d, f);
	return d->index != before;
}

bool vmac_look(struct vmac *v, bool is_holding, struct faults *f)
{
	bool is_other = false;
	struct device *d;

	if (!v)
		return false;
	v->is_up = is_holding;
	LIST_FOREACH(d, &v->devices, next)
		is_other |= look_at(d, is_holding, f);
	return is_other;
}

static void set_all(struct vmac *v, bool on)
{
	struct device *d;

	if (!v || v->is_up == on)
		return;
	v->is_up = on;
	LIST_FOREACH(d, &v->devices, next)
		set_state(d, on);
}

void vmac_up(struct vmac *v)
{
	set_all(v, true);
}

bool vmac_is_up(const struct vmac *v)
{
	return v && v->is_up;
}

void vmac_down(struct vmac *v)
{
	set_all(v, false);
}

/* For others. */

int vmac_place(const struct vmac *v, const struct vrrp_vip *vip, int index)
{
	const struct device *d;
	uint16_t family;

	if (!v || !find_want(v->conf, vip, &family))
		return index;
	d = find_device(v, interface_of(v->conf, vip), family);
	return d ? d->index : index;
}

static struct device *own_device(const struct vmac *v)
{
	struct device *d;

	LIST_FOREACH(d, &v->devices, next)
		if (d->is_own && d->is_wanted && uses_device(v->conf))
			return d;
	return NULL;
}

const char *vmac_name(const struct vmac *v)
{
	const struct device *d = v ? own_device(v) : NULL;

	return d && d->index ? d->name : NULL;
}

int vmac_index(const struct vmac *v)
{
	const struct device *d = v ? own_device(v) : NULL;

	return d ? d->index : 0;
}

int vmac_bind(struct vmac *v, struct port_table *ports, const struct port_user *user, const struct addr *group)
{
	const struct device *d = v ? own_device(v) : NULL;
	int r;

	if (!d || !d->index || v->port || v->conf->vmac->is_ipvlan)
		return 0;
	r = port_join(ports, d->index, user, &v->port);
	if (r == 0)
		r = port_only_from(v->port, d->mac);
	if (r == 0)
		r = port_group(v->port, group);
	if (r < 0)
		vmac_unbind(v, user->ctx);
	return r;
}

void vmac_unbind(struct vmac *v, void *ctx)
{
	if (!v)
		return;
	port_leave(v->port, ctx);
	v->port = NULL;
}

struct port *vmac_port(struct vmac *v, struct port *base)
{
	bool is_base = !v || !v->port || v->conf->vmac->xmit_base || v->conf->has_unicast_block;

	return is_base ? base : v->port;
}

/* Life. */

static void drop_unwanted(struct vmac *v, bool is_all)
{
	struct device *d = LIST_FIRST(&v->devices);

	while (d) {
		struct device *following = LIST_NEXT(d, next);

		if (is_all || !d->is_wanted) {
			vmac_device_unmake(d);
			LIST_REMOVE(d, next);
			free(d);
		}
		d = following;
	}
}

void vmac_remove(struct vmac *v)
{
	if (v)
		drop_unwanted(v, true);
}

static bool wants_any(const struct vrrp_conf *c)
{
	uint16_t family;

	for (unsigned i = 0; i < c->vips.n; i++)
		if (find_want(c, c->vips.item[i], &family))
			return true;
	return uses_device(c);
}

struct vmac *vmac_new(struct vmac_table *t, const struct vrrp_conf *conf, const struct vrrp_globals *globals)
{
	struct vmac *v = wants_any(conf) ? x_calloc(1, sizeof(*v)) : NULL;

	if (!v)
		return NULL;
	v->table = t;
	v->conf = conf;
	v->globals = globals;
	LIST_INIT(&v->devices);
	LIST_INSERT_HEAD(&t->vmacs, v, next);
	want_all(v);
	return v;
}

struct vmac *vmac_reconf(struct vmac *v, struct vmac_table *t, const struct vrrp_conf *conf,
	const struct vrrp_globals *globals)
{
	if (!v)
		return vmac_new(t, conf, globals);
	v->conf = conf;
	v->globals = globals;
	want_all(v);
	drop_unwanted(v, false);
	return v;
}

void vmac_free(struct vmac *v)
{
	if (!v)
		return;
	while (!LIST_EMPTY(&v->devices)) {
		struct device *d = LIST_FIRST(&v->devices);

		LIST_REMOVE(d, next);
		free(d);
	}
	LIST_REMOVE(v, next);
	free(v);
}

struct vmac_table *vmac_table_new(struct link *link)
{
	struct vmac_table *t = x_calloc(1, sizeof(*t));

	t->link = link;
	LIST_INIT(&t->vmacs);
	return t;
}

void vmac_table_free(struct vmac_table *t)
{
	if (!t)
		return;
	link_dev_free(t->dev);
	vmac_parents_done(&t->parents);
	free(t);
}

/* Leftovers. */

enum { SWEEP_MAX = 256 };

struct sweep_list {
	const struct vmac_table *table;
	struct link_dev_info info[SWEEP_MAX];
	unsigned n;
};

static void collect(void *ctx, const struct link_dev_info *info)
{
	struct sweep_list *l = ctx;

	if (l->n < SWEEP_MAX && !vmac_device_is_used(l->table, info->index))
		l->info[l->n++] = *info;
}

void vmac_sweep(struct vmac_table *t)
{
	struct sweep_list *l = x_calloc(1, sizeof(*l));

	l->table = t;
	if (vmac_device_door(t) == 0)
		(void)link_dev_list(t->dev, VMAC_MARK, collect, l);
	for (unsigned i = 0; i < l->n; i++) {
		const struct link_dev_info *info = &l->info[i];
		struct vmac_mark mark;

		if (!vmac_words_read(info->alias, &mark) || link_dev_del(t->dev, info->index) < 0)
			continue;
		vmac_parent_learn(&t->parents, t->dev, info->parent, &mark.before);
		log_notice(LOG_VRRP, "interface %s of an earlier run removed", info->name);
	}
	free(l);
}
