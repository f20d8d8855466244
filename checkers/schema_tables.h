/* schema_tables.h - the tables of the LVS half that checkers_root is made of, each in a file of its own. */
#ifndef CHECKERS_SCHEMA_TABLES_H
#define CHECKERS_SCHEMA_TABLES_H
#include "conf/schema.h"

extern const struct conf_block lvs_globals_block, ipvs_sysctl_block;
/* enum dr_path. */
extern const struct conf_choice schema_paths[];
/* enum lvs_down. */
extern const struct conf_choice schema_downs[];
#endif
