/* realserver_host.h - the host of a real server: what it is, and the steps that change it. */
#ifndef VIPCTL_REALSERVER_HOST_H
#define VIPCTL_REALSERVER_HOST_H
#include "ctl/realserver_types.h"

/*
 * Interfaces, addresses and settings; has_arp_nft stays false. The caller frees ret->addrs, also after an error. `why` of
 * REALSERVER_WHY_MAX bytes says why not. 0 or -errno.
 */
int realserver_host_look(struct realserver_facts *ret, char *why);
/* Whether nft takes rules of the family arp; changes nothing. */
bool realserver_host_has_arp_nft(void);
/* Adds the rules of nftables as JSON to `ret`; false: no answer (no nft, or not root). */
bool realserver_host_rules(struct text *ret);
/* One step; `rules` is what nft is told. 0, or -errno with the reason in `why`. */
int realserver_host_do(const struct realserver_step *s, const struct text *rules, char *why);
#endif
