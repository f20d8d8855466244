/* vmac_device.c - see vmac_device.h. */
#include "vrrp/vmac_device.h"

#include <errno.h>
#include <string.h>

#include "base/addr.h"
#include "base/log.h"
#include "net/link.h"
#include "net/link_dev.h"
#include "vrrp/conf.h"

enum { NAMES_MAX = 16 /* tries for a device without a written name */, RP_FILTER_LOOSE = 2 };

int vmac_device_door(struct vmac_table *t)
{
	return t->dev ? 0 : link_dev_new(&t->dev);
}

bool vmac_device_is_used(const struct vmac_table *t, int index)
{
	const struct vmac *v;
	const struct device *d;

	LIST_FOREACH(v, &t->vmacs, next)
		LIST_FOREACH(d, &v->devices, next)
			if (d->index == index)
				return true;
	return false;
}

static enum link_dev_kind kind_of(const struct vmac *v)
{
	return v->conf->vmac->is_ipvlan ? LINK_DEV_IPVLAN : LINK_DEV_MACVLAN;
}

static bool is_same(const struct device *d, const struct link_dev_info *info)
{
	return info->kind == kind_of(d->owner) && info->parent == d->below &&
		(info->kind == LINK_DEV_IPVLAN || !memcmp(info->mac, d->mac, sizeof(d->mac)));
}

static int make(const struct device *d)
{
	const struct link_dev_spec spec = { .kind = kind_of(d->owner),
		.mode = (enum link_dev_mode)d->owner->conf->vmac->mode,
		.name = d->name,
		.parent = d->below,
		.mac = d->mac,
		.group = d->owner->conf->vmac->group };

	return link_dev_add(d->owner->table->dev, &spec);
}

enum candidate { CANDIDATE_FREE, CANDIDATE_OURS, CANDIDATE_OLD, CANDIDATE_TAKEN };

/* What there is under the device's name. OLD: of an earlier run, and of no use. */
static enum candidate judge(const struct device *d, const struct link_dev_info *info, struct vmac_mark *ret_mark)
{
	if (!vmac_words_read(info->alias, ret_mark) || vmac_device_is_used(d->owner->table, info->index))
		return CANDIDATE_TAKEN;
	return vmac_words_is_of(ret_mark, d->owner->conf->name) && is_same(d, info) ? CANDIDATE_OURS : CANDIDATE_OLD;
}

/* Settings of the device itself; it goes with them. Loose reverse path filtering, since the way back is the parent's. */
static int set_up_inet(const struct device *d)
{
	struct link_dev *dev = d->owner->table->dev;
	const struct link_dev_setting s[] = {
		{ LINK_DEV_ARP_IGNORE, 1 },
		{ LINK_DEV_ARP_ANNOUNCE, 2 },
		{ LINK_DEV_ARP_FILTER, 0 },
		{ LINK_DEV_RP_FILTER, link_dev_all_rp_filter(dev) == 0 ? 0 : RP_FILTER_LOOSE },
		{ LINK_DEV_ACCEPT_REDIRECTS, 0 },
	};
	int r = link_dev_inet_set(dev, d->index, s, sizeof(s) / sizeof(s[0]));

	if (r == 0)
		(void)link_dev_no_addr_gen(dev,
			d->index); /* fails where IPv6 is off: then nothing is made of it either */
	return r;
}

/* The device d->index is there: marks it and its parent. `mark`: what was on it, or NULL. */
static int take_over(struct device *d, const struct vmac_mark *mark)
{
	struct vmac_table *t = d->owner->table;
	struct vmac_mark m = { .owner = "" };
	char alias[VMAC_ALIAS_MAX];
	int r = vmac_parent_use(&t->parents, t->dev, d->below, mark ? &mark->before : NULL, &m.before);

	if (r < 0)
		return r;
	memcpy(m.owner, d->owner->conf->name, strnlen(d->owner->conf->name, sizeof(m.owner) - 1));
	r = link_dev_alias(t->dev, d->index, vmac_words_write(&m, alias));
	if (r == 0)
		r = set_up_inet(d);
	if (r == 0)
		r = link_refresh(t->link, d->index);
	if (r < 0)
		vmac_parent_drop(&t->parents, t->dev, d->below);
	return r;
}

static int make_new(struct device *d)
{
	struct vmac_table *t = d->owner->table;
	struct link_dev_info info;
	char mac[ADDR_MAC_STRLEN];
	int r = make(d);

	if (r == 0)
		r = link_dev_get(t->dev, d->name, 0, &info);
	if (r < 0)
		return r;
	d->index = info.index;
	if (kind_of(d->owner) == LINK_DEV_IPVLAN)
		memcpy(d->mac, info.mac, sizeof(d->mac));
	r = take_over(d, NULL);
	if (r < 0) {
		(void)link_dev_del(t->dev, d->index);
		d->index = 0;
		return r;
	}
	log_info(LOG_VRRP, "%s: interface %s made on %s, %s", d->owner->conf->name, d->name, d->parent,
		addr_mac_str(d->mac, mac));
	return 0;
}

/* Under d->name. 1: the name is somebody else's. */
static int try_name(struct device *d)
{
	struct vmac_table *t = d->owner->table;
	struct link_dev_info info;
	struct vmac_mark mark;
	int r = link_dev_get(t->dev, d->name, 0, &info);

	if (r == -ENODEV)
		return make_new(d);
	if (r < 0)
		return r;
	switch (judge(d, &info, &mark)) {
	case CANDIDATE_FREE:
		break;
	case CANDIDATE_OURS:
		d->index = info.index;
		memcpy(d->mac, info.mac, sizeof(d->mac));
		log_info(LOG_VRRP, "%s: interface %s of an earlier run goes on", d->owner->conf->name, d->name);
		return take_over(d, &mark);
	case CANDIDATE_OLD:
		r = link_dev_del(t->dev, info.index);
		if (r == 0)
			vmac_parent_learn(&t->parents, t->dev, info.parent, &mark.before);
		return r < 0 ? r : make_new(d);
	case CANDIDATE_TAKEN:
		return 1;
	}
	return 1;
}

static const char *prefix_of(const struct device *d)
{
	const struct vrrp_globals *g = d->owner->globals;

	return !d->is_own && g->vmac_addr_prefix ? g->vmac_addr_prefix : g->vmac_prefix;
}

int vmac_device_make(struct device *d)
{
	const struct vrrp_conf *c = d->owner->conf;
	int r = vmac_device_door(d->owner->table);

	vmac_words_mac(c->vmac, d->family, (uint8_t)c->vrid, d->mac);
	if (r == 0 && d->is_own && c->vmac->name) {
		memset(d->name, 0, sizeof(d->name));
		memcpy(d->name, c->vmac->name, strnlen(c->vmac->name, sizeof(d->name) - 1));
		r = try_name(d);
		return r > 0 ? -EEXIST : r;
	}
	for (unsigned i = 0; r >= 0 && i < NAMES_MAX; i++) {
		vmac_words_name(prefix_of(d), d->family, (uint8_t)c->vrid, i, d->name);
		r = try_name(d);
		if (r <= 0)
			return r;
	}
	return r < 0 ? r : -EEXIST;
}

void vmac_device_forget(struct device *d)
{
	struct vmac_table *t = d->owner->table;

	if (d->index)
		vmac_parent_drop(&t->parents, t->dev, d->below);
	d->index = 0;
}

void vmac_device_unmake(struct device *d)
{
	if (d->index)
		(void)link_dev_del(d->owner->table->dev, d->index);
	vmac_device_forget(d);
}
