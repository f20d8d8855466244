/* why.c - see why.h. The rules are those of RFC 9568 6.4.2 and 6.4.3; the step (step.h) follows them, this only explains. */
#include "vrrp/why.h"

#include <inttypes.h>
#include <stdio.h>

#include "vrrp/conf.h"
#include "vrrp/environment.h"
#include "vrrp/receive.h"
#include "vrrp/router.h"

enum { SENTENCE_LEN = 32 };

static const char *const rules[WHY_RULE_MAX] = {
	[WHY_OUT] = "out",
	[WHY_FAULT] = "fault",
	[WHY_LEAVING] = "leaving",
	[WHY_OWNER] = "owner",
	[WHY_ALONE] = "alone",
	[WHY_MASTER] = "master",
	[WHY_SILENCE] = "silence",
	[WHY_PRIORITY] = "priority",
	[WHY_TIE] = "tie",
	[WHY_NOPREEMPT] = "nopreempt",
	[WHY_PREEMPT_DELAY] = "preempt_delay",
	[WHY_DRILL] = "drill",
	[WHY_WARMING] = "warming",
	[WHY_PREEMPT] = "preempt",
};

const char *why_rule_str(enum why_rule rule)
{
	return (unsigned)rule < WHY_RULE_MAX ? rules[rule] : "?";
}

static bool has_peer(const struct why_look *l)
{
	return l->peer->heard_at.usec && mono_diff(l->now, l->peer->heard_at) < WHY_PEER_USEC;
}

static bool is_ahead(mono_t at, mono_t now)
{
	return at.usec != MONO_NEVER.usec && mono_before(now, at);
}

static enum why_rule backup_rule(const struct why_look *l)
{
	const struct vrrp_router *r = l->router;

	if (!r->master_priority)
		return WHY_SILENCE;
	if (r->master_priority > r->priority)
		return WHY_PRIORITY;
	if (r->master_priority == r->priority)
		return WHY_TIE;
	if (r->conf->nopreempt)
		return WHY_NOPREEMPT;
	if (is_ahead(r->hold_until, l->now))
		return r->is_warming ? WHY_WARMING : WHY_DRILL;
	return is_ahead(r->preempt_at, l->now) ? WHY_PREEMPT_DELAY : WHY_PREEMPT;
}

enum why_rule why_rule(const struct why_look *l)
{
	const struct vrrp_router *r = l->router;

	switch (r->state) {
	case VRRP_INIT:
	case VRRP_STATE_MAX:
		break;
	case VRRP_FAULT:
		return WHY_FAULT;
	case VRRP_LEAVING:
		return WHY_LEAVING;
	case VRRP_MASTER:
		if (r->priority == VRRP_PRIORITY_OWNER)
			return WHY_OWNER;
		return has_peer(l) ? WHY_MASTER : WHY_ALONE;
	case VRRP_BACKUP:
		return backup_rule(l);
	}
	return WHY_OUT;
}

/* "12.3 s" until then. */
static const char *until(mono_t at, mono_t now, char *buf)
{
	int64_t left = is_ahead(at, now) ? mono_diff(at, now) : 0;

	snprintf(buf, SENTENCE_LEN, "%" PRId64 ".%" PRId64 " s", left / MONO_SEC, left % MONO_SEC / (MONO_SEC / 10));
	return buf;
}

/* What a MASTER says: the other one was heard before, when it was MASTER itself. */
static void say_master(const struct why_look *l, enum why_rule rule, char *buf, size_t size)
{
	unsigned own = l->router->priority;
	char peer[ADDR_STRLEN];

	if (rule == WHY_OWNER)
		snprintf(buf, size, "this router wins: priority 255, the owner of the addresses");
	else if (rule == WHY_ALONE)
		snprintf(buf, size, "this router wins: nobody else is heard; a router above %u would take over", own);
	else if (l->peer->priority == 0)
		snprintf(buf, size, "this router wins: %s resigned; a router above %u would take over",
			addr_str(&l->peer->addr, peer), own);
	else if (l->peer->priority > own)
		snprintf(buf, size, "this router is MASTER with %u though %s spoke with %u: it is silent now", own,
			addr_str(&l->peer->addr, peer), (unsigned)l->peer->priority);
	else if (l->peer->priority == own)
		snprintf(buf, size, "this router is MASTER: %s has %u too; of two MASTERs the greater address stays",
			addr_str(&l->peer->addr, peer), own);
	else
		snprintf(buf, size, "this router wins: %u is more than the %u that %s last had", own,
			(unsigned)l->peer->priority, addr_str(&l->peer->addr, peer));
}

static const char *master_str(const struct vrrp_router *r, char *buf)
{
	if (!addr_is_set(&r->master)) {
		snprintf(buf, ADDR_STRLEN, "the MASTER");
		return buf;
	}
	return addr_str(&r->master, buf);
}

/* A BACKUP that is stronger than the MASTER: what it waits for. */
static void say_stronger(const struct why_look *l, enum why_rule rule, char *buf, size_t size)
{
	const struct vrrp_router *r = l->router;
	char master[ADDR_STRLEN], time[SENTENCE_LEN];
	unsigned own = r->priority, other = r->master_priority;

	(void)master_str(r, master);
	if (rule == WHY_NOPREEMPT)
		snprintf(buf, size, "%s wins: %u is less than %u, but nopreempt lets a MASTER that works be", master,
			other, own);
	else if (rule == WHY_DRILL)
		snprintf(buf, size, "%s wins: %u is less than %u, but after a drill this router waits for another %s",
			master, other, own, until(r->hold_until, l->now, time));
	else if (rule == WHY_WARMING)
		snprintf(buf, size,
			"%s wins: %u is less than %u, but this router learns the connections in use for another %s",
			master, other, own, until(r->hold_until, l->now, time));
	else if (rule == WHY_PREEMPT_DELAY)
		snprintf(buf, size, "%s wins: %u is less than %u, but preempt_delay waits for another %s", master,
			other, own, until(r->preempt_at, l->now, time));
	else
		snprintf(buf, size, "this router takes over from %s: %u is more than %u", master, own, other);
}

static void say_backup(const struct why_look *l, enum why_rule rule, char *buf, size_t size)
{
	const struct vrrp_router *r = l->router;
	char master[ADDR_STRLEN], time[SENTENCE_LEN];
	unsigned own = r->priority, other = r->master_priority;

	(void)master_str(r, master);
	if (rule == WHY_SILENCE)
		snprintf(buf, size, "no MASTER is heard: this router takes over in %s",
			until(r->down_at, l->now, time));
	else if (rule == WHY_PRIORITY)
		snprintf(buf, size, "%s wins: %u is more than %u", master, other, own);
	else if (rule == WHY_TIE)
		snprintf(buf, size, "%s wins: both have %u, and a BACKUP leaves the MASTER in place", master, own);
	else
		say_stronger(l, rule, buf, size);
}

static void say_out(const struct why_look *l, enum why_rule rule, char *buf, size_t size)
{
	if (rule == WHY_FAULT)
		snprintf(buf, size, "this router does not take part: %u cause%s", l->faults->n,
			l->faults->n == 1 ? "" : "s");
	else if (rule == WHY_LEAVING)
		snprintf(buf, size, "this router hands over");
	else
		snprintf(buf, size, "this router does not take part yet");
}

const char *why_str(const struct why_look *l, char *buf, size_t size)
{
	enum why_rule rule = why_rule(l);

	if (rule <= WHY_LEAVING)
		say_out(l, rule, buf, size);
	else if (rule <= WHY_MASTER)
		say_master(l, rule, buf, size);
	else
		say_backup(l, rule, buf, size);
	return buf;
}
