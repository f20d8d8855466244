/* test_host_names.c - names of tables and their like become the numbers that files of iproute2 have for them. */
#include "daemon/host_names.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/text.h"
#include "conf/nearest.h"
#include "conf/report.h"
#include "conf/tree.h"
#include "run.h"

static char dir[] = "/tmp/test_host_names.XXXXXX";

static void put(const char *name, const char *text)
{
	char *path = x_asprintf("%s/%s", dir, name);
	FILE *f = fopen(path, "w");

	ck_assert(f && fputs(text, f) >= 0 && fclose(f) == 0);
	free(path);
}

static void make(const char *name)
{
	char *path = x_asprintf("%s/%s", dir, name);

	ck_assert_int_eq(mkdir(path, 0755), 0);
	free(path);
}

/* As /etc/iproute2 may be, and as what a distribution has below it. */
static void make_files(void)
{
	make("etc");
	make("etc/rt_tables.d");
	make("usr");
	make("usr/rt_tables.d");
	put("etc/rt_tables",
		"#\n255\tlocal\n254\tmain\n\n 100 blue # ours\n0x65\tred\n4294967296 huge\n102green\n103 two words\n-1 minus\n");
	put("etc/rt_tables.d/a.conf", "200 part\n");
	put("etc/rt_tables.d/b.txt", "201 no_part\n");
	put("usr/rt_tables", "300 hidden\n");
	put("usr/rt_tables.d/c.conf", "301 far_part\n");
	put("usr/rt_realms", "7 cosmos\n8 world\n");
	put("usr/rt_dsfield", "0x10 AF11\n0x2e EF");
	put("usr/rt_scopes", "200 village\n");
	put("usr/rt_protos", "77 crier\n");
}

static const struct row {
	const char *line, *becomes; /* NULL: stays as it is */
	bool is_looked_for;
} rows[] = {
	{ "198.51.100.0/24 dev eth0 table blue", "198.51.100.0/24 dev eth0 table 100", true },
	{ "from 192.0.2.1 lookup red", "from 192.0.2.1 lookup 101", true },
	{ "default table part", "default table 200", true },
	{ "default table far_part", "default table 301", true },
	{ "default table two", "default table 103", true },
	/* What no file has stays for its reader to refuse. */
	{ "default table no_part", NULL, true },
	{ "default table hidden", NULL, true }, /* the first directory's file counts alone */
	{ "default table huge", NULL, true },
	{ "default table green", NULL, true },
	{ "default table blu", NULL, true },
	{ "default table bluer", NULL, true },
	{ "default table minus", NULL, true },
	/* The kernel's names and numbers are nobody's business here. */
	{ "default table main", NULL, false },
	{ "default table local", NULL, false },
	{ "default table 5", NULL, false },
	{ "default scope link", NULL, false },
	{ "default table", NULL, false },
	/* The others. */
	{ "default scope village", "default scope 200", true },
	{ "default realm cosmos", "default realm 7", true },
	{ "default realms cosmos/world", "default realms 7/8", true },
	{ "default realms 1/world", "default realms 1/8", true },
	{ "default realms cosmos/2", "default realms 7/2", true },
	{ "default realms 1/2", "default realms 1/2", true },
	{ "default realms 1/moon", NULL, true },
	{ "default realms 7x/world", NULL, true }, /* no number, and no name */
	{ "default realms cosmos/2zzz", NULL, true },
	{ "default realms cosmos/", NULL, true },
	{ "default realms /world", NULL, true },
	{ "default realms cosmos/4294967296", NULL, true },
	{ "default realms 1/2/3", NULL, true },
	{ "default tos AF11", "default tos 0x10", true },
	{ "default dsfield EF", "default dsfield 0x2e", true },
	{ "default tos 0x10", NULL, false },
	{ "default proto crier", "default proto 77", true },
	{ "from 192.0.2.1 protocol crier", "from 192.0.2.1 protocol 77", true },
	{ "default protocol 50", NULL, false },
	{ "default protocol static", NULL, true }, /* who reads it knows the usual ones */
	/* Several in one line. */
	{ "default table blue realm world tos EF scope village", "default table 100 realm 8 tos 0x2e scope 200", true },
	{ "default dev table table blue", NULL, true }, /* an interface of that name hides what follows: its reader says so */
};

static const struct block {
	const char *open, *close;
} blocks[] = { { "static_routes {\n", "\n}\n" }, { "static_rules {\n", "\n}\n" },
	{ "vrrp_instance A {\n\tvirtual_routes {\n", "\n\t}\n}\n" }, { "vrrp_instance A {\n\tvirtual_rules {\n", "\n\t}\n}\n" } },
other = { "virtual_server 192.0.2.1 80 {\n", "\n}\n" };

/* The line in its block, with names of `roots` (NULL: none) put in; the caller frees. */
static char *canonical(const struct block *in, const char *line, const char *const *roots, bool *ret)
{
	char *text = x_asprintf("%s%s%s", in->open, line, in->close);
	struct report *r = report_new();
	struct text out = { 0 };
	struct conf_tree *t = tree_read_bytes("test", text, strlen(text), true, r);

	*ret = roots && host_names_put(t, roots);
	tree_write(t, &out);
	tree_free(t);
	report_free(r);
	free(text);
	return out.s;
}

START_TEST(every_row) {
	char *etc = x_asprintf("%s/etc", dir), *usr = x_asprintf("%s/usr", dir);
	const char *const roots[] = { etc, usr, "/nowhere", NULL };
	const struct row *row = &rows[_i];

	for (size_t b = 0; b < sizeof(blocks) / sizeof(blocks[0]); b++) {
		bool is_looked_for, none;
		char *is = canonical(&blocks[b], row->line, roots, &is_looked_for);
		char *want = canonical(&blocks[b], row->becomes ? row->becomes : row->line, NULL, &none);

		ck_assert_str_eq(is, want);
		ck_assert_msg(is_looked_for == row->is_looked_for, "%s", row->line);
		free(is);
		free(want);
	}
	free(etc);
	free(usr);
}
END_TEST

/* What may be meant, of the files that count. */
static const struct near_row {
	const char *file, *word, *name; /* NULL: none is near */
} near_rows[] = {
	{ "rt_tables", "bleu", "blue" },
	{ "rt_tables", "BLUE", "blue" },
	{ "rt_tables", "prat", "part" },
	{ "rt_tables", "far_part2", "far_part" },
	{ "rt_tables", "hiden", NULL }, /* of a file that does not count */
	{ "rt_tables", "no_parts", NULL },
	{ "rt_tables", "hugee", NULL }, /* its number is none */
	{ "rt_tables", "elsewhere", NULL },
	{ "rt_realms", "wordl", "world" },
	{ "rt_dsfield", "AF12", "AF11" },
};

START_TEST(nearest) {
	char *etc = x_asprintf("%s/etc", dir), *usr = x_asprintf("%s/usr", dir);
	const char *const roots[] = { etc, usr, "/nowhere", NULL };
	const struct near_row *row = &near_rows[_i];
	struct nearest near = nearest_start(row->word);
	struct arena *a = arena_new();

	host_names_try(roots, row->file, &near, a);
	if (row->name)
		ck_assert_pstr_eq(near.name, row->name);
	else
		ck_assert_msg(!near.name, "%s", near.name);
	arena_free(a);
	free(etc);
	free(usr);
}
END_TEST

/* In other blocks the words mean something else. */
START_TEST(elsewhere) {
	char *etc = x_asprintf("%s/etc", dir);
	const char *const roots[] = { etc, NULL };
	bool any;
	char *is = canonical(&other, "table blue", roots, &any);

	ck_assert_ptr_nonnull(strstr(is, "table blue"));
	ck_assert(!any);
	free(is);
	free(etc);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("host_names");
	TCase *t = tcase_create("host_names");
	char *command = NULL;
	int r;

	if (!mkdtemp(dir))
		return 1;
	tcase_add_unchecked_fixture(t, make_files, NULL);
	tcase_add_loop_test(t, every_row, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_loop_test(t, nearest, 0, sizeof(near_rows) / sizeof(near_rows[0]));
	tcase_add_test(t, elsewhere);
	suite_add_tcase(s, t);
	r = run_suite(s);
	command = x_asprintf("rm -rf %s", dir);
	r = system(command) == 0 ? r : 1;
	free(command);
	return r;
}
