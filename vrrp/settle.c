/* settle.c - see settle.h. */
#include "vrrp/settle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "net/link.h"
#include "vrrp/conf.h"

mono_t settle_step(struct settle_link *s, bool is_up, mono_t now)
{
	mono_t due;

	if (!s->is_known || is_up == s->counts) {
		s->is_known = true;
		s->counts = is_up;
		s->since = MONO_NEVER;
		return MONO_NEVER;
	}
	s->since = mono_min(s->since, now);
	due = mono_add(s->since, is_up ? s->up : s->down);
	if (mono_before(now, due))
		return due;
	s->counts = is_up;
	s->since = MONO_NEVER;
	return MONO_NEVER;
}

static const struct settle_link *find(const struct settle *s, const char *name)
{
	for (unsigned i = 0; i < s->n; i++)
		if (!strcmp(s->link[i].name, name))
			return &s->link[i];
	return NULL;
}

void settle_conf(struct settle *s, const struct conf_vec *delays, struct link *l)
{
	const struct settle old = *s;

	*s = (struct settle){ .link = x_calloc(delays->n + 1, sizeof(*s->link)), .n = delays->n };
	for (unsigned i = 0; i < delays->n; i++) {
		const struct vrrp_delay *d = delays->item[i];
		const struct settle_link *was = find(&old, d->interface);
		struct settle_link *to = &s->link[i];

		*to = was ? *was : (struct settle_link){ .since = MONO_NEVER };
		(void)snprintf(to->name, sizeof(to->name), "%s", d->interface);
		to->down = d->down;
		to->up = d->up;
	}
	for (unsigned i = 0; i < old.n; i++)
		if (old.link[i].index && !find(s, old.link[i].name))
			link_judge(l, old.link[i].index, false, false);
	free(old.link);
}

/* Said when it begins to wait, and when it did not come to pass. */
static void tell(const struct settle_link *s, bool is_up, bool was_waiting)
{
	const bool is_waiting = s->since.usec != INT64_MAX;

	if (is_waiting && !was_waiting)
		log_info(LOG_VRRP, "interface %s is %s: counts in %.3f s (interface_up_down_delays)", s->name,
			is_up ? "up" : "down", (double)(is_up ? s->up : s->down) / MONO_SEC);
	else if (!is_waiting && was_waiting)
		log_info(LOG_VRRP, "interface %s counts as %s", s->name, s->counts ? "up" : "down");
}

mono_t settle_look(struct settle *s, struct link *l, mono_t now)
{
	mono_t next = MONO_NEVER;

	for (unsigned i = 0; i < s->n; i++) {
		struct settle_link *one = &s->link[i];
		const struct link_if *in = link_find(l, one->name);
		const bool is_up = in && in->is_up, was_waiting = one->since.usec != INT64_MAX;

		next = mono_min(next, settle_step(one, is_up, now));
		tell(one, is_up, was_waiting);
		one->index = in ? in->index : 0;
		if (in)
			link_judge(l, in->index, true, one->counts);
	}
	return next;
}

void settle_done(struct settle *s)
{
	free(s->link);
	*s = (struct settle){ 0 };
}
