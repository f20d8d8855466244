/* test_gateway.c - when a neighbour is asked, and what answers and silence make of it: a row is a sequence of seconds. */
#include "vrrp/gateway.h"

#include <check.h>
#include <string.h>

#include "run.h"

static const struct gateway_conf conf = { MONO_SEC, 300 * MONO_MSEC, 10 * MONO_SEC, 3, 2 };

/* Each sign is one question: '+' it is answered, '-' it is not, 'x' it could not be sent. The states after each: u, U, D. */
static const struct row {
	const char *name, *answers, *states;
} rows[] = {
	{ "the first answer makes it up", "+", "U" },
	{ "silence is nothing until fall", "--", "uu" },
	{ "silent from the start", "---", "uuD" },
	{ "what cannot be sent is silence", "xxx", "uuD" },
	{ "two lost in a row are no change", "+--+--+", "UUUUUUU" },
	{ "down at fall", "+---", "UUUD" },
	{ "up again with rise, but not before the hold time", "+---++++++++++++", "UUUDDDDDDDDDDDUU" },
	{ "an answer now and then is not enough", "+---+-+-+-+-+-+-+-+-", "UUUDDDDDDDDDDDDDDDDD" },
	{ "after the hold time, rise at once", "+-------------++", "UUUDDDDDDDDDDDDU" },
	{ "up from silence with rise at once; then the hold time", "---++-----------", "uuDDUUUUUUUUUUDD" },
};

static char sign_of(const struct gateway *g)
{
	return g->state == TRACK_UP ? 'U' : g->state == TRACK_DOWN ? 'D' : 'u';
}

/* One question and what follows; the next one is a second later. */
static mono_t ask(struct gateway *g, char answer, mono_t now)
{
	struct gateway_out out;
	mono_t asked = now;

	gateway_step(g, &conf, GATEWAY_EV_TIMER, now, &out);
	ck_assert(out.must_ask);
	if (answer != '-')
		gateway_step(g, &conf, answer == '+' ? GATEWAY_EV_ANSWER : GATEWAY_EV_UNSENT, mono_add(now, 1000),
			&out);
	else
		ck_assert_int_eq(out.timer.usec, mono_add(asked, conf.timeout).usec);
	if (answer == '-')
		gateway_step(g, &conf, GATEWAY_EV_TIMER, out.timer, &out);
	ck_assert_msg(!out.must_ask, "asked again before the interval is over");
	ck_assert_int_eq(out.timer.usec, mono_add(asked, conf.interval).usec);
	return out.timer;
}

START_TEST(sequences) {
	const struct row *r = &rows[_i];
	struct gateway g = { 0 };
	mono_t now = { 1000 * MONO_SEC };
	char states[64] = "";

	for (size_t i = 0; r->answers[i]; i++) {
		now = ask(&g, r->answers[i], now);
		states[i] = sign_of(&g);
	}
	ck_assert_msg(!strcmp(states, r->states), "%s: %s, expected %s", r->name, states, r->states);
}
END_TEST

/* However it flaps, there are not two changes within the hold time. */
START_TEST(flapping) {
	struct gateway g = { 0 };
	mono_t now = { 1000 * MONO_SEC }, last = { 0 };
	enum track_state before = TRACK_UP;
	unsigned changes = 0;

	now = ask(&g, '+', now);
	for (unsigned i = 0; i < 2000; i++) {
		now = ask(&g, i / (3 + (unsigned)_i) % 2 ? '+' : '-', now);
		if (g.state == before)
			continue;
		ck_assert_msg(!last.usec || mono_diff(now, last) >= conf.hold, "two changes within %ld ms",
			(long)(mono_diff(now, last) / 1000));
		before = g.state;
		last = now;
		changes++;
	}
	ck_assert_uint_gt(changes, 10);
}
END_TEST

/* An answer that nobody waits for any more, or the second to one question, counts for nothing. */
START_TEST(late_answers) {
	struct gateway g = { 0 };
	struct gateway_out out;
	mono_t now = { 1000 * MONO_SEC };

	now = ask(&g, '-', now);
	gateway_step(&g, &conf, GATEWAY_EV_ANSWER, now, &out);
	ck_assert_int_eq(g.state, TRACK_UNKNOWN);
	ck_assert_int_eq(out.timer.usec, now.usec);
	ck_assert(!out.has_changed && !out.must_ask);
	now = ask(&g, '+', now);
	gateway_step(&g, &conf, GATEWAY_EV_ANSWER, now, &out);
	ck_assert_uint_eq(g.good, 1);
	ck_assert_uint_eq(g.asked, 2);
	ck_assert_uint_eq(g.answered, 1);
}
END_TEST

/* A timeout beyond the interval is the interval: there is one open question at most. */
START_TEST(long_timeout) {
	const struct gateway_conf slow = { MONO_SEC, 60 * MONO_SEC, 0, 2, 1 };
	struct gateway g = { 0 };
	struct gateway_out out = { .timer = { 1000 * MONO_SEC } };

	for (unsigned i = 0; i < 3; i++) {
		gateway_step(&g, &slow, GATEWAY_EV_TIMER, out.timer, &out);
		ck_assert(out.must_ask);
		ck_assert_int_eq(out.has_changed, i == 2);
	}
	ck_assert_int_eq(g.state, TRACK_DOWN);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gateway");
	TCase *t = tcase_create("step");

	tcase_add_loop_test(t, sequences, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(t, flapping, 0, 20);
	tcase_add_test(t, late_answers);
	tcase_add_test(t, long_timeout);
	suite_add_tcase(s, t);
	return run_suite(s);
}
