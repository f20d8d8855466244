/*
 * path.h - the path watch's judgement of one real server: does it own the address of its service? A round asks the server's MAC
 * for the address of the service, and for its own: an answer for the first proves the path; one for the second alone, time
 * after time, says that clients' packets die there. Pure.
 */
#ifndef CHECKERS_PATH_H
#define CHECKERS_PATH_H
#include "io/message.h"

#include <stdbool.h>

enum {
	PATH_MISSES = 3, /* rounds in a row without the address */
	PATH_SILENT = 3, /* rounds in a row without any answer, after which nothing is known */
};

/* What a round could find out, or why it could not even ask: that says nothing about the server. */
enum path_found {
	PATH_FOUND_VIP,     /* SYN-ACK or RST for the address of the service */
	PATH_FOUND_PASSED,  /* it would have sent the packet on: it has not the address, and forwards packets */
	PATH_FOUND_RIP,     /* it answers for its own address only */
	PATH_FOUND_NOTHING, /* no answer at all */
	PATH_NO_WAY,        /* no route, or no source address */
	PATH_OFF_LINK,      /* behind a router */
	PATH_LOCAL,         /* this director itself */
	PATH_NO_MAC,        /* the neighbour table does not know it */
	PATH_FOUND_MAX
};

struct path {
	enum check_state state : 8; /* UP: it owns the address; DOWN: it does not */
	enum path_found found : 8;  /* what the last round was about */
	uint8_t misses, silent;
};

struct path_out {
	bool changed; /* state, or the reason for knowing nothing */
	bool again;   /* another round soon */
};

void path_step(struct path *p, enum path_found found, struct path_out *out);
/* "it answers for its own address, not for the virtual one" */
const char *path_found_str(enum path_found found);
#endif
