/* served.c - see served.h: a few bytes for each server; what many have alike, and what few have, is elsewhere. */
#include "daemon/served.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/conf.h"
#include "conf/script.h"

enum { TRIES = 32 /* blocks that have the same hooks stand together */ };

/* A service or a server. */
struct entry {
	uint32_t hooks; /* where they are in `hooks` */
	uint16_t port;
	uint8_t addr_len;
	bool is_added;
};

struct service {
	struct entry entry;
	uint32_t first; /* of its servers, which end where those of the next one begin */
	uint32_t
		addrs; /* where its address is in `addrs`, and behind it those of its servers, all in slots of one size */
	uint32_t key; /* the mark, or where the name of the group is in `names` */
	uint8_t slot, protocol;
	bool is_group, is_mark6;
};

struct served {
	struct service *services;   /* owned, one more than there are */
	struct entry *servers;      /* owned */
	uint8_t *addrs;             /* owned: bytes of addresses */
	char *names;                /* owned: of groups */
	struct served_hooks *hooks; /* owned */
	struct arena *arena;        /* owned: scripts */
	unsigned n;                 /* of the services */
};

/* While it is made. */
struct making {
	struct served *s;
	struct text names;
	struct served_hooks *from; /* owned: whose copies the hooks are */
	unsigned n_hooks, cap_hooks;
	struct served_hooks like_service, like_server; /* the last scripts that were copied of them */
	uint32_t n_servers, n_bytes;
};

/* Room. */

/* Of the longest address. */
static uint8_t slot_of(const struct vs_conf *vs)
{
	size_t len = addr_len(&vs->addr);

	for (unsigned i = 0; i < vs->servers.n; i++) {
		const size_t n = addr_len(&((const struct rs_conf *)vs->servers.item[i])->addr);

		len = n > len ? n : len;
	}
	return (uint8_t)len;
}

static size_t count_bytes(const struct checkers_config *c)
{
	size_t n = 0;

	for (unsigned i = 0; i < c->services.n; i++) {
		const struct vs_conf *vs = c->services.item[i];

		n += slot_of(vs) * ((size_t)vs->servers.n + 1);
	}
	return n;
}

static uint32_t count_servers(const struct checkers_config *c)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < c->services.n; i++)
		n += ((const struct vs_conf *)c->services.item[i])->servers.n;
	return n;
}

/* Copies. */

/* `like`: the last one that was copied of this kind. */
static const struct script_conf *copy_script(struct arena *a, const struct script_conf *from,
	const struct script_conf **like)
{
	if (!from)
		return NULL;
	*like = script_conf_copy(a, from, *like);
	return *like;
}

static bool is_same(const struct served_hooks *a, const struct served_hooks *b)
{
	return a->up == b->up && a->down == b->down && a->smtp_alert == b->smtp_alert;
}

/* The index of what is the same as `from`. */
static uint32_t add_hooks(struct making *m, const struct served_hooks *from, struct served_hooks *like)
{
	struct arena *a = m->s->arena;

	for (unsigned i = m->n_hooks; i > 0 && m->n_hooks - i < TRIES; i--)
		if (is_same(&m->from[i - 1], from))
			return i - 1;
	if (m->n_hooks == m->cap_hooks) {
		m->cap_hooks = m->cap_hooks ? m->cap_hooks * 2 : 8;
		m->from = x_realloc(m->from, m->cap_hooks, sizeof(*m->from));
		m->s->hooks = x_realloc(m->s->hooks, m->cap_hooks, sizeof(*m->s->hooks));
	}
	m->from[m->n_hooks] = *from;
	m->s->hooks[m->n_hooks] = (struct served_hooks){ copy_script(a, from->up, &like->up),
		copy_script(a, from->down, &like->down), from->smtp_alert };
	return m->n_hooks++;
}

static struct entry entry_of(struct making *m, const struct addr *addr, uint32_t port, uint8_t slot)
{
	const size_t len = addr_len(addr);
	const struct entry e = { .port = (uint16_t)port, .addr_len = (uint8_t)len };

	memcpy(m->s->addrs + m->n_bytes, addr->bytes, len);
	m->n_bytes += slot;
	return e;
}

static void add_server(struct making *m, const struct rs_conf *rs, uint8_t slot)
{
	const struct served_hooks hooks = { rs->how->notify_up, rs->how->notify_down, rs->how->smtp_alert };
	struct entry *e = &m->s->servers[m->n_servers++];

	*e = entry_of(m, &rs->addr, rs->port, slot);
	e->hooks = add_hooks(m, &hooks, &m->like_server);
	e->is_added = rs->how->is_added;
}

static uint32_t key_of(struct making *m, const struct vs_conf *vs)
{
	const uint32_t at = (uint32_t)m->names.len;

	if (!vs->group)
		return vs->fwmark;
	text_add_bytes(&m->names, vs->group, strlen(vs->group) + 1);
	return at;
}

static void add_service(struct making *m, const struct vs_conf *vs, struct service *to)
{
	const struct served_hooks hooks = { vs->how->quorum_up, vs->how->quorum_down, vs->how->smtp_alert };
	const struct group_line mark = { .fwmark = 1 };

	*to = (struct service){ .first = m->n_servers,
		.addrs = m->n_bytes,
		.key = key_of(m, vs),
		.slot = slot_of(vs),
		.protocol = (uint8_t)vs->protocol,
		.is_group = vs->group != NULL,
		.is_mark6 = vs_family(vs, &mark) == AF_INET6 };
	to->entry = entry_of(m, &vs->addr, vs->port, to->slot);
	to->entry.hooks = add_hooks(m, &hooks, &m->like_service);
	to->entry.is_added = vs->is_added;
	for (unsigned i = 0; i < vs->servers.n; i++)
		add_server(m, vs->servers.item[i], to->slot);
}

struct served *served_new(const struct checkers_config *c)
{
	struct served *s = x_calloc(1, sizeof(*s));
	struct making m = { .s = s };

	s->n = c->services.n;
	s->services = x_calloc(s->n + 1, sizeof(*s->services));
	s->servers = x_array(count_servers(c), sizeof(*s->servers));
	s->addrs = x_calloc(count_bytes(c) + 1, 1);
	s->arena = arena_new();
	for (unsigned i = 0; i < s->n; i++)
		add_service(&m, c->services.item[i], &s->services[i]);
	s->services[s->n].first = m.n_servers;
	if (m.n_hooks)
		s->hooks = x_realloc(s->hooks, m.n_hooks, sizeof(*s->hooks));
	if (m.names.len)
		s->names = x_realloc(m.names.s, m.names.len, 1);
	free(m.from);
	arena_fit(s->arena);
	return s;
}

void served_free(struct served *s)
{
	if (!s)
		return;
	free(s->services);
	free(s->servers);
	free(s->addrs);
	free(s->names);
	free(s->hooks);
	arena_free(s->arena);
	free(s);
}

unsigned served_count(const struct served *s)
{
	return s->n;
}

/* Again. */

static struct addr addr_of(const struct served *s, size_t at, size_t len)
{
	struct addr a = { .family = AF_UNSPEC };

	if (!len)
		return a;
	a.family = len == sizeof(struct in_addr) ? AF_INET : AF_INET6;
	memcpy(a.bytes, s->addrs + at, len);
	return a;
}

bool served_service(const struct served *s, uint32_t i, struct served_service *ret)
{
	const struct service *vs = &s->services[i < s->n ? i : s->n];

	if (i >= s->n)
		return false;
	*ret = (struct served_service){ .of = s,
		.addr = addr_of(s, vs->addrs, vs->entry.addr_len),
		.port = vs->entry.port,
		.fwmark = vs->is_group ? 0 : vs->key,
		.group = vs->is_group ? s->names + vs->key : NULL,
		.protocol = vs->protocol,
		.mark_family = vs->is_mark6 ? AF_INET6 : AF_INET,
		.is_added = vs->entry.is_added,
		.hooks = &s->hooks[vs->entry.hooks],
		.n_servers = vs[1].first - vs->first,
		.first = vs->first,
		.addrs = vs->addrs,
		.slot = vs->slot };
	return true;
}

bool served_server(const struct served_service *vs, uint32_t i, struct served_server *ret)
{
	const struct entry *e;

	if (i >= vs->n_servers)
		return false;
	e = &vs->of->servers[vs->first + i];
	*ret = (struct served_server){ addr_of(vs->of, vs->addrs + ((size_t)i + 1) * vs->slot, e->addr_len), e->port,
		e->is_added, &vs->of->hooks[e->hooks] };
	return true;
}

const char *served_service_name(const struct served_service *vs, char *buf)
{
	const struct vs_how how = { .ip_family = vs->mark_family };
	const struct vs_conf conf = { .how = &how,
		.addr = vs->addr,
		.port = vs->port,
		.fwmark = vs->fwmark,
		.protocol = vs->protocol,
		.group = vs->group };

	return vs_name(&conf, buf);
}

const char *served_server_name(const struct served_server *rs, char *buf)
{
	const struct rs_conf conf = { .addr = rs->addr, .port = rs->port };

	return rs_name(&conf, buf);
}
