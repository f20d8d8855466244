/*
 * link_mark.h - a route or a rule as a line of text that another run reads: the kernel's own request to remove it, in hexadecimal.
 * For those whose protocol is not ours: nothing in the kernel says that they are. Part of the door in link.c; knows no socket.
 */
#ifndef NET_LINK_MARK_H
#define NET_LINK_MARK_H
#include "net/link_route.h"
#include "net/link_rule.h"

struct text;

/* Appends the digits. */
void link_mark_route(struct text *t, const struct link_route *r);
void link_mark_rule(struct text *t, const struct link_rule *r);
/* False: the text is none. */
bool link_mark_read_route(const char *text, struct link_route *ret);
bool link_mark_read_rule(const char *text, struct link_rule *ret);
#endif
