/*
 * test_bfd_step.c - one row or test per sentence of RFC 5880 6.8 that one side can keep or break, then two sessions on a wire of a
 * millisecond: they come up, agree on timers, lose each other and find each other again.
 */
#include "vrrp/bfd_step.h"

#include <check.h>
#include <inttypes.h>
#include <stdlib.h>

#include "run.h"

#define MS(n) ((int64_t)(n)*MONO_MSEC)
#define SECOND 1000000u
#define OURS 0x0a
#define THEIRS 0x0b

enum { START_AT = 1000000000 };

static const struct bfd_timing fast = { .desired_tx = 10000, .required_rx = 10000, .idle_tx = SECOND, .multiplier = 5 };

struct world {
	struct bfd s;
	struct bfd_actions out;
	mono_t now;
	uint16_t jitter;
};

static void step(struct world *w, struct bfd_event ev)
{
	ev.now = w->now;
	ev.jitter = w->jitter;
	bfd_step(&w->s, &ev, &w->out);
	ck_assert_msg(bfd_is_sane(&w->s), "not sane in %s", bfd_state_str(w->s.state));
}

static void plain(struct world *w, enum bfd_event_type type)
{
	step(w, (struct bfd_event){ .type = type });
}

static struct world begin(struct bfd_timing conf)
{
	struct world w = { .now = { START_AT }, .jitter = UINT16_MAX };

	bfd_init(&w.s, &conf, OURS);
	return w;
}

static struct world started(struct bfd_timing conf)
{
	struct world w = begin(conf);

	plain(&w, BFD_EV_START);
	return w;
}

/* What the other side says; it sends every 20 ms and takes every 30 ms. */
static struct bfd_packet said(enum bfd_state state)
{
	return (struct bfd_packet){ .version = 1,
		.state = state,
		.multiplier = 3,
		.my_discriminator = THEIRS,
		.your_discriminator = OURS,
		.desired_tx = 20000,
		.required_rx = 30000 };
}

static void hear(struct world *w, struct bfd_packet p)
{
	step(w, (struct bfd_event){ .type = BFD_EV_PACKET, .packet = &p });
}

static void later(struct world *w, int64_t usec)
{
	w->now = mono_add(w->now, usec);
}

static struct world up(struct bfd_timing conf)
{
	struct world w = started(conf);

	hear(&w, said(BFD_INIT));
	ck_assert_int_eq(w.s.state, BFD_UP);
	return w;
}

/* Up, and the poll sequence of coming up answered. */
static struct world settled(struct bfd_timing conf)
{
	struct world w = up(conf);
	struct bfd_packet p = said(BFD_UP);

	p.final = true;
	hear(&w, p);
	ck_assert(!w.s.is_polling);
	return w;
}

/* The n-th packet of the last step; NULL when there were less. */
static const struct bfd_packet *sent(const struct world *w, unsigned n)
{
	for (unsigned i = 0; i < w->out.n; i++)
		if (w->out.item[i].type == BFD_ACT_SEND && n-- == 0)
			return &w->out.item[i].packet;
	return NULL;
}

static const struct bfd_action *transition(const struct world *w)
{
	for (unsigned i = 0; i < w->out.n; i++)
		if (w->out.item[i].type == BFD_ACT_STATE)
			return &w->out.item[i];
	return NULL;
}

static mono_t timer(const struct world *w)
{
	const struct bfd_action *last = &w->out.item[w->out.n - 1];

	ck_assert_int_eq(last->type, BFD_ACT_TIMER);
	return last->when;
}

/* 6.8.6: what state and what is received make of each other. */

static const struct move {
	enum bfd_state from, received, to;
	enum bfd_why why; /* NONE: no transition */
	enum bfd_diag diag;
} moves[] = {
	{ BFD_DOWN, BFD_ADMIN_DOWN, BFD_DOWN, BFD_WHY_NONE, BFD_DIAG_NONE },
	{ BFD_DOWN, BFD_DOWN, BFD_INIT, BFD_WHY_HEARD, BFD_DIAG_NONE },
	{ BFD_DOWN, BFD_INIT, BFD_UP, BFD_WHY_HEARD, BFD_DIAG_NONE },
	{ BFD_DOWN, BFD_UP, BFD_DOWN, BFD_WHY_NONE, BFD_DIAG_NONE },
	{ BFD_INIT, BFD_ADMIN_DOWN, BFD_DOWN, BFD_WHY_NEIGHBOR_ADMIN, BFD_DIAG_NEIGHBOR },
	{ BFD_INIT, BFD_DOWN, BFD_INIT, BFD_WHY_NONE, BFD_DIAG_NONE },
	{ BFD_INIT, BFD_INIT, BFD_UP, BFD_WHY_HEARD, BFD_DIAG_NONE },
	{ BFD_INIT, BFD_UP, BFD_UP, BFD_WHY_HEARD, BFD_DIAG_NONE },
	{ BFD_UP, BFD_ADMIN_DOWN, BFD_DOWN, BFD_WHY_NEIGHBOR_ADMIN, BFD_DIAG_NEIGHBOR },
	{ BFD_UP, BFD_DOWN, BFD_DOWN, BFD_WHY_NEIGHBOR_DOWN, BFD_DIAG_NEIGHBOR },
	{ BFD_UP, BFD_INIT, BFD_UP, BFD_WHY_NONE, BFD_DIAG_NONE },
	{ BFD_UP, BFD_UP, BFD_UP, BFD_WHY_NONE, BFD_DIAG_NONE },
	{ BFD_ADMIN_DOWN, BFD_DOWN, BFD_ADMIN_DOWN, BFD_WHY_NONE, BFD_DIAG_ADMIN },
	{ BFD_ADMIN_DOWN, BFD_INIT, BFD_ADMIN_DOWN, BFD_WHY_NONE, BFD_DIAG_ADMIN },
	{ BFD_ADMIN_DOWN, BFD_UP, BFD_ADMIN_DOWN, BFD_WHY_NONE, BFD_DIAG_ADMIN },
};

static struct world in_state(enum bfd_state state)
{
	struct world w = started(fast);

	if (state == BFD_INIT)
		hear(&w, said(BFD_DOWN));
	else if (state == BFD_UP)
		hear(&w, said(BFD_INIT));
	else if (state == BFD_ADMIN_DOWN)
		plain(&w, BFD_EV_STOP);
	ck_assert_int_eq(w.s.state, state);
	return w;
}

START_TEST(move) {
	const struct move *m = &moves[_i];
	struct world w = in_state(m->from);
	struct bfd_packet p = said(m->received);
	const struct bfd_action *t;

	p.diag = BFD_DIAG_PATH;
	later(&w, MS(1));
	hear(&w, p);
	t = transition(&w);
	ck_assert_int_eq(w.s.state, m->to);
	ck_assert_uint_eq(w.s.diag, m->diag);
	ck_assert_int_eq(t != NULL, m->why != BFD_WHY_NONE);
	if (!t)
		return;
	ck_assert(t->from == m->from && t->to == m->to && t->why == m->why && t->remote_diag == BFD_DIAG_PATH);
	ck_assert_ptr_nonnull(sent(&w, 0)); /* 6.8.7: a change of state is told at once */
	ck_assert_int_eq(sent(&w, 0)->state, m->to);
	ck_assert_uint_eq(sent(&w, 0)->diag, m->diag);
}
END_TEST

/* 6.8.1: the variables before anything happened. */
START_TEST(variables) {
	struct world w = begin(fast);

	ck_assert_int_eq(w.s.state, BFD_ADMIN_DOWN);
	ck_assert_int_eq(w.s.remote.state, BFD_DOWN);
	ck_assert_uint_eq(w.s.remote.discriminator, 0);
	ck_assert_uint_eq(w.s.remote.required_rx, 1);
	ck_assert_uint_eq(w.s.diag, 0);
	ck_assert_uint_eq(w.s.desired_tx, SECOND); /* 6.8.3 */
	plain(&w, BFD_EV_TIMER);
	ck_assert_ptr_null(sent(&w, 0));
	ck_assert_int_eq(timer(&w).usec, MONO_NEVER.usec);
}
END_TEST

START_TEST(first_packet) {
	struct world w = started(fast);
	const struct bfd_packet *p = sent(&w, 0);

	ck_assert_int_eq(transition(&w)->why, BFD_WHY_START);
	ck_assert(p && p->version == 1 && p->state == BFD_DOWN && p->diag == 0 && p->multiplier == 5);
	ck_assert(!p->poll && !p->final && !p->demand && !p->has_auth && !p->multipoint && !p->control_independent);
	ck_assert(p->my_discriminator == OURS && p->your_discriminator == 0);
	ck_assert(p->desired_tx == SECOND && p->required_rx == 10000 && p->required_echo_rx == 0);
	ck_assert_int_eq(mono_diff(timer(&w), w.now), SECOND);
}
END_TEST

/* 6.8.7: jitter of 0 to 25 %, with a multiplier of 1 of 10 to 25 %. */
START_TEST(jitter) {
	static const struct {
		uint16_t jitter;
		uint8_t multiplier;
		int64_t wait;
	} rows[] = { { 0, 5, 750000 }, { UINT16_MAX, 5, 1000000 }, { 0x8000, 5, 875001 }, { 0, 1, 750000 },
		{ UINT16_MAX, 1, 900000 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bfd_timing conf = fast;
		struct world w;

		conf.multiplier = rows[i].multiplier;
		w = begin(conf);
		w.jitter = rows[i].jitter;
		plain(&w, BFD_EV_START);
		ck_assert_int_eq(mono_diff(timer(&w), w.now), rows[i].wait);
	}
}
END_TEST

/* 6.8.2, 6.8.7: the greater of what we want to send and they want to receive. */
START_TEST(pace) {
	struct world w = settled(fast);

	ck_assert_uint_eq(bfd_interval(&w.s), 30000);
	later(&w, MS(30));
	plain(&w, BFD_EV_TIMER);
	ck_assert_ptr_nonnull(sent(&w, 0));
	ck_assert_ptr_null(sent(&w, 1));
	ck_assert_int_eq(mono_diff(timer(&w), w.now), MS(30));
	later(&w, MS(29));
	plain(&w, BFD_EV_TIMER);
	ck_assert_ptr_null(sent(&w, 0));
}
END_TEST

/* A process that was late sends one packet, not all that were due. */
START_TEST(late) {
	struct world w = settled(fast);

	later(&w, MS(55));
	plain(&w, BFD_EV_TIMER);
	ck_assert_ptr_nonnull(sent(&w, 0));
	ck_assert_ptr_null(sent(&w, 1));
	ck_assert_int_eq(w.s.state, BFD_UP);
	ck_assert(mono_before(w.now, timer(&w)));
}
END_TEST

/* 6.8.2: another interval of theirs counts from our last packet on. */
START_TEST(other_pace) {
	struct world w = settled(fast);
	struct bfd_packet p = said(BFD_UP);

	later(&w, MS(10));
	p.required_rx = 12000;
	hear(&w, p);
	ck_assert_ptr_null(sent(&w, 0));
	ck_assert_int_eq(mono_diff(timer(&w), w.now), MS(2));
	later(&w, MS(1));
	p.required_rx = 5000;
	hear(&w, p); /* 10 ms of our own are over */
	ck_assert_ptr_nonnull(sent(&w, 0));
}
END_TEST

/* And the jitter is rolled once for it: the time that was armed is the time. */
START_TEST(other_pace_is_kept) {
	struct world w = settled(fast);
	struct bfd_packet p = said(BFD_UP);

	p.required_rx = 20000;
	w.jitter = 0;
	hear(&w, p);
	ck_assert_int_eq(mono_diff(timer(&w), w.now), MS(15));
	w.jitter = UINT16_MAX;
	later(&w, MS(15));
	plain(&w, BFD_EV_TIMER);
	ck_assert_ptr_nonnull(sent(&w, 0));
}
END_TEST

/* 6.8.7: "MUST NOT periodically transmit if bfd.RemoteMinRxInterval is zero". */
START_TEST(remote_wants_none) {
	struct world w = settled(fast);
	struct bfd_packet p = said(BFD_UP);

	p.required_rx = 0;
	hear(&w, p);
	ck_assert_int_eq(timer(&w).usec, w.s.detect_at.usec);
	later(&w, MS(59));
	plain(&w, BFD_EV_TIMER);
	ck_assert_ptr_null(sent(&w, 0));
	p.poll = true; /* but it is answered */
	hear(&w, p);
	ck_assert(sent(&w, 0) && sent(&w, 0)->final);
	p = said(BFD_UP);
	hear(&w, p); /* and it wants some again */
	ck_assert_ptr_nonnull(sent(&w, 0));
}
END_TEST

/* 6.8.7: "MUST NOT transmit if bfd.RemoteDiscr is zero and the system is taking the Passive role". */
START_TEST(passive) {
	struct bfd_timing conf = fast;
	struct world w;

	conf.is_passive = true;
	w = started(conf);
	ck_assert_ptr_null(sent(&w, 0));
	ck_assert_int_eq(timer(&w).usec, MONO_NEVER.usec);
	hear(&w, said(BFD_DOWN));
	ck_assert(sent(&w, 0) && sent(&w, 0)->state == BFD_INIT);
	later(&w, 60 * MONO_SEC);
	plain(&w, BFD_EV_TIMER); /* unknown again */
	ck_assert_int_eq(w.s.state, BFD_DOWN);
	ck_assert_ptr_null(sent(&w, 0));
	ck_assert_int_eq(timer(&w).usec, MONO_NEVER.usec);
}
END_TEST

/* 6.6, 6.8.7: they are in demand mode and both are up: only a poll sequence is sent. */
START_TEST(demand) {
	struct world w = settled(fast);
	struct bfd_packet p = said(BFD_UP);

	p.demand = true;
	hear(&w, p);
	ck_assert_ptr_null(sent(&w, 0));
	ck_assert_int_eq(timer(&w).usec, w.s.detect_at.usec);
	step(&w, (struct bfd_event){ .type = BFD_EV_CONFIG, .timing = { 10000, 40000, SECOND, 5, false } });
	ck_assert(sent(&w, 0) && sent(&w, 0)->poll);
	p.final = true;
	hear(&w, p);
	ck_assert_ptr_null(sent(&w, 0));
	p.final = p.demand = false;
	hear(&w, p);
	ck_assert_ptr_nonnull(sent(&w, 0));
}
END_TEST

/* 6.5, 6.8.7: a poll is answered at once, in every state but AdminDown, never with both bits, and not from the timer's time. */
START_TEST(answer) {
	for (int state = BFD_ADMIN_DOWN; state < BFD_STATE_MAX; state++) {
		struct world w = in_state((enum bfd_state)state);
		struct bfd_packet p = said(state == BFD_DOWN ? BFD_UP : BFD_INIT);

		p.poll = true;
		hear(&w, p);
		if (state == BFD_ADMIN_DOWN) { /* 6.8.6: "discard the packet" comes before the P bit */
			ck_assert(!sent(&w, 0) || !sent(&w, 0)->final);
			continue;
		}
		ck_assert(sent(&w, 0) && sent(&w, 0)->final && !sent(&w, 0)->poll);
		ck_assert_uint_eq(sent(&w, 0)->your_discriminator, THEIRS);
	}
}
END_TEST

START_TEST(answer_keeps_the_pace) {
	struct world w = settled(fast);
	struct bfd_packet p = said(BFD_UP);
	mono_t due = w.s.send_at;

	later(&w, MS(5));
	p.poll = true;
	hear(&w, p);
	ck_assert(sent(&w, 0) && !sent(&w, 1));
	ck_assert_int_eq(w.s.send_at.usec, due.usec);
}
END_TEST

/* 6.8.3: coming up, the interval changes: a poll sequence, on the packet that tells the state. */
START_TEST(poll_when_up) {
	struct world w = up(fast);
	struct bfd_packet p = said(BFD_UP);

	ck_assert(sent(&w, 0)->poll && sent(&w, 0)->desired_tx == 10000 && sent(&w, 0)->state == BFD_UP);
	later(&w, MS(30));
	plain(&w, BFD_EV_TIMER);
	ck_assert(sent(&w, 0)->poll); /* until it is answered */
	hear(&w, p);
	ck_assert(w.s.is_polling);
	p.final = true;
	hear(&w, p);
	ck_assert(!w.s.is_polling);
	later(&w, MS(30));
	plain(&w, BFD_EV_TIMER);
	ck_assert(!sent(&w, 0)->poll);
}
END_TEST

/* 6.8.3: "the actual transmission interval used MUST NOT change until the Poll Sequence has terminated", for an increase. */
START_TEST(slower_tx) {
	struct world w = settled(fast);
	struct bfd_packet p = said(BFD_UP);

	step(&w, (struct bfd_event){ .type = BFD_EV_CONFIG, .timing = { 100000, 10000, SECOND, 5, false } });
	ck_assert(sent(&w, 0)->poll && sent(&w, 0)->desired_tx == 100000);
	ck_assert_uint_eq(bfd_interval(&w.s), 30000);
	p.final = true;
	hear(&w, p);
	ck_assert_uint_eq(bfd_interval(&w.s), 100000);
}
END_TEST

START_TEST(faster_tx) {
	struct bfd_timing slow = fast;
	struct world w;

	slow.desired_tx = 100000;
	w = settled(slow);
	ck_assert_uint_eq(bfd_interval(&w.s), 100000);
	step(&w, (struct bfd_event){ .type = BFD_EV_CONFIG, .timing = fast });
	ck_assert(sent(&w, 0)->poll);
	ck_assert_uint_eq(bfd_interval(&w.s), 30000);
}
END_TEST

/* 6.8.3: "the previous value MUST be used when calculating the Detection Time until the Poll Sequence has terminated". */
START_TEST(shorter_rx) {
	struct bfd_timing slow = fast;
	struct bfd_packet p = said(BFD_UP);
	struct world w;

	slow.required_rx = 100000;
	w = settled(slow);
	ck_assert_int_eq(bfd_detection_time(&w.s), 300000);
	step(&w, (struct bfd_event){ .type = BFD_EV_CONFIG, .timing = fast });
	ck_assert(sent(&w, 0)->poll && sent(&w, 0)->required_rx == 10000);
	ck_assert_int_eq(bfd_detection_time(&w.s), 300000);
	p.final = true;
	hear(&w, p);
	ck_assert_int_eq(bfd_detection_time(&w.s), 60000);
	ck_assert_int_eq(mono_diff(w.s.detect_at, w.now), 60000);
}
END_TEST

START_TEST(longer_rx) {
	struct world w = settled(fast);

	step(&w, (struct bfd_event){ .type = BFD_EV_CONFIG, .timing = { 10000, 100000, SECOND, 5, false } });
	ck_assert_int_eq(bfd_detection_time(&w.s), 300000);
	ck_assert_int_eq(mono_diff(w.s.detect_at, w.now), 300000);
}
END_TEST

/* A change during a poll sequence waits for its end: the answer to the old one must not stand for the new values. */
START_TEST(change_during_poll) {
	struct world w = settled(fast);
	struct bfd_packet p = said(BFD_UP);

	step(&w, (struct bfd_event){ .type = BFD_EV_CONFIG, .timing = { 100000, 10000, SECOND, 5, false } });
	step(&w, (struct bfd_event){ .type = BFD_EV_CONFIG, .timing = { 200000, 10000, SECOND, 5, false } });
	ck_assert_ptr_null(sent(&w, 0));
	p.final = true;
	hear(&w, p);
	ck_assert(sent(&w, 0) && sent(&w, 0)->poll && sent(&w, 0)->desired_tx == 200000);
	ck_assert_uint_eq(bfd_interval(&w.s), 100000);
	hear(&w, p);
	ck_assert_uint_eq(bfd_interval(&w.s), 200000);
	ck_assert(!w.s.is_polling);
}
END_TEST

/* 6.8.3: a slower pace that is taken back before the poll for it is answered was never in force; what we say is polled for anew. */
START_TEST(change_back_during_poll) {
	const struct bfd_timing quick = { 50000, 10000, SECOND, 5, false }, slow = { 200000, 10000, SECOND, 5, false };
	struct world w = settled(quick);
	struct bfd_packet p = said(BFD_UP);

	step(&w, (struct bfd_event){ .type = BFD_EV_CONFIG, .timing = slow });
	step(&w, (struct bfd_event){ .type = BFD_EV_CONFIG, .timing = quick });
	ck_assert_uint_eq(bfd_interval(&w.s), 50000);
	w.now = timer(&w);
	plain(&w, BFD_EV_TIMER);
	ck_assert(sent(&w, 0) && sent(&w, 0)->poll && sent(&w, 0)->desired_tx == 200000);
	p.final = true;
	hear(&w, p);
	ck_assert(sent(&w, 0) && sent(&w, 0)->poll && sent(&w, 0)->desired_tx == 50000);
	ck_assert_uint_eq(bfd_interval(&w.s), 50000);
}
END_TEST

/* 6.8.12: another multiplier goes with the next packet, no poll sequence. */
START_TEST(multiplier) {
	struct world w = settled(fast);
	struct bfd_timing conf = fast;

	conf.multiplier = 9;
	step(&w, (struct bfd_event){ .type = BFD_EV_CONFIG, .timing = conf });
	ck_assert(sent(&w, 0) && sent(&w, 0)->multiplier == 9 && !sent(&w, 0)->poll);
	ck_assert_int_eq(bfd_remote_detection_time(&w.s), 9 * 30000);
}
END_TEST

/* A configuration that says the same is no news. */
START_TEST(same_configuration) {
	struct world w = settled(fast);

	step(&w, (struct bfd_event){ .type = BFD_EV_CONFIG, .timing = fast });
	ck_assert_ptr_null(sent(&w, 0));
	ck_assert(!w.s.is_polling);
}
END_TEST

/* 6.8.4: their multiplier times the greater of our RequiredMinRx and their DesiredMinTx. */
START_TEST(detection) {
	struct world w = settled(fast);
	const struct bfd_action *t;

	ck_assert_int_eq(bfd_detection_time(&w.s), 60000);
	later(&w, 59999);
	plain(&w, BFD_EV_TIMER);
	ck_assert_int_eq(w.s.state, BFD_UP);
	later(&w, 1);
	plain(&w, BFD_EV_TIMER);
	t = transition(&w);
	ck_assert(t && t->from == BFD_UP && t->to == BFD_DOWN && t->why == BFD_WHY_EXPIRED && t->usec == 60000);
	ck_assert_uint_eq(w.s.diag, BFD_DIAG_EXPIRED);
	ck_assert_uint_eq(w.s.remote.discriminator, 0); /* 6.8.1 bfd.RemoteDiscr */
	ck_assert(sent(&w, 0)->state == BFD_DOWN && sent(&w, 0)->diag == BFD_DIAG_EXPIRED);
	ck_assert(sent(&w, 0)->your_discriminator == 0 && sent(&w, 0)->desired_tx == SECOND);
	ck_assert_int_eq(mono_diff(timer(&w), w.now), SECOND);
}
END_TEST

START_TEST(detection_in_init) {
	struct world w = in_state(BFD_INIT);

	later(&w, bfd_detection_time(&w.s));
	plain(&w, BFD_EV_TIMER);
	ck_assert_int_eq(w.s.state, BFD_DOWN);
	ck_assert_uint_eq(w.s.diag, BFD_DIAG_EXPIRED);
}
END_TEST

/* 6.8.6: "If the packet was not discarded, it has been received for purposes of the Detection Time expiration". */
START_TEST(heard_in_time) {
	struct world w = settled(fast);

	for (int i = 0; i < 20; i++) {
		later(&w, 59999);
		hear(&w, said(BFD_UP));
		plain(&w, BFD_EV_TIMER);
		ck_assert_int_eq(w.s.state, BFD_UP);
	}
}
END_TEST

/* 6.8.1: the neighbor is forgotten in Down too; nothing but that happens. */
START_TEST(forgotten_while_down) {
	struct world w = settled(fast);

	hear(&w, said(BFD_ADMIN_DOWN));
	ck_assert_int_eq(w.s.remote.state, BFD_ADMIN_DOWN);
	later(&w, bfd_detection_time(&w.s));
	plain(&w, BFD_EV_TIMER);
	ck_assert_ptr_null(transition(&w));
	ck_assert_uint_eq(w.s.remote.discriminator, 0);
	ck_assert_int_eq(w.s.remote.state, BFD_DOWN);
}
END_TEST

/* 6.8.3: not up, packets go no faster than one in a second, and DesiredMinTx says so. */
START_TEST(slow_while_down) {
	struct world w = settled(fast);

	hear(&w, said(BFD_DOWN));
	ck_assert_uint_eq(sent(&w, 0)->desired_tx, SECOND);
	ck_assert_int_eq(mono_diff(w.s.send_at, w.now), SECOND);
	ck_assert_uint_eq(bfd_interval(&w.s), SECOND);
}
END_TEST

START_TEST(slower_than_idle) {
	struct bfd_timing conf = { 4 * SECOND, 10000, 2 * SECOND, 3, false };
	struct world w = started(conf);

	ck_assert_uint_eq(sent(&w, 0)->desired_tx, 4 * SECOND);
	conf.desired_tx = 10000;
	w = started(conf);
	ck_assert_uint_eq(sent(&w, 0)->desired_tx, 2 * SECOND);
}
END_TEST

/* 6.8.16: told at once, and for as long as the session is kept. */
START_TEST(stop) {
	struct world w = settled(fast);

	plain(&w, BFD_EV_STOP);
	ck_assert(transition(&w)->why == BFD_WHY_STOP && transition(&w)->to == BFD_ADMIN_DOWN);
	ck_assert(sent(&w, 0)->state == BFD_ADMIN_DOWN && sent(&w, 0)->diag == BFD_DIAG_ADMIN);
	ck_assert_uint_eq(sent(&w, 0)->your_discriminator, THEIRS);
	later(&w, SECOND);
	plain(&w, BFD_EV_TIMER);
	ck_assert(sent(&w, 0)->state == BFD_ADMIN_DOWN);
	plain(&w, BFD_EV_STOP);
	ck_assert_ptr_null(transition(&w));
	plain(&w, BFD_EV_START);
	ck_assert_int_eq(w.s.state, BFD_DOWN);
}
END_TEST

START_TEST(not_started_is_not_told) {
	struct world w = begin(fast);

	plain(&w, BFD_EV_STOP);
	ck_assert_ptr_null(sent(&w, 0));
}
END_TEST

/* Two sessions on a wire. */

enum { WIRE_USEC = 1000, IN_FLIGHT = 8 };

struct flight {
	mono_t at;
	struct bfd_packet packet;
};

struct end {
	struct bfd s;
	mono_t timer;
	struct flight flight[IN_FLIGHT]; /* to this end */
	unsigned n, heard, moves;
	bool is_cut; /* nothing reaches it */
};

struct wire {
	struct end end[2];
	mono_t now;
	uint32_t seed;
};

static void feed(struct wire *w, int i, struct bfd_event ev)
{
	struct end *to = &w->end[!i];
	struct bfd_actions out;

	w->seed = w->seed * 1103515245 + 12345;
	ev.now = w->now;
	ev.jitter = (uint16_t)(w->seed >> 16);
	bfd_step(&w->end[i].s, &ev, &out);
	ck_assert(bfd_is_sane(&w->end[i].s));
	for (unsigned k = 0; k < out.n; k++) {
		if (out.item[k].type == BFD_ACT_TIMER)
			w->end[i].timer = out.item[k].when;
		else if (out.item[k].type == BFD_ACT_STATE)
			w->end[i].moves++;
		else if (out.item[k].type == BFD_ACT_SEND && !to->is_cut && to->n < IN_FLIGHT)
			to->flight[to->n++] = (struct flight){ mono_add(w->now, WIRE_USEC), out.item[k].packet };
	}
}

static mono_t next_of(const struct end *e)
{
	return e->n ? mono_min(e->timer, e->flight[0].at) : e->timer;
}

static void turn(struct wire *w, int i)
{
	struct end *e = &w->end[i];

	if (e->n && !mono_before(w->now, e->flight[0].at)) {
		const struct bfd_packet p = e->flight[0].packet;

		e->n--;
		for (unsigned k = 0; k < e->n; k++)
			e->flight[k] = e->flight[k + 1];
		e->heard++;
		feed(w, i, (struct bfd_event){ .type = BFD_EV_PACKET, .packet = &p });
	} else if (!mono_before(w->now, e->timer)) {
		feed(w, i, (struct bfd_event){ .type = BFD_EV_TIMER });
	}
}

static void run(struct wire *w, int64_t usec)
{
	const mono_t end = mono_add(w->now, usec);

	while (!mono_before(end, mono_min(next_of(&w->end[0]), next_of(&w->end[1])))) {
		w->now = mono_min(next_of(&w->end[0]), next_of(&w->end[1]));
		turn(w, 0);
		turn(w, 1);
	}
	w->now = end;
}

static struct wire pair(struct bfd_timing a, struct bfd_timing b, uint32_t seed)
{
	struct wire w = { .now = { START_AT }, .seed = seed };

	bfd_init(&w.end[0].s, &a, OURS);
	bfd_init(&w.end[1].s, &b, THEIRS);
	for (int i = 0; i < 2; i++) {
		w.end[i].timer = MONO_NEVER;
		feed(&w, i, (struct bfd_event){ .type = BFD_EV_START });
	}
	return w;
}

static bool both(const struct wire *w, enum bfd_state state)
{
	return w->end[0].s.state == state && w->end[1].s.state == state;
}

START_TEST(wire_up_and_agreed) {
	struct wire w = pair(fast, (struct bfd_timing){ 50000, 20000, SECOND, 3, false }, (uint32_t)_i + 1);

	run(&w, 2 * SECOND);
	ck_assert(both(&w, BFD_UP) && !w.end[0].s.is_polling && !w.end[1].s.is_polling);
	ck_assert_uint_eq(bfd_interval(&w.end[0].s), 20000);
	ck_assert_uint_eq(bfd_interval(&w.end[1].s), 50000);
	ck_assert_int_eq(bfd_detection_time(&w.end[0].s), 150000);
	ck_assert_int_eq(bfd_detection_time(&w.end[1].s), 100000);
	w.end[0].heard = w.end[1].heard = 0;
	run(&w, 10 * SECOND);
	ck_assert(both(&w, BFD_UP));
	ck_assert(w.end[0].heard >= 199 && w.end[0].heard <= 268); /* 50 ms, 0 to 25 % less */
	ck_assert(w.end[1].heard >= 499 && w.end[1].heard <= 668);
}
END_TEST

START_TEST(wire_cut) {
	struct wire w = pair(fast, fast, (uint32_t)_i + 1);

	run(&w, 2 * SECOND);
	ck_assert(both(&w, BFD_UP));
	w.end[0].is_cut = w.end[1].is_cut = true;
	run(&w, 51000);
	ck_assert(both(&w, BFD_DOWN));
	ck_assert(w.end[0].s.diag == BFD_DIAG_EXPIRED && w.end[1].s.diag == BFD_DIAG_EXPIRED);
	run(&w, 5 * SECOND);
	w.end[0].is_cut = w.end[1].is_cut = false;
	run(&w, SECOND + 10000);
	ck_assert(both(&w, BFD_UP));
}
END_TEST

/* One direction lost: who hears nothing says so, the other learns it by the diagnostic. */
START_TEST(wire_one_way) {
	struct wire w = pair(fast, fast, (uint32_t)_i + 1);

	run(&w, 2 * SECOND);
	w.end[0].is_cut = true;
	run(&w, 53000);
	ck_assert(both(&w, BFD_DOWN) || w.end[1].s.state == BFD_INIT);
	ck_assert_uint_eq(w.end[0].s.diag, BFD_DIAG_EXPIRED);
	ck_assert_uint_eq(w.end[1].s.diag, BFD_DIAG_NEIGHBOR);
	run(&w, 20 * SECOND);
	ck_assert(w.end[0].s.state != BFD_UP && w.end[1].s.state != BFD_UP);
	w.end[0].is_cut = false;
	run(&w, 2 * SECOND);
	ck_assert(both(&w, BFD_UP));
}
END_TEST

/* Timers changed while up, on both sides at once: nobody goes down, both have the new ones. */
START_TEST(wire_renegotiated) {
	const struct bfd_timing slow = { 400000, 400000, SECOND, 3, false };
	struct wire w = pair(fast, fast, (uint32_t)_i + 1);

	run(&w, 2 * SECOND);
	for (int round = 0; round < 4; round++) {
		for (int i = 0; i < 2; i++) {
			feed(&w, i, (struct bfd_event){ .type = BFD_EV_CONFIG, .timing = round % 2 ? fast : slow });
			run(&w, round * 7000);
		}
		for (int i = 0; i < 400; i++) {
			run(&w, 5000);
			ck_assert(both(&w, BFD_UP));
		}
		ck_assert_uint_eq(bfd_interval(&w.end[0].s), round % 2 ? 10000 : 400000);
		ck_assert_int_eq(bfd_detection_time(&w.end[1].s), round % 2 ? 50000 : 1200000);
	}
}
END_TEST

START_TEST(wire_stop) {
	struct wire w = pair(fast, fast, (uint32_t)_i + 1);

	run(&w, 2 * SECOND);
	feed(&w, 0, (struct bfd_event){ .type = BFD_EV_STOP });
	run(&w, WIRE_USEC + 1);
	ck_assert_int_eq(w.end[1].s.state, BFD_DOWN);
	ck_assert_uint_eq(w.end[1].s.diag, BFD_DIAG_NEIGHBOR);
	run(&w, 10 * SECOND);
	ck_assert_int_eq(w.end[1].s.state, BFD_DOWN);
	ck_assert_int_eq(w.end[1].s.remote.state, BFD_ADMIN_DOWN);
	feed(&w, 0, (struct bfd_event){ .type = BFD_EV_START });
	run(&w, SECOND);
	ck_assert(both(&w, BFD_UP));
}
END_TEST

/* Both passive: silence. One passive: up. */
/* Our process is replaced by another one, which begins `gap` later; `is_told` whether the other side was asked to wait. */
static void replace(struct wire *w, struct bfd_timing conf, int64_t gap, bool is_told)
{
	const struct bfd_event relax = { .type = BFD_EV_CONFIG, .timing = bfd_relaxed(conf) };
	struct end *e = &w->end[0];
	struct bfd past;

	if (is_told) {
		feed(w, 0, relax);
		run(w, MS(300));
	}
	past = e->s;
	e->is_cut = true;
	e->timer = MONO_NEVER;
	e->n = 0;
	run(w, gap);
	e->is_cut = false;
	bfd_init(&e->s, &conf, OURS);
	bfd_resume(&e->s, &past, w->now);
	feed(w, 0, (struct bfd_event){ .type = BFD_EV_CONFIG, .timing = conf });
}

START_TEST(wire_replaced) {
	struct wire w = pair(fast, fast, (uint32_t)_i + 1);

	run(&w, 3 * SECOND);
	w.end[0].moves = w.end[1].moves = 0;
	replace(&w, fast, MS(1500), true);
	run(&w, 3 * SECOND);
	ck_assert(both(&w, BFD_UP));
	ck_assert_uint_eq(w.end[0].moves + w.end[1].moves, 0);
	ck_assert(!w.end[0].s.is_polling && !w.end[1].s.is_polling);
	ck_assert_uint_eq(bfd_interval(&w.end[0].s), 10000);
	ck_assert_int_eq(bfd_detection_time(&w.end[1].s), 50000);
	replace(&w, fast, MS(30), false);
	run(&w, SECOND);
	ck_assert_uint_eq(w.end[0].moves + w.end[1].moves, 0);
	replace(&w, fast, MS(100), false); /* that is too long for a neighbor that was not told */
	run(&w, MS(500));
	ck_assert_uint_gt(w.end[1].moves, 0);
	run(&w, 3 * SECOND);
	ck_assert(both(&w, BFD_UP));
}
END_TEST

/* The neighbor may be gone when the successor comes: it has one detection time from then on. */
START_TEST(resumed_alone) {
	struct world w = settled(fast), before = w;

	later(&w, 5 * SECOND);
	bfd_init(&w.s, &fast, OURS);
	bfd_resume(&w.s, &before.s, w.now);
	step(&w, (struct bfd_event){ .type = BFD_EV_CONFIG, .timing = fast });
	ck_assert_ptr_null(transition(&w));
	ck_assert_ptr_nonnull(sent(&w, 0));
	ck_assert_uint_eq(sent(&w, 0)->state, BFD_UP);
	ck_assert_uint_eq(sent(&w, 0)->my_discriminator, OURS);
	ck_assert_uint_eq(sent(&w, 0)->your_discriminator, THEIRS);
	later(&w, bfd_detection_time(&w.s) - 1);
	plain(&w, BFD_EV_TIMER);
	ck_assert_int_eq(w.s.state, BFD_UP);
	later(&w, 1);
	plain(&w, BFD_EV_TIMER);
	ck_assert_int_eq(w.s.state, BFD_DOWN);
}
END_TEST

static const struct relaxed {
	uint32_t tx, multiplier, expected;
} relaxed_rows[] = {
	{ 10000, 5, 600000 },
	{ 50000, 3, SECOND },
	{ 50000, 1, SECOND },
	{ 50000, 255, 50000 },
	{ 10000, 255, 11764 },
	{ 2 * SECOND, 3, 2 * SECOND },
};

START_TEST(relaxed) {
	const struct relaxed *row = &relaxed_rows[_i];
	const struct bfd_timing conf = { row->tx, 10000, SECOND, (uint8_t)row->multiplier, false };
	const struct bfd_timing got = bfd_relaxed(conf);

	ck_assert_uint_eq(got.desired_tx, row->expected);
	ck_assert(got.required_rx == 10000 && got.idle_tx == SECOND && got.multiplier == row->multiplier);
}
END_TEST

START_TEST(wire_passive) {
	struct bfd_timing waits = fast;
	struct wire w;

	waits.is_passive = true;
	w = pair(waits, waits, 1);
	run(&w, 10 * SECOND);
	ck_assert_uint_eq(w.end[0].heard + w.end[1].heard, 0);
	w = pair(waits, fast, 1);
	run(&w, 2 * SECOND);
	ck_assert(both(&w, BFD_UP));
}
END_TEST

static void add_tests(TCase *t)
{
	const TTest *const tests[] = { variables, first_packet, jitter, pace, late, other_pace, other_pace_is_kept,
		remote_wants_none, passive, demand, answer, answer_keeps_the_pace, poll_when_up, slower_tx, faster_tx, shorter_rx, longer_rx,
		change_during_poll, change_back_during_poll,
		multiplier, same_configuration, detection, detection_in_init, heard_in_time, forgotten_while_down,
		slow_while_down, slower_than_idle, stop, not_started_is_not_told, resumed_alone, wire_passive };
	const TTest *const wires[] = { wire_up_and_agreed, wire_cut, wire_one_way, wire_renegotiated, wire_stop,
		wire_replaced };

	tcase_add_loop_test(t, move, 0, sizeof(moves) / sizeof(moves[0]));
	tcase_add_loop_test(t, relaxed, 0, sizeof(relaxed_rows) / sizeof(relaxed_rows[0]));
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(t, tests[i]);
	for (size_t i = 0; i < sizeof(wires) / sizeof(wires[0]); i++)
		tcase_add_loop_test(t, wires[i], 0, 20);
}

int main(void)
{
	Suite *s = suite_create("bfd_step");
	TCase *t = tcase_create("step");

	suite_add_tcase(s, t);
	add_tests(t);
	return run_suite(s);
}
