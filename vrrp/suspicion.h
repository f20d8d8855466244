/*
 * suspicion.h - the names of what is suspected between the directors (suspect.h raises and ends them), and what to do about each.
 * Pure.
 */
#ifndef VRRP_SUSPICION_H
#define VRRP_SUSPICION_H
#include <stdbool.h>

enum suspicion {
	SUSPECT_SPLIT,      /* split_suspected: somebody else answers for our address while we are MASTER */
	SUSPECT_DEAF,       /* deaf: that one, or a peer that is alive, is not heard by us */
	SUSPECT_UNHEARD,    /* unheard: a weaker MASTER goes on although we advertise: it does not hear us */
	SUSPECT_UNREADABLE, /* peer_unreadable: its packets are dropped, and why */
	SUSPECT_FOREIGN_VRID, /* foreign_vrid: a stronger router with our VRID and other addresses: ours are served by nobody */
	SUSPECT_ADDRESS_LIST,    /* address_list_differs: some of its addresses are ours */
	SUSPECT_DUPLICATE_OWNER, /* duplicate_owner: two routers with priority 255 */
	SUSPECT_OWN_ADDRESS,     /* own_address_elsewhere: our source address at another MAC */
	SUSPECT_CANNOT_TRANSMIT, /* cannot_transmit: and the errno */
	SUSPECT_CONFLICT,        /* vip_conflict: a host that is no director answers for our address */
	SUSPECT_MISPLACED,       /* vip_on_other_interface: of this host, put there by somebody else */
	SUSPECT_LATE, /* adverts_late: we took over for silence, more than once, and the silent one went on at once */
	SUSPECT_REFUSED, /* address_refused: the kernel does not take some of our addresses, the others are served */
	SUSPECT_SERVER,  /* server_answers: a real server answers for the virtual address of its service */
	SUSPICIONS
};

/* "split_suspected", ... */
const char *suspicion_str(enum suspicion s);
/* What to do about it, in one sentence for whoever was woken by it. */
const char *suspicion_cure(enum suspicion s);
/*
 * Whether the state should make `vipctl check` fail: all but a list that overlaps, an address on another interface of this
 * host, and adverts that are late.
 */
bool suspicion_is_alarm(enum suspicion s);
#endif
