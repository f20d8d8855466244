/* overlay_names.h - services and servers by the names that people write; what is not there gets the nearest one as a hint. */
#ifndef DAEMON_OVERLAY_NAMES_H
#define DAEMON_OVERLAY_NAMES_H
#include <stdbool.h>

struct conf_word;
struct report;
struct served;
struct served_server;
struct served_service;

/* By its name, or by ADDRESS:PORT where one protocol has it. false: there is none, or more than one. */
bool names_service(const struct served *all, const char *text, struct served_service *ret);
/* By its name as the status says it. false: there is none. */
bool names_server(const struct served_service *vs, const char *name, struct served_server *ret);
/*
 * What people write as the status says it, into `buf` of CONF_NAME_LEN bytes. Without a port: that of the only server at this
 * address, else the service's. 0, or -EINVAL.
 */
int names_endpoint(const struct served_service *vs, const char *text, char *buf);
/* Add an error with the nearest name. */
void names_unknown_service(const struct served *all, const struct conf_word *w, struct report *r);
void names_unknown_server(const struct served_service *vs, const struct conf_word *w, const char *name,
	struct report *r);
#endif
