/*
 * vmac_words.h - how the devices of virtual MAC addresses are called, which address they get, and what is written on them, so that
 * whoever finds one after a crash knows whose it is and how its parent was set before. Pure.
 */
#ifndef VRRP_VMAC_WORDS_H
#define VRRP_VMAC_WORDS_H
#include "net/link_types.h"

/* Every device made here has an alias that begins so. */
#define VMAC_MARK "vipd: vrrp_instance "

enum { VMAC_ALIAS_MAX = 256, VMAC_OWNER_MAX = 128, VMAC_KEPT = -1 };

struct vrrp_vmac_conf;

/* The settings of a parent that are changed for its devices: those it had before; VMAC_KEPT: not changed. */
struct vmac_before {
	int32_t arp_ignore, arp_announce;
};

/* What is written on a device. */
struct vmac_mark {
	char owner[VMAC_OWNER_MAX]; /* the instance; longer names are cut */
	struct vmac_before before;
};

/* RFC 9568 7.3: 00-00-5E-00-01-VRID, for IPv6 00-00-5E-00-02-VRID; or the one that was written. */
void vmac_words_mac(const struct vrrp_vmac_conf *c, uint16_t family, uint8_t vrid, uint8_t ret[LINK_MAC_LEN]);
/*
 * The attempt'th name (from 0) of a device without a written one: PREFIX.VRID, PREFIX6.VRID for IPv6, then PREFIX.VRID.1 and so
 * on.
 */
const char *vmac_words_name(const char *prefix, uint16_t family, uint8_t vrid, unsigned attempt,
	char ret[LINK_NAME_MAX]);
const char *vmac_words_write(const struct vmac_mark *m, char ret[VMAC_ALIAS_MAX]);
/* False: the alias is none of ours. */
bool vmac_words_read(const char *alias, struct vmac_mark *ret);
/* Whether the device with this mark belongs to the instance of that name. */
bool vmac_words_is_of(const struct vmac_mark *m, const char *instance);
#endif
