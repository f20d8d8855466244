/* test_group.c - what members of a sync group owe each other: rows of what one did, and what another is told. */
#include "vrrp/group.h"

#include "run.h"
#include "vrrp/conf.h"
#include "vrrp/track.h"

#include <check.h>

#define COUNT(a) (int)(sizeof(a) / sizeof((a)[0]))
#define NOTHING VRRP_EVENT_MAX
#define SEC(s) ((mono_t){ (s)*MONO_SEC })

struct row {
	const char *name;
	enum vrrp_event_type ev;
	enum vrrp_state from, to, other;
	enum vrrp_state leave_to; /* of the one that moved, in LEAVING */
	bool has_master, is_self;
	uint8_t heard; /* ADVERT: its priority; ours is 100 */
	enum vrrp_event_type want;
};

static const struct row rows[] = {
	{ "one becomes MASTER, BACKUP follows", VRRP_EV_TIMER, VRRP_BACKUP, VRRP_MASTER, VRRP_BACKUP, .want = VRRP_EV_LEAD },
	{ "one becomes MASTER, a drill ends", VRRP_EV_TIMER, VRRP_LEAVING, VRRP_MASTER, VRRP_LEAVING, .want = VRRP_EV_LEAD },
	{ "one becomes MASTER, FAULT does not follow", VRRP_EV_TIMER, VRRP_BACKUP, VRRP_MASTER, VRRP_FAULT, .want = NOTHING },
	{ "one yields, MASTER follows", VRRP_EV_ADVERT, VRRP_MASTER, VRRP_BACKUP, VRRP_MASTER, .want = VRRP_EV_YIELD },
	{ "one yields, who leaves goes on leaving", VRRP_EV_ADVERT, VRRP_MASTER, VRRP_BACKUP, VRRP_LEAVING, .want = NOTHING },
	{ "one is drilled, MASTER follows", VRRP_EV_DRILL, VRRP_MASTER, VRRP_LEAVING, VRRP_MASTER, VRRP_BACKUP,
		.want = VRRP_EV_DRILL },
	{ "one is stopped: the others stay", VRRP_EV_STOP, VRRP_MASTER, VRRP_LEAVING, VRRP_MASTER, VRRP_INIT, .want = NOTHING },
	{ "one comes to a MASTER group: nothing yet", VRRP_EV_START, VRRP_INIT, VRRP_BACKUP, VRRP_MASTER, .want = NOTHING },
	{ "a joiner hears a stronger one: the group yields", VRRP_EV_ADVERT, VRRP_BACKUP, VRRP_BACKUP, VRRP_MASTER,
		.has_master = true, .heard = 150, .want = VRRP_EV_YIELD },
	{ "a joiner hears a weaker one: it is led", VRRP_EV_ADVERT, VRRP_BACKUP, VRRP_BACKUP, VRRP_BACKUP, .is_self = true,
		.has_master = true, .heard = 50, .want = VRRP_EV_LEAD },
	{ "a joiner hears a weaker one: the others stay", VRRP_EV_ADVERT, VRRP_BACKUP, VRRP_BACKUP, VRRP_MASTER,
		.has_master = true, .heard = 50, .want = NOTHING },
	{ "a BACKUP group hears a weaker one: nothing", VRRP_EV_ADVERT, VRRP_BACKUP, VRRP_BACKUP, VRRP_BACKUP, .is_self = true,
		.heard = 50, .want = NOTHING },
	{ "a goodbye leads nobody", VRRP_EV_ADVERT, VRRP_BACKUP, VRRP_BACKUP, VRRP_BACKUP, .is_self = true, .has_master = true,
		.want = NOTHING },
	{ "a beat moves nobody", VRRP_EV_TIMER, VRRP_MASTER, VRRP_MASTER, VRRP_BACKUP, .want = NOTHING },
};

START_TEST(follow) {
	const struct row *row = &rows[_i];
	struct vrrp_router self = {
		.state = row->to, .priority = 100, .leave_to = row->leave_to, .release_at = SEC(1),
		.hold_until = SEC(60)
	};
	struct vrrp_router other = { .state = row->other, .priority = 100 };
	const struct vrrp_event ev = { .type = row->ev, .priority = row->heard, .addr_cmp = 1, .now = SEC(7) };
	const struct group_turn turn = { &ev, row->from, &self, row->has_master };
	struct vrrp_event next;
	bool is_told = group_follow(&turn, row->is_self ? &self : &other, &next);

	ck_assert_msg(is_told == (row->want != NOTHING), "%s: told %d", row->name, is_told);
	if (is_told) {
		ck_assert_msg(next.type == row->want && next.now.usec == ev.now.usec, "%s: %d", row->name,
			(int)next.type);
		ck_assert_int_eq(next.hold_until.usec, row->want == VRRP_EV_DRILL ? self.hold_until.usec : 0);
	}
}
END_TEST

START_TEST(silence_of_one) {
	struct vrrp_conf conf = { VRRP_BARE, .version = VRRP_V3, .interval_cs = 100, .down_timer_adverts = 3,
		.priority = 100 };
	struct vrrp_router a = { .conf = &conf, .state = VRRP_BACKUP, .down_at = SEC(3) };
	struct vrrp_router b = { .conf = &conf, .state = VRRP_BACKUP, .down_at = SEC(9) };
	struct vrrp_router c = { .conf = &conf, .state = VRRP_LEAVING, .leave_to = VRRP_BACKUP, .give_up_at = SEC(20),
		.release_at = MONO_NEVER };
	const struct vrrp_router *all[] = { &a, &b, &c };

	ck_assert_int_eq(group_not_before(all, 2, &a).usec, SEC(9).usec);
	ck_assert_int_eq(group_not_before(all, 2, &b).usec, SEC(3).usec);
	ck_assert_int_eq(group_not_before(all, 3, &a).usec, SEC(20).usec);
	ck_assert_int_eq(group_not_before(all, 3, &c).usec, 0); /* nobody was heard: the drill has no successor */
	b.master = (struct addr){ .family = AF_INET };
	ck_assert_int_eq(group_not_before(all, 3, &c).usec, SEC(9).usec);
	a.resigned = VRRP_WHY_PEER_RESIGNED;
	ck_assert_int_eq(group_not_before(all, 3, &a).usec, 0);
}
END_TEST

START_TEST(state_of_all) {
	struct vrrp_router a = { .state = VRRP_MASTER }, b = { .state = VRRP_MASTER };
	const struct vrrp_router *all[] = { &a, &b };

	ck_assert_int_eq(group_state(all, 2, VRRP_INIT), VRRP_MASTER);
	b.state = VRRP_BACKUP;
	ck_assert_int_eq(group_state(all, 2, VRRP_MASTER), VRRP_MASTER);
	ck_assert_int_eq(group_state(all, 2, VRRP_BACKUP), VRRP_BACKUP);
	b.state = VRRP_LEAVING;
	ck_assert_int_eq(group_state(all, 2, VRRP_MASTER), VRRP_LEAVING);
	a.state = VRRP_FAULT;
	ck_assert_int_eq(group_state(all, 2, VRRP_MASTER), VRRP_FAULT);
	ck_assert_int_eq(group_state(all, 0, VRRP_MASTER), VRRP_INIT);
}
END_TEST

/* One thing counts once, with its greatest weight; a fault counts beside a weight. */
START_TEST(sum_of_all) {
	struct track t[] = {
		{ .kind = TRACK_SCRIPT, .name = "chk", .weight = -20, .state = TRACK_DOWN },
		{ .kind = TRACK_INTERFACE, .name = "chk", .weight = -7, .state = TRACK_DOWN },
		{ .kind = TRACK_SCRIPT, .name = "chk", .weight = -30, .state = TRACK_DOWN },
		{ .kind = TRACK_SCRIPT, .name = "other", .weight = 5, .state = TRACK_UP },
	};
	struct track fault[] = {
		{ .kind = TRACK_SCRIPT, .name = "chk", .weight = -20, .state = TRACK_DOWN },
		{ .kind = TRACK_SCRIPT, .name = "chk", .weight = 0, .state = TRACK_DOWN },
	};
	struct track_result r;

	group_sum(100, t, 4, &r);
	ck_assert_int_eq(r.priority, 100 - 30 - 7 + 5);
	ck_assert(!r.is_fault);
	group_sum(100, fault, 2, &r);
	ck_assert_int_eq(r.priority, 80);
	ck_assert(r.is_fault);
	group_sum(255, t, 0, &r);
	ck_assert_int_eq(r.priority, 255);
}
END_TEST

START_TEST(base_of_all) {
	struct vrrp_conf low = { VRRP_BARE, .priority = 90 }, high = { VRRP_BARE, .priority = 150 },
			 owner = { .priority = VRRP_PRIORITY_OWNER };
	struct vrrp_router a = { .conf = &high }, b = { .conf = &low }, c = { .conf = &owner };
	const struct vrrp_router *all[] = { &c, &a, &b };

	ck_assert_int_eq(group_base(all, 1), 255);
	ck_assert_int_eq(group_base(all, 2), 150);
	ck_assert_int_eq(group_base(all, 3), 90);
	ck_assert_int_eq(group_base(all, 0), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("group");
	TCase *c = tcase_create("group");

	tcase_add_loop_test(c, follow, 0, COUNT(rows));
	tcase_add_test(c, silence_of_one);
	tcase_add_test(c, state_of_all);
	tcase_add_test(c, sum_of_all);
	tcase_add_test(c, base_of_all);
	suite_add_tcase(s, c);
	return run_suite(s);
}
