/*
 * references.h - names by which blocks of the VRRP half refer to each other: members of groups, what is tracked, who follows whom.
 * A name may be defined below the place where it is used; one that nobody defines is a warning at its place.
 */
#ifndef VRRP_REFERENCES_H
#define VRRP_REFERENCES_H

struct conf_read;
struct vrrp_config;

/* Reports what means nothing, and leaves it out of what instances track. All blocks are read, none is left out yet. */
void references_resolve(struct conf_read *rd, struct vrrp_config *all);
#endif
