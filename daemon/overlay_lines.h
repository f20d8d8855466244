/*
 * overlay_lines.h - the lines of the operator's files as they stand there: where a block or a word of the tree is written, and the
 * edits that change it and leave all around it. What cannot be changed so is refused with its reason: a value from a variable, a
 * repetition, a condition, a file that is read twice.
 */
#ifndef DAEMON_OVERLAY_LINES_H
#define DAEMON_OVERLAY_LINES_H
#include "base/edit.h"

#include <stdint.h>
#include <sys/stat.h>

struct conf_node;
struct conf_tree;
struct place;

struct lines_file {
	const char *name; /* as places say it, the tree's */
	char *path;       /* owned: links followed */
	char *bytes;      /* owned */
	size_t len;
	struct stat st;
	struct edits edits; /* owned: accepted */
	struct edits tried; /* owned: of the change at work */
};

struct lines {
	const struct conf_tree *tree;
	struct lines_file **file; /* owned, as what they point to */
	unsigned n;
	const char *why, *cure; /* of the last refusal */
	struct place *at;       /* owned: where; line 0: nowhere */
};

void lines_init(struct lines *l, const struct conf_tree *tree);
void lines_done(struct lines *l);
/* What was tried since the last time counts, or is forgotten. False: it would change what is taken out already. */
bool lines_accept(struct lines *l);
void lines_forget(struct lines *l);
/* Each: 0, or -EINVAL with why, cure and at. */
/* The value of the line `keyword` in the block; the line comes first in it where there is none. */
int lines_set(struct lines *l, const struct conf_node *block, const char *keyword, uint32_t value);
/* The block goes, with its lines. */
int lines_remove(struct lines *l, const struct conf_node *block);
/* Its lines become comments. */
int lines_comment(struct lines *l, const struct conf_node *block);
/* A block behind the last one of its kind in `parent`, with the file's indentation; `text` is indented by tabs. */
int lines_insert(struct lines *l, const struct conf_node *parent, const char *text);
/* Behind the end of the file `name`. */
int lines_append(struct lines *l, const char *name, const char *text);
#endif
