/* suspect_types.h - what suspect.h takes, gives and keeps. No function. */
#ifndef VRRP_SUSPECT_TYPES_H
#define VRRP_SUSPECT_TYPES_H
#include "base/addr.h"
#include "base/mono.h"
#include "vrrp/advert.h"
#include "vrrp/suspect_text.h"
#include "vrrp/suspicion.h"

#include <stdbool.h>

enum suspect_evidence {
	SUSPECT_EV_MASTER,      /* became MASTER */
	SUSPECT_EV_OTHER,       /* any other state */
	SUSPECT_EV_ADVERT,      /* a valid advert of `peer`: priority, list, is_ours_stronger */
	SUSPECT_EV_DROPPED,     /* a packet of `peer` for our VRID was refused: verdict */
	SUSPECT_EV_ANSWERED,    /* somebody else at `mac` (`who`) answers for our virtual address `about` */
	SUSPECT_EV_PEER_ALIVE,  /* the MASTER that fell silent answers ARP at its own address (`peer`, `mac`) */
	SUSPECT_EV_OWN_ADDRESS, /* our own source address (`about`) was announced by `mac` */
	SUSPECT_EV_MISPLACED,   /* our `about` is on `interface` of this host too; again every SUSPECT_MISPLACED_USEC */
	SUSPECT_EV_SENT,        /* an advert was sent (error 0), or could not be (errno) */
	SUSPECT_EV_REFUSED, /* the kernel refuses some of our addresses (error, text), again while so; error 0: none any more */
	SUSPECT_EV_TIMER,
};

/* Who has that MAC address. */
enum suspect_host {
	SUSPECT_HOST_UNKNOWN, /* another director or not: not all of them are known */
	SUSPECT_HOST_PEER,
	SUSPECT_HOST_STRANGER, /* the directors have other MAC addresses */
	SUSPECT_HOST_SERVER    /* a real server of this director's services: suspect_event.server */
};

/* How the addresses in an advert compare with ours. */
enum suspect_list { SUSPECT_LIST_SAME, SUSPECT_LIST_OVERLAPS, SUSPECT_LIST_DISJOINT };

struct suspect_event {
	mono_t now;
	enum suspect_evidence type;
	struct addr peer, about;
	uint8_t mac[6];
	enum suspect_host who;
	const char *server; /* ANSWERED, of a real server: borrowed, "SERVICE/SERVER" */
	struct addr host;   /* ANSWERED: an address of its own, as far as the kernel knows one; AF_UNSPEC: not */
	uint8_t priority, own_priority;
	enum suspect_list list;
	enum advert_verdict verdict;
	bool is_ignored; /* DROPPED: by on_address_mismatch */
	int error;
	const char *error_text; /* borrowed; for the detail, the whole of it for SENT and REFUSED */
	const char *interface;  /* the same */
};

enum { SUSPECT_MISPLACED_USEC = 5000000 };

/* What a MASTER does when the kernel refuses its adverts for a down interval: conf.h, enum vrrp_unsent. */
enum suspect_mute {
	SUSPECT_MUTE_SERVED, /* gives up once somebody else serves */
	SUSPECT_MUTE_NEVER,
	SUSPECT_MUTE_ALWAYS
};

/* One name and what is known of it. */
struct suspect_state {
	bool is_on;
	unsigned hits;               /* evidence before it is raised */
	mono_t since, last;          /* raised; evidence last seen */
	struct addr peer;            /* whose evidence `hits` counts */
	char detail[SUSPECT_DETAIL]; /* "192.0.2.100 is answered by 02:00:00:00:00:02" */
};

/* What is to be remembered while something is wrong, and a while after. Zero: nothing. */
struct suspect_doubts {
	struct suspect_state of[SUSPICIONS];
	mono_t announce_at;               /* no announcement before */
	bool is_mute;                     /* gave up, because its adverts do not get out */
	mono_t unsent_at;                 /* since when none was sent; usec 0: they are */
	mono_t mute_until, mute_ended_at; /* mute at least so long; the last time was over then; usec 0: long ago */
	mono_t try_at;                    /* mute: when to try again */
};

struct suspect {
	int64_t interval, down;        /* usec; suspect_conf() */
	struct suspect_doubts *doubts; /* the caller's; NULL between two steps: there are none */
	mono_t master_since, heard_at; /* heard_at: any advert of somebody else, readable or not; usec 0: never */
	mono_t valid_at;               /* the last valid advert; usec 0: never; */
	mono_t silent_at;              /* took over from `rival` because it was silent; usec 0: not, or that is known */
	mono_t ask_at;                 /* MONO_NEVER: nothing to ask */
	struct addr valid;             /* the sender of the last valid advert */
	struct addr rival;             /* the last MASTER that was heard before we took over; AF_UNSPEC: none */
	uint8_t spread;                /* suspect_spread() */
	uint8_t when_mute;             /* enum suspect_mute */
	bool is_master : 1;
	bool is_weaker : 1; /* the last MASTER that was heard has a higher priority than ours */
	bool has_left : 1;  /* the last valid advert had priority 0 */
};

struct suspect_out {
	unsigned raised, ended; /* bits 1 << enum suspicion */
	bool ask;               /* ask who answers for the addresses, and whether `rival` lives */
	bool announce;          /* announce the addresses again: a rival is gone, or the kernel takes packets again */
	bool defend;            /* one announcement of each address: a rival answers */
	bool try;               /* mute: whether a packet would get out now; the answer comes as SUSPECT_EV_SENT */
	bool has_turned;        /* is_mute is another than before */
	mono_t next;            /* SUSPECT_EV_TIMER is due; MONO_NEVER: not */
};
#endif
