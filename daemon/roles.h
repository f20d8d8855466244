/* roles.h - which children a configuration needs. */
#ifndef DAEMON_ROLES_H
#define DAEMON_ROLES_H
struct config;
struct options;

/* What the configuration and -P/-C ask for: a bit per enum role. */
unsigned roles_of(const struct options *o, const struct config *c);
#endif
