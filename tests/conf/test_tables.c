/*
 * test_tables.c - the tables of all floors as they are: every row has its sentence, every alias its target, every default is one,
 * and no bytes break what reads them.
 */
#include "base/alloc.h"
#include "conf/schema.h"
#include "daemon/conf.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { SEEN_ROWS = 256, DEPTH_MAX = 8, INPUT_MAX = 64 * 1024, FLIP_ROUNDS = 300 };

static const struct conf_block *const roots[] = { &main_root, &vrrp_root, &checkers_root };

static const struct conf_item *find(const struct conf_block *b, const char *name)
{
	for (const struct conf_item *it = b->items; it && it->name; it++)
		if (!strcmp(it->name, name))
			return it;
	return NULL;
}

static bool has_field(const struct conf_item *it)
{
	return it->type != CONF_ALIAS;
}

static void check_kind(const struct conf_block *b, const struct conf_item *it)
{
	ck_assert_msg(it->type != CONF_BLOCK || it->block, "%s %s: no block", b->name, it->name);
	ck_assert_msg((it->type != CONF_CUSTOM && it->type != CONF_LINES) || it->parse, "%s %s: no parse", b->name,
		it->name);
	ck_assert_msg(it->type != CONF_CHOICE || it->choices, "%s %s: no choices", b->name, it->name);
	ck_assert_msg(it->type != CONF_ALIAS ||
			(it->alias && find(b, it->alias) && find(b, it->alias)->type != CONF_ALIAS),
		"%s %s: an alias of nothing", b->name, it->name);
	ck_assert_msg(it->type == CONF_ALIAS || (it->doc && *it->doc), "%s %s: no sentence", b->name, it->name);
	ck_assert_msg(!has_field(it) || it - b->items < SEEN_ROWS, "%s %s: too far down for schema_seen", b->name,
		it->name);
	ck_assert_msg(find(b, it->name) == it, "%s %s: twice", b->name, it->name);
	ck_assert_msg(it->max >= it->min || (!it->max && it->min), "%s %s: an empty range", b->name, it->name);
}

static void check_block(const struct conf_block *b, unsigned depth)
{
	ck_assert_uint_lt(depth, DEPTH_MAX);
	ck_assert_uint_ge(b->size, sizeof(struct conf_head));
	ck_assert_msg(b->doc && *b->doc, "%s: no sentence", b->name);
	for (const struct conf_item *it = b->items; it && it->name; it++) {
		check_kind(b, it);
		if (it->type == CONF_BLOCK)
			check_block(it->block, depth + 1);
	}
}

START_TEST(test_rows) {
	check_block(roots[_i], 0);
}
END_TEST

/* An empty file, and an instance, a service and their checks with the least in them: all defaults are read without a finding. */
START_TEST(test_defaults) {
	static const char in
		[] = "vrrp_script s {\n script \"true\"\n}\n"
		     "vrrp_instance v {\n interface lo\n virtual_router_id 1\n virtual_ipaddress {\n 192.0.2.1\n }\n}\n"
		     "virtual_server 192.0.2.1 80 {\n real_server 10.0.0.1 80 {\n TCP_CHECK { }\n HTTP_GET {\n"
		     " url {\n path /\n }\n }\n }\n}\n";
	struct config *c = x_calloc(1, sizeof(*c));
	struct conf_view views[] = { { &main_root, &c->main }, { &vrrp_root, &c->vrrp },
		{ &checkers_root, &c->checkers } };
	struct conf_read rd;

	c->report = report_new();
	c->tree = tree_read_bytes("f", _i ? in : "", _i ? strlen(in) : 0, false, c->report);
	rd = (struct conf_read){ .report = c->report, .arena = c->tree->arena };
	schema_read(&rd, views, 3, c->tree, true);
	if (report_get(c->report, 0))
		ck_abort_msg("%s:%u: %s", report_get(c->report, 0)->at.file, report_get(c->report, 0)->at.line,
			report_get(c->report, 0)->text);
	config_free(c);
}
END_TEST

/* The bytes of an input of this folder; the caller frees. */
static char *load(const char *name, size_t *ret_len)
{
	char *path = x_asprintf("%s/%s", INPUTS_DIR, name), *data = x_calloc(1, INPUT_MAX);
	FILE *f = fopen(path, "r");

	ck_assert_ptr_nonnull(f);
	*ret_len = fread(data, 1, INPUT_MAX, f);
	fclose(f);
	free(path);
	return data;
}

/* Bytes through the tables of all floors; what they are is not asked, only that nothing breaks. */
static void swallow(const char *data, size_t len)
{
	struct config *c = x_calloc(1, sizeof(*c));
	struct conf_view views[] = { { &main_root, &c->main }, { &vrrp_root, &c->vrrp },
		{ &checkers_root, &c->checkers } };
	struct conf_read rd;

	c->report = report_new();
	c->tree = tree_read_bytes("f", data, len, false, c->report);
	rd = (struct conf_read){ .report = c->report, .arena = c->tree->arena };
	schema_read(&rd, views, 3, c->tree, true);
	config_free(c);
}

static const char *const inputs[] = { "clean.in", "many.in", "tutorial.in", "values.in", "variables.in",
	"obsolete.in" };

/* Every prefix of each input, in a buffer of exactly that length. */
START_TEST(test_prefixes) {
	size_t len;
	char *data = load(inputs[_i], &len);

	for (size_t n = 0; n <= len; n++) {
		char *part = malloc(n ? n : 1);

		memcpy(part, data, n);
		swallow(part, n);
		free(part);
	}
	free(data);
}
END_TEST

/* Words and bytes changed at random, with a fixed seed. */
START_TEST(test_flips) {
	static const char *const words[] = { "", "-1", "99999999999999999999", "{", "}", "\"", "::1", "on", "\\", "$X",
		"0.0", "%s%n" };
	uint32_t seed = 7;
	size_t len;
	char *data = load(inputs[_i], &len), *part = x_calloc(1, len);

	for (unsigned round = 0; round < FLIP_ROUNDS; round++) {
		memcpy(part, data, len);
		for (unsigned k = 0; k < 1 + round % 4; k++) {
			const char *w;
			size_t at;

			seed = seed * 1664525 + 1013904223;
			w = words[(seed >> 5) % (sizeof(words) / sizeof(words[0]))];
			at = (seed >> 10) % (len - 20);
			if (*w)
				memcpy(part + at, w, strlen(w));
			else
				part[at] = (char)(seed >> 24);
		}
		swallow(part, len);
	}
	free(part);
	free(data);
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(table[0])))

int main(void)
{
	Suite *s = suite_create("tables");
	TCase *tc = tcase_create("tables");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, test_rows, 0, ROWS(roots));
	tcase_add_loop_test(tc, test_defaults, 0, 2);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, test_prefixes, 0, ROWS(inputs));
	tcase_add_loop_test(tc, test_flips, 0, ROWS(inputs));
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
