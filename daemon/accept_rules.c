/* accept_rules.c - see accept_rules.h. Syntax: nft(8). */
#include "daemon/accept_rules.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/text.h"
#include "daemon/conf.h"
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
	const struct config *config;
};

static bool is_closed(const struct vrrp_conf *vi)
{
	return vi->no_accept && vi->priority != VRRP_PRIORITY_OWNER;
}

unsigned accept_rules_count(const struct config *c)
{
	unsigned n = 0;

	for (unsigned i = 0; i < c->vrrp.instances.n; i++) {
		const struct vrrp_conf *vi = c->vrrp.instances.item[i];

		n += is_closed(vi) ? vi->vips.n : 0;
	}
	return n;
}

const char *accept_rules_table(const struct config *c)
{
	return c->main.globals.filter.table ? c->main.globals.filter.table : "vipd";
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
	const struct vrrp_globals *g = &w->config->vrrp.globals;
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

static void write_set(const struct config *c, enum set set, struct text *ret)
{
	struct writing w = { .out = ret, .set = set, .config = c };

	text_printf(ret, "\tset %s {\n\t\ttype %s\n", set_name[set], set_type[set]);
	for (unsigned i = 0; i < c->vrrp.instances.n; i++)
		if (is_closed(c->vrrp.instances.item[i]))
			write_instance(&w, c->vrrp.instances.item[i]);
	text_add(ret, w.n ? "\n\t\t}\n\t}\n" : "\t}\n");
}

/* What this host sends to itself is its own matter; neighbour discovery is never dropped (RFC 9568 6.1). */
static void write_chain(const struct config *c, struct text *ret)
{
	const struct filter_conf *f = &c->main.globals.filter;

	text_printf(ret, "\tchain input {\n\t\ttype filter hook input priority %d; policy accept;\n", (int)f->priority);
	text_add(ret,
		"\t\tiifname \"lo\" accept\n"
		"\t\ticmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept\n");
	for (enum set s = SET_4; s < SETS; s++)
		text_printf(ret, "\t\t%s @%s %sdrop\n", set_match[s], set_name[s], f->counters ? "counter " : "");
	text_add(ret, "\t}\n");
}

void accept_rules_write(const struct config *c, const char *old, struct text *ret)
{
	if (old) /* whether or not it is there */
		text_printf(ret, "add table inet %s\ndelete table inet %s\n", old, old);
	if (!c || accept_rules_count(c) == 0)
		return;
	text_printf(ret, "create table inet %s\ntable inet %s {\n", accept_rules_table(c), accept_rules_table(c));
	for (enum set s = SET_4; s < SETS; s++)
		write_set(c, s, ret);
	write_chain(c, ret);
	text_add(ret, "}\n");
}
