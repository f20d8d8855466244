/*
 * link_dev.h - virtual network devices over rtnetlink: makes, finds, changes and removes macvlan, ipvlan and dummy devices,
 * reads and sets the IPv4 settings of a device (what /proc/sys/net/ipv4/conf/DEVICE/ shows). Part of the door in link.c, with a
 * socket of its own; every call waits for the kernel's answer, at most half a second. Knows no virtual router.
 */
#ifndef NET_LINK_DEV_H
#define NET_LINK_DEV_H
#include "net/link_types.h"

struct link_dev;

enum { LINK_DEV_ALIAS_MAX = 256 /* IFALIASZ */, LINK_DEV_BATCH = 8 };

enum link_dev_kind { LINK_DEV_OTHER, LINK_DEV_MACVLAN, LINK_DEV_IPVLAN, LINK_DEV_DUMMY };
/* Which others of the same parent a device reaches. A macvlan is made private here, whatever this says. */
enum link_dev_mode { LINK_DEV_BRIDGE, LINK_DEV_PRIVATE, LINK_DEV_VEPA };
/* IPv4 settings of a device, by the names they have under /proc/sys/net/ipv4/conf/. */
enum link_dev_inet {
	LINK_DEV_ARP_IGNORE,
	LINK_DEV_ARP_ANNOUNCE,
	LINK_DEV_ARP_FILTER,
	LINK_DEV_RP_FILTER,
	LINK_DEV_ACCEPT_REDIRECTS,
	LINK_DEV_SEND_REDIRECTS,
	LINK_DEV_PROMOTE_SECONDARIES,
	LINK_DEV_ACCEPT_LOCAL,
	LINK_DEV_INET_MAX
};

/* A device as the kernel describes it. */
struct link_dev_info {
	int index, parent; /* parent 0: none */
	enum link_dev_kind kind;
	char name[LINK_NAME_MAX];
	char alias[LINK_DEV_ALIAS_MAX]; /* "": none */
	uint8_t mac[LINK_MAC_LEN];
	bool is_up; /* set up by its owner, whatever the carrier */
	bool has_inet;
	int32_t inet[LINK_DEV_INET_MAX]; /* where has_inet */
};

/* A device to be made: down at first. */
struct link_dev_spec {
	enum link_dev_kind kind; /* of a DUMMY, which has no parent, only the name counts */
	enum link_dev_mode mode; /* of an ipvlan, in its mode L2 */
	const char *name;
	int parent;
	const uint8_t *mac; /* of a macvlan */
	uint32_t group;     /* `ip link ... group`; 0: the default one */
};

struct link_dev_setting {
	enum link_dev_inet what;
	int32_t value;
};

/* 0 or -errno; the caller frees with link_dev_free(). */
int link_dev_new(struct link_dev **ret);
/* Accepts NULL. */
void link_dev_free(struct link_dev *d);
/* By name, or with name NULL by index. 0; -ENODEV: there is none; or another -errno. */
int link_dev_get(struct link_dev *d, const char *name, int index, struct link_dev_info *ret);
/* Calls `each` for every device whose alias begins with `mark`. It may not call back into `d`. 0 or -errno. */
int link_dev_list(struct link_dev *d, const char *mark, void (*each)(void *ctx, const struct link_dev_info *info),
	void *ctx);
/* 0 or -errno: -EEXIST: the name is taken; -EOPNOTSUPP: the kernel does not know the kind. */
int link_dev_add(struct link_dev *d, const struct link_dev_spec *s);
/* 0 or -errno; -ENODEV: it was gone. */
int link_dev_del(struct link_dev *d, int index);
/* 0 or -errno; -EADDRINUSE: another device of the same parent that is up has the MAC address. */
int link_dev_up(struct link_dev *d, int index, bool on);
/* What the operator reads in `ip link`; "" removes it. 0 or -errno. */
int link_dev_alias(struct link_dev *d, int index, const char *alias);
/* Makes no IPv6 address from the MAC address when it comes up. 0 or -errno (-EAFNOSUPPORT where IPv6 is off). */
int link_dev_no_addr_gen(struct link_dev *d, int index);
/* All of them at once. 0 or -errno. */
int link_dev_inet_set(struct link_dev *d, int index, const struct link_dev_setting *s, unsigned n);
/* Who has this MAC address on the interface; by no address that is_passed() passes over, which may be NULL. */
struct link_dev_whose {
	int index;
	const uint8_t *mac;
	bool (*is_passed)(void *ctx, const struct addr *a);
	void *ctx;
};

/* An address that the kernel's table of neighbours has for it. 0, -ENOENT: none, or another -errno. */
int link_dev_neighbour(struct link_dev *d, const struct link_dev_whose *whose, struct addr *ret);
/* The setting of `all` that devices without one of their own follow too; -1: it cannot be read. */
int link_dev_all_rp_filter(struct link_dev *d);
#endif
