/*
 * rules.h - rules across fields of virtual_server: conf_block.check of the service and of the root. They report and
 * change nothing.
 */
#ifndef CHECKERS_RULES_H
#define CHECKERS_RULES_H

struct report;

void rules_service(const void *conf, struct report *r);
/* Rules between services and groups (rules_keys.c): names, the same packets for two services. */
void rules_root(const void *conf, struct report *r);
#endif
