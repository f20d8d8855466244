/*
 * parse_group.h - virtual_server_group NAME { }: a block whose lines are addresses, ranges and marks. keepalived.conf(5) "Virtual
 * server group(s)".
 */
#ifndef CHECKERS_PARSE_GROUP_H
#define CHECKERS_PARSE_GROUP_H
#include "conf/schema.h"

/* The whole block, added to checkers_config.groups. */
conf_parse_fn parse_group;
#endif
