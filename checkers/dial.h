/*
 * dial.h - a TCP connection to a server as its check wants it (address, port, source, device, mark), without waiting, and what an
 * errno says: about the server, or about ourselves. Used by every checker that speaks TCP.
 */
#ifndef CHECKERS_DIAL_H
#define CHECKERS_DIAL_H
#include "checkers/verdict.h"

#include <stdbool.h>

struct check_conf;
struct check_result;

/*
 * Opens a non-blocking socket and begins to connect. `is_bare`: nothing will be sent, so the kernel holds back the third packet
 * of the handshake (facts: SYN, SYN-ACK, RST). The descriptor (writable once decided), or -1 with *reterr filled.
 */
int dial_open(const struct check_conf *conf, bool is_bare, struct check_result *reterr);
/* Once writable: 0 when connected, or -1 with *reterr filled. */
int dial_finish(int fd, const struct check_conf *conf, struct check_result *reterr);
/* Closes with RST: no TIME_WAIT stays behind on the director. Accepts -1. */
void dial_abort(int fd);
/* errno of a socket call (`is_immediate`: of socket(), bind(), connect() themselves) or of SO_ERROR. */
enum check_reason dial_reason(int err, bool is_immediate);
/* "10.0.0.1:80" or "[2001:db8::1]:80" of what the check connects to; buf of DIAL_NAME_LEN bytes; returns buf. */
enum { DIAL_NAME_LEN = 56 };
const char *dial_name(const struct check_conf *conf, char *buf);
#endif
