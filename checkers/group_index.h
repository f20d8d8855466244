/* group_index.h - virtual_server_groups by name. Of two with one name, the first one counts. */
#ifndef CHECKERS_GROUP_INDEX_H
#define CHECKERS_GROUP_INDEX_H

struct conf_vec;
struct group_conf;
struct report;

struct group_index {
	struct group_conf **list; /* owned; sorted by name */
	unsigned n;
};

/* `from` holds struct group_conf and must outlive the result. One that does not count is said to `r` (may be NULL). */
struct group_index group_index_new(const struct conf_vec *from, struct report *r);
void group_index_done(struct group_index *g);
/* NULL: there is none. */
const struct group_conf *group_index_find(const struct group_index *g, const char *name);
#endif
