/*
 * child_log.h - a line for the log that a child of main hands over.
 */
#ifndef DAEMON_CHILD_LOG_H
#define DAEMON_CHILD_LOG_H
#include "io/message.h"

/* `m` is a MSG_LOG. A line of an unknown kind is only named, a long one is cut. */
void child_log(enum role role, const struct message *m);
#endif
