/* table_say.h - what is said of changes to the kernel's table: refusals with their cause, sums, what drains. Only for table.c. */
#ifndef CHECKERS_TABLE_SAY_H
#define CHECKERS_TABLE_SAY_H
#include "checkers/drain.h"

struct text;
struct writer;

enum { TABLE_LINE_LEN = 200 };

/* "192.0.2.1:80/tcp: add service (nosuch): ..." of a refused change. */
void table_say_refused(const struct ipvs_change *c, char *buf, size_t size);
/* "3 services added, 9 destinations added"; nothing when nothing was done. */
void table_say_sum(const struct ipvs_change *c, unsigned n, struct text *t);
/* "192.0.2.1:80/tcp", "fwmark 7". buf of TABLE_LINE_LEN. */
void table_say_service(const struct ipvs_service *s, char *buf);
/* Whether n changes are no more than the leaving of n_left servers whose drain ended, and of their services: nobody's repair. */
bool table_say_is_drained(const struct ipvs_change *c, unsigned n, unsigned n_left);
/* Log lines of what began to drain and what ended; many of them become one. */
void table_say_drain(const struct drain_event *e, unsigned n, mono_t now);
/* The member "draining": who, how many connections, how long it may still take (left_usec -1: as long as it is down). */
void table_say_status(struct writer *w, const struct drain *d, mono_t now);
#endif
