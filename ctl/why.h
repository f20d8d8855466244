/* why.h - `vipctl why INSTANCE`: the arithmetic of one instance, out of the status document. */
#ifndef VIPCTL_WHY_H
#define VIPCTL_WHY_H
#include <stdio.h>

struct jvalue;
struct text;

/* The instance of that name in a status document; NULL where there is none. */
const struct jvalue *why_find(const struct jvalue *doc, const char *name);
/* Base, every tracker with what it adds, the sum, the peer, and who wins by which rule; in FAULT every cause. */
void why_show(const struct jvalue *instance, FILE *out);
/* The same of a status document: a member of a sync group has the group's base, and all that any member tracks counts. */
void why_show_in(const struct jvalue *doc, const struct jvalue *instance, FILE *out);
/* Why there is none, in one line; with the nearest name. */
void why_unknown(const struct jvalue *doc, const char *name, struct text *out);
#endif
