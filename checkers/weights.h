/*
 * weights.h - what a reload changes most often: weights of real servers. Two configurations in canonical form (conf/tree.h) that
 * differ in nothing else are told apart by their lines, and the structs of the one are made those of the other, without
 * reading it.
 */
#ifndef CHECKERS_WEIGHTS_H
#define CHECKERS_WEIGHTS_H
#include <stdbool.h>
#include <stdint.h>

struct checkers_config;
struct memfd_line;
struct message;
struct msg_weight;
struct weights_walk;

/* All zero there are none. */
struct weight_edits {
	struct msg_weight *list; /* owned; in order of the lines */
	unsigned n, cap;
	uint32_t n_vs; /* virtual_server blocks; 0: they were not counted */
};

/*
 * How `to` differs from `from`, both sealed (memfd.h), borrowed and read in pieces. False: in something else, or they cannot be
 * read; `ret` is empty then. None: they have the same bytes. weights_done() frees.
 */
bool weights_find(int from, int to, struct weight_edits *ret);
void weights_done(struct weight_edits *e);
/*
 * What MSG_CONFIG tells of how its bytes differ from those of `generation`, which need not be compared then. False: it does not
 * tell. weights_done() frees.
 */
bool weights_told(const struct message *m, uint32_t generation, struct weight_edits *ret);
/*
 * The same for who has both texts at hand line by line: into `ret`, borrowed for as long, emptied first. weights_walk_on() is false
 * where the two lines differ in something else. weights_walk_free() accepts NULL.
 */
struct weights_walk *weights_walk_new(struct weight_edits *ret);
bool weights_walk_on(struct weights_walk *w, const struct memfd_line *from, const struct memfd_line *to);
void weights_walk_free(struct weights_walk *w);
/*
 * Makes `c`, which was read from `from`, what reading `to` would make. False: its structs are not one for each block of the lines
 * (a server that is there twice, changes of the overlay), and nothing has changed.
 */
bool weights_apply(const struct weight_edits *e, struct checkers_config *c);
#endif
