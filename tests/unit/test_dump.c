/*
 * test_dump.c - the effective configuration of small tables: what each kind of row becomes, written and not; words that need
 * care; the text read again.
 */
#include "base/addr.h"
#include "base/alloc.h"
#include "base/text.h"
#include "conf/dump.h"
#include "conf/schema.h"
#include "run.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct server {
	struct conf_head head;
	uint32_t weight;
	int64_t delay;
	const char *host;
};

struct service {
	struct conf_head head;
	uint32_t weight, port, interval, number;
	int32_t retry;
	int64_t delay;
	bool is_on, is_flag;
	unsigned kind;
	const char *host;
	struct addr addr;
	struct conf_vec servers;
};

struct globals {
	struct conf_head head;
	bool is_strict;
	const char *id;
};

struct root {
	struct conf_head head;
	struct globals globals;
	struct conf_vec services;
};

static int parse_any(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	(void)rd, (void)item, (void)node, (void)out;
	return 0;
}

static int read_any(struct conf_read *rd, const struct conf_node *node, void *out)
{
	(void)rd, (void)node, (void)out;
	return 0;
}

static const struct conf_item server_items[] = {
	{ .name = "weight", .type = CONF_UINT, .offset = offsetof(struct server, weight), .max = 100 },
	{ .name = "delay", .type = CONF_TIME, .offset = offsetof(struct server, delay), .max = 1000000000 },
	{ .name = "host", .type = CONF_STRING, .offset = offsetof(struct server, host) },
	{ .name = NULL },
};

static void inherit_server(struct conf_read *rd, void *out, const void *parent)
{
	const struct service *s = parent;
	struct server *c = out;

	(void)rd;
	c->weight = c->weight ? c->weight : s->weight;
	c->delay = c->delay ? c->delay : 7000000;
	c->host = c->host ? c->host : s->host;
}

static const struct conf_block server_block = { .name = "server",
	.items = server_items,
	.size = sizeof(struct server),
	.args = "IP",
	.read_args = read_any,
	.inherit = inherit_server };

static const struct conf_choice kinds[] = { { "a", 0 }, { "b", 3 }, { NULL, 0 } };
static const struct conf_block later_block = { .name = "later", .items = server_items, .size = sizeof(struct server) };

#define S(field) offsetof(struct service, field)
static const struct conf_item service_items[] = {
	{ .name = "weight", .type = CONF_UINT, .offset = S(weight), .max = 100, .dflt = "5" },
	{ .name = "port", .type = CONF_UINT, .offset = S(port), .min = 1, .max = 65535 },
	{ .name = "interval", .type = CONF_UINT, .offset = S(interval), .max = 500, .unit = CONF_CENTISEC, .dflt = "1" },
	{ .name = "retry", .type = CONF_INT, .offset = S(retry), .min = -5, .max = 5 },
	{ .name = "delay", .type = CONF_TIME, .offset = S(delay), .max = 1000000000, .dflt = "0.25" },
	{ .name = "strict", .type = CONF_BOOL, .offset = S(is_on) },
	{ .name = "flag", .type = CONF_FLAG, .offset = S(is_flag), .min = 1 },
	{ .name = "noflag", .type = CONF_FLAG, .offset = S(is_flag), .min = 0 },
	{ .name = "kind", .type = CONF_CHOICE, .offset = S(kind), .choices = kinds },
	{ .name = "host", .type = CONF_STRING, .offset = S(host) },
	{ .name = "addr", .type = CONF_ADDR, .offset = S(addr) },
	{ .name = "custom", .type = CONF_CUSTOM, .parse = parse_any, .dflt = "x y" },
	{ .name = "bare", .type = CONF_CUSTOM, .parse = parse_any },
	{ .name = "lines", .type = CONF_LINES, .parse = parse_any },
	{ .name = "secret", .type = CONF_CUSTOM, .parse = parse_any, .is_secret = true },
	{ .name = "unneeded", .type = CONF_UINT, .status = CONF_NO_EFFECT, .offset = CONF_NOWHERE, .dflt = "9", .note = "n" },
	{ .name = "later", .type = CONF_BLOCK, .status = CONF_LATER, .offset = CONF_NOWHERE, .block = &later_block, .note = "n" },
	{ .name = "old", .type = CONF_ALIAS, .alias = "weight", .doc = "It is weight." },
	{ .name = "server", .type = CONF_BLOCK, .offset = S(servers), .block = &server_block },
	{ .name = NULL },
};

static void inherit_service(struct conf_read *rd, void *out, const void *parent)
{
	struct service *s = out;

	(void)rd;
	s->is_on |= ((const struct root *)parent)->globals.is_strict;
}

static const struct conf_block service_block = { .name = "service",
	.items = service_items,
	.size = sizeof(struct service),
	.args = "NAME",
	.read_args = read_any,
	.inherit = inherit_service };

static const struct conf_item globals_items[] = {
	{ .name = "vrrp_strict", .type = CONF_BOOL, .offset = offsetof(struct globals, is_strict) },
	{ .name = "id", .type = CONF_STRING, .offset = offsetof(struct globals, id) },
	{ .name = NULL },
};

static const struct conf_block globals_block = { .name = "global_defs",
	.items = globals_items,
	.size = sizeof(struct globals) };

static const struct conf_item root_items[] = {
	{ .name = "global_defs",
		.type = CONF_BLOCK,
		.offset = offsetof(struct root, globals),
		.is_merged = true,
		.block = &globals_block },
	{ .name = "service", .type = CONF_BLOCK, .offset = offsetof(struct root, services), .block = &service_block },
	{ .name = NULL },
};

static const struct conf_block root_block = { .name = "", .items = root_items, .size = sizeof(struct root) };

/* Reads and dumps; the caller frees. Errors are none of these tests'. */
static char *dumped(const char *in, enum dump_origin origin, const char *secret)
{
	struct report *r = report_new();
	struct conf_tree *t = tree_read_bytes("f", in, strlen(in), false, r);
	struct conf_read rd = { .report = r, .arena = t->arena };
	struct dump_style style = { origin, secret };
	struct text out = { 0 };
	struct root root;
	struct conf_view view = { &root_block, &root };

	ck_assert_int_eq(schema_read(&rd, &view, 1, t, true), 0);
	dump_write(t, &view, 1, &style, &out);
	tree_free(t);
	report_free(r);
	return out.s ? out.s : x_strdup("");
}

struct row {
	const char *in, *out;
};

#define GLOBALS "global_defs {\n\tvrrp_strict off\n}\n"
#define REST "\tcustom x y\n"
static const struct row plain[] = {
	{ "", GLOBALS },
	{ "global_defs {\n vrrp_strict\n}\nglobal_defs {\n id a\n vrrp_strict no\n}\n",
		"global_defs {\n\tid a\n\tvrrp_strict off\n}\n" },
	{ "service s {\n}\n",
		GLOBALS "service s {\n\tweight 5\n\tinterval 1\n\tretry 0\n\tdelay 0.25\n\tstrict off\n\tkind a\n" REST "}\n" },
	/* each kind of row as it was written, in canonical form; the last of several counts */
	{ "service \"a b\" {\n old 007\n weight 3\n port 80\n interval 1.50\n retry -1\n delay 1.500000\n strict\n"
	  " noflag\n kind b\n host \"\"\n addr 2001:DB8:0::1\n custom 1 \"2 3\"\n custom 4\n lines {\n a \"b c\"\n #\n d\n }\n}\n",
		GLOBALS
		"service \"a b\" {\n\tweight 3\n\tport 80\n\tinterval 1.5\n\tretry -1\n\tdelay 1.5\n\tstrict on\n\tnoflag\n\tkind b\n"
		"\thost \"\"\n\taddr 2001:db8::1\n\tcustom 1 \"2 3\"\n\tcustom 4\n\tlines {\n\t\ta \"b c\"\n\t\td\n\t}\n}\n" },
	/* inside blocks: what the one around gave, and what is the block's own */
	{ "service s {\n weight 9\n host h\n server 1 {\n delay 2\n }\n server 2 {\n weight 1\n }\n custom\n}\n",
		GLOBALS "service s {\n\tweight 9\n\thost h\n\tcustom\n\tinterval 1\n\tretry 0\n\tdelay 0.25\n\tstrict off\n\tkind a\n"
			"\tserver 1 {\n\t\tdelay 2\n\t\tweight 9\n\t\thost h\n\t}\n"
			"\tserver 2 {\n\t\tweight 1\n\t\tdelay 7\n\t\thost h\n\t}\n}\n" },
	/* what has no effect is kept where it was written, and has no defaults; what nobody knows is not */
	{ "service s {\n custom\n unneeded 1\n later {\n weight 1\n }\n nonsense {\n x\n }\n}\nnonsense\n",
		GLOBALS "service s {\n\tcustom\n\tunneeded 1\n\tweight 5\n\tinterval 1\n\tretry 0\n\tdelay 0.25\n\tstrict off\n"
			"\tkind a\n\tlater {\n\t\tweight 1\n\t}\n}\n" },
	/* of two blocks with one name the first one counts */
	{ "service s {\n custom 2\n port 1\n}\nservice t {\n}\nservice s {\n custom 1\n}\n",
		GLOBALS "service s {\n\tcustom 2\n\tport 1\n\tweight 5\n\tinterval 1\n\tretry 0\n\tdelay 0.25\n\tstrict off\n\tkind a\n}\n"
			"service t {\n\tweight 5\n\tinterval 1\n\tretry 0\n\tdelay 0.25\n\tstrict off\n\tkind a\n" REST "}\n" },
	/* comments that speak to vipd stay with their lines */
	{ "# vipd: allow W1 everywhere\n\nglobal_defs {\n # vipd: allow W2\n id a\n vrrp_strict # vipd: allow W3 w\n}\n",
		"# vipd: allow W1 everywhere\n\nglobal_defs {\n\t# vipd: allow W2\n\tid a\n\t# vipd: allow W3 w\n\tvrrp_strict on\n}\n" },
};

START_TEST(test_plain) {
	const struct row *row = &plain[_i];
	char *out = dumped(row->in, DUMP_PLAIN, NULL), *again = dumped(out, DUMP_PLAIN, NULL);

	ck_assert_str_eq(out, row->out);
	ck_assert_str_eq(again, out);
	free(again);
	free(out);
}
END_TEST

/* Where each value comes from. */
START_TEST(test_origin) {
	static const char in[] =
		"$P=80\nglobal_defs {\n vrrp_strict\n}\nservice s {\n port $P\n lines {\n  a\n }\n server 1 {\n }\n}\n";
	static const struct {
		const char *line, *comment;
	} rows[] = {
		{ "\nservice s {", "f:5" },
		{ "\tport 80", "f:1, used in f:6" },
		{ "\tlines {", "f:7" },
		{ "\t\ta", "f:8" },
		{ "\tweight 5", "default" },
		{ "\tstrict on", "inherited from global_defs" },
		{ "\tserver 1 {", "f:10" },
		{ "\t\tweight 5", "inherited from service" },
		{ "\t\tdelay 7", "default" },
	};
	char *out = dumped(in, DUMP_ORIGIN, NULL), *again = dumped(out, DUMP_PLAIN, NULL),
	     *first = dumped(in, DUMP_PLAIN, NULL);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *at = strstr(out, rows[i].line), *end = at ? strchr(at + 1, '\n') : NULL;
		size_t n = strlen(rows[i].comment);

		ck_assert_msg(at && end && !memcmp(end - n, rows[i].comment, n) && !memcmp(end - n - 3, " # ", 3),
			"no '%s # %s' in:\n%s", rows[i].line, rows[i].comment, out);
	}
	ck_assert_str_eq(again, first);
	free(first);
	free(again);
	free(out);
}
END_TEST

/* A secret is kept for who reads the text again, and hidden from logs. */
START_TEST(test_secret) {
	static const char in[] = "service s {\n secret abc\n}\n";
	char *out = dumped(in, DUMP_PLAIN, NULL), *hidden = dumped(in, DUMP_PLAIN, "(not logged)");

	ck_assert_ptr_nonnull(strstr(out, "\tsecret abc\n"));
	ck_assert_ptr_nonnull(strstr(hidden, "\tsecret (not logged)\n"));
	ck_assert_ptr_null(strstr(hidden, "abc"));
	free(hidden);
	free(out);
}
END_TEST

static const char *const words[] = { "", " ", "a b", "\t", "a\tb", "\"", "a\"b", "\"\"", "\\", "a\\", "\\\\\"", "\\n", "#", "a#b", "!", "!x",
	"{", "}", "a{b}", "{}", "'", "'a b'", "$", "$$", "$A", "$A b", "${A}", "x${_PWD}y", "$_HASH", "${_ENV HOME}", "@", "@left", "@^left x",
	"~", "~SEQ(A, 1, 3) x", "~LST(A, b) c", "\n", "a\nb", "\r", "\x01", "\x1b[31m", "\x7f", "\xc2\xa0", "a\xc2\xa0" "b", "\xe2\x80\x9c" "x",
	"\xff\xfe", "include", "include /etc/passwd", "a=b", "=", "//", ";", "$A=b", "$A=", "a\\\nb", "\\#", "# vipd: allow W101", "0", "-1" };

/* Any word survives: in the text that children get, and in a file that the whole language is read from. */
START_TEST(test_words) {
	const char *word = words[_i / 3];
	struct conf_word w[] = { { .text = _i % 3 == 1 ? word : "k" },
		{ .text = _i % 3 == 1 ? "v" : word, .is_quoted = _i % 3 == 2 } };
	struct conf_node n = { .words = w, .n_words = 2 };
	struct text out = { 0 };

	tree_write_node(&n, 0, &out);
	for (int plain_only = 0; plain_only < 2; plain_only++) {
		struct report *r = report_new();
		struct conf_tree *t = tree_read_bytes("f", text_str(&out), out.len, plain_only, r);
		const struct conf_node *c = t->root.children;

		ck_assert_msg(c && !c->next && c->n_words == 2 && !c->is_block, "'%s' is written as: %s", word,
			text_str(&out));
		ck_assert_str_eq(c->words[0].text, w[0].text);
		ck_assert_str_eq(c->words[1].text, w[1].text);
		ck_assert(!w[1].is_quoted || c->words[1].is_quoted);
		if (_i % 3 == 2)
			ck_assert_ptr_null(report_get(r, 0));
		tree_free(t);
		report_free(r);
	}
	text_done(&out);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dump");
	TCase *tc = tcase_create("rows");

	tcase_add_loop_test(tc, test_plain, 0, sizeof(plain) / sizeof(plain[0]));
	tcase_add_test(tc, test_origin);
	tcase_add_test(tc, test_secret);
	tcase_add_loop_test(tc, test_words, 0, 3 * sizeof(words) / sizeof(words[0]));
	suite_add_tcase(s, tc);
	return run_suite(s);
}
