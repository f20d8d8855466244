/* child_log.c - see child_log.h. */
#include "daemon/child_log.h"

#include <string.h>

#include "base/log.h"

enum { LINE = 1024 };

void child_log(enum role role, const struct message *m)
{
	const struct msg_log *head = m->data;
	size_t len = m->len - sizeof(*head);
	char line[LINE];

	if (len >= sizeof(line))
		len = sizeof(line) - 1;
	memcpy(line, (const char *)m->data + sizeof(*head), len);
	line[len] = '\0';
	if (head->level < LOG_LEVEL_MAX && head->topic < LOG_TOPIC_MAX)
		log_pass((enum log_level)head->level, (enum log_topic)head->topic, line);
	else
		log_warn(LOG_MAIN, "%s sent a log line of unknown kind", role_str(role));
}
