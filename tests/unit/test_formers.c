/*
 * test_formers.c - what an index of a generation means: of this program's configurations, and of the last one of the program before
 * this one, as bytes; and what was asked for before there was any configuration waits in order.
 */
#include "daemon/formers.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "daemon/conf.h"
#include "daemon/early.h"
#include "daemon/routers.h"
#include "io/memfd.h"
#include "run.h"

#define VI(name, id) "vrrp_instance " name " {\n\tinterface lo\n\tvirtual_router_id " id "\n\tpriority 100\n}\n"

static char path[] = "/tmp/test_formers.XXXXXX";

/* Read from a file with this text, accepted and kept; the caller frees. */
static struct config *config_with(const char *text)
{
	FILE *f = fopen(path, "w");
	struct config *c;

	ck_assert(f && fputs(text, f) >= 0 && fclose(f) == 0);
	c = config_read(path, NULL);
	ck_assert_uint_eq(report_count(c->report, CONF_ERROR), 0);
	ck_assert_int_eq(config_keep(c), 0);
	return c;
}

static const char *first_name(const struct config *c)
{
	struct router vi;

	ck_assert_ptr_nonnull(c);
	ck_assert(routers_instance(c->routers, 0, &vi));
	return vi.name;
}

static int bytes_of(const struct config *c)
{
	return config_whole(c);
}

START_TEST(own_ones) {
	struct config *running = config_with(VI("three", "3"));
	struct formers f;

	formers_init(&f);
	ck_assert_ptr_null(formers_find(&f, 1, running));
	formers_add(&f, config_with(VI("one", "1")), 1, 2);
	formers_add(&f, config_with(VI("two", "2")), 3, 3);
	ck_assert_str_eq(first_name(formers_find(&f, 1, running)), "one");
	ck_assert_str_eq(first_name(formers_find(&f, 2, running)), "one");
	ck_assert_str_eq(first_name(formers_find(&f, 3, running)), "two");
	ck_assert_ptr_null(formers_find(&f, 4, running));
	formers_forget(&f, 3);
	ck_assert_ptr_null(formers_find(&f, 2, running));
	ck_assert_str_eq(first_name(formers_find(&f, 3, running)), "two");
	for (unsigned i = 4; i < 40; i++)
		formers_add(&f, config_with(VI("more", "4")), i, i);
	ck_assert_uint_le(f.n, 16);
	ck_assert_ptr_null(formers_find(&f, 3, running));
	formers_done(&f);
	config_free(running);
}
END_TEST

START_TEST(inherited_ones) {
	struct config *running = config_with(VI("zero", "9") VI("one", "1")), *old = config_with(VI("one", "1"));
	struct formers f;

	formers_init(&f);
	formers_inherit(&f, bytes_of(running), 7);
	ck_assert_ptr_null(formers_find(&f, 6, running));
	ck_assert_ptr_null(formers_find(&f, 8, running));
	ck_assert_ptr_eq(formers_find(&f, 7, running), running);
	ck_assert_uint_eq(f.n, 0); /* nothing was read */

	formers_inherit(&f, bytes_of(old), 7);
	ck_assert_str_eq(first_name(formers_find(&f, 7, running)), "one");
	ck_assert_uint_eq(f.n, 1);
	ck_assert_ptr_eq(formers_find(&f, 7, running), formers_find(&f, 7, running)); /* read once */
	formers_forget(&f, 8);
	ck_assert_ptr_null(formers_find(&f, 7, running));

	formers_inherit(&f, bytes_of(old), 7);
	formers_forget(&f, 8);
	ck_assert_int_eq(f.fd, -1);
	ck_assert_ptr_null(formers_find(&f, 7, running));
	formers_done(&f);
	config_free(old);
	config_free(running);
}
END_TEST

/* A file that is not sealed is not believed. */
START_TEST(unreadable) {
	struct config *running = config_with(VI("one", "1"));
	FILE *file = tmpfile();
	struct formers f;

	formers_init(&f);
	ck_assert_ptr_nonnull(file);
	formers_inherit(&f, dup(fileno(file)), 7);
	ck_assert_ptr_null(formers_find(&f, 7, running));
	ck_assert_int_eq(f.fd, -1);
	formers_done(&f);
	fclose(file);
	config_free(running);
}
END_TEST

static unsigned n_replayed;

static void replayed(void *ctx, enum role from, const struct message *m)
{
	struct early *e = ctx;
	const struct msg_notify *n = m->data;
	const struct msg_hook *k = m->data;

	switch (n_replayed++) {
	case 0:
		ck_assert(from == ROLE_LVS && m->type == MSG_NOTIFY && m->len == sizeof(*n) && n->index == 4);
		break;
	case 1:
		ck_assert(from == ROLE_VRRP && m->type == MSG_HOOK && m->len == sizeof(*k) && k->within_usec == 5);
		early_keep(e, ROLE_VRRP,
			&(struct message){ MSG_NOTIFY, &(struct msg_notify){ .index = 6 }, sizeof(*n), -1 });
		break;
	default:
		ck_assert(from == ROLE_VRRP && m->type == MSG_NOTIFY && n->index == 6);
	}
	ck_assert_int_eq(m->fd, -1);
}

START_TEST(early_ones) {
	struct early e;

	early_init(&e);
	early_keep(&e, ROLE_LVS,
		&(struct message){ MSG_NOTIFY, &(struct msg_notify){ .index = 4 }, sizeof(struct msg_notify), -1 });
	early_keep(&e, ROLE_VRRP, &(struct message){ MSG_LOG, "x", 1, -1 });
	early_keep(&e, ROLE_VRRP,
		&(struct message){ MSG_HOOK, &(struct msg_hook){ .within_usec = 5 }, sizeof(struct msg_hook), -1 });
	early_replay(&e, replayed, &e);
	ck_assert_uint_eq(n_replayed, 3);
	early_replay(&e, replayed, &e);
	ck_assert_uint_eq(n_replayed, 3);
	early_keep(&e, ROLE_VRRP,
		&(struct message){ MSG_HOOK, &(struct msg_hook){ .id = 1 }, sizeof(struct msg_hook), -1 });
	early_done(&e);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("formers");
	TCase *t = tcase_create("formers");
	const int fd = mkstemp(path);
	int r;

	if (fd < 0 || close(fd) < 0)
		return 1;
	tcase_add_test(t, own_ones);
	tcase_add_test(t, inherited_ones);
	tcase_add_test(t, unreadable);
	tcase_add_test(t, early_ones);
	suite_add_tcase(s, t);
	r = run_suite(s);
	unlink(path);
	return r;
}
