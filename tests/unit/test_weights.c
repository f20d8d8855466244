/*
 * test_weights.c - a reload that changes weights alone: what is told apart by lines, what is told in a message, what must be read
 * anew, and that random edits end in the same structs, states and table by either way.
 */
#include "checkers/weights.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "checkers/service_wanted.h"
#include "daemon/config_message.h"
#include "io/loop.h"
#include "io/memfd.h"
#include "io/message.h"
#include "run.h"
#include "services_world.h"

#define RS(addr, lines) " real_server " addr " 80 {\n" lines " }\n"
#define VS(addr, lines) "virtual_server " addr " 80 {\n" lines "}\n"
#define TWO(x, y) VS("192.0.2.1", RS("10.0.0.1", "  weight " x "\n") RS("10.0.0.2", "  weight " y "\n"))

static int sealed(const struct text *t)
{
	const int fd = memfd_of("test", text_str(t), t->len);

	ck_assert_int_ge(fd, 0);
	return fd;
}

/* The canonical form of a world that was loaded. */
static int canonical(const struct world *w)
{
	struct text t = { 0 };
	int fd;

	tree_write(w->tree, &t);
	fd = sealed(&t);
	text_done(&t);
	return fd;
}

/* Both have the same services, servers and attributes. */
static bool is_same(const struct checkers_config *a, const struct checkers_config *b)
{
	return schema_diff(&checkers_root, a, b) == CONF_SAME;
}

struct row {
	const char *what, *from, *to;
	int edits; /* -1: these must be read anew */
};

static const struct row rows[] = {
	{ "nothing", TWO("1", "2"), TWO("1", "2"), 0 },
	{ "other blanks", TWO("1", "2"), "\n" TWO("  1", "2 "), 0 },
	{ "one weight", TWO("1", "2"), TWO("1", "65535"), 1 },
	{ "two weights", TWO("1", "2"), TWO("0", "10"), 2 },
	{ "a weight and a port", TWO("1", "2"),
	  VS("192.0.2.1", RS("10.0.0.1", "weight 3\n") " real_server 10.0.0.2 81 {\nweight 2\n}\n"), -1 },
	{ "the second service", TWO("1", "2") VS("192.0.2.2", RS("10.0.0.3", "weight 4\n")),
	  TWO("1", "2") VS("192.0.2.2", RS("10.0.0.3", "weight 5\n")), 1 },
	{ "one server more", TWO("1", "2"), VS("192.0.2.1", RS("10.0.0.1", "weight 1\n")), -1 },
	{ "one service more", TWO("1", "2"), TWO("1", "2") VS("192.0.2.2", RS("10.0.0.3", "weight 4\n")), -1 },
	{ "one service less", TWO("1", "2") VS("192.0.2.2", RS("10.0.0.3", "weight 4\n")), TWO("1", "2"), -1 },
	{ "the default of the service", VS("192.0.2.1", "weight 2\n" RS("10.0.0.1", "")),
	  VS("192.0.2.1", "weight 3\n" RS("10.0.0.1", "")), -1 },
	{ "a weight that was a default", VS("192.0.2.1", RS("10.0.0.1", "")), VS("192.0.2.1", RS("10.0.0.1", "weight 1\n")), -1 },
	{ "two lines, the first", VS("192.0.2.1", RS("10.0.0.1", "weight 1\nweight 2\n")),
	  VS("192.0.2.1", RS("10.0.0.1", "weight 3\nweight 2\n")), -1 },
	{ "two lines, the last", VS("192.0.2.1", RS("10.0.0.1", "weight 1\nweight 2\n")),
	  VS("192.0.2.1", RS("10.0.0.1", "weight 1\nweight 3\n")), -1 },
	{ "another way to write it", TWO("1", "2"), TWO("01", "2"), -1 },
	{ "quotes", TWO("1", "2"), TWO("\"3\"", "2"), -1 },
	{ "a word behind it", TWO("1", "2"), TWO("1", "2 x"), -1 },
	{ "a backup pool's", VS("192.0.2.1", RS("10.0.0.1", "") " backup_pool b {\n" RS("10.0.0.2", "weight 1\n") "}\n"),
	  VS("192.0.2.1", RS("10.0.0.1", "") " backup_pool b {\n" RS("10.0.0.2", "weight 2\n") "}\n"), -1 },
	{ "a check's", VS("192.0.2.1", RS("10.0.0.1", "FILE_CHECK {\ntrack_file f\nweight 1\n}\n")),
	  VS("192.0.2.1", RS("10.0.0.1", "FILE_CHECK {\ntrack_file f\nweight 2\n}\n")), -1 },
	{ "behind a backup pool",
	  VS("192.0.2.1", " backup_pool b {\n" RS("10.0.0.2", "weight 7\n") "}\n" RS("10.0.0.1", "weight 1\n")),
	  VS("192.0.2.1", " backup_pool b {\n" RS("10.0.0.2", "weight 7\n") "}\n" RS("10.0.0.1", "weight 2\n")), 1 },
	{ "a check beside it", VS("192.0.2.1", RS("10.0.0.1", "weight 1\nTCP_CHECK {\n}\n")),
	  VS("192.0.2.1", RS("10.0.0.1", "weight 2\nTCP_CHECK {\n}\n")), 1 },
	{ "a word of all", "global_defs {\nlvs_timeouts tcp 60\n}\n" TWO("1", "2"), "global_defs {\nlvs_timeouts tcp 61\n}\n" TWO("1", "2"), -1 },
	{ "a server that is there twice", VS("192.0.2.1", RS("10.0.0.1", "weight 1\n") RS("10.0.0.1", "weight 2\n")),
	  VS("192.0.2.1", RS("10.0.0.1", "weight 1\n") RS("10.0.0.1", "weight 3\n")), -1 },
	{ "the overlay's", TWO("1", "2") "overlay {\nserver weight 192.0.2.1:80/tcp 10.0.0.1:80 50%\n}\n",
	  TWO("7", "2") "overlay {\nserver weight 192.0.2.1:80/tcp 10.0.0.1:80 50%\n}\n", -1 },
};

/* Told apart, and applied; the number of edits, or -1. */
static int edit(struct world *w, int from, int to, struct weight_edits *ret)
{
	if (!weights_find(from, to, ret))
		return -1;
	if (weights_apply(ret, &w->conf))
		return (int)ret->n;
	weights_done(ret);
	return -1;
}

START_TEST(told_apart) {
	const struct row *r = &rows[_i];
	struct weight_edits e;
	int from, to, n;

	load(&one, r->from, 1, NULL);
	load(&two, r->to, 2, NULL);
	from = canonical(&one);
	to = canonical(&two);
	n = edit(&one, from, to, &e);
	ck_assert_msg(n == r->edits, "%s: %d edits, not %d", r->what, n, r->edits);
	ck_assert_msg(n < 0 || is_same(&one.conf, &two.conf), "%s", r->what);
	if (n >= 0)
		weights_done(&e);
	close(from);
	close(to);
}
END_TEST

START_TEST(only_what_is_sealed_and_ends) {
	static const char cut[] = "virtual_server 192.0.2.1 80 {\n}";
	struct text t = { 0 };
	struct weight_edits e;
	int fd, open_fd = dup(0), unended = memfd_of("test", cut, sizeof(cut) - 1);

	text_add(&t, "virtual_server 192.0.2.1 80 {\n}\n");
	fd = sealed(&t);
	ck_assert(weights_find(fd, fd, &e));
	ck_assert_uint_eq(e.n, 0);
	weights_done(&e);
	ck_assert(!weights_find(fd, open_fd, &e));
	ck_assert(!weights_find(fd, unended, &e));
	ck_assert(!weights_find(fd, -1, &e));
	text_done(&t);
	close(fd);
	close(open_fd);
	close(unended);
}
END_TEST

/* A configuration by number. */
enum { SERVICES = 12, SERVERS = 5, WALKS = 60, STEPS = 12 };

struct made {
	unsigned weight[SERVICES][SERVERS], quorum[SERVICES], port[SERVICES];
	bool has_weight[SERVICES][SERVERS];
};

static void write_made(const struct made *m, struct text *t)
{
	for (unsigned i = 0; i < SERVICES; i++) {
		text_printf(t, "virtual_server 192.0.2.%u %u {\n lvs_sched wrr\n quorum %u\n%s", i + 1, m->port[i],
			m->quorum[i], i % 3 ? "" : " slow_start 30\n");
		for (unsigned k = 0; k < SERVERS; k++) {
			text_printf(t, " real_server 10.0.%u.%u 80 {\n", i, k + 1);
			if (m->has_weight[i][k])
				text_printf(t, "  weight %u\n", m->weight[i][k]);
			text_add(t, k % 2 ? "  TCP_CHECK {\n  }\n }\n" : " }\n");
		}
		text_add(t, "}\n");
	}
}

static unsigned below(unsigned *seed, unsigned n)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 16) % n;
}

/* One to three changes, most of them weights. */
static void change(struct made *m, unsigned *seed)
{
	for (unsigned n = 1 + below(seed, 3); n; n--) {
		const unsigned i = below(seed, SERVICES), k = below(seed, SERVERS), what = below(seed, 16);

		if (what > 1) {
			m->weight[i][k] = below(seed, 4) * 7;
			m->has_weight[i][k] = true;
		} else if (what == 1) {
			m->quorum[i] = 8 + below(seed, 4);
		} else {
			m->port[i] += 1;
		}
	}
}

/* Nothing but weights that were written before. */
static bool is_edit(const struct made *a, const struct made *b)
{
	return !memcmp(a->quorum, b->quorum, sizeof(a->quorum)) && !memcmp(a->port, b->port, sizeof(a->port)) &&
		!memcmp(a->has_weight, b->has_weight, sizeof(a->has_weight));
}

static void up_and_down(struct services *s, unsigned *seed)
{
	struct service_change ch;

	for (unsigned n = below(seed, 10); n; n--) {
		const struct msg_check m = { .generation = s->generation, .vs = below(seed, SERVICES), .rs = 1 + 2 * below(seed, 2),
			.state = below(seed, 2) ? CHECK_UP : CHECK_DOWN };

		(void)services_result(s, &m, START, &ch);
	}
}

static void passed_over(void *ctx, const struct service_change *change)
{
	(void)change;
	++*(unsigned *)ctx;
}

/* What `s` wants of the kernel is what `other` wants, entry by entry. */
static void same_table(const struct services *s, const struct services *other)
{
	struct ipvs_table a, b;

	services_wanted(s, false, &a);
	services_wanted(other, false, &b);
	ck_assert_uint_eq(a.n_services, b.n_services);
	ck_assert_uint_eq(a.n_dests, b.n_dests);
	for (unsigned i = 0; i < a.n_services; i++)
		ck_assert_uint_eq(a.services[i].n_dests, b.services[i].n_dests);
	ck_assert_mem_eq(a.dests, b.dests, a.n_dests * sizeof(*a.dests));
	ipvs_table_done(&a);
	ipvs_table_done(&b);
}

/* The next configuration by both ways: `one` is edited where that is possible, `two` is read. The number of edits, or -1. */
static int both_ways(const struct made *m, uint32_t generation)
{
	struct text t = { 0 };
	struct weight_edits e;
	unsigned told = 0;
	int from = canonical(&one), to, n;

	write_made(m, &t);
	load(&two, text_str(&t), generation, one.services);
	services_start(two.services);
	to = canonical(&two);
	n = edit(&one, from, to, &e);
	if (n >= 0) {
		services_again(one.services, generation);
		services_edit(one.services, &e, START, passed_over, &told);
		ck_assert(is_same(&one.conf, &two.conf));
		same_table(one.services, two.services);
		for (unsigned i = 0; i < SERVICES; i++) {
			const struct service *a = &one.services->list[i], *b = &two.services->list[i];

			ck_assert(a->pool.quorum_met == b->pool.quorum_met);
			ck_assert_int_eq(a->out.next.usec, b->out.next.usec); /* of a slow start */
		}
		weights_done(&e);
	}
	text_done(&t);
	close(from);
	close(to);
	return n;
}

/* Random edits one after the other; the state goes on by the way that reads. */
START_TEST(walks) {
	unsigned seed = (unsigned)_i + 1, n_edited = 0;
	struct made m = { 0 };
	struct text t = { 0 };

	for (unsigned i = 0; i < SERVICES; i++) {
		m.port[i] = 80;
		m.quorum[i] = 8;
		for (unsigned k = 0; k < SERVERS; k++) {
			m.weight[i][k] = 7;
			m.has_weight[i][k] = below(&seed, 8) > 0;
		}
	}
	write_made(&m, &t);
	services_start(load(&one, text_str(&t), 1, NULL));
	text_done(&t);
	for (uint32_t step = 2; step < STEPS; step++) {
		const struct made before = m;
		int n;

		change(&m, &seed);
		up_and_down(one.services, &seed);
		n = both_ways(&m, step);
		ck_assert_msg((n >= 0) == is_edit(&before, &m), "walk %d step %u: %d edits", _i, step, n);
		n_edited += n > 0;
		services_free(one.services);
		one.services = NULL;
		world_done(&one);
		one = two;
		memset(&two, 0, sizeof(two));
		one.services->conf = &one.conf;
	}
	ck_assert_uint_gt(n_edited, 0);
}
END_TEST

/* What a child reads from its end. */
static struct {
	struct msg_config head;
	struct weight_edits edits;
	bool is_told;
} heard;

static void hear(void *ctx, const struct message *m)
{
	const struct msg_config *head = m->data;

	ck_assert_int_eq(m->type, MSG_CONFIG);
	heard.head = *head;
	weights_done(&heard.edits);
	heard.is_told = weights_told(m, 4, &heard.edits);
	close(m->fd);
	loop_stop(ctx);
}

/* Sent as generation `next` and received by who has generation 4. */
static void say(const struct weight_edits *e, uint32_t next)
{
	static const struct channel_ops ops = { hear, NULL };
	struct loop *l = loop_new(LOOP_DEFAULT);
	struct text none = { 0 };
	struct channel *to, *from;
	int fds[2], fd = sealed(&none);

	ck_assert_int_eq(channel_pair(fds), 0);
	to = channel_new(l, fds[0], "child", &ops, l);
	from = channel_new(l, fds[1], "main", &ops, l);
	config_message(to, fd, next, e);
	ck_assert_int_eq(loop_run(l), 0);
	channel_free(to);
	channel_free(from);
	loop_free(l);
	close(fd);
}

START_TEST(told_in_the_message) {
	struct msg_weight list[MSG_WEIGHTS_MAX + 1] = { { 0, 1, 2, 2, 9 } };
	struct weight_edits e = { .list = list, .n = 1 };

	load(&one, TWO("1", "2"), 4, NULL);
	load(&two, TWO("1", "9"), 5, NULL);
	say(&e, 5);
	ck_assert(heard.is_told);
	ck_assert_uint_eq(heard.head.generation, 5);
	ck_assert_uint_eq(heard.edits.n, 1);
	ck_assert(weights_apply(&heard.edits, &one.conf));
	ck_assert(is_same(&one.conf, &two.conf));
	ck_assert(!weights_apply(&heard.edits, &one.conf)); /* it is 9 by now */
	say(&e, 6);                                         /* one that this child has not heard of lies between */
	ck_assert(!heard.is_told);
	say(NULL, 5);
	ck_assert(!heard.is_told);
	e.n = MSG_WEIGHTS_MAX;
	say(&e, 5);
	ck_assert(heard.is_told && heard.edits.n == MSG_WEIGHTS_MAX);
	e.n++; /* more than fit are compared */
	say(&e, 5);
	ck_assert(!heard.is_told);
	weights_done(&heard.edits);
}
END_TEST

/* What names no server of the configuration changes nothing, not even what it says before. */
START_TEST(told_of_nobody) {
	static const struct msg_weight wrong[] = { { 1, 0, 2, 1, 9 }, { 0, 2, 2, 1, 9 }, { 0, 0, 3, 1, 9 }, { 0, 0, 2, 7, 9 },
		{ UINT32_MAX, 0, 2, 1, 9 }, { 0, UINT32_MAX, 2, 1, 9 } };
	struct msg_weight list[] = { { 0, 0, 2, 1, 5 }, wrong[_i] };

	load(&one, TWO("1", "2"), 4, NULL);
	load(&two, TWO("1", "2"), 5, NULL);
	ck_assert(!weights_apply(&(struct weight_edits){ .list = list, .n = 2 }, &one.conf));
	ck_assert(is_same(&one.conf, &two.conf));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("weights");
	TCase *t = tcase_create("weights");

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_loop_test(t, told_apart, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(t, only_what_is_sealed_and_ends);
	tcase_add_test(t, told_in_the_message);
	tcase_add_loop_test(t, told_of_nobody, 0, 6);
	tcase_add_loop_test(t, walks, 0, WALKS);
	suite_add_tcase(s, t);
	return run_suite(s);
}
