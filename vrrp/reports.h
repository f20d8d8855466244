/*
 * reports.h - what was reported of scripts, files, processes, BFD sessions, services and gateways: the last word on each, kept over
 * reloads by name. What a value means to an instance is said in track.h.
 */
#ifndef VRRP_REPORTS_H
#define VRRP_REPORTS_H
#include "vrrp/track.h"

struct report_item;
struct text;

/* Zero is an empty one. */
struct reports {
	struct report_item **item; /* owned, each of them; their places never change */
	unsigned n;
};

/* `detail`: why, copied; NULL: nothing to add. False: the value is as before. */
bool reports_put(struct reports *r, enum track_kind kind, const char *name, int32_t value, const char *detail);
/* NULL: nothing was reported yet. Valid until reports_done(), and changed by reports_put(). */
const struct track_report *reports_find(const struct reports *r, enum track_kind kind, const char *name);
/* All of them as lines "report KIND VALUE NAME", and such a line taken in; another line is passed over. */
void reports_write(const struct reports *r, struct text *t);
void reports_read(struct reports *r, const char *line);
void reports_done(struct reports *r);
#endif
