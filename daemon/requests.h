/* requests.h - what the control socket understands: a table of words, rights and handlers. */
#ifndef DAEMON_REQUESTS_H
#define DAEMON_REQUESTS_H
#include <stdbool.h>

struct control_client;

/* A control_fn for struct daemon. */
void requests_handle(void *daemon, struct control_client *c, const char *request, bool is_admin);
#endif
