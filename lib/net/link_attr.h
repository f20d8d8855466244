/* link_attr.h - attributes of rtnetlink messages that may be missing or too short, as every reader of them takes them. */
#ifndef NET_LINK_ATTR_H
#define NET_LINK_ATTR_H
#include "base/addr.h"

struct nlattr;

/* An address of the family; *ret stays as it is without one. */
void link_attr_addr(const struct nlattr *a, uint8_t family, struct addr *ret);
/* A number, or `otherwise`. */
uint32_t link_attr_u32(const struct nlattr *a, uint32_t otherwise);
#endif
