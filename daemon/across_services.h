/*
 * across_services.h - whether the services that instances and groups track are there, and checked all the time. Part of
 * across_check().
 */
#ifndef DAEMON_ACROSS_SERVICES_H
#define DAEMON_ACROSS_SERVICES_H

struct checkers_config;
struct report;
struct vrrp_config;

/* Adds an error for every line that could never mean what it says. */
void across_services(const struct vrrp_config *vrrp, const struct checkers_config *checkers, struct report *r);
#endif
