/* suspend.c - see suspend.h. */
#include "checkers/suspend.h"

#include <stdio.h>

#include "base/log.h"
#include "checkers/conf.h"
#include "checkers/service.h"
#include "io/child.h"

enum { SUM_LEN = CONF_NAME_LEN + 32 };

struct sum {
	const struct service *first;
	unsigned n;
};

/* What one decision over all services changed, for the log. */
struct decision {
	struct sum suspended, resumed;
};

void suspend_done(struct suspend *p)
{
	held_done(&p->held);
}

void suspend_peer(struct suspend *p, enum role peer)
{
	p->has_vrrp |= peer == ROLE_VRRP;
	p->has_probe |= peer == ROLE_PROBE;
}

/*
 * A vrrp process that has not told its addresses yet will do so: until then all stays as it is, and checks that are new wait (the
 * probe begins them suspended).
 */
static bool is_decided(const struct suspend *p)
{
	return p->has_probe && (p->held.is_told || !p->has_vrrp);
}

static void tell(const struct suspend *p, const struct services *s, const struct service *vs)
{
	const struct msg_check_suspend m = { s->generation, (uint32_t)(vs - s->list), vs->is_suspended };

	child_send(p->child, ROLE_PROBE, MSG_CHECK_SUSPEND, &m, sizeof(m));
}

void suspend_tell_one(const struct suspend *p, const struct services *s, const struct service *vs)
{
	if (vs->conf->how->ha_suspend && is_decided(p))
		tell(p, s, vs);
}

static void count(struct decision *d, const struct service *vs)
{
	struct sum *sum = vs->is_suspended ? &d->suspended : &d->resumed;

	if (!sum->n++)
		sum->first = vs;
}

/* "192.0.2.1:80/tcp and 2 more" into `buf` of SUM_LEN bytes. */
static const char *sum_str(const struct sum *sum, char *buf)
{
	char name[CONF_NAME_LEN];

	vs_name(sum->first->conf, name);
	if (sum->n > 1)
		snprintf(buf, SUM_LEN, "%s and %u more", name, sum->n - 1);
	else
		snprintf(buf, SUM_LEN, "%s", name);
	return buf;
}

static void log_decision(const struct suspend *p, const struct decision *d)
{
	char name[SUM_LEN];

	if (d->suspended.n)
		log_info(LOG_LVS, "%s: checks suspended, the address is not here", sum_str(&d->suspended, name));
	if (d->resumed.n && p->has_vrrp)
		log_info(LOG_LVS, "%s: checks resumed", sum_str(&d->resumed, name));
	else if (d->resumed.n)
		log_warn(LOG_LVS, "%s: checked all the time, ha_suspend needs a vrrp process",
			sum_str(&d->resumed, name));
}

/* The other director has its addresses, as far as any instance has one; of a group, none of them is here. */
static bool is_elsewhere(const struct held *h, const struct vs_conf *vs)
{
	bool is_known = false;

	for (unsigned i = 0; i < vs->lines.n; i++) {
		const struct group_line *line = vs->lines.item[i];
		enum held_where where = line->fwmark ? HELD_UNKNOWN : held_find(h, &line->first, &line->last);

		if (where == HELD_HERE)
			return false;
		is_known |= where == HELD_ELSEWHERE;
	}
	return is_known;
}

/* Decides for every service; those that changed, or all with ha_suspend, are told. */
static void decide(struct suspend *p, struct services *s, bool tell_all)
{
	struct decision d = { 0 };

	for (unsigned i = 0; i < s->n; i++) {
		struct service *vs = &s->list[i];
		bool before = vs->is_suspended;

		if (!vs->conf->how->ha_suspend || !vs->n_wanted)
			continue;
		vs->is_suspended = is_elsewhere(&p->held, vs->conf);
		if (before != vs->is_suspended)
			count(&d, vs);
		if (tell_all || before != vs->is_suspended)
			tell(p, s, vs);
	}
	log_decision(p, &d);
}

void suspend_tell(struct suspend *p, struct services *s)
{
	p->owes_all = !s || !is_decided(p);
	if (!p->owes_all)
		decide(p, s, true);
}

void suspend_vips(struct suspend *p, struct services *s, const struct message *m)
{
	int r = held_take(&p->held, m->data, m->len);

	if (r < 0)
		log_error(LOG_LVS, "the vrrp process told its addresses in a form that is not understood");
	if (r <= 0 || !s || !is_decided(p))
		return;
	decide(p, s, p->owes_all);
	p->owes_all = false;
}
