/* vmac_parent.c - see vmac_parent.h. */
#include "vrrp/vmac_parent.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "net/link_dev.h"

/* ARP for addresses of the interface alone; ARP requests with an address that the target knows from there. */
enum { ARP_IGNORE = 1, ARP_ANNOUNCE = 2 };

static struct vmac_parent *find(const struct vmac_parents *p, int index)
{
	for (unsigned i = 0; i < p->n; i++)
		if (p->item[i].index == index)
			return &p->item[i];
	return NULL;
}

/* What was already so is not ours to put back. */
static int set(struct link_dev *d, const struct link_dev_info *info, struct vmac_before *ret)
{
	struct link_dev_setting s[2];
	unsigned n = 0;

	*ret = (struct vmac_before){ VMAC_KEPT, VMAC_KEPT };
	if (info->inet[LINK_DEV_ARP_IGNORE] < ARP_IGNORE) {
		ret->arp_ignore = info->inet[LINK_DEV_ARP_IGNORE];
		s[n++] = (struct link_dev_setting){ LINK_DEV_ARP_IGNORE, ARP_IGNORE };
	}
	if (info->inet[LINK_DEV_ARP_ANNOUNCE] < ARP_ANNOUNCE) {
		ret->arp_announce = info->inet[LINK_DEV_ARP_ANNOUNCE];
		s[n++] = (struct link_dev_setting){ LINK_DEV_ARP_ANNOUNCE, ARP_ANNOUNCE };
	}
	return n > 0 ? link_dev_inet_set(d, info->index, s, n) : 0;
}

static void merge(struct vmac_before *b, const struct vmac_before *found)
{
	if (b->arp_ignore == VMAC_KEPT)
		b->arp_ignore = found->arp_ignore;
	if (b->arp_announce == VMAC_KEPT)
		b->arp_announce = found->arp_announce;
}

int vmac_parent_use(struct vmac_parents *p, struct link_dev *d, int index, const struct vmac_before *found,
	struct vmac_before *ret)
{
	struct vmac_parent *e = find(p, index);
	struct link_dev_info info;
	int r = e ? 0 : link_dev_get(d, NULL, index, &info);

	if (r == 0 && !e) {
		struct vmac_parent new = { .index = index };

		r = info.has_inet ? set(d, &info, &new.before) : -EOPNOTSUPP;
		if (r < 0)
			return r;
		p->item = x_realloc(p->item, p->n + 1, sizeof(*p->item));
		e = &p->item[p->n++];
		*e = new;
	}
	if (r < 0)
		return r;
	if (found)
		merge(&e->before, found);
	e->users++;
	*ret = e->before;
	return 0;
}

/* Unless somebody set it to something else meanwhile. */
static void restore(struct link_dev *d, int index, const struct vmac_before *before)
{
	struct link_dev_setting s[2];
	struct link_dev_info info;
	unsigned n = 0;

	if (link_dev_get(d, NULL, index, &info) < 0 || !info.has_inet)
		return;
	if (before->arp_ignore != VMAC_KEPT && info.inet[LINK_DEV_ARP_IGNORE] == ARP_IGNORE)
		s[n++] = (struct link_dev_setting){ LINK_DEV_ARP_IGNORE, before->arp_ignore };
	if (before->arp_announce != VMAC_KEPT && info.inet[LINK_DEV_ARP_ANNOUNCE] == ARP_ANNOUNCE)
		s[n++] = (struct link_dev_setting){ LINK_DEV_ARP_ANNOUNCE, before->arp_announce };
	if (n > 0)
		(void)link_dev_inet_set(d, index, s, n);
}

void vmac_parent_drop(struct vmac_parents *p, struct link_dev *d, int index)
{
	struct vmac_parent *e = find(p, index);

	if (!e || --e->users > 0)
		return;
	restore(d, index, &e->before);
	*e = p->item[--p->n];
}

void vmac_parent_learn(struct vmac_parents *p, struct link_dev *d, int index, const struct vmac_before *before)
{
	struct vmac_parent *e = find(p, index);

	if (e)
		merge(&e->before, before);
	else if (index)
		restore(d, index, before);
}

void vmac_parents_done(struct vmac_parents *p)
{
	free(p->item);
	*p = (struct vmac_parents){ 0 };
}
