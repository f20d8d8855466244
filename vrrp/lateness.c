/* lateness.c - see lateness.h. */
#include "vrrp/lateness.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/mono.h"
#include "io/loop.h"

#define GATHER_USEC (3 * MONO_SEC)

struct lateness {
	struct loop_timer *timer; /* owned; runs while there is something to say */
	struct lateness_sum sum;
};

void lateness_add(struct lateness_sum *s, const struct lateness_note *note)
{
	if (s->n++ > 0 && note->late <= s->worst)
		return;
	s->worst = note->late;
	(void)snprintf(s->line, sizeof(s->line),
		"%s: our timer was %.1f ms late, and priorities %u and %u are told apart by %.1f ms: a longer advert_int is safer",
		note->name, (double)note->late / MONO_MSEC, note->priority, note->peer,
		(double)note->spread / MONO_MSEC);
}

const char *lateness_str(const struct lateness_sum *s, char *buf, size_t size)
{
	if (s->n > 1)
		(void)snprintf(buf, size, "%s (the worst of %u instances)", s->line, s->n);
	else
		(void)snprintf(buf, size, "%s", s->line);
	return buf;
}

static void say(struct lateness *l)
{
	char line[LATENESS_LEN + 40];

	if (l->sum.n > 0)
		log_warn(LOG_VRRP, "%s", lateness_str(&l->sum, line, sizeof(line)));
	l->sum = (struct lateness_sum){ 0 };
}

static void on_timer(void *ctx, mono_t now)
{
	(void)now;
	say(ctx);
}

struct lateness *lateness_new(struct loop *loop)
{
	struct lateness *l = x_calloc(1, sizeof(*l));

	l->timer = loop_timer_new(loop, on_timer, l);
	return l;
}

void lateness_free(struct lateness *l)
{
	if (!l)
		return;
	say(l);
	loop_timer_free(l->timer);
	free(l);
}

void lateness_tell(struct lateness *l, const struct lateness_note *note)
{
	if (l->sum.n == 0)
		loop_timer_at(l->timer, mono_add(mono_now(), GATHER_USEC));
	lateness_add(&l->sum, note);
}
