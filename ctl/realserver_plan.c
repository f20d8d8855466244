/*
 * realserver_plan.c - see realserver_plan.h. Settings and rules come before the address, and go after it: there is no moment in
 * which the host would answer for it.
 */
#include "ctl/realserver_plan.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ctl/realserver_arp.h"
#include "ctl/realserver_find.h"
#include "ctl/realserver_rules.h"
#include "ctl/realserver_words.h"

enum { ARP_IGNORE = 1, ARP_ANNOUNCE = 2, IGNORE_WORKS_MAX = 2 };

struct planning {
	const struct realserver_facts *f;
	const struct realserver_want *w;
	const struct realserver_state *now;
	struct realserver_plan *p;
};

static int refuse(struct realserver_plan *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int refuse(struct realserver_plan *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->why, sizeof(p->why), fmt, ap);
	va_end(ap);
	return -EINVAL;
}

/* Settings. */

static bool is_chosen(const struct realserver_want *w, const char *name)
{
	for (unsigned i = 0; i < w->n_interfaces; i++)
		if (!strcmp(w->interfaces[i], name))
			return true;
	return w->n_interfaces == 0;
}

static bool is_silent(int arp_ignore)
{
	return arp_ignore >= ARP_IGNORE && arp_ignore <= IGNORE_WORKS_MAX;
}

/* With `all` at least at 1, and never lowered: what is in force on an interface is the greater one. */
static bool link_fits(const struct realserver_facts *f, const struct realserver_link *l, char *why)
{
	int is = realserver_in_force(f->arp_ignore, l->arp_ignore);

	if (!l->does_arp || is <= IGNORE_WORKS_MAX)
		return true;
	snprintf(why, REALSERVER_WHY_MAX,
		"arp_ignore is %d on %s (the greater one of all and %s), and only its owner can lower it: %s", is,
		l->name, l->name,
		is == 8 ? "at 8 the host answers for no address at all"
			: "only 1 and 2 keep silent about an address on lo");
	return false;
}

static bool is_done(const struct realserver_facts *f, const struct realserver_want *w)
{
	if (w->n_interfaces == 0)
		return is_silent(f->arp_ignore) && f->arp_announce >= ARP_ANNOUNCE;
	for (unsigned i = 0; i < w->n_interfaces; i++) {
		const struct realserver_link *l = realserver_link_named(f, w->interfaces[i]);

		if (!l || !is_silent(realserver_in_force(f->arp_ignore, l->arp_ignore)) ||
			realserver_in_force(f->arp_announce, l->arp_announce) < ARP_ANNOUNCE)
			return false;
	}
	return true;
}

bool realserver_settings_fit(const struct realserver_facts *f, const struct realserver_want *w, char *why)
{
	for (unsigned i = 0; i < f->n_links; i++)
		if (is_chosen(w, f->links[i].name) && !link_fits(f, &f->links[i], why))
			return false;
	if (f->are_locked && !is_done(f, w)) {
		snprintf(why, REALSERVER_WHY_MAX,
			"the settings below net.ipv4.conf cannot be written here (a container?)");
		return false;
	}
	return true;
}

static void add_step(struct realserver_plan *p, const struct realserver_step *s)
{
	p->steps[p->n_steps++] = *s;
}

/* Remembers what was before the first time; a later application finds it there. */
static int remember(struct realserver_plan *p, const char *name, int before, int set)
{
	struct realserver_state *s = &p->after;

	for (unsigned i = 0; i < s->n_settings; i++)
		if (!strcmp(s->settings[i].name, name)) {
			s->settings[i].set = set;
			return 0;
		}
	if (s->n_settings == REALSERVER_SETTINGS_MAX)
		return refuse(p, "more than %d settings", REALSERVER_SETTINGS_MAX);
	s->settings[s->n_settings] = (struct realserver_setting){ .before = before, .set = set };
	snprintf(s->settings[s->n_settings++].name, REALSERVER_NAME_MAX, "%s", name);
	return 0;
}

/* One setting of `all` or of an interface, if what is in force is less. */
static int raise_setting(struct planning *g, const char *name, int is, int wanted)
{
	struct realserver_step s = { .act = REALSERVER_WRITE, .value = wanted, .before = is };
	int r;

	if (is >= wanted)
		return 0;
	r = remember(g->p, name, is, wanted);
	if (r < 0)
		return r;
	snprintf(s.name, sizeof(s.name), "%s", name);
	add_step(g->p, &s);
	return 0;
}

static int raise_on(struct planning *g, const char *interface)
{
	const struct realserver_link *l = realserver_link_named(g->f, interface);
	char name[REALSERVER_NAME_MAX];
	int r = 0;

	if (!l || !l->does_arp)
		return refuse(g->p, l ? "%s does no ARP" : "there is no interface %s", interface);
	snprintf(name, sizeof(name), "%s/arp_ignore", interface);
	if (g->f->arp_ignore < ARP_IGNORE)
		r = raise_setting(g, name, l->arp_ignore, ARP_IGNORE);
	snprintf(name, sizeof(name), "%s/arp_announce", interface);
	if (r == 0 && g->f->arp_announce < ARP_ANNOUNCE)
		r = raise_setting(g, name, l->arp_announce, ARP_ANNOUNCE);
	return r;
}

static int raise_settings(struct planning *g)
{
	int r = 0;

	for (unsigned i = 0; i < g->w->n_interfaces && r == 0; i++)
		r = raise_on(g, g->w->interfaces[i]);
	if (g->w->n_interfaces)
		return r;
	r = raise_setting(g, "all/arp_ignore", g->f->arp_ignore, ARP_IGNORE);
	return r < 0 ? r : raise_setting(g, "all/arp_announce", g->f->arp_announce, ARP_ANNOUNCE);
}

/* What a setting is now; -1: it is gone. */
static int current(const struct realserver_facts *f, const char *name)
{
	const char *key = strrchr(name, '/');
	char interface[REALSERVER_NAME_MAX];
	const struct realserver_link *l;
	bool is_ignore = key && !strcmp(key, "/arp_ignore");

	snprintf(interface, sizeof(interface), "%.*s", key ? (int)(key - name) : 0, name);
	if (!strcmp(interface, "all"))
		return is_ignore ? f->arp_ignore : f->arp_announce;
	l = realserver_link_named(f, interface);
	return !l ? -1 : is_ignore ? l->arp_ignore : l->arp_announce;
}

static bool has_method(const struct realserver_state *s, enum realserver_method m)
{
	for (unsigned i = 0; i < s->n_vips; i++)
		if (s->vips[i].method == m && s->vips[i].addr.family == AF_INET)
			return true;
	return false;
}

/* A value that somebody else wrote since stays. */
static void lower_settings(struct planning *g)
{
	struct realserver_state *s = &g->p->after;

	if (has_method(s, REALSERVER_SYSCTL))
		return;
	for (unsigned i = s->n_settings; i-- > 0;) {
		const struct realserver_setting *was = &s->settings[i];
		struct realserver_step step = { .act = REALSERVER_WRITE, .value = was->before, .before = was->set };
		int is = current(g->f, was->name);

		memcpy(step.name, was->name, sizeof(step.name));
		if (is == was->set)
			add_step(g->p, &step);
		else if (is != was->before)
			text_printf(&g->p->notes, "net/ipv4/conf/%s is %d, which was not set here: left alone\n",
				was->name, is);
	}
	s->n_settings = 0;
}

/* Rules. */

static void plan_rules(struct planning *g)
{
	const struct realserver_step s = { .act = REALSERVER_RULES };

	realserver_rules(g->f, g->now, &g->p->after, &g->p->rules);
	realserver_rules(g->f, &g->p->after, g->now, &g->p->rules_back);
	if (g->p->rules.len)
		add_step(g->p, &s);
}

/* Addresses. */

/* The interface for an address that is on none yet. */
static int choose_dev(struct planning *g, struct realserver_vip *v)
{
	const char *name = g->w->dev ? g->w->dev : *v->dev ? v->dev : "lo";
	const struct realserver_link *l = realserver_link_named(g->f, name);

	if (!l)
		return refuse(g->p, "there is no interface %s (a dummy is made by `ip link add %s type dummy`)", name,
			name);
	if (!l->is_quiet)
		return refuse(g->p, "%s is neither lo nor a dummy: there the kernel would answer for the address",
			name);
	if (!l->is_up)
		return refuse(g->p, "%s is down: an address on it is not local (`ip link set %s up`)", name, name);
	snprintf(v->dev, sizeof(v->dev), "%s", l->name);
	return 0;
}

/* An address that is on the host: fine where it is, or refused. */
static int keep_address(struct planning *g, struct realserver_vip *v, const struct link_addr *at)
{
	const struct realserver_link *l = realserver_link_find(g->f, at->index);
	const char *name = l ? l->name : "?";
	char buf[ADDR_STRLEN];

	addr_str(&v->addr, buf);
	if (!l || !l->is_quiet)
		return refuse(g->p,
			"%s is already on %s: the server's own, or misplaced (`ip addr del %s/%u dev %s` first)", buf,
			name, buf, at->prefix_len, name);
	if (at->prefix_len != addr_len(&v->addr) * 8)
		return refuse(g->p,
			"%s is on %s as /%u, which makes all of that network local: `ip addr del %s/%u dev %s` first",
			buf, name, at->prefix_len, buf, at->prefix_len, name);
	if (v->method == REALSERVER_REDIRECT)
		return refuse(g->p,
			"%s is on %s: with redirect the host does not have it (`ip addr del %s/%u dev %s` first)", buf,
			name, buf, at->prefix_len, name);
	if (g->w->dev && strcmp(g->w->dev, l->name) != 0)
		return refuse(g->p, "%s is on %s, not on %s", buf, l->name, g->w->dev);
	snprintf(v->dev, sizeof(v->dev), "%s", l->name);
	return 0;
}

static int plan_address(struct planning *g, struct realserver_vip *v)
{
	const struct link_addr *at = realserver_addr_find(g->f, &v->addr);
	struct realserver_step s = { .act = REALSERVER_ADD, .addr = v->addr };
	int r;

	if (at)
		return keep_address(g, v, at);
	if (v->method == REALSERVER_REDIRECT)
		return 0;
	r = choose_dev(g, v);
	if (r < 0)
		return r;
	v->is_added = true;
	s.index = realserver_link_named(g->f, v->dev)->index;
	memcpy(s.dev, v->dev, sizeof(s.dev));
	add_step(g->p, &s);
	return 0;
}

static void remove_address(struct planning *g, const struct realserver_vip *v)
{
	const struct realserver_link *l = realserver_link_named(g->f, v->dev);
	struct realserver_step s = { .act = REALSERVER_DEL, .addr = v->addr, .index = l ? l->index : 0 };

	if (!v->is_added || !l)
		return;
	for (unsigned i = 0; i < g->f->n_addrs; i++)
		if (g->f->addrs[i].index == l->index && addr_equal(&g->f->addrs[i].addr, &v->addr)) {
			memcpy(s.dev, v->dev, sizeof(s.dev));
			add_step(g->p, &s);
			return;
		}
}

/* Methods. */

/* Of an address whose method is not said; REALSERVER_AUTO: none fits, and p->why says why. */
static enum realserver_method best(struct planning *g, const struct addr *a)
{
	char why[REALSERVER_WHY_MAX] = "";

	if (a->family == AF_INET6 || realserver_settings_fit(g->f, g->w, why)) /* IPv6 needs no setting */
		return REALSERVER_SYSCTL;
	if (g->f->has_arp_nft)
		return REALSERVER_NFT;
	if (g->w->n_ports)
		return REALSERVER_REDIRECT;
	(void)refuse(g->p, "%.200s; nft has no arp rules here; redirect needs --port", why);
	return REALSERVER_AUTO;
}

static int check_method(struct planning *g, const struct realserver_vip *v)
{
	if (v->method == REALSERVER_AUTO)
		return -EINVAL;
	if (v->method == REALSERVER_SYSCTL && v->addr.family == AF_INET &&
		!realserver_settings_fit(g->f, g->w, g->p->why))
		return -EINVAL;
	if (v->method == REALSERVER_NFT && v->addr.family == AF_INET && !g->f->has_arp_nft)
		return refuse(g->p, "nft has no arp rules here: no program nft, or a kernel without nf_tables for arp");
	if (v->method == REALSERVER_REDIRECT && !v->n_ports)
		return refuse(g->p, "redirect needs the ports of the service: --port 80/tcp");
	if (v->method == REALSERVER_REDIRECT && g->w->dev)
		return refuse(g->p, "redirect puts the address on no interface: no --dev");
	if (v->method != REALSERVER_REDIRECT && g->w->n_ports && g->w->method != REALSERVER_AUTO)
		return refuse(g->p, "--port is for redirect alone");
	return 0;
}

/* The record of the address: the one there is, or a new one. NULL: refused. */
static struct realserver_vip *record(struct planning *g, const struct addr *a)
{
	struct realserver_state *s = &g->p->after;
	const struct realserver_vip *had = realserver_vip_find(s, a);
	char buf[ADDR_STRLEN];

	if (had && g->w->method != REALSERVER_AUTO && had->method != g->w->method) {
		(void)refuse(g->p, "%s is there by %s: `vipctl realserver undo %s` first", addr_str(a, buf),
			realserver_method_str(had->method), buf);
		return NULL;
	}
	if (had)
		return &s->vips[had - s->vips];
	if (s->n_vips == REALSERVER_VIPS_MAX) {
		(void)refuse(g->p, "more than %d addresses", REALSERVER_VIPS_MAX);
		return NULL;
	}
	s->vips[s->n_vips] = (struct realserver_vip){ .addr = *a,
		.method = g->w->method == REALSERVER_AUTO ? best(g, a) : g->w->method };
	return &s->vips[s->n_vips++];
}

static int record_all(struct planning *g)
{
	for (unsigned i = 0; i < g->w->n_vips; i++) {
		struct realserver_vip *v = record(g, &g->w->vips[i]);
		int r;

		if (!v)
			return -EINVAL;
		if (v->method == REALSERVER_REDIRECT && g->w->n_ports) {
			memcpy(v->ports, g->w->ports, sizeof(v->ports));
			v->n_ports = g->w->n_ports;
		}
		r = check_method(g, v);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool wants_settings(const struct planning *g)
{
	for (unsigned i = 0; i < g->w->n_vips; i++) {
		const struct realserver_vip *v = realserver_vip_find(&g->p->after, &g->w->vips[i]);

		if (v->method == REALSERVER_SYSCTL && v->addr.family == AF_INET)
			return true;
	}
	return false;
}

int realserver_plan_apply(const struct realserver_facts *f, const struct realserver_want *w,
	const struct realserver_state *now, struct realserver_plan *ret)
{
	struct planning g = { f, w, now, ret };
	int r;

	memset(ret, 0, sizeof(*ret));
	ret->after = *now;
	r = record_all(&g);
	if (r == 0 && wants_settings(&g))
		r = raise_settings(&g);
	if (r == 0)
		plan_rules(&g);
	for (unsigned i = 0; i < w->n_vips && r == 0; i++) {
		const struct realserver_vip *v = realserver_vip_find(&ret->after, &w->vips[i]);

		r = plan_address(&g, &ret->after.vips[v - ret->after.vips]);
	}
	return r;
}

static int forget(struct planning *g, const struct addr *a)
{
	struct realserver_state *s = &g->p->after;
	const struct realserver_vip *v = realserver_vip_find(s, a);
	char buf[ADDR_STRLEN];
	size_t at;

	if (!v)
		return refuse(g->p, "%s was not put there by vipctl realserver: there is nothing to undo",
			addr_str(a, buf));
	remove_address(g, v);
	at = (size_t)(v - s->vips);
	s->n_vips--;
	memmove(&s->vips[at], &s->vips[at + 1], (s->n_vips - at) * sizeof(s->vips[0]));
	return 0;
}

int realserver_plan_undo(const struct realserver_facts *f, const struct realserver_want *w,
	const struct realserver_state *now, struct realserver_plan *ret)
{
	struct planning g = { f, w, now, ret };
	int r = 0;

	memset(ret, 0, sizeof(*ret));
	ret->after = *now;
	for (unsigned i = 0; i < w->n_vips && r == 0; i++)
		r = forget(&g, &w->vips[i]);
	while (!w->n_vips && ret->after.n_vips)
		(void)forget(&g, &now->vips[ret->after.n_vips - 1].addr);
	if (r < 0)
		return r;
	plan_rules(&g);
	lower_settings(&g);
	return 0;
}

void realserver_plan_done(struct realserver_plan *p)
{
	text_done(&p->rules);
	text_done(&p->rules_back);
	text_done(&p->notes);
}

struct realserver_step realserver_step_back(const struct realserver_step *s)
{
	struct realserver_step back = *s;

	switch (s->act) {
	case REALSERVER_WRITE:
		back.value = s->before;
		back.before = s->value;
		break;
	case REALSERVER_ADD:
		back.act = REALSERVER_DEL;
		break;
	case REALSERVER_DEL:
		back.act = REALSERVER_ADD;
		break;
	case REALSERVER_RULES:
		break;
	}
	return back;
}
