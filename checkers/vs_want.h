/* vs_want.h - which of the kernel's settings of IPVS are ours, and their values. Pure. */
#ifndef CHECKERS_VS_WANT_H
#define CHECKERS_VS_WANT_H
#include "checkers/vs_table.h"

struct checkers_config;

/*
 * What is ours: what is written, and beside it what lvs_sync_daemon (`has_sync`) and on_server_down need: connections are told
 * to the other director at their first packet and every 10 s; those of a server that left are cut.
 */
void vs_want(const struct checkers_config *c, bool has_sync, struct vs_values *ret);
#endif
