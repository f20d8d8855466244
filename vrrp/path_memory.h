/*
 * path_memory.h - the routes and rules of other protocols than ours that a run has in the kernel, for the run after it: those with
 * our own are known by it, of these nothing in the kernel says whose they are. Lines of text among those of resume.h:
 *
 *     route HEX
 *     rule HEX                                  see net/link_mark.h
 */
#ifndef VRRP_PATH_MEMORY_H
#define VRRP_PATH_MEMORY_H
#include "net/link_route.h"
#include "net/link_rule.h"

struct paths;
struct text;

/* Zero is an empty one. */
struct path_memory {
	struct link_route_table routes;
	struct link_rule_table rules;
};

/* Appends a line for each that is there, or is about to be. Whether there is any. */
bool path_memory_write(struct text *t, const struct paths *p);
/* Takes in one line; one that says nothing here is passed over. */
void path_memory_read(struct path_memory *m, const char *line);
/* Empty again. */
void path_memory_done(struct path_memory *m);
#endif
