/*
 * realserver_plan.h - a real server of direct routing: from what the host is, what is wanted and what was done before, to the
 * steps that lead there, each with its way back. Pure: reads no host, does nothing, prints nothing.
 */
#ifndef VIPCTL_REALSERVER_PLAN_H
#define VIPCTL_REALSERVER_PLAN_H
#include "ctl/realserver_types.h"

/* Whether the kernel's settings can keep the host silent; false: `why` says why not. */
bool realserver_settings_fit(const struct realserver_facts *f, const struct realserver_want *w, char *why);
/* 0; -EINVAL: ret->why says why not, nothing is planned. The caller frees with realserver_plan_done(), also then. */
int realserver_plan_apply(const struct realserver_facts *f, const struct realserver_want *w,
	const struct realserver_state *now, struct realserver_plan *ret);
/* The same, back: the addresses of `w`, or with none all. */
int realserver_plan_undo(const struct realserver_facts *f, const struct realserver_want *w,
	const struct realserver_state *now, struct realserver_plan *ret);
void realserver_plan_done(struct realserver_plan *p);
/* The step that takes `s` back; RULES then means rules_back. */
struct realserver_step realserver_step_back(const struct realserver_step *s);
#endif
