/* doctor_rules.h - what is wrong, from the facts alone: no socket, no file, no clock. */
#ifndef VIPCTL_DOCTOR_RULES_H
#define VIPCTL_DOCTOR_RULES_H
#include "ctl/doctor_findings.h"

/* All rules over the facts: errors first, then warnings, then notes, each in the order of the rules. */
void doctor_judge(struct doctor_facts *f, struct doctor_findings *ret);

/* The rules by what they look at. */
void doctor_rules_vips(const struct doctor_facts *f, struct doctor_findings *out);
void doctor_rules_servers(const struct doctor_facts *f, struct doctor_findings *out);
void doctor_rules_host(const struct doctor_facts *f, struct doctor_findings *out);
#endif
