/*
 * script.h - the arguments of a script keyword: 'notify_up "CMD ARGS" [USER [[:]GROUP]]'. Both halves of the configuration have
 * such words, so the type lives down here. Scripts are run by main alone; everybody else only names them by index.
 */
#ifndef CONF_SCRIPT_H
#define CONF_SCRIPT_H
#include "conf/schema.h"

struct script_conf {
	const char *const *argv;  /* NULL-terminated words of the command; NULL: no script */
	const char *user, *group; /* NULL: script_user of global_defs */
	const struct place *at;   /* of the command; gone with the tree */
	const char *file;         /* where the line was written, for logs; NULL: not known */
	unsigned line;
};

/* Reads the words after the keyword of `node`. 0, or -EINVAL once reported. */
int script_conf_read(struct conf_read *rd, const struct conf_node *node, struct script_conf *ret);
/* The same as a parse function: the struct script_conf is at item->offset. */
int script_conf_parse(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out);
/*
 * The same where a `const struct script_conf *` is at item->offset, NULL without a script: for structs of which there are
 * thousands.
 */
int script_conf_parse_rare(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out);
/*
 * A copy in the arena, without its place in a tree; what is the same in `like`, an earlier copy there (NULL: none), is taken
 * from it.
 */
const struct script_conf *script_conf_copy(struct arena *a, const struct script_conf *s,
	const struct script_conf *like);
/* " (FILE:LINE)" for the end of a log line, "" where nobody knows it, or `s` is NULL. The caller frees. */
char *script_conf_at(const struct script_conf *s);
#endif
