/* instance_hear.h - what an instance says about the adverts it hears: dropped ones, and clocks that differ; each limited. */
#ifndef VRRP_INSTANCE_HEAR_H
#define VRRP_INSTANCE_HEAR_H
#include "vrrp/advert.h"

struct instance;
struct raw_packet;

/* Checks one packet (receive_packet()), counts it, and says what an operator must know. */
void instance_hear(struct instance *vi, const struct raw_packet *p);
#endif
