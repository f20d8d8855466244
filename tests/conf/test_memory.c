/*
 * test_memory.c - what thousands of instances cost once their configuration is applied and its lines are forgotten, and that these
 * are read again for who compares. Bytes are counted, no page is looked at; sizes of structs are in unit/test_memory_use.c.
 */
#include "base/alloc.h"
#include "base/text.h"
#include "io/memfd.h"
#include "vrrp/generation.h"

#include <check.h>
#include <stdlib.h>
#include <unistd.h>

enum { INSTANCES = 1000, STRUCTS_EACH = 1200 };

static int config_of(unsigned instances)
{
	struct text t = { 0 };
	int fd;

	for (unsigned i = 0; i < instances; i++)
		text_printf(&t,
			"vrrp_instance VI_%u {\n\tinterface eth0\n\tvirtual_router_id %u\n\tpriority 150\n\tvirtual_ipaddress {\n"
			"\t\t192.0.%u.%u/24\n\t}\n}\n",
			i, i % 255 + 1, i / 250, i % 250 + 1);
	fd = memfd_of("configuration", text_str(&t), t.len);
	text_done(&t);
	return fd;
}

START_TEST(thousands_of_instances) {
	const int fd = config_of(INSTANCES);
	struct generation *g = generation_read(1, fd);

	ck_assert_ptr_nonnull(g);
	ck_assert_uint_eq(g->config.instances.n, INSTANCES);
	ck_assert_uint_le(arena_used(g->arena) / INSTANCES, STRUCTS_EACH);
	generation_drop(g);
	close(fd);
}
END_TEST

/* What was forgotten is read again: the same, and as long as somebody compares. */
START_TEST(a_generation_is_recalled) {
	const int fd = config_of(2);
	struct generation *g = generation_read(7, fd), *same = generation_recall(g), *again;
	const struct vrrp_conf *c = g->config.instances.item[1];

	ck_assert_ptr_eq(same, g);
	ck_assert_ptr_nonnull(c->head.node);
	generation_forget(g);
	ck_assert_ptr_null(c->head.node);
	ck_assert_str_eq(c->name, "VI_1");
	again = generation_recall(g);
	ck_assert_ptr_ne(again, g);
	ck_assert_uint_eq(again->number, 7);
	ck_assert_int_eq(schema_diff(&vrrp_instance_block, again->config.instances.item[1],
				 ((struct generation *)again)->config.instances.item[1]),
		CONF_SAME);
	ck_assert_ptr_nonnull(((const struct vrrp_conf *)again->config.instances.item[1])->head.node);
	generation_drop(again);
	generation_drop(same);
	generation_drop(g);
	close(fd);
}
END_TEST

START_TEST(what_cannot_be_read_is_no_generation) {
	const char bad[] = "vrrp_instance VI {\n\tpriority 1000\n}\n";
	const int fd = memfd_of("configuration", bad, sizeof(bad) - 1);

	ck_assert_ptr_null(generation_read(1, -1));
	ck_assert_ptr_null(generation_read(1, fd));
	close(fd);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("memory");
	TCase *tc = tcase_create("memory");
	SRunner *sr;
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, thousands_of_instances);
	tcase_add_test(tc, a_generation_is_recalled);
	tcase_add_test(tc, what_cannot_be_read_is_no_generation);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
