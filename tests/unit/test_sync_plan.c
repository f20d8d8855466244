/*
 * test_sync_plan.c - the kernel's synchronisation daemons: what is wanted, whose they are and what runs, row by row, against the
 * changes and their order. "+M" starts the one that sends, "-B" stops the one that listens, "!M" is somebody else's in the way.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "checkers/sync_plan.h"

#include "run.h"

enum who { NOBODY, OURS, OURS_BEFORE /* the process before this one started it */, FOREIGN };

static const struct ipvs_daemon eth1 = { .interface = "eth1", .id = 51 };
static const struct ipvs_daemon eth2 = { .interface = "eth2", .id = 51 };
static const struct ipvs_daemon other_id = { .interface = "eth1", .id = 9 };
static const struct ipvs_daemon port = { .interface = "eth1", .id = 51, .port = 9000 };
static const struct ipvs_daemon ttl = { .interface = "eth1", .id = 51, .ttl = 3 };
static const struct ipvs_daemon group = {
	.interface = "eth1", .id = 51, .group = { .family = AF_INET, .bytes = { 239, 1, 2, 3 } }
};
static const struct ipvs_daemon maxlen = { .interface = "eth1", .id = 51, .maxlen = 1000 };

static const struct {
	const char *want; /* "M", "B", "MB", "" */
	const struct ipvs_daemon *conf;
	struct {
		enum who who;
		const struct ipvs_daemon *runs; /* NULL: not any more */
	} master, backup;
	const char *changes;
} rows[] = {
	{ "", &eth1, { NOBODY, NULL }, { NOBODY, NULL }, "" },
	{ "MB", &eth1, { NOBODY, NULL }, { NOBODY, NULL }, "+M+B" },
	{ "MB", &eth1, { OURS, &eth1 }, { OURS, &eth1 }, "" },
	{ "MB", &eth1, { OURS_BEFORE, &eth1 }, { OURS_BEFORE, &eth1 }, "" },
	{ "M", &eth1, { NOBODY, NULL }, { NOBODY, NULL }, "+M" },
	{ "B", &eth1, { NOBODY, NULL }, { NOBODY, NULL }, "+B" },
	/* a role is switched: first the new one, so that there is no gap */
	{ "M", &eth1, { NOBODY, NULL }, { OURS, &eth1 }, "+M-B" },
	{ "B", &eth1, { OURS, &eth1 }, { NOBODY, NULL }, "+B-M" },
	{ "M", &eth1, { OURS, &eth1 }, { OURS, &eth1 }, "-B" },
	/* removed from the configuration */
	{ "", &eth1, { OURS, &eth1 }, { OURS, &eth1 }, "-M-B" },
	{ "", &eth1, { OURS_BEFORE, &eth1 }, { NOBODY, NULL }, "-M" },
	/* stopped by somebody else */
	{ "MB", &eth1, { OURS, NULL }, { OURS, &eth1 }, "+M" },
	{ "MB", &eth1, { OURS, NULL }, { OURS, NULL }, "+M+B" },
	/* written otherwise, or started otherwise by somebody else */
	{ "MB", &eth2, { OURS, &eth1 }, { OURS, &eth1 }, "-M-B+M+B" },
	{ "M", &eth1, { OURS, &other_id }, { NOBODY, NULL }, "-M+M" },
	{ "M", &port, { OURS, &eth1 }, { NOBODY, NULL }, "-M+M" },
	{ "M", &ttl, { OURS, &eth1 }, { NOBODY, NULL }, "-M+M" },
	{ "M", &group, { OURS, &eth1 }, { NOBODY, NULL }, "-M+M" },
	{ "M", &maxlen, { OURS, &eth1 }, { NOBODY, NULL }, "-M+M" },
	{ "M", &eth1, { OURS, &maxlen }, { NOBODY, NULL }, "-M+M" },
	{ "M", &eth1, { OURS_BEFORE, &port }, { NOBODY, NULL }, "-M+M" },
	/* the kernel cut the length: no difference, or it would be started for ever */
	{ "M", &maxlen, { OURS_BEFORE, &eth1 }, { NOBODY, NULL }, "" },
	/* somebody else's stays */
	{ "", &eth1, { FOREIGN, &other_id }, { FOREIGN, &eth1 }, "" },
	{ "B", &eth1, { FOREIGN, &other_id }, { NOBODY, NULL }, "+B" },
	{ "M", &eth1, { FOREIGN, &other_id }, { NOBODY, NULL }, "!M" },
	{ "MB", &eth1, { FOREIGN, &eth2 }, { OURS, NULL }, "+B!M" },
	{ "MB", &eth1, { FOREIGN, &eth1 }, { FOREIGN, &eth1 }, "" },
};

/* As the kernel shows it: defaults are filled in. */
static struct ipvs_daemon shown(const struct ipvs_daemon *d)
{
	static const struct addr usual = { .family = AF_INET, .bytes = { 224, 0, 0, 81 } };
	struct ipvs_daemon k = { .id = 0 };

	if (!d)
		return k;
	k = *d;
	k.port = d->port ? d->port : 8848;
	k.ttl = d->ttl ? d->ttl : 1;
	k.maxlen = 1472;
	k.group = d->group.family ? d->group : usual;
	return k;
}

static struct sync_own owner(enum who who, const struct ipvs_daemon *runs, const struct ipvs_daemon *conf)
{
	struct sync_own o = { .is_ours = who == OURS || who == OURS_BEFORE };

	if (who == OURS)
		o.asked = runs ? *runs : *conf;
	return o;
}

static void text_of(const struct sync_plan *p, char *buf)
{
	for (unsigned i = 0; i < p->n; i++) {
		*buf++ = p->change[i].is_start ? '+' : '-';
		*buf++ = p->change[i].role == IPVS_SENDS ? 'M' : 'B';
	}
	for (unsigned i = 0; i < IPVS_DAEMON_ROLES; i++) {
		if (!p->is_foreign[i])
			continue;
		*buf++ = '!';
		*buf++ = i == IPVS_SENDS ? 'M' : 'B';
	}
	*buf = '\0';
}

START_TEST(changes_and_their_order) {
	struct sync_want want = { .runs = { strchr(rows[_i].want, 'M') != NULL, strchr(rows[_i].want, 'B') != NULL },
		.conf = *rows[_i].conf };
	const struct sync_own own[] = { owner(rows[_i].master.who, rows[_i].master.runs, rows[_i].conf),
		owner(rows[_i].backup.who, rows[_i].backup.runs, rows[_i].conf) };
	const struct ipvs_daemons kernel = { { shown(rows[_i].master.runs), shown(rows[_i].backup.runs) } };
	struct sync_plan p;
	char got[32];

	sync_plan(&want, own, &kernel, &p);
	text_of(&p, got);
	ck_assert_msg(!strcmp(got, rows[_i].changes), "row %d: %s, want %s", _i, got, rows[_i].changes);
}
END_TEST

/* Linux before 4.3 shows interface and id alone. */
START_TEST(an_old_kernel_says_little) {
	struct ipvs_daemon k = { .interface = "eth1", .id = 51 };

	ck_assert(sync_plan_matches(&port, &k));
	k.id = 52;
	ck_assert(!sync_plan_matches(&port, &k));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("sync_plan");
	TCase *tc = tcase_create("plan");

	tcase_add_loop_test(tc, changes_and_their_order, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tc, an_old_kernel_says_little);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
