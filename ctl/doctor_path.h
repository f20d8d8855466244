/*
 * doctor_path.h - whether each real server of direct routing takes what is for its service: one SYN for the virtual address, put
 * before the server's network card; and where it sends what is for a far client: the same SYN in the name of one. Both are taken
 * back by an RST, have one hop to live, and are sent to who answered by ARP alone.
 */
#ifndef VIPCTL_DOCTOR_PATH_H
#define VIPCTL_DOCTOR_PATH_H
#include "ctl/doctor_facts.h"

/* After doctor_net_ask(). Fills the servers' path, and with `and_gateways` their gateway. */
void doctor_path_try(struct doctor_facts *f, bool and_gateways);
#endif
