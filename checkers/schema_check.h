/* schema_check.h - the tables of the checks that a real_server may have. */
#ifndef CHECKERS_SCHEMA_CHECK_H
#define CHECKERS_SCHEMA_CHECK_H
#include "conf/schema.h"

extern const struct conf_block tcp_check_block, http_get_block;
#endif
