/*
 * served_tell.h - a service or server changed: a line for the FIFOs, a mail where one is wished, and the script that is to run.
 * Runs nothing itself.
 */
#ifndef DAEMON_SERVED_TELL_H
#define DAEMON_SERVED_TELL_H
#include <stdbool.h>

struct config;
struct events;
struct mailer;
struct msg_notify;
struct script_conf;

enum { SERVED_TELL_LEN = 160 };

struct served_script {
	char name[SERVED_TELL_LEN];       /* of its queue: what changed, and the keyword */
	const struct script_conf *script; /* NULL: none is written for that */
};

/* By the indices of `c`. false: there is no such object, or nothing of it is to run. */
bool served_tell(const struct config *c, const struct msg_notify *m, struct events *e, struct mailer *mail,
	struct served_script *ret);
#endif
