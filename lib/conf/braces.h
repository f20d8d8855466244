/*
 * braces.h - private to lib/conf: what to do with a tree whose braces do not match. The indentation says where a brace is
 * missing or one too many: each is one error at its place, and the tree is put right, so that what follows is read as it was
 * meant.
 */
#ifndef CONF_BRACES_H
#define CONF_BRACES_H
#include "conf/tree.h"

struct fits;

enum { BRACES_DEPTH_MAX = 32 };

/*
 * Puts the tree right and reports. Blocks without a '}' have close.line 0; a '}' without a block is a child of the root that has no
 * words, its place in `close`. `f` NULL: nothing is known about words. Returns how many braces it found missing or surplus.
 */
unsigned braces_repair(struct conf_tree *t, struct fits *f, struct report *r);
#endif
