/*
 * raw_try.c - see raw_try.h. ip(7): a multicast datagram with TTL 0 stays in the host (RFC 1112 6.1); ipv6(7), RFC 4291 2.7: so
 * does one of interface-local scope.
 */
#include "net/raw_try.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

enum { TRY_LEN = 8 };

static const uint8_t nothing[TRY_LEN];

/* Adverts bring their own TTL, so this one can stay. */
static int try4(int fd, const struct addr *group)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	const int ttl = 0;

	memcpy(&to.sin_addr, group->bytes, sizeof(to.sin_addr));
	if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof(ttl)) < 0 ||
		sendto(fd, nothing, sizeof(nothing), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		return -errno;
	return 0;
}

static int try6(int fd, int index)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_scope_id = (uint32_t)index };

	to.sin6_addr.s6_addr[0] = 0xff;
	to.sin6_addr.s6_addr[1] = 0x01;
	to.sin6_addr.s6_addr[15] = 0x12;
	return sendto(fd, nothing, sizeof(nothing), 0, (struct sockaddr *)&to, sizeof(to)) < 0 ? -errno : 0;
}

int raw_try(int fd, int index, const struct addr *group)
{
	return group->family == AF_INET6 ? try6(fd, index) : try4(fd, group);
}
