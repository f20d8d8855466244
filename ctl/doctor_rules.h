/*
 * doctor_rules.h - what is wrong, from the facts alone: no socket, no file, no clock. A finding says what, by which evidence, and
 * what helps, in plain words; its id is the name that the manual and monitoring know.
 */
#ifndef VIPCTL_DOCTOR_RULES_H
#define VIPCTL_DOCTOR_RULES_H
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

/* All rules over the facts: errors first, then warnings, then notes, each in the order of the rules. */
void doctor_judge(struct doctor_facts *f, struct doctor_findings *ret);
unsigned doctor_count(const struct doctor_findings *all, enum doctor_severity severity);

/* The rules by what they look at. */
void doctor_rules_vips(const struct doctor_facts *f, struct doctor_findings *out);
void doctor_rules_servers(const struct doctor_facts *f, struct doctor_findings *out);
void doctor_rules_host(const struct doctor_facts *f, struct doctor_findings *out);
#endif
