/*
 * reports.h - what main reported of scripts, files and processes: the last value of each, kept over reloads by name. What a value
 * means to an instance is said in track.h.
 */
#ifndef VRRP_REPORTS_H
#define VRRP_REPORTS_H
#include "vrrp/track.h"

struct report_item;

/* Zero is an empty one. */
struct reports {
	struct report_item *item; /* owned */
	unsigned n;
};

/* `value`: enum script_status, the number in the file, enum script_status of a process. */
void reports_put(struct reports *r, enum track_kind kind, const char *name, int32_t value);
/* False: nothing was reported yet. */
bool reports_find(const struct reports *r, enum track_kind kind, const char *name, int32_t *ret_value);
void reports_done(struct reports *r);
#endif
