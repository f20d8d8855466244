/* route_line.h - a line of routes while it is read, and the rules across its words. Part of schema_route.c. */
#ifndef VRRP_ROUTE_LINE_H
#define VRRP_ROUTE_LINE_H
#include <stdbool.h>
#include <stdint.h>

struct conf_word;
struct vrrp_route;
struct words;

/* A route while its line is read. */
struct route_line {
	struct vrrp_route *route;
	bool is_default;  /* its family is that of the gateway */
	bool is_ipv6;     /* inet6 */
	bool is_left_out; /* a word in it means nothing to this host, and it was said */
	bool is_multipath;
	bool has_other_via; /* "via inet" or "via inet6": on purpose */
	bool has_or;        /* hop 1 is what stands behind it */
	const struct conf_word *expires;
};

/* Whether routes of this kind have no way out. */
bool route_leads_nowhere(uint8_t type);
/* Rules across the words of a line. 0; 1: it is left out; <0: reported. */
int route_check(struct words *l, struct route_line *line);
#endif
