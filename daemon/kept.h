/* kept.h - private to daemon/: what is left of the tree of a configuration that was accepted, see config_keep(). */
#ifndef DAEMON_KEPT_H
#define DAEMON_KEPT_H
#include <stddef.h>

/* Sealed bytes: all of a configuration, and what the tables of a floor know of it. */
enum part { PART_ALL, PART_VRRP, PART_CHECKERS, PARTS };

/* What is left of a tree: its bytes, and where they were written. */
struct config_kept {
	int fd[PARTS];        /* owned */
	size_t len, file_len; /* of the bytes; of those of the file, which are the first */
	char *places;         /* owned, places.h */
	size_t places_len;
	char *path; /* owned */
};
#endif
