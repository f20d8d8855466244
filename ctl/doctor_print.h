/* doctor_print.h - findings for a person who is tired, and as JSON. */
#ifndef VIPCTL_DOCTOR_PRINT_H
#define VIPCTL_DOCTOR_PRINT_H
#include <stdio.h>

struct doctor_findings;

/* One block for each finding: what, evidence, cure; then what is fine and what was not looked at; a last line with counts. */
void doctor_print(const struct doctor_findings *all, FILE *out);
/* malloc'ed; the caller frees. */
char *doctor_print_json(const struct doctor_findings *all);
#endif
