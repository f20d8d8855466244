/* realserver_rules.h - the nftables tables of a real server as text, in one transaction. Pure. */
#ifndef VIPCTL_REALSERVER_RULES_H
#define VIPCTL_REALSERVER_RULES_H
#include "ctl/realserver_types.h"

#define REALSERVER_TABLE "vipd_realserver"

/* Adds to `out` what makes of the tables of `from` those of `to`; nothing where neither has any. */
void realserver_rules(const struct realserver_facts *f, const struct realserver_state *from,
	const struct realserver_state *to, struct text *out);
#endif
