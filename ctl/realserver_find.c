/* realserver_find.c - see realserver_find.h. */
#include "ctl/realserver_find.h"

#include <string.h>

const struct realserver_vip *realserver_vip_find(const struct realserver_state *s, const struct addr *a)
{
	for (unsigned i = 0; i < s->n_vips; i++)
		if (addr_equal(&s->vips[i].addr, a))
			return &s->vips[i];
	return NULL;
}

const struct link_addr *realserver_addr_find(const struct realserver_facts *f, const struct addr *a)
{
	for (unsigned i = 0; i < f->n_addrs; i++)
		if (addr_equal(&f->addrs[i].addr, a))
			return &f->addrs[i];
	return NULL;
}

const struct realserver_link *realserver_link_find(const struct realserver_facts *f, int index)
{
	for (unsigned i = 0; i < f->n_links; i++)
		if (f->links[i].index == index)
			return &f->links[i];
	return NULL;
}

const struct realserver_link *realserver_link_named(const struct realserver_facts *f, const char *name)
{
	for (unsigned i = 0; i < f->n_links; i++)
		if (!strcmp(f->links[i].name, name))
			return &f->links[i];
	return NULL;
}
