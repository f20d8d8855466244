/*
 * test_memory_use.c - what is there tens of thousands of times stays small: the structs, and what a configuration takes for each
 * server and each instance. A bound is a few words above what it is today: who needs more says so here, and knows that it is times
 * 40,000, in three processes.
 */
#include <check.h>

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/conf.h"
#include "checkers/runner.h"
#include "checkers/service.h"
#include "conf/report.h"
#include "conf/schema.h"
#include "conf/tree.h"
#include "run.h"
#include "vrrp/conf.h"
#include "vrrp/instance_state.h"
#include "vrrp/suspect.h"

enum { SERVICES = 200, SERVERS = 4, INSTANCES = 200 };

struct row {
	const char *what;
	size_t size, bound;
};

static const struct row rows[] = {
	{ "struct conf_head", sizeof(struct conf_head), 16 },
	{ "struct rs_conf", sizeof(struct rs_conf), 72 },
	{ "struct check_conf", sizeof(struct check_conf), 80 },
	{ "struct vs_conf", sizeof(struct vs_conf), 144 },
	{ "struct service", sizeof(struct service), 144 },
	{ "struct service_server", sizeof(struct service_server), 24 },
	{ "struct service_check", sizeof(struct service_check), 24 },
	{ "struct pool_server", sizeof(struct pool_server), 16 },
	{ "struct ipvs_dest", sizeof(struct ipvs_dest), 48 },
	{ "struct ipvs_service", sizeof(struct ipvs_service), 104 },
	{ "struct check", sizeof(struct check), 136 },
	{ "struct vrrp_conf", sizeof(struct vrrp_conf), 192 },
	{ "struct vrrp_vip", sizeof(struct vrrp_vip), 48 },
	{ "struct instance", sizeof(struct instance), 696 },
	{ "struct suspect", sizeof(struct suspect), 112 },
	{ "struct address_vip", sizeof(struct address_vip), 136 },
	{ "struct address_set", sizeof(struct address_set), 96 },
};

START_TEST(structs) {
	ck_assert_msg(rows[_i].size <= rows[_i].bound, "%s has %zu bytes, more than %zu", rows[_i].what, rows[_i].size,
		rows[_i].bound);
}
END_TEST

/* What the structs of a configuration take, once its lines are gone. */
static size_t used_by(const struct conf_block *block, void *conf, struct text *text)
{
	const struct conf_view view = { block, conf };
	struct report *report = report_new();
	struct conf_tree *tree = tree_read_bytes("test", text_str(text), text->len, true, report);
	struct conf_read rd = { .report = report, .arena = arena_new() };
	size_t used;

	ck_assert_int_eq(schema_read(&rd, &view, 1, tree, true), 0);
	used = arena_used(rd.arena);
	arena_free(rd.arena);
	tree_free(tree);
	report_free(report);
	text_done(text);
	return used;
}

START_TEST(servers) {
	struct checkers_config conf;
	struct text t = { 0 };
	size_t used;

	for (unsigned i = 0; i < SERVICES; i++) {
		text_printf(&t,
			"virtual_server 10.0.0.%u 80 {\n delay_loop 10\n lb_algo wrr\n lb_kind DR\n protocol TCP\n", i);
		for (unsigned k = 0; k < SERVERS; k++)
			text_printf(&t,
				" real_server 172.16.%u.%u 80 {\n weight 10\n TCP_CHECK {\n connect_timeout 3\n }\n }\n",
				k, i);
		text_add(&t, "}\n");
	}
	used = used_by(&checkers_root, &conf, &t) / (SERVICES * SERVERS);
	ck_assert_msg(used <= 425, "%zu bytes for each server", used);
	ck_assert_uint_ge(used, sizeof(struct rs_conf) + sizeof(struct check_conf));
}
END_TEST

START_TEST(instances) {
	struct vrrp_config conf;
	struct text t = { 0 };
	size_t used;

	for (unsigned i = 0; i < INSTANCES; i++)
		text_printf(&t,
			"vrrp_instance VI_%u {\n state BACKUP\n interface eth0\n virtual_router_id %u\n priority 100\n"
			" advert_int 1\n virtual_ipaddress {\n 10.0.0.%u/24\n }\n}\n",
			i, i + 1, i);
	used = used_by(&vrrp_root, &conf, &t) / INSTANCES;
	ck_assert_msg(used <= 306, "%zu bytes for each instance", used);
	ck_assert_uint_ge(used, sizeof(struct vrrp_conf) + sizeof(struct vrrp_vip));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("memory_use");
	TCase *tc = tcase_create("all");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, structs, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tc, servers);
	tcase_add_test(tc, instances);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
