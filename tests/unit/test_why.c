/* test_why.c - who wins, by which rule, and in which words: one row for each rule. */
#include "vrrp/why.h"

#include <check.h>
#include <string.h>

#include "run.h"
#include "vrrp/conf.h"
#include "vrrp/environment.h"
#include "vrrp/receive.h"
#include "vrrp/router.h"

#define NOW (1000 * MONO_SEC)
/* For initializers. */
#define AHEAD                           \
	{                               \
		NOW + 12300 * MONO_MSEC \
	}
#define NEVER             \
	{                 \
		INT64_MAX \
	}

static const struct row {
	const char *name;
	enum vrrp_state state;
	uint8_t priority, master; /* own; last heard of the MASTER */
	bool nopreempt;
	mono_t preempt_at, hold_until, down_at;
	uint8_t peer; /* priority of its last advert */
	int64_t heard; /* usec ago; -1: never */
	unsigned faults;
	const char *rule, *text;
} rows[] = {
	{ "not yet", VRRP_INIT, 100, 0, false, NEVER, { 0 }, NEVER, 0, -1, 0, "out", "this router does not take part yet" },
	{ "one cause", VRRP_FAULT, 100, 0, false, NEVER, { 0 }, NEVER, 0, -1, 1, "fault",
		"this router does not take part: 1 cause" },
	{ "two causes", VRRP_FAULT, 100, 150, false, NEVER, { 0 }, NEVER, 150, 1, 2, "fault",
		"this router does not take part: 2 causes" },
	{ "leaving", VRRP_LEAVING, 100, 0, false, NEVER, { 0 }, NEVER, 0, -1, 0, "leaving", "this router hands over" },
	{ "owner", VRRP_MASTER, 255, 0, false, NEVER, { 0 }, NEVER, 100, 1, 0, "owner",
		"this router wins: priority 255, the owner of the addresses" },
	{ "alone", VRRP_MASTER, 100, 0, false, NEVER, { 0 }, NEVER, 0, -1, 0, "alone",
		"this router wins: nobody else is heard; a router above 100 would take over" },
	{ "the other was heard too long ago", VRRP_MASTER, 100, 0, false, NEVER, { 0 }, NEVER, 90, WHY_PEER_USEC, 0, "alone",
		"this router wins: nobody else is heard; a router above 100 would take over" },
	{ "resigned", VRRP_MASTER, 100, 0, false, NEVER, { 0 }, NEVER, 0, MONO_SEC, 0, "master",
		"this router wins: 192.0.2.2 resigned; a router above 100 would take over" },
	{ "stronger", VRRP_MASTER, 150, 0, false, NEVER, { 0 }, NEVER, 100, MONO_SEC, 0, "master",
		"this router wins: 150 is more than the 100 that 192.0.2.2 last had" },
	{ "the stronger one is silent", VRRP_MASTER, 100, 0, false, NEVER, { 0 }, NEVER, 150, MONO_SEC, 0, "master",
		"this router is MASTER with 100 though 192.0.2.2 spoke with 150: it is silent now" },
	{ "two of one priority", VRRP_MASTER, 100, 0, false, NEVER, { 0 }, NEVER, 100, MONO_SEC, 0, "master",
		"this router is MASTER: 192.0.2.2 has 100 too; of two MASTERs the greater address stays" },
	{ "silence", VRRP_BACKUP, 100, 0, false, NEVER, { 0 }, AHEAD, 0, -1, 0, "silence",
		"no MASTER is heard: this router takes over in 12.3 s" },
	{ "weaker", VRRP_BACKUP, 100, 150, false, NEVER, { 0 }, NEVER, 150, 1, 0, "priority",
		"192.0.2.2 wins: 150 is more than 100" },
	{ "tie", VRRP_BACKUP, 100, 100, false, NEVER, { 0 }, NEVER, 100, 1, 0, "tie",
		"192.0.2.2 wins: both have 100, and a BACKUP leaves the MASTER in place" },
	{ "nopreempt", VRRP_BACKUP, 150, 100, true, AHEAD, AHEAD, NEVER, 100, 1, 0, "nopreempt",
		"192.0.2.2 wins: 100 is less than 150, but nopreempt lets a MASTER that works be" },
	{ "drill", VRRP_BACKUP, 150, 100, false, AHEAD, AHEAD, NEVER, 100, 1, 0, "drill",
		"192.0.2.2 wins: 100 is less than 150, but after a drill this router waits for another 12.3 s" },
	{ "warming", VRRP_BACKUP, 150, 100, false, AHEAD, AHEAD, NEVER, 100, 1, 0, "warming",
		"192.0.2.2 wins: 100 is less than 150, but this router learns the connections in use for another 12.3 s" },
	{ "warm", VRRP_BACKUP, 150, 100, false, NEVER, { NOW - 1 }, NEVER, 100, 1, 0, "preempt",
		"this router takes over from 192.0.2.2: 150 is more than 100" },
	{ "preempt_delay", VRRP_BACKUP, 150, 100, false, AHEAD, { 0 }, NEVER, 100, 1, 0, "preempt_delay",
		"192.0.2.2 wins: 100 is less than 150, but preempt_delay waits for another 12.3 s" },
	{ "preempts", VRRP_BACKUP, 150, 100, false, { NOW - 1 }, { NOW - 1 }, NEVER, 100, 1, 0, "preempt",
		"this router takes over from 192.0.2.2: 150 is more than 100" },
	{ "no delay is running", VRRP_BACKUP, 150, 100, false, NEVER, { 0 }, NEVER, 100, 1, 0, "preempt",
		"this router takes over from 192.0.2.2: 150 is more than 100" },
};

START_TEST(rules) {
	const struct row *w = &rows[_i];
	struct vrrp_conf conf = { VRRP_BARE, .nopreempt = w->nopreempt };
	struct vrrp_router router = { .conf = &conf,
		.state = w->state,
		.priority = w->priority,
		.master_priority = w->master,
		.preempt_at = w->preempt_at,
		.hold_until = w->hold_until,
		.is_warming = !strncmp(w->name, "warm", 4),
		.down_at = w->down_at };
	struct receive_peer peer = { .priority = w->peer };
	struct faults faults = { .n = w->faults };
	struct why_look look = { &router, &peer, &faults, { NOW } };
	char text[256];

	ck_assert_int_eq(addr_parse("192.0.2.2", &router.master), 0);
	peer.addr = router.master;
	if (w->heard >= 0)
		peer.heard_at = (mono_t){ NOW - w->heard };
	ck_assert_str_eq(why_rule_str(why_rule(&look)), w->rule);
	ck_assert_str_eq(why_str(&look, text, sizeof(text)), w->text);
}
END_TEST

/* Nobody knows who the MASTER is, and the text has no room. */
START_TEST(edges) {
	struct vrrp_conf conf = { VRRP_BARE };
	struct vrrp_router router = { .conf = &conf, .state = VRRP_BACKUP, .priority = 100, .master_priority = 150 };
	struct receive_peer peer = { 0 };
	struct faults faults = { 0 };
	struct why_look look = { &router, &peer, &faults, { NOW } };
	char text[256];

	ck_assert_str_eq(why_str(&look, text, sizeof(text)), "the MASTER wins: 150 is more than 100");
	ck_assert_str_eq(why_str(&look, text, 5), "the ");
	ck_assert_str_eq(why_rule_str(WHY_RULE_MAX), "?");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("why");
	TCase *t = tcase_create("rules");

	tcase_add_loop_test(t, rules, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(t, edges);
	suite_add_tcase(s, t);
	return run_suite(s);
}
