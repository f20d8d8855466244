/* doctor_filter.c - see doctor_filter.h. nft(8), libnftables-json(5). */
#include "ctl/doctor_filter.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "ctl/doctor_match.h"
#include "ctl/reader.h"

enum { DEPTH_MAX = 16, INTERFACES_MAX = 64, LINE_MAX_LEN = 512, READ_SIZE = 65536 };

/* What becomes of an advert in a chain. */
enum fate { GOES_ON, RETURNED, ACCEPTED, DROPPED };

struct walk {
	struct doctor_facts *f;
	const struct jvalue *rules; /* nft's array */
	const char *text;
	struct doctor_advert advert;
	bool is_doubtful; /* it may have been accepted before */
	unsigned depth;
};

/* A chain, by its three names. */
struct place {
	const char *family, *table, *chain;
};

static struct place place_of(const struct jvalue *o, const char *key)
{
	return (struct place){ reader_str(o, "family", ""), reader_str(o, "table", ""), reader_str(o, key, "") };
}

static bool same_place(const struct place *a, const struct place *b)
{
	return !strcmp(a->family, b->family) && !strcmp(a->table, b->table) && !strcmp(a->chain, b->chain);
}

/* The rule as nft prints it: the line that ends with "# handle N" in its table and chain. */
static const char *rule_text(struct doctor_facts *f, const char *text, const struct place *p, int64_t handle)
{
	char table[LINE_MAX_LEN], chain[LINE_MAX_LEN], mark[64];
	const char *at, *end;

	snprintf(table, sizeof(table), "table %s %s {", p->family, p->table);
	snprintf(chain, sizeof(chain), "\tchain %s {", p->chain);
	snprintf(mark, sizeof(mark), " # handle %" PRId64 "\n", handle);
	at = strstr(text, table);
	at = at ? strstr(at, chain) : NULL;
	end = at ? strstr(at, mark) : NULL;
	if (!end)
		return arena_printf(f->arena, "rule with handle %" PRId64, handle);
	for (at = end; at[-1] != '\n';)
		at--;
	at += strspn(at, "\t ");
	return arena_printf(f->arena, "\"%.*s\"", (int)(end - at), at);
}

static void add(struct walk *w, const struct place *p, const struct doctor_drop *drop)
{
	struct doctor_drop *d;

	for (unsigned i = 0; i < w->f->n_drops; i++)
		if (w->f->drops[i].kind == drop->kind && w->f->drops[i].handle == drop->handle &&
			strstr(w->f->drops[i].where, p->table) && w->f->drops[i].is_policy == drop->is_policy)
			return; /* found for the other family */
	d = doctor_facts_add(w->f, &w->f->drops, &w->f->n_drops, sizeof(*d));
	*d = *drop;
	d->where = arena_printf(w->f->arena, "table %s %s, chain %s", p->family, p->table, p->chain);
	d->chain = arena_printf(w->f->arena, "%s %s %s", p->family, p->table, p->chain);
	d->rule = drop->is_policy ? "policy drop" : rule_text(w->f, w->text, p, drop->handle);
}

static enum fate walk_chain(struct walk *w, const struct place *p);

static const char *target_of(const struct jvalue *e)
{
	const struct jvalue *to = reader_get(e, "jump");

	return reader_str(to ? to : reader_get(e, "goto"), "target", NULL);
}

/* The verdict of one rule that matches, or may. */
static enum fate verdict(struct walk *w, const struct place *p, const struct jvalue *e, bool is_sure)
{
	const char *target = target_of(e);
	bool was_doubtful = w->is_doubtful;
	enum fate fate = GOES_ON;

	if (reader_get(e, "accept"))
		fate = ACCEPTED;
	if (reader_get(e, "return"))
		fate = RETURNED;
	if (reader_get(e, "drop") || reader_get(e, "reject"))
		fate = DROPPED;
	if (target) {
		w->is_doubtful = w->is_doubtful || !is_sure;
		fate = walk_chain(w, &(struct place){ p->family, p->table, target });
		w->is_doubtful = w->is_doubtful && (was_doubtful || is_sure || fate != GOES_ON);
	}
	if ((fate == ACCEPTED || fate == RETURNED) && !is_sure) {
		w->is_doubtful = true;
		return GOES_ON;
	}
	return fate;
}

static enum fate walk_rule(struct walk *w, const struct place *p, const struct jvalue *rule)
{
	const struct jvalue *expr = reader_get(rule, "expr");
	bool names = false;
	enum doctor_match m = doctor_match(expr, &w->advert, &names);
	enum fate fate = GOES_ON;

	for (size_t i = 0; m != DOCTOR_MATCH_NO && i < reader_count(expr) && fate == GOES_ON; i++) {
		const struct jvalue *e = reader_at(expr, i);

		fate = verdict(w, p, e, m == DOCTOR_MATCH_YES);
		if (fate == DROPPED && !target_of(e) && (m == DOCTOR_MATCH_YES ? !w->is_doubtful || names : names))
			add(w, p,
				&(struct doctor_drop){ .kind = DOCTOR_DROP_VRRP,
					.is_sure = m == DOCTOR_MATCH_YES && !w->is_doubtful,
					.handle = reader_int(rule, "handle", 0) });
	}
	return m == DOCTOR_MATCH_YES ? fate : GOES_ON;
}

static enum fate walk_chain(struct walk *w, const struct place *p)
{
	enum fate fate = GOES_ON;

	if (++w->depth > DEPTH_MAX)
		fate = ACCEPTED;
	for (size_t i = 0; i < reader_count(w->rules) && fate == GOES_ON; i++) {
		const struct jvalue *rule = reader_get(reader_at(w->rules, i), "rule");
		struct place here = place_of(rule, "chain");

		if (rule && same_place(&here, p))
			fate = walk_rule(w, p, rule);
	}
	w->depth--;
	return fate == RETURNED ? GOES_ON : fate;
}

static bool sees_family(const char *family, uint16_t packet)
{
	return !strcmp(family, "inet") || !strcmp(family, "netdev") ||
		!strcmp(family, packet == AF_INET6 ? "ip6" : "ip");
}

/* A chain that the kernel enters by itself. */
static void walk_base(struct walk *w, const struct jvalue *chain)
{
	struct place p = place_of(chain, "name");
	const char *hook = reader_str(chain, "hook", "");

	if (!sees_family(p.family, w->advert.family) || !*hook || !strcmp(hook, "forward") ||
		!strcmp(reader_str(chain, "type", ""), "nat"))
		return;
	w->is_doubtful = false;
	if (walk_chain(w, &p) == GOES_ON && !w->is_doubtful && !strcmp(reader_str(chain, "policy", ""), "drop"))
		add(w, &p,
			&(struct doctor_drop){ .kind = DOCTOR_DROP_VRRP,
				.is_sure = true,
				.is_policy = true,
				.handle = reader_int(chain, "handle", 0) });
}

static void look_for_adverts(struct walk *w)
{
	for (size_t i = 0; i < reader_count(w->rules); i++) {
		const struct jvalue *chain = reader_get(reader_at(w->rules, i), "chain");

		if (chain)
			walk_base(w, chain);
	}
}

/* Packets that are invalid to connection tracking. */

static bool has_notrack(const struct jvalue *rules)
{
	for (size_t i = 0; i < reader_count(rules); i++) {
		const struct jvalue *expr = reader_get(reader_get(reader_at(rules, i), "rule"), "expr");

		for (size_t k = 0; k < reader_count(expr); k++)
			if (reader_get(reader_at(expr, k), "notrack"))
				return true;
	}
	return false;
}

/* Whether what is for this host passes the chain: by a hook, or because another one may jump there. */
static bool is_inward(const struct walk *w, const struct place *p)
{
	for (size_t i = 0; i < reader_count(w->rules); i++) {
		const struct jvalue *chain = reader_get(reader_at(w->rules, i), "chain");
		struct place here = place_of(chain, "name");

		if (chain && same_place(&here, p)) {
			const char *hook = reader_str(chain, "hook", "");

			return !*hook || !strcmp(hook, "input") || !strcmp(hook, "prerouting");
		}
	}
	return false;
}

static void look_for_invalid(struct walk *w)
{
	for (size_t i = 0; i < reader_count(w->rules); i++) {
		const struct jvalue *rule = reader_get(reader_at(w->rules, i), "rule");
		struct place p = place_of(rule, "chain");

		if (rule && doctor_match_drops_invalid(reader_get(rule, "expr")) && is_inward(w, &p))
			add(w, &p,
				&(struct doctor_drop){ .kind = DOCTOR_DROP_INVALID,
					.is_sure = true,
					.handle = reader_int(rule, "handle", 0) });
	}
}

static bool has_family(const struct doctor_facts *f, uint16_t family)
{
	for (unsigned i = 0; i < f->n_vips; i++)
		if (f->vips[i].instance && f->vips[i].addr.family == family)
			return true;
	return false;
}

void doctor_filter_judge(struct doctor_facts *f, const struct jvalue *ruleset, const char *text)
{
	const char *interfaces[INTERFACES_MAX];
	struct walk w = { .f = f, .rules = reader_get(ruleset, "nftables"), .text = text,
		.advert = { .interfaces = interfaces } };

	f->has_filter = true;
	for (unsigned i = 0; i < f->n_peers && i < INTERFACES_MAX; i++) {
		interfaces[w.advert.n_interfaces++] = f->peers[i].interface;
		w.advert.is_unicast = w.advert.is_unicast || f->peers[i].is_unicast;
	}
	for (int k = 0; k < 2; k++) {
		w.advert.family = k ? AF_INET6 : AF_INET;
		if (has_family(f, w.advert.family))
			look_for_adverts(&w);
	}
	if (!has_notrack(w.rules))
		look_for_invalid(&w);
}

/* The output of a command; false: it failed. */
static bool output_of(const char *command, struct text *ret)
{
	char *buf = x_calloc(1, READ_SIZE);
	FILE *pipe = popen(command, "re");
	size_t n;

	while (pipe && (n = fread(buf, 1, READ_SIZE, pipe)) > 0)
		text_add_bytes(ret, buf, n);
	free(buf);
	return pipe && pclose(pipe) == 0;
}

void doctor_filter_look(struct doctor_facts *f)
{
	struct text json = { 0 }, text = { 0 };
	struct reader *r = NULL;

	if (output_of("PATH=/usr/sbin:/sbin:$PATH exec nft -j list ruleset 2>/dev/null", &json) &&
		output_of("PATH=/usr/sbin:/sbin:$PATH exec nft -a list ruleset 2>/dev/null", &text))
		r = reader_new(text_str(&json), json.len);
	if (r)
		doctor_filter_judge(f, reader_top(r), text_str(&text));
	else
		doctor_facts_unseen(f,
			"the packet filter: `nft -j list ruleset` gave no answer (no such program, or not root)");
	reader_free(r);
	text_done(&json);
	text_done(&text);
}
