/* doctor_rules.c - see doctor_rules.h. The list of findings, and who judges. */
#include "ctl/doctor_rules.h"

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

/* The same findings, those of the greatest severity first. */
static void sort(struct doctor_findings *all)
{
	struct doctor_findings sorted = { .facts = all->facts };

	for (int severity = DOCTOR_ERROR; severity >= DOCTOR_NOTE; severity--)
		for (unsigned i = 0; i < all->n; i++)
			if (all->item[i].severity == (enum doctor_severity)severity)
				*(struct doctor_finding *)doctor_facts_add(sorted.facts, &sorted.item, &sorted.n,
					sizeof(*sorted.item)) = all->item[i];
	*all = sorted;
}

void doctor_judge(struct doctor_facts *f, struct doctor_findings *ret)
{
	*ret = (struct doctor_findings){ .facts = f };
	doctor_rules_vips(f, ret);
	doctor_rules_servers(f, ret);
	doctor_rules_host(f, ret);
	sort(ret);
}
