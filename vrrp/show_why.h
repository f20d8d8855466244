/* show_why.h - the arithmetic of one instance for status and `vipctl why`: trackers, their sum, and who wins by which rule. */
#ifndef VRRP_SHOW_WHY_H
#define VRRP_SHOW_WHY_H
#include "base/mono.h"

struct instance_view;
struct track;
struct writer;

/* The member "trackers": each with what it adds. */
void show_trackers(struct writer *w, const struct track *track, unsigned n, mono_t now);
/* Members of the instance's object: trackers, priority_sum, rule, verdict. */
void show_why(struct writer *w, const struct instance_view *v, mono_t now);
#endif
