/* parse_globals.h - readers for the LVS words of global_defs; each reports its own mistakes. */
#ifndef CHECKERS_PARSE_GLOBALS_H
#define CHECKERS_PARSE_GLOBALS_H
#include "conf/schema.h"

/* [tcp N] [tcpfin N] [udp N] -> struct lvs_globals. */
conf_parse_fn parse_timeouts;
/* [VS]. Nothing is kept. */
conf_parse_fn parse_flush_on_stop;
#endif
