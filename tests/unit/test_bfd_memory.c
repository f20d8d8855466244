/* test_bfd_memory.c - what is said of a BFD session is understood again, and nothing else is. */
#include "vrrp/bfd_memory.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "run.h"

/* An Up session, every number its own. */
static struct bfd_past example(void)
{
	struct bfd_past p = { .is_settled = true, .port = 50000, .rx = UINT64_MAX, .tx = 2, .up = 3, .down = 4,
		.since.usec = 5000000, .name = "to web in", .reason = "192.0.2.254 answers" };

	addr_parse("2001:db8::fe", &p.neighbor);
	addr_parse("2001:db8::1", &p.source);
	p.bfd = (struct bfd){ .state = BFD_UP,
		.diag = BFD_DIAG_EXPIRED,
		.discriminator = 0xfedcba98,
		.desired_tx = 11,
		.required_rx = 12,
		.used_tx = 13,
		.used_rx = 14,
		.is_polling = true };
	p.bfd.remote = (struct bfd_remote){ 0xfffffffe, BFD_INIT, 31, 255, true, 21, 22 };
	return p;
}

static void written(const struct bfd_past *p, char *line, size_t size)
{
	struct text t = { 0 };

	bfd_memory_write(&t, p);
	ck_assert_uint_lt(t.len, size);
	snprintf(line, size, "%.*s", (int)(t.len - 1), text_str(&t)); /* as a line: without its end */
	text_done(&t);
}

static void check_remote(const struct bfd_remote *a, const struct bfd_remote *b)
{
	ck_assert_uint_eq(a->discriminator, b->discriminator);
	ck_assert_uint_eq(a->state, b->state);
	ck_assert_uint_eq(a->diag, b->diag);
	ck_assert_uint_eq(a->multiplier, b->multiplier);
	ck_assert_uint_eq(a->is_demand, b->is_demand);
	ck_assert_uint_eq(a->desired_tx, b->desired_tx);
	ck_assert_uint_eq(a->required_rx, b->required_rx);
}

START_TEST(there_and_back) {
	const struct bfd_past p = example(), *q;
	struct bfd_memory m = { 0 };
	char line[1024];

	written(&p, line, sizeof(line));
	bfd_memory_read(&m, line);
	ck_assert_ptr_null(bfd_memory_find(&m, "to web"));
	q = bfd_memory_find(&m, "to web in");
	ck_assert_ptr_nonnull(q);
	ck_assert(addr_equal(&q->neighbor, &p.neighbor) && addr_equal(&q->source, &p.source));
	ck_assert(q->is_settled && !q->is_multihop && !q->is_excused && q->port == 50000);
	ck_assert(q->rx == UINT64_MAX && q->tx == 2 && q->up == 3 && q->down == 4);
	ck_assert_int_eq(q->since.usec, 5000000);
	ck_assert_str_eq(q->reason, "192.0.2.254 answers");
	ck_assert(q->bfd.state == BFD_UP && q->bfd.diag == BFD_DIAG_EXPIRED && q->bfd.discriminator == 0xfedcba98);
	ck_assert(q->bfd.desired_tx == 11 && q->bfd.required_rx == 12 && q->bfd.used_tx == 13 && q->bfd.used_rx == 14);
	ck_assert(q->bfd.is_polling);
	check_remote(&q->bfd.remote, &p.bfd.remote);
	bfd_memory_done(&m);
	ck_assert_uint_eq(m.n, 0);
}
END_TEST

START_TEST(without_source_and_reason) {
	struct bfd_past p = example();
	struct bfd_memory m = { 0 };
	char line[1024];

	p.source = (struct addr){ 0 };
	p.reason = "";
	written(&p, line, sizeof(line));
	bfd_memory_read(&m, line);
	ck_assert_uint_eq(m.n, 1);
	ck_assert(!addr_is_set(&bfd_memory_find(&m, p.name)->source));
	ck_assert_str_eq(bfd_memory_find(&m, p.name)->reason, "");
	bfd_memory_done(&m);
}
END_TEST

/* A session that cannot be, by what was written of it. */
static const struct bfd impossible[] = {
	{ .state = BFD_ADMIN_DOWN, .discriminator = 1 },
	{ .state = BFD_DOWN, .discriminator = 0, .desired_tx = 1000000, .used_tx = 1000000 },
	{ .state = BFD_UP, .discriminator = 1 }, /* the neighbor was never heard */
	{ .state = BFD_DOWN, .discriminator = 1, .desired_tx = 50000, .used_tx = 50000 }, /* too fast */
	{ .state = BFD_UP, .discriminator = 1, .remote.discriminator = 2, .desired_tx = 5, .used_tx = 6 }, /* no poll */
};

START_TEST(impossible_is_passed_over) {
	struct bfd_past p = example();
	struct bfd_memory m = { 0 };
	char line[1024];

	p.bfd = impossible[_i];
	written(&p, line, sizeof(line));
	bfd_memory_read(&m, line);
	ck_assert_uint_eq(m.n, 0);
}
END_TEST

START_TEST(broken_lines_are_passed_over) {
	static const char *const lines[] = { "", "bfd", "bfd 192.0.2.1", "bfd 192.0.2.1 -", "MASTER bfd", "alive 1" };
	const struct bfd_past p = example();
	struct bfd_memory m = { 0 };
	char line[1024], cut[1024];

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		bfd_memory_read(&m, lines[i]);
	written(&p, line, sizeof(line));
	for (size_t len = 0; len < strlen(line) - strlen(p.reason); len++) {
		snprintf(cut, sizeof(cut), "%.*s", (int)len, line);
		bfd_memory_read(&m, cut);
	}
	snprintf(cut, sizeof(cut), "%s", line);
	memcpy(strstr(cut, " 0 1 0 "), " 2 1 0 ", 7); /* no boolean */
	bfd_memory_read(&m, cut);
	ck_assert_uint_eq(m.n, 0);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("bfd_memory");
	Suite *s = suite_create("bfd_memory");

	tcase_add_test(tc, there_and_back);
	tcase_add_test(tc, without_source_and_reason);
	tcase_add_loop_test(tc, impossible_is_passed_over, 0, sizeof(impossible) / sizeof(impossible[0]));
	tcase_add_test(tc, broken_lines_are_passed_over);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
