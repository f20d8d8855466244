/* raw_filter.h - which packets a raw or packet socket of raw.h is given at all; the kernel decides before it wakes us. */
#ifndef NET_RAW_FILTER_H
#define NET_RAW_FILTER_H
#include "net/raw.h"

/* From now on the socket receives only what came in an Ethernet frame with this source address. 0 or -errno. */
int raw_filter_source(int fd, const uint8_t mac[RAW_MAC_LEN]);
#endif
