/*
 * test_part.c - parts of blocks (schema.h): one for all blocks that are alike, one of its own for who is not, with small tables:
 * defaults, inherit, settle, blocks inside of a part, differences, and bytes that are read in pieces.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "conf/schema.h"
#include "run.h"

enum { BLOCKS = 500 };

struct rare {
	uint32_t ttl, repeat;
	bool is_quiet;
	const char *device;
	struct conf_vec lines; /* const char * */
	unsigned settled;
};

struct sealed {
	struct conf_head head;
	uint32_t key;
};

struct block {
	struct conf_head head;
	const char *name;
	uint32_t id;
	const struct rare *rare;
	const struct sealed *sealed;
};

struct root {
	struct conf_head head;
	uint32_t repeat;
	struct conf_vec blocks; /* struct block */
};

#define B(field) offsetof(struct block, field)
#define R(field) offsetof(struct rare, field)

static const struct conf_part rare_part = { B(rare), sizeof(struct rare) };
static const struct conf_part sealed_part = { B(sealed), sizeof(struct sealed) };

static int parse_line(struct conf_read *rd, const struct conf_item *item, const struct conf_node *n, void *out)
{
	conf_vec_add(rd->arena, conf_field(rd, item, out), arena_strdup(rd->arena, n->words[0].text));
	return 0;
}

static int read_name(struct conf_read *rd, const struct conf_node *n, void *out)
{
	const struct conf_word *w = conf_need_word(rd, n, 1, "a name");

	((struct block *)out)->name = w ? arena_strdup(rd->arena, w->text) : "";
	return w ? 0 : -1;
}

static const struct conf_item sealed_items[] = {
	{ .name = "key", .type = CONF_UINT, .offset = offsetof(struct sealed, key), .dflt = "3", .reload = CONF_LIVE, .doc = "Key." },
	{ .name = NULL },
};

static void check_sealed(const void *conf, struct report *r)
{
	const struct sealed *s = conf;

	if (s->key == 99)
		report_add(r, CONF_ERROR, &s->head.node->words[0].at, "key %u", s->key);
}

static const struct conf_block sealed_block = {
	.name = "sealed", .items = sealed_items, .size = sizeof(struct sealed), .check = check_sealed, .doc = "Sealed."
};

static const struct conf_item block_items[] = {
	{ .name = "id", .type = CONF_UINT, .offset = B(id), .reload = CONF_RESTART, .doc = "Id." },
	{ .name = "ttl", .type = CONF_UINT, .part = &rare_part, .offset = R(ttl), .dflt = "255", .reload = CONF_LIVE, .doc = "TTL." },
	{ .name = "repeat", .type = CONF_UINT, .part = &rare_part, .offset = R(repeat), .reload = CONF_LIVE, .doc = "Repeat." },
	{ .name = "quiet", .type = CONF_FLAG, .part = &rare_part, .offset = R(is_quiet), .min = 1, .reload = CONF_LIVE, .doc = "Quiet." },
	{ .name = "loud", .type = CONF_FLAG, .part = &rare_part, .offset = R(is_quiet), .reload = CONF_LIVE, .doc = "Loud." },
	{ .name = "device", .type = CONF_STRING, .part = &rare_part, .offset = R(device), .reload = CONF_REBIND, .doc = "Device." },
	{ .name = "lines", .type = CONF_LINES, .part = &rare_part, .offset = R(lines), .parse = parse_line, .reload = CONF_LIVE, .doc = "Lines." },
	{ .name = "sealed", .type = CONF_BLOCK, .part = &sealed_part, .is_merged = true, .block = &sealed_block, .reload = CONF_LIVE, .doc = "Sealed." },
	{ .name = NULL },
};

/* What was not written comes from the root. */
static void inherit(struct conf_read *rd, void *out, const void *parent);

/* The blocks before it are told: what one block changes in others. */
static void settle(struct conf_read *rd, void *out)
{
	const struct root *root = out;

	for (unsigned i = 0; i + 1 < root->blocks.n; i++)
		if (root->repeat == 77)
			((struct rare *)conf_part_edit(rd, &rare_part, root->blocks.item[i]))->settled = 5;
}

static const struct conf_block block_block = { .name = "block",
	.items = block_items,
	.size = sizeof(struct block),
	.args = "NAME",
	.read_args = read_name,
	.is_apart = true,
	.inherit = inherit,
	.doc = "Block." };

static void inherit(struct conf_read *rd, void *out, const void *parent)
{
	const struct root *root = parent;

	if (!schema_seen(&block_block, out, "repeat") && root->repeat)
		((struct rare *)conf_part_edit(rd, &rare_part, out))->repeat = root->repeat;
}

static const struct conf_item root_items[] = {
	{ .name = "block", .type = CONF_BLOCK, .offset = offsetof(struct root, blocks), .block = &block_block, .doc = "Block." },
	{ .name = "repeat", .type = CONF_UINT, .offset = offsetof(struct root, repeat), .doc = "Repeat." },
	{ .name = NULL },
};

static const struct conf_block root_block = {
	.name = "", .items = root_items, .size = sizeof(struct root), .settle = settle, .doc = "Root."
};

struct one {
	struct root root;
	struct report *report;
	struct conf_tree *tree;
	struct arena *arena;
	int result;
};

static void read_text(struct one *x, const char *in)
{
	const struct conf_view view = { &root_block, &x->root };

	x->report = report_new();
	x->tree = tree_read_bytes("f", in, strlen(in), false, x->report);
	x->arena = arena_new();
	x->result = schema_read(&(struct conf_read){ .report = x->report, .arena = x->arena }, &view, 1, x->tree, true);
}

static void done(struct one *x)
{
	tree_free(x->tree);
	report_free(x->report);
	arena_free(x->arena);
}

static const struct block *block(const struct one *x, unsigned i)
{
	return x->root.blocks.item[i];
}

START_TEST(alike) {
	struct one x;

	read_text(&x,
		"block a {\n id 1\n}\nblock b {\n id 2\n ttl 7\n}\nblock c {\n ttl 7\n id 3\n}\n"
		"block d {\n ttl 255\n loud\n}\nblock e {\n ttl 7\n quiet\n device eth0\n}\n"
		"block f {\n quiet\n device eth0\n ttl 7\n}\n");
	ck_assert_int_eq(x.result, 0);
	ck_assert_ptr_eq(block(&x, 0)->rare, block(&x, 3)->rare); /* the default, written out */
	ck_assert_ptr_eq(block(&x, 1)->rare, block(&x, 2)->rare);
	ck_assert_ptr_eq(block(&x, 4)->rare, block(&x, 5)->rare); /* their words are one word, too */
	ck_assert_ptr_ne(block(&x, 0)->rare, block(&x, 1)->rare);
	ck_assert_ptr_ne(block(&x, 1)->rare, block(&x, 4)->rare);
	ck_assert_uint_eq(block(&x, 0)->rare->ttl, 255);
	ck_assert_uint_eq(block(&x, 1)->rare->ttl, 7);
	ck_assert(!block(&x, 3)->rare->is_quiet && block(&x, 4)->rare->is_quiet);
	ck_assert_str_eq(block(&x, 5)->rare->device, "eth0");
	ck_assert_uint_eq(block(&x, 2)->id, 3);
	done(&x);
}
END_TEST

START_TEST(lines) {
	struct one x;

	read_text(&x, "block a {\n lines {\n x\n y\n z\n }\n}\nblock b {\n lines {\n x\n }\n}\nblock c {\n}\n");
	ck_assert_int_eq(x.result, 0);
	ck_assert_uint_eq(block(&x, 0)->rare->lines.n, 3);
	ck_assert_str_eq(block(&x, 0)->rare->lines.item[2], "z");
	ck_assert_uint_eq(block(&x, 1)->rare->lines.n, 1);
	ck_assert_uint_eq(block(&x, 2)->rare->lines.n, 0);
	done(&x);
}
END_TEST

START_TEST(inherited) {
	struct one x;

	read_text(&x,
		"block a {\n}\nblock b {\n repeat 9\n}\nrepeat 4\nblock c {\n repeat 4\n}\nblock d {\n ttl 1\n}\n");
	ck_assert_int_eq(x.result, 0);
	ck_assert_uint_eq(block(&x, 0)->rare->repeat, 4);
	ck_assert_uint_eq(block(&x, 1)->rare->repeat, 9);
	ck_assert_ptr_eq(block(&x, 0)->rare, block(&x, 2)->rare);
	ck_assert_uint_eq(block(&x, 3)->rare->repeat, 4);
	ck_assert_uint_eq(block(&x, 3)->rare->ttl, 1);
	done(&x);
}
END_TEST

START_TEST(settled) {
	struct one x;

	read_text(&x, "repeat 77\nblock a {\n}\nblock b {\n}\nblock c {\n}\n");
	ck_assert_int_eq(x.result, 0);
	ck_assert_uint_eq(block(&x, 0)->rare->settled, 5);
	ck_assert_ptr_eq(block(&x, 0)->rare, block(&x, 1)->rare);
	ck_assert_uint_eq(block(&x, 2)->rare->settled, 0);
	ck_assert_uint_eq(block(&x, 2)->rare->repeat, 77);
	done(&x);
}
END_TEST

/* A block inside that fills a part together: who does not write it has the defaults, rules are asked with what was written. */
START_TEST(merged) {
	struct one x;

	read_text(&x,
		"block a {\n}\nblock b {\n sealed {\n key 8\n }\n}\nblock c {\n}\nblock d {\n sealed {\n key 99\n }\n}\n");
	ck_assert_int_lt(x.result, 0);
	ck_assert_str_eq(report_get(x.report, 0)->text, "key 99");
	ck_assert_uint_eq(report_get(x.report, 0)->at.line, 11);
	ck_assert_ptr_null(report_get(x.report, 1));
	ck_assert_uint_eq(block(&x, 0)->sealed->key, 3);
	ck_assert_ptr_eq(block(&x, 0)->sealed, block(&x, 2)->sealed);
	ck_assert_uint_eq(block(&x, 1)->sealed->key, 8);
	ck_assert(schema_seen(&sealed_block, block(&x, 1)->sealed, "key"));
	ck_assert(!schema_seen(&sealed_block, block(&x, 0)->sealed, "key"));
	schema_forget(&root_block, &x.root);
	ck_assert_ptr_null(block(&x, 1)->sealed->head.node);
	done(&x);
}
END_TEST

static void note(void *ctx, const struct conf_diff *d)
{
	struct text *t = ctx, from = { 0 }, to = { 0 };

	schema_diff_value(d, false, &from);
	schema_diff_value(d, true, &to);
	text_printf(t, "%s %s -> %s; ", d->item->name, text_str(&from), text_str(&to));
	text_done(&from);
	text_done(&to);
}

struct change {
	const char *from, *to, *diff;
	enum conf_cost cost;
};

static const struct change changes[] = {
	{ "id 1", "id 1", "", CONF_SAME },
	{ "id 1", "id 1\n ttl 255", "", CONF_SAME },
	{ "id 1", "id 1\n ttl 9", "ttl 255 -> 9; ", CONF_LIVE },
	{ "quiet", "loud", "quiet on -> off; loud off -> on; ", CONF_LIVE },
	{ "ttl 9\n device a", "ttl 9\n device b", "device a -> b; ", CONF_REBIND },
	{ "ttl 9", "ttl 9\n lines {\n x\n }", "lines  -> x; ", CONF_LIVE },
	{ "sealed {\n key 3\n }", "sealed {\n key 4\n }", "key 3 -> 4; ", CONF_LIVE },
	{ "id 1", "sealed {\n key 4\n }\n id 1", "key 3 -> 4; ", CONF_LIVE },
};

START_TEST(different) {
	const struct change *c = &changes[_i];
	char *a = x_asprintf("block a {\n %s\n}\n", c->from), *b = x_asprintf("block a {\n %s\n}\n", c->to);
	struct text found = { 0 };
	struct one x, y;

	read_text(&x, a);
	read_text(&y, b);
	ck_assert_int_eq(schema_diff_each(&block_block, block(&x, 0), block(&y, 0), note, &found), c->cost);
	ck_assert_str_eq(text_str(&found), c->diff);
	text_done(&found);
	done(&x);
	done(&y);
	free(a);
	free(b);
}
END_TEST

/* Blocks that stand apart are read in pieces; all of them share. What they take is their own fields. */
START_TEST(pieces) {
	struct one x = { .report = report_new(), .arena = arena_new() };
	const struct conf_view view = { &root_block, &x.root };
	struct text in = { 0 };

	for (unsigned i = 0; i < BLOCKS; i++)
		text_printf(&in, "block b%u {\n\tid %u\n\tttl %u\n\tdevice eth%u\n}\n", i, i, i % 2 ? 7 : 255, i % 2);
	text_add(&in, "repeat 77\n");
	x.result = schema_read_apart(&(struct conf_read){ .report = x.report, .arena = x.arena }, &view, text_str(&in),
		in.len);
	ck_assert_int_eq(x.result, 0);
	ck_assert_uint_eq(x.root.blocks.n, BLOCKS);
	for (unsigned i = 2; i + 1 < BLOCKS; i++)
		ck_assert_ptr_eq(block(&x, i)->rare, block(&x, i - 2)->rare);
	ck_assert_ptr_ne(block(&x, 0)->rare, block(&x, 1)->rare);
	ck_assert_uint_eq(block(&x, 1)->rare->settled, 5);
	ck_assert_str_eq(block(&x, 1)->rare->device, "eth1");
	ck_assert_uint_le(arena_used(x.arena) / BLOCKS, sizeof(struct block) + 48);
	arena_free(x.arena);
	report_free(x.report);
	text_done(&in);
}
END_TEST

/* Outside of a reading every edit is a copy, and a value is one of its own. */
START_TEST(outside) {
	struct arena *arena = arena_new();
	struct conf_read rd = { .arena = arena };
	const struct rare shared = { .ttl = 1 };
	struct block a = { .rare = &shared };
	struct rare *own = conf_part_edit(&rd, &rare_part, &a);

	own->ttl = 2;
	ck_assert_uint_eq(shared.ttl, 1);
	ck_assert_uint_eq(a.rare->ttl, 2);
	ck_assert_ptr_ne(conf_share_text(&rd, "x"), conf_share_text(&rd, "x"));
	ck_assert_uint_eq(((const struct rare *)conf_share(&rd, &shared, sizeof(shared)))->ttl, 1);
	arena_free(arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("part");
	TCase *tc = tcase_create("all");

	tcase_add_test(tc, alike);
	tcase_add_test(tc, lines);
	tcase_add_test(tc, inherited);
	tcase_add_test(tc, settled);
	tcase_add_test(tc, merged);
	tcase_add_loop_test(tc, different, 0, sizeof(changes) / sizeof(changes[0]));
	tcase_add_test(tc, pieces);
	tcase_add_test(tc, outside);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
