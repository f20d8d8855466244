/* conf.c - the names of services and servers, as log and status show them. */
#include "checkers/conf.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>

static const char *protocol_str(unsigned protocol)
{
	return protocol == IPPROTO_UDP ? "udp" : protocol == IPPROTO_SCTP ? "sctp" : "tcp";
}

/* "192.0.2.1:80", "[2001:db8::1]:80" */
static int print_endpoint(char *buf, size_t size, const struct addr *a, uint32_t port)
{
	char text[ADDR_STRLEN];

	addr_str(a, text);
	return snprintf(buf, size, a->family == AF_INET6 ? "[%s]:%" PRIu32 : "%s:%" PRIu32, text, port);
}

static uint16_t mark_family(const struct vs_conf *vs)
{
	if (vs->how->ip_family)
		return (uint16_t)vs->how->ip_family;
	return vs->servers.n ? ((const struct rs_conf *)vs->servers.item[0])->addr.family : AF_INET;
}

uint16_t vs_family(const struct vs_conf *vs, const struct group_line *line)
{
	if (!line->fwmark)
		return line->first.family;
	return line->family ? line->family : mark_family(vs);
}

const char *vs_name(const struct vs_conf *vs, char *buf)
{
	int len;

	if (vs->group) {
		snprintf(buf, CONF_NAME_LEN, vs->protocol == IPPROTO_TCP ? "group %s" : "group %s/%s", vs->group,
			protocol_str(vs->protocol));
	} else if (vs->fwmark) {
		snprintf(buf, CONF_NAME_LEN,
			mark_family(vs) == AF_INET6 ? "fwmark %" PRIu32 "/inet6" : "fwmark %" PRIu32, vs->fwmark);
	} else {
		len = print_endpoint(buf, CONF_NAME_LEN, &vs->addr, vs->port);
		snprintf(buf + len, CONF_NAME_LEN - (size_t)len, "/%s", protocol_str(vs->protocol));
	}
	return buf;
}

const char *rs_name(const struct rs_conf *rs, char *buf)
{
	print_endpoint(buf, CONF_NAME_LEN, &rs->addr, rs->port);
	return buf;
}
