/* anycast_conf.h - vip_mode in the file: its words, its rules, and what is to be said against it. Pure. */
#ifndef CHECKERS_ANYCAST_CONF_H
#define CHECKERS_ANYCAST_CONF_H
#include "conf/schema.h"

struct checkers_config;
struct vs_conf;

enum { ANYCAST_MAX = 1024 /* addresses of one service */ };

/* "vrrp" or "anycast [dev NAME]" -> struct vs_conf. */
conf_parse_fn parse_vip_mode;
conf_write_fn write_vip_mode;
void anycast_rule(const struct vs_conf *vs, struct report *r);
/*
 * What makes another director cut the connections that come to it: "lvs_sched rr is not mh". NULL: nothing. Text is in `buf` of
 * ANYCAST_WHY bytes.
 */
enum { ANYCAST_WHY = 96 };
const char *anycast_why(const struct checkers_config *c, const struct vs_conf *vs, char *buf);
#endif
