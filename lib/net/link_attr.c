/* link_attr.c - see link_attr.h. */
#include "net/link_attr.h"

#include <netlink/attr.h>
#include <string.h>

void link_attr_addr(const struct nlattr *a, uint8_t family, struct addr *ret)
{
	size_t len = family == AF_INET6 ? 16 : 4;

	if (!a || (size_t)nla_len(a) < len)
		return;
	ret->family = family;
	memcpy(ret->bytes, nla_data(a), len);
}

uint32_t link_attr_u32(const struct nlattr *a, uint32_t otherwise)
{
	return a && nla_len(a) >= 4 ? nla_get_u32(a) : otherwise;
}
