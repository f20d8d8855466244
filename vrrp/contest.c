/* contest.c - see contest.h. */
#include "vrrp/contest.h"

#include <stdio.h>
#include <string.h>

static bool is_newer(mono_t at, mono_t now, int64_t usec)
{
	return mono_diff(now, at) <= usec;
}

static void begin(struct contest *c, bool is_refusal, mono_t now)
{
	if (!is_newer(c->until, now, CONTEST_CALM))
		c->level = 0;
	c->is_on = true;
	c->is_refusal = is_refusal;
	c->until = mono_add(now, CONTEST_QUIET << c->level);
	c->level += c->level + 1 < CONTEST_LEVELS;
}

bool contest_lost(struct contest *c, const char *what, mono_t now)
{
	mono_t oldest;
	bool is_other;

	if (c->is_on)
		return false;
	is_other = strncmp(c->what, what, CONTEST_LEN - 1) != 0;
	if (is_other && c->n > 0 && is_newer(c->at[(c->n - 1) % CONTEST_LOSSES], now, MONO_SEC))
		return false; /* one object stands for all that go together */
	if (is_other) {
		c->n = 0;
		(void)snprintf(c->what, sizeof(c->what), "%s", what);
	}
	oldest = c->at[(c->n + 1) % CONTEST_LOSSES];
	c->at[c->n % CONTEST_LOSSES] = now;
	c->n++;
	if (c->n < CONTEST_LOSSES || !is_newer(oldest, now, CONTEST_WINDOW))
		return false;
	begin(c, false, now);
	return true;
}

void contest_refused(struct contest *c, const char *what, mono_t now)
{
	if (c->is_on)
		return;
	(void)snprintf(c->what, sizeof(c->what), "%s", what);
	begin(c, true, now);
}

bool contest_end(struct contest *c, mono_t now)
{
	if (!c->is_on || mono_before(now, c->until))
		return false;
	c->is_on = false;
	c->n = 0;
	return true;
}

const char *contest_what(const struct contest *c)
{
	return c->is_on ? c->what : NULL;
}
