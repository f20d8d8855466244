/*
 * mail_plan.h - when a mail goes out and with what: an event waits a second for its neighbours, then one mail; the next one not
 * before a minute, with all that came meanwhile; a mail that nobody took gives its lines back, and the next try is later each
 * time. Pure: times come in.
 */
#ifndef DAEMON_MAIL_PLAN_H
#define DAEMON_MAIL_PLAN_H
#include "base/mono.h"

#include <stdbool.h>

enum {
	MAIL_LINES = 500, /* that wait at most: of more the oldest ones are counted alone */
	MAIL_GATHER_USEC = 1000000,
	MAIL_PAUSE_USEC = 60000000,
	MAIL_RETRY_USEC = 5000000, /* after the first failure; doubled each time, up to */
	MAIL_RETRY_MAX_USEC = 600000000,
};

struct mail_line {
	int64_t utc; /* usec since 1970 */
	char *text;  /* owned */
};

/* Events of one mail, oldest first. */
struct mail_batch {
	struct mail_line line[MAIL_LINES];
	unsigned n;
	unsigned lost; /* older than these, which did not fit */
};

struct mail_plan {
	struct mail_batch waiting, flying; /* flying: handed out by mail_plan_take(), not answered for yet */
	bool is_flying;
	mono_t ready, not_before;
	unsigned failures; /* in a row */
};

void mail_plan_init(struct mail_plan *p);
/* Frees all lines. */
void mail_plan_done(struct mail_plan *p);
/* An event; `text` is copied. */
void mail_plan_add(struct mail_plan *p, mono_t now, int64_t utc, const char *text);
/* When the next mail is due; MONO_NEVER: nothing waits, or a mail is on its way. */
mono_t mail_plan_due(const struct mail_plan *p);
/* Everything that waits is on its way now: the plan's own until mail_plan_sent(). Only when nothing is on its way. */
const struct mail_batch *mail_plan_take(struct mail_plan *p, mono_t now);
/* What became of it. */
void mail_plan_sent(struct mail_plan *p, mono_t now, bool is_ok);
#endif
