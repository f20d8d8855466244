/* write.h - values of the LVS half as they would be written, for the dump: those that are not one field of their row. */
#ifndef CHECKERS_WRITE_H
#define CHECKERS_WRITE_H
#include "conf/schema.h"

/* lvs_method of a struct vs_conf, of a struct rs_conf. Tunnels other than plain IP in IP are said by who wrote them alone. */
conf_write_fn write_vs_method, write_rs_method;
/* protocol of a struct vs_conf: none where a mark or a group chooses the packets. */
conf_write_fn write_protocol;
#endif
