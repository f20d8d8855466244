/*
 * reload.h - from a file to a running configuration: validated whole, then handed out as one; refused whole on an error, and
 * then nothing has changed.
 */
#ifndef DAEMON_RELOAD_H
#define DAEMON_RELOAD_H
#include <stdbool.h>
#include <stdio.h>

struct config;
struct daemon;
struct writer;

/* Reads the file of the options with all checks. Never NULL. */
struct config *reload_read(const struct daemon *d);
/* Logs every finding, one line each. */
void reload_log_findings(struct config *c);
/* Makes `c` the accepted configuration (takes it over) and hands it to children and broker. 0, or -errno: nothing has changed. */
int reload_accept(struct daemon *d, struct config *c);
/*
 * HUP and `vipctl reload`: read, and accept or refuse. Whether it was accepted. Where every file, every pattern of an include
 * line, the name of the node and the overlay are what the running configuration was read from, byte for byte, nothing is read
 * or handed out, and no generation begins; track files are read again, the table of no_accept is tried again if it failed. The
 * kernel's tables are the children's to repair at their own pace, with or without a reload; findings about this machine are
 * those of the status, which looks at them when it is asked, and scripts are looked at each time they run. With a ${_RANDOM}, a
 * key in a file, a notify_ensure or fifo_write_vrrp_states_on_reload, each reload is a whole one.
 */
bool reload_now(struct daemon *d, const char *asked_by);
/*
 * What reload_now() would do with the file as it is now; nothing is changed or logged. Members "changes", "summary", "text" (all of
 * it for people) and "findings"; with an error in the file "error" and "findings" alone.
 */
void reload_plan(const struct daemon *d, struct writer *w);
/* Members "findings" and "last_reload". */
void reload_write(const struct daemon *d, struct writer *w);
/* The same after a refusal: the findings are those of the file as it is now. */
void reload_write_refused(const struct daemon *d, struct writer *w);
/* "last_reload" alone: what depends on the machine is not looked at anew, which reads the whole configuration. */
void reload_write_last(const struct daemon *d, struct writer *w);
#endif
