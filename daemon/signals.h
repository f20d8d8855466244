/* signals.h - signals as events of the loop, with who sent them (signalfd(2)). The table of what each does is in signals.c. */
#ifndef DAEMON_SIGNALS_H
#define DAEMON_SIGNALS_H

struct daemon;
struct loop_watch;

/* Blocks the signals that main handles. Call before anything is started. The descriptor, or -errno. */
int signals_open(void);
/* Handles what arrives at d->signal_fd from now on. */
struct loop_watch *signals_watch(struct daemon *d);
#endif
