/* mail_plan.c - see mail_plan.h. */
#include "daemon/mail_plan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void mail_plan_init(struct mail_plan *p)
{
	memset(p, 0, sizeof(*p));
}

static void clear(struct mail_batch *b)
{
	for (unsigned i = 0; i < b->n; i++)
		free(b->line[i].text);
	memset(b, 0, sizeof(*b));
}

void mail_plan_done(struct mail_plan *p)
{
	clear(&p->waiting);
	clear(&p->flying);
}

static void drop_oldest(struct mail_batch *b, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		free(b->line[i].text);
	memmove(b->line, b->line + n, (b->n - n) * sizeof(b->line[0]));
	b->n -= n;
	b->lost += n;
}

void mail_plan_add(struct mail_plan *p, mono_t now, int64_t utc, const char *text)
{
	struct mail_batch *w = &p->waiting;

	if (w->n == 0)
		p->ready = mono_add(now, MAIL_GATHER_USEC);
	if (w->n == MAIL_LINES)
		drop_oldest(w, 1);
	w->line[w->n++] = (struct mail_line){ utc, x_strdup(text) };
}

mono_t mail_plan_due(const struct mail_plan *p)
{
	if (p->is_flying || p->waiting.n == 0)
		return MONO_NEVER;
	return mono_max(p->ready, p->not_before);
}

const struct mail_batch *mail_plan_take(struct mail_plan *p, mono_t now)
{
	assert(!p->is_flying);
	p->flying = p->waiting;
	memset(&p->waiting, 0, sizeof(p->waiting));
	p->is_flying = true;
	p->not_before = mono_add(now, MAIL_PAUSE_USEC);
	return &p->flying;
}

/* Those that were on their way are older than those that wait. */
static void give_back(struct mail_plan *p)
{
	struct mail_batch *f = &p->flying, *w = &p->waiting;

	if (f->n + w->n > MAIL_LINES)
		drop_oldest(f, f->n + w->n - MAIL_LINES);
	memmove(w->line + f->n, w->line, w->n * sizeof(w->line[0]));
	memcpy(w->line, f->line, f->n * sizeof(f->line[0]));
	w->n += f->n;
	w->lost += f->lost;
	memset(f, 0, sizeof(*f)); /* its texts have moved */
}

static int64_t back_off(unsigned failures)
{
	int64_t usec = MAIL_RETRY_USEC;

	while (--failures && usec < MAIL_RETRY_MAX_USEC)
		usec *= 2;
	return usec < MAIL_RETRY_MAX_USEC ? usec : MAIL_RETRY_MAX_USEC;
}

void mail_plan_sent(struct mail_plan *p, mono_t now, bool is_ok)
{
	assert(p->is_flying);
	p->is_flying = false;
	if (is_ok) {
		clear(&p->flying);
		p->failures = 0;
		return;
	}
	give_back(p);
	p->failures++;
	p->not_before = mono_add(now, back_off(p->failures));
}
