/* schema_pool.h - what the tables of virtual_server and backup_pool share: the words of a quorum. */
#ifndef CHECKERS_SCHEMA_POOL_H
#define CHECKERS_SCHEMA_POOL_H
#include "conf/schema.h"

/* enum quorum_of. */
extern const struct conf_choice schema_quorum_of[];
/* real_server inside backup_pool. */
extern const struct conf_block backup_server_block;

#define QUORUM_OF_DOC                                                                                                      \
	"What quorum and hysteresis count: the sum of the weights of servers that are up; these, if their weight is not "          \
	"0; or their share of all servers that are enabled and have a weight."

#endif
