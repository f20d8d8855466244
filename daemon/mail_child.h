/*
 * mail_child.h - the short-lived process that delivers one mail: no rights, no way back but its exit code, an end that the kernel
 * enforces. What a relay says never reaches main.
 */
#ifndef DAEMON_MAIL_CHILD_H
#define DAEMON_MAIL_CHILD_H
#include <stdint.h>

#define MAIL_ROLE "mail"
#define MAIL_SENDMAIL "/usr/sbin/sendmail"

/* The longest that a delivery may take: usec. */
int64_t mail_child_limit(int64_t timeout_usec);
/* What an exit code means: "the relay refused a recipient". */
const char *mail_end_str(int code);
/* The process: delivers what mail_text_pack() wrote into the sealed memfd `fd`. The exit code. */
int mail_main(int fd);
#endif
