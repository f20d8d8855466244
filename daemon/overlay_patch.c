/* overlay_patch.c - see overlay_patch.h. */
#include "daemon/overlay_patch.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "daemon/options.h"
#include "daemon/state.h"

enum { CONTEXT = 3 };

/* The last lines of a file. */
struct tail {
	char line[CONTEXT][1024];
	unsigned n; /* of all lines */
	bool is_ended;
};

static void read_tail(const char *path, struct tail *t)
{
	FILE *in = fopen(path, "re");
	char line[1024];

	*t = (struct tail){ .is_ended = true };
	while (in && fgets(line, sizeof(line), in)) {
		size_t len = strlen(line);

		if (!t->is_ended) /* the rest of a long line: it cannot be context */
			t->n--;
		t->is_ended = len && line[len - 1] == '\n';
		memcpy(t->line[t->n++ % CONTEXT], line, len + 1);
	}
	if (in)
		fclose(in);
}

static unsigned count_lines(const char *s)
{
	unsigned n = 0;

	for (; (s = strchr(s, '\n')); s++)
		n++;
	return n;
}

static void add_block(const char *s, struct text *out)
{
	for (const char *end; (end = strchr(s, '\n')); s = end + 1) {
		text_add(out, "+");
		text_add_bytes(out, s, (size_t)(end + 1 - s));
	}
}

void overlay_patch(const struct daemon *d, struct text *out)
{
	const char *path = options_config_file(d->opt), *block = d->overlay_text;
	struct tail t;
	unsigned context;

	if (!block)
		return;
	read_tail(path, &t);
	context = t.n < CONTEXT ? t.n : CONTEXT;
	text_printf(out, "--- %s\n+++ %s\n@@ -%u,%u +%u,%u @@\n", path, path, t.n ? t.n - context + 1 : 0, context,
		t.n - context + 1, context + count_lines(block));
	for (unsigned i = t.n - context; i < t.n; i++)
		text_printf(out, " %s", t.line[i % CONTEXT]);
	if (!t.is_ended)
		text_add(out, "\n\\ No newline at end of file\n");
	add_block(block, out);
}
