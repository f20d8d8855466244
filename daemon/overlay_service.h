/*
 * overlay_service.h - a whole service that is added while the daemon runs: an operator's words become virtual_server blocks in the
 * file's own language, each with the name that the status gives it. The tables of the file read them; whether they fit to the rest
 * is found when all of the configuration is read with them. Pure.
 */
#ifndef DAEMON_OVERLAY_SERVICE_H
#define DAEMON_OVERLAY_SERVICE_H
#include "checkers/conf.h"

#include <stdbool.h>

struct report;
struct text;

/* Blocks that were read; done with overlay_blocks_done(). */
struct overlay_blocks {
	struct conf_tree *tree;      /* owned */
	struct checkers_config conf; /* in the tree's arena; its services are those that could be read */
};

/*
 * Appends a block of a service as people name it ("192.0.2.1:80/tcp", "192.0.2.1 80 udp", "[2001:db8::1]:80", "fwmark 7/inet6",
 * "group web") and its words, lines of the block with ';' for the line's end. 0, or -EINVAL: it is no name of a service.
 */
int overlay_block_write(const char *service, const char *words, struct text *out);
/*
 * Only virtual_server is expected in it, and at least one: else an error in `r`, and -EINVAL. `is_strict`: what is a warning in a
 * file (an unknown word) is an error.
 */
int overlay_blocks_read(const char *text, bool is_strict, struct overlay_blocks *ret, struct report *r);
void overlay_blocks_done(struct overlay_blocks *b);
#endif
