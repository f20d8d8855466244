/*
 * test_plan.c - plan_make() by rows, and a random walk in which a fake kernel table must always end as the wanted
 * one.
 */
#include "checkers/plan.h"

#include <arpa/inet.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"
#include "table_model.h"

enum { STEPS = 20000, NIGHTLY_STEPS = 100000 };

/* The plan as text, one change a line: what a row expects. */
static const char *plan_text(struct fake *wanted, struct fake *kernel, struct fake *owned)
{
	static char text[4096];
	static const char *const op[IPVS_OP_MAX] = { "A", "E", "a", "e", "d", "D" };
	struct ipvs_change out[256];
	char addr[ADDR_STRLEN];
	size_t len = 0;
	unsigned n;

	plan_sort(&wanted->t);
	plan_sort(&kernel->t);
	plan_sort(&owned->t);
	n = plan_make(&wanted->t, &kernel->t, &owned->t, out);
	ck_assert_uint_le(n, plan_max(&wanted->t, &kernel->t));
	text[0] = '\0';
	for (unsigned i = 0; i < n; i++) {
		const struct ipvs_service *s = out[i].service;

		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s %s:%u", i ? "; " : "", op[out[i].op],
			s->fwmark ? "mark" : addr_str(&s->addr, addr), s->port);
		if (out[i].dest)
			len += (size_t)snprintf(text + len, sizeof(text) - len, " %s w%u",
				addr_str(&out[i].dest->addr, addr), out[i].dest->weight);
	}
	return text;
}

static struct fake wanted, kernel, owned;

static void setup(void)
{
	fake_init(&wanted);
	fake_init(&kernel);
	fake_init(&owned);
}

START_TEST(empty_tables_need_nothing) {
	ck_assert_str_eq(plan_text(&wanted, &kernel, &owned), "");
}
END_TEST

START_TEST(a_new_service_comes_after_its_guard) {
	struct ipvs_service *s = add_service(&wanted, service("192.0.2.1", 80));

	add_dest(&wanted, s, dest("10.0.0.2", 1));
	add_dest(&wanted, s, dest("10.0.0.1", 2));
	add_service(&wanted, plan_guard(AF_INET));
	add_service(&wanted, plan_guard(AF_INET6));
	ck_assert_str_eq(plan_text(&wanted, &kernel, &owned),
		"A mark:0; A mark:0; A 192.0.2.1:80; a 192.0.2.1:80 10.0.0.1 w2; a 192.0.2.1:80 10.0.0.2 w1");
}
END_TEST

START_TEST(a_matching_entry_is_adopted_whatever_the_order_of_its_destinations) {
	struct ipvs_service s = service("192.0.2.1", 80), *w = add_service(&wanted, s), *k;

	s.flags = 0x2;   /* HASHED is the kernel's */
	s.timeout = 300; /* without persistence it means nothing */
	k = add_service(&kernel, s);
	add_dest(&wanted, w, dest("10.0.0.2", 1));
	add_dest(&wanted, w, dest("10.0.0.1", 1));
	add_dest(&kernel, k, dest("10.0.0.1", 1));
	add_dest(&kernel, k, dest("10.0.0.2", 1));
	k->dests[0].active = 7;
	ck_assert_str_eq(plan_text(&wanted, &kernel, &owned), "");
}
END_TEST

START_TEST(every_attribute_of_a_service_is_edited_in_place) {
	static const struct {
		const char *scheduler;
		uint32_t flags, timeout, netmask;
		const char *expect;
	} rows[] = {
		{ "rr", 0, 0, UINT32_MAX, "" },
		{ "mh", 0, 0, UINT32_MAX, "E 192.0.2.1:80" },
		{ "rr", IPVS_SCHED2, 0, UINT32_MAX, "E 192.0.2.1:80" },
		{ "rr", IPVS_PERSISTENT, 0, UINT32_MAX, "E 192.0.2.1:80" },
		{ "rr", 0, 60, UINT32_MAX, "" },
		{ "rr", 0, 0, 24, "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ipvs_service *s;

		setup();
		add_service(&kernel, service("192.0.2.1", 80));
		s = add_service(&wanted, service("192.0.2.1", 80));
		snprintf(s->scheduler, sizeof(s->scheduler), "%s", rows[i].scheduler);
		s->flags = rows[i].flags;
		s->timeout = rows[i].timeout;
		s->netmask = rows[i].netmask;
		ck_assert_msg(!strcmp(plan_text(&wanted, &kernel, &owned), rows[i].expect), "row %zu", i);
	}
}
END_TEST

START_TEST(persistence_time_and_mask_are_edited_in_place) {
	for (int field = 0; field < 2; field++) {
		struct ipvs_service s = service("192.0.2.1", 80);

		setup();
		s.flags = IPVS_PERSISTENT;
		s.timeout = 60;
		add_service(&kernel, s);
		*(field ? &s.netmask : &s.timeout) = 120;
		add_service(&wanted, s);
		ck_assert_str_eq(plan_text(&wanted, &kernel, &owned), "E 192.0.2.1:80");
	}
}
END_TEST

START_TEST(every_attribute_of_a_destination_is_edited_in_place) {
	for (int field = 0; field < 4; field++) {
		struct ipvs_dest d = dest("10.0.0.1", 5);
		uint32_t *const at[] = { &d.weight, NULL, &d.upper, &d.lower };

		setup();
		add_dest(&kernel, add_service(&kernel, service("192.0.2.1", 80)), d);
		if (at[field])
			*at[field] = field ? 2 : 0;
		else
			d.forward = 2;
		add_dest(&wanted, add_service(&wanted, service("192.0.2.1", 80)), d);
		ck_assert_str_eq(plan_text(&wanted, &kernel, &owned),
			field ? "e 192.0.2.1:80 10.0.0.1 w5" : "e 192.0.2.1:80 10.0.0.1 w0");
	}
}
END_TEST

START_TEST(the_order_is_new_edit_delete) {
	struct ipvs_service *w, *k;

	w = add_service(&wanted, service("192.0.2.1", 80));
	add_dest(&wanted, w, dest("10.0.0.1", 9));
	add_dest(&wanted, w, dest("10.0.0.3", 1));
	w = add_service(&wanted, service("192.0.2.9", 80));
	add_dest(&wanted, w, dest("10.0.0.1", 1));
	k = add_service(&kernel, service("192.0.2.0", 80));
	add_dest(&kernel, k, dest("10.0.0.1", 1));
	k = add_service(&kernel, service("192.0.2.1", 80));
	add_dest(&kernel, k, dest("10.0.0.1", 1));
	add_dest(&kernel, k, dest("10.0.0.2", 1));
	add_service(&owned, service("192.0.2.0", 80));
	ck_assert_str_eq(plan_text(&wanted, &kernel, &owned),
		"A 192.0.2.9:80; a 192.0.2.1:80 10.0.0.3 w1; a 192.0.2.9:80 10.0.0.1 w1; "
		"e 192.0.2.1:80 10.0.0.1 w9; d 192.0.2.1:80 10.0.0.2 w1; D 192.0.2.0:80");
}
END_TEST

START_TEST(foreign_services_are_not_touched) {
	add_dest(&kernel, add_service(&kernel, service("192.0.2.1", 80)), dest("10.0.0.1", 1));
	add_service(&kernel, service("192.0.2.1", 81));
	add_service(&kernel, service("2001:db8::1", 80));
	add_service(&owned, service("192.0.2.1", 82));
	add_service(&owned, service("192.0.2.1", 81));
	ck_assert_str_eq(plan_text(&wanted, &kernel, &owned), "D 192.0.2.1:81");
}
END_TEST

START_TEST(the_same_address_is_another_service_by_protocol_port_and_family) {
	struct ipvs_service udp = service("192.0.2.1", 80);

	udp.protocol = IPPROTO_UDP;
	add_service(&wanted, udp);
	add_service(&wanted, service("192.0.2.1", 81));
	add_service(&wanted, service("::c000:201", 80));
	add_service(&kernel, service("192.0.2.1", 80));
	ck_assert_str_eq(plan_text(&wanted, &kernel, &owned), "A 192.0.2.1:80; A 192.0.2.1:81; A ::192.0.2.1:80");
}
END_TEST

START_TEST(a_dump_that_shows_an_entry_twice_counts_once) {
	struct ipvs_service *k;

	add_dest(&wanted, add_service(&wanted, service("192.0.2.1", 80)), dest("10.0.0.1", 1));
	for (int i = 0; i < 2; i++) {
		k = add_service(&kernel, service("192.0.2.1", 80));
		add_dest(&kernel, k, dest("10.0.0.1", 1));
		add_dest(&kernel, k, dest("10.0.0.1", 1));
	}
	ck_assert_str_eq(plan_text(&wanted, &kernel, &owned), "");
}
END_TEST

/* --- the random walk --- */

/* Services out of 5 keys, destinations out of 4, few values: collisions of all kinds are frequent. */
static void random_table(struct fake *f, unsigned chance)
{
	static const char *const addrs[] = { "192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1", "2001:db8::2" };
	static const char *const servers[] = { "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4" };

	fake_init(f);
	for (unsigned i = 0; i < 5; i++) {
		struct ipvs_service *s;

		if (below(100) >= chance)
			continue;
		s = add_service(f, service(addrs[i], 80));
		s->flags = below(2) ? IPVS_SCHED1 : 0;
		for (unsigned k = 0; k < 4; k++)
			if (below(2))
				add_dest(f, s, dest(servers[(k + i) % 4], below(3)));
	}
}

static void check_same(struct fake *a, struct fake *b, const struct ipvs_service *key)
{
	struct ipvs_service *x = find_service(a, key), *y = find_service(b, key);

	ck_assert(x && y);
	ck_assert_uint_eq(x->flags, y->flags);
	ck_assert_uint_eq(x->n_dests, y->n_dests);
	for (unsigned i = 0; i < x->n_dests; i++) {
		struct ipvs_dest *d = find_dest(y, &x->dests[i]);

		ck_assert(d && d->weight == x->dests[i].weight);
	}
}

/* Wanted ones are as wanted, owned ones that are not wanted are gone, all others are as they were. */
static void check_result(struct fake *before)
{
	for (unsigned i = 0; i < wanted.t.n_services; i++)
		check_same(&wanted, &kernel, &wanted.services[i]);
	for (unsigned i = 0; i < owned.t.n_services; i++)
		if (!find_service(&wanted, &owned.services[i]))
			ck_assert_ptr_null(find_service(&kernel, &owned.services[i]));
	for (unsigned i = 0; i < before->t.n_services; i++)
		if (!find_service(&wanted, &before->services[i]) && !find_service(&owned, &before->services[i]))
			check_same(before, &kernel, &before->services[i]);
}

START_TEST(after_the_plan_the_kernel_has_what_is_wanted) {
	struct ipvs_change out[256];
	struct fake *before = malloc(sizeof(*before));
	const unsigned steps = getenv("VIPD_NIGHTLY") ? NIGHTLY_STEPS : STEPS;
	unsigned changes = 0;

	srand(1);
	random_table(&kernel, 50);
	for (unsigned step = 0; step < steps; step++) {
		unsigned n;

		random_table(&owned, 30);
		random_table(&wanted, 60);
		if (below(4) == 0)
			random_table(&kernel, 50);
		plan_sort(&wanted.t);
		plan_sort(&kernel.t);
		plan_sort(&owned.t);
		copy(before, &kernel);
		n = plan_make(&wanted.t, &before->t, &owned.t, out);
		for (unsigned i = 0; i < n; i++) {
			ck_assert(!i || out[i].op >= out[i - 1].op);
			apply(&kernel, &out[i]);
		}
		check_result(before);
		changes += n;
		copy(before, &kernel);
		copy(&kernel, before);
		plan_sort(&kernel.t);
		ck_assert_uint_eq(plan_make(&wanted.t, &kernel.t, &owned.t, out), 0);
	}
	ck_assert_uint_gt(changes, steps);
	free(before);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("plan");
	TCase *t = tcase_create("plan");

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, empty_tables_need_nothing);
	tcase_add_test(t, a_new_service_comes_after_its_guard);
	tcase_add_test(t, a_matching_entry_is_adopted_whatever_the_order_of_its_destinations);
	tcase_add_test(t, every_attribute_of_a_service_is_edited_in_place);
	tcase_add_test(t, persistence_time_and_mask_are_edited_in_place);
	tcase_add_test(t, every_attribute_of_a_destination_is_edited_in_place);
	tcase_add_test(t, the_order_is_new_edit_delete);
	tcase_add_test(t, foreign_services_are_not_touched);
	tcase_add_test(t, the_same_address_is_another_service_by_protocol_port_and_family);
	tcase_add_test(t, a_dump_that_shows_an_entry_twice_counts_once);
	tcase_add_test(t, after_the_plan_the_kernel_has_what_is_wanted);
	suite_add_tcase(s, t);
	return run_suite(s);
}
