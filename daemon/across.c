/* across.c - see across.h. Names and addresses are sorted once, so that a service costs a search and not a walk. */
#include "daemon/across.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/conf.h"
#include "conf/tree.h"
#include "daemon/across_services.h"
#include "daemon/lint_table.h"
#include "vrrp/conf.h"

/* The kernel's balancer looks at packets at priority 99 (ip_vs_core.c). */
enum { AFTER_IPVS = 100 };

/* A virtual address and its instance. */
struct owned {
	const struct addr *addr;
	const struct vrrp_conf *instance;
	bool *is_said;  /* that the instance closes it */
	unsigned index; /* in the file */
	const struct vrrp_vip *vip;
};

static int by_addr_and_file(const void *a, const void *b)
{
	const struct owned *x = a, *y = b;
	int by = addr_cmp(x->addr, y->addr);

	return by ? by : x->index < y->index ? -1 : x->index > y->index;
}

/* What the VRRP half has. */
struct known {
	struct owned *vip;        /* owned, sorted by address */
	bool *said;               /* owned, one for each instance */
	const char **file, **bfd; /* owned, sorted */
	unsigned n_vips, n_files, n_bfds;
	bool is_early; /* no_accept drops before the balancer looks */
	struct report *report;
};

static int by_addr(const void *a, const void *b)
{
	return addr_cmp(((const struct owned *)a)->addr, ((const struct owned *)b)->addr);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_vips(struct known *k, const struct vrrp_conf *vi, bool *is_said)
{
	for (unsigned i = 0; i < vi->vips.n; i++, k->n_vips++) {
		const struct vrrp_vip *vip = vi->vips.item[i];

		k->vip[k->n_vips] = (struct owned){ &vip->addr, vi, is_said, k->n_vips, vip };
	}
}

static void know_vips(struct known *k, const struct vrrp_config *c)
{
	size_t n = 0;

	for (unsigned i = 0; i < c->instances.n; i++)
		n += ((const struct vrrp_conf *)c->instances.item[i])->vips.n;
	k->vip = x_calloc(n + 1, sizeof(*k->vip));
	k->said = x_calloc(c->instances.n + 1, sizeof(*k->said));
	for (unsigned i = 0; i < c->instances.n; i++)
		add_vips(k, c->instances.item[i], &k->said[i]);
	qsort(k->vip, k->n_vips, sizeof(*k->vip), by_addr_and_file);
}

static void know_names(struct known *k, const struct vrrp_config *c)
{
	k->file = x_calloc(c->files.n + 1, sizeof(*k->file));
	k->bfd = x_calloc(c->bfds.n + 1, sizeof(*k->bfd));
	for (unsigned i = 0; i < c->files.n; i++)
		k->file[k->n_files++] = ((const struct vrrp_file_conf *)c->files.item[i])->name;
	for (unsigned i = 0; i < c->bfds.n; i++)
		k->bfd[k->n_bfds++] = ((const struct vrrp_bfd_conf *)c->bfds.item[i])->name;
	qsort(k->file, k->n_files, sizeof(*k->file), by_name);
	qsort(k->bfd, k->n_bfds, sizeof(*k->bfd), by_name);
}

static void known_done(struct known *k)
{
	free(k->vip);
	free(k->said);
	free(k->file);
	free(k->bfd);
}

static const char *device_of(const struct owned *o)
{
	const char *dev = o->vip->dev ? o->vip->dev : o->instance->interface;

	return dev ? dev : "";
}

/* Neighbours in the sorted list. */
static void check_twice(const struct known *k)
{
	char text[ADDR_STRLEN];

	for (unsigned i = 1; i < k->n_vips; i++) {
		const struct owned *a = &k->vip[i - 1], *b = &k->vip[i];

		if (!addr_equal(a->addr, b->addr) || a->instance == b->instance ||
			(addr_is_link_local(a->addr) && strcmp(device_of(a), device_of(b)) != 0))
			continue;
		lint_add(k->report, &daemon_lints[DAEMON_LINT_VIP_TWICE],
			b->vip->word ? &b->vip->word->at : &b->instance->head.node->words[0].at,
			"%s is also an address of '%s'", addr_str(b->addr, text), a->instance->name);
		report_hint(k->report, "%s", daemon_lints[DAEMON_LINT_VIP_TWICE].cure);
	}
}

static const struct owned *find_vip(const struct known *k, const struct addr *a)
{
	const struct owned key = { .addr = a };

	return bsearch(&key, k->vip, k->n_vips, sizeof(*k->vip), by_addr);
}

/* The line by which the instance drops what is sent to its addresses (the last one of both words counts), or NULL. */
static const struct conf_node *closing_line(const struct vrrp_conf *c)
{
	const struct conf_node *found = NULL;

	if (c->priority == VRRP_PRIORITY_OWNER)
		return NULL;
	for (const struct conf_node *n = c->head.node->children; n; n = n->next)
		if (!strcmp(n->words[0].text, "no_accept"))
			found = n;
		else if (!strcmp(n->words[0].text, "accept"))
			found = NULL;
	return found;
}

/* The first address of the service that an instance has. Groups are few: their ranges are walked. */
static const struct owned *find_vip_of(const struct known *k, const struct vs_conf *vs)
{
	for (unsigned i = 0; i < vs->lines.n; i++) {
		const struct group_line *line = vs->lines.item[i];
		const struct owned *vip = line->fwmark ? NULL : find_vip(k, &line->first);

		for (size_t n = 0; !vip && vs->group && !line->fwmark && n < k->n_vips; n++)
			if (addr_cmp(k->vip[n].addr, &line->first) >= 0 && addr_cmp(k->vip[n].addr, &line->last) <= 0)
				vip = &k->vip[n];
		if (vip)
			return vip;
	}
	return NULL;
}

/* What the service is for, for a sentence. `buf` of CONF_NAME_LEN bytes. */
static const char *target(const struct vs_conf *vs, char *buf)
{
	return vs->group || vs->fwmark ? vs_name(vs, buf) : addr_str(&vs->addr, buf);
}

static void check_address(const struct known *k, const struct vs_conf *vs)
{
	const struct owned *vip = find_vip_of(k, vs);
	const struct conf_node *suspend = lint_line(vs->head.node, "ha_suspend"), *closed;
	char name[CONF_NAME_LEN], text[ADDR_STRLEN];

	if (vs->how->ha_suspend && vs->lines.n && !vip)
		lint_add(k->report, &daemon_lints[DAEMON_LINT_SUSPEND_IDLE],
			&(suspend ? suspend : vs->head.node)->words[0].at,
			"ha_suspend has no effect: no vrrp_instance has %s", target(vs, name));
	if (vs->how->is_anycast && vip) {
		lint_add(k->report, &daemon_lints[DAEMON_LINT_ANYCAST_MOVES], lint_place(vs->head.node, "vip_mode"),
			"%s is also an address of the vrrp_instance '%s'", addr_str(vip->addr, text),
			vip->instance->name);
		report_hint(k->report, "%s", daemon_lints[DAEMON_LINT_ANYCAST_MOVES].cure);
	}
	closed = k->is_early && vip && !*vip->is_said ? closing_line(vip->instance) : NULL;
	if (!closed)
		return;
	*vip->is_said = true;
	lint_add(k->report, &daemon_lints[DAEMON_LINT_SERVICE_CLOSED], &closed->words[0].at,
		"no_accept closes %s, where a virtual_server is (line %u)", target(vs, name),
		vs->head.node->words[0].at.line);
	report_hint(k->report, "%s", daemon_lints[DAEMON_LINT_SERVICE_CLOSED].cure);
}

/* A name that a check refers to. */
static void check_name(const struct known *k, const struct conf_node *line, enum daemon_lint lint)
{
	bool is_file = lint == DAEMON_LINT_FILE_NAME;
	const char *name = line && line->n_words > 1 ? line->words[1].text : NULL;

	if (!name ||
		bsearch(&name, is_file ? k->file : k->bfd, is_file ? k->n_files : k->n_bfds, sizeof(name), by_name))
		return;
	lint_add(k->report, &daemon_lints[lint], &line->words[1].at, "there is no %s '%s'",
		is_file ? "track_file" : "bfd_instance", name);
	report_hint(k->report, "%s", daemon_lints[lint].cure);
}

static void check_references(const struct known *k, const struct rs_conf *rs)
{
	for (unsigned i = 0; i < rs->how->later.n; i++) {
		const struct conf_node *n = ((const struct check_conf *)rs->how->later.item[i])->head.node;

		if (!strcmp(n->words[0].text, "FILE_CHECK"))
			check_name(k, lint_line(n, "track_file"), DAEMON_LINT_FILE_NAME);
	}
	for (unsigned i = 0; i < rs->checks.n; i++) {
		const struct conf_node *n = ((const struct check_conf *)rs->checks.item[i])->head.node;

		if (!strcmp(n->words[0].text, "BFD_CHECK"))
			check_name(k, lint_line(n, "name"), DAEMON_LINT_BFD_NAME);
	}
}

void across_check(const struct vrrp_config *vrrp, const struct checkers_config *checkers, int32_t filter_priority,
	struct report *r)
{
	struct known k = { .report = r, .is_early = filter_priority < AFTER_IPVS };

	know_vips(&k, vrrp);
	know_names(&k, vrrp);
	check_twice(&k);
	for (unsigned i = 0; i < checkers->services.n; i++) {
		const struct vs_conf *vs = checkers->services.item[i];

		check_address(&k, vs);
		for (unsigned s = 0; s < vs->servers.n; s++)
			check_references(&k, vs->servers.item[s]);
	}
	known_done(&k);
	across_services(vrrp, checkers, r);
}
