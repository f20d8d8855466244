/* addr.h - an IPv4 or IPv6 address as a value: parse, print, compare. No sockets, no names. */
#ifndef BASE_ADDR_H
#define BASE_ADDR_H
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum { ADDR_STRLEN = INET6_ADDRSTRLEN, ADDR_MAC_STRLEN = 18 };

/* family is AF_UNSPEC (no address), AF_INET or AF_INET6; bytes are in network order, IPv4 in the first four. */
struct addr {
	uint16_t family;
	uint8_t bytes[16];
};

/* A text "192.0.2.1" or "2001:db8::1" becomes an address. 0 or -EINVAL. No prefix length, no port. */
int addr_parse(const char *text, struct addr *ret);
/* "192.0.2.1/24": *ret_len is UINT8_MAX when no length was written. 0 or -EINVAL. */
int addr_parse_prefix(const char *text, struct addr *ret, uint8_t *ret_len);
/* The text form into `buf` of ADDR_STRLEN bytes; returns buf. AF_UNSPEC prints "-". */
const char *addr_str(const struct addr *a, char *buf);
/* Six bytes as "02:00:5e:00:01:33" into `buf` of ADDR_MAC_STRLEN bytes; returns buf. */
const char *addr_mac_str(const uint8_t *mac, char *buf);
/* <0, 0, >0: by family, then as unsigned integers in network byte order (RFC 9568 6.4.3 compares so). */
int addr_cmp(const struct addr *a, const struct addr *b);
bool addr_equal(const struct addr *a, const struct addr *b);
bool addr_is_set(const struct addr *a);
bool addr_is_multicast(const struct addr *a);
bool addr_is_loopback(const struct addr *a);
/* fe80::/10. Of IPv4 no address is. */
bool addr_is_link_local(const struct addr *a);
/* 0.0.0.0 or :: */
bool addr_is_any(const struct addr *a);
/* Length in bytes of the address: 4, 16, or 0. */
size_t addr_len(const struct addr *a);
uint32_t addr_hash(const struct addr *a);
/* Whether the first `len` bits of both agree. */
bool addr_in_prefix(const struct addr *a, const struct addr *net, uint8_t len);
/* The address after `a`, as an unsigned integer; after the last one comes the first. */
struct addr addr_next(const struct addr *a);
/* How many addresses there are from `first` to `last` (of one family, first <= last), both included; `max` where there are more. */
uint32_t addr_span(const struct addr *first, const struct addr *last, uint32_t max);
struct addr addr_from_in(struct in_addr in);
struct in_addr addr_to_in(const struct addr *a);
/* Fills `ss`; port in host order; returns the length for bind() and connect(). */
socklen_t addr_to_sockaddr(const struct addr *a, uint16_t port, struct sockaddr_storage *ss);
int addr_from_sockaddr(const struct sockaddr_storage *ss, struct addr *ret, uint16_t *ret_port);
#endif
