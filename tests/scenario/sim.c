/* sim.c - see sim.h. */
#include "sim.h"

#include "vrrp/group.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t link_delay(struct sim *s, const struct sim_link *l)
{
	return s->delay + l->extra + (int64_t)sim_random(s, (uint64_t)s->jitter + 1);
}

void sim_init(struct sim *s, uint64_t seed)
{
	memset(s, 0, sizeof(*s));
	s->random = seed;
	s->delay = 100;
	s->client = -1;
	s->members = 1;
}

/* splitmix64 */
uint64_t sim_random(struct sim *s, uint64_t n)
{
	uint64_t z = (s->random += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (z ^ (z >> 31)) % n;
}

bool sim_chance(struct sim *s, unsigned pct)
{
	return sim_random(s, 100) < pct;
}

void sim_fail(struct sim *s, const char *fmt, ...)
{
	va_list ap;

	if (s->failure[0])
		return;
	va_start(ap, fmt);
	vsnprintf(s->failure, sizeof(s->failure), fmt, ap);
	va_end(ap);
}

static bool is_earlier(const struct sim_event *a, const struct sim_event *b)
{
	return a->at.usec != b->at.usec ? a->at.usec < b->at.usec : a->seq < b->seq;
}

static void swap(struct sim_event *a, struct sim_event *b)
{
	const struct sim_event t = *a;

	*a = *b;
	*b = t;
}

/* A binary heap by (time, order of asking). */
void sim_post(struct sim *s, struct sim_event ev)
{
	unsigned i = s->n_queue++;

	if (i >= SIM_QUEUE)
		abort();
	ev.seq = s->seq++;
	ev.at = mono_max(ev.at, s->now); /* a hook that ended makes a deadline due that has passed */
	s->queue[i] = ev;
	for (; i > 0 && is_earlier(&s->queue[i], &s->queue[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&s->queue[i], &s->queue[(i - 1) / 2]);
}

static struct sim_event pop(struct sim *s)
{
	const struct sim_event first = s->queue[0];
	unsigned i = 0, child;

	s->queue[0] = s->queue[--s->n_queue];
	while ((child = 2 * i + 1) < s->n_queue) {
		if (child + 1 < s->n_queue && is_earlier(&s->queue[child + 1], &s->queue[child]))
			child++;
		if (!is_earlier(&s->queue[child], &s->queue[i]))
			break;
		swap(&s->queue[i], &s->queue[child]);
		i = child;
	}
	return first;
}

void sim_plan(struct sim *s, mono_t at, unsigned plan)
{
	sim_post(s, (struct sim_event){ .at = at, .kind = SIM_PLAN, .plan = plan });
}

static void send_copy(struct sim *s, const struct sim_packet *p, unsigned to)
{
	struct sim_link *l = &s->link[p->from][to];
	mono_t at = mono_add(s->now, link_delay(s, l));

	if (mono_before(at, l->busy_until))
		at = l->busy_until;
	l->busy_until = at;
	sim_post(s, (struct sim_event){ .at = at, .kind = SIM_PACKET, .node = to, .packet = *p });
}

void sim_send(struct sim *s, const struct sim_packet *p, unsigned to)
{
	const struct sim_link *l = &s->link[p->from][to];
	const bool is_lost = l->is_cut || (l->is_deaf && p->cargo == SIM_ADVERT) || sim_chance(s, l->loss_pct);

	if ((is_lost || l->extra) && s->ops->on_loss)
		s->ops->on_loss(s, p->from, to);
	if (is_lost)
		return;
	send_copy(s, p, to);
	if (sim_chance(s, l->dup_pct))
		send_copy(s, p, to);
}

static void send_all(struct sim *s, struct sim_packet p)
{
	unsigned to;

	if (p.cargo == SIM_ADVERT && s->ops->on_send)
		s->ops->on_send(s, &p);
	for (to = 0; to < s->n; to++)
		if (to != p.from && to % s->members == p.from % s->members &&
			!(p.cargo == SIM_ADVERT && s->node[p.from].is_mute))
			sim_send(s, &p, to);
}

static void announce(struct sim *s, unsigned node)
{
	send_all(s, (struct sim_packet){ .from = node, .cargo = SIM_ANNOUNCEMENT });
	sim_post(s,
		(struct sim_event){ .at = mono_add(s->now, s->delay + s->jitter), .kind = SIM_CLIENT, .node = node });
}

static void perform(struct sim *s, unsigned node, const struct vrrp_action *a)
{
	struct sim_node *n = &s->node[node];
	struct sim_packet p = { .from = node, .priority = a->priority, .interval_cs = (uint16_t)n->conf.interval_cs };

	if (s->ops->on_action)
		s->ops->on_action(s, node, a);
	switch (a->type) {
	case VRRP_ACT_ADVERT:
		n->n_adverts++;
		send_all(s, p);
		break;
	case VRRP_ACT_TIMER:
		n->timer = a->when;
		if (a->when.usec != MONO_NEVER.usec)
			sim_post(s, (struct sim_event){ .at = a->when, .kind = SIM_TIMER, .node = node });
		break;
	case VRRP_ACT_VIPS_ADD:
		n->holds = true;
		break;
	case VRRP_ACT_VIPS_DEL:
		n->holds = false;
		break;
	case VRRP_ACT_ANNOUNCE:
	case VRRP_ACT_REANNOUNCE:
		announce(s, node);
		break;
	case VRRP_ACT_ASK:
		p = (struct sim_packet){ .from = node, .cargo = SIM_QUESTION };
		send_all(s, p);
		break;
	case VRRP_ACT_WATCH:
		n->watches = a->on;
		break;
	case VRRP_ACT_STATE:
		n->n_transitions++;
		break;
	case VRRP_ACT_DONE:
		n->is_on = false;
		break;
	case VRRP_ACT_ANNOUNCE_STOP:
	case VRRP_ACT_HOOK:
	case VRRP_ACT_NOTE:
		break;
	}
}

/* The members of the group that `node` is in. */
static unsigned group_of(struct sim *s, unsigned node, const struct vrrp_router **ret)
{
	const unsigned first = node - node % s->members;
	unsigned i, n = 0;

	for (i = 0; i < s->members; i++)
		if (s->node[first + i].is_on)
			ret[n++] = &s->node[first + i].vr;
	return n;
}

static void follow(struct sim *s, unsigned node, const struct vrrp_event *ev, enum vrrp_state from)
{
	const struct vrrp_router *group[SIM_NODES];
	const struct group_turn turn = { ev, from, &s->node[node].vr,
		group_has_master(group, group_of(s, node, group)) };
	const unsigned first = node - node % s->members;
	struct vrrp_event next;
	unsigned i;

	if (s->members == 1 || s->is_moving)
		return;
	s->is_moving = true;
	for (i = first; i < first + s->members; i++)
		if (s->node[i].is_on && group_follow(&turn, &s->node[i].vr, &next))
			sim_tell(s, i, next);
	s->is_moving = false;
}

/* How long a hand-over waits for pre_release. */
static int64_t hook_usec(struct sim *s, unsigned node)
{
	const struct vrrp_router *group[SIM_NODES];
	const struct vrrp_conf *c = &s->node[node].conf;

	if (s->members > 1)
		return group_hook_usec(group, group_of(s, node, group));
	return s->node[node].holds && c->hooks->pre_release ? c->hooks->pre_release_timeout : 0;
}

void sim_tell(struct sim *s, unsigned node, struct vrrp_event ev)
{
	struct sim_node *n = &s->node[node];
	const struct vrrp_router *group[SIM_NODES];
	const enum vrrp_state from = n->vr.state;
	struct vrrp_actions out;
	unsigned i;

	if (!n->is_on || n->is_paused)
		return;
	ev.now = s->now;
	if (ev.type == VRRP_EV_TIMER && s->members > 1)
		ev.not_before = group_not_before(group, group_of(s, node, group), &n->vr);
	if (!s->is_moving && (ev.type == VRRP_EV_STOP || ev.type == VRRP_EV_DRILL))
		ev.hook_usec = hook_usec(s, node);
	vrrp_step(&n->vr, &ev, &out);
	vrrp_assert(&n->vr);
	for (i = 0; i < out.n; i++)
		perform(s, node, &out.item[i]);
	if (s->ops->on_step)
		s->ops->on_step(s, node, &ev, &out);
	follow(s, node, &ev, from);
}

void sim_power(struct sim *s, unsigned node, bool is_resume)
{
	struct sim_node *n = &s->node[node];

	vrrp_init(&n->vr, &n->conf);
	n->is_on = true;
	n->is_paused = n->is_stopping = n->watches = n->was_announced = false;
	n->holds = is_resume;
	n->timer = MONO_NEVER;
	n->warm_until = n->warm && !is_resume ? mono_add(s->now, n->warm) : (mono_t){ 0 };
	n->vr.hold_until = n->warm_until;
	n->vr.is_warming = n->warm_until.usec != 0;
	memset(n->has_mail, 0, sizeof(n->has_mail));
}

void sim_boot(struct sim *s, unsigned node, bool is_resume)
{
	if (s->node[node].is_on)
		return;
	sim_power(s, node, is_resume);
	sim_tell(s, node, (struct vrrp_event){ .type = VRRP_EV_START, .is_resume = is_resume });
}

/* From now on nobody refreshes its addresses. */
static void abandon(struct sim *s, unsigned node)
{
	struct sim_node *n = &s->node[node];

	n->lease_until = n->lease_last = s->lease ? mono_add(s->now, s->lease) : MONO_NEVER;
	if (s->lease && s->ops->on_abandon)
		s->ops->on_abandon(s, node);
	if (s->lease && n->holds)
		sim_post(s, (struct sim_event){ .at = n->lease_last, .kind = SIM_LEASE, .node = node });
}

void sim_kill(struct sim *s, unsigned node)
{
	struct sim_node *n = &s->node[node];

	if (n->is_on && !n->is_paused)
		abandon(s, node);
	n->is_on = n->is_paused = false;
	n->timer = MONO_NEVER;
}

void sim_crash(struct sim *s, unsigned node)
{
	sim_kill(s, node);
	s->node[node].holds = false;
}

void sim_pause(struct sim *s, unsigned node)
{
	struct sim_node *n = &s->node[node];

	if (!n->is_on || n->is_paused)
		return;
	n->is_paused = true;
	abandon(s, node);
}

static void tell_packet(struct sim *s, unsigned node, const struct sim_packet *p)
{
	struct sim_node *n = &s->node[node];
	const uint32_t addr = s->node[p->from].addr;

	if (p->cargo == SIM_QUESTION) {
		if (n->vr.state == VRRP_MASTER && n->vr.is_holding)
			announce(s, node);
		return;
	}
	if (p->cargo == SIM_ANNOUNCEMENT) {
		if (s->ops->on_claim)
			s->ops->on_claim(s, node, p->from);
		if (n->watches)
			sim_tell(s, node, (struct vrrp_event){ .type = VRRP_EV_ANNOUNCED });
		return;
	}
	if (n->conf.version == VRRP_V2 && p->interval_cs != n->conf.interval_cs)
		return;
	if (s->ops->on_advert && !s->ops->on_advert(s, node, p))
		return;
	n->heard_at[p->from] = s->now;
	n->heard_priority[p->from] = p->priority;
	sim_tell(s, node,
		(struct vrrp_event){ .type = VRRP_EV_ADVERT,
			.priority = p->priority,
			.interval_cs = p->interval_cs,
			.addr_cmp = addr < n->addr ? -1 : 1,
			.peer = addr_from_in((struct in_addr){ htonl(addr) }) });
}

void sim_resume_lease(struct sim *s, unsigned node)
{
	struct sim_node *n = &s->node[node];

	n->is_paused = false;
	if (!n->vr.is_holding || mono_before(s->now, n->lease_until))
		return;
	n->vr.lease_until = n->lease_until;
	n->holds = false;
	sim_tell(s, node, (struct vrrp_event){ .type = VRRP_EV_TIMER });
	n->vr.lease_until = (mono_t){ 0 };
}

void sim_resume_mail(struct sim *s, unsigned node)
{
	struct sim_node *n = &s->node[node];
	unsigned i;

	for (i = 0; i < s->n; i++) {
		if (n->has_mail[i])
			tell_packet(s, node, &n->mail[i]);
		n->has_mail[i] = false;
	}
	if (n->was_announced)
		sim_tell(s, node, (struct vrrp_event){ .type = VRRP_EV_ANNOUNCED });
	n->was_announced = false;
}

void sim_resume_timer(struct sim *s, unsigned node)
{
	struct sim_node *n = &s->node[node];

	if (mono_before(s->now, n->timer))
		return;
	n->timer = MONO_NEVER;
	sim_tell(s, node, (struct vrrp_event){ .type = VRRP_EV_TIMER });
}

void sim_resume(struct sim *s, unsigned node)
{
	if (!s->node[node].is_paused)
		return;
	sim_resume_lease(s, node);
	sim_resume_mail(s, node);
	sim_resume_timer(s, node);
}

static void deliver(struct sim *s, const struct sim_event *ev)
{
	struct sim_node *n = &s->node[ev->node];

	if (ev->packet.cargo == SIM_BFD) {
		s->ops->on_other(s, ev);
		return;
	}
	if (!n->is_on)
		return;
	if (!n->is_paused) {
		tell_packet(s, ev->node, &ev->packet);
	} else if (ev->packet.cargo == SIM_ANNOUNCEMENT) {
		n->was_announced = n->was_announced || n->watches;
	} else if (ev->packet.cargo == SIM_ADVERT) {
		n->has_mail[ev->packet.from] = true;
		n->mail[ev->packet.from] = ev->packet;
	}
}

bool sim_next(struct sim *s, mono_t end)
{
	struct sim_event ev;
	struct sim_node *n;

	if (!s->n_queue || mono_before(end, s->queue[0].at)) {
		s->now = end;
		return false;
	}
	ev = pop(s);
	s->now = ev.at;
	n = &s->node[ev.node];
	if (ev.kind == SIM_PLAN) {
		s->ops->on_plan(s, ev.plan);
	} else if (ev.kind == SIM_CLIENT) {
		s->client = (int)ev.node;
	} else if (ev.kind == SIM_LEASE) {
		n->holds = n->holds && !((n->is_paused || !n->is_on) && n->lease_last.usec == ev.at.usec);
	} else if (ev.kind == SIM_OTHER) {
		s->ops->on_other(s, &ev);
	} else if (ev.kind == SIM_PACKET) {
		deliver(s, &ev);
	} else if (n->is_on && !n->is_paused && !mono_before(s->now, n->timer)) {
		n->timer = MONO_NEVER;
		sim_tell(s, ev.node, (struct vrrp_event){ .type = VRRP_EV_TIMER });
	}
	return true;
}
