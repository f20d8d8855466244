/*
 * bfd_step.c - see bfd_step.h. The state machine of RFC 5880 6.2 as a table of handlers; what follows from any change (a poll
 * sequence, a packet, the timer) is decided once, behind the handler.
 */
#include "vrrp/bfd_step.h"

enum { JITTER_LEAST = 75, JITTER_MOST = 100, JITTER_MOST_ALONE = 90, PERCENT = 100 };
enum {
	RELAXED_WAIT =
		3000000 /* usec that the neighbor waits for us during a restart, if the multiplier is 3 or more */
};

typedef void handler(struct bfd *s, const struct bfd_event *ev, struct bfd_actions *out);

static void act(struct bfd_actions *out, const struct bfd_action *a)
{
	if (out->n < BFD_ACTIONS_MAX)
		out->item[out->n++] = *a;
}

static uint32_t greater(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

uint32_t bfd_interval(const struct bfd *s)
{
	return greater(s->used_tx, s->remote.required_rx);
}

int64_t bfd_detection_time(const struct bfd *s)
{
	return (int64_t)s->remote.multiplier * greater(s->used_rx, s->remote.desired_tx);
}

int64_t bfd_remote_detection_time(const struct bfd *s)
{
	return (int64_t)s->conf.multiplier * greater(s->desired_tx, s->remote.required_rx);
}

/* RFC 5880 6.8.1: the values that they have before anything was heard. */
static void forget_remote(struct bfd *s)
{
	s->remote = (struct bfd_remote){ .state = BFD_DOWN, .required_rx = 1 };
	s->detect_at = MONO_NEVER;
}

/* Intervals. */

/*
 * RFC 5880 6.8.3: a change is said at once and begins a poll sequence; while up, what could make one side wait in vain for the
 * other (sending less often, waiting less long) comes into force when the neighbor has answered. A change during a poll waits
 * for its end.
 */
static void negotiate(struct bfd *s)
{
	const bool is_up = s->state == BFD_UP;
	const uint32_t tx = is_up ? s->conf.desired_tx : greater(s->conf.desired_tx, s->conf.idle_tx);
	const uint32_t rx = s->conf.required_rx;

	if ((tx != s->desired_tx || rx != s->required_rx) && !(is_up && s->is_polling)) {
		s->desired_tx = tx;
		s->required_rx = rx;
		s->is_polling = true;
	}
	if (!is_up || s->desired_tx < s->used_tx)
		s->used_tx = s->desired_tx;
	if (!is_up || s->required_rx > s->used_rx)
		s->used_rx = s->required_rx;
}

/* RFC 5880 6.5. */
static void end_poll(struct bfd *s)
{
	s->is_polling = false;
	s->used_tx = s->desired_tx;
	s->used_rx = s->required_rx;
}

/* RFC 5880 6.8.7: 75 to 100 %, with a multiplier of 1 not over 90 %, so that the neighbor does not wait in vain. */
static int64_t jittered(const struct bfd *s, uint16_t jitter)
{
	const int64_t most = s->conf.multiplier == 1 ? JITTER_MOST_ALONE : JITTER_MOST;
	const int64_t interval = bfd_interval(s);
	const int64_t range = interval * (most - JITTER_LEAST) / PERCENT;

	return interval * JITTER_LEAST / PERCENT + range * jitter / UINT16_MAX;
}

/* States. */

/* The only writer of s->state. A poll sequence of the state before is over. */
static void enter(struct bfd *s, enum bfd_state to, struct bfd_action why, struct bfd_actions *out)
{
	why.type = BFD_ACT_STATE;
	why.from = s->state;
	why.to = to;
	why.remote_diag = s->remote.diag;
	act(out, &why);
	s->state = to;
	s->is_polling = false;
}

/* RFC 5880 6.8.1: the diagnostic says why the session was left; it stays until it is left again. */
static void go_down(struct bfd *s, enum bfd_diag diag, struct bfd_action why, struct bfd_actions *out)
{
	s->diag = (uint8_t)diag;
	enter(s, BFD_DOWN, why, out);
}

static void ignore(struct bfd *s, const struct bfd_event *ev, struct bfd_actions *out)
{
	(void)s, (void)ev, (void)out;
}

/* RFC 5880 6.8.16. */
static void start(struct bfd *s, const struct bfd_event *ev, struct bfd_actions *out)
{
	(void)ev;
	s->is_started = true;
	enter(s, BFD_DOWN, (struct bfd_action){ .why = BFD_WHY_START }, out);
}

/* RFC 5880 6.8.16: the neighbor is told by packets in AdminDown for as long as the shell keeps the session. */
static void stop(struct bfd *s, const struct bfd_event *ev, struct bfd_actions *out)
{
	(void)ev;
	s->diag = BFD_DIAG_ADMIN;
	enter(s, BFD_ADMIN_DOWN, (struct bfd_action){ .why = BFD_WHY_STOP }, out);
}

static void configure(struct bfd *s, const struct bfd_event *ev, struct bfd_actions *out)
{
	(void)out;
	s->conf = ev->timing;
}

/* RFC 5880 6.8.6, from "set bfd.RemoteDiscr" to "if the F bit is set". */
static void hear(struct bfd *s, const struct bfd_event *ev, struct bfd_actions *out)
{
	const struct bfd_packet *p = ev->packet;

	(void)out;
	s->remote = (struct bfd_remote){ p->my_discriminator, p->state, p->diag, p->multiplier, p->demand,
		p->desired_tx, p->required_rx };
	s->heard_at = ev->now;
	if (p->final && s->is_polling)
		end_poll(s);
}

/* RFC 5880 6.8.6, "if received state is AdminDown" and after. */
static void hear_down(struct bfd *s, const struct bfd_event *ev, struct bfd_actions *out)
{
	const struct bfd_action why = { .why = BFD_WHY_HEARD };

	hear(s, ev, out);
	if (s->remote.state == BFD_DOWN)
		enter(s, BFD_INIT, why, out);
	else if (s->remote.state == BFD_INIT)
		enter(s, BFD_UP, why, out);
}

static void hear_init(struct bfd *s, const struct bfd_event *ev, struct bfd_actions *out)
{
	hear(s, ev, out);
	if (s->remote.state == BFD_ADMIN_DOWN)
		go_down(s, BFD_DIAG_NEIGHBOR, (struct bfd_action){ .why = BFD_WHY_NEIGHBOR_ADMIN }, out);
	else if (s->remote.state != BFD_DOWN)
		enter(s, BFD_UP, (struct bfd_action){ .why = BFD_WHY_HEARD }, out);
}

static void hear_up(struct bfd *s, const struct bfd_event *ev, struct bfd_actions *out)
{
	hear(s, ev, out);
	if (s->remote.state == BFD_ADMIN_DOWN)
		go_down(s, BFD_DIAG_NEIGHBOR, (struct bfd_action){ .why = BFD_WHY_NEIGHBOR_ADMIN }, out);
	else if (s->remote.state == BFD_DOWN)
		go_down(s, BFD_DIAG_NEIGHBOR, (struct bfd_action){ .why = BFD_WHY_NEIGHBOR_DOWN }, out);
}

/* RFC 5880 6.8.1 bfd.RemoteDiscr: after a detection time of silence the neighbor is unknown again, in every state. */
static void look(struct bfd *s, const struct bfd_event *ev, struct bfd_actions *out)
{
	(void)out;
	if (!mono_before(ev->now, s->detect_at))
		forget_remote(s);
}

/* RFC 5880 6.8.4. */
static void look_for_life(struct bfd *s, const struct bfd_event *ev, struct bfd_actions *out)
{
	if (mono_before(ev->now, s->detect_at))
		return;
	forget_remote(s);
	go_down(s, BFD_DIAG_EXPIRED,
		(struct bfd_action){ .why = BFD_WHY_EXPIRED, .usec = mono_diff(ev->now, s->heard_at) }, out);
}

static handler *const handlers[BFD_STATE_MAX][BFD_EVENT_MAX] = {
	/* START, STOP, CONFIG, PACKET, TIMER */
	[BFD_ADMIN_DOWN] = { start, ignore, configure, hear, look },
	[BFD_DOWN] = { ignore, stop, configure, hear_down, look },
	[BFD_INIT] = { ignore, stop, configure, hear_init, look_for_life },
	[BFD_UP] = { ignore, stop, configure, hear_up, look_for_life },
};

/* Packets. */

static struct bfd_packet packet_of(const struct bfd *s)
{
	return (struct bfd_packet){ .version = BFD_VERSION,
		.diag = s->diag,
		.state = s->state,
		.multiplier = s->conf.multiplier,
		.my_discriminator = s->discriminator,
		.your_discriminator = s->remote.discriminator,
		.desired_tx = s->desired_tx,
		.required_rx = s->required_rx };
}

/* RFC 5880 6.8.7: what changed is told before the next regular packet. */
static bool is_news(const struct bfd_packet *p, const struct bfd_packet *sent)
{
	return p->diag != sent->diag || p->state != sent->state || p->multiplier != sent->multiplier ||
		p->your_discriminator != sent->your_discriminator || p->desired_tx != sent->desired_tx ||
		p->required_rx != sent->required_rx;
}

/* RFC 5880 6.8.7: "MUST NOT transmit" and "MUST NOT periodically transmit". */
static bool is_silent(const struct bfd *s)
{
	const bool is_demanded = s->remote.is_demand && s->state == BFD_UP && s->remote.state == BFD_UP;

	return !s->is_started || (s->conf.is_passive && s->remote.discriminator == 0) || s->remote.required_rx == 0 ||
		(is_demanded && !s->is_polling);
}

static void send(struct bfd *s, const struct bfd_packet *p, struct bfd_actions *out)
{
	act(out, &(struct bfd_action){ .type = BFD_ACT_SEND, .packet = *p });
	s->sent = *p;
}

/* RFC 5880 6.8.7: at once, never both bits, and without regard to the timer. In AdminDown the packet was discarded before. */
static void answer_poll(struct bfd *s, const struct bfd_event *ev, struct bfd_actions *out)
{
	struct bfd_packet p = packet_of(s);

	if (ev->type != BFD_EV_PACKET || !ev->packet->poll || s->state == BFD_ADMIN_DOWN)
		return;
	p.final = true;
	send(s, &p, out);
}

/* RFC 5880 6.8.2: another interval counts from the last packet on. */
static void pace(struct bfd *s, const struct bfd_event *ev)
{
	const uint32_t interval = bfd_interval(s);

	if (is_silent(s)) {
		s->paced = 0;
		s->send_at = MONO_NEVER;
	} else if (s->paced == 0) {
		s->send_at = ev->now;
	} else if (s->paced != interval) {
		s->send_at = mono_add(s->sent_at, jittered(s, ev->jitter));
		s->paced = interval;
	}
}

static void transmit(struct bfd *s, const struct bfd_event *ev, struct bfd_actions *out)
{
	struct bfd_packet p = packet_of(s);

	pace(s, ev);
	if (s->send_at.usec == MONO_NEVER.usec || (mono_before(ev->now, s->send_at) && !is_news(&p, &s->sent)))
		return;
	p.poll = s->is_polling;
	send(s, &p, out);
	s->sent_at = ev->now;
	s->send_at = mono_add(ev->now, jittered(s, ev->jitter));
	s->paced = bfd_interval(s);
}

void bfd_step(struct bfd *s, const struct bfd_event *ev, struct bfd_actions *out)
{
	out->n = 0;
	handlers[s->state][ev->type](s, ev, out);
	negotiate(s);
	if (s->remote.discriminator != 0)
		s->detect_at = mono_add(s->heard_at, bfd_detection_time(s));
	answer_poll(s, ev, out);
	transmit(s, ev, out);
	act(out, &(struct bfd_action){ .type = BFD_ACT_TIMER, .when = mono_min(s->send_at, s->detect_at) });
}

void bfd_init(struct bfd *s, const struct bfd_timing *conf, uint32_t discriminator)
{
	*s = (struct bfd){
		.conf = *conf, .discriminator = discriminator, .state = BFD_ADMIN_DOWN, .send_at = MONO_NEVER
	};
	forget_remote(s);
	s->desired_tx = s->used_tx = greater(conf->desired_tx, conf->idle_tx);
	s->required_rx = s->used_rx = conf->required_rx;
}

void bfd_resume(struct bfd *s, const struct bfd *past, mono_t now)
{
	const struct bfd_timing conf = s->conf;

	*s = *past;
	s->conf = conf;
	s->is_started = true;
	s->sent = (struct bfd_packet){ .multiplier = 0 };
	s->paced = 0;
	s->send_at = MONO_NEVER;
	s->heard_at = now;
}

struct bfd_timing bfd_relaxed(struct bfd_timing conf)
{
	const uint32_t share = (uint32_t)RELAXED_WAIT / conf.multiplier;

	conf.desired_tx = greater(conf.desired_tx, share < BFD_SLOW ? share : BFD_SLOW);
	return conf;
}

bool bfd_is_sane(const struct bfd *s)
{
	const bool is_known = s->remote.discriminator != 0;

	if (is_known != (s->detect_at.usec != MONO_NEVER.usec))
		return false;
	if ((s->state == BFD_INIT || s->state == BFD_UP) && !is_known)
		return false;
	if (s->state != BFD_UP && (s->desired_tx < BFD_SLOW || s->used_tx < BFD_SLOW))
		return false;
	return s->is_polling || (s->used_tx == s->desired_tx && s->used_rx == s->required_rx);
}
