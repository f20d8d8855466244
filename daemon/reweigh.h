/*
 * reweigh.h - what a reload changes most often: weights of real servers. Main's part of checkers/weights.h: the lines of the files
 * are compared, and those few that are others are edited in what is kept, without reading the rest.
 */
#ifndef DAEMON_REWEIGH_H
#define DAEMON_REWEIGH_H
struct config;

/*
 * Makes of `c`, which is kept, what reading its files anew would make, where these differ in nothing but weights and no finding
 * depends on them; the structs, and descriptors of config_part(), are others then. How many weights; 0: nothing has changed, and
 * it has to be read anew.
 */
unsigned config_reweigh(struct config *c, const char *overlay_text);
#endif
