/* raw_filter.h - which packets a raw or packet socket of raw.h is given at all; the kernel decides before it wakes us. */
#ifndef NET_RAW_FILTER_H
#define NET_RAW_FILTER_H
#include <stdint.h>

/* From now on the socket receives only what came in an Ethernet frame with this source address. 0 or -errno. */
int raw_filter_source(int fd, const uint8_t mac[6]);
/*
 * Of an AF_PACKET socket of raw_arp_open(): from now on it receives only ARP of Ethernet and IPv4 that another host sent on
 * interface `index`, of this operation (RFC 826 ar$op; 0: any). 0 or -errno.
 */
int raw_filter_arp(int fd, int index, uint16_t operation);
#endif
