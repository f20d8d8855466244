/* test_service.c - the run state of services: results, reloads, saved states, states from the kernel, the wanted table. */
#include "checkers/service_wanted.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/adopt.h"
#include "checkers/conf.h"
#include "checkers/drain.h"
#include "checkers/match.h"
#include "checkers/path.h"
#include "checkers/plan.h"
#include "checkers/saved.h"
#include "run.h"
#include "services_world.h"

static const mono_t LATER = { 9000 };

#define CHECKED(addr) "real_server " addr " 80 {\n TCP_CHECK {\n}\n HTTP_GET {\n url {\n path /\n}\n}\n}\n"
#define SERVICE(lines) "virtual_server 192.0.2.1 80 {\n" lines "}\n"
static const char two_servers[] = SERVICE(CHECKED("10.0.0.1") CHECKED("10.0.0.2"));
static const char two_alpha[] = SERVICE("alpha\n" CHECKED("10.0.0.1") CHECKED("10.0.0.2"));

static struct msg_check result(uint32_t rs, uint32_t check, enum check_state state)
{
	return (struct msg_check){ .generation = 1, .rs = rs, .check = check, .state = state, .attempts = 2 };
}

/* "UD": which servers of the first service are up. */
static const char *ups(const struct services *s)
{
	static char text[16];
	unsigned n = s->list[0].conf->servers.n;

	for (unsigned i = 0; i < n; i++)
		text[i] = s->list[0].up[i] ? 'U' : 'D';
	text[n] = '\0';
	return text;
}

static enum check_state *known_of(struct services *s, unsigned service, unsigned server)
{
	return service_known(&s->list[service], &s->list[service].servers[server]);
}

static unsigned n_dests(const struct services *s, unsigned service)
{
	struct ipvs_dest dests[16];

	return pool_dests(&s->list[service].pool, s->list[service].conf, dests);
}

START_TEST(a_server_goes_down_with_its_first_check_and_up_with_its_last) {
	static const struct {
		uint32_t rs, check;
		enum check_state state;
		bool changed;
		const char *ups;
	} rows[] = {
		{ 0, 0, CHECK_UP, false, "UU" },	 { 0, 1, CHECK_DOWN, true, "DU" },
		{ 0, 0, CHECK_DOWN, false, "DU" },	 { 0, 1, CHECK_UP, false, "DU" },
		{ 0, 0, CHECK_UNKNOWN, false, "DU" }, { 0, 0, CHECK_UP, true, "UU" },
		{ 0, 0, CHECK_UNKNOWN, false, "UU" }, { 1, 1, CHECK_DOWN, true, "UD" },
	};
	struct services *s = load(&one, two_servers, 1, NULL);

	services_start(s);
	services_clean(s);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct msg_check m = result(rows[i].rs, rows[i].check, rows[i].state);
		struct service_change change;

		ck_assert_int_eq(services_result(s, &m, LATER, &change), 0);
		ck_assert_msg(change.server_changed == rows[i].changed, "row %zu", i);
		ck_assert_str_eq(ups(s), rows[i].ups);
		ck_assert_uint_eq(services_dirty(s), rows[i].changed);
		if (rows[i].changed)
			ck_assert_int_eq(change.server->since.usec, LATER.usec);
		services_clean(s);
	}
}
END_TEST

START_TEST(results_that_do_not_fit_are_refused) {
	static const struct {
		uint32_t generation, vs, rs, check, state;
		int want;
	} rows[] = {
		{ 2, 0, 0, 0, CHECK_DOWN, -ESTALE }, { 0, 0, 0, 0, CHECK_DOWN, -ESTALE },
		{ 1, 1, 0, 0, CHECK_DOWN, -EINVAL }, { 1, 0, 2, 0, CHECK_DOWN, -EINVAL },
		{ 1, 0, 0, 2, CHECK_DOWN, -EINVAL }, { 1, 0, 0, 0, 3, -EINVAL },
		{ 1, UINT32_MAX, UINT32_MAX, UINT32_MAX, CHECK_DOWN, -EINVAL },
	};
	struct services *s = load(&one, two_servers, 1, NULL);

	services_start(s);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct msg_check m = { .generation = rows[i].generation,
			.vs = rows[i].vs,
			.rs = rows[i].rs,
			.check = rows[i].check,
			.state = rows[i].state };
		struct service_change change;

		ck_assert_int_eq(services_result(s, &m, LATER, &change), rows[i].want);
		ck_assert_str_eq(ups(s), "UU");
	}
}
END_TEST

START_TEST(every_check_is_awaited_once) {
	struct services *s = load(&one, two_servers, 1, NULL);
	struct service_change change;

	services_start(s);
	ck_assert_uint_eq(s->n_unheard, 4);
	for (uint32_t i = 0; i < 6; i++) {
		struct msg_check m = result(i / 2 % 2, i % 2, CHECK_UNKNOWN);

		ck_assert_int_eq(services_result(s, &m, LATER, &change), 0);
		ck_assert_uint_eq(s->n_unheard, i < 4 ? 3 - i : 0);
	}
}
END_TEST

static void down(struct services *s, uint32_t rs)
{
	struct msg_check m = result(rs, 0, CHECK_DOWN);
	struct service_change change;

	ck_assert_int_eq(services_result(s, &m, LATER, &change), 0);
	ck_assert(change.server_changed);
}

START_TEST(a_reload_keeps_states_by_key_wherever_they_stand) {
	struct services *a = load(&one, two_servers, 1, NULL), *b;

	services_start(a);
	down(a, 0);
	b = load(&two,
		"virtual_server 192.0.2.9 80 {\n" CHECKED("10.0.0.1") "}\n" SERVICE("lvs_sched sh\n" CHECKED("10.0.0.3")
				CHECKED("10.0.0.2") CHECKED("10.0.0.1")),
		2, a);
	services_start(b);
	ck_assert(b->list[0].up[0]); /* the same server in another service is another server */
	ck_assert(b->list[1].up[0] && b->list[1].up[1] && !b->list[1].up[2]);
	ck_assert_int_eq(b->list[1].servers[2].since.usec, LATER.usec);
	ck_assert_int_eq(b->list[1].servers[1].since.usec, START.usec);
	ck_assert_uint_eq(b->list[1].servers[2].why, 1);
	ck_assert_uint_eq(b->n_unheard, 8);
	ck_assert(!b->list[1].out.quorum_changed && !b->list[1].out.is_first);
	ck_assert(b->list[0].out.quorum_changed && b->list[0].out.is_first);
}
END_TEST

START_TEST(a_check_of_another_kind_starts_anew) {
	struct services *a = load(&one, two_servers, 1, NULL), *b;

	services_start(a);
	down(a, 0);
	b = load(&two, SERVICE("real_server 10.0.0.1 80 {\n HTTP_GET {\n url {\n path /\n}\n}\n}\n"), 2, a);
	services_start(b);
	ck_assert(b->list[0].up[0]);
}
END_TEST

START_TEST(alpha_is_down_until_every_check_has_succeeded) {
	struct services *s = load(&one, two_alpha, 1, NULL);
	struct msg_check first = result(0, 0, CHECK_UP), second = result(0, 1, CHECK_UP);
	struct service_change change;

	services_start(s);
	ck_assert_str_eq(ups(s), "DD");
	ck_assert(!s->list[0].pool.quorum_met && !s->list[0].out.quorum_changed);
	ck_assert_int_eq(services_result(s, &first, LATER, &change), 0);
	ck_assert(!change.server_changed);
	ck_assert_int_eq(services_result(s, &second, LATER, &change), 0);
	ck_assert(change.server_changed && s->list[0].out.quorum_changed);
	ck_assert_str_eq(ups(s), "UD");
}
END_TEST

START_TEST(what_was_saved_comes_back) {
	struct services *a = load(&one, two_alpha, 1, NULL), *b;
	struct ipvs_table owned = { 0 };
	struct service_change change;
	struct text t = { 0 };
	struct saved *saved;
	unsigned n;
	struct ipvs_service first;

	services_start(a);
	for (uint32_t i = 0; i < 2; i++) {
		struct msg_check m = result(0, i, CHECK_UP);

		services_result(a, &m, LATER, &change);
	}
	down(a, 0);
	services_wanted(a, false, &owned);
	saved_write(a, &owned, &(struct drain){ 0 }, &t);
	text_add(&t, "nonsense\ncheck = \nservice 4 6 nowhere 80 0\nquorum 192.0.2.1:80/tcp = 7 0 0 0");
	saved = saved_read(t.s, t.len);
	first = match_first(a->list[0].conf);
	ck_assert_int_eq(plan_service_cmp(&saved_owned(saved, &n)[1], &first), 0);
	ck_assert_uint_eq(n, 2); /* the guard is ours too */
	ck_assert_uint_eq(saved_owned(saved, &n)[0].fwmark, PLAN_GUARD_MARK);
	b = load(&two, two_alpha, 1, NULL);
	saved_apply(saved, b);
	ck_assert_int_eq(known_of(b, 0, 0)[0], CHECK_DOWN);
	ck_assert_int_eq(known_of(b, 0, 0)[1], CHECK_UP);
	ck_assert_int_eq(known_of(b, 0, 1)[0], CHECK_UNKNOWN);
	ck_assert_uint_eq(service_checks(&b->list[0], &b->list[0].servers[0])[0].attempts, 2);
	ck_assert(b->list[0].pool.is_known);
	saved_free(saved);
	text_done(&t);
	ipvs_table_done(&owned);
}
END_TEST

/* The services of `a` by what was saved of them. */
static struct services *reborn(const struct services *a, const char *conf, mono_t now)
{
	struct ipvs_table owned = { 0 };
	struct text t = { 0 };
	struct services *b = load(&two, conf, 1, NULL);
	struct saved *saved;

	saved_write(a, &owned, &(struct drain){ 0 }, &t);
	saved = saved_read(t.s, t.len);
	b->start = now;
	saved_apply(saved, b);
	services_start(b);
	saved_free(saved);
	text_done(&t);
	return b;
}

/* fail_open holds servers that are down; a new process goes on holding them, and lets go as the old one would have. */
START_TEST(holds_outlive_the_process) {
	static const char open[] = SERVICE("fail_open 50\n" CHECKED("10.0.0.1") CHECKED("10.0.0.2"));
	struct services *a = load(&one, open, 1, NULL), *b;
	struct service_change change;

	services_start(a);
	down(a, 0);
	down(a, 1);
	ck_assert(a->list[0].pool.is_failing_open && a->list[0].out.n_held == 2);
	b = reborn(a, open, LATER);
	ck_assert_str_eq(ups(b), "DD");
	ck_assert(b->list[0].pool.is_failing_open && !b->list[0].out.fail_open_changed);
	ck_assert_uint_eq(b->list[0].out.n_held, 2);
	ck_assert_uint_eq(n_dests(b, 0), 2);
	for (uint32_t i = 0; i < 2; i++) {
		struct msg_check m = result(i, 0, CHECK_UP);

		ck_assert_int_eq(services_result(b, &m, LATER, &change), 0);
	}
	ck_assert(!b->list[0].pool.is_failing_open);
	ck_assert_uint_eq(b->list[0].out.n_held, 0);
}
END_TEST

/* A slow start goes on where it was; one of the future never was. */
START_TEST(slow_starts_outlive_the_process) {
	static const char slow[] = SERVICE("slow_start 60\n" CHECKED("10.0.0.1") CHECKED("10.0.0.2"));
	struct services *a = load(&one, slow, 1, NULL), *b;
	const mono_t back = mono_add(LATER, 1000000), now = mono_add(back, 30000000);
	struct msg_check m = result(0, 0, CHECK_UP);
	struct service_change change;
	uint32_t was, is;

	services_start(a);
	for (uint32_t i = 0; i < 4; i++) {
		struct msg_check up = result(i / 2, i % 2, CHECK_UP);

		ck_assert_int_eq(services_result(a, &up, LATER, &change), 0);
	}
	down(a, 0);
	ck_assert_int_eq(services_result(a, &m, back, &change), 0);
	ck_assert(a->list[0].pool.servers[0].is_ramping);
	(void)services_tick(a, now, NULL, NULL);
	ck_assert(service_weight(&a->list[0], 0, &was));
	b = reborn(a, slow, now);
	ck_assert(b->list[0].pool.servers[0].is_ramping && !b->list[0].pool.servers[1].is_ramping);
	ck_assert_int_eq(b->list[0].pool.times[0].ramp.usec, back.usec);
	ck_assert(service_weight(&b->list[0], 0, &is));
	ck_assert_uint_eq(is, was);
	world_done(&two);
	ck_assert(!reborn(a, slow, START)->list[0].pool.servers[0].is_ramping);
}
END_TEST

#define OTHER(n, lines) "virtual_server 192.0.2." #n " 80 {\n" lines "}\n"

/* omega: who was up at the stop comes up anew at the next start; so does the quorum. */
START_TEST(what_omega_ended_is_not_forgotten) {
	static const char omega[] = OTHER(1, "omega\n" CHECKED("10.0.0.1") CHECKED("10.0.0.2"))
		OTHER(2, CHECKED("10.0.0.1"));
	struct services *a = load(&one, omega, 1, NULL), *b;
	struct ipvs_table owned = { 0 };
	struct text t = { 0 };
	struct saved *saved;

	services_start(a);
	down(a, 0);
	services_end(a);
	ck_assert(a->list[0].is_ended && !a->list[1].is_ended);
	ck_assert(!a->list[0].servers[0].is_ended && a->list[0].servers[1].is_ended);
	ck_assert(!a->list[1].servers[0].is_ended);
	saved_write(a, &owned, &(struct drain){ 0 }, &t);
	saved = saved_read(t.s, t.len);
	b = load(&two, omega, 1, NULL);
	saved_apply(saved, b);
	ck_assert(!b->list[0].servers[0].was_ended && b->list[0].servers[1].was_ended);
	ck_assert(!b->list[1].servers[0].was_ended);
	ck_assert(!b->list[0].pool.is_known && b->list[1].pool.is_known);
	services_start(b);
	ck_assert_str_eq(ups(b), "DU");
	ck_assert(b->list[0].out.quorum_changed && !b->list[1].out.quorum_changed);
	saved_free(saved);
	text_done(&t);
}
END_TEST

/* New services with ha_suspend wait; known ones stay as they were; without the word nothing is suspended. */
START_TEST(suspended_over_reloads) {
	static const char all[] = OTHER(1, "ha_suspend\n") OTHER(2, "ha_suspend\n") OTHER(3, "");
	static const char next[] = OTHER(1, "ha_suspend\n") OTHER(2, "") OTHER(3, "ha_suspend\n")
		OTHER(4, "ha_suspend\n");
	struct services *a = load(&one, all, 1, NULL), *b;

	ck_assert(a->list[0].is_suspended && a->list[1].is_suspended && !a->list[2].is_suspended);
	a->list[0].is_suspended = false;
	b = load(&two, next, 2, a);
	ck_assert(!b->list[0].is_suspended && !b->list[1].is_suspended && !b->list[2].is_suspended);
	ck_assert(b->list[3].is_suspended);
}
END_TEST

START_TEST(every_cut_of_a_saved_state_is_read_without_harm) {
	static const char
		text[] = "service 4 6 192.0.2.1 80 0\nservice 6 0 - 0 1986620516\nquorum 192.0.2.1:80/tcp = 1 0\n"
			 "check 192.0.2.1:80/tcp 10.0.0.1:80 0 TCP_CHECK = 2 3\n";
	struct services *s = load(&one, two_servers, 1, NULL);

	for (size_t len = 0; len < sizeof(text); len++) {
		char *cut = x_calloc(1, len + 1); /* exactly as long: a read past its end is seen */
		struct saved *saved;

		memcpy(cut, text, len);
		saved = saved_read(cut, len);
		saved_apply(saved, s);
		saved_free(saved);
		free(cut);
	}
	services_start(s);
	ck_assert_str_eq(ups(s), "DU");
}
END_TEST

START_TEST(the_kernel_says_who_was_in_use) {
	struct services *s = load(&one, two_alpha, 1, NULL);
	struct ipvs_dest dests[2] = { { .port = 80, .weight = 3 }, { .port = 80, .weight = 0 } };
	struct ipvs_service k = match_first(s->list[0].conf);
	struct ipvs_table kernel = { .services = &k, .n_services = 1, .dests = dests, .n_dests = 2 };

	addr_parse("10.0.0.1", &dests[0].addr);
	addr_parse("10.0.0.2", &dests[1].addr);
	k.dests = dests;
	k.n_dests = 2;
	known_of(s, 0, 0)[1] = CHECK_DOWN; /* what is known counts more */
	adopt_states(s, &kernel);
	ck_assert_int_eq(known_of(s, 0, 0)[0], CHECK_UP);
	ck_assert_int_eq(known_of(s, 0, 0)[1], CHECK_DOWN);
	ck_assert_int_eq(known_of(s, 0, 1)[0], CHECK_UNKNOWN); /* weight 0 */
	k.port = 81;
	known_of(s, 0, 0)[0] = CHECK_UNKNOWN;
	adopt_states(s, &kernel);
	ck_assert_int_eq(known_of(s, 0, 0)[0], CHECK_UNKNOWN); /* not our service */
}
END_TEST

START_TEST(a_group_is_an_entry_for_each_of_its_addresses) {
	struct services *s = load(&one,
		"virtual_server_group web {\n 192.0.2.254-192.0.3.1 80\n 192.0.2.9 443\n fwmark 5\n}\n"
		"virtual_server group web {\n lb_algo rr\n persistence_timeout 60\n persistence_granularity 24\n"
		" real_server 10.0.0.1 {\n weight 2\n}\n real_server 10.0.0.2 8080 {\n}\n}\n",
		1, NULL);
	struct ipvs_table t;

	services_start(s);
	services_wanted(s, false, &t);
	ck_assert_uint_eq(t.n_services, 1 + 6); /* the guard leads, marks follow, then addresses */
	ck_assert_uint_eq(t.services[1].fwmark, 5);
	ck_assert_uint_eq(t.services[1].protocol, 0);
	ck_assert_uint_eq(t.services[1].dests[0].port, 0);
	ck_assert_uint_eq(t.services[2].port, 443);
	ck_assert_uint_eq(t.services[2].dests[0].port, 443); /* none was written: that of the entry */
	ck_assert_uint_eq(t.services[2].dests[1].port, 8080);
	for (unsigned i = 0; i < 4; i++) {
		static const char *const addrs[] = { "192.0.2.254", "192.0.2.255", "192.0.3.0", "192.0.3.1" };
		char addr[ADDR_STRLEN];

		ck_assert_str_eq(addr_str(&t.services[3 + i].addr, addr), addrs[i]);
		ck_assert_uint_eq(t.services[3 + i].netmask, htonl(0xffffff00));
		ck_assert_uint_eq(t.services[3 + i].n_dests, 2);
		ck_assert_uint_eq(t.services[3 + i].dests[0].port, 80);
	}
	ipvs_table_done(&t);
}
END_TEST

START_TEST(a_group_goes_on_by_its_name) {
	static const char *const texts[] = {
		"virtual_server_group web {\n 192.0.2.1 80\n}\nvirtual_server group web {\n" CHECKED("10.0.0.1") "}\n",
		"virtual_server_group web {\n 192.0.2.7 80\n}\nvirtual_server group web {\n protocol UDP\n" CHECKED("10.0.0.1") "}\n"
		"virtual_server group web {\n" CHECKED("10.0.0.1") "}\n",
	};
	struct services *s = load(&one, texts[0], 1, NULL);

	known_of(s, 0, 0)[0] = CHECK_DOWN;
	services_start(s);
	s = load(&two, texts[1], 2, s);
	ck_assert_int_eq(known_of(s, 0, 0)[0], CHECK_UNKNOWN);
	ck_assert_int_eq(known_of(s, 1, 0)[0], CHECK_DOWN);
}
END_TEST

/* dr_path require: the path watch's word counts like a check's, and is told in its own words. */
START_TEST(a_path_takes_a_server_away) {
	struct services *s = load(&one, SERVICE("dr_path require\n" CHECKED("10.0.0.1") CHECKED("10.0.0.2")), 1, NULL),
			*b;
	struct msg_check m = result(1, MSG_CHECK_PATH, CHECK_DOWN);
	const struct service_server *rs = &s->list[0].servers[1];
	struct service_change change;

	services_start(s);
	ck_assert_uint_eq(rs->path, PATH_FOUND_MAX);
	m.attempts = PATH_FOUND_RIP;
	ck_assert_int_eq(services_result(s, &m, LATER, &change), 0);
	ck_assert(change.path_changed && change.server_changed && !change.is_first);
	ck_assert_str_eq(ups(s), "UD");
	ck_assert_uint_eq(rs->path, PATH_FOUND_RIP);
	ck_assert_uint_eq(rs->why, WHY_PATH);
	ck_assert_uint_eq(n_dests(s, 0), 1);
	b = load(&two, SERVICE("dr_path require\n" CHECKED("10.0.0.2")), 2, s);
	services_start(b);
	ck_assert_str_eq(ups(b), "D");
	ck_assert_uint_eq(b->list[0].servers[0].path, PATH_FOUND_RIP);
	ck_assert_uint_eq(b->list[0].servers[0].why, WHY_PATH);
	m = result(1, MSG_CHECK_PATH, CHECK_UNKNOWN);
	m.attempts = 77; /* no such word */
	ck_assert_int_eq(services_result(s, &m, LATER, &change), 0);
	ck_assert_str_eq(ups(s), "UU");
	ck_assert_uint_eq(rs->path, PATH_NO_WAY);
}
END_TEST

/* fail_open comes with a reload: times begin to be kept then, and go when it does. */
START_TEST(times_come_and_go_with_what_needs_them) {
	static const char open[] = SERVICE("fail_open 50\n" CHECKED("10.0.0.1") CHECKED("10.0.0.2"));
	struct services *a = load(&one, two_servers, 1, NULL), *b;
	struct services *c;
	struct msg_check m;
	struct service_change change;

	services_start(a);
	down(a, 0);
	ck_assert_ptr_null(a->list[0].pool.times);
	ck_assert(!a->list[0].pool.servers[0].is_failed);
	b = load(&two, open, 2, a);
	services_start(b);
	ck_assert_str_eq(ups(b), "DU");
	ck_assert(b->list[0].pool.times && !b->list[0].pool.servers[0].is_failed);
	m = result(1, 0, CHECK_DOWN);
	m.generation = 2;
	ck_assert_int_eq(services_result(b, &m, LATER, &change), 0);
	ck_assert(b->list[0].pool.servers[1].is_failed);
	ck_assert_int_eq(b->list[0].pool.times[1].failed.usec, LATER.usec);
	world_done(&one);
	c = load(&one, two_servers, 3, b);
	services_start(c);
	ck_assert_str_eq(ups(c), "DD");
	ck_assert(!c->list[0].pool.times && !c->list[0].pool.servers[1].is_failed);
}
END_TEST

START_TEST(tunnels_and_engines_reach_the_table) {
	struct services *s = load(&one,
		"virtual_server 192.0.2.1 5060 {\n protocol UDP\n lb_kind TUN type gue port 6080 csum\n persistence_engine sip\n"
		" persistence_timeout 60\n real_server 10.0.0.1 5060 {\n}\n"
		" real_server 10.0.0.2 5060 {\n lvs_method TUN type gre\n}\n"
		" real_server 10.0.0.3 5060 {\n lvs_method NAT\n}\n}\n",
		1, NULL);
	const struct ipvs_dest *d;
	struct ipvs_table t;

	services_start(s);
	services_wanted(s, false, &t);
	d = t.services[1].dests; /* behind the guard */
	ck_assert_str_eq(t.services[1].engine, "sip");
	ck_assert(d[0].tunnel == 1 && d[0].tunnel_port == 6080 && d[0].tunnel_flags == 1);
	ck_assert(d[1].tunnel == 2 && d[1].tunnel_port == 0 && d[1].tunnel_flags == 0);
	ck_assert(d[2].tunnel == 0 && d[2].tunnel_port == 0 && d[2].tunnel_flags == 0);
	ipvs_table_done(&t);
}
END_TEST

START_TEST(the_wanted_table_has_services_and_guards) {
	struct services *s = load(&one,
		"virtual_server fd00::1 53 {\n protocol UDP\n ops\n lb_algo rr\n real_server fd00::2 53 {\n}\n}\n"
		"virtual_server fwmark 7 {\n real_server 10.0.0.9 80 {\n}\n}\n" SERVICE(
			"persistence_timeout 60\n lb_algo mh\n mh-port\n" CHECKED("10.0.0.2") CHECKED("10.0.0.1")),
		1, NULL);
	struct ipvs_table t;

	services_start(s);
	services_wanted(s, false, &t);
	ck_assert_uint_eq(t.n_services, 5);
	ck_assert_uint_eq(t.services[0].fwmark, PLAN_GUARD_MARK);
	ck_assert_uint_eq(t.services[0].n_dests, 0);
	ck_assert_uint_eq(t.services[1].fwmark, 7);
	ck_assert_uint_eq(t.services[1].dests[0].port, 80);
	ck_assert_uint_eq(t.services[2].flags, IPVS_PERSISTENT | IPVS_SCHED2);
	ck_assert_uint_eq(t.services[2].timeout, 60);
	ck_assert_str_eq(t.services[2].scheduler, "mh");
	ck_assert_uint_eq(t.services[2].n_dests, 2);
	ck_assert_uint_eq(t.services[2].dests[0].addr.bytes[3], 1);
	ck_assert_uint_eq(t.services[3].family, AF_INET6);
	ck_assert_uint_eq(t.services[3].fwmark, PLAN_GUARD_MARK);
	ck_assert_uint_eq(t.services[4].flags, IPVS_ONEPACKET);
	ck_assert_uint_eq(t.services[4].protocol, IPPROTO_UDP);
	ipvs_table_done(&t);
	services_clean(s);
	s->list[0].is_dirty = true;
	services_wanted(s, true, &t);
	ck_assert_uint_eq(t.n_services, 1);
	ck_assert_uint_eq(t.services[0].family, AF_INET6);
	ck_assert_uint_eq(t.n_dests, 1);
	ipvs_table_done(&t);
}
END_TEST

START_TEST(no_services_no_guards) {
	struct services *s = load(&one, "", 1, NULL);
	struct ipvs_table t;

	services_start(s);
	services_wanted(s, false, &t);
	ck_assert_uint_eq(t.n_services, 0);
	ipvs_table_done(&t);
}
END_TEST

START_TEST(tiers_have_one_list_and_states_go_with_their_tier) {
	static const char tiers[] = SERVICE("quorum 1\n" CHECKED("10.0.0.1") "backup_pool b {\n" CHECKED("10.0.0.1")
			CHECKED("10.0.0.2") "}\n");
	struct services *a = load(&one, tiers, 1, NULL), *b;
	char text[SERVING_LEN];

	ck_assert_uint_eq(one.conf.services.n, 1);
	services_start(a);
	ck_assert_str_eq(ups(a), "UUU");
	ck_assert_uint_eq(a->list[0].servers[1].conf->tier, 1);
	ck_assert_str_eq(a->list[0].servers[1].conf->how->pool, "b");
	ck_assert_int_eq(((const struct check_conf *)a->list[0].servers[2].conf->checks.item[0])->how->delay_loop,
		60 * MONO_SEC);
	down(a, 0); /* at the same address, each tier has checks of its own */
	ck_assert_str_eq(ups(a), "DUU");
	ck_assert_str_eq(service_serving_str(&a->list[0], text), "backup_pool b");
	ck_assert_uint_eq(n_dests(a, 0), 2);
	b = load(&two, tiers, 2, a);
	services_start(b);
	ck_assert_str_eq(ups(b), "DUU");
	ck_assert(!b->list[0].out.quorum_changed && !b->list[0].out.tier_changed);
}
END_TEST

START_TEST(initial_states) {
	static const struct {
		const char *line, *ups;
		int64_t warmup;
	} rows[] = {
		{ "", "UU", 60 * MONO_SEC },
		{ "initial_state up\n", "UU", 60 * MONO_SEC },
		{ "initial_state down\n", "DD", 60 * MONO_SEC },
		{ "initial_state last\n", "UU", 60 * MONO_SEC },
		{ "initial_state check_first\n", "DD", 0 },
		{ "initial_state check_first\nalpha off\nwarmup 3\n", "UU", 3 * MONO_SEC },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = x_asprintf(SERVICE("%s" CHECKED("10.0.0.1") CHECKED("10.0.0.2")), rows[i].line);
		struct services *s = load(&one, text, 1, NULL);

		services_start(s);
		ck_assert_msg(!strcmp(ups(s), rows[i].ups), "row %zu: %s", i, ups(s));
		ck_assert_int_eq(((const struct check_conf *)s->list[0].servers[0].conf->checks.item[0])->how->warmup,
			rows[i].warmup);
		free(text);
		teardown();
	}
}
END_TEST

START_TEST(a_slow_start_goes_on_by_itself) {
	static const char slow[] = SERVICE("slow_start 19\nlvs_sched wlc\n" CHECKED("10.0.0.1") CHECKED("10.0.0.2"));
	struct services *s = load(&one, slow, 1, NULL);
	struct msg_check m = result(0, 0, CHECK_UP);
	struct service_change change;
	uint32_t weight;

	services_start(s);
	m.state = CHECK_UP;
	ck_assert_int_eq(services_result(s, &m, LATER, &change), 0);
	m.check = 1;
	ck_assert_int_eq(services_result(s, &m, LATER, &change), 0);
	m.state = CHECK_DOWN;
	ck_assert_int_eq(services_result(s, &m, LATER, &change), 0);
	ck_assert(change.was_present && change.old_weight == 1);
	m.state = CHECK_UP;
	ck_assert_int_eq(services_result(s, &m, LATER, &change), 0);
	ck_assert(service_weight(&s->list[0], 0, &weight) && weight == 1);
	ck_assert(service_weight(&s->list[0], 1, &weight) && weight == 20);
	ck_assert_int_eq(s->list[0].out.next.usec, LATER.usec + MONO_SEC);
	services_clean(s);
	ck_assert_int_eq(services_tick(s, mono_add(LATER, MONO_SEC), NULL, NULL).usec, LATER.usec + 2 * MONO_SEC);
	ck_assert_uint_eq(services_dirty(s), 1);
	ck_assert(service_weight(&s->list[0], 0, &weight) && weight == 2);
	ck_assert_int_eq(services_tick(s, mono_add(LATER, 19 * MONO_SEC), NULL, NULL).usec, MONO_NEVER.usec);
	ck_assert(service_weight(&s->list[0], 1, &weight) && weight == 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("service");
	TCase *t = tcase_create("service");

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, a_server_goes_down_with_its_first_check_and_up_with_its_last);
	tcase_add_test(t, results_that_do_not_fit_are_refused);
	tcase_add_test(t, every_check_is_awaited_once);
	tcase_add_test(t, a_reload_keeps_states_by_key_wherever_they_stand);
	tcase_add_test(t, a_check_of_another_kind_starts_anew);
	tcase_add_test(t, alpha_is_down_until_every_check_has_succeeded);
	tcase_add_test(t, what_was_saved_comes_back);
	tcase_add_test(t, holds_outlive_the_process);
	tcase_add_test(t, slow_starts_outlive_the_process);
	tcase_add_test(t, what_omega_ended_is_not_forgotten);
	tcase_add_test(t, suspended_over_reloads);
	tcase_add_test(t, every_cut_of_a_saved_state_is_read_without_harm);
	tcase_add_test(t, the_kernel_says_who_was_in_use);
	tcase_add_test(t, a_group_is_an_entry_for_each_of_its_addresses);
	tcase_add_test(t, a_group_goes_on_by_its_name);
	tcase_add_test(t, a_path_takes_a_server_away);
	tcase_add_test(t, times_come_and_go_with_what_needs_them);
	tcase_add_test(t, tunnels_and_engines_reach_the_table);
	tcase_add_test(t, the_wanted_table_has_services_and_guards);
	tcase_add_test(t, no_services_no_guards);
	tcase_add_test(t, tiers_have_one_list_and_states_go_with_their_tier);
	tcase_add_test(t, initial_states);
	tcase_add_test(t, a_slow_start_goes_on_by_itself);
	suite_add_tcase(s, t);
	return run_suite(s);
}
