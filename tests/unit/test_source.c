/* test_source.c - allow_from, and who may send the priority 255 of an owner: as written, read by the tables. */
#include "vrrp/source.h"

#include <check.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "conf/tree.h"
#include "run.h"

#define FROM(lines) "allow_from {\n" lines "\n}\n"
#define PEERS(lines) "unicast_peer {\n" lines "\n}\n"

static const struct row {
	const char *lines, *src;
	uint8_t priority;
	enum advert_verdict verdict;
} rows[] = {
	{ "", "192.0.2.9", 255, ADVERT_OK }, /* RFC 9568: the owner is whoever says so */
	{ FROM("192.0.2.2"), "192.0.2.2", 150, ADVERT_OK },
	{ FROM("192.0.2.2"), "192.0.2.3", 150, ADVERT_UNKNOWN_SOURCE },
	{ FROM("192.0.2.2"), "192.0.2.3", 0, ADVERT_UNKNOWN_SOURCE },
	{ FROM("192.0.2.2"), "192.0.2.3", 255, ADVERT_UNKNOWN_SOURCE },
	{ FROM("192.0.2.2"), "192.0.2.2", 255, ADVERT_OWNER_CLAIM },
	{ FROM("192.0.2.2"), "192.0.2.2", 254, ADVERT_OK },
	{ FROM("192.0.2.2 owner"), "192.0.2.2", 255, ADVERT_OK },
	{ FROM("192.0.2.2 owner\n192.0.2.3"), "192.0.2.3", 255, ADVERT_OWNER_CLAIM },
	{ FROM("192.0.2.0/30"), "192.0.2.3", 150, ADVERT_OK },
	{ FROM("192.0.2.0/30"), "192.0.2.4", 150, ADVERT_UNKNOWN_SOURCE },
	{ FROM("192.0.2.0/24\n192.0.2.7 owner"), "192.0.2.7", 255, ADVERT_OK },
	{ FROM("192.0.2.0/24\n192.0.2.7 owner"), "192.0.2.8", 255, ADVERT_OWNER_CLAIM },
	{ FROM("0.0.0.0/0"), "192.0.2.4", 150, ADVERT_OK },
	{ FROM("0.0.0.0/0"), "fe80::1", 150, ADVERT_UNKNOWN_SOURCE },
	{ FROM("fe80::/10"), "fe80::1", 150, ADVERT_OK },
	{ FROM("fe80::/10"), "2001:db8::1", 150, ADVERT_UNKNOWN_SOURCE },
	{ PEERS("192.0.2.2"), "192.0.2.2", 255, ADVERT_OK }, /* keepalived's words mean what they meant */
	{ PEERS("192.0.2.2 owner\n192.0.2.3"), "192.0.2.2", 255, ADVERT_OK },
	{ PEERS("192.0.2.2 owner\n192.0.2.3"), "192.0.2.3", 255, ADVERT_OWNER_CLAIM },
	{ PEERS("192.0.2.2 owner\n192.0.2.3"), "192.0.2.3", 254, ADVERT_OK },
	{ PEERS("192.0.2.2 owner") FROM("192.0.2.2"), "192.0.2.2", 255, ADVERT_OK },
	{ PEERS("192.0.2.2 owner") FROM("192.0.2.3"), "192.0.2.2", 255, ADVERT_UNKNOWN_SOURCE },
};

START_TEST(sources) {
	const struct row *row = &rows[_i];
	struct report *report = report_new();
	struct source_list list = { 0 };
	struct vrrp_config config;
	struct conf_view view = { &vrrp_root, &config };
	struct text t = { 0 };
	struct conf_tree *tree;
	struct addr src;

	text_printf(&t,
		"vrrp_instance VI_1 {\ninterface lo\nvirtual_router_id 51\nvirtual_ipaddress {\n192.0.2.1\n}\n%s}\n",
		row->lines);
	tree = tree_read_bytes("test", text_str(&t), t.len, true, report);
	ck_assert_int_eq(schema_read(&(struct conf_read){ .report = report, .arena = tree->arena }, &view, 1, tree,
				 true),
		0);
	ck_assert_uint_eq(config.instances.n, 1);
	source_conf(&list, config.instances.item[0]);
	ck_assert_int_eq(addr_parse(row->src, &src), 0);
	ck_assert_msg(source_check(&list, &src, row->priority) == row->verdict, "row %d", _i);
	source_done(&list);
	tree_free(tree);
	report_free(report);
	text_done(&t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("source");
	TCase *t = tcase_create("rows");

	tcase_add_loop_test(t, sources, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	suite_add_tcase(s, t);
	return run_suite(s);
}
