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

void suspect_stranger_str(const char *server, const struct addr *about, const uint8_t *mac, const struct addr *host,
	char *buf)
{
	char vip[ADDR_STRLEN], hw[ADDR_MAC_STRLEN], own[ADDR_STRLEN];

	addr_str(about, vip);
	addr_mac_str(mac, hw);
	if (server)
		snprintf(buf, SUSPECT_DETAIL, "real server %s answers %s for %s (%s)", server,
			about->family == AF_INET ? "ARP" : "neighbour solicitations", vip, hw);
	else
		snprintf(buf, SUSPECT_DETAIL, "%s is also on %s (%s), which is no director of ours", vip, hw,
			addr_is_set(host) ? addr_str(host, own) : "no other address of it is known");
}
