/*
 * global.c - see expand.h: words of global_defs that are about the language itself. They hold from their line on, as the files are
 * read: what was included, or drawn at random, before them is not read again.
 */
#include "conf/expand.h"

#include "conf/include.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	unsigned checks;
} options[] = {
	{ "readable", CHECK_READABLE },
	{ "match", CHECK_READABLE | CHECK_MATCH },
	{ "wildcard_match", CHECK_READABLE | CHECK_WILDCARD },
	{ "brace_match", CHECK_READABLE | CHECK_BRACE },
};

static unsigned checks_of(const char *name)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (!strcmp(options[i].name, name))
			return options[i].checks;
	return 0;
}

/* "-match" takes away one check alone: the file that it needs readable may be needed by others. */
static unsigned without(unsigned checks, unsigned less)
{
	return checks & ~(less == CHECK_READABLE ? CHECK_READABLE : less & ~(unsigned)CHECK_READABLE);
}

/* "include_check [+|-][OPTION] ...": a sign holds for all that follows; before the first sign the list replaces what was. */
static unsigned read_checks(const struct conf_node *n, unsigned now)
{
	char sign = '=';

	if (n->n_words == 1)
		return CHECK_ALL;
	for (unsigned i = 1; i < n->n_words; i++) {
		const char *word = n->words[i].text;

		if (*word == '+' || *word == '-')
			sign = *word++;
		else if (i == 1)
			now = 0;
		now = sign == '-' ? without(now, checks_of(word)) : now | checks_of(word);
	}
	return now;
}

static void read_seed(struct expander *ex, const struct conf_node *n)
{
	char *end = NULL;

	errno = 0;
	ex->random = n->n_words == 2 ? strtoull(n->words[1].text, &end, 10) : 0;
	ex->is_seeded = end && end != n->words[1].text && !*end && !errno;
}

static void look_at(struct expander *ex, const struct conf_node *n)
{
	if (!strcmp(n->words[0].text, "include_check"))
		ex->checks = read_checks(n, ex->checks);
	else if (!strcmp(n->words[0].text, "random_seed"))
		read_seed(ex, n);
}

static bool is_global_defs(const struct conf_node *n)
{
	return n && n->n_words && !strcmp(n->words[0].text, "global_defs");
}

void expand_global(struct expander *ex)
{
	const struct conf_node *root = &ex->tree->root, *block = root->last_child, *n;

	if (!is_global_defs(block) || (n = block->last_child) == ex->global)
		return;
	n = ex->global && ex->global->parent == block ? ex->global->next : block->children;
	for (; n; n = n->next) {
		if (n->n_words)
			look_at(ex, n);
		ex->global = n;
	}
}
