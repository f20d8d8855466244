/* doctor_host.c - see doctor_host.h. /proc/sys/net is that of our own network namespace: proc(5). */
#include "ctl/doctor_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "net/ipvs.h"
#include "net/ipvs_daemon.h"
#include "net/link.h"

enum { PATH_LEN = 128, FORWARD_MASK = 7 };

/* Somewhere in the world, for the way there (RFC 5737: nobody has it). */
static const char far_client[] = "203.0.113.1";

static const struct setting {
	enum doctor_sysctl what;
	const char *path;
	int place; /* which number of the line */
} settings[] = {
	{ DOCTOR_IP_FORWARD, "ipv4/ip_forward", 0 },
	{ DOCTOR_VS_CONNTRACK, "ipv4/vs/conntrack", 0 },
	{ DOCTOR_VS_BACKUP_ONLY, "ipv4/vs/backup_only", 0 },
	{ DOCTOR_VS_SLOPPY_TCP, "ipv4/vs/sloppy_tcp", 0 },
	{ DOCTOR_VS_RUN_ESTIMATION, "ipv4/vs/run_estimation", 0 },
	{ DOCTOR_VS_EXPIRE_NODEST, "ipv4/vs/expire_nodest_conn", 0 },
	{ DOCTOR_VS_EXPIRE_TEMPLATE, "ipv4/vs/expire_quiescent_template", 0 },
	{ DOCTOR_VS_PMTU_DISC, "ipv4/vs/pmtu_disc", 0 },
	{ DOCTOR_VS_SYNC_THRESHOLD, "ipv4/vs/sync_threshold", 0 },
	{ DOCTOR_VS_SYNC_PERIOD, "ipv4/vs/sync_threshold", 1 },
	{ DOCTOR_VS_SYNC_REFRESH, "ipv4/vs/sync_refresh_period", 0 },
};

/* A number of a file below /proc/sys/net; -1: there is none. */
static int read_setting(const char *path, int place)
{
	char full[PATH_LEN], line[PATH_LEN], *at = line;
	long value = -1;
	FILE *file;

	snprintf(full, sizeof(full), "/proc/sys/net/%s", path);
	file = fopen(full, "re");
	if (!file)
		return -1;
	if (!fgets(line, sizeof(line), file))
		*line = '\0';
	(void)fclose(file);
	for (int i = 0; i <= place; i++) {
		char *end;

		value = strtol(at, &end, 10);
		if (end == at)
			return -1;
		at = end;
	}
	return (int)value;
}

/* What is in force on an interface is the greater of its own and that of `all` (ip-sysctl: rp_filter). */
static int rp_filter_of(const char *name)
{
	char path[PATH_LEN];
	int own, all = read_setting("ipv4/conf/all/rp_filter", 0);

	snprintf(path, sizeof(path), "ipv4/conf/%s/rp_filter", name);
	own = read_setting(path, 0);
	return own > all ? own : all;
}

static struct link *open_link(struct doctor_facts *f)
{
	struct link *l = NULL;
	int r = link_new(&l);

	if (r < 0)
		doctor_facts_unseen(f, "interfaces, addresses and routes: %s", strerror(-r));
	return r < 0 ? NULL : l;
}

static void add_link(struct doctor_facts *f, const struct link_if *in)
{
	struct doctor_link *to = doctor_facts_add(f, &f->links, &f->n_links, sizeof(*to));

	to->is = *in;
	to->rp_filter = rp_filter_of(in->name);
}

void doctor_host_links(struct doctor_facts *f)
{
	struct link *l = open_link(f);
	const struct link_addr *addrs;
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		f->sysctl[settings[i].what] = read_setting(settings[i].path, settings[i].place);
	f->has_ipvs = access("/proc/net/ip_vs", F_OK) == 0;
	addrs = l ? link_addrs(l, &n) : NULL;
	for (unsigned i = 0; i < n; i++) { /* an interface without any address is of no interest */
		const struct link_if *in = link_find_index(l, addrs[i].index);

		if (in && !doctor_facts_link(f, in->index))
			add_link(f, in);
	}
	link_free(l);
}

/* Services. */

static const char *endpoint(struct doctor_facts *f, const struct addr *a, uint16_t port)
{
	char text[ADDR_STRLEN];

	return a->family == AF_INET6 ? arena_printf(f->arena, "[%s]:%u", addr_str(a, text), port)
				     : arena_printf(f->arena, "%s:%u", addr_str(a, text), port);
}

static const char *protocol_str(uint16_t protocol)
{
	return protocol == IPPROTO_UDP ? "udp" : protocol == IPPROTO_TCP ? "tcp" : "sctp";
}

/* A service that leads to nowhere is somebody's guard, none to look after. */
static void add_service(struct doctor_facts *f, const struct ipvs_service *vs)
{
	unsigned at = f->n_services;
	struct doctor_service *s;

	if (!vs->n_dests)
		return;
	s = doctor_facts_add(f, &f->services, &f->n_services, sizeof(*s));
	s->addr = vs->addr;
	if (vs->fwmark)
		s->addr.family = AF_UNSPEC;
	s->port = vs->port;
	s->fwmark = vs->fwmark;
	s->protocol = protocol_str(vs->protocol);
	s->scheduler = arena_strdup(f->arena, vs->scheduler);
	s->flags = vs->flags;
	s->has_flags = true;
	s->persistence = vs->flags & IPVS_PERSISTENT ? vs->timeout : 0;
	s->name = vs->fwmark ? arena_printf(f->arena, "fwmark %u", vs->fwmark)
			     : arena_printf(f->arena, "%s/%s", endpoint(f, &vs->addr, vs->port), s->protocol);
	for (unsigned i = 0; i < vs->n_dests; i++) {
		const struct ipvs_dest *d = &vs->dests[i];
		struct doctor_server *rs = doctor_facts_add(f, &f->servers, &f->n_servers, sizeof(*rs));

		rs->service = at;
		rs->addr = d->addr;
		rs->port = d->port;
		rs->name = endpoint(f, &d->addr, d->port);
		rs->forward = (enum doctor_forward)(d->forward & FORWARD_MASK);
		rs->is_up = d->weight > 0;
	}
}

static void read_services(struct doctor_facts *f, struct ipvs *v)
{
	struct ipvs_table table = { 0 };
	int r = ipvs_read(v, IPVS_READ_ALL, &table);

	if (r < 0)
		doctor_facts_unseen(f, "the IPVS table: %s", strerror(-r));
	for (unsigned i = 0; i < table.n_services; i++)
		add_service(f, &table.services[i]);
	ipvs_table_done(&table);
}

void doctor_host_services(struct doctor_facts *f)
{
	struct ipvs_daemons d = { 0 };
	struct ipvs *v;

	if (!f->has_ipvs) /* asking would load the module */
		return;
	v = ipvs_new();
	if (!f->n_services)
		read_services(f, v);
	f->has_sync = ipvs_daemons_read(v, &d) == 0 &&
		(*d.role[IPVS_SENDS].interface || *d.role[IPVS_LISTENS].interface);
	ipvs_free(v);
}

/* Addresses. */

static void look_at_vip(struct doctor_vip *v, const struct doctor_facts *f, const struct link *l)
{
	unsigned n;
	const struct link_addr *all = link_addrs(l, &n);

	for (unsigned i = 0; i < n; i++) {
		const struct doctor_link *at = doctor_facts_link(f, all[i].index);

		if (!addr_equal(&all[i].addr, &v->addr) || !at || !at->is.has_mac)
			continue;
		v->is_here = true;
		v->index = all[i].index;
		v->dad_failed = all[i].dad_failed;
		v->is_tentative = all[i].is_tentative;
	}
}

static bool is_virtual(const struct doctor_facts *f, const struct addr *a)
{
	for (unsigned i = 0; i < f->n_vips; i++)
		if (addr_equal(&f->vips[i].addr, a))
			return true;
	return false;
}

/* The first that is no virtual one; of IPv6 a link-local one only where there is no other. */
static void look_at_own(struct doctor_link *at, const struct doctor_facts *f, const struct link *l)
{
	unsigned n;
	const struct link_addr *all = link_addrs(l, &n);

	for (unsigned i = 0; i < n; i++) {
		struct addr *own = all[i].addr.family == AF_INET6 ? &at->own6 : &at->own4;

		if (all[i].index == at->is.index && !is_virtual(f, &all[i].addr) && !all[i].is_tentative &&
			(!addr_is_set(own) || addr_is_link_local(own)))
			*own = all[i].addr;
	}
}

static void look_at_ways(struct doctor_facts *f)
{
	struct addr far;
	struct link_way way;

	for (unsigned i = 0; i < f->n_servers; i++) {
		struct doctor_server *s = &f->servers[i];

		s->way_error = link_ask_way(&s->addr, &s->way);
		s->has_way = s->way_error == 0;
	}
	for (unsigned i = 0; i < f->n_vips; i++)
		if (!f->vips[i].index && link_ask_way(&f->vips[i].addr, &way) == 0 && !addr_is_set(&way.via))
			f->vips[i].index = way.index;
	f->has_outward = addr_parse(far_client, &far) == 0 && link_ask_way(&far, &f->outward) == 0;
}

void doctor_host_neighbours(struct doctor_facts *f)
{
	free(f->neighbours);
	f->neighbours = NULL;
	f->n_neighbours = 0;
	if (link_ask_neighbours(&f->neighbours, &f->n_neighbours) < 0)
		doctor_facts_unseen(f, "the neighbour table: the kernel does not tell it");
}

void doctor_host_addresses(struct doctor_facts *f)
{
	struct link *l = open_link(f);

	for (unsigned i = 0; l && i < f->n_vips; i++)
		look_at_vip(&f->vips[i], f, l);
	for (unsigned i = 0; l && i < f->n_links; i++)
		look_at_own(&f->links[i], f, l);
	link_free(l);
	look_at_ways(f);
	doctor_host_neighbours(f);
}
