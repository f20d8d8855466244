/* doctor_findings.c - see doctor_findings.h. */
#include "ctl/doctor_findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum { TEXT_MAX = 1024, RECENT = 512 };

const char *doctor_text(struct doctor_findings *out, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return arena_strdup(out->facts->arena, text);
}

/* The entries of a group have the same servers: what is true of one whatever the address, is said once. */
static bool is_said(const struct doctor_findings *out, const struct doctor_finding *f)
{
	for (unsigned i = out->n > RECENT ? out->n - RECENT : 0; i < out->n; i++) {
		const struct doctor_finding *d = &out->item[i];

		if (!strcmp(d->id, f->id) && !strcmp(d->subject, f->subject) && !strcmp(d->evidence, f->evidence))
			return true;
	}
	return false;
}

void doctor_find(struct doctor_findings *out, const struct doctor_finding *finding)
{
	if (!is_said(out, finding))
		*(struct doctor_finding *)doctor_facts_add(out->facts, &out->item, &out->n,
			sizeof(*finding)) = *finding;
}

unsigned doctor_count(const struct doctor_findings *all, enum doctor_severity severity)
{
	unsigned n = 0;

	for (unsigned i = 0; i < all->n; i++)
		n += all->item[i].severity == severity;
	return n;
}

void doctor_sort(struct doctor_findings *all)
{
	struct doctor_findings sorted = { .facts = all->facts };

	for (int severity = DOCTOR_ERROR; severity >= DOCTOR_NOTE; severity--)
		for (unsigned i = 0; i < all->n; i++)
			if (all->item[i].severity == (enum doctor_severity)severity)
				*(struct doctor_finding *)doctor_facts_add(sorted.facts, &sorted.item, &sorted.n,
					sizeof(*sorted.item)) = all->item[i];
	*all = sorted;
}
