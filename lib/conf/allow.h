/*
 * allow.h - what the comments that speak to vipd mean (mark.h collects them):
 *
 *   # vipd: allow W101 [W102 ...] [reason]   these lints are meant to be so: they are counted, and not said
 *   # vipd: peer-priority 90                 a hint: what the other router announces (W104)
 *
 * At the end of a line it is about that line; on a line of its own about the next one, with the whole block when that line opens
 * one; before everything else in a file, about the whole file. What silences nothing is a finding itself.
 */
#ifndef CONF_ALLOW_H
#define CONF_ALLOW_H
#include "conf/lint.h"

struct allows;
struct conf_tree;

/* The lints of this module. */
enum allow_lint { ALLOW_UNUSED, ALLOW_UNKNOWN, ALLOW_WORDS, ALLOW_LINTS };
extern const struct lint allow_lints[];
/* A lint by its id, NULL when there is none. */
typedef const struct lint *allow_find_fn(const char *id);

/*
 * Reads the marks of a tree; what is no id or no word that vipd knows is reported. Lives in the tree's arena: nothing to free.
 */
struct allows *allow_read(const struct conf_tree *t, allow_find_fn *find, struct report *r);
/* Takes what is allowed out of the report and counts it there; again after each time findings were added. */
void allow_apply(struct allows *a, struct report *r);
/* What was written and silenced nothing so far; lints that depend on the machine are passed over. */
void allow_report_unused(const struct allows *a, struct report *r);
/* The value of the hint `word` ("peer-priority") about that place, innermost first; NULL: none. It counts as used. */
const char *allow_hint(struct allows *a, const char *word, const struct place *at);
#endif
