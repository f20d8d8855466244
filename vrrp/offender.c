/* offender.c - see offender.h. */
#include "vrrp/offender.h"

#include <stddef.h>

#define EVERY (OFFENDER_EVERY_S * MONO_SEC)

static bool is_quiet(const struct offender *f, mono_t now)
{
	return mono_diff(now, f->last) >= EVERY;
}

/* Its own place, a free one, that of the one quiet for longest, or the common one. */
static struct offender *place_of(struct offenders *o, const struct addr *src, unsigned cause, mono_t now)
{
	struct offender *oldest = NULL;

	for (unsigned i = 0; i < o->n; i++) {
		struct offender *f = &o->item[i];

		if (f->cause == cause && addr_equal(&f->src, src))
			return f;
		if (is_quiet(f, now) && (!oldest || mono_before(f->last, oldest->last)))
			oldest = f;
	}
	if (o->n < OFFENDERS_MAX)
		oldest = &o->item[o->n++];
	if (!oldest)
		return &o->item[OFFENDERS_MAX];
	*oldest = (struct offender){ .src = *src, .cause = cause };
	return oldest;
}

bool offender_pace_take(struct offender_pace *p, mono_t now)
{
	const mono_t oldest = p->line[p->oldest];

	if (oldest.usec && mono_diff(now, oldest) < MONO_SEC)
		return false;
	p->line[p->oldest] = now;
	p->oldest = (p->oldest + 1) % OFFENDER_LINES;
	return true;
}

bool offender_add(struct offenders *o, const struct addr *src, unsigned cause, mono_t now, uint64_t *ret_untold)
{
	struct offender *f = place_of(o, src, cause, now);

	if (f->count++ == 0)
		f->first = now;
	f->cause = cause;
	f->last = now;
	f->untold++;
	if ((f->told.usec && mono_diff(now, f->told) < EVERY) || (o->pace && !offender_pace_take(o->pace, now)))
		return false;
	*ret_untold = f->untold;
	f->untold = 0;
	f->told = now;
	return true;
}

const struct offender *offender_get(const struct offenders *o, unsigned i)
{
	if (i < o->n)
		return &o->item[i];
	return i == o->n && o->item[OFFENDERS_MAX].count > 0 ? &o->item[OFFENDERS_MAX] : NULL;
}
