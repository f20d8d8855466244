/* instance_hear.h - what an instance says about the adverts it hears: dropped ones, and clocks that differ; each limited. */
#ifndef VRRP_INSTANCE_HEAR_H
#define VRRP_INSTANCE_HEAR_H
#include "vrrp/advert.h"

struct auth;
struct instance;
struct raw_packet;

/* Checks one packet (receive_packet()), counts it, and says what an operator must know. */
void instance_hear(struct instance *vi, const struct raw_packet *p);
/* Whether auth_hmac is configured. */
bool instance_has_auth(const struct instance *vi);
/* For what it must know from before a restart (auth_memory.h). */
struct auth *instance_auth(struct instance *vi);
#endif
