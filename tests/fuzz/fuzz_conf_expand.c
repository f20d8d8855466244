/* fuzz_conf_expand.c - conditions, variables, repetition and the names of included files, all within their bounds. */
#include "base/alloc.h"

#include "conf/pattern.h"
#include "conf/tree.h"

#include "conf.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

/* The first line as the pattern of an include line. */
static void check_pattern(const uint8_t *data, size_t size)
{
	const uint8_t *nl = size ? memchr(data, '\n', size) : NULL;
	char *pattern = strndup((const char *)data, nl ? (size_t)(nl - data) : size);
	struct pattern_list names = { 0 };
	int err = pattern ? pattern_braces(pattern, &names) : 0;

	fuzz_check(names.n <= PATTERN_ALTERNATIVES && (err || names.n > 0));
	for (unsigned i = 0; i < names.n; i++)
		fuzz_check(strlen(names.name[i]) <= strlen(pattern));
	pattern_done(&names);
	free(pattern);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report *r = report_new();
	struct conf_tree *t = fuzz_read(data, size, r);

	fuzz_check_tree(t, r);
	fuzz_check(arena_used(t->arena) < (size_t)128 * 1024 * 1024);
	check_pattern(data, size);
	tree_free(t);
	report_free(r);
	return 0;
}
