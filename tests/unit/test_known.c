/* test_known.c - what is ours and what was written, by rows of what is written one after the other; and what that has in memory. */
#include "checkers/known.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/plan.h"
#include "run.h"

static struct known known;

static void teardown(void)
{
	known_done(&known);
	memset(&known, 0, sizeof(known));
}

/* "ab2c": services a, b and c, of which b has two destinations; sorted. */
static struct ipvs_table table(const char *text)
{
	struct ipvs_table t = { .services = x_calloc(strlen(text) + 1, sizeof(*t.services)),
		.dests = x_calloc(9 * strlen(text) + 1, sizeof(*t.dests)) };

	for (; *text; text++) {
		struct ipvs_service *s = &t.services[t.n_services++];

		*s = (struct ipvs_service){ .family = AF_INET,
			.addr = { .family = AF_INET, .bytes = { (uint8_t)*text } } };
		s->dests = t.dests + t.n_dests;
		while (text[1] >= '1' && text[1] <= '9') {
			for (s->n_dests = 0; s->n_dests < (unsigned)(text[1] - '0'); s->n_dests++)
				s->dests[s->n_dests].weight = 1;
			t.n_dests += s->n_dests;
			text++;
		}
	}
	return t;
}

static const char *str(const struct ipvs_table *t)
{
	static char text[2][64];
	static unsigned turn;
	char *at = text[turn = !turn];

	for (unsigned i = 0; i < t->n_services; i++) {
		*at++ = (char)t->services[i].addr.bytes[0];
		if (t->services[i].n_dests)
			*at++ = (char)('0' + t->services[i].n_dests);
	}
	*at = '\0';
	return text[turn];
}

static const char *owned(void)
{
	struct ipvs_table keys = known.owned;
	static char text[64];
	char *at = text;

	for (unsigned i = 0; i < keys.n_services; i++)
		*at++ = (char)keys.services[i].addr.bytes[0];
	*at = '\0';
	return text;
}

static void write_to(const char *scope, bool is_refused, const char *target)
{
	struct ipvs_table t = table(target), s = table(scope ? scope : "");

	known_remember(&known, scope ? &s : NULL, is_refused, &t);
	ipvs_table_done(&t);
	ipvs_table_done(&s);
}

static void own(const char *keys)
{
	struct ipvs_table t = table(keys);

	known_own(&known, t.services, t.n_services);
	ipvs_table_done(&t);
}

static bool is_once(void)
{
	return known.owned.services == known.written.services;
}

START_TEST(what_is_ours_and_written) {
	static const struct {
		const char *scope; /* NULL: all */
		bool is_refused;
		const char *target, *owned, *written;
		bool is_once; /* in memory */
	} rows[] = {
		{ NULL, false, "a1b2c1", "abc", "a1b2c1", true },
		{ "b", false, "b2", "abc", "a1b2c1", true },   /* other weights */
		{ "b", false, "b3", "abc", "a1b3c1", false },  /* one server more */
		{ "c", false, "", "ab", "a1b3", false },       /* it is gone */
		{ "c", false, "c1", "abc", "a1b3c1", false },  /* it is back */
		{ NULL, false, "b1d1", "bd", "b1d1", true },   /* all anew */
		{ NULL, true, "d1e1", "bde", "d1e1", false },  /* b did not go, or e did not come: it is tried again */
		{ "b", true, "", "bde", "d1e1", false },
		{ "d", true, "d1", "bde", "d1e1", false },
		{ NULL, false, "e1", "e", "e1", true },
		{ NULL, false, "", "", "", true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		write_to(rows[i].scope, rows[i].is_refused, rows[i].target);
		ck_assert_msg(!strcmp(owned(), rows[i].owned), "row %zu: %s is ours", i, owned());
		ck_assert_msg(!strcmp(str(&known.written), rows[i].written), "row %zu: %s was written", i,
			str(&known.written));
		ck_assert_msg(is_once() == rows[i].is_once, "row %zu: in memory %s", i, is_once() ? "once" : "twice");
	}
}
END_TEST

/* What a restart knows, and what lvs_flush takes: ours beside what was written, until all is written. */
START_TEST(more_is_ours) {
	own("ca");
	own("b");
	ck_assert_str_eq(owned(), "abc");
	write_to(NULL, false, "a1b1");
	ck_assert_str_eq(owned(), "ab");
	ck_assert(is_once());
	own("zb");
	ck_assert_str_eq(owned(), "abz");
	ck_assert_str_eq(str(&known.written), "a1b1"); /* with its destinations */
	ck_assert(!is_once());
	own("");
	write_to(NULL, false, "a1b1");
	ck_assert_str_eq(owned(), "ab");
}
END_TEST

/* Connections are counted on what the kernel had at the last look; what was added is looked up there. */
START_TEST(connections_of_what_comes_again) {
	struct ipvs_table kernel = table("a2b1x1"), later = table("a2b1"), none = table("");
	struct ipvs_change changes[] = {
		{ .op = IPVS_NEW_SERVICE, .service = &later.services[0] },
		{ .op = IPVS_NEW_DEST, .service = &later.services[0], .dest = &later.services[0].dests[0] },
		{ .op = IPVS_NEW_DEST, .service = &later.services[0], .dest = &later.services[0].dests[1] },
		{ .op = IPVS_SET_DEST, .service = &later.services[1], .dest = &later.services[1].dests[0] },
	};

	kernel.services[0].dests[1].port = later.services[0].dests[1].port = 80;
	kernel.services[0].dests[0].active = 3;
	kernel.services[0].dests[0].inactive = 4;
	kernel.services[0].dests[1].active = 10;
	kernel.services[1].dests[0].active = 100;
	kernel.services[2].dests[0].active = 1000; /* nobody's here */
	write_to(NULL, false, "a1b1c1");
	ck_assert_uint_eq(known_connections(&known.written, changes, 4), 0);
	known_count(&known, &kernel);
	ck_assert_uint_eq(known_connections(&known.written, changes, 4), 7); /* the second one was not written */
	known_count(&known, &none);                                          /* what is gone keeps what it had */
	ck_assert_uint_eq(known_connections(&known.written, changes, 4), 7);
	ck_assert_uint_eq(known_connections(&kernel, changes, 4), 17);
	ck_assert_uint_eq(known_connections(&kernel, changes, 1), 0);
	ck_assert_uint_eq(known_connections(&none, changes, 4), 0);
	ipvs_table_done(&kernel);
	ipvs_table_done(&later);
	ipvs_table_done(&none);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("known");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, what_is_ours_and_written);
	tcase_add_test(tc, more_is_ours);
	tcase_add_test(tc, connections_of_what_comes_again);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
