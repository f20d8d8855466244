/* sync_plan.c - see sync_plan.h. */
#include "checkers/sync_plan.h"

#include <string.h>

enum { DEFAULT_PORT = 8848, DEFAULT_TTL = 1 };

/* linux ip_vs_sync.h IP_VS_SYNC_GROUP; one of IPv6 is never the default. */
static const struct addr default_group = { .family = AF_INET, .bytes = { 224, 0, 0, 81 } };

/* The length of a datagram is left out: the kernel cuts it to what the interface carries. */
bool sync_plan_matches(const struct ipvs_daemon *conf, const struct ipvs_daemon *kernel)
{
	const struct addr *group = conf->group.family ? &conf->group : &default_group;

	if (strcmp(conf->interface, kernel->interface) != 0 || conf->id != kernel->id)
		return false;
	if (!kernel->port) /* before Linux 4.3: it says no more */
		return true;
	return (conf->port ? conf->port : DEFAULT_PORT) == kernel->port &&
		(conf->ttl ? conf->ttl : DEFAULT_TTL) == kernel->ttl && addr_equal(group, &kernel->group);
}

static bool is_same(const struct ipvs_daemon *a, const struct ipvs_daemon *b)
{
	return !strcmp(a->interface, b->interface) && a->id == b->id && a->maxlen == b->maxlen && a->port == b->port &&
		a->ttl == b->ttl && addr_equal(&a->group, &b->group);
}

/* Whether what runs works as it should: as the kernel says, and as far as it was us, as we last asked. */
static bool is_right(const struct sync_want *want, const struct sync_own *own, const struct ipvs_daemon *kernel)
{
	return sync_plan_matches(&want->conf, kernel) &&
		(!own->is_ours || !*own->asked.interface || is_same(&own->asked, &want->conf));
}

static void add(struct sync_plan *p, bool is_start, enum ipvs_daemon_role role)
{
	p->change[p->n++] = (struct sync_change){ is_start, role };
}

void sync_plan(const struct sync_want *want, const struct sync_own own[IPVS_DAEMON_ROLES],
	const struct ipvs_daemons *kernel, struct sync_plan *ret)
{
	bool is_wrong[IPVS_DAEMON_ROLES] = { false };

	*ret = (struct sync_plan){ .n = 0 };
	for (unsigned i = 0; i < IPVS_DAEMON_ROLES; i++) {
		const struct ipvs_daemon *k = &kernel->role[i];

		if (want->runs[i] && !*k->interface)
			add(ret, true, (enum ipvs_daemon_role)i);
		is_wrong[i] = want->runs[i] && *k->interface && !is_right(want, &own[i], k);
		ret->is_foreign[i] = is_wrong[i] && !own[i].is_ours;
	}
	for (unsigned i = 0; i < IPVS_DAEMON_ROLES; i++)
		if (own[i].is_ours && *kernel->role[i].interface && (!want->runs[i] || is_wrong[i]))
			add(ret, false, (enum ipvs_daemon_role)i);
	for (unsigned i = 0; i < IPVS_DAEMON_ROLES; i++)
		if (own[i].is_ours && is_wrong[i])
			add(ret, true, (enum ipvs_daemon_role)i);
}
