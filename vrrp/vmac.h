/*
 * vmac.h - the devices of one instance that uses virtual MAC addresses (or ipvlan): made on the instance's interface, down unless
 * the instance holds its addresses, so that nobody hears a frame with that MAC address from a BACKUP (no IGMP, no MLD, no ARP).
 * Its addresses are on the device and its adverts leave by it; what comes from another router with the same MAC address is heard
 * there too, since the kernel gives that to the device alone. All functions accept a NULL vmac: an instance without one.
 *
 * A device and what was changed on its parent survive a crash: the kernel keeps them, the alias of the device tells whose it is and
 * how the parent was (vmac_words.h).
 */
#ifndef VRRP_VMAC_H
#define VRRP_VMAC_H
#include "base/addr.h"

struct faults;
struct link;
struct port;
struct port_table;
struct port_user;
struct vmac;
struct vmac_table;
struct vrrp_conf;
struct vrrp_globals;
struct vrrp_vip;

/* What all instances share: the door, and the parents whose settings were changed. `link` outlives it. */
struct vmac_table *vmac_table_new(struct link *link);
/* Leaves the kernel as it is; accepts NULL. */
void vmac_table_free(struct vmac_table *t);
/* Removes devices of an earlier run that no instance uses now, and puts back what was changed on their parents. */
void vmac_sweep(struct vmac_table *t);

/* NULL when the configuration asks for none, as that of hardly any of thousands does. Nothing is made yet. */
struct vmac *vmac_new(struct vmac_table *t, const struct vrrp_conf *conf, const struct vrrp_globals *globals);
/* Leaves the devices as they are. */
void vmac_free(struct vmac *v);
/* The same instance, configured anew: devices that are not wanted any more go. `v` or what it has now in its place. */
struct vmac *vmac_reconf(struct vmac *v, struct vmac_table *t, const struct vrrp_conf *conf,
	const struct vrrp_globals *globals);
/* Removes the devices, and with the last one of a parent what was changed there. */
void vmac_remove(struct vmac *v);
/*
 * Looks at the machine: makes, adopts and repairs devices; `is_holding`: they shall be up. What cannot be done is a fault. True: a
 * device is another one than before, the sockets on it are to be opened anew.
 */
bool vmac_look(struct vmac *v, bool is_holding, struct faults *f);
/* Up: before the first advert. Down: before the addresses go; nothing leaves from that moment on. Does nothing twice. */
void vmac_up(struct vmac *v);
bool vmac_is_up(const struct vmac *v);
void vmac_down(struct vmac *v);
/* The interface of an address that would be on interface `index` without virtual MAC addresses; 0: not there yet. */
int vmac_place(const struct vmac *v, const struct vrrp_vip *vip, int index);
/* Hears what the device hears from its own MAC address; `user` (copied) as in port_join(). 0 or -errno. */
int vmac_bind(struct vmac *v, struct port_table *ports, const struct port_user *user, const struct addr *group);
void vmac_unbind(struct vmac *v, void *ctx);
/*
 * Where the instance's adverts leave: the device's port, or `base`: with vmac_xmit_base, with unicast (two MASTERs would move the
 * address between switch ports), and with an ipvlan, which has no MAC address of its own.
 */
struct port *vmac_port(struct vmac *v, struct port *base);
/* The instance's own device; NULL, 0: none. */
const char *vmac_name(const struct vmac *v);
int vmac_index(const struct vmac *v);
#endif
