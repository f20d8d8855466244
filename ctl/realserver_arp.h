/*
 * realserver_arp.h - what Linux says in ARP of an address that it owns: the measured matrix as two functions. Pure.
 */
#ifndef VIPCTL_REALSERVER_ARP_H
#define VIPCTL_REALSERVER_ARP_H
#include <stdbool.h>
#include <stdint.h>

/* Where the address is, seen from the interface that hears the request. */
enum realserver_holder {
	REALSERVER_NOWHERE,
	REALSERVER_ELSEWHERE, /* on another interface, lo among them */
	REALSERVER_HERE,      /* on the interface itself */
	REALSERVER_ROUTE,     /* on none: a route of type local makes it our own */
};

struct realserver_arp {
	enum realserver_holder holder;
	uint8_t scope;   /* of the address */
	int arp_ignore;  /* what is in force on the interface */
	bool is_off;     /* the interface does no ARP */
	bool is_dropped; /* a filter drops the request */
};

/* What is in force: the greater of the two (ip-sysctl, arp_ignore, arp_announce, rp_filter). -1, there is none, counts as 0. */
int realserver_in_force(int all, int own);
/* Whether a request for the address is answered on the interface. */
bool realserver_answers(const struct realserver_arp *c);
/* Whether a request of our own, made for a packet from the address, tells the address to the segment. */
bool realserver_tells(int arp_announce, bool is_mangled);
#endif
