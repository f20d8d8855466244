/*
 * vmac_device.h - one device of vmac.h: found by its name and mark, made, marked, and removed, with what its parent needs. Part of
 * vmac.c, whose structs are here.
 */
#ifndef VRRP_VMAC_DEVICE_H
#define VRRP_VMAC_DEVICE_H
#include <sys/queue.h>

#include "vrrp/vmac_parent.h"

struct link;
struct link_dev;
struct port;
struct vmac;
struct vrrp_conf;
struct vrrp_globals;

/* One device of an instance. */
struct device {
	LIST_ENTRY(device) next;
	struct vmac *owner;
	char parent[LINK_NAME_MAX]; /* the interface below */
	uint16_t family;
	bool is_own;      /* on the instance's interface and of its family */
	bool is_wanted;   /* still configured */
	int index, below; /* 0: not made; the parent's index */
	char name[LINK_NAME_MAX];
	uint8_t mac[LINK_MAC_LEN];
	int err; /* of the last attempt to make it or to set it up; 0: fine */
};

struct vmac_table {
	struct link *link;
	struct link_dev *dev; /* owned; NULL until the first device */
	struct vmac_parents parents;
	LIST_HEAD(, vmac) vmacs;
};

struct vmac {
	LIST_ENTRY(vmac) next;
	struct vmac_table *table;
	const struct vrrp_conf *conf;
	const struct vrrp_globals *globals;
	LIST_HEAD(, device) devices;
	struct port *port; /* of its own device; NULL while that is missing */
	bool is_up;
};

/* Opens the door if it is not yet. 0 or -errno. */
int vmac_device_door(struct vmac_table *t);
/* Whether an instance of this process has the device. */
bool vmac_device_is_used(const struct vmac_table *t, int index);
/* Adopts or makes it; its parent is d->below. 0 or -errno; -EEXIST: the name is somebody else's. */
int vmac_device_make(struct device *d);
/* It went with its parent, or somebody removed it. */
void vmac_device_forget(struct device *d);
void vmac_device_unmake(struct device *d);
#endif
