/* doctor_host.h - the facts that the kernel of this host has: interfaces, addresses, settings, routes, neighbours, IPVS' table. */
#ifndef VIPCTL_DOCTOR_HOST_H
#define VIPCTL_DOCTOR_HOST_H
#include "ctl/doctor_facts.h"

/* Interfaces and settings; before doctor_facts_status(), which wants their names. */
void doctor_host_links(struct doctor_facts *f);
/* The services of the kernel's table, where the daemon told none; and whether a sync daemon runs. */
void doctor_host_services(struct doctor_facts *f);
/* Of the addresses that are known by now: which are here, by which way the servers are reached, who is whose neighbour. */
void doctor_host_addresses(struct doctor_facts *f);
/* Anew, after the probes: what this host learned of its neighbours. */
void doctor_host_neighbours(struct doctor_facts *f);
#endif
