/*
 * vips.h - tells the lvs process which virtual addresses there are and which of them this director holds (MSG_VIPS): always all of
 * them, soon after something may have changed, and only when something has.
 */
#ifndef VRRP_VIPS_H
#define VRRP_VIPS_H
#include "base/mono.h"

struct child;
struct loop;
struct roster;
struct vips;

/* `child` and `roster` outlive it. Never NULL. */
struct vips *vips_new(struct loop *l, struct child *child, const struct roster *roster);
/* Accepts NULL. */
void vips_free(struct vips *v);
/* Something may have changed: looked at in the next turn of the loop. */
void vips_touch(struct vips *v, mono_t now);
/* As vips_touch(), within a tenth of a second: for what happens often. */
void vips_touch_later(struct vips *v, mono_t now);
/* A new lvs process knows nothing: tells it all in the next turn. */
void vips_tell_all(struct vips *v, mono_t now);
#endif
