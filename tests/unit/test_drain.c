/*
 * test_drain.c - drain_step() by rows, and a random walk: whatever is wanted and whatever connections come and go, the kernel's
 * table becomes the wanted one, and nothing with connections leaves it before its time.
 */
#include "checkers/drain.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checkers/plan.h"
#include "run.h"
#include "table_model.h"

enum { STEPS = 20000, NIGHTLY_STEPS = 100000, SERVICES = 5, DESTS = 4, TIMEOUT_SEC = 60 };

static struct fake wanted, kernel, owned;
static struct drain drain;
static mono_t now;

static void setup(void)
{
	fake_init(&wanted);
	fake_init(&kernel);
	fake_init(&owned);
	now = (mono_t){ 1000 * MONO_SEC };
}

static void teardown(void)
{
	drain_done(&drain);
}

static struct ipvs_service service_of(char letter)
{
	struct ipvs_service s = service("192.0.2.1", (uint16_t)(letter - 'A' + 80));

	s.drain_usec = TIMEOUT_SEC * MONO_SEC;
	return s;
}

/* "A 1=5 2=0(3/4) 3! 4?": service A; servers 10.0.0.1 with weight 5, .2 with connections, .3 absent: RESET, .4 absent: KEEP. */
static void read_table(struct fake *f, const char *text)
{
	char copy[256], *save = NULL;
	struct ipvs_service *s = NULL;

	fake_init(f);
	snprintf(copy, sizeof(copy), "%s", text);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		char addr[16];
		struct ipvs_dest d;

		if (word[0] >= 'A') {
			s = add_service(f, word[0] == 'G' ? plan_guard(AF_INET) : service_of(word[0]));
			if (word[1])
				snprintf(s->scheduler, sizeof(s->scheduler), "%s", word + 1);
			continue;
		}
		snprintf(addr, sizeof(addr), "10.0.0.%c", word[0]);
		d = dest(addr, 0);
		sscanf(word + 1, "=%u(%u/%u)", &d.weight, &d.active, &d.inactive);
		d.absent = word[1] == '!' ? IPVS_RESET : word[1] == '?' ? IPVS_KEEP : IPVS_PRESENT;
		add_dest(f, s, d);
	}
	plan_sort(&f->t);
}

/* The same back: "A 1=5 2=0", with "+" where a service has its fallback flag. */
static const char *table_text(const struct ipvs_table *t)
{
	static char text[512];
	size_t len = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < t->n_services; i++) {
		const struct ipvs_service *s = &t->services[i];

		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%c%s", len ? " " : "",
			s->fwmark ? 'G' : 'A' + s->port - 80, s->flags & IPVS_SCHED1 ? "+" : "");
		for (unsigned k = 0; k < s->n_dests; k++)
			len += (size_t)snprintf(text + len, sizeof(text) - len, " %d=%u", s->dests[k].addr.bytes[3],
				s->dests[k].weight);
	}
	return text;
}

static const char *events_text(const struct drain_out *o)
{
	static const char *const names[] = {
		[DRAIN_BEGUN] = "begun", [DRAIN_GONE] = "gone", [DRAIN_DEADLINE] = "deadline", [DRAIN_BACK] = "back"
	};
	static char text[512];
	size_t len = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < o->n_events; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s %c%d", i ? " " : "",
			names[o->events[i].what], 'A' + o->events[i].item.service.port - 80,
			o->events[i].item.dest.addr.bytes[3]);
	return text;
}

struct row {
	int after_sec; /* since the row before */
	const char *wanted, *kernel, *target, *events;
	unsigned n_unseen;
};

static void run_row(const struct row *r, bool has_counters)
{
	struct drain_look look = { &wanted.t, &kernel.t, &owned.t, NULL, has_counters, { 0 } };
	struct drain_out out;

	now = look.now = mono_add(now, r->after_sec * MONO_SEC);
	read_table(&wanted, r->wanted);
	read_table(&kernel, r->kernel);
	drain_step(&drain, &look, &out);
	ck_assert_str_eq(table_text(&out.target), r->target);
	ck_assert_str_eq(events_text(&out), r->events);
	ck_assert_uint_eq(out.n_unseen, r->n_unseen);
	drain_out_done(&out);
}

#define RUN(...)                                                             \
	do {                                                                 \
		static const struct row rows_[] = { __VA_ARGS__ };           \
		for (size_t i_ = 0; i_ < sizeof(rows_) / sizeof(*rows_); i_++) \
			run_row(&rows_[i_], true);                           \
	} while (0)

START_TEST(a_server_that_is_removed_goes_when_its_connections_are_gone) {
	RUN({ 0, "G A 1=1 2=1", "G A 1=1(3/0) 2=1(3/0)", "G A 1=1 2=1", "", 0 },
		{ 0, "G A 2=1", "G A 1=1(3/0) 2=1(3/0)", "G A 1=0 2=1", "", 1 },
		{ 0, "G A 2=1", "G A 1=0(3/0) 2=1(3/0)", "G A 1=0 2=1", "begun A1", 0 },
		{ 1, "G A 2=1", "G A 1=0(1/2) 2=1(3/0)", "G A 1=0 2=1", "", 0 },
		{ 5, "G A 2=1", "G A 1=0(0/3) 2=1(3/0)", "G A 2=1", "gone A1", 0 },
		{ 0, "G A 2=1", "G A 2=1(3/0)", "G A 2=1", "", 0 });
	ck_assert_uint_eq(drain.n, 0);
}
END_TEST

START_TEST(without_connections_it_goes_at_the_first_look) {
	RUN({ 0, "G A 2=1", "G A 1=1 2=1", "G A 1=0 2=1", "", 1 },
		{ 0, "G A 2=1", "G A 1=0 2=1", "G A 2=1", "gone A1", 0 },
		/* with weight 0 already, and nothing to wait for */
		{ 0, "G A 2=1", "G A 1=0 2=1", "G A 2=1", "gone A1", 0 });
}
END_TEST

START_TEST(inactive_connections_count_for_the_grace_alone) {
	RUN({ 0, "G A", "G A 1=0(0/7)", "G A 1=0", "begun A1", 0 }, { 1, "G A", "G A 1=0(0/7)", "G A 1=0", "", 0 },
		{ 1, "G A", "G A 1=0(0/7)", "G A", "gone A1", 0 });
}
END_TEST

START_TEST(the_deadline_ends_it_with_connections) {
	RUN({ 0, "G A", "G A 1=1(1/0)", "G A 1=0", "", 1 }, { 0, "G A", "G A 1=0(1/0)", "G A 1=0", "begun A1", 0 },
		{ 59, "G A", "G A 1=0(1/0)", "G A 1=0", "", 0 }, { 1, "G A", "G A 1=0(1/0)", "G A", "deadline A1", 0 });
}
END_TEST

START_TEST(what_is_wanted_again_is_back) {
	RUN({ 0, "G A", "G A 1=0(1/0)", "G A 1=0", "begun A1", 0 },
		{ 9, "G A 1=4", "G A 1=0(1/0)", "G A 1=4", "back A1", 0 },
		{ 9, "G A", "G A 1=4(1/0)", "G A 1=0", "", 1 },
		{ 59, "G A", "G A 1=0(1/0)", "G A 1=0", "begun A1", 0 });
}
END_TEST

START_TEST(a_service_stays_while_a_server_of_it_drains) {
	read_table(&owned, "G A B");
	RUN({ 0, "", "G A 1=1(1/0) 2=1 B 1=1 C 1=1(7/7)", "G A 1=0 2=0 B 1=0", "", 3 },
		{ 0, "", "G A 1=0(1/0) 2=0 B 1=0 C 1=1(7/7)", "G A 1=0", "begun A1 gone A2 gone B1", 0 },
		{ 60, "", "G A 1=0(1/0) C 1=1(7/7)", "", "deadline A1", 0 });
}
END_TEST

START_TEST(down_servers_go_by_policy) {
	RUN({ 0, "G A 1! 2? 3=1", "G A 1=1(5/0) 2=1(5/0) 3=1(5/0)", "G A 2=0 3=1", "", 1 },
		{ 0, "G A 1! 2? 3=1", "G A 2=0(5/0) 3=1(5/0)", "G A 2=0 3=1", "begun A2", 0 },
		{ 500, "G A 1! 2? 3=1", "G A 2=0(0/0) 3=1(5/0)", "G A 2=0 3=1", "", 0 },
		/* removed by the configuration: from now on it drains */
		{ 500, "G A 3=1", "G A 2=0(1/0) 3=1(5/0)", "G A 2=0 3=1", "begun A2", 0 },
		{ 60, "G A 3=1", "G A 2=0(1/0) 3=1(5/0)", "G A 3=1", "deadline A2", 0 });
}
END_TEST

START_TEST(one_that_was_never_there_does_not_come_for_being_kept) {
	RUN({ 0, "G A 1? 2=1", "G A 2=1", "G A 2=1", "", 0 });
}
END_TEST

START_TEST(mh_and_sh_get_their_fallback_while_a_server_has_weight_0) {
	RUN({ 0, "G Amh 2=1 Brr 2=1 Csh 1=0 2=1 Dsh 1=1", "G Amh 1=0(1/0) 2=1 Brr 1=0(1/0) 2=1 Csh 1=0 2=1 Dsh 1=1",
		    "G A+ 1=0 2=1 B 1=0 2=1 C+ 1=0 2=1 D 1=1", "begun A1 begun B1", 0 },
		{ 0, "G Amh 2=1", "G Amh 1=0(0/0) 2=1", "G A 2=1", "gone A1", 0 },
		/* nobody to fall back to */
		{ 0, "G Amh 2=0", "G Amh 2=0", "G A 2=0", "", 0 });
}
END_TEST

START_TEST(datagrams_and_marks_count_all) {
	struct drain_item i = { .dest = { .active = 1, .inactive = 4 }, .since = { 0 } };
	static const struct {
		uint16_t protocol;
		uint32_t fwmark, want;
	} rows[] = { { IPPROTO_TCP, 0, 1 }, { IPPROTO_SCTP, 0, 1 }, { IPPROTO_UDP, 0, 5 }, { 0, 7, 5 } };

	for (size_t k = 0; k < sizeof(rows) / sizeof(*rows); k++) {
		i.service = (struct ipvs_service){ .protocol = rows[k].protocol, .fwmark = rows[k].fwmark };
		ck_assert_uint_eq(drain_connections(&i, (mono_t){ DRAIN_GRACE_USEC }), rows[k].want);
		ck_assert_uint_eq(drain_connections(&i, (mono_t){ DRAIN_GRACE_USEC - 1 }), 5);
	}
}
END_TEST

START_TEST(what_is_believed_ends_nothing_but_by_time) {
	static const struct row begin = { 0, "G A", "G A 1=1", "G A 1=0", "", 1 };
	static const struct row still = { 59, "G A", "G A 1=0", "G A 1=0", "", 1 };
	static const struct row over = { 1, "G A", "G A 1=0", "G A", "deadline A1", 0 };

	run_row(&begin, false);
	run_row(&still, false);
	run_row(&over, false);
}
END_TEST

START_TEST(services_outside_of_the_look_go_on) {
	struct drain_look look = { &wanted.t, &kernel.t, &owned.t, &owned.t, true, now };
	struct drain_out out;

	RUN({ 0, "G A B", "G A 1=0(1/0) B 1=0(1/0)", "G A 1=0 B 1=0", "begun A1 begun B1", 0 });
	read_table(&owned, "A");
	read_table(&wanted, "A");
	read_table(&kernel, "A 1=0");
	drain_step(&drain, &look, &out);
	ck_assert_str_eq(table_text(&out.target), "A");
	ck_assert_str_eq(events_text(&out), "gone A1");
	ck_assert_uint_eq(drain.n, 1);
	ck_assert_uint_eq(drain.items[0].service.port, 81);
	ck_assert_int_eq(drain_next(&drain, now).usec, now.usec + DRAIN_LOOK_USEC);
	ck_assert_int_eq(drain_next(&drain, mono_add(now, 59800000)).usec, now.usec + TIMEOUT_SEC * MONO_SEC);
	drain_out_done(&out);
}
END_TEST

/* --- the random walk --- */

/* Keys of the walk: services A..E, D without draining, E foreign now and then; servers 1..4. */
static void random_wanted(void)
{
	fake_init(&wanted);
	for (char letter = 'A'; letter < 'A' + SERVICES; letter++) {
		struct ipvs_service *s, of = service_of(letter);

		if (letter == 'D')
			of.drain_usec = 0;
		if (below(100) < 25)
			continue;
		s = add_service(&wanted, of);
		snprintf(s->scheduler, sizeof(s->scheduler), "%s", below(2) ? "mh" : "rr");
		for (unsigned k = 1; k <= DESTS; k++) {
			char addr[16];
			struct ipvs_dest d;

			snprintf(addr, sizeof(addr), "10.0.0.%u", k);
			d = dest(addr, below(3));
			d.absent = below(8) ? IPVS_PRESENT : below(2) ? IPVS_KEEP : IPVS_RESET;
			if (below(3))
				add_dest(&wanted, s, d);
		}
	}
	add_service(&wanted, plan_guard(AF_INET));
	plan_sort(&wanted.t);
}

/* Clients come to servers with a weight, and end everywhere. */
static void random_connections(void)
{
	for (unsigned i = 0; i < kernel.t.n_services; i++) {
		for (unsigned k = 0; k < kernel.services[i].n_dests; k++) {
			struct ipvs_dest *d = &kernel.services[i].dests[k];

			d->active = d->weight ? below(4) : d->active ? below(d->active + 1) : 0;
			d->inactive = d->weight ? below(3) : d->inactive ? below(d->inactive + 1) : 0;
		}
	}
}

static enum ipvs_absent absent_of(const struct ipvs_service *s, const struct ipvs_dest *d)
{
	struct ipvs_service *w = find_service(&wanted, s);
	struct ipvs_dest *x = w ? find_dest(w, d) : NULL;

	return x ? x->absent : IPVS_PRESENT;
}

/* A destination that leaves: without connections, or its time is over, or it was to be cut. */
static void check_leaving(const struct ipvs_change *c, const struct drain *before)
{
	struct ipvs_service *s = find_service(&kernel, c->service);
	struct ipvs_dest *d = find_dest(s, c->dest);
	const struct drain_item *i = drain_find(before, s, d);
	struct drain_item seen = { .service = *s, .dest = *d, .since = i ? i->since : now };

	if (absent_of(s, d) == IPVS_RESET || s->port == 'D' - 'A' + 80)
		return;
	if (i && !mono_before(now, i->deadline))
		return;
	/* the time began anew with this step: it can be over only where there is none */
	ck_assert_msg(!drain_connections(&seen, now), "%u:%d left with %u", s->port, d->addr.bytes[3], d->active);
	ck_assert_uint_eq(d->weight, 0);
}

/* One writing of the table, as table.c does it. Returns how many changes there were. */
static unsigned write_model(void)
{
	struct drain_look look = { &wanted.t, &kernel.t, &owned.t, NULL, true, now };
	struct drain before = { .items = malloc((drain.n + 1) * sizeof(*drain.items)), .n = drain.n };
	struct fake *seen = malloc(sizeof(*seen));
	struct ipvs_change out[256];
	struct drain_out o;
	unsigned n;

	if (drain.n)
		memcpy(before.items, drain.items, drain.n * sizeof(*drain.items));
	plan_sort(&kernel.t);
	drain_step(&drain, &look, &o);
	copy(seen, &kernel);
	look.kernel = &seen->t;
	n = plan_make(&o.target, look.kernel, &owned.t, out);
	for (unsigned i = 0; i < n; i++) {
		if (out[i].op == IPVS_DEL_DEST)
			check_leaving(&out[i], &before);
		for (unsigned k = 0; out[i].op == IPVS_DEL_SERVICE && k < out[i].service->n_dests; k++)
			check_leaving(&(struct ipvs_change){ .service = out[i].service,
					      .dest = &out[i].service->dests[k] },
				&before);
		apply(&kernel, &out[i]);
	}
	copy(seen, &kernel);
	copy(&kernel, seen);
	fake_init(&owned);
	for (unsigned i = 0; i < o.target.n_services; i++)
		add_service(&owned, o.target.services[i]);
	drain_out_done(&o);
	drain_done(&before);
	free(seen);
	return n;
}

/* All that is wanted is there as wanted; all else of ours has weight 0 and drains, or is kept. */
static void check_model(bool has_settled)
{
	for (unsigned i = 0; i < wanted.t.n_services; i++) {
		const struct ipvs_service *w = &wanted.services[i];
		struct ipvs_service *k = find_service(&kernel, w);

		ck_assert_ptr_nonnull(k);
		for (unsigned n = 0; n < w->n_dests; n++) {
			struct ipvs_dest *d = find_dest(k, &w->dests[n]);

			ck_assert(w->dests[n].absent || (d && d->weight == w->dests[n].weight));
			ck_assert(w->dests[n].absent != IPVS_RESET || !d);
		}
	}
	for (unsigned i = 0; i < kernel.t.n_services; i++) {
		struct ipvs_service *k = &kernel.services[i], *w = find_service(&wanted, k);

		ck_assert(w || k->n_dests);
		for (unsigned n = 0; n < k->n_dests; n++) {
			struct ipvs_dest *x = w ? find_dest(w, &k->dests[n]) : NULL;

			if (x && !x->absent)
				continue;
			ck_assert_uint_eq(k->dests[n].weight, 0);
			ck_assert_ptr_nonnull(drain_find(&drain, k, &k->dests[n]));
			ck_assert(!has_settled || (x && x->absent == IPVS_KEEP));
		}
	}
}

START_TEST(the_table_becomes_the_wanted_one_and_cuts_nobody) {
	const unsigned steps = getenv("VIPD_NIGHTLY") ? NIGHTLY_STEPS : STEPS;
	unsigned changes = 0, n_draining = 0;

	srand(7);
	random_wanted();
	for (unsigned step = 0; step < steps; step++) {
		bool has_settled = below(50) == 0;

		if (below(4) == 0)
			random_wanted();
		random_connections();
		now = mono_add(now, below(8) * MONO_SEC);
		changes += write_model();
		n_draining += drain.n;
		if (has_settled) {
			now = mono_add(now, TIMEOUT_SEC * MONO_SEC);
			write_model();
			write_model();
			ck_assert_uint_eq(write_model(), 0);
		}
		check_model(has_settled);
	}
	ck_assert_uint_gt(changes, steps);
	ck_assert_uint_gt(n_draining, steps);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("drain");
	TCase *t = tcase_create("drain");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 240);
	tcase_add_test(t, a_server_that_is_removed_goes_when_its_connections_are_gone);
	tcase_add_test(t, without_connections_it_goes_at_the_first_look);
	tcase_add_test(t, inactive_connections_count_for_the_grace_alone);
	tcase_add_test(t, the_deadline_ends_it_with_connections);
	tcase_add_test(t, what_is_wanted_again_is_back);
	tcase_add_test(t, a_service_stays_while_a_server_of_it_drains);
	tcase_add_test(t, down_servers_go_by_policy);
	tcase_add_test(t, one_that_was_never_there_does_not_come_for_being_kept);
	tcase_add_test(t, mh_and_sh_get_their_fallback_while_a_server_has_weight_0);
	tcase_add_test(t, datagrams_and_marks_count_all);
	tcase_add_test(t, what_is_believed_ends_nothing_but_by_time);
	tcase_add_test(t, services_outside_of_the_look_go_on);
	tcase_add_test(t, the_table_becomes_the_wanted_one_and_cuts_nobody);
	suite_add_tcase(s, t);
	return run_suite(s);
}
