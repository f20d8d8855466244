/* address_lack.h - which of the wanted addresses the kernel has refused for longer than a moment. Pure. */
#ifndef VRRP_ADDRESS_LACK_H
#define VRRP_ADDRESS_LACK_H
#include "base/mono.h"

struct address_set;
struct address_vip;

struct address_lack {
	unsigned n, held, all;           /* refused; on their interfaces; configured */
	const struct address_vip *first; /* of those that are refused; NULL: none */
};

/*
 * n is 0 unless the set is wanted and something is refused for ADDRESS_VAIN_USEC. That an interface is gone is another fault.
 */
void address_lack(const struct address_set *s, mono_t now, struct address_lack *ret);
#endif
