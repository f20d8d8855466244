/* realserver_rules.c - see realserver_rules.h. nft(8): made and deleted first, so that the transaction fits either way. */
#include "ctl/realserver_rules.h"

#include <string.h>

/* The family of the table that an address needs; NULL: none. */
static const char *family_of(const struct realserver_vip *v)
{
	if (v->method == REALSERVER_REDIRECT)
		return v->addr.family == AF_INET6 ? "ip6" : "ip";
	return v->method == REALSERVER_NFT && v->addr.family == AF_INET ? "arp" : NULL;
}

static bool is_of(const struct realserver_vip *v, const char *family)
{
	const char *has = family_of(v);

	return has && !strcmp(has, family);
}

static bool needs(const struct realserver_state *s, const char *family)
{
	for (unsigned i = 0; i < s->n_vips; i++)
		if (is_of(&s->vips[i], family))
			return true;
	return false;
}

static void add_set(const struct realserver_state *s, struct text *out)
{
	const char *comma = "";
	char buf[ADDR_STRLEN];

	text_add(out, "\tset vips {\n\t\ttype ipv4_addr\n\t\telements = {");
	for (unsigned i = 0; i < s->n_vips; i++)
		if (is_of(&s->vips[i], "arp")) {
			text_printf(out, "%s %s", comma, addr_str(&s->vips[i].addr, buf));
			comma = ",";
		}
	text_add(out, " }\n\t}\n");
}

/* What leaves by an interface without an address of its own could only tell the VIP: it is dropped. */
static void add_arp(const struct realserver_facts *f, const struct realserver_state *s, struct text *out)
{
	char buf[ADDR_STRLEN];

	add_set(s, out);
	text_add(out,
		"\tchain input {\n\t\ttype filter hook input priority 0; policy accept;\n"
		"\t\tarp operation request arp daddr ip @vips drop\n\t}\n"
		"\tchain output {\n\t\ttype filter hook output priority 0; policy accept;\n");
	for (unsigned i = 0; i < f->n_links; i++)
		if (f->links[i].does_arp && addr_is_set(&f->links[i].rip))
			text_printf(out, "\t\toifname \"%s\" arp saddr ip @vips arp saddr ip set %s accept\n",
				f->links[i].name, addr_str(&f->links[i].rip, buf));
	text_add(out, "\t\tarp saddr ip @vips drop\n\t}\n");
}

static void add_redirect(const struct realserver_state *s, const char *family, struct text *out)
{
	char buf[ADDR_STRLEN];

	text_add(out, "\tchain prerouting {\n\t\ttype nat hook prerouting priority -100; policy accept;\n");
	for (unsigned i = 0; i < s->n_vips; i++)
		for (unsigned k = 0; is_of(&s->vips[i], family) && k < s->vips[i].n_ports; k++)
			text_printf(out, "\t\t%s daddr %s %s dport %u redirect\n", family,
				addr_str(&s->vips[i].addr, buf), s->vips[i].ports[k].proto, s->vips[i].ports[k].number);
	text_add(out, "\t}\n");
}

void realserver_rules(const struct realserver_facts *f, const struct realserver_state *from,
	const struct realserver_state *to, struct text *out)
{
	static const char *const families[] = { "arp", "ip", "ip6" };

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		const char *family = families[i];

		if (needs(from, family) || needs(to, family))
			text_printf(out, "table %s " REALSERVER_TABLE "\ndelete table %s " REALSERVER_TABLE "\n",
				family, family);
		if (!needs(to, family))
			continue;
		text_printf(out, "table %s " REALSERVER_TABLE " {\n", family);
		if (i == 0)
			add_arp(f, to, out);
		else
			add_redirect(to, family, out);
		text_add(out, "}\n");
	}
}
