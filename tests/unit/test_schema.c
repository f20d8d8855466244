/*
 * test_schema.c - the table engine with small tables of its own: each type and its mistakes, views, blocks, inheritance, checks,
 * differences; and bytes that are no configuration at all.
 */
#include "base/addr.h"
#include "base/alloc.h"
#include "base/text.h"
#include "conf/schema.h"
#include "conf/script.h"
#include "run.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct inner {
	struct conf_head head;
	const char *name;
	uint32_t level; /* 0: the outer default */
	uint32_t needed;
	struct conf_vec lines; /* const char * */
};

struct globals {
	struct conf_head head;
	uint32_t count, cs, fallback;
	int32_t weight;
	int64_t time;
	bool on, off_by_default, preempt;
	unsigned kind;
	const char *word;
	struct addr addr;
	struct script_conf script;
	uint32_t custom;
};

struct outer {
	struct conf_head head;
	struct globals globals;
	struct conf_vec inners; /* struct inner */
	uint32_t flat;
};

/* A second view of the same file. */
struct other {
	struct conf_head head;
	struct globals globals;
	struct conf_vec items;
};

static const struct conf_choice kinds[] = { { "NAT", 0 }, { "TUN", 2 }, { "DR", 3 }, { NULL, 0 } };

static int parse_custom(struct conf_read *rd, const struct conf_item *item, const struct conf_node *n, void *out)
{
	const struct conf_word *w = conf_need_word(rd, n, 1, "a number");

	return w ? conf_read_uint(rd, w, 1, 9, (uint32_t *)(void *)((char *)out + item->offset)) : -1;
}

static int parse_line(struct conf_read *rd, const struct conf_item *item, const struct conf_node *n, void *out)
{
	conf_vec_add(rd->arena, (struct conf_vec *)(void *)((char *)out + item->offset),
		arena_strdup(rd->arena, n->words[0].text));
	return 0;
}

static int read_name(struct conf_read *rd, const struct conf_node *n, void *out)
{
	const struct conf_word *w = conf_need_word(rd, n, 1, "a name");

	((struct inner *)out)->name = w ? w->text : "";
	return w ? 0 : -1;
}

static void inherit_level(struct conf_read *rd, void *out, const void *parent)
{
	struct inner *in = out;
	const struct outer *o = parent;

	(void)rd;
	if (!in->level)
		in->level = o->globals.fallback;
}

static void check_inner(const void *conf, struct report *r)
{
	const struct inner *in = conf;

	if (in->level > 90)
		report_add(r, CONF_WARNING, &in->head.node->words[0].at, "level %u is high", in->level);
}

#define G(field) offsetof(struct globals, field)
#define I(field) offsetof(struct inner, field)

static const struct conf_item inner_items[] = {
	{ .name = "level", .type = CONF_UINT, .offset = I(level), .max = 100, .reload = CONF_LIVE, .doc = "Level." },
	{ .name = "needed",
		.type = CONF_UINT,
		.offset = I(needed),
		.is_required = true,
		.reload = CONF_RESTART,
		.args = "N",
		.doc = "Needed." },
	{ .name = "lines",
		.type = CONF_LINES,
		.offset = I(lines),
		.parse = parse_line,
		.reload = CONF_REBIND,
		.doc = "Lines." },
	{ .name = NULL },
};

static const struct conf_block inner_block = { .name = "inner",
	.items = inner_items,
	.size = sizeof(struct inner),
	.args = "NAME",
	.read_args = read_name,
	.inherit = inherit_level,
	.check = check_inner,
	.doc = "Inner." };

static const struct conf_item whole_items[] = {
	{ .name = "part", .type = CONF_UINT, .offset = CONF_NOWHERE, .max = 9, .doc = "Part." },
	{ .name = NULL },
};

static const struct conf_block whole_block = {
	.name = "whole", .items = whole_items, .size = sizeof(struct conf_head), .doc = "Whole."
};

static const struct conf_item globals_items[] = {
	{ .name = "count",
		.type = CONF_UINT,
		.offset = G(count),
		.min = 1,
		.max = 255,
		.dflt = "100",
		.reload = CONF_LIVE,
		.args = "1-255",
		.doc = "Count." },
	{ .name = "cs",
		.type = CONF_UINT,
		.offset = G(cs),
		.unit = CONF_CENTISEC,
		.min = 1,
		.max = 4095,
		.dflt = "1",
		.doc = "Centiseconds." },
	{ .name = "weight", .type = CONF_INT, .offset = G(weight), .min = -254, .max = 254, .doc = "Weight." },
	{ .name = "time", .type = CONF_TIME, .offset = G(time), .max = 3600000000, .dflt = "1.5", .doc = "Time." },
	{ .name = "on", .type = CONF_BOOL, .offset = G(on), .doc = "On." },
	{ .name = "off_by_default", .type = CONF_BOOL, .offset = G(off_by_default), .dflt = "off", .doc = "Off." },
	{ .name = "preempt", .type = CONF_FLAG, .offset = G(preempt), .min = 1, .dflt = "on", .doc = "Preempt." },
	{ .name = "nopreempt", .type = CONF_FLAG, .offset = G(preempt), .min = 0, .doc = "No preempt." },
	{ .name = "kind", .type = CONF_CHOICE, .offset = G(kind), .choices = kinds, .dflt = "DR", .doc = "Kind." },
	{ .name = "word", .type = CONF_STRING, .offset = G(word), .reload = CONF_REBIND, .doc = "Word." },
	{ .name = "addr", .type = CONF_ADDR, .offset = G(addr), .doc = "Address." },
	{ .name = "script", .type = CONF_CUSTOM, .offset = G(script), .parse = script_conf_parse, .doc = "Script." },
	{ .name = "custom",
		.type = CONF_CUSTOM,
		.offset = G(custom),
		.parse = parse_custom,
		.dflt = "7",
		.doc = "Own." },
	{ .name = "fallback", .type = CONF_UINT, .offset = G(fallback), .dflt = "50", .doc = "Fallback." },
	{ .name = "Kount", .type = CONF_ALIAS, .alias = "count" },
	{ .name = "old_count", .type = CONF_ALIAS, .alias = "count", .doc = "Since 1.0." },
	{ .name = "nothing", .type = CONF_UINT, .status = CONF_NO_EFFECT, .offset = CONF_NOWHERE, .doc = "Nothing.", .note = "It does nothing." },
	{ .name = "later", .type = CONF_STRING, .status = CONF_LATER, .offset = CONF_NOWHERE, .doc = "Later." },
	{ .name = "shared", .type = CONF_UINT, .status = CONF_LATER, .offset = CONF_NOWHERE, .max = 4, .doc = "The other view reads it." },
	{ .name = NULL },
};

static const struct conf_block globals_block = {
	.name = "globals", .items = globals_items, .size = sizeof(struct globals), .doc = "Globals."
};

static const struct conf_item flat_items[] = {
	{ .name = "flat", .type = CONF_UINT, .offset = offsetof(struct outer, flat), .dflt = "3", .doc = "Flat." },
	{ .name = NULL },
};

static const struct conf_block flat_block = {
	.name = "flat_block", .items = flat_items, .size = sizeof(struct outer), .doc = "Rows of the block around."
};

static const struct conf_item outer_items[] = {
	{ .name = "inner",
		.type = CONF_BLOCK,
		.offset = offsetof(struct outer, inners),
		.block = &inner_block,
		.reload = CONF_RESTART,
		.doc = "Inner." },
	{ .name = "globals",
		.type = CONF_BLOCK,
		.offset = offsetof(struct outer, globals),
		.is_merged = true,
		.block = &globals_block,
		.doc = "Globals." },
	{ .name = "flat_block", .type = CONF_BLOCK, .is_merged = true, .block = &flat_block, .doc = "Flat." },
	{ .name = "whole", .type = CONF_BLOCK, .status = CONF_LATER, .offset = CONF_NOWHERE, .block = &whole_block, .doc = "A whole block.",
	  .note = "It comes later." },
	{ .name = NULL },
};

static const struct conf_block outer_root = {
	.name = "", .items = outer_items, .size = sizeof(struct outer), .doc = "Root."
};

static const struct conf_item other_globals_items[] = {
	{ .name = "shared", .type = CONF_UINT, .offset = G(count), .doc = "Shared." },
	{ .name = "count", .type = CONF_UINT, .offset = G(cs), .min = 1, .max = 255, .doc = "Both views read it." },
	{ .name = NULL },
};

static const struct conf_block other_globals = {
	.name = "globals", .items = other_globals_items, .size = sizeof(struct globals), .doc = "Globals."
};

static const struct conf_item other_items[] = {
	{ .name = "globals",
		.type = CONF_BLOCK,
		.offset = offsetof(struct other, globals),
		.is_merged = true,
		.block = &other_globals,
		.doc = "Globals." },
	{ .name = NULL },
};

static const struct conf_block other_root = {
	.name = "", .items = other_items, .size = sizeof(struct other), .doc = "Root."
};

/* One reading by both views. */
struct read {
	struct report *report;
	struct conf_tree *tree;
	struct outer outer;
	struct other other;
	int result;
};

static void read_bytes(struct read *x, const char *in, size_t len, bool strict)
{
	struct conf_view views[] = { { &outer_root, &x->outer }, { &other_root, &x->other } };
	struct conf_read rd;

	x->report = report_new();
	x->tree = tree_read_bytes("f", in, len, false, x->report);
	rd = (struct conf_read){ .report = x->report, .arena = x->tree->arena };
	x->result = schema_read(&rd, views, 2, x->tree, strict);
}

static void read_text(struct read *x, const char *in)
{
	read_bytes(x, in, strlen(in), true);
}

static void read_done(struct read *x)
{
	tree_free(x->tree);
	report_free(x->report);
}

/* A line inside globals and what is found: "line:column class text | hint", or NULL. */
struct row {
	const char *in, *finding;
};

static const struct row rows[] = {
	{ "count 5", NULL },
	{ "count 255", NULL },
	{ "count", "1:11 error 'count' needs a value | count 1-255: Count." },
	{ "count 0", "1:17 error '0' is out of range: 1 to 255" },
	{ "count 256", "1:17 error '256' is out of range: 1 to 255" },
	{ "count 99999999999999999999999999", "1:17 error '99999999999999999999999999' is out of range: 1 to 255" },
	{ "count -1", "1:17 error '-1' is out of range: 1 to 255" },
	{ "count x", "1:17 error 'x' is not a number | a number from 1 to 255" },
	{ "count 5x", "1:17 error '5x' is not a number | write the digits alone" },
	{ "count 1.5", "1:17 error '1.5' is not a whole number | write the digits alone" },
	{ "count \"\"", "1:17 error '' is not a number | a number from 1 to 255" },
	{ "count = 5", "1:17 error no '=' is written between keyword and value | write 'count 5'" },
	{ "count 5 6 7", "1:19 warning extra words have no effect: 6 7 | 'count' takes one value" },
	{ "count 5 // five", "1:19 warning extra words have no effect: // five | comments begin with # or !" },
	{ "count 5 {\n}", "1:19 error 'count' opens no block | count 1-255" },
	{ "cs 0.009", "1:14 warning '0.009' is finer than possible and read as 0.01" },
	{ "cs 0.001", "1:14 error '0.001' is out of range: 0.01 to 40.95" },
	{ "cs 41", "1:14 error '41' is out of range: 0.01 to 40.95" },
	{ "cs 1,5", "1:14 error '1,5' is not a number | the decimal sign is a point" },
	{ "cs 10ms", "1:14 error '10ms' is not a number | write seconds without a unit, like 1.5" },
	{ "weight 255", "1:18 error '255' is out of range: -254 to 254" },
	{ "time 3601", "1:16 error '3601' is out of range: 0 to 3600" },
	{ "time .", "1:16 error '.' is not a number | write seconds without a unit, like 1.5" },
	{ "on maybe",
		"1:14 error 'maybe' is neither on nor off | on, off, true, false, yes, no; the keyword alone means on" },
	{ "nopreempt now", "1:21 warning extra words have no effect: now | 'nopreempt' takes no value" },
	{ "kind FNAT", "1:16 error 'FNAT' is not one of: NAT, TUN, DR | did you mean 'NAT'?" },
	{ "kind loadbalance", "1:16 error 'loadbalance' is not one of: NAT, TUN, DR" },
	{ "kind dr", "1:16 warning 'dr' is read as 'DR' | keepalived does not accept it in this case: write 'DR'" },
	{ "addr 10.0.0", "1:16 error '10.0.0' is not an IP address | an IPv4 address is four numbers of at most 255" },
	{ "addr 10.0.0.1/24", "1:16 error '10.0.0.1/24' is not an IP address | write it without the prefix length" },
	{ "addr web.example",
		"1:16 error 'web.example' is not an IP address | names are not looked up: write the address" },
	{ "script", "1:11 error 'script' needs a command" },
	{ "script \"  \"", "1:18 error the command is empty" },
	{ "script /x a b c",
		"1:21 warning words after the command are read as USER GROUP, not as its arguments | "
		"put the command and its arguments into one pair of double quotes" },
	{ "script \"/bin/x -a | grep y\"",
		"1:18 warning '|' is passed to the command as a word: no shell reads this line | "
		"\"/bin/sh -c '...'\" gives it to a shell" },
	{ "script \"/bin/sh -c '/bin/x | grep y'\"", NULL },
	{ "script '/bin/x a b' root", NULL },
	{ "script \"/bin/x it\\\\'s\"", NULL },
	{ "script '/bin/x a",
		"1:18 error a single quote is not closed in this command | close it; \\' is a quote as a letter, in double "
		"quotes \\\\'" },
	{ "script \"/bin/x it's\"",
		"1:18 warning a single quote is not closed in this command | close it; \\' is a quote as a letter, in double "
		"quotes \\\\'" },
	{ "custom 10", "1:18 error '10' is out of range: 1 to 9" },
	{ "custom", "1:11 error 'custom' needs a number" },
	{ "count 5\n count 6", "2:2 warning 'count' is written again: the last one counts" },
	{ "count 5\n old_count 6", "2:2 warning 'old_count' is an old spelling of 'count' | Since 1.0." },
	{ "Kount 6", NULL },
	{ "nothing 5", "1:11 warning 'nothing' is accepted and has no effect | It does nothing." },
	{ "later x", "1:11 warning 'later' is not supported yet | Later." },
	{ "later {\n}", "1:17 error 'later' opens no block | later" },
	{ "shared 5", NULL },
	{ "cuont 5", "1:11 warning unknown keyword 'cuont' in globals | did you mean 'count'?" },
	{ "KIND DR", "1:11 warning unknown keyword 'KIND' in globals | did you mean 'kind'?" },
	{ "include more.conf", "1:11 warning unknown keyword 'include' in globals" }, /* bytes that no file has */
	{ "needed 5", "1:11 warning unknown keyword 'needed' in globals | 'needed' is valid in: inner" },
	{ "inner a {\n needed 1\n}",
		"1:11 warning unknown keyword 'inner' in globals, the whole block is passed over | "
		"'inner' is valid in: the outermost level" },
	{ "xyzzy {\n count 5\n y { z }\n}",
		"1:11 warning unknown keyword 'xyzzy' in globals, the whole block is passed over" },
	{ "count=5", "1:11 warning unknown keyword 'count=5' in globals | write 'count 5', without '='" },
	{ "count: 5", "1:11 warning unknown keyword 'count:' in globals | write 'count 5', without ':'" },
	{ "// comment", "1:11 warning unknown keyword '//' in globals | comments begin with # or !" },
};

static const char *class_str(enum conf_class class)
{
	return class == CONF_ERROR ? "error" : class == CONF_WARNING ? "warning" : "environment";
}

static void finding_str(struct report *r, unsigned i, struct text *t)
{
	const struct finding *f = report_get(r, i);

	if (f)
		text_printf(t, "%u:%u %s %s%s%s", f->at.line, f->at.column, class_str(f->class), f->text,
			f->hint ? " | " : "", f->hint ? f->hint : "");
}

START_TEST(test_rows) {
	char *in = x_asprintf("globals { %s\n}\n", rows[_i].in);
	struct text found = { 0 };
	struct read x;
	unsigned skip = strstr(rows[_i].in, "old_count") ? 1 : 0;

	read_text(&x, in);
	finding_str(x.report, 0, &found);
	ck_assert_msg(!strcmp(text_str(&found), rows[_i].finding ? rows[_i].finding : ""), "%s\nwant: %s\ngot:  %s", in,
		rows[_i].finding, text_str(&found));
	ck_assert_msg(!report_get(x.report, 1 + skip), "%s\ntoo much: %s", in, x.report ? text_str(&found) : "");
	ck_assert_int_eq(x.result<0, report_count(x.report, CONF_ERROR)> 0);
	text_done(&found);
	read_done(&x);
	free(in);
}
END_TEST

START_TEST(test_defaults) {
	struct read x;

	read_text(&x, "");
	ck_assert_int_eq(x.result, 0);
	ck_assert_uint_eq(x.outer.globals.count, 100);
	ck_assert_uint_eq(x.outer.globals.cs, 100);
	ck_assert_int_eq(x.outer.globals.time, 1500000);
	ck_assert(x.outer.globals.preempt);
	ck_assert_uint_eq(x.outer.globals.kind, 3);
	ck_assert_uint_eq(x.outer.globals.custom, 7);
	ck_assert_uint_eq(x.outer.flat, 3);
	ck_assert_ptr_null(x.outer.globals.head.node);
	ck_assert_uint_eq(x.other.globals.cs, 0);
	read_done(&x);
}
END_TEST

START_TEST(test_values) {
	static const char in[] = "globals {\n count 7\n cs 0.03\n weight -5\n time 0.000001\n on\n off_by_default YES\n"
				 " nopreempt\n kind TUN\n word \"a b\"\n addr 2001:db8::1\n custom 3\n}\n"
				 "globals {\n fallback 9\n shared 11\n}\nflat_block {\n flat 8\n}\n"
				 "globals {\n script \"/bin/x 'a b' c''d\" user:group\n}\n";
	char buf[ADDR_STRLEN];
	struct read x;
	struct globals *g = &x.outer.globals;

	read_text(&x, in);
	ck_assert_ptr_null(report_get(x.report, 0));
	ck_assert_uint_eq(g->count, 7);
	ck_assert_uint_eq(g->cs, 3);
	ck_assert_int_eq(g->weight, -5);
	ck_assert_int_eq(g->time, 1);
	ck_assert(g->on && g->off_by_default && !g->preempt);
	ck_assert_uint_eq(g->kind, 2);
	ck_assert_str_eq(g->word, "a b");
	ck_assert_str_eq(addr_str(&g->addr, buf), "2001:db8::1");
	ck_assert_uint_eq(g->custom, 3);
	ck_assert_uint_eq(g->fallback, 9);
	ck_assert_uint_eq(x.outer.flat, 8);
	ck_assert_uint_eq(x.other.globals.count, 11);
	ck_assert_uint_eq(x.other.globals.cs, 7);
	ck_assert_str_eq(g->script.argv[0], "/bin/x");
	ck_assert_str_eq(g->script.argv[1], "a b");
	ck_assert_str_eq(g->script.argv[2], "cd");
	ck_assert_ptr_null(g->script.argv[3]);
	ck_assert_str_eq(g->script.user, "user");
	ck_assert_str_eq(g->script.group, "group");
	ck_assert_uint_eq(g->script.at->line, 22);
	ck_assert(schema_seen(&globals_block, g, "count") && schema_seen(&globals_block, g, "old_count"));
	ck_assert(!schema_seen(&globals_block, g, "later") && !schema_seen(&globals_block, g, "no such"));
	ck_assert_uint_eq(g->head.node->words[0].at.line, 1);
	read_done(&x);
}
END_TEST

/* "USER", "USER GROUP", "USER :GROUP", "USER:GROUP" behind a bare path. */
START_TEST(test_script_user) {
	static const char *const in[] = { "/x u", "/x u g", "/x u :g", "/x u:g", "\"/x\" u g" };
	struct read x;
	char *text = x_asprintf("globals {\n script %s\n}\n", in[_i]);

	read_text(&x, text);
	ck_assert_ptr_null(report_get(x.report, 0));
	ck_assert_str_eq(x.outer.globals.script.argv[0], "/x");
	ck_assert_ptr_null(x.outer.globals.script.argv[1]);
	ck_assert_str_eq(x.outer.globals.script.user, "u");
	if (_i)
		ck_assert_str_eq(x.outer.globals.script.group, "g");
	else
		ck_assert_ptr_null(x.outer.globals.script.group);
	read_done(&x);
	free(text);
}
END_TEST

START_TEST(test_blocks) {
	static const char in[] = "inner a {\n needed 1\n level 5\n lines {\n  x\n  y\n }\n}\n"
				 "inner b {\n needed 2\n}\nglobals {\n fallback 60\n}\n"
				 "inner a {\n needed 3\n}\n";
	struct text found = { 0 };
	struct read x;
	struct inner *a, *b;

	read_text(&x, in);
	finding_str(x.report, 0, &found);
	ck_assert_str_eq(text_str(&found),
		"15:7 warning 'inner a' is written again: the first one counts | the first one is in f line 1");
	ck_assert_ptr_null(report_get(x.report, 1));
	ck_assert_uint_eq(x.outer.inners.n, 2);
	a = x.outer.inners.item[0];
	b = x.outer.inners.item[1];
	ck_assert_str_eq(a->name, "a");
	ck_assert_uint_eq(a->needed, 1);
	ck_assert_uint_eq(a->level, 5);
	ck_assert_uint_eq(a->lines.n, 2);
	ck_assert_str_eq(b->name, "b");
	ck_assert_uint_eq(b->level, 60);
	text_done(&found);
	read_done(&x);
}
END_TEST

START_TEST(test_block_mistakes) {
	static const struct row cases[] = {
		{ "inner a {\n}\n", "1:1 error 'needed' is missing in this inner | needed N: Needed." },
		{ "inner {\n needed 1\n}\n", "1:1 error 'inner' needs a name" },
		{ "inner a\n", "1:1 error 'inner' needs a block | inner NAME { ... }" },
		{ "globals x y {\n}\n",
			"1:9 warning extra words have no effect: x y | 'globals' takes no value" },
		{ "inner a {\n needed 1\n level 95\n}\n", "1:1 warning level 95 is high" },
		/* with an error inside, the rules of the block are not checked: one mistake, one finding */
		{ "inner a {\n needed x\n level 95\n}\n", "2:9 error 'x' is not a number | a number from 0 to 4294967295" },
		{ "inner a {\n level 95\n}\n", "1:1 error 'needed' is missing in this inner | needed N: Needed." },
		{ "inner a {\n needed 1\n lines {\n  v {\n   w\n  }\n }\n}\n",
			"4:3 error no block is expected inside 'lines' | is a '}' missing before it?" },
		{ "inner a {\n needed 1\n lines x\n}\n", "3:2 error 'lines' needs a block | lines { ... }" },
		{ "whole {\n part 9\n}\n", "1:1 warning the block 'whole' is not supported yet | It comes later." },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text found = { 0 };
		struct read x;

		read_text(&x, cases[i].in);
		finding_str(x.report, 0, &found);
		ck_assert_str_eq(text_str(&found), cases[i].finding);
		ck_assert_ptr_null(report_get(x.report, 1));
		text_done(&found);
		read_done(&x);
	}
}
END_TEST

/* A child passes over what its own tables do not know. */
START_TEST(test_not_strict) {
	static const char in[] = "unknown { x }\nglobals {\n strange 5\n count 9\n}\n";
	struct read x;

	read_bytes(&x, in, strlen(in), false);
	ck_assert_ptr_null(report_get(x.report, 0));
	ck_assert_uint_eq(x.outer.globals.count, 9);
	read_done(&x);
}
END_TEST

struct diff_row {
	const char *a, *b;
	enum conf_cost cost;
	const char *rows; /* "name(old,new) " in table order */
};

#define INNER(body) "inner a {\n" body "\n}\n"

static const struct diff_row diffs[] = {
	{ "", "", CONF_SAME, "" },
	{ INNER("needed 1"), INNER("  needed   1 # x"), CONF_SAME, "" },
	{ INNER("needed 1"), INNER("needed \"1\""), CONF_SAME, "" },
	{ INNER("needed 1"), INNER("needed 1\nlevel 5"), CONF_LIVE, "level(50,5) " },
	{ INNER("needed 1\nlevel 5"), INNER("needed 1\nlevel 6"), CONF_LIVE, "level(5,6) " },
	{ INNER("needed 1\nlevel 5"), INNER("level 5\nneeded 1"), CONF_SAME, "" },
	{ INNER("needed 1\nlevel 5"), INNER("needed 2"), CONF_RESTART, "level(5,50) needed(1,2) " },
	{ INNER("needed 1\nlines {\nx\n}"), INNER("needed 1\nlines {\ny\n}"), CONF_REBIND, "lines(x,) lines(,y) " },
	{ INNER("needed 1\nlines {\nx\nz\n}"), INNER("needed 1\nlines {\nx\ny\nz\n}"), CONF_REBIND, "lines(,y) " },
	{ INNER("needed 1\nlines {\nx\nz\n}"), INNER("needed 1\nlines {\nz\nx\n}"), CONF_REBIND, "lines(,) " },
	{ INNER("needed 1"), INNER("needed 1\nlines {\ny\n}"), CONF_REBIND, "lines(,y) " },
	{ INNER("needed 1"), INNER("needed 1") "inner b {\nneeded 1\n}\n", CONF_RESTART, "inner(,b) " },
	{ INNER("needed 1"), "inner b {\nneeded 1\n}\n", CONF_RESTART, "inner(a,b) " },
	{ "globals {\ncount 5\n}\n", "globals {\nword x\n}\n", CONF_REBIND, "count(5,100) word(,x) " },
	{ "globals {\ncount 5\n}\n", "globals {\nold_count 5\n}\n", CONF_SAME, "" },
	{ "globals {\ncount 5\nword x\n}\n", "globals {\nword x\n}\nglobals {\ncount 5\n}\n", CONF_SAME, "" },
	/* a default written out, another spelling: the same value */
	{ "", "globals {\ncount 100\ncs 1.00\ntime 1.5\noff_by_default no\nkind DR\n}\n", CONF_SAME, "" },
	/* what is inherited */
	{ INNER("needed 1"), INNER("needed 1") "globals {\nfallback 60\n}\n", CONF_LIVE, "level(50,60) fallback(50,60) " },
	{ INNER("needed 1\nlevel 5"), INNER("needed 1\nlevel 5") "globals {\nfallback 60\n}\n", CONF_SAME,
		"fallback(50,60) " },
	/* each type */
	{ "globals {\ntime 2\nweight -3\n}\n", "globals {\ntime 2.5\nkind NAT\non\naddr 10.0.0.1\n}\n", CONF_SAME,
		"weight(-3,0) time(2,2.5) on(off,on) kind(DR,NAT) addr(,10.0.0.1) " },
	{ "", "globals {\nnopreempt\n}\n", CONF_SAME, "nopreempt(off,on) " },
	{ "globals {\nnopreempt\n}\n", "globals {\npreempt\n}\n", CONF_SAME, "preempt(off,on) nopreempt(on,off) " },
	{ "", "globals {\nscript \"/bin/x y\" root\n}\nflat_block {\nflat 4\n}\n", CONF_SAME, "script(,/bin/x y root) flat(3,4) " },
	/* no effect, no difference */
	{ "", "globals {\nnothing 5\nlater x\n}\nwhole {\n}\n", CONF_SAME, "" },
};

/* "name(old,new) " */
static void add_row(void *ctx, const struct conf_diff *d)
{
	text_printf(ctx, "%s(", d->item->name);
	(void)schema_diff_value(d, false, ctx);
	text_add(ctx, ",");
	(void)schema_diff_value(d, true, ctx);
	text_add(ctx, ") ");
}

START_TEST(test_diff) {
	const struct diff_row *row = &diffs[_i];
	struct text names = { 0 };
	struct read a, b;

	read_text(&a, row->a);
	read_text(&b, row->b);
	ck_assert_int_eq(schema_diff_each(&outer_root, &a.outer, &b.outer, add_row, &names), row->cost);
	ck_assert_str_eq(text_str(&names), row->rows);
	ck_assert_int_eq(schema_diff(&outer_root, &b.outer, &a.outer), row->cost);
	text_done(&names);
	read_done(&a);
	read_done(&b);
}
END_TEST

static const char sample[] =
	"# sample\n$P=5\n@^none globals {\n  count $P\n  cs 0.5 ! half\n  script \"/bin/x 'y z'\" root\n  kind DR\n}\n"
	"inner \"a\\\"b\"\n{\n\tneeded ${P}\n\tlines { x }\n}\n~SEQ(N, 1, 2) inner n$N { needed $N }\n"
	"$M= \\\n inner m { \\\n  needed 1 \\\n }\n$M\nunknown {\n a { b }\n}\nglobals { addr 10.0.0.1 }\n";

/* The canonical text, read again as the other processes read it, is the same tree. */
static void check_again(const struct text *out)
{
	struct report *r = report_new();
	struct conf_tree *t = tree_read_bytes("again", text_str(out), out->len, true, r);
	struct text again = { 0 };

	tree_write(t, &again);
	ck_assert_str_eq(text_str(&again), text_str(out));
	ck_assert_ptr_null(report_get(r, 0));
	text_done(&again);
	tree_free(t);
	report_free(r);
}

static void swallow(const char *data, size_t len)
{
	struct read x;
	struct text out = { 0 };
	char *s = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&s, &n);

	read_bytes(&x, data, len, true);
	tree_write(x.tree, &out);
	check_again(&out);
	report_print(x.report, f, true);
	fclose(f);
	free(s);
	text_done(&out);
	read_done(&x);
}

START_TEST(test_sample) {
	struct read x;

	read_text(&x, sample);
	ck_assert_uint_eq(report_count(x.report, CONF_ERROR), 0);
	ck_assert_uint_eq(report_count(x.report, CONF_WARNING), 1);
	ck_assert_uint_eq(x.outer.inners.n, 4);
	ck_assert_str_eq(((struct inner *)x.outer.inners.item[0])->name, "a\"b");
	read_done(&x);
}
END_TEST

/* Every prefix, and bytes turned at random (a fixed seed): nothing crashes, and a truncated block is an error. */
START_TEST(test_prefixes) {
	for (size_t i = 0; i < sizeof(sample); i++) {
		char *part = malloc(i ? i : 1);

		memcpy(part, sample, i);
		swallow(part, i);
		free(part);
	}
}
END_TEST

START_TEST(test_flips) {
	uint32_t seed = 12345;
	char part[sizeof(sample)];

	for (unsigned round = 0; round < 3000; round++) {
		memcpy(part, sample, sizeof(part));
		for (unsigned k = 0; k < 1 + round % 5; k++) {
			seed = seed * 1664525 + 1013904223;
			part[(seed >> 8) % (sizeof(part) - 1)] = round % 2 ? (char)(seed >> 24)
									   : "{}\"\\$~@#!\n \0=("[(seed >> 4) % 14];
		}
		swallow(part, sizeof(part) - 1);
	}
}
END_TEST

/* 50,000 blocks: the time grows with their number, not with its square. */
START_TEST(test_many) {
	struct text in = { 0 };
	struct read x;

	for (int i = 0; i < 50000; i++)
		text_printf(&in, "inner n%d {\n needed 1\n}\n", i);
	read_text(&x, text_str(&in));
	ck_assert_uint_eq(x.outer.inners.n, 50000);
	ck_assert_ptr_null(report_get(x.report, 0));
	read_done(&x);
	text_done(&in);
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(table[0])))

int main(void)
{
	Suite *s = suite_create("schema");
	TCase *tc = tcase_create("schema");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, test_rows, 0, ROWS(rows));
	tcase_add_test(tc, test_defaults);
	tcase_add_test(tc, test_values);
	tcase_add_loop_test(tc, test_script_user, 0, 5);
	tcase_add_test(tc, test_blocks);
	tcase_add_test(tc, test_block_mistakes);
	tcase_add_test(tc, test_not_strict);
	tcase_add_loop_test(tc, test_diff, 0, ROWS(diffs));
	tcase_add_test(tc, test_sample);
	tcase_add_test(tc, test_prefixes);
	tcase_add_test(tc, test_flips);
	tcase_add_test(tc, test_many);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
