/*
 * edit.h - changes of the bytes of a file, made all at once, and the same as a unified diff. Pure. What people wrote around them
 * stays byte for byte.
 */
#ifndef BASE_EDIT_H
#define BASE_EDIT_H
#include <stdbool.h>
#include <stddef.h>

struct text;

/* `len` bytes at `at` go, `text` comes. */
struct edit {
	size_t at, len;
	char *text; /* owned */
};

/* In order of place, none of them over another. Zeroed: empty. */
struct edits {
	struct edit *edit; /* owned */
	unsigned n, cap;
};

/* The bytes of a file, borrowed. */
struct edited {
	const char *data;
	size_t len;
};

void text_edits_done(struct edits *e);
/* Adds one (copies the text), behind those at the same place; false: it would change what another one takes out. */
bool text_edits_add(struct edits *e, size_t at, size_t len, const char *text);
/* Adds all of `from`, or none: false. */
bool text_edits_join(struct edits *e, const struct edits *from);
/* Appends the bytes as they are afterwards. */
void text_edits_apply(const struct edits *e, const struct edited *file, struct text *out);
/* Appends a unified diff with three lines around; nothing without edits. */
void text_edits_diff(const struct edits *e, const char *path, const struct edited *file, struct text *out);
#endif
