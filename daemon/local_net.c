/* local_net.c - see local_net.h. proc(5): /proc/net/route; the IPv6 file is described by the kernel's net/ipv6/route.c alone. */
#include "daemon/local_net.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <net/route.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static void add_addr(struct local_net *n, const char *interface, const struct addr *a, uint8_t prefix_len)
{
	struct local_addr *l;

	n->addr = x_realloc(n->addr, n->n_addrs + 1, sizeof(*n->addr));
	l = &n->addr[n->n_addrs++];
	*l = (struct local_addr){ .addr = *a, .prefix_len = prefix_len };
	snprintf(l->interface, sizeof(l->interface), "%s", interface);
}

static uint8_t length_of(const struct addr *mask)
{
	unsigned n = 0;

	for (size_t i = 0; i < addr_len(mask); i++)
		n += (unsigned)__builtin_popcount(mask->bytes[i]);
	return (uint8_t)n;
}

static int to_addr(const struct sockaddr *sa, struct addr *ret)
{
	struct sockaddr_storage ss = { 0 };
	uint16_t port;

	if (!sa || (sa->sa_family != AF_INET && sa->sa_family != AF_INET6))
		return -1;
	memcpy(&ss, sa, sa->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
	return addr_from_sockaddr(&ss, ret, &port);
}

static void read_addrs(struct local_net *n)
{
	struct ifaddrs *all = NULL;
	struct addr a, mask;

	if (getifaddrs(&all) < 0)
		return;
	for (const struct ifaddrs *i = all; i; i = i->ifa_next)
		if (to_addr(i->ifa_addr, &a) == 0 && to_addr(i->ifa_netmask, &mask) == 0)
			add_addr(n, i->ifa_name, &a, length_of(&mask));
	freeifaddrs(all);
}

bool local_link_parse4(const char *line, struct local_link *ret)
{
	unsigned dst, gateway, flags, mask;
	struct in_addr in;
	struct addr m;

	if (sscanf(line, "%*s %8x %8x %4x %*d %*d %*d %8x", &dst, &gateway, &flags, &mask) != 4)
		return false;
	if (gateway || !(flags & RTF_UP) || (flags & (RTF_GATEWAY | RTF_REJECT)))
		return false;
	in.s_addr = mask;
	m = addr_from_in(in);
	in.s_addr = dst;
	*ret = (struct local_link){ addr_from_in(in), length_of(&m) };
	return true;
}

bool local_link_parse6(const char *line, struct local_link *ret)
{
	char dst[33], via[33], name[17];
	unsigned len, flags;

	if (sscanf(line, "%32s %2x %*s %*s %32s %*s %*s %*s %8x %16s", dst, &len, via, &flags, name) != 5)
		return false;
	if (strspn(via, "0") != 32 || !(flags & RTF_UP) || (flags & (RTF_GATEWAY | RTF_REJECT)) || !strcmp(name, "lo"))
		return false;
	*ret = (struct local_link){ .net.family = AF_INET6, .prefix_len = (uint8_t)len };
	for (size_t i = 0; i < sizeof(ret->net.bytes); i++) {
		unsigned byte;

		if (sscanf(dst + 2 * i, "%2x", &byte) != 1)
			return false;
		ret->net.bytes[i] = (uint8_t)byte;
	}
	return true;
}

static void read_links(struct local_net *n, const char *path, bool (*parse)(const char *line, struct local_link *ret))
{
	FILE *f = fopen(path, "re");
	struct local_link l;
	char line[512];

	while (f && fgets(line, sizeof(line), f)) {
		if (!parse(line, &l))
			continue;
		n->link = x_realloc(n->link, n->n_links + 1, sizeof(*n->link));
		n->link[n->n_links++] = l;
	}
	if (f)
		fclose(f);
}

void local_net_read(struct local_net *ret)
{
	*ret = (struct local_net){ 0 };
	read_addrs(ret);
	read_links(ret, "/proc/net/route", local_link_parse4);
	read_links(ret, "/proc/net/ipv6_route", local_link_parse6);
}

void local_net_done(struct local_net *n)
{
	free(n->addr);
	free(n->link);
	*n = (struct local_net){ 0 };
}
