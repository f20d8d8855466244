/*
 * across.h - rules of a configuration across floors: what the VRRP half says about the LVS half. Only main sees both.
 */
#ifndef DAEMON_ACROSS_H
#define DAEMON_ACROSS_H

struct config;

/* Adds findings to the configuration's report. */
void across_check(struct config *c);
#endif
