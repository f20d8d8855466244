/* status.h - the lvs half of `vipctl status`: services, servers, checks, the kernel's table. */
#ifndef CHECKERS_STATUS_H
#define CHECKERS_STATUS_H
#include "base/mono.h"

struct services;
struct table;
struct writer;

/* Writes the members "services" and "ipvs". since_usec is how long ago the last change was. */
void status_write(struct writer *w, const struct services *s, const struct table *t, mono_t now);
#endif
