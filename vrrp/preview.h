/*
 * preview.h - what a reload would do to the virtual routers: succession.h in words, with what each change costs. Ids of effects:
 *   start          a router takes part from now on
 *   restart        hands over if it is MASTER, ends, and starts anew
 *   fail-over      if it is MASTER, another router takes the addresses
 *   may-fail-over  another router may become MASTER, or this one
 *   peer           every router of it needs the same value: until then they do not understand each other
 *   announce       addresses are added (and announced) or removed while MASTER
 *   rebind         a socket is opened again; adverts go on
 *   check          what is tracked is looked at with the new values
 *   later          not supported yet: nothing happens
 * An entry without effects is taken over in place.
 */
#ifndef VRRP_PREVIEW_H
#define VRRP_PREVIEW_H
struct changes;
struct vrrp_config;

/* Adds an entry for each object that differs. */
void vrrp_preview(const struct vrrp_config *from, const struct vrrp_config *to, struct changes *out);
#endif
