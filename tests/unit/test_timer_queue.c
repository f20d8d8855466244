/* test_timer_queue.c - whatever is armed, moved and taken away, what comes out comes in order and once. */
#include "io/timer_queue.h"

#include <check.h>
#include <stdlib.h>

#include "run.h"

static struct timer_item *take(struct timer_queue *q)
{
	struct timer_item *t = timer_queue_take(q);

	if (t)
		ck_assert_int_eq(t->place, TIMER_IDLE);
	return t;
}

START_TEST(empty_one) {
	struct timer_queue q = { 0 };
	struct timer_item idle = { .place = TIMER_IDLE };

	ck_assert_int_eq(timer_queue_next(&q).usec, MONO_NEVER.usec);
	timer_queue_expire(&q, (mono_t){ INT64_MAX - 1 });
	ck_assert_ptr_null(take(&q));
	timer_queue_del(&q, &idle);
	timer_queue_done(&q);
}
END_TEST

START_TEST(only_what_is_due) {
	struct timer_queue q = { 0 };
	struct timer_item t[3] = { 0 };

	timer_queue_add(&q, &t[0], (mono_t){ 300 });
	timer_queue_add(&q, &t[1], (mono_t){ 100 });
	timer_queue_add(&q, &t[2], (mono_t){ 200 });
	ck_assert_int_eq(timer_queue_next(&q).usec, 100);
	timer_queue_expire(&q, (mono_t){ 99 });
	ck_assert_ptr_null(take(&q));
	timer_queue_expire(&q, (mono_t){ 200 });
	ck_assert_ptr_eq(take(&q), &t[1]);
	ck_assert_int_eq(timer_queue_next(&q).usec, 200); /* due, and not taken */
	ck_assert_ptr_eq(take(&q), &t[2]);
	ck_assert_ptr_null(take(&q));
	ck_assert_int_eq(timer_queue_next(&q).usec, 300);
	timer_queue_del(&q, &t[0]);
	ck_assert_int_eq(timer_queue_next(&q).usec, MONO_NEVER.usec);
	timer_queue_done(&q);
}
END_TEST

START_TEST(due_ones_may_go_or_move) {
	struct timer_queue q = { 0 };
	struct timer_item t[4] = { 0 };

	for (int i = 0; i < 4; i++)
		timer_queue_add(&q, &t[i], (mono_t){ 100 + i });
	timer_queue_expire(&q, (mono_t){ 200 });
	timer_queue_del(&q, &t[0]);
	timer_queue_add(&q, &t[2], (mono_t){ 1 }); /* in the past: the next turn's all the same */
	ck_assert_int_eq(t[2].place, TIMER_ARMED);
	ck_assert_ptr_eq(take(&q), &t[1]);
	timer_queue_add(&q, &t[1], (mono_t){ 150 });
	ck_assert_ptr_eq(take(&q), &t[3]);
	ck_assert_ptr_null(take(&q));
	ck_assert_int_eq(timer_queue_next(&q).usec, 1);
	timer_queue_expire(&q, (mono_t){ 200 });
	ck_assert_ptr_eq(take(&q), &t[2]);
	timer_queue_expire(&q, (mono_t){ 200 }); /* again, before all were taken */
	ck_assert_ptr_eq(take(&q), &t[1]);
	ck_assert_ptr_null(take(&q));
	timer_queue_done(&q);
}
END_TEST

enum { MANY = 500, STEPS = 20000 };

/* The earliest of a plain array, by looking at all. */
static int64_t least(const int64_t *at)
{
	int64_t ret = INT64_MAX;

	for (int i = 0; i < MANY; i++)
		if (at[i] < ret)
			ret = at[i];
	return ret;
}

START_TEST(against_a_plain_array) {
	static struct timer_item t[MANY];
	static int64_t at[MANY];
	struct timer_queue q = { 0 };
	struct timer_item *got;

	srandom(7);
	for (int i = 0; i < MANY; i++)
		at[i] = INT64_MAX;
	for (int step = 0; step < STEPS; step++) {
		long i = random() % MANY, what = random() % 8;

		if (what == 0) {
			timer_queue_del(&q, &t[i]);
			at[i] = INT64_MAX;
		} else {
			at[i] = random() % 1000;
			timer_queue_add(&q, &t[i], (mono_t){ at[i] });
		}
		ck_assert_int_eq(timer_queue_next(&q).usec, least(at));
		if (step % 50)
			continue;
		timer_queue_expire(&q, (mono_t){ 100 });
		while ((got = take(&q))) {
			ck_assert_int_eq(got->at.usec, least(at));
			at[got - t] = INT64_MAX;
		}
		ck_assert_int_gt(least(at), 100);
	}
	timer_queue_done(&q);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("timer_queue");
	TCase *tc = tcase_create("timer_queue");

	tcase_add_test(tc, empty_one);
	tcase_add_test(tc, only_what_is_due);
	tcase_add_test(tc, due_ones_may_go_or_move);
	tcase_add_test(tc, against_a_plain_array);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
