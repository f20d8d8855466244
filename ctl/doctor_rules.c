/* doctor_rules.c - see doctor_rules.h. Who judges. */
#include "ctl/doctor_rules.h"

void doctor_judge(struct doctor_facts *f, struct doctor_findings *ret)
{
	*ret = (struct doctor_findings){ .facts = f };
	doctor_rules_vips(f, ret);
	doctor_rules_servers(f, ret);
	doctor_rules_host(f, ret);
	doctor_sort(ret);
}
