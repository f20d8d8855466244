/* accept_rules.c - see accept_rules.h. Syntax: nft(8). */
#include "daemon/accept_rules.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "vrrp/conf.h"
#include "vrrp/vmac_words.h"

/* So many names a device without a written one may have (vmac_device.c). */
enum { NAMES = 16 };

/* Which set an address is in: link-local ones mean something on their interface alone. */
enum set { SET_4, SET_6, SET_LINK, SETS };

static const char *const set_name[SETS] = { "closed4", "closed6", "closed6_link" };
static const char *const set_type[SETS] = { "ipv4_addr", "ipv6_addr", "ifname . ipv6_addr" };
static const char *const set_match[SETS] = { "ip daddr", "ip6 daddr", "iifname . ip6 daddr" };

/* One set while it is written. */
struct writing {
	struct text *out;
	enum set set;
	unsigned n;
	const struct vrrp_config *config;
};

static bool is_closed(const struct vrrp_conf *vi)
{
	return vi->no_accept && vi->priority != VRRP_PRIORITY_OWNER;
}

static unsigned count(const struct vrrp_config *c)
{
	unsigned n = 0;

	for (unsigned i = 0; i < c->instances.n; i++) {
		const struct vrrp_conf *vi = c->instances.item[i];

		n += is_closed(vi) ? vi->vips.n : 0;
	}
	return n;
}

static enum set set_of(const struct addr *a)
{
	bool is_link = a->family == AF_INET6 && a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80;

	return a->family == AF_INET ? SET_4 : is_link ? SET_LINK : SET_6;
}

static void write_element(struct writing *w, const char *interface, const struct addr *a)
{
	char text[ADDR_STRLEN];

	text_printf(w->out, "%s\n\t\t\t", w->n++ ? "," : "\t\telements = {");
	if (interface)
		text_printf(w->out, "\"%s\" . ", interface);
	text_add(w->out, addr_str(a, text));
}

/* On its interface, or on whatever name its device with a virtual MAC address gets. */
static void write_link_local(struct writing *w, const struct vrrp_conf *vi, const struct vrrp_vip *vip)
{
	const struct vrrp_globals *g = &w->config->globals;
	const char *dev = vip->dev ? vip->dev : vi->interface;
	bool has_device = vi->vmac->is_vmac || vi->vmac->is_ipvlan || vi->vmac->per_addr;
	char name[LINK_NAME_MAX];

	if (dev && !strchr(dev, '"'))
		write_element(w, dev, &vip->addr);
	if (has_device && vi->vmac->name && !strchr(vi->vmac->name, '"'))
		write_element(w, vi->vmac->name, &vip->addr);
	for (unsigned i = 0; has_device && i < NAMES; i++)
		write_element(w, vmac_words_name(g->vmac_prefix, AF_INET6, (uint8_t)vi->vrid, i, name), &vip->addr);
}

static void write_instance(struct writing *w, const struct vrrp_conf *vi)
{
	for (unsigned i = 0; i < vi->vips.n; i++) {
		const struct vrrp_vip *vip = vi->vips.item[i];

		if (set_of(&vip->addr) != w->set)
			continue;
		if (w->set == SET_LINK)
			write_link_local(w, vi, vip);
		else
			write_element(w, NULL, &vip->addr);
	}
}

static void write_set(const struct vrrp_config *c, enum set set, struct text *ret)
{
	struct writing w = { .out = ret, .set = set, .config = c };

	text_printf(ret, "\tset %s {\n\t\ttype %s\n", set_name[set], set_type[set]);
	for (unsigned i = 0; i < c->instances.n; i++)
		if (is_closed(c->instances.item[i]))
			write_instance(&w, c->instances.item[i]);
	text_add(ret, w.n ? "\n\t\t}\n\t}\n" : "\t}\n");
}

/* What this host sends to itself is its own matter; neighbour discovery is never dropped (RFC 9568 6.1). */
static void write_chain(const struct filter_conf *f, struct text *ret)
{
	text_printf(ret, "\tchain input {\n\t\ttype filter hook input priority %d; policy accept;\n", (int)f->priority);
	text_add(ret,
		"\t\tiifname \"lo\" accept\n"
		"\t\ticmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept\n");
	for (enum set s = SET_4; s < SETS; s++)
		text_printf(ret, "\t\t%s @%s %sdrop\n", set_match[s], set_name[s], f->counters ? "counter " : "");
	text_add(ret, "\t}\n");
}

static char *text_of(const struct filter_conf *f, const struct vrrp_config *c, const char *table)
{
	struct text t = { 0 };

	text_printf(&t, "create table inet %s\ntable inet %s {\n", table, table);
	for (enum set s = SET_4; s < SETS; s++)
		write_set(c, s, &t);
	write_chain(f, &t);
	text_add(&t, "}\n");
	return t.s;
}

struct accept_rules *accept_rules_new(const struct filter_conf *f, const struct vrrp_config *c)
{
	struct accept_rules *r = x_calloc(1, sizeof(*r));

	r->n = count(c);
	r->table = x_strdup(f->table ? f->table : "vipd");
	r->text = r->n ? text_of(f, c, r->table) : NULL;
	return r;
}

void accept_rules_free(struct accept_rules *r)
{
	if (!r)
		return;
	free(r->table);
	free(r->text);
	free(r);
}

void accept_rules_write(const struct accept_rules *r, const char *old, struct text *ret)
{
	if (old) /* whether or not it is there */
		text_printf(ret, "add table inet %s\ndelete table inet %s\n", old, old);
	if (r && r->text)
		text_add(ret, r->text);
}
