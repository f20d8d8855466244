/*
 * doctor_findings.h - the list of what is wrong. A finding says what, by which evidence, and what helps, in plain words; its id is
 * the name that the manual and monitoring know.
 */
#ifndef VIPCTL_DOCTOR_FINDINGS_H
#define VIPCTL_DOCTOR_FINDINGS_H
#include "ctl/doctor_facts.h"

/* NOTE: looked at, and fine as it is, though an operator might wonder. */
enum doctor_severity { DOCTOR_NOTE, DOCTOR_WARNING, DOCTOR_ERROR };

struct doctor_finding {
	enum doctor_severity severity;
	const char *id;
	const char *subject;  /* "192.0.2.100:80/tcp, server 192.0.2.11:80" */
	const char *what;     /* one sentence */
	const char *evidence; /* what was seen */
	const char *cure;     /* "" in a note */
};

/* In the facts' arena. */
struct doctor_findings {
	struct doctor_facts *facts;
	struct doctor_finding *item;
	unsigned n;
};

/* printf'ed texts of a finding that is being made; each may be long. */
const char *doctor_text(struct doctor_findings *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* One more; its strings outlive the findings. */
void doctor_find(struct doctor_findings *out, const struct doctor_finding *finding);
/* The same findings, those of the greatest severity first. */
void doctor_sort(struct doctor_findings *all);
unsigned doctor_count(const struct doctor_findings *all, enum doctor_severity severity);
#endif
