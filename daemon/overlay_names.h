/* overlay_names.h - services and servers by the names that people write; what is not there gets the nearest one as a hint. */
#ifndef DAEMON_OVERLAY_NAMES_H
#define DAEMON_OVERLAY_NAMES_H
struct checkers_config;
struct conf_word;
struct report;
struct rs_conf;
struct vs_conf;

/* By its name, or by ADDRESS:PORT where one protocol has it. NULL: there is none, or more than one. */
const struct vs_conf *names_service(const struct checkers_config *c, const char *text);
/* By its name as the status says it. NULL: there is none. */
const struct rs_conf *names_server(const struct vs_conf *vs, const char *name);
/*
 * What people write as the status says it, into `buf` of CONF_NAME_LEN bytes. Without a port: that of the only server at this
 * address, else the service's. 0, or -EINVAL.
 */
int names_endpoint(const struct vs_conf *vs, const char *text, char *buf);
/* Add an error with the nearest name. */
void names_unknown_service(const struct checkers_config *c, const struct conf_word *w, struct report *r);
void names_unknown_server(const struct vs_conf *vs, const struct conf_word *w, const char *name, struct report *r);
#endif
