/* machine_dev.c - see machine_dev.h. */
#include "machine_dev.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "net/link.h"
#include "net/link_dev.h"

enum { DEVICES_MAX = 32, FIRST_INDEX = 100 };

struct link_dev {
	int unused;
};

static struct {
	struct link_table *table;
	struct link_dev_info info[DEVICES_MAX];
	unsigned n;
	int next;
	struct link_dev door;
} devices;

void machine_dev_init(struct link_table *t)
{
	memset(&devices, 0, sizeof(devices));
	devices.table = t;
	devices.next = FIRST_INDEX;
}

static struct link_dev_info *find(int index)
{
	for (unsigned i = 0; i < devices.n; i++)
		if (devices.info[i].index == index)
			return &devices.info[i];
	return NULL;
}

static void show(const struct link_dev_info *info)
{
	struct link_if in = { .index = info->index, .is_up = info->is_up, .has_mac = true, .mtu = 1500 };

	memcpy(in.name, info->name, sizeof(in.name));
	memcpy(in.mac, info->mac, sizeof(in.mac));
	link_table_put_if(devices.table, &in);
}

int link_refresh(struct link *l, int index)
{
	(void)l;
	return link_table_find_index(devices.table, index) ? 0 : -ENODEV;
}

int link_dev_new(struct link_dev **ret)
{
	*ret = &devices.door;
	return 0;
}

void link_dev_free(struct link_dev *d)
{
	(void)d;
}

int link_dev_get(struct link_dev *d, const char *name, int index, struct link_dev_info *ret)
{
	const struct link_if *in = name ? link_table_find(devices.table, name)
					: link_table_find_index(devices.table, index);
	const struct link_dev_info *info = in ? find(in->index) : NULL;

	(void)d;
	memset(ret, 0, sizeof(*ret));
	if (!in)
		return -ENODEV;
	if (info)
		*ret = *info;
	ret->index = in->index;
	ret->has_inet = true;
	return 0;
}

int link_dev_list(struct link_dev *d, const char *mark, void (*each)(void *ctx, const struct link_dev_info *info),
	void *ctx)
{
	(void)d;
	for (unsigned i = 0; i < devices.n; i++)
		if (!strncmp(devices.info[i].alias, mark, strlen(mark)))
			each(ctx, &devices.info[i]);
	return 0;
}

int link_dev_add(struct link_dev *d, const struct link_dev_spec *s)
{
	struct link_dev_info *info = &devices.info[devices.n];

	(void)d;
	if (devices.n == DEVICES_MAX || link_table_find(devices.table, s->name))
		return -EEXIST;
	devices.n++;
	*info = (struct link_dev_info){
		.index = devices.next++, .parent = s->parent, .kind = s->kind, .has_inet = true
	};
	memcpy(info->name, s->name, strlen(s->name) + 1);
	if (s->mac)
		memcpy(info->mac, s->mac, sizeof(info->mac));
	show(info);
	return 0;
}

int link_dev_del(struct link_dev *d, int index)
{
	struct link_dev_info *info = find(index);

	(void)d;
	if (!info)
		return -ENODEV;
	link_table_drop_if(devices.table, index);
	*info = devices.info[--devices.n];
	return 0;
}

int link_dev_up(struct link_dev *d, int index, bool on)
{
	struct link_dev_info *info = find(index);

	(void)d;
	if (!info)
		return -ENODEV;
	info->is_up = on;
	show(info);
	return 0;
}

int link_dev_alias(struct link_dev *d, int index, const char *alias)
{
	struct link_dev_info *info = find(index);

	(void)d;
	if (!info)
		return -ENODEV;
	memset(info->alias, 0, sizeof(info->alias));
	memcpy(info->alias, alias, strnlen(alias, sizeof(info->alias) - 1));
	return 0;
}

int link_dev_no_addr_gen(struct link_dev *d, int index)
{
	(void)d, (void)index;
	return 0;
}

int link_dev_inet_set(struct link_dev *d, int index, const struct link_dev_setting *s, unsigned n)
{
	(void)d, (void)index, (void)s, (void)n;
	return 0;
}

int link_dev_neighbour(struct link_dev *d, const struct link_dev_whose *whose, struct addr *ret)
{
	(void)d, (void)whose;
	*ret = (struct addr){ .family = AF_UNSPEC };
	return -ENOENT;
}

int link_dev_all_rp_filter(struct link_dev *d)
{
	(void)d;
	return 0;
}
