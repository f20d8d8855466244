/*
 * control.h - the control socket: one request line, one JSON document back. It knows clients and bytes; what a request means is
 * one table in daemon.c. Owned by root, mode 0660; whoever may connect may ask, only root and the daemon's own user may tell.
 */
#ifndef DAEMON_CONTROL_H
#define DAEMON_CONTROL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct control;
struct control_client;
struct loop;

/* A complete request line without its newline. Answer now or later with control_reply(); `is_admin`: root. */
typedef void control_fn(void *ctx, struct control_client *c, const char *request, bool is_admin);

/* Listens on `path` (an old socket there is replaced). NULL and *reterr = -errno when it cannot. */
struct control *control_new(struct loop *l, const char *path, control_fn *fn, void *ctx, int *reterr);
/*
 * The same on the socket `fd` that the program before this one listened on; who connected meanwhile is in its queue. Takes `fd`
 * over; NULL: it is not listening at `path`, and is still the caller's.
 */
struct control *control_on(struct loop *l, int fd, const char *path, control_fn *fn, void *ctx);
/*
 * Another program takes this one's place: each client without an answer but the one at `but_fd` hears `text`. Returns the socket
 * that listens, still owned here.
 */
int control_hand_over(struct control *ctl, int but_fd, const char *text, size_t len);
/* Closes everything and removes the socket. Accepts NULL. */
void control_free(struct control *ctl);
/* Sends the whole answer and closes. `c` is a client that has not been answered; control_is_open() says whether it still waits. */
void control_reply(struct control_client *c, const char *text, size_t len);
bool control_is_open(const struct control *ctl, const struct control_client *c);
/* The client's socket, still the control socket's own. */
int control_client_fd(const struct control_client *c);
/* Who it is; UINT32_MAX: nobody knows. */
uint32_t control_client_uid(const struct control_client *c);
#endif
