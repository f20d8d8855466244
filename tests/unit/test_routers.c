/*
 * test_routers.c - what main keeps of instances and groups: the same names, scripts and wishes for mail as the structs they were
 * read into, by the indices of these, after all that was read is gone.
 */
#include "daemon/routers.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "conf/said.h"
#include "conf/script.h"
#include "conf/tree.h"
#include "daemon/alerts.h"
#include "daemon/conf.h"
#include "run.h"
#include "vrrp/conf.h"

enum { MANY = 1000 };

#define VI(name, words) "vrrp_instance " name " {\n\tinterface lo\n\tvirtual_router_id 1\n" words "}\n"

static void say_script(const char *what, const struct script_conf *s, struct text *out)
{
	char *at = script_conf_at(s);

	text_printf(out, " %s", what);
	for (unsigned i = 0; s && s->argv[i]; i++)
		text_printf(out, ",%s", s->argv[i]);
	if (s)
		text_printf(out, "|%s|%s%s", s->user ? s->user : "-", s->group ? s->group : "-", at);
	free(at);
}

static void say_hooks(const char *name, const struct vrrp_hook_conf *h, bool tells_deleted, struct text *out)
{
	text_printf(out, "%s %u %d", name, h->smtp_alert, tells_deleted);
	say_script("any", h->notify, out);
	say_script("master", h->notify_master, out);
	say_script("backup", h->notify_backup, out);
	say_script("fault", h->notify_fault, out);
	say_script("stop", h->notify_stop, out);
	say_script("ensure", h->notify_ensure, out);
	say_script("deleted", h->notify_deleted, out);
	say_script("rival", h->notify_master_rx_lower_pri, out);
	say_script("pre_master", h->pre_master, out);
	say_script("pre_release", h->pre_release, out);
	text_printf(out, " %lld %lld %lld\n", (long long)h->notify_ensure_interval, (long long)h->pre_master_timeout,
		(long long)h->pre_release_timeout);
}

static void say_structs(const struct vrrp_config *c, struct text *out)
{
	for (unsigned i = 0; i < c->instances.n; i++) {
		const struct vrrp_conf *vi = c->instances.item[i];

		say_hooks(vi->name, vi->hooks, vi->tells_deleted, out);
	}
	for (unsigned i = 0; i < c->groups.n; i++) {
		const struct vrrp_group_conf *g = c->groups.item[i];
		const struct vrrp_hook_conf h = { g->notify, g->notify_master, g->notify_backup, g->notify_fault,
			g->notify_stop, .smtp_alert = g->smtp_alert };

		say_hooks(g->name, &h, false, out);
	}
}

static void say_table(const struct routers *r, struct text *out)
{
	struct router one;

	for (uint32_t i = 0; routers_instance(r, i, &one); i++)
		say_hooks(one.name, one.hooks, one.tells_deleted, out);
	for (uint32_t i = 0; routers_group(r, i, &one); i++)
		say_hooks(one.name, one.hooks, one.tells_deleted, out);
}

static struct routers *expect_same(const char *file)
{
	struct vrrp_config conf;
	const struct conf_view view = { &vrrp_root, &conf };
	struct report *report = report_new();
	struct conf_tree *t = tree_read_bytes("a.conf", file, strlen(file), true, report);
	struct conf_read rd = { .report = report, .arena = t->arena };
	struct text by_structs = { 0 }, by_table = { 0 };
	struct routers *r;

	(void)schema_read(&rd, &view, 1, t, true);
	ck_assert_uint_eq(report_count(report, CONF_ERROR), 0);
	r = routers_new(&conf);
	ck_assert_uint_eq(routers_count(r), conf.instances.n);
	say_structs(&conf, &by_structs);
	tree_free(t);
	report_free(report);
	say_table(r, &by_table);
	ck_assert_str_eq(text_str(&by_table), text_str(&by_structs));
	text_done(&by_structs);
	text_done(&by_table);
	return r;
}

static const char *const files[] = {
	"",
	VI("one", ""),
	VI("one", "\tnotify \"/bin/n a 'b c'\" nobody\n\tnotify_master /bin/m\n\tnotify_backup /bin/b\n\tnotify_fault /bin/f\n"
		  "\tnotify_stop /bin/s\n\tnotify_ensure /bin/e\n\tnotify_deleted /bin/d\n\tnotify_master_rx_lower_pri /bin/r\n"
		  "\tpre_master /bin/pm\n\tpre_release /bin/pr\n\tsmtp_alert\n") VI("two", "") VI("three", "\tnotify_deleted\n"),
	VI("one", "\tnotify /bin/n\n") VI("two", "\tnotify /bin/n\n") VI("three", "\tsmtp_alert off\n\tnotify /bin/other nobody nogroup\n")
		"vrrp_sync_group g {\n\tgroup {\n\t\tone\n\t\ttwo\n\t}\n\tnotify /bin/g\n\tnotify_master /bin/gm\n\tsmtp_alert\n}\n"
		"vrrp_sync_group h {\n\tgroup {\n\t\tthree\n\t}\n\tnotify_stop /bin/hs\n}\n",
};

START_TEST(as_it_was_read) {
	routers_free(expect_same(files[_i]));
}
END_TEST

/* Thousands with scripts of their own, and thousands with the same. */
START_TEST(many) {
	struct text t = { 0 };
	struct routers *r;
	struct router a, b;

	for (unsigned i = 0; i < MANY; i++)
		text_printf(&t,
			"vrrp_instance VI_%u {\n\tinterface e%u\n\tvirtual_router_id %u\n\tnotify_master \"/bin/m %u\"\n}\n"
			"vrrp_instance VJ_%u {\n\tinterface f%u\n\tvirtual_router_id %u\n}\n",
			i, i / 200, i % 200 + 1, i, i, i / 200, i % 200 + 1);
	r = expect_same(text_str(&t));
	text_done(&t);
	ck_assert(routers_instance(r, 1, &a) && routers_instance(r, 2, &b));
	ck_assert_ptr_ne(a.hooks, b.hooks);
	ck_assert(routers_instance(r, 3, &b));
	ck_assert_ptr_eq(a.hooks, b.hooks); /* nothing is run of either */
	ck_assert(routers_instance(r, 2 * MANY - 1, &b));
	ck_assert_str_eq(b.name, "VJ_999");
	routers_free(r);
}
END_TEST

START_TEST(no_such_index) {
	struct routers *r = expect_same(VI("one", "") "vrrp_sync_group g {\n\tgroup {\n\t\tone\n\t}\n}\n");
	struct router one;

	ck_assert(!routers_instance(r, 1, &one) && !routers_instance(r, UINT32_MAX, &one));
	ck_assert(!routers_group(r, 1, &one) && !routers_group(r, UINT32_MAX, &one));
	ck_assert(routers_group(r, 0, &one));
	ck_assert_str_eq(one.name, "g");
	ck_assert(routers_has(r, "one") && !routers_has(r, "g") && !routers_has(r, ""));
	routers_free(r);
	r = expect_same("");
	ck_assert(!routers_instance(r, 0, &one) && !routers_group(r, 0, &one) && !routers_has(r, "one"));
	routers_free(r);
	routers_free(NULL);
}
END_TEST

/* The object's own word counts, else that of the half, else that of all. */
static const struct {
	const char *words;
	unsigned half, all;
	bool is_mailed;
} wishes[] = {
	{ "", SAID_NOTHING, SAID_NOTHING, false },
	{ "", SAID_NOTHING, SAID_ON, true },
	{ "", SAID_OFF, SAID_ON, false },
	{ "", SAID_ON, SAID_OFF, true },
	{ "\tsmtp_alert\n", SAID_OFF, SAID_OFF, true },
	{ "\tsmtp_alert off\n", SAID_ON, SAID_ON, false },
};

START_TEST(who_is_mailed) {
	const struct main_globals g = { .mail = { .alert_vrrp = wishes[_i].half, .alert = wishes[_i].all } };
	char *file = x_asprintf(VI("one", "%s") "vrrp_sync_group g {\n\tgroup {\n\t\tone\n\t}\n%s}\n", wishes[_i].words,
		wishes[_i].words);
	struct routers *r = expect_same(file);
	struct router one;

	ck_assert(routers_instance(r, 0, &one));
	ck_assert_int_eq(alerts_wants_router(&g, &one), wishes[_i].is_mailed);
	ck_assert(routers_group(r, 0, &one));
	ck_assert_int_eq(alerts_wants_router(&g, &one), wishes[_i].is_mailed);
	routers_free(r);
	free(file);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *s = suite_create("routers");
	TCase *t = tcase_create("routers");

	tcase_add_loop_test(t, as_it_was_read, 0, COUNT(files));
	tcase_add_test(t, many);
	tcase_add_test(t, no_such_index);
	tcase_add_loop_test(t, who_is_mailed, 0, COUNT(wishes));
	suite_add_tcase(s, t);
	return run_suite(s);
}
