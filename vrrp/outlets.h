/*
 * outlets.h - the ports that an instance's addresses are announced from: one for each interface that has some. Nearly all of
 * thousands of instances have one, which needs no memory of its own.
 */
#ifndef VRRP_OUTLETS_H
#define VRRP_OUTLETS_H
#include <stdbool.h>

struct port;
struct outlet_array;

/* The port of one interface that has VIPs. */
struct outlet {
	struct port *port;
	int index;
	bool is_told;     /* of an address, in this round of garp_extra_if */
	bool is_promoted; /* promote_secondaries was set */
};

/* Zero: none; outlets_done(). */
struct outlets {
	struct outlet_array *more; /* private, owned: all of them where there are several */
	struct outlet only;        /* private; port NULL: none */
};

/* The one behind `before`, NULL: the first; NULL: there are no more. Good until one is added. */
struct outlet *outlets_next(struct outlets *o, const struct outlet *before);
/* That of interface `index`; NULL: none. */
struct outlet *outlets_find(struct outlets *o, int index);
/* `port` is not NULL. */
struct outlet *outlets_add(struct outlets *o, int index, struct port *port);
/* Forgets them; the ports are the caller's. */
void outlets_done(struct outlets *o);
#endif
