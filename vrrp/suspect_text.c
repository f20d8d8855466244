/* suspect_text.c - see suspect_text.h. */
#include "vrrp/suspect_text.h"

#include <stdio.h>

#include "base/addr.h"

const char *suspect_host_str(const uint8_t *mac, const struct addr *own, char *buf, size_t size)
{
	char text[ADDR_MAC_STRLEN], addr[ADDR_STRLEN];

	addr_mac_str(mac, text);
	if (addr_is_set(own))
		snprintf(buf, size, "%s (%s)", text, addr_str(own, addr));
	else
		snprintf(buf, size, "%s", text);
	return buf;
}
