/* addr.c - see addr.h. */
#include "base/addr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int addr_parse(const char *text, struct addr *ret)
{
	struct addr a = { 0 };

	a.family = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(a.family, text, a.bytes) != 1)
		return -EINVAL;
	*ret = a;
	return 0;
}

int addr_parse_prefix(const char *text, struct addr *ret, uint8_t *ret_len)
{
	const char *slash = strchr(text, '/');
	char buf[ADDR_STRLEN], *end;
	unsigned long len;

	*ret_len = UINT8_MAX;
	if (!slash)
		return addr_parse(text, ret);
	if ((size_t)(slash - text) >= sizeof(buf))
		return -EINVAL;
	memcpy(buf, text, (size_t)(slash - text));
	buf[slash - text] = '\0';
	if (addr_parse(buf, ret) < 0)
		return -EINVAL;
	len = strtoul(slash + 1, &end, 10);
	if (slash[1] < '0' || slash[1] > '9' || *end || len > addr_len(ret) * 8)
		return -EINVAL;
	*ret_len = (uint8_t)len;
	return 0;
}

const char *addr_str(const struct addr *a, char *buf)
{
	if (!addr_is_set(a) || !inet_ntop(a->family, a->bytes, buf, ADDR_STRLEN))
		snprintf(buf, ADDR_STRLEN, "-");
	return buf;
}

size_t addr_len(const struct addr *a)
{
	return a->family == AF_INET ? 4 : a->family == AF_INET6 ? 16 : 0;
}

const char *addr_mac_str(const uint8_t *mac, char *buf)
{
	(void)snprintf(buf, ADDR_MAC_STRLEN, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
		mac[5]);
	return buf;
}

int addr_cmp(const struct addr *a, const struct addr *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->bytes, b->bytes, addr_len(a));
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
	return addr_cmp(a, b) == 0;
}

bool addr_is_set(const struct addr *a)
{
	return a->family != AF_UNSPEC;
}

bool addr_is_multicast(const struct addr *a)
{
	return a->family == AF_INET ? (a->bytes[0] & 0xf0) == 0xe0 : a->family == AF_INET6 && a->bytes[0] == 0xff;
}

bool addr_is_loopback(const struct addr *a)
{
	static const uint8_t loopback6[16] = { [15] = 1 };

	return a->family == AF_INET ? a->bytes[0] == 127 : a->family == AF_INET6 && !memcmp(a->bytes, loopback6, 16);
}

bool addr_is_link_local(const struct addr *a)
{
	return a->family == AF_INET6 && a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80;
}

bool addr_is_any(const struct addr *a)
{
	static const uint8_t zero[16];

	return addr_is_set(a) && !memcmp(a->bytes, zero, addr_len(a));
}

uint32_t addr_hash(const struct addr *a)
{
	uint32_t h = 2166136261u ^ a->family; /* FNV-1a */

	for (size_t i = 0; i < addr_len(a); i++)
		h = (h ^ a->bytes[i]) * 16777619u;
	return h;
}

bool addr_in_prefix(const struct addr *a, const struct addr *net, uint8_t len)
{
	size_t whole = len / 8u;
	uint8_t mask = (uint8_t)(0xff00u >> (len % 8u));

	if (a->family != net->family || len > addr_len(a) * 8)
		return false;
	if (memcmp(a->bytes, net->bytes, whole) != 0)
		return false;
	return !(len % 8u) || !((a->bytes[whole] ^ net->bytes[whole]) & mask);
}

struct addr addr_next(const struct addr *a)
{
	struct addr next = *a;

	for (size_t i = addr_len(a); i-- > 0 && ++next.bytes[i] == 0;)
		continue;
	return next;
}

uint32_t addr_span(const struct addr *first, const struct addr *last, uint32_t max)
{
	int64_t n = 0;

	/* the difference, digit by digit from the highest; it is never negative as a whole */
	for (size_t i = 0; i < addr_len(first); i++) {
		n = n * 256 + last->bytes[i] - first->bytes[i];
		if (n > (int64_t)max + 1)
			return max;
	}
	return n + 1 < (int64_t)max ? (uint32_t)(n + 1) : max;
}

struct addr addr_from_in(struct in_addr in)
{
	struct addr a = { .family = AF_INET };

	memcpy(a.bytes, &in, sizeof(in));
	return a;
}

struct in_addr addr_to_in(const struct addr *a)
{
	struct in_addr in;

	memcpy(&in, a->bytes, sizeof(in));
	return in;
}

socklen_t addr_to_sockaddr(const struct addr *a, uint16_t port, struct sockaddr_storage *ss)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)ss;
	struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)ss;

	memset(ss, 0, sizeof(*ss));
	if (a->family == AF_INET6) {
		sin6->sin6_family = AF_INET6;
		sin6->sin6_port = htons(port);
		memcpy(&sin6->sin6_addr, a->bytes, 16);
		return sizeof(*sin6);
	}
	sin->sin_family = AF_INET;
	sin->sin_port = htons(port);
	memcpy(&sin->sin_addr, a->bytes, 4);
	return sizeof(*sin);
}

int addr_from_sockaddr(const struct sockaddr_storage *ss, struct addr *ret, uint16_t *ret_port)
{
	const struct sockaddr_in *sin = (const struct sockaddr_in *)ss;
	const struct sockaddr_in6 *sin6 = (const struct sockaddr_in6 *)ss;

	memset(ret, 0, sizeof(*ret));
	if (ss->ss_family == AF_INET) {
		ret->family = AF_INET;
		memcpy(ret->bytes, &sin->sin_addr, 4);
		*ret_port = ntohs(sin->sin_port);
		return 0;
	}
	if (ss->ss_family == AF_INET6) {
		ret->family = AF_INET6;
		memcpy(ret->bytes, &sin6->sin6_addr, 16);
		*ret_port = ntohs(sin6->sin6_port);
		return 0;
	}
	return -EAFNOSUPPORT;
}
