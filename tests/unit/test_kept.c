/* test_kept.c - what is left of an accepted configuration: lines of all floors in any order are there once, and all of it again. */
#include "daemon/kept.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "conf/tree.h"
#include "daemon/conf.h"
#include "io/memfd.h"
#include "run.h"

enum { WALKS = 200, BLOCKS_MAX = 12 };

/* Blocks at the root: of all floors, of one, of nobody. */
static const char *const blocks[] = {
	"global_defs {\n\trouter_id one\n}\n",
	"vrrp_instance VI_%u {\n\tinterface eth0\n\tvirtual_router_id %u\n\tvirtual_ipaddress {\n\t\t192.0.2.%u\n\t}\n}\n",
	"virtual_server 192.0.2.%u 80 {\n\treal_server 10.0.0.%u 80 {\n\t\tweight %u\n\t}\n}\n",
	"virtual_server_group g%u {\n\t192.0.2.%u 81\n\tfwmark %u\n}\n",
	"static_ipaddress {\n\t198.51.100.%u dev eth%u label eth0:%u\n}\n",
	"vrrp_script s%u {\n\tscript \"/bin/true %u %u\"\n}\n",
};

static char *path;

static void setup(void)
{
	static char name[] = "/tmp/test_kept.XXXXXX";
	int fd = mkstemp(name);

	ck_assert_int_ge(fd, 0);
	close(fd);
	path = name;
}

static void teardown(void)
{
	unlink(path);
}

static struct config *read_text(const char *text, const char *overlay)
{
	const struct config_source from = { .path = path, .overlay_name = "overlay", .overlay_text = overlay };
	FILE *f = fopen(path, "w");
	struct config *c;

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
	c = config_read_source(&from);
	ck_assert_uint_eq(report_count(c->report, CONF_ERROR), 0);
	return c;
}

static void write_blocks(struct text *t)
{
	const unsigned n = 1 + (unsigned)random() % BLOCKS_MAX;

	for (unsigned i = 1; i <= n; i++) {
		const char *block = blocks[(unsigned)random() % (sizeof(blocks) / sizeof(blocks[0]))];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		text_printf(t, block, i, i, i);
#pragma GCC diagnostic pop
	}
}

static void expect_bytes(int fd, const char *what, const char *bytes, size_t len)
{
	char *found;
	size_t n;

	ck_assert_int_eq(memfd_read(fd, &found, &n), 0);
	ck_assert_msg(n == len && !memcmp(found, bytes, n), "%s:\n%s\n---\n%s", what, found, bytes);
	free(found);
}

/* The bytes of all are those of the tree, the first of them those of any shorter length, and each part is there once. */
static void expect_all(const struct config *c, const char *all, size_t len)
{
	const struct config_kept *k = c->kept;
	size_t sum = 0;
	int fd = config_whole(c);

	ck_assert_uint_eq(k->len, len);
	expect_bytes(fd, "all", all, len);
	close(fd);
	for (size_t n = 0; n <= len; n += 1 + len / 50) {
		char *bytes = kept_read(k, n);

		ck_assert_ptr_nonnull(bytes);
		ck_assert_uint_eq(strlen(bytes), n);
		ck_assert(!memcmp(bytes, all, n));
		free(bytes);
	}
	for (unsigned i = 0; i < k->n_runs; i++) {
		sum += k->runs[i].len;
		ck_assert_msg(!i || k->runs[i].part != k->runs[i - 1].part ||
				k->runs[i].at != k->runs[i - 1].at + k->runs[i - 1].len,
			"run %u goes on with the one before", i);
	}
	ck_assert_uint_eq(sum, len);
}

START_TEST(in_any_order) {
	struct text t = { 0 }, all = { 0 };
	struct config *c, *again;
	const char *overlay = _i % 2
		? "overlay {\n\tservice add 192.0.2.250:80/tcp\n}\nvirtual_server 192.0.2.250 80 {\n}\n"
		: NULL;
	size_t file_len = 0;

	srandom((unsigned)_i + 1);
	write_blocks(&t);
	c = read_text(text_str(&t), overlay);
	for (const struct conf_node *n = c->tree->root.children; n; n = n->next) {
		tree_write_node(n, 0, &all);
		if (n == c->file_end)
			file_len = all.len;
	}
	ck_assert_int_eq(config_keep(c), 0);
	expect_all(c, text_str(&all), all.len);
	ck_assert_uint_eq(c->kept->file_len, file_len);
	again = config_recall(c);
	ck_assert_ptr_nonnull(again);
	text_done(&t);
	tree_write(again->tree, &t);
	ck_assert_str_eq(text_str(&t), text_str(&all));
	config_free(again);
	config_free(c);
	text_done(&t);
	text_done(&all);
}
END_TEST

START_TEST(nothing_at_all) {
	struct config *c = read_text("# nothing\n", NULL);

	ck_assert_int_eq(config_keep(c), 0);
	ck_assert_uint_eq(c->kept->n_runs, 0);
	expect_all(c, "", 0);
	config_free(c);
}
END_TEST

START_TEST(bytes_that_are_gone) {
	struct config *c = read_text("virtual_server 192.0.2.1 80 {\n}\n", NULL);
	int pipe_fd[2];

	ck_assert_int_eq(config_keep(c), 0);
	ck_assert_int_eq(pipe(pipe_fd), 0);
	ck_assert_int_ge(dup2(pipe_fd[0], c->kept->fd[PART_CHECKERS]), 0); /* nothing can be read at a place of it */
	ck_assert_ptr_null(kept_read(c->kept, c->kept->len));
	ck_assert_int_lt(config_whole(c), 0);
	ck_assert_ptr_null(config_recall(c));
	config_free(c);
	close(pipe_fd[0]);
	close(pipe_fd[1]);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kept");
	TCase *t = tcase_create("kept");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, in_any_order, 0, WALKS);
	tcase_add_test(t, nothing_at_all);
	tcase_add_test(t, bytes_that_are_gone);
	suite_add_tcase(s, t);
	return run_suite(s);
}
