/* nearest.c - see nearest.h. */
#include "conf/nearest.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

/* One edit in three letters, at least one, at most three: more, and every word is near to every other. */
enum { LETTERS_PER_EDIT = 3, EDITS_MAX = 3 };

struct nearest nearest_start(const char *word)
{
	size_t limit = strlen(word) / LETTERS_PER_EDIT;

	limit = limit > EDITS_MAX ? EDITS_MAX : limit ? limit : 1;
	return (struct nearest){ .word = word, .best = (unsigned)limit + 1 };
}

void nearest_try(struct nearest *n, const char *name)
{
	size_t have = strlen(name), want = strlen(n->word);
	unsigned d;

	/* So many letters more or less are as many edits. */
	if ((have > want ? have - want : want - have) >= n->best)
		return;
	d = strcasecmp(name, n->word) ? text_distance(name, n->word) : 0;
	if (d >= n->best || d >= want)
		return;
	n->best = d;
	n->name = name;
}
