/* client.h - asking the daemon: one request line, one JSON document back, over the control socket (unix(7) stream). */
#ifndef CTL_CLIENT_H
#define CTL_CLIENT_H
#include <stddef.h>

/* Where the socket is unless told otherwise; -c of vipctl and VIPD_CONTROL override it. */
#define CTL_SOCKET_DEFAULT "/run/vipd/control.sock"

/*
 * Sends `request` (words separated by blanks, no newline) and reads the whole reply, malloc'ed. Waits at most `timeout_ms`.
 * 0 or -errno: -ENOENT and -ECONNREFUSED mean that no daemon is there, -ETIMEDOUT that it does not answer.
 */
int client_ask(const char *socket_path, const char *request, int timeout_ms, char **ret, size_t *ret_len);
#endif
