/* notify.h - what systemd wants to hear: sd_notify(3)'s protocol, a datagram to $NOTIFY_SOCKET. */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H
#include <stdint.h>

/* Sends "READY=1", "STATUS=..." and so on; nothing happens when nobody asked for it. Never blocks. */
void notify_send(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Half of $WATCHDOG_USEC in microseconds, or 0 when no watchdog is set for this process. */
int64_t notify_watchdog_usec(void);
#endif
