/*
 * fuzz_conf_parse.c - a whole configuration through the tables of all floors. What was read without an error is handed to the child
 * processes in its canonical form: they must read it without one, too.
 */
#include "base/alloc.h"
#include "base/text.h"

#include "daemon/conf.h"

#include "conf.h"
#include "fuzz.h"

static unsigned read_all(const struct conf_tree *t, struct report *r, bool strict)
{
	static struct config zero;
	struct config c = zero;
	struct conf_view views[] = {
		{ &main_root, &c.main },
		{ &vrrp_root, &c.vrrp },
		{ &checkers_root, &c.checkers },
	};
	struct conf_read rd = { .report = r, .arena = t->arena };

	schema_read(&rd, views, sizeof(views) / sizeof(views[0]), t, strict);
	return report_count(r, CONF_ERROR);
}

static void check_canonical(const struct conf_tree *t)
{
	struct report *r = report_new();
	struct text out = { 0 };
	struct conf_tree *again;

	tree_write(t, &out);
	again = tree_read_bytes("again", text_str(&out), out.len, true, r);
	fuzz_check(read_all(again, r, true) == 0);
	tree_free(again);
	text_done(&out);
	report_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report *r = report_new();
	struct conf_tree *t = fuzz_read(data, size, r);

	fuzz_check_tree(t, r);
	if (read_all(t, r, true) == 0)
		check_canonical(t);
	tree_free(t);
	report_free(r);
	return 0;
}
