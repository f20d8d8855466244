/* instance_look.h - what the machine lets an instance do: its sockets, the reasons for FAULT, its effective priority. */
#ifndef VRRP_INSTANCE_LOOK_H
#define VRRP_INSTANCE_LOOK_H
#include "base/mono.h"

#include <stdbool.h>
#include <stdint.h>

struct instance;
struct port_ops;

/* Only opens the port, for one that takes part later. */
void instance_open(struct instance *vi, const struct port_ops *ops);
/* Looks at everything again; vi->faults is made anew. The effective priority. `ops` are for a port that has to be opened. */
uint8_t instance_look_at_machine(struct instance *vi, const struct port_ops *ops);
/* Whether the interface has another MAC address than when this was last asked: neighbors must hear of it. */
bool instance_has_other_mac(struct instance *vi);
/* FAULT and back, and the effective priority, from what was found. */
void instance_follow(struct instance *vi, uint8_t priority, mono_t now);
/* Leaves the port; the announcements on it go too. */
void instance_unbind(struct instance *vi);
#endif
