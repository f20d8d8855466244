/* doctor_facts.c - see doctor_facts.h. */
#include "ctl/doctor_facts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "ctl/reader.h"

enum { STEP = 16, TEXT_MAX = 256 };

void doctor_facts_init(struct doctor_facts *f)
{
	*f = (struct doctor_facts){ .arena = arena_new() };
	for (int i = 0; i < DOCTOR_SYSCTL_MAX; i++)
		f->sysctl[i] = -1;
}

void doctor_facts_done(struct doctor_facts *f)
{
	free(f->neighbours);
	arena_free(f->arena);
}

void *doctor_facts_add(struct doctor_facts *f, void *list, unsigned *n, size_t size)
{
	void **at = list;

	if (*n == 0 || (*n >= STEP && (*n & (*n - 1)) == 0)) { /* full; the old storage stays in the arena */
		void *more = arena_alloc(f->arena, (*n ? (size_t)*n * 2 : STEP) * size);

		if (*n)
			memcpy(more, *at, *n * size);
		*at = more;
	}
	return (char *)*at + (size_t)(*n)++ * size;
}

void doctor_facts_unseen(struct doctor_facts *f, const char *fmt, ...)
{
	const char **at = doctor_facts_add(f, &f->unseen, &f->n_unseen, sizeof(*f->unseen));
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	*at = arena_strdup(f->arena, text);
}

static const char *copy(struct doctor_facts *f, const struct jvalue *o, const char *key)
{
	return arena_strdup(f->arena, reader_str(o, key, ""));
}

/* Instances. */

static struct doctor_vip *vip_find(const struct doctor_facts *f, const struct addr *a)
{
	for (unsigned i = 0; i < f->n_vips; i++)
		if (addr_equal(&f->vips[i].addr, a))
			return &f->vips[i];
	return NULL;
}

static struct doctor_vip *vip_add(struct doctor_facts *f, const struct addr *a)
{
	struct doctor_vip *v = vip_find(f, a);

	if (v)
		return v;
	v = doctor_facts_add(f, &f->vips, &f->n_vips, sizeof(*v));
	v->addr = *a;
	v->state = "";
	return v;
}

static int index_of(const struct doctor_facts *f, const char *name)
{
	for (unsigned i = 0; i < f->n_links; i++)
		if (!strcmp(f->links[i].is.name, name))
			return f->links[i].is.index;
	return 0;
}

static void take_vip(struct doctor_facts *f, const struct jvalue *instance, const struct jvalue *vip)
{
	struct doctor_vip *v;
	struct addr a;
	uint8_t len;

	if (addr_parse_prefix(reader_str(vip, "address", ""), &a, &len) < 0)
		return;
	v = vip_add(f, &a);
	v->instance = copy(f, instance, "name");
	v->state = copy(f, instance, "state");
	v->index = index_of(f, reader_str(vip, "dev", ""));
}

static void add_peer(struct doctor_facts *f, const struct jvalue *instance, const struct addr *a)
{
	struct doctor_peer *p = doctor_facts_add(f, &f->peers, &f->n_peers, sizeof(*p));

	p->instance = copy(f, instance, "name");
	p->interface = copy(f, instance, "interface");
	p->is_unicast = reader_bool(instance, "unicast");
	p->addr = *a;
	p->is_heard = addr_is_set(a);
}

/* The other director, if one was heard; an entry without an address if not. */
static void take_peer(struct doctor_facts *f, const struct jvalue *instance)
{
	struct addr a = { 0 };
	const char *text = reader_str(reader_get(instance, "peer"), "address", "");

	if (addr_parse(text, &a) < 0)
		a.family = AF_UNSPEC;
	add_peer(f, instance, &a);
}

static void take_instance(struct doctor_facts *f, const struct jvalue *instance)
{
	const struct jvalue *vips = reader_get(instance, "vips");

	for (size_t i = 0; i < reader_count(vips); i++)
		take_vip(f, instance, reader_at(vips, i));
	take_peer(f, instance);
}

/* Services. */

static enum doctor_forward forward_of(const char *word)
{
	return !strcmp(word, "DR") ? DOCTOR_DR : !strcmp(word, "TUN") ? DOCTOR_TUN : DOCTOR_NAT;
}

static void take_server(struct doctor_facts *f, unsigned service, const struct jvalue *vs, const struct jvalue *rs)
{
	struct doctor_server *s;
	struct addr a;

	if (addr_parse(reader_str(rs, "address", ""), &a) < 0)
		return;
	s = doctor_facts_add(f, &f->servers, &f->n_servers, sizeof(*s));
	s->service = service;
	s->addr = a;
	s->name = copy(f, rs, "name");
	s->port = (uint16_t)reader_int(rs, "port", 0);
	s->forward = forward_of(reader_str(rs, "forward", reader_str(vs, "forward", "")));
	s->is_up = reader_bool(rs, "up");
}

/* The sorry server gets clients' packets by the same way, when nobody else does. */
static void take_servers(struct doctor_facts *f, unsigned service, const struct jvalue *vs)
{
	const struct jvalue *servers = reader_get(vs, "servers"), *sorry = reader_get(vs, "sorry_server");
	unsigned n;

	for (size_t i = 0; i < reader_count(servers); i++)
		take_server(f, service, vs, reader_at(servers, i));
	n = f->n_servers;
	if (sorry)
		take_server(f, service, vs, sorry);
	if (f->n_servers > n) {
		struct doctor_server *s = &f->servers[n];

		s->name = arena_printf(f->arena, "%s (sorry)", s->name);
		s->is_up = reader_bool(vs, "sorry");
	}
}

/* One entry of the service: it has several where it is of a group. */
static void add_entry(struct doctor_facts *f, const struct jvalue *vs, const char *address, const struct jvalue *at)
{
	unsigned index = f->n_services;
	struct doctor_service *s = doctor_facts_add(f, &f->services, &f->n_services, sizeof(*s));

	if (addr_parse(address, &s->addr) < 0 || addr_is_any(&s->addr))
		s->addr.family = AF_UNSPEC;
	s->name = copy(f, vs, "name");
	s->port = (uint16_t)reader_int(at, "port", 0);
	s->fwmark = (uint32_t)reader_int(at, "fwmark", 0);
	s->protocol = copy(f, vs, "protocol");
	s->scheduler = copy(f, vs, "scheduler");
	s->persistence = reader_int(vs, "persistence", 0);
	s->has_flags = reader_get(vs, "flags") != NULL;
	s->flags = (uint32_t)reader_int(vs, "flags", 0);
	if (s->fwmark)
		doctor_facts_unseen(f, "%s: its servers' paths: which addresses get the mark %u is not known here",
			s->name, s->fwmark);
	take_servers(f, index, vs);
}

static void take_service(struct doctor_facts *f, const struct jvalue *vs)
{
	const struct jvalue *lines = reader_get(vs, "lines");

	if (!reader_count(lines))
		add_entry(f, vs, reader_str(vs, "address", ""), vs);
	for (size_t i = 0; i < reader_count(lines); i++) {
		const struct jvalue *line = reader_at(lines, i);
		const char *first = reader_str(line, "first", ""), *last = reader_str(line, "last", "");

		add_entry(f, vs, first, line);
		if (strcmp(first, last) != 0) /* the ends of a range stand for all of it */
			add_entry(f, vs, last, line);
	}
}

/* Addresses that the routing daemon announces: nobody in the segment needs to answer for them. */
static void take_anycast(struct doctor_facts *f, const struct jvalue *one)
{
	struct doctor_vip *v;
	struct addr a;

	if (addr_parse(reader_str(one, "address", ""), &a) < 0)
		return;
	v = vip_add(f, &a);
	v->is_anycast = true;
	v->is_wanted = reader_bool(one, "wanted");
	v->is_here = reader_bool(one, "present");
}

/* What they know is missing in the document. */
static void take_silent(struct doctor_facts *f, const struct jvalue *names)
{
	for (size_t i = 0; i < reader_count(names); i++) {
		f->silent = arena_strdup(f->arena, reader_text(reader_at(names, i), "?"));
		doctor_facts_unseen(f, "what the %s process does: it did not answer", f->silent);
	}
}

static void take_sync(struct doctor_facts *f, const struct jvalue *sync)
{
	const struct jvalue *heard = reader_get(sync, "heard");

	f->sync_trouble = copy(f, sync, "trouble");
	f->sync_id = (unsigned)reader_int(sync, "id", 0);
	for (size_t i = 0; i < reader_count(heard); i++) {
		struct doctor_sender *s = doctor_facts_add(f, &f->senders, &f->n_senders, sizeof(*s));

		s->id = (unsigned)reader_int(reader_at(heard, i), "id", 0);
		(void)addr_parse(reader_str(reader_at(heard, i), "from", ""), &s->addr);
	}
}

void doctor_facts_status(struct doctor_facts *f, const struct jvalue *doc)
{
	const struct jvalue *instances = reader_get(doc, "instances"), *services = reader_get(doc, "services");
	const struct jvalue *ipvs = reader_get(doc, "ipvs");

	f->has_daemon = true;
	take_silent(f, reader_get(doc, "not_responding"));
	for (size_t i = 0; i < reader_count(instances); i++)
		take_instance(f, reader_at(instances, i));
	for (size_t i = 0; i < reader_count(services); i++)
		take_service(f, reader_at(services, i));
	for (size_t i = 0; i < reader_count(reader_get(doc, "anycast")); i++)
		take_anycast(f, reader_at(reader_get(doc, "anycast"), i));
	if (ipvs && reader_bool(ipvs, "incomplete"))
		f->ipvs_refused = arena_strdup(f->arena, reader_str(ipvs, "last_error", "?"));
	take_sync(f, reader_get(doc, "sync"));
	f->has_via = reader_int(reader_get(doc, "via"), "services", 0) > 0;
	if (ipvs && !reader_bool(ipvs, "available"))
		f->ipvs_error = arena_strdup(f->arena, reader_str(ipvs, "last_error", "the kernel has none"));
}

void doctor_facts_vips(struct doctor_facts *f)
{
	for (unsigned i = 0; i < f->n_services; i++)
		if (addr_is_set(&f->services[i].addr))
			(void)vip_add(f, &f->services[i].addr);
}

/* Looking things up. */

static bool is_of(const struct doctor_facts *f, const struct addr *a)
{
	for (unsigned i = 0; i < f->n_services; i++)
		if (!addr_is_set(&f->services[i].addr) || addr_equal(&f->services[i].addr, a))
			return true;
	return false;
}

bool doctor_facts_limit(struct doctor_facts *f, const char *service)
{
	unsigned kept = 0, n = 0;

	for (unsigned i = 0; i < f->n_services; i++) {
		if (strcmp(f->services[i].name, service) != 0)
			continue;
		for (unsigned k = n; k < f->n_servers; k++) /* servers are in the order of their services */
			if (f->servers[k].service == i) {
				f->servers[n] = f->servers[k];
				f->servers[n++].service = kept;
			}
		f->services[kept++] = f->services[i];
	}
	if (!kept)
		return false;
	f->n_services = kept;
	f->n_servers = n;
	n = 0;
	for (unsigned k = 0; k < f->n_vips; k++)
		if (is_of(f, &f->vips[k].addr))
			f->vips[n++] = f->vips[k];
	f->n_vips = n;
	return true;
}

const struct doctor_link *doctor_facts_link(const struct doctor_facts *f, int index)
{
	for (unsigned i = 0; i < f->n_links; i++)
		if (f->links[i].is.index == index)
			return &f->links[i];
	return NULL;
}

const uint8_t *doctor_facts_mac(const struct doctor_facts *f, const struct addr *a)
{
	for (unsigned i = 0; i < f->n_answers; i++)
		if (f->answers[i].is_reply && addr_equal(&f->answers[i].addr, a))
			return f->answers[i].mac;
	for (unsigned i = 0; i < f->n_neighbours; i++)
		if (addr_equal(&f->neighbours[i].addr, a))
			return f->neighbours[i].mac;
	return NULL;
}

bool doctor_facts_is_own_mac(const struct doctor_facts *f, const uint8_t *mac)
{
	for (unsigned i = 0; i < f->n_links; i++)
		if (f->links[i].is.has_mac && !memcmp(f->links[i].is.mac, mac, LINK_MAC_LEN))
			return true;
	return false;
}
