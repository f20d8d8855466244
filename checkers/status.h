/* status.h - the lvs half of `vipctl status`: services, servers, checks, the kernel's table. */
#ifndef CHECKERS_STATUS_H
#define CHECKERS_STATUS_H
#include "base/mono.h"
#include "io/message.h"

struct services;
struct table;
struct writer;

/*
 * Writes the members "services", "services_total" (how many there are) and "ipvs". since_usec is how long ago the last change was.
 * With QUERY_WRONG only services that `vipctl check` has something to say about.
 */
void status_write(struct writer *w, enum query_scope scope, const struct services *s, const struct table *t,
	mono_t now);
#endif
