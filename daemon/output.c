/* output.c - see output.h. Under systemd, standard error is the journal: sd-daemon(3)'s <N> prefix carries the level. */
#include "daemon/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <syslog.h>
#include <time.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/text.h"
#include "ctl/writer.h"

enum { RING = 256, LINE = 400, STAMP = 32 };

struct event {
	char time[STAMP];
	enum log_topic topic;
	enum log_level level;
	char line[LINE];
};

struct output {
	bool to_console, is_journal;
	unsigned n; /* events ever */
	struct event ring[RING];
};

static int syslog_level(enum log_level level)
{
	static const int map[LOG_LEVEL_MAX] = { LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG };

	return map[level];
}

static void stamp(char *buf)
{
	struct timeval tv;
	struct tm tm;
	size_t n;

	gettimeofday(&tv, NULL);
	localtime_r(&tv.tv_sec, &tm);
	n = strftime(buf, STAMP, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf + n, STAMP - n, ".%03d", (int)(tv.tv_usec / 1000));
}

static void remember(struct output *o, const char *time, enum log_level level, enum log_topic topic, const char *line)
{
	struct event *e = &o->ring[o->n++ % RING];

	memcpy(e->time, time, STAMP);
	e->level = level;
	e->topic = topic;
	snprintf(e->line, sizeof(e->line), "%s", line);
}

static void sink(void *ctx, enum log_level level, enum log_topic topic, const char *line)
{
	struct output *o = ctx;
	const char *mark = level == LOG_LEVEL_ERROR ? "ERROR: " : level == LOG_LEVEL_WARN ? "warning: " : "";
	char time[STAMP];

	stamp(time);
	if (level <= LOG_LEVEL_NOTICE)
		remember(o, time, level, topic, line);
	if (!o->to_console)
		syslog(syslog_level(level), "%s: %s%s", log_topic_str(topic), mark, line);
	else if (o->is_journal)
		fprintf(stderr, "<%d>%s: %s%s\n", syslog_level(level), log_topic_str(topic), mark, line);
	else
		fprintf(stderr, "%s %s: %s%s\n", time, log_topic_str(topic), mark, line);
}

struct output *output_new(bool to_console)
{
	struct output *o = x_calloc(1, sizeof(*o));

	o->to_console = to_console;
	o->is_journal = getenv("JOURNAL_STREAM") != NULL;
	if (!to_console)
		openlog("vipd", LOG_PID | LOG_NDELAY, LOG_DAEMON);
	log_set_sink(sink, o);
	return o;
}

void output_free(struct output *o)
{
	if (!o)
		return;
	log_set_sink(NULL, NULL);
	if (!o->to_console)
		closelog();
	free(o);
}

void output_hand_over(const struct output *o, struct text *t)
{
	unsigned first = o->n > RING ? o->n - RING : 0;

	for (unsigned i = first; i < o->n; i++) {
		const struct event *e = &o->ring[i % RING];

		text_printf(t, "event %s %s %s %.*s\n", e->time, log_level_str(e->level), log_topic_str(e->topic),
			(int)strcspn(e->line, "\n"), e->line);
	}
}

void output_recall(struct output *o, const char *line)
{
	unsigned level = 0, topic = 0;
	char time[STAMP], word[2][STAMP];
	int at = 0;

	if (sscanf(line, "event %31s %31s %31s%n", time, word[0], word[1], &at) < 3 || line[at] != ' ')
		return;
	while (level < LOG_LEVEL_MAX && strcmp(log_level_str(level), word[0]) != 0)
		level++;
	while (topic < LOG_TOPIC_MAX && strcmp(log_topic_str(topic), word[1]) != 0)
		topic++;
	if (level < LOG_LEVEL_MAX && topic < LOG_TOPIC_MAX)
		remember(o, time, level, topic, line + at + 1);
}

void output_write_events(const struct output *o, struct writer *w)
{
	unsigned first = o->n > RING ? o->n - RING : 0;

	writer_array(w, "events");
	for (unsigned i = first; i < o->n; i++) {
		const struct event *e = &o->ring[i % RING];

		writer_object(w, NULL);
		writer_str(w, "time", e->time);
		writer_str(w, "level", log_level_str(e->level));
		writer_str(w, "topic", log_topic_str(e->topic));
		writer_str(w, "line", e->line);
		writer_end(w);
	}
	writer_end(w);
}
