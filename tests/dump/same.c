/*
 * same.c - same ID FILE FILE: whether two configurations are wanted the same, by the comparison that a reload uses: exit 0, or 1
 * and what differs. A line that says what is so anyway (a default of its row) is no difference.
 */
#include "base/text.h"
#include "conf/schema.h"
#include "daemon/conf.h"

#include <stdio.h>
#include <string.h>

struct differing {
	const char *floor;
	unsigned n;
};

static bool is_default(const struct conf_diff *d)
{
	struct text words = { 0 };
	bool is_same;

	if (d->from || !d->to || !d->item->dflt)
		return false;
	for (unsigned i = 1; i < d->to->n_words; i++)
		text_printf(&words, "%s%s", i > 1 ? " " : "", d->to->words[i].text);
	is_same = !strcmp(text_str(&words), d->item->dflt);
	text_done(&words);
	return is_same;
}

static void on_difference(void *ctx, const struct conf_diff *d)
{
	struct differing *all = ctx;

	if (is_default(d))
		return;
	all->n++;
	printf("%s: %s in %s: %s\n", all->floor, d->item->name, d->block->name,
		d->from && d->to  ? "differs"
			: d->to   ? "is only in the second"
			: d->from ? "is only in the first"
				  : "has another value");
}

static unsigned compare(const char *floor, const struct conf_block *root, const void *a, const void *b)
{
	struct differing d = { .floor = floor };

	schema_diff_each(root, a, b, on_difference, &d);
	return d.n;
}

int main(int argc, char **argv)
{
	struct config *a = argc == 4 ? config_read(argv[2], argv[1]) : NULL;
	struct config *b = argc == 4 ? config_read(argv[3], argv[1]) : NULL;
	unsigned n = 1;

	if (a && b)
		n = compare("main", &main_root, &a->main, &b->main) + compare("vrrp", &vrrp_root, &a->vrrp, &b->vrrp) +
			compare("checkers", &checkers_root, &a->checkers, &b->checkers);
	config_free(a);
	config_free(b);
	return n > 0;
}
