/* via_socket.c - see via_socket.h. */
#include "checkers/via_socket.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "checkers/conf.h"

/*
 * IPVS takes one as it sends the packet on. What arrives at a server without the address, which forwards packets, must not get any
 * further: to the MASTER, whose other servers would answer for it. A tunnel's outer header has the TTL of the inner one.
 */
enum { HOPS = 2, ANY_PORT = 9 };

/* Bits that are set in a netmask. */
static uint8_t prefix_of(const struct sockaddr *mask)
{
	struct sockaddr_storage ss = { 0 };
	struct addr a;
	uint16_t port;
	uint8_t n = 0;

	memcpy(&ss, mask, mask->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
	if (addr_from_sockaddr(&ss, &a, &port) < 0)
		return 0;
	while (n < addr_len(&a) * 8 && a.bytes[n / 8] >> (7 - n % 8) & 1)
		n++;
	return n;
}

/* An address of ours whose network has `to`. */
static int find_other(const struct addr *to, const struct addr *vip, struct addr *ret)
{
	struct ifaddrs *all, *i;
	struct sockaddr_storage ss = { 0 };
	struct addr a;
	uint16_t port;

	if (getifaddrs(&all) < 0)
		return -errno;
	for (i = all; i; i = i->ifa_next) {
		if (!i->ifa_addr || !i->ifa_netmask || i->ifa_addr->sa_family != to->family)
			continue;
		memcpy(&ss, i->ifa_addr,
			to->family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
		if (addr_from_sockaddr(&ss, &a, &port) == 0 && !addr_equal(&a, vip) &&
			addr_in_prefix(to, &a, prefix_of(i->ifa_netmask)))
			break;
	}
	if (i)
		*ret = a;
	freeifaddrs(all);
	return i ? 0 : -EADDRNOTAVAIL;
}

int via_source(const struct addr *to, const struct addr *vip, struct addr *ret)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(to, ANY_PORT, &ss);
	uint16_t port;
	int fd = socket(to->family, SOCK_DGRAM | SOCK_CLOEXEC, 0), r = 0;

	if (fd < 0)
		return -errno;
	/* Nothing is sent: the kernel looks up its route and takes the source that belongs to it. */
	if (connect(fd, (struct sockaddr *)&ss, len) < 0)
		r = -errno;
	len = sizeof(ss);
	if (r == 0 && getsockname(fd, (struct sockaddr *)&ss, &len) < 0)
		r = -errno;
	close(fd);
	r = r < 0 ? r : addr_from_sockaddr(&ss, ret, &port);
	return r == 0 && addr_equal(ret, vip) ? find_other(to, vip, ret) : r;
}

/* 0, or -errno and what failed. */
static int find_source(const struct check_conf *conf, struct addr *ret, const char **reterr_what)
{
	/* Tunnelled to a server of the other family: towards the service. */
	bool is_towards_server = conf->via_server->family == conf->connect_ip.family;
	int r = 0;

	if (addr_is_set(&conf->how->bindto))
		*ret = conf->how->bindto;
	else
		r = via_source(is_towards_server ? conf->via_server : &conf->connect_ip, &conf->connect_ip, ret);
	*reterr_what = "via service: no address towards the server";
	if (r < 0 || !addr_equal(ret, &conf->connect_ip))
		return r;
	*reterr_what = "via service: the service's address is the only one here: bindto";
	return -EADDRNOTAVAIL;
}

int via_prepare(int fd, const struct check_conf *conf, struct addr *ret_source, const char **reterr_what)
{
	bool is_v6 = conf->connect_ip.family == AF_INET6;
	int hops = conf->how->via_hops ? (int)conf->how->via_hops : HOPS;

	*reterr_what = "via service";
	if (setsockopt(fd, SOL_SOCKET, SO_MARK, &conf->via_mark, sizeof(conf->via_mark)) ||
		setsockopt(fd, is_v6 ? IPPROTO_IPV6 : IPPROTO_IP, is_v6 ? IPV6_UNICAST_HOPS : IP_TTL, &hops,
			sizeof(hops)))
		return -errno;
	return find_source(conf, ret_source, reterr_what);
}
