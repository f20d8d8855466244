/*
 * test_hook.c - pre_master and pre_release in the state machine, row by row: what waits for them, what goes on meanwhile, and what
 * ends the wait. The router has priority 100 and an interval of 1 s, its peer is 192.0.2.2. And group_hook_usec().
 */
#include "../scenario/trace.h"

#include "base/addr.h"
#include "run.h"
#include "vrrp/conf.h"
#include "vrrp/group.h"

#include <check.h>

#define COUNT(a) (int)(sizeof(a) / sizeof((a)[0]))
#define SEC(s) ((int64_t)((s)*1000000.0 + 0.5))

enum { STEPS_MAX = 9, TRACE_LEN = 1024 };

struct step {
	double at; /* seconds */
	enum vrrp_event_type type;
	unsigned priority; /* of an advert; 0 and CONFIG: our own */
	double hook;       /* STOP, DRILL: seconds */
	bool is_resume;
	const char *actions;
};

/* Which of the two it has; each may take 2.5 s. */
enum has { BEFORE = 1, AFTER = 2, OWNER = 4 };

struct row {
	const char *name;
	unsigned has;
	struct step steps[STEPS_MAX];
};

#define AT(at_, type_, actions_)                                            \
	{                                                                   \
		.at = (at_), .type = VRRP_EV_##type_, .actions = (actions_) \
	}
#define HEAR(at_, prio_, actions_)                                                              \
	{                                                                                       \
		.at = (at_), .type = VRRP_EV_ADVERT, .priority = (prio_), .actions = (actions_) \
	}
#define ASK(at_, type_, hook_, actions_)                                                     \
	{                                                                                    \
		.at = (at_), .type = VRRP_EV_##type_, .hook = (hook_), .actions = (actions_) \
	}
#define RESUME(at_, actions_)                                                                \
	{                                                                                    \
		.at = (at_), .type = VRRP_EV_START, .is_resume = true, .actions = (actions_) \
	}

/* BACKUP at 0, MASTER at 3.609375. */
#define BEGIN AT(0, START, "TIMER +3609375; INIT>BACKUP: taking part")
#define COME "ADVERT 100; HOOK pre_master MASTER +2500000; TIMER +1000000; BACKUP>MASTER: no advert for 3.609 s"
#define WAITS BEGIN, AT(3.609375, TIMER, COME)
/* MASTER at 0. */
#define SERVES RESUME(0, "ADVERT 100; VIPS+; ANNOUNCE; TIMER +1000000; INIT>MASTER: was MASTER before the restart")
#define DEPART "WATCH+; ADVERT 0; QUIET; TIMER +3709375; MASTER>LEAVING: "

static const struct row rows[] = {
	/* pre_master */
	{ "advertises, and has no address before the end", BEFORE,
		{ WAITS, AT(4.609375, TIMER, "ADVERT 100; TIMER +1000000"), AT(5, HOOK, "ADVERT 100; VIPS+; ANNOUNCE"),
			AT(5.609375, TIMER, "ADVERT 100; TIMER +1000000"), AT(5.7, HOOK, "-") } },
	{ "the deadline does what the end does", BEFORE,
		{ WAITS, AT(4.609375, TIMER, "ADVERT 100; TIMER +1000000"), AT(5.609375, TIMER, "ADVERT 100; TIMER +500000"),
			AT(6.109375, TIMER, "ADVERT 100; VIPS+; ANNOUNCE; TIMER +500000"), AT(6.609375, TIMER, "ADVERT 100; TIMER +1000000") } },
	{ "a timer before the deadline serves nobody", BEFORE, { WAITS, AT(4, TIMER, "TIMER +609375") } },
	{ "not after a restart: the addresses are there", BEFORE, { SERVES } },
	{ "nor an owner's", BEFORE | OWNER,
		{ RESUME(0, "ADVERT 255; VIPS+; ANNOUNCE; TIMER +1000000; INIT>MASTER: was MASTER before the restart") } },
	{ "yields meanwhile: nothing to let go, and it is not wanted any more", BEFORE | AFTER,
		{ WAITS, HEAR(4, 150, "QUIET; HOOK-; TIMER +3609375; MASTER>BACKUP: 192.0.2.2 has the higher priority 150"),
			AT(4.1, HOOK, "-") } },
	{ "a rival that is weaker changes nothing, and nothing is announced against it", BEFORE,
		{ WAITS, HEAR(4, 50, "ADVERT 100; NOTE: 192.0.2.2 advertises too, with priority 50"),
			AT(4.1, HOOK, "ADVERT 100; VIPS+; ANNOUNCE") } },
	{ "a fault meanwhile", BEFORE,
		{ WAITS, AT(4, FAULT, "ADVERT 0; QUIET; VIPS-; HOOK-; TIMER never; MASTER>FAULT: cannot take part"), AT(5, HOOK, "-") } },
	{ "a stop meanwhile waits for nothing", BEFORE | AFTER,
		{ WAITS, ASK(4, STOP, 0, "ADVERT 0; QUIET; HOOK-; TIMER +3709375; MASTER>LEAVING: stopping"),
			AT(4.1, HOOK, "-"), AT(7.709375, TIMER, "VIPS-; WATCH-; TIMER never; LEAVING>INIT: nobody took over within 3.709 s; DONE") } },
	{ "a drill meanwhile, of a group whose others have addresses: waits for their pre_release, not for this", BEFORE | AFTER,
		{ WAITS, ASK(4, DRILL, 1.5, "HOOK-"), AT(4.1, HOOK, "ADVERT 0; QUIET; TIMER +3709375; MASTER>LEAVING: drill"),
			AT(7.809375, TIMER, "ADVERT 100; HOOK pre_master MASTER +2500000; TIMER +1000000; "
					    "LEAVING>MASTER: nobody took over within 3.709 s") } },
	{ "a stall meanwhile: listens, holds nothing", BEFORE,
		{ WAITS, AT(20, TIMER, "QUIET; HOOK-; TIMER +3609375; MASTER>BACKUP: did not run for 15.390 s, listens first") } },
	{ "yields to its group meanwhile", BEFORE,
		{ WAITS, AT(4, YIELD, "ADVERT 0; QUIET; HOOK-; TIMER +3609375; MASTER>BACKUP: with its sync group") } },
	{ "a drill that nobody answers: the addresses are still there, it runs beside", BEFORE,
		{ SERVES, ASK(0.5, DRILL, 0, DEPART "drill"),
			AT(4.209375, TIMER, "ADVERT 100; HOOK pre_master MASTER +2500000; VIPS+; ANNOUNCE; WATCH-; TIMER +1000000; "
					    "LEAVING>MASTER: nobody took over within 3.709 s"),
			AT(5, HOOK, "-") } },

	/* pre_release */
	{ "a stop waits, serving; then it leaves as ever", AFTER,
		{ SERVES, ASK(0.5, STOP, 2.5, "HOOK pre_release INIT +2500000"), AT(1, TIMER, "ADVERT 100; TIMER +1000000"),
			AT(1.5, HOOK, DEPART "stopping"), HEAR(1.6, 90, "TIMER +100000"),
			AT(1.7, TIMER, "VIPS-; WATCH-; TIMER never; LEAVING>INIT: 192.0.2.2 took over after 0.200 s; DONE") } },
	{ "a drill waits until the deadline", AFTER,
		{ SERVES, ASK(0.5, DRILL, 1.2, "HOOK pre_release BACKUP +2500000"), AT(1, TIMER, "ADVERT 100; TIMER +700000"),
			AT(1.7, TIMER, DEPART "drill"), AT(2, HOOK, "-") } },
	{ "without one there is no wait", 0, { SERVES, ASK(0.5, STOP, 0, DEPART "stopping") } },
	{ "of a group: one that has none waits for the others", 0,
		{ SERVES, ASK(0.5, DRILL, 1.2, "-"), AT(1, TIMER, "ADVERT 100; TIMER +700000"), AT(1.2, HOOK, DEPART "drill") } },
	{ "another drill changes nothing, a stop makes a stop of it", AFTER,
		{ SERVES, ASK(0.5, DRILL, 2.5, "HOOK pre_release BACKUP +2500000"), ASK(0.6, DRILL, 2.5, "-"),
			ASK(0.7, STOP, 2.5, "-"), AT(0.8, HOOK, DEPART "stopping") } },
	{ "a drill does not make a drill of a stop", AFTER,
		{ SERVES, ASK(0.5, STOP, 2.5, "HOOK pre_release INIT +2500000"), ASK(0.6, DRILL, 2.5, "-"),
			AT(0.8, HOOK, DEPART "stopping") } },
	{ "the group leaves: so does who waits, but the addresses stay until the end", AFTER,
		{ SERVES, ASK(0.5, DRILL, 2.5, "HOOK pre_release BACKUP +2500000"), ASK(0.6, DRILL, 0, DEPART "drill"),
			HEAR(0.7, 90, "TIMER +2300000"), AT(0.9, TIMER, "TIMER +2100000") } },
	{ "a stronger one comes while a stop waits: no advert but the goodbye, the addresses stay until the end", AFTER,
		{ SERVES, ASK(0.5, STOP, 2.5, "HOOK pre_release INIT +2500000"),
			HEAR(0.6, 150, "WATCH+; ADVERT 0; QUIET; TIMER +2400000; MASTER>LEAVING: stopping"), AT(0.7, TIMER, "TIMER +2300000"),
			AT(1, HOOK, "TIMER +-300000"),
			AT(1, TIMER, "VIPS-; WATCH-; TIMER never; LEAVING>INIT: 192.0.2.2 took over after 0.400 s; DONE") } },
	{ "yields: silent at once, the addresses stay until the end", AFTER,
		{ SERVES, HEAR(0.5, 150, "QUIET; HOOK pre_release BACKUP +2500000; WATCH+; TIMER +100000; "
					  "MASTER>BACKUP: 192.0.2.2 has the higher priority 150"),
			AT(0.6, TIMER, "ASK; TIMER +2400000"), HEAR(1.5, 150, "-"), AT(1.6, ANNOUNCED, "-"), AT(2, HOOK, "TIMER +-1380000"),
			AT(2, TIMER, "VIPS-; WATCH-; TIMER +3109375") } },
	{ "yields: no shorter than without", AFTER,
		{ SERVES, HEAR(0.5, 150, "QUIET; HOOK pre_release BACKUP +2500000; WATCH+; TIMER +100000; "
					  "MASTER>BACKUP: 192.0.2.2 has the higher priority 150"),
			AT(0.52, HOOK, "-"), AT(0.6, TIMER, "ASK; TIMER +20000"),
			AT(0.62, TIMER, "VIPS-; WATCH-; TIMER +3489375") } },
	{ "yields: who announces himself is not asked", AFTER,
		{ SERVES, HEAR(0.5, 150, "QUIET; HOOK pre_release BACKUP +2500000; WATCH+; TIMER +100000; "
					  "MASTER>BACKUP: 192.0.2.2 has the higher priority 150"),
			AT(0.55, ANNOUNCED, "TIMER +2450000"), AT(3, TIMER, "VIPS-; WATCH-; TIMER +1109375") } },
	{ "yields: the deadline", AFTER,
		{ SERVES, HEAR(0.5, 150, "QUIET; HOOK pre_release BACKUP +2500000; WATCH+; TIMER +100000; "
					  "MASTER>BACKUP: 192.0.2.2 has the higher priority 150"),
			AT(0.6, TIMER, "ASK; TIMER +2400000"), AT(3, TIMER, "VIPS-; WATCH-; TIMER +1109375"), AT(3.1, HOOK, "-") } },
	{ "yields to its group", AFTER,
		{ SERVES, AT(0.5, YIELD, "ADVERT 0; QUIET; HOOK pre_release BACKUP +2500000; WATCH+; TIMER +1100000; "
					 "MASTER>BACKUP: with its sync group"),
			AT(1.6, TIMER, "ASK; TIMER +1400000"), AT(3, TIMER, "VIPS-; WATCH-; TIMER +1109375") } },
	{ "a fault waits for nothing", AFTER,
		{ SERVES, AT(0.5, FAULT, "ADVERT 0; QUIET; VIPS-; TIMER never; MASTER>FAULT: cannot take part") } },
	{ "a fault while a stop waits ends it", AFTER,
		{ SERVES, ASK(0.5, STOP, 2.5, "HOOK pre_release INIT +2500000"),
			AT(0.6, FAULT, "ADVERT 0; QUIET; VIPS-; TIMER never; MASTER>INIT: cannot take part; DONE") } },
	{ "a stall while a stop waits ends it", AFTER,
		{ SERVES, ASK(0.5, STOP, 2.5, "HOOK pre_release INIT +2500000"),
			AT(20, TIMER, "VIPS-; WATCH-; TIMER never; MASTER>INIT: stopping; DONE") } },
	{ "a stall while a drill waits: listens", AFTER,
		{ SERVES, ASK(0.5, DRILL, 2.5, "HOOK pre_release BACKUP +2500000"),
			AT(20, TIMER, "QUIET; WATCH+; TIMER +3609375; MASTER>BACKUP: did not run for 19.000 s, listens first") } },
};

static void step(struct vrrp_router *vr, const struct step *s, struct vrrp_actions *out)
{
	const bool is_heard = s->type == VRRP_EV_ADVERT;
	const struct vrrp_event ev = {
		.now = { SEC(s->at) },
		.type = s->type,
		.priority = is_heard ? (uint8_t)s->priority : vr->priority,
		.interval_cs = 100,
		.addr_cmp = 1,
		.peer = addr_from_in((struct in_addr){ htonl(0xc0000202U) }),
		.is_resume = s->is_resume,
		.hook_usec = SEC(s->hook),
	};

	vrrp_step(vr, &ev, out);
	vrrp_assert(vr);
}

static struct vrrp_conf conf_of(unsigned has, double seconds, struct vrrp_hook_conf *hooks)
{
	static const char *const argv[] = { "/bin/true", NULL };
	static const struct script_conf script = { .argv = argv };
	struct vrrp_conf c = {
		VRRP_BARE, .name = "VI_1", .priority = 100, .interval_cs = 100, .version = VRRP_V3, .down_timer_adverts = 3
	};

	*hooks = (struct vrrp_hook_conf){ .pre_master_timeout = SEC(seconds),
		.pre_release_timeout = SEC(seconds),
		.pre_master = has & BEFORE ? &script : NULL,
		.pre_release = has & AFTER ? &script : NULL };
	c.hooks = hooks;
	if (has & OWNER)
		c.priority = VRRP_PRIORITY_OWNER;
	return c;
}

START_TEST(test_row) {
	const struct row *r = &rows[_i];
	struct vrrp_hook_conf hooks;
	const struct vrrp_conf conf = conf_of(r->has, 2.5, &hooks);
	struct vrrp_actions out;
	struct vrrp_router vr;
	char trace[TRACE_LEN];

	vrrp_init(&vr, &conf);
	for (int i = 0; i < STEPS_MAX && r->steps[i].actions; i++) {
		step(&vr, &r->steps[i], &out);
		trace_actions(&out, (mono_t){ SEC(r->steps[i].at) }, true, trace, sizeof(trace));
		ck_assert_msg(!strcmp(trace, r->steps[i].actions), "%s, step %d:\n  got  %s\n  want %s", r->name, i + 1,
			trace, r->steps[i].actions);
	}
}
END_TEST

/* The lease ran out while a stop or drill waited. */
START_TEST(test_lease) {
	static const enum vrrp_event_type asked[] = { VRRP_EV_STOP, VRRP_EV_DRILL };
	static const enum vrrp_state end[] = { VRRP_INIT, VRRP_BACKUP };
	struct vrrp_hook_conf hooks;
	const struct vrrp_conf conf = conf_of(AFTER, 2.5, &hooks);
	const struct step begin = RESUME(0, NULL), ask = { .at = 0.5, .type = asked[_i], .hook = 2.5 },
			  late = AT(1.2, TIMER, NULL);
	struct vrrp_actions out;
	struct vrrp_router vr;

	vrrp_init(&vr, &conf);
	step(&vr, &begin, &out);
	step(&vr, &ask, &out);
	ck_assert_int_eq(vr.state, VRRP_MASTER);
	vr.lease_until = (mono_t){ SEC(1.1) };
	step(&vr, &late, &out);
	ck_assert_int_eq(vr.state, end[_i]);
	ck_assert(!vr.is_holding);
}
END_TEST

START_TEST(test_group) {
	struct vrrp_hook_conf h[3];
	const struct vrrp_conf none = conf_of(BEFORE, 9, &h[0]), quick = conf_of(AFTER, 1, &h[1]),
			       slow = conf_of(AFTER, 3, &h[2]);
	struct vrrp_router a = { .conf = &none, .is_holding = true }, b = { .conf = &quick, .is_holding = true },
			   c = { .conf = &slow, .is_holding = true };
	const struct vrrp_router *const all[] = { &a, &b, &c };

	ck_assert_int_eq(group_hook_usec(all, 0), 0);
	ck_assert_int_eq(group_hook_usec(all, 1), 0);
	ck_assert_int_eq(group_hook_usec(all, 2), SEC(1));
	ck_assert_int_eq(group_hook_usec(all, 3), SEC(3));
	c.is_holding = false;
	ck_assert_int_eq(group_hook_usec(all, 3), SEC(1));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hook");
	TCase *t = tcase_create("hook");

	tcase_add_loop_test(t, test_row, 0, COUNT(rows));
	tcase_add_loop_test(t, test_lease, 0, 2);
	tcase_add_test(t, test_group);
	suite_add_tcase(s, t);
	return run_suite(s);
}
