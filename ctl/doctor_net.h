/*
 * doctor_net.h - asks the neighbours: who has a virtual address, a real server's, another director's (RFC 5227 probes with no
 * sender, RFC 4861 solicitations). Three rounds, at most 50 packets a second; changes nobody's tables.
 */
#ifndef VIPCTL_DOCTOR_NET_H
#define VIPCTL_DOCTOR_NET_H
#include "ctl/doctor_facts.h"

/* Fills f->answers and the was_asked of addresses and servers; says in f->unseen what could not be asked. */
void doctor_net_ask(struct doctor_facts *f);
#endif
