/* kept.h - private to daemon/: what is left of the tree of a configuration that was accepted, see config_keep(). */
#ifndef DAEMON_KEPT_H
#define DAEMON_KEPT_H
#include <stdbool.h>
#include <stddef.h>

struct conf_node;
struct conf_tree;

/* Sealed bytes: what the tables of a floor know of it; of the rest, what no other part has. */
enum part { PART_REST, PART_VRRP, PART_CHECKERS, PARTS };

/* Lines and blocks at the root that follow each other in the configuration and in that part, where it has them. */
struct kept_run {
	enum part part; /* of several that have them, the last one */
	size_t at, len;
};

/* What is left of a tree: its bytes, and where they were written. */
struct config_kept {
	int fd[PARTS];         /* owned */
	struct kept_run *runs; /* owned: all of it, in its order */
	unsigned n_runs;
	size_t len, file_len; /* of the bytes; of those of the file, which are the first */
	char *places;         /* owned, places.h */
	size_t places_len;
	char *path; /* owned */
};

/* `file_end`: the last line at the root that is the file's, NULL: none. 0, and the caller frees; or -errno. */
int kept_new(const struct conf_tree *t, const struct conf_node *file_end, struct config_kept **ret);
/* Accepts NULL. */
void kept_free(struct config_kept *k);
/* The first `len` bytes of all of it and a NUL; the caller frees. NULL: they cannot be read. */
char *kept_read(const struct config_kept *k, size_t len);
/* Those of a run, or of some of one, as above. */
char *kept_read_run(const struct config_kept *k, const struct kept_run *r);
#endif
