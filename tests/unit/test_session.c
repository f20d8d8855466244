/* test_session.c - what the vrrp process says of BFD sessions, as results of the checks that name them. */
#include "checkers/session.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/service.h"
#include "run.h"
#include "services_world.h"

#define BFD(name) "BFD_CHECK {\n name " name "\n}\n"
#define TCP "TCP_CHECK {\n}\n"
#define RS(n, lines) "real_server 10.0.0." n " 80 {\n" lines "}\n"
#define VS(n, lines) "virtual_server 192.0.2." n " 80 {\n" lines "}\n"
static const char text[] = VS("1", RS("1", TCP BFD("a")) RS("2", "alpha\n" BFD("a")) RS("3", TCP))
	VS("2", RS("1", BFD("b")) RS("2", BFD("a") BFD("b")));

static struct services *begin(struct world *w, const char *lines, const struct services *old)
{
	load(w, lines, 1, old);
	services_start(w->services);
	return w->services;
}

static struct msg_bfd says(const char *name, enum script_status status)
{
	struct msg_bfd m = { .status = status, .detail = "because" };

	snprintf(m.name, sizeof(m.name), "%s", name);
	return m;
}

/* The places of all results, and the results themselves to the services. */
struct heard {
	struct services *s;
	char places[64];
};

static void on_result(void *ctx, const struct msg_check *m)
{
	struct heard *h = ctx;
	struct service_change change;
	const size_t n = strlen(h->places);

	snprintf(h->places + n, sizeof(h->places) - n, "%u%u%u%c ", m->vs, m->rs, m->check, "?UD"[m->state]);
	ck_assert_str_eq(m->detail, "because");
	ck_assert_uint_eq(m->reason, m->state == CHECK_UP ? CHECK_OK : CHECK_SESSION);
	ck_assert_int_eq(services_result(h->s, m, START, &change), 0);
	ck_assert(!change.is_first);
}

static const char *tell(struct services *s, const char *name, enum script_status status)
{
	static struct heard h;
	const struct msg_bfd m = says(name, status);

	h = (struct heard){ .s = s };
	session_checks(s, &m, on_result, &h);
	return h.places;
}

static const char *ups(const struct services *s, unsigned vs)
{
	static char out[8];
	unsigned n = s->list[vs].conf->servers.n;

	for (unsigned i = 0; i < n; i++)
		out[i] = s->list[vs].up[i] ? 'U' : 'D';
	out[n] = '\0';
	return out;
}

START_TEST(who_names_it_hears_it) {
	struct services *s = begin(&one, text, NULL);

	ck_assert_uint_eq(s->n_unheard, 2); /* the probe has only these to tell */
	ck_assert_str_eq(ups(s, 0), "UDU"); /* alpha */
	ck_assert_str_eq(tell(s, "a", SCRIPT_UNKNOWN), "001? 010? 110? ");
	ck_assert_str_eq(ups(s, 0), "UDU");
	ck_assert_str_eq(tell(s, "a", SCRIPT_OK), "001U 010U 110U ");
	ck_assert_str_eq(ups(s, 0), "UUU");
	ck_assert_str_eq(tell(s, "b", SCRIPT_FAILED), "100D 111D ");
	ck_assert_str_eq(ups(s, 1), "DD");
	ck_assert_str_eq(tell(s, "a", SCRIPT_FAILED), "001D 010D 110D ");
	ck_assert_str_eq(ups(s, 0), "DDU");
	ck_assert_str_eq(tell(s, "a", SCRIPT_UNKNOWN), "001? 010? 110? "); /* AdminDown: as it was */
	ck_assert_str_eq(ups(s, 0), "DDU");
	ck_assert_str_eq(tell(s, "ab", SCRIPT_OK), "");
	ck_assert_uint_eq(s->n_unheard, 2);
}
END_TEST

START_TEST(another_session_after_a_reload) {
	struct services *s = begin(&one, VS("1", RS("1", BFD("a")) RS("2", "alpha\n" BFD("a"))), NULL), *next;

	tell(s, "a", SCRIPT_FAILED);
	ck_assert_str_eq(ups(s, 0), "DD");
	next = begin(&two, VS("1", RS("2", BFD("a")) RS("1", "alpha\n" BFD("a"))), s);
	ck_assert_str_eq(ups(next, 0), "DD");
	world_done(&two);
	tell(s, "a", SCRIPT_OK);
	next = begin(&two, VS("1", RS("1", BFD("b")) RS("2", "alpha\n" BFD("b"))), s);
	ck_assert_str_eq(ups(next, 0), "UD"); /* nothing is known of b */
}
END_TEST

START_TEST(last_words_are_remembered) {
	struct sessions all = { 0 };
	struct msg_bfd m = says("a", SCRIPT_OK);

	ck_assert_uint_eq(sessions_put(&all, &m)->status, SCRIPT_OK);
	m = says("b", SCRIPT_FAILED);
	memset(m.name, 'b', sizeof(m.name)); /* no NUL */
	memset(m.detail, 'd', sizeof(m.detail));
	ck_assert_uint_eq(strlen(sessions_put(&all, &m)->name), sizeof(m.name) - 1);
	ck_assert_uint_eq(strlen(all.item[1].detail), sizeof(m.detail) - 1);
	m = says("a", SCRIPT_UNKNOWN);
	sessions_put(&all, &m);
	ck_assert_uint_eq(all.n, 2);
	ck_assert_uint_eq(all.item[0].status, SCRIPT_UNKNOWN);
	sessions_done(&all);
	ck_assert_uint_eq(all.n, 0);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("session");
	Suite *s = suite_create("session");

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, who_names_it_hears_it);
	tcase_add_test(t, another_session_after_a_reload);
	tcase_add_test(t, last_words_are_remembered);
	suite_add_tcase(s, t);
	return run_suite(s);
}
