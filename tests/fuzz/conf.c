/* conf.c - see conf.h. */
#include "conf.h"

#include "base/alloc.h"
#include "base/text.h"

#include "conf/expand.h"

#include <stdlib.h>
#include <string.h>

enum { PRODUCED = 256 * 1024, MEMORY = 64 * 1024 * 1024, ROUNDS = 2000, CHAIN = 1000 };

void fuzz_check(bool is_fine)
{
	if (!is_fine)
		abort();
}

struct conf_tree *fuzz_read(const uint8_t *data, size_t size, struct report *r)
{
	struct arena *a = arena_new();
	struct conf_tree *t = arena_alloc(a, sizeof(*t));
	struct expander *ex;

	t->arena = a;
	t->root.is_block = true;
	ex = expand_new(t, r, "main", false);
	ex->limits.produced = PRODUCED;
	ex->limits.memory = MEMORY;
	ex->limits.rounds = ROUNDS;
	expand_bytes(ex, "f", (const char *)data, size);
	expand_free(ex);
	return t;
}

static void check_place(const struct place *at)
{
	for (unsigned i = 0; at; at = at->used, i++) {
		fuzz_check(i < CHAIN && at->file && at->line > 0 && at->column > 0 && at->len > 0);
		fuzz_check(at->column <= at->source_from + at->source_len + 1);
	}
}

static void check_node(const struct conf_node *n)
{
	for (; n; n = n->next) {
		for (unsigned i = 0; i < n->n_words; i++)
			check_place(&n->words[i].at);
		fuzz_check(n->is_block || !n->children);
		check_node(n->children);
	}
}

static void check_report(struct report *r)
{
	const struct finding *f;

	for (unsigned i = 0; (f = report_get(r, i)); i++) {
		fuzz_check(*f->text && strlen(f->text) < 100000);
		if (f->at.line)
			check_place(&f->at);
	}
}

void fuzz_check_tree(const struct conf_tree *t, struct report *r)
{
	struct text once = { 0 }, twice = { 0 };
	struct report *none = report_new();
	struct conf_tree *again;

	check_node(t->root.children);
	check_report(r);
	tree_write(t, &once);
	again = tree_read_bytes("again", text_str(&once), once.len, true, none);
	tree_write(again, &twice);
	fuzz_check(!strcmp(text_str(&once), text_str(&twice)) && !report_count(none, CONF_ERROR));
	tree_free(again);
	report_free(none);
	text_done(&once);
	text_done(&twice);
}
