/*
 * doctor_filter.h - what the packet filter of this host does to VRRP, and to packets that connection tracking calls invalid: walks
 * the rules of nftables, those that iptables-nft wrote among them. Knows the instances' interfaces from the facts.
 */
#ifndef VIPCTL_DOCTOR_FILTER_H
#define VIPCTL_DOCTOR_FILTER_H
#include "ctl/doctor_facts.h"

/* Asks `nft` for the rules and judges them into f->drops; without the program, or refused: says so in f->unseen. */
void doctor_filter_look(struct doctor_facts *f);
/* The same for rules that are at hand: `ruleset` is nft's JSON document, `text` what `nft -a list ruleset` prints. */
void doctor_filter_judge(struct doctor_facts *f, const struct jvalue *ruleset, const char *text);
#endif
