/* test_suspect.c - evidence in, names out: one row per sentence of the fault matrix. Interval 1 s, down interval 3.6 s. */
#include "vrrp/suspect.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "run.h"

#define S(seconds) ((mono_t){ (int64_t)((seconds)*1e6) + 1000000000 })

enum { STEPS = 16 };

struct moment {
	double at;
	enum suspect_evidence type;
	unsigned priority, list, verdict, error, who;
	bool ignored, other; /* other: of another sender */
	const char *want;    /* "+split_suspected ask announce defend turned try", "" */
};

struct row {
	const char *name;
	struct moment moment[STEPS];
};

#define AT(time, what, wanted)                                        \
	{                                                             \
		.at = time, .type = SUSPECT_EV_##what, .want = wanted \
	}
#define HEARD(time, prio, wanted)                                                       \
	{                                                                               \
		.at = time, .type = SUSPECT_EV_ADVERT, .priority = prio, .want = wanted \
	}
#define LIST(time, prio, which, wanted) \
	{ .at = time, .type = SUSPECT_EV_ADVERT, .priority = prio, .list = SUSPECT_LIST_##which, .want = wanted }
#define DROPPED(time, why, wanted)                                                              \
	{                                                                                       \
		.at = time, .type = SUSPECT_EV_DROPPED, .verdict = ADVERT_##why, .want = wanted \
	}
#define SENT(time, err, wanted)                                                   \
	{                                                                         \
		.at = time, .type = SUSPECT_EV_SENT, .error = err, .want = wanted \
	}
#define REFUSED(time, err, wanted)                                                   \
	{                                                                            \
		.at = time, .type = SUSPECT_EV_REFUSED, .error = err, .want = wanted \
	}
#define OTHERS(time, prio, which, wanted)                                                                              \
	{ .at = time, .type = SUSPECT_EV_ADVERT, .priority = prio, .list = SUSPECT_LIST_##which, .other = true, \
		.want = wanted }
#define IGNORED(time, wanted) \
	{ .at = time, .type = SUSPECT_EV_DROPPED, .verdict = ADVERT_BAD_ADDR_LIST, .ignored = true, .want = wanted }
#define SERVER(time, wanted) \
	{ .at = time, .type = SUSPECT_EV_ANSWERED, .who = SUSPECT_HOST_SERVER, .want = wanted }
#define STRANGER(time, wanted) \
	{ .at = time, .type = SUSPECT_EV_ANSWERED, .who = SUSPECT_HOST_STRANGER, .want = wanted }
#define PEER(time, wanted) \
	{ .at = time, .type = SUSPECT_EV_ANSWERED, .who = SUSPECT_HOST_PEER, .want = wanted }
#define END                  \
	{                    \
		.want = NULL \
	}

/* clang-format off */
static const struct row rows[] = {
	{ "became MASTER: asks twice who else answers, and then once a minute: a real server may begin to", {
		AT(0, MASTER, ""), AT(0.2, TIMER, ""), AT(0.25, TIMER, "ask"), AT(1.25, TIMER, "ask"), AT(61.2, TIMER, ""), AT(61.25, TIMER, "ask"),
		AT(62.25, TIMER, ""), AT(121.25, TIMER, "ask"), STRANGER(121.3, "+vip_conflict defend"), AT(122.3, TIMER, "ask defend"), END } },
	{ "nobody is asked on a BACKUP", {
		AT(0, MASTER, ""), AT(0.25, TIMER, "ask"), AT(1.25, TIMER, "ask"), AT(2, OTHER, ""), AT(200, TIMER, ""), END } },
	{ "an answer within the grace of a hand-over is none", {
		AT(0, MASTER, ""), AT(0.1, ANSWERED, ""), AT(9, TIMER, "ask"), END } },
	{ "two serve: split, deaf because nothing was heard, announced against", {
		AT(0, MASTER, ""), AT(0.3, ANSWERED, "+split_suspected +deaf ask defend"), END } },
	{ "two serve and the other is heard: split, not deaf", {
		AT(0, MASTER, ""), HEARD(0.3, 100, "ask"), AT(0.4, ANSWERED, "+split_suspected defend"), END } },
	{ "announced against at once, and then once a second, whatever the rival's pace", {
		AT(0, MASTER, ""), AT(1, ANSWERED, "+split_suspected +deaf ask defend"), AT(1.1, ANSWERED, ""), AT(1.45, ANSWERED, ""),
		AT(1.95, ANSWERED, ""), AT(2.01, ANSWERED, "ask defend"), AT(2.9, ANSWERED, ""), AT(3.02, TIMER, "ask defend"), END } },
	{ "who took over from a stronger one keeps still", {
		HEARD(0, 200, ""), AT(4, MASTER, ""), AT(4.3, ANSWERED, "+split_suspected +deaf ask"), AT(5.4, ANSWERED, "ask"), END } },
	{ "the split ends when nobody answers any more: announced once more", {
		AT(0, MASTER, ""), AT(1, ANSWERED, "+split_suspected +deaf ask defend"), AT(2, ANSWERED, "ask defend"), AT(3, TIMER, "ask defend"),
		AT(4, TIMER, "ask defend"), AT(4.5, TIMER, "-split_suspected -deaf announce"), AT(20, TIMER, "ask"), AT(40, TIMER, ""), END } },
	{ "the split ends when we yield", {
		AT(0, MASTER, ""), AT(1, ANSWERED, "+split_suspected +deaf ask defend"), AT(2, OTHER, "-split_suspected -deaf"), END } },
	{ "deaf ends with the first advert", {
		AT(0, MASTER, ""), AT(1, ANSWERED, "+split_suspected +deaf ask defend"), HEARD(1.5, 50, "-deaf"), END } },
	{ "who yielded a moment ago and still answers is a split, not one that is not heard", {
		HEARD(0, 50, ""), AT(0.1, MASTER, ""), AT(0.4, ANSWERED, "+split_suspected ask defend"), AT(0.5, PEER_ALIVE, ""),
		AT(3.59, PEER_ALIVE, "-split_suspected ask announce"), END } },
	{ "the same, asked after its adverts are long past: it lives, and has yielded", {
		HEARD(0, 50, ""), AT(0.1, MASTER, ""), AT(3.5, ANSWERED, "+split_suspected ask defend"), AT(3.7, PEER_ALIVE, ""),
		AT(4.5, PEER_ALIVE, "ask defend"), AT(5.5, PEER_ALIVE, "ask defend"), AT(6, TIMER, "-split_suspected announce"), END } },
	{ "a peer that lives is no split by itself", {
		HEARD(0, 200, ""), AT(4, MASTER, ""), AT(4.3, PEER_ALIVE, "ask"), END } },
	{ "one weaker MASTER's adverts go on: it does not hear us", {
		AT(0, MASTER, ""), HEARD(1, 100, "ask"), HEARD(2, 100, ""), HEARD(3, 100, "+unheard"), HEARD(4, 100, ""),
		AT(7.5, TIMER, ""), AT(7.6, TIMER, "-unheard announce"), END } },
	{ "a weaker MASTER's adverts that waited in a socket while we did not run say nothing of our beat", {
		AT(0, MASTER, ""), HEARD(4, 100, "ask"), HEARD(4, 100, ""), HEARD(4.001, 100, ""), HEARD(4.002, 100, ""), AT(4.01, OTHER, ""),
		END } },
	{ "a weaker one that yields is nothing", {
		AT(0, MASTER, ""), HEARD(1, 100, "ask"), HEARD(2, 100, ""), AT(9, TIMER, ""), END } },
	{ "three refused packets of one sender: unreadable; a readable one ends it", {
		DROPPED(0, BAD_CHECKSUM, ""), DROPPED(1, BAD_CHECKSUM, ""), DROPPED(2, BAD_CHECKSUM, "+peer_unreadable"),
		DROPPED(3, BAD_CHECKSUM, ""), HEARD(4, 100, "-peer_unreadable"), END } },
	{ "forged packets in the name of one that is heard say nothing", {
		HEARD(0, 200, ""), DROPPED(1, HMAC_INVALID, ""), DROPPED(1.1, HMAC_INVALID, ""), DROPPED(1.2, HMAC_INVALID, ""), HEARD(2, 200, ""),
		DROPPED(5.7, HMAC_INVALID, ""), DROPPED(5.8, HMAC_INVALID, ""), DROPPED(5.9, HMAC_INVALID, "+peer_unreadable"), END } },
	{ "refused packets that stay away end it too", {
		DROPPED(0, BAD_AUTH, ""), DROPPED(1, BAD_AUTH, ""), DROPPED(2, BAD_AUTH, "+peer_unreadable"), AT(9.1, TIMER, ""),
		AT(9.2, TIMER, "-peer_unreadable"), END } },
	{ "a stronger one with other addresses: ours are served by nobody", {
		LIST(0, 200, DISJOINT, ""), LIST(1, 200, DISJOINT, "+foreign_vrid"), LIST(2, 200, SAME, "-foreign_vrid"), END } },
	{ "one with some of ours, as in the middle of two reloads", {
		LIST(0, 200, OVERLAPS, ""), LIST(1, 200, OVERLAPS, "+address_list_differs"), LIST(2, 200, SAME, "-address_list_differs"), END } },
	{ "a weaker one with other addresses is no harm to ours", {
		LIST(0, 100, DISJOINT, ""), LIST(1, 100, DISJOINT, "+address_list_differs"), END } },
	{ "no MASTER any more: the same list has its other name at once", {
		AT(0, MASTER, ""), LIST(1, 200, DISJOINT, "ask"), LIST(2, 200, DISJOINT, "+address_list_differs"), AT(2.1, OTHER, ""),
		LIST(3, 200, DISJOINT, "+foreign_vrid -address_list_differs"), LIST(4, 200, SAME, "-foreign_vrid"), END } },
	{ "OP-02 two owners", { HEARD(0, 255, "+duplicate_owner"), HEARD(1, 255, ""), AT(5, TIMER, "-duplicate_owner"), END } },
	{ "cannot transmit, and can again: announced", {
		AT(0, MASTER, ""), SENT(0.1, 1, "+cannot_transmit"), SENT(1, 1, "ask"), SENT(2, 0, "-cannot_transmit announce"), SENT(3, 0, ""), END } },
	{ "some addresses are refused: as long as it is said again, or until none is; yielding is for who holds them to say", {
		AT(0, MASTER, ""), REFUSED(0.2, 13, "+address_refused"), AT(0.3, TIMER, "ask"), REFUSED(1.2, 13, ""), AT(1.3, TIMER, "ask"),
		AT(1.4, OTHER, ""), REFUSED(1.5, 0, "-address_refused"), REFUSED(2, 0, ""), REFUSED(3, 13, "+address_refused"),
		AT(33, TIMER, "-address_refused"), END } },
	{ "another one's addresses do not end what is said of a stranger's", {
		LIST(0, 200, DISJOINT, ""), LIST(1, 200, DISJOINT, "+foreign_vrid"), OTHERS(1.5, 100, SAME, ""), LIST(2, 200, DISJOINT, ""),
		LIST(3, 200, SAME, "-foreign_vrid"), END } },
	{ "on_address_mismatch ignore: it is said whose addresses differ, and is no packet that cannot be read", {
		IGNORED(0, ""), IGNORED(1, "+address_list_differs"), IGNORED(2, ""), AT(5.5, TIMER, ""), AT(5.6, TIMER, "-address_list_differs"),
		END } },
	{ "cannot transmit and nobody else serves: goes on", {
		AT(0, MASTER, ""), SENT(1, 1, "+cannot_transmit ask"), SENT(2, 1, ""), SENT(4, 1, ""), SENT(5, 1, ""), SENT(9, 1, ""), END } },
	{ "cannot transmit and hears that another one took over: gives up, tries, and comes back when it could", {
		AT(0, MASTER, ""), SENT(1, 1, "+cannot_transmit ask"), SENT(2, 1, ""), SENT(4, 1, ""), HEARD(4.5, 100, ""),
		HEARD(4.6, 100, "turned"), AT(4.7, OTHER, ""), AT(5.5, TIMER, ""), AT(5.6, TIMER, "try"), SENT(5.6, 1, ""), AT(6.6, TIMER, "try"),
		SENT(6.6, 0, "-cannot_transmit turned"), END } },
	{ "cannot transmit and another one answers for the address: gives up", {
		AT(0, MASTER, ""), SENT(1, 1, "+cannot_transmit ask"), AT(4.5, ANSWERED, "+split_suspected +deaf defend"),
		SENT(4.7, 1, "turned"), END } },
	{ "whoever was heard before it could not transmit does not count", {
		AT(0, MASTER, ""), HEARD(0.5, 100, "ask"), SENT(1, 1, "+cannot_transmit"), SENT(5, 1, "ask"), SENT(6, 1, ""), END } },
	{ "gives up a second time soon: stays away for half a minute", {
		AT(0, MASTER, ""), SENT(1, 1, "+cannot_transmit ask"), HEARD(4, 100, ""), HEARD(4.6, 100, "turned"), AT(4.7, OTHER, ""),
		SENT(5, 0, "-cannot_transmit turned"), AT(6, MASTER, ""), SENT(7, 1, "+cannot_transmit ask"), HEARD(10, 100, ""),
		HEARD(10.6, 100, "turned"), SENT(12, 0, "-cannot_transmit announce try"), END } },
	{ "OP-01 twice MASTER by silence, and the silent one goes on at once: its adverts are late", {
		HEARD(0, 200, ""), AT(3.6, MASTER, ""), HEARD(3.7, 200, ""), AT(3.8, OTHER, ""), HEARD(4.7, 200, ""), AT(8.4, MASTER, ""),
		HEARD(8.6, 200, "+adverts_late"), AT(8.61, OTHER, ""), HEARD(9, 200, ""), AT(308.5, TIMER, ""), AT(308.6, TIMER, "-adverts_late"),
		END } },
	{ "one that left, or is back after a while, is not late", {
		HEARD(0, 200, ""), HEARD(1, 0, ""), AT(5, MASTER, ""), HEARD(5.1, 200, ""), AT(5.2, OTHER, ""), AT(9, MASTER, ""),
		HEARD(11.1, 200, "ask"), AT(11.2, OTHER, ""), HEARD(12, 200, ""), AT(16, MASTER, ""), HEARD(16.1, 200, ""), END } },
	{ "a stranger has the address: named as that, no split and nobody deaf; announced against; over when it is silent", {
		AT(0, MASTER, ""), STRANGER(0.1, ""), STRANGER(1, "+vip_conflict ask defend"), AT(2, TIMER, "ask defend"), STRANGER(2.5, ""),
		AT(3, TIMER, "ask defend"), AT(4, TIMER, "ask defend"), AT(4.9, TIMER, ""), AT(5, TIMER, "-vip_conflict ask announce"),
		AT(40, TIMER, ""), END } },
	{ "a stranger is announced against by the weaker director too, and yielding ends it", {
		HEARD(0, 200, ""), AT(4, MASTER, ""), STRANGER(4.3, "+vip_conflict ask defend"), AT(4.5, OTHER, "-vip_conflict"), END } },
	{ "a real server answers: named as that, no split, no stranger; the weaker director announces against it too; over when it is silent", {
		HEARD(0, 200, ""), AT(4, MASTER, ""), SERVER(4.1, ""), SERVER(5, "+server_answers ask defend"), AT(6, TIMER, "ask defend"),
		SERVER(6.5, ""), AT(7, TIMER, "ask defend"), AT(8, TIMER, "ask defend"), AT(8.9, TIMER, ""),
		AT(9, TIMER, "-server_answers ask announce"), AT(40, TIMER, ""), END } },
	{ "yielding ends a real server that answers", {
		AT(0, MASTER, ""), SERVER(1, "+server_answers ask defend"), AT(2, OTHER, "-server_answers"), END } },
	{ "a stranger and another director at once: both are named", {
		AT(0, MASTER, ""), STRANGER(1, "+vip_conflict ask defend"), PEER(1.1, "+split_suspected +deaf"), END } },
	{ "cannot transmit, and a stranger has the address: nobody serves, so goes on", {
		AT(0, MASTER, ""), SENT(1, 1, "+cannot_transmit ask"), STRANGER(4.5, "+vip_conflict defend"), SENT(5.8, 1, "ask defend"), END } },
	{ "our virtual address on another interface of this host: as long as it is said again", {
		AT(0, MISPLACED, "+vip_on_other_interface"), AT(5, MISPLACED, ""), AT(10, MISPLACED, ""), AT(19, TIMER, ""),
		AT(20, TIMER, "-vip_on_other_interface"), END } },
	{ "our own address elsewhere", { AT(0, OWN_ADDRESS, "+own_address_elsewhere"), AT(30, TIMER, "-own_address_elsewhere"), END } },
};
/* clang-format on */

static void words(char *buf, size_t size, const struct suspect_out *out)
{
	size_t n = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < SUSPICIONS; i++) {
		const char *name = suspicion_str((enum suspicion)i);

		if (out->raised & 1U << i)
			n += (size_t)snprintf(buf + n, size - n, "%s+%s", n ? " " : "", name);
		if (out->ended & 1U << i)
			n += (size_t)snprintf(buf + n, size - n, "%s-%s", n ? " " : "", name);
	}
	if (out->ask)
		n += (size_t)snprintf(buf + n, size - n, "%sask", n ? " " : "");
	if (out->announce)
		n += (size_t)snprintf(buf + n, size - n, "%sannounce", n ? " " : "");
	if (out->defend)
		n += (size_t)snprintf(buf + n, size - n, "%sdefend", n ? " " : "");
	if (out->has_turned)
		n += (size_t)snprintf(buf + n, size - n, "%sturned", n ? " " : "");
	if (out->try)
		(void)snprintf(buf + n, size - n, "%stry", n ? " " : "");
}

static struct suspect_event event_of(const struct moment *m)
{
	struct suspect_event ev = { .now = S(m->at), .type = m->type, .mac = { 2, 0, 0, 0, 0, 2 } };

	ck_assert(addr_parse("192.0.2.2", &ev.peer) == 0 && addr_parse("192.0.2.100", &ev.about) == 0);
	ev.priority = (uint8_t)m->priority;
	ev.own_priority = m->priority == 255 ? 255 : 150;
	ev.list = (enum suspect_list)m->list;
	ev.verdict = (enum advert_verdict)m->verdict;
	ev.error = (int)m->error;
	ev.is_ignored = m->ignored;
	ev.who = (enum suspect_host)m->who;
	ev.peer.bytes[3] += m->other;
	ev.error_text = strerror(ev.error);
	ev.interface = "eth1";
	ev.server = m->who == SUSPECT_HOST_SERVER ? "web/r1" : NULL;
	return ev;
}

START_TEST(test_row) {
	const struct row *r = &rows[_i];
	struct suspect_doubts doubts = { 0 };
	struct suspect s;

	suspect_init(&s, &doubts);
	suspect_conf(&s, MONO_SEC, 3600 * MONO_MSEC);
	for (unsigned i = 0; r->moment[i].want; i++) {
		const struct suspect_event ev = event_of(&r->moment[i]);
		struct suspect_out out;
		char got[256];

		suspect_step(&s, &ev, &out);
		words(got, sizeof(got), &out);
		ck_assert_msg(!strcmp(got, r->moment[i].want), "%s: at %g: '%s', not '%s'", r->name, r->moment[i].at,
			got, r->moment[i].want);
		ck_assert_msg(mono_before(ev.now, out.next), "%s: at %g: the next moment is past", r->name,
			r->moment[i].at);
	}
}
END_TEST

START_TEST(test_details) {
	struct suspect_doubts doubts = { 0 };
	struct suspect s;
	struct suspect_out out;
	struct suspect_event ev = event_of(&(struct moment)AT(0, MASTER, ""));

	suspect_init(&s, &doubts);
	suspect_conf(&s, MONO_SEC, 3600 * MONO_MSEC);
	suspect_step(&s, &ev, &out);
	ev.now = S(1);
	ev.type = SUSPECT_EV_ANSWERED;
	suspect_step(&s, &ev, &out);
	ck_assert_str_eq(s.doubts->of[SUSPECT_SPLIT].detail, "192.0.2.100 is also answered by 02:00:00:00:00:02");
	ck_assert_str_eq(s.doubts->of[SUSPECT_DEAF].detail,
		s.heard_at.usec
			? "02:00:00:00:00:02 serves 192.0.2.100 and none of its adverts reaches us"
			: "02:00:00:00:00:02 serves 192.0.2.100, and no advert of anybody was heard since the start");
	ev.who = SUSPECT_HOST_STRANGER;
	suspect_step(&s, &ev, &out);
	ck_assert_str_eq(s.doubts->of[SUSPECT_CONFLICT].detail,
		"192.0.2.100 is also on 02:00:00:00:00:02 (no other address of it is known), which is no director of ours");
	ck_assert(addr_parse("192.0.2.7", &ev.host) == 0);
	suspect_step(&s, &ev, &out);
	ck_assert_str_eq(s.doubts->of[SUSPECT_CONFLICT].detail,
		"192.0.2.100 is also on 02:00:00:00:00:02 (192.0.2.7), which is no director of ours");
	ev.who = SUSPECT_HOST_UNKNOWN;
	suspect_step(&s, &ev, &out);
	ck_assert_str_eq(s.doubts->of[SUSPECT_SPLIT].detail,
		"192.0.2.100 is also answered by 02:00:00:00:00:02 (192.0.2.7)");
	ck_assert(suspicion_is_alarm(SUSPECT_CONFLICT));
	ev.who = SUSPECT_HOST_SERVER;
	ev.server = "192.0.2.100:80/tcp/192.0.2.7:80";
	suspect_step(&s, &ev, &out);
	ck_assert_str_eq(s.doubts->of[SUSPECT_SERVER].detail,
		"real server 192.0.2.100:80/tcp/192.0.2.7:80 answers ARP for 192.0.2.100 (02:00:00:00:00:02)");
	ck_assert(suspicion_is_alarm(SUSPECT_SERVER));
	ev.type = SUSPECT_EV_MISPLACED;
	suspect_step(&s, &ev, &out);
	ck_assert_str_eq(s.doubts->of[SUSPECT_MISPLACED].detail,
		"192.0.2.100 is on eth1 of this host too, put there by somebody else");
	ck_assert(!suspicion_is_alarm(SUSPECT_MISPLACED));
	ev.type = SUSPECT_EV_DROPPED;
	ev.verdict = ADVERT_BAD_CHECKSUM;
	suspect_step(&s, &ev, &out);
	ck_assert_str_eq(s.doubts->of[SUSPECT_UNREADABLE].detail, "packets of 192.0.2.2 are dropped: checksum");
	ev.type = SUSPECT_EV_SENT;
	ev.error = 1;
	ev.error_text = "Operation not permitted";
	suspect_step(&s, &ev, &out);
	ck_assert_str_eq(s.doubts->of[SUSPECT_CANNOT_TRANSMIT].detail, "Operation not permitted");
	ev.type = SUSPECT_EV_REFUSED;
	ev.error_text = "192.0.2.9 on eth0: Permission denied (1 of 3 addresses)";
	suspect_step(&s, &ev, &out);
	ck_assert_str_eq(s.doubts->of[SUSPECT_REFUSED].detail,
		"192.0.2.9 on eth0: Permission denied (1 of 3 addresses)");
	ck_assert(suspicion_is_alarm(SUSPECT_REFUSED));
	ck_assert(suspicion_is_alarm(SUSPECT_SPLIT) && !suspicion_is_alarm(SUSPECT_ADDRESS_LIST));
}
END_TEST

/*
 * For good: whatever comes, what is raised has been down before, and what ends was raised. One that forgets its states whenever it
 * is calm says the same.
 */
START_TEST(test_random) {
	struct suspect_doubts doubts = { 0 }, others = { 0 };
	struct suspect s, forgetful;
	unsigned on = 0, seed = 1, n_calm = 0;
	mono_t now = S(0);

	suspect_init(&s, &doubts);
	suspect_init(&forgetful, &others);
	suspect_conf(&s, MONO_SEC, 3600 * MONO_MSEC);
	suspect_conf(&forgetful, MONO_SEC, 3600 * MONO_MSEC);
	for (unsigned i = 0; i < 20000; i++) {
		struct moment m = { 0 };
		struct suspect_event ev;
		struct suspect_out out, same;

		seed = seed * 1664525 + 1013904223;
		m.type = (enum suspect_evidence)((seed >> 16) % (SUSPECT_EV_TIMER + 1));
		m.priority = (seed >> 8) % 256;
		m.list = (seed >> 4) % 3;
		m.error = (seed >> 20) % 2;
		m.verdict = ADVERT_BAD_TTL;
		m.who = (seed >> 24) % 4;
		ev = event_of(&m);
		now = mono_add(now, (seed >> 12) % 2000000);
		if (i % 100 == 0)
			now = mono_add(now, 400 * MONO_SEC); /* long enough for all to end */
		ev.now = now;
		suspect_step(&s, &ev, &out);
		ck_assert_uint_eq(out.raised & on, 0);
		ck_assert_uint_eq(out.ended & ~(on | out.raised), 0);
		on = (on | out.raised) & ~out.ended;
		for (unsigned j = 0; j < SUSPICIONS; j++)
			ck_assert_int_eq(s.doubts->of[j].is_on, on >> j & 1);
		suspect_step(&forgetful, &ev, &same);
		ck_assert_uint_eq(same.raised, out.raised);
		ck_assert_uint_eq(same.ended, out.ended);
		ck_assert(same.ask == out.ask && same.announce == out.announce && same.defend == out.defend &&
			same.next.usec == out.next.usec);
		ck_assert_int_eq(suspect_is_calm(&forgetful), suspect_is_calm(&s));
		if (suspect_is_calm(&forgetful)) {
			others = (struct suspect_doubts){ 0 };
			n_calm++;
		}
	}
	ck_assert_uint_gt(n_calm, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("suspect");
	TCase *t = tcase_create("rows");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, test_row, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(t, test_details);
	tcase_add_test(t, test_random);
	suite_add_tcase(suite, t);
	return run_suite(suite);
}
