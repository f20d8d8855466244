/* pool_index.h - which servers of a pool stand at the same address: looked up once for each configuration, read by each step. */
#ifndef CHECKERS_POOL_INDEX_H
#define CHECKERS_POOL_INDEX_H
#include "checkers/pool_types.h"

struct vs_conf;

/* Fills pool_server.first for the servers of `vs`, of which `p` has as many. */
void pool_index(struct pool *p, const struct vs_conf *vs);
#endif
