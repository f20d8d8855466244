/* probe_status.h - what the probe process answers to a status query, as JSON; its members are listed in probe.h. */
#ifndef CHECKERS_PROBE_STATUS_H
#define CHECKERS_PROBE_STATUS_H
#include <stddef.h>

struct check;
struct runner;

/* The document, malloc'ed; *ret_len without the NUL. */
char *probe_status(const struct runner *r, struct check *const *checks, unsigned n, size_t *ret_len);
#endif
