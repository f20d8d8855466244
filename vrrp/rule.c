/* rule.c - see rule.h. */
#include "vrrp/rule.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "net/link.h"
#include "vrrp/conf.h"

#define REPAIR_USEC (20 * MONO_MSEC) /* between two repairs: a fight over a rule is no busy loop */
#define RETRY_USEC MONO_SEC          /* after the kernel refused */

static bool is_configured(const struct rule_set *s, unsigned n, const struct link_rule *r)
{
	for (unsigned i = 0; i < n; i++)
		if (link_rule_is(&s->item[i].rule, r))
			return true;
	return false;
}

void rule_conf(struct rule_set *s, const struct conf_vec *rules)
{
	struct rule_item *old = s->item;
	unsigned n_old = s->n;

	s->item = x_array(rules->n + n_old, sizeof(*s->item));
	for (s->n = 0; s->n < rules->n; s->n++) {
		const struct vrrp_rule *c = rules->item[s->n];

		s->item[s->n] = (struct rule_item){ .rule = c->rule, .no_track = c->no_track, .group = c->group };
	}
	for (unsigned i = 0; i < n_old; i++) {
		if (!old[i].is_held || is_configured(s, rules->n, &old[i].rule))
			continue;
		s->item[s->n] = old[i];
		s->item[s->n].group = NULL;
		s->item[s->n++].is_dropped = true;
	}
	free(old);
	s->repair_at = (mono_t){ 0 };
}

void rule_done(struct rule_set *s)
{
	free(s->item);
	*s = (struct rule_set){ 0 };
}

void rule_hold(struct rule_set *s, bool on)
{
	s->hold = on;
	s->repair_at = (mono_t){ 0 };
}

/* Rules of other protocols are not followed by themselves. */
static void claim_all(const struct rule_set *s, struct link *link)
{
	bool is_new = false;

	for (unsigned i = 0; i < s->n; i++)
		if (!s->item[i].is_dropped)
			is_new |= link_rule_claim(link, &s->item[i].rule);
	if (is_new)
		(void)link_rule_dump(link);
}

/* A turn's work: which rule each change belongs to. */
struct turn {
	struct link_change change[RULE_BATCH];
	struct rule_item *item[RULE_BATCH];
	unsigned n;
	bool is_full;
	struct rule_result result;
};

static void plan(struct turn *t, enum link_op op, struct rule_item *it)
{
	if (t->n == RULE_BATCH) {
		t->is_full = true;
		return;
	}
	t->item[t->n] = it;
	t->change[t->n++] = (struct link_change){ .op = op, .rule = &it->rule };
}

static void plan_item(struct turn *t, struct rule_set *s, struct rule_item *it, const struct link *link)
{
	bool is_there = link_rule_find(link, &it->rule) != NULL, is_lost = it->is_held && !is_there;

	if (!s->hold || it->is_dropped) {
		if (is_there && (it->is_held || s->is_clean_start))
			plan(t, LINK_DEL, it);
		else
			it->is_held = false;
		return;
	}
	if (is_there || (is_lost && it->no_track)) {
		it->is_held = true;
		return;
	}
	if (is_lost) {
		s->lost++;
		if (t->result.lost++ == 0)
			t->result.lost_one = it;
	}
	plan(t, LINK_ADD, it);
}

static void settle(struct turn *t, const struct link_change *c, struct rule_item *it)
{
	bool is_add = c->op == LINK_ADD;
	int before = it->err;

	it->err = c->err == (is_add ? -EEXIST : -ENOENT) ? 0 : c->err;
	if (it->err == 0 || is_add)
		it->is_held = is_add && it->err == 0;
	if (it->err == 0)
		return;
	t->result.refused++;
	if (it->err != before && !t->result.refused_one)
		t->result.refused_one = it;
}

static void forget_dropped(struct rule_set *s)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < s->n; i++)
		if (!s->item[i].is_dropped || s->item[i].is_held)
			s->item[kept++] = s->item[i];
	s->n = kept;
}

struct rule_result rule_sync(struct rule_set *s, struct link *link, mono_t now)
{
	struct turn t = { .result = { .again_at = MONO_NEVER } };

	forget_dropped(s);
	if (mono_before(now, s->repair_at)) {
		t.result.again_at = s->repair_at;
		return t.result;
	}
	claim_all(s, link);
	for (unsigned i = 0; i < s->n && !t.is_full; i++)
		plan_item(&t, s, &s->item[i], link);
	(void)link_apply(link, t.change, t.n); /* each change carries its own result */
	for (unsigned i = 0; i < t.n; i++)
		settle(&t, &t.change[i], t.item[i]);
	if (!t.is_full)
		s->is_clean_start = false;
	if (t.result.lost > 0)
		s->repair_at = mono_add(now, REPAIR_USEC);
	if (t.is_full)
		t.result.again_at = now;
	else if (t.result.refused > 0)
		t.result.again_at = mono_add(now, RETRY_USEC);
	return t.result;
}

bool rule_has(const struct rule_set *s, const struct link_rule *r)
{
	return is_configured(s, s->n, r);
}

bool rule_is_holding(const struct rule_set *s)
{
	for (unsigned i = 0; i < s->n; i++)
		if (s->item[i].is_held)
			return true;
	return false;
}

/* Text. */

static void add(char *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void add(char *buf, const char *fmt, ...)
{
	size_t len = strlen(buf);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(buf + len, RULE_STRLEN - len, fmt, ap);
	va_end(ap);
}

static void add_action(char *buf, const struct link_rule *r)
{
	if (r->l3mdev)
		add(buf, " l3mdev");
	else if (r->action == LINK_RULE_TABLE)
		add(buf, " table %u", r->table);
	else if (r->action == LINK_RULE_GOTO)
		add(buf, " goto %u", r->target);
	else
		add(buf, "%s",
			r->action == LINK_RULE_BLACKHOLE             ? " blackhole"
				: r->action == LINK_RULE_UNREACHABLE ? " unreachable"
				: r->action == LINK_RULE_PROHIBIT    ? " prohibit"
								     : " nop");
}

const char *rule_str(const struct link_rule *r, char *buf)
{
	char name[ADDR_STRLEN];

	buf[0] = '\0';
	if (r->has & LINK_RULE_PRIORITY)
		add(buf, "%u: ", r->priority);
	add(buf, "%sfrom ", r->is_not ? "not " : "");
	if (addr_is_set(&r->from))
		add(buf, "%s/%u", addr_str(&r->from, name), r->from_len);
	else
		add(buf, "all");
	if (addr_is_set(&r->to))
		add(buf, " to %s/%u", addr_str(&r->to, name), r->to_len);
	if (r->mark || r->mask)
		add(buf, " fwmark 0x%x", r->mark);
	if (r->iif[0])
		add(buf, " iif %s", r->iif);
	if (r->oif[0])
		add(buf, " oif %s", r->oif);
	add_action(buf, r);
	if (link_rule_proto(r) != LINK_RULE_PROTO)
		add(buf, " proto %u", r->proto);
	return buf;
}
